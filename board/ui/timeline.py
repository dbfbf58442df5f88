"""Which periods a trend shows: enough before the chosen one to see where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from board.core.words import Words
from board.metrics.model import Measure
from board.metrics.periods import around, codes
from board.ui import asked
from board.ui.view import View

BACK = {"week": ("week", 91), "month": ("month", 396), "quarter": ("month", 456), "year": ("month", 366)}


@dataclass(frozen=True)
class Timeline:
    """The periods of a trend, in order; `partial` when the data end before the last one does, `wider` when they reach
    beyond the days that were chosen."""

    grain: str
    codes: list[str]
    since: date
    until: date
    partial: bool
    wider: bool

    def ask(self, view: View, measures: Sequence[Measure]) -> pd.DataFrame:
        """One row a period, in order, none left out; counts 0 and everything else missing where nothing happened."""
        known = [measure for measure in measures if self.grain in measure.dimensions]
        scope = view.over(self.since, self.until).scope
        frame = asked.numbers(view.warehouse, known, (self.grain,), scope)
        every = pd.DataFrame({self.grain: self.codes}).merge(frame, on=self.grain, how="left")
        for measure in known:
            if (measure.unit == "count" and not measure.needs_ladder) or (
                measure.needs_ladder and measure.unit == "count" and view.site and view.site.has_ladder
            ):
                every[measure.name] = every[measure.name].fillna(0)
            if f"{measure.name}_n" in every:
                every[f"{measure.name}_n"] = every[f"{measure.name}_n"].fillna(0)
        for measure in measures:
            if measure not in known:
                every[measure.name] = float("nan")
        return every

    def tick(self, t: Words, code: str) -> str:
        """A short name for an axis."""
        if self.grain == "month":
            return f"{code[2:4]}-{code[5:]}" if t.lang == "en" else f"{code[2:4]}年{int(code[5:])}月"
        if self.grain == "week":
            return f"W{code[6:]}" if t.lang == "en" else f"{int(code[6:])}周"
        return code[5:] if self.grain == "day" else code


def timeline(view: View) -> Timeline | None:
    """The trend that goes with a view; None where there is no data at all."""
    logged = [site.logged for site in view.looked if site.logged]
    if not logged:
        return None
    first, end = min(span.since for span in logged), max(span.until for span in logged)
    until = min(view.scope.until or end, around("month", end - timedelta(1)).until)
    grain, back = _grain(view, first, until)
    since = max(first, until - timedelta(back)) if back else max(first, view.scope.since or first)
    until = min(until, end)
    if since >= until:
        return None
    if grain != "day":  # whole weeks, months and years, also where the view begins or ends within one
        since, until = around(grain, since).since, around(grain, until - timedelta(1)).until
    before, after = view.scope.since, view.scope.until
    wider = not back and bool((before and since < before) or (after and after < until))
    return Timeline(grain, codes(grain, since, until), since, until, end < until, wider)


def _grain(view: View, first: date, until: date) -> tuple[str, int]:
    """How fine, and how many days back (0: the view's own span)."""
    period = view.period
    if period and period.kind in BACK:
        return BACK[period.kind]
    days = (until - (view.scope.since or first)).days
    return next(
        grain for grain, most in (("day", 31), ("week", 210), ("month", 1500), ("year", 10**6)) if days <= most
    ), 0
