"""A period against another: previous or a year earlier, what ripens at the same age."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

import pandas as pd

from board.core.warehouse import Warehouse
from board.metrics.model import TIME, Measure, Metric
from board.metrics.periods import Period, between
from board.metrics.query import Refused, ask, nothing
from board.metrics.reference import Site, sites
from board.metrics.scope import Scope

KINDS = ("previous", "year")


def earlier(scope: Scope, kind: str) -> Period:
    """The period that a scope is compared with. Raises Refused when the scope has no two ends."""
    if scope.since is None or scope.until is None:
        raise Refused("A comparison needs both a first and a last day.")
    period = between(scope.since, scope.until)
    return period.previous() if kind == "previous" else period.year_earlier()


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
        raise Refused("A comparison cannot be grouped or filtered by time.")
    earlier_scope = then(warehouse, scope, kind)
    now = ask(warehouse, measures, by, scope, loose)
    before = ask(warehouse, measures, by, earlier_scope, loose)
    names = [measure.name for measure in measures]
    before = before[[*by, *names]].rename(columns={name: f"{name}_before" for name in names})
    both = now.merge(before, on=list(by), how="outer") if by else now.join(before)
    for measure in measures:
        if isinstance(measure, Metric) and measure.unit == "count":  # a group that occurs in one of the two periods
            for column, where in ((measure.name, scope), (f"{measure.name}_before", earlier_scope)):
                blank = nothing(warehouse, measure, by, where, both)
                both[column] = both[column].astype("float64").fillna(blank).astype("Int64")
        if measure.n:
            both[f"{measure.name}_n"] = both[f"{measure.name}_n"].fillna(0)
        both[f"{measure.name}_change"] = both[measure.name] - both[f"{measure.name}_before"]
    return both


def then(warehouse: Warehouse, scope: Scope, kind: str) -> Scope:
    """The earlier scope, looked at when it was as old as this one is now."""
    period = earlier(scope, kind)
    chosen = [site for site in sites(warehouse).values() if not scope.codes("site") or site.id in scope.codes("site")]
    cuts = tuple((site.id, _same_age(scope, period, site)) for site in chosen if site.as_of)
    return replace(scope, since=period.since, until=period.until, cuts=cuts)


def _same_age(scope: Scope, period: Period, site: Site) -> datetime:
    assert scope.until and site.as_of
    age = site.as_of - datetime.combine(scope.until, time())
    return datetime.combine(period.until, time()) + age
