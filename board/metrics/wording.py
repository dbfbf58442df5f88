"""A number as a reader sees it: value, change and n in words of their language."""

import pandas as pd

from board.core.words import Words
from board.metrics.model import Measure


def value(t: Words, measure: Measure, number: float | None, ladder: bool = True) -> str:
    """1,234 · 84.3 % · 5.0 h; 'no sample' where there is none, 'not applicable' where a site has no ladder
    (`ladder` = False) and the metric needs one, or where a count has no answer at all."""
    if number is None or pd.isna(number):
        missing = measure.needs_ladder and (not ladder or measure.unit == "count")
        return t("not applicable") if missing else t("no sample")
    if measure.unit == "share":
        return t.share(number)
    if measure.unit == "hours":
        return t.hours(number)
    if measure.unit in ("number", "score"):
        return t.number(number, 0 if float(number).is_integer() else 1 if abs(number) >= 10 else 2)
    return t.number(number)


def change(t: Words, measure: Measure, difference: float) -> str:
    """+8 · +2.1 pp · −3.0 h"""
    if measure.unit == "share":
        return t.points(difference)
    sign = "+" if difference > 0 else "\N{MINUS SIGN}" if difference < 0 else ""
    return f"{sign}{value(t, measure, abs(difference))}"


def clock(t: Words, name: str) -> str:
    """What a clock means."""
    return t(CLOCKS[name])


CLOCKS = {
    "rec": "by the day of report",
    "due": "by the day of the limit",
    "res": "by the day of settlement",
    "asked": "by the day of the call-back",
    "act": "by the day of the activity",
    "end": "at the end of the period",
    "duty": "by the last day of the turn",
    "month": "by month",
}
