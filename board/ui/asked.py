"""Questions to the warehouse, remembered by version: numbers are kept, words never."""

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from board.core.warehouse import Warehouse
from board.metrics import findings as found
from board.metrics import readings, reference, rows
from board.metrics.compare import ask_compared
from board.metrics.findings import Finding
from board.metrics.model import Formula, Measure, Metric, Rate, Spread
from board.metrics.periods import Period
from board.metrics.query import ask, ask_each
from board.metrics.scope import Scope
from board.metrics.sites import Site
from board.metrics.totals import Total, totals

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
KNOWN_BY: dict[str | type, Callable[[Any], Any]] = {  # what stands for a thing in the memory
    Warehouse: lambda warehouse: str(warehouse.path),
    Site: lambda site: site.id,
    **dict.fromkeys((Scope, Metric, Rate, Formula, Spread), repr),  # two readings of a metric have one name
}


def remembered(answers: int) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Keep so many answers of a function; what it is asked with is known by KNOWN_BY."""
    return st.cache_data(max_entries=answers, show_spinner=False, hash_funcs=KNOWN_BY)


@remembered(500)
def numbers(
    warehouse: Warehouse, measures: Sequence[Measure], by: Sequence[str], scope: Scope, compare: str | None = None
) -> pd.DataFrame:
    """What ask() or ask_compared() answers; shared filters a metric does not have are left out."""
    if compare:
        return ask_compared(warehouse, measures, by, scope, compare, loose=True)
    return ask(warehouse, measures, by, scope, loose=True)


@remembered(500)
def over_time(
    warehouse: Warehouse, measures: Sequence[Measure], grain: str, codes: Sequence[str], scope: Scope
) -> pd.DataFrame:
    """One row for each of these periods, in their order."""
    return ask_each(warehouse, measures, grain, codes, scope)


@remembered(100)
def findings(warehouse: Warehouse, scope: Scope, kind: str) -> list[Finding]:
    """What changed against the period before."""
    return found.findings(warehouse, scope, kind)


@remembered(50)
def effect(warehouse: Warehouse, measures: Sequence[Measure], scope: Scope) -> pd.DataFrame:
    """What the exclusion ledger does to each of these metrics."""
    return readings.effect(warehouse, measures, scope)


@remembered(50)
def units(warehouse: Warehouse, site: str) -> list[reference.Unit]:
    """The units of a site, from the root down."""
    return reference.units(warehouse, site)


@remembered(200)
def codes(warehouse: Warehouse, site: str | None, dimension: str) -> list[str]:
    """The codes that occur in a dimension, the commonest first."""
    return reference.codes(warehouse, site, dimension)


@remembered(50)
def opening_period(warehouse: Warehouse, site: Site) -> Period | None:
    """The period the board opens on for a site."""
    return reference.opening_period(warehouse, site)


@remembered(20)
def held(warehouse: Warehouse, site: str | None) -> int:
    """How many rows are held."""
    return len(rows.held(warehouse, site))


@remembered(20)
def published(warehouse: Warehouse, site: str | None) -> list[Total]:
    """Published figures beside computed ones."""
    return totals(warehouse, site)
