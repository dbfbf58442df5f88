"""A number as a reader sees it: value, change and n in words of their language."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from board.core.words import Words
from board.metrics.catalog import METRICS
from board.metrics.model import Formula, Measure
from board.metrics.sites import Site
from board.metrics.totals import Total

SAME = 1e-9  # numbers nearer to each other than this are the same


def value(t: Words, measure: Measure, number: float | None, applies: bool = True) -> str:
    """1,234 · 84.3 % · 5.0 h; 'no sample' where there is none, 'not applicable' where there cannot be one (`applies`)
    or where a count that not all sites have has no answer at all."""
    if number is None or pd.isna(number):
        missing = not applies or (measure.site_has and measure.unit == "count")
        return t("not applicable") if missing else t("no sample")
    if measure.unit == "share":
        return t.share(number)
    if measure.unit == "hours":
        return t.hours(number)
    return t.number(number, digits(measure, number))


def applies(measure: Measure, known: Sequence[Site], row: "Mapping[str, Any] | pd.Series[Any]") -> bool:
    """Whether a row of an answer about these sites can have a number: one of its sites has what the metric needs, and
    those with cases do not differ in the setting it goes by."""
    its = [site for site in known if row.get("site") in (None, site.id)]
    if not any(site.has(measure.site_has) for site in its):
        return False
    n = row.get(f"{measure.name}_n")
    if not isinstance(measure, Formula) or not measure.setting or pd.isna(n) or not n:
        return True
    return len({getattr(site.settings, measure.setting) for site in its}) == 1


def digits(measure: Measure, number: float) -> int:
    """How many digits behind the point a number is shown with; of a share those of its per cent."""
    if measure.unit in ("share", "hours"):
        return 1
    if measure.unit == "count" or float(number).is_integer():
        return 0
    return 1 if abs(number) >= 10 else 2


def change(t: Words, measure: Measure, difference: float) -> str:
    """+8 · +2.1 pp · −3.0 h"""
    if measure.unit == "share":
        return t.points(difference)
    sign = "+" if difference > 0 else "\N{MINUS SIGN}" if difference < 0 else ""
    return f"{sign}{value(t, measure, abs(difference))}"


def beside(t: Words, total: Total) -> str:
    """A computed figure in the form of the published one it stands beside, or why there is none."""
    if total.problem:
        return t.told(total.problem)
    if total.computed is None:
        return t("no sample")
    if total.op in ("up", "down") and total.compare != "ratio":
        return change(t, METRICS[total.metric], total.computed)
    if total.op in ("up", "down"):
        return f"{'+' if total.computed > 0 else ''}{t.share(total.computed)}"
    return (t.share if total.is_share else t.number)(total.computed, total.digits)


def verdict(t: Words, total: Total) -> str:
    """Whether a published figure is met, missed, or asks what cannot be answered."""
    return t("met") if total.met else t("cannot be computed") if total.problem else t("missed")


def compared(t: Words, total: Total) -> str:
    """What a published figure compares, where it does."""
    return t(COMPARED[total.compare]) if total.compare in COMPARED else total.compare


def clock(t: Words, name: str) -> str:
    """What a clock means."""
    return t(CLOCKS[name])


COMPARED = {
    "difference": "change over a year earlier", "ratio": "change over a year earlier, as a share of it",
}  # fmt: skip
CLOCKS = {
    "rec": "by the day of report",
    "due": "by the day of the limit",
    "res": "by the day of settlement",
    "asked": "by the day of the call-back",
    "act": "by the day of the activity",
    "end": "at the end of the period",
    "duty": "by the last day of the turn",
    "month": "by month",
    "settlement": "by the day of each settlement",
    "event": "by the day of the step",
    "proposal": "by the day of the proposal",
}
