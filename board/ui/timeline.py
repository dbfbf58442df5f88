"""Which periods a trend shows: enough before the chosen one to see where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

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
        """One row a period, in order, none left out."""
        return asked.over_time(
            view.warehouse, measures, self.grain, self.codes, view.over(self.since, self.until).scope
        )


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
