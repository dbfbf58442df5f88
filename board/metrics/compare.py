"""A period against another: previous or a year earlier, what ripens at the same age."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

import pandas as pd

from board.core import calendar
from board.core.warehouse import Warehouse
from board.metrics.model import TIME, Measure
from board.metrics.periods import Period
from board.metrics.query import Refused, ask, fill_counts
from board.metrics.scope import Scope
from board.metrics.sites import Site, period_of, sites_of

KINDS = ("previous", "year")
UNLOGGED = 0.1  # share of the earlier period that may pass before the first report


def earlier(known: Iterable[Site], scope: Scope, kind: str) -> Period:
    """The period that a scope is compared with, for these sites. Raises Refused when the scope has no two ends."""
    if scope.since is None or scope.until is None:
        raise Refused("A comparison needs both a first and a last day.")
    period = period_of(known, scope.since, scope.until)
    return period.previous() if kind == "previous" else period.year_earlier()


def is_logged(known: Iterable[Site], period: Period, before: Period) -> bool:
    """Whether every site with data in a period was already logging when the earlier one began, or soon after: else
    what looks like growth is the log's beginning."""
    begun = [site.logged.since for site in known if site.logged and site.logged.touches(period)]
    return bool(begun) and max(begun) <= before.since + timedelta(before.days * UNLOGGED)


def working_days(site: Site, period: Period) -> int:
    """The working days of a period that a site's data reach, by its own calendar."""
    until = min(period.until, site.logged.until) if site.logged else period.since
    own = calendar.own_days(site.calendar_csv)
    days = calendar.days(period.since, until - timedelta(1), site.settings.calendar, own)
    return sum(day.working for day in days)


def ask_compared(
    warehouse: Warehouse,
    measures: Sequence[Measure],
    by: Sequence[str],
    scope: Scope,
    kind: str,
    loose: bool = False,
) -> pd.DataFrame:
    """What ask() answers, with `<metric>_before` and `<metric>_change` (the difference; shares as fractions)."""
    if any(dimension in TIME for dimension in (*by, *(dimension for dimension, _ in scope.where))):
        raise Refused("A comparison is of one period with another: it cannot be grouped or filtered by time.")
    earlier_scope = then(warehouse, scope, kind)
    now = ask(warehouse, measures, by, scope, loose)
    before = ask(warehouse, measures, by, earlier_scope, loose)
    names = [measure.name for measure in measures]
    before = before[[*by, *names]].rename(columns={name: f"{name}_before" for name in names})
    if not by:
        both = now.join(before)
    else:  # some groups occur in one of the two periods only
        both = now.merge(before, on=list(by), how="outer", indicator=True)
        found = both.pop("_merge")
        fill_counts(warehouse, measures, by, scope, both, found == "right_only")
        fill_counts(warehouse, measures, by, earlier_scope, both, found == "left_only", "_before")
    for measure in measures:
        both[f"{measure.name}_change"] = both[measure.name] - both[f"{measure.name}_before"]
    return both


def then(warehouse: Warehouse, scope: Scope, kind: str) -> Scope:
    """The earlier scope, looked at when it was as old as this one is now."""
    known = sites_of(warehouse, scope)
    period = earlier(known, scope, kind)
    cuts = tuple((site.id, _same_age(scope, period, site)) for site in known if site.as_of)
    return replace(scope, since=period.since, until=period.until, cuts=cuts)


def _same_age(scope: Scope, period: Period, site: Site) -> datetime:
    assert scope.until and site.as_of
    age = site.as_of - datetime.combine(scope.until, time())
    return datetime.combine(period.until, time()) + age
