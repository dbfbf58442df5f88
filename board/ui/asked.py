"""Questions to the warehouse, remembered by version: numbers are kept, words never."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from board.core.warehouse import Warehouse
from board.metrics import reference
from board.metrics.catalog import METRICS
from board.metrics.compare import ask_compared
from board.metrics.model import Measure
from board.metrics.periods import Period
from board.metrics.query import ask
from board.metrics.scope import Scope
from board.metrics.totals import Total, totals

KEEP = 500  # answers, each a small frame


def numbers(
    warehouse: Warehouse, measures: Sequence[Measure], by: Sequence[str], scope: Scope, compare: str | None = None
) -> pd.DataFrame:
    """What ask() or ask_compared() answers; shared filters a metric does not have are left out."""
    return _numbers(str(warehouse.path), tuple(measure.name for measure in measures), tuple(by), repr(scope), compare,
                    warehouse, scope)  # fmt: skip


@st.cache_data(max_entries=KEEP, show_spinner=False)
def _numbers(
    path: str, names: tuple[str, ...], by: tuple[str, ...], asked: str, compare: str | None,
    _warehouse: Warehouse, _scope: Scope,
) -> pd.DataFrame:  # fmt: skip
    measures = [METRICS[name] for name in names]
    if compare:
        return ask_compared(_warehouse, measures, by, _scope, compare, loose=True)
    return ask(_warehouse, measures, by, _scope, loose=True)


def sites(warehouse: Warehouse) -> dict[str, reference.Site]:
    """The sites of this version."""
    return _sites(str(warehouse.path), warehouse)


@st.cache_data(max_entries=4, show_spinner=False)
def _sites(path: str, _warehouse: Warehouse) -> dict[str, reference.Site]:
    return reference.sites(_warehouse)


def units(warehouse: Warehouse, site: str) -> list[reference.Unit]:
    """The units of a site, from the root down."""
    return _units(str(warehouse.path), site, warehouse)


@st.cache_data(max_entries=50, show_spinner=False)
def _units(path: str, site: str, _warehouse: Warehouse) -> list[reference.Unit]:
    return reference.units(_warehouse, site)


def codes(warehouse: Warehouse, site: str | None, dimension: str) -> list[str]:
    """The codes that occur in a dimension, the commonest first."""
    return _codes(str(warehouse.path), site, dimension, warehouse)


@st.cache_data(max_entries=200, show_spinner=False)
def _codes(path: str, site: str | None, dimension: str, _warehouse: Warehouse) -> list[str]:
    return reference.codes(_warehouse, site, dimension)


def opening_period(warehouse: Warehouse, site: reference.Site) -> Period | None:
    """The period the board opens on for a site."""
    return _opening_period(str(warehouse.path), site.id, warehouse, site)


@st.cache_data(max_entries=50, show_spinner=False)
def _opening_period(path: str, site_id: str, _warehouse: Warehouse, _site: reference.Site) -> Period | None:
    return reference.opening_period(_warehouse, _site)


def published(warehouse: Warehouse, site: str | None) -> list[Total]:
    """Published figures beside computed ones."""
    return _published(str(warehouse.path), site, warehouse)


@st.cache_data(max_entries=20, show_spinner=False)
def _published(path: str, site: str | None, _warehouse: Warehouse) -> list[Total]:
    return totals(_warehouse, site)
