"""The filter bar shared by every page, and the chips that say what is applied."""

from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from board.core.warehouse import Warehouse
from board.metrics.periods import KINDS, Period, last_complete
from board.metrics.sites import Site, assessed_from
from board.ui import asked
from board.ui.address import ALL_SITES, FILTERS, Address
from board.ui.view import View, name

ALL_DATA, CUSTOM = "all", "custom"
COMPARISONS = {"previous": "against the period before", "year": "against a year earlier", "none": "no comparison"}


def go(address: Address) -> None:
    """Make this the view: the browser's address changes, and with it everything on the page."""
    st.query_params.from_dict(address.parameters())


def known_codes(warehouse: Warehouse, site: Site | None, dimension: str) -> list[str]:
    """The codes a filter offers, the commonest first; units from the root down, and only where one site is chosen."""
    if dimension == "unit":
        return [unit.code for unit in asked.units(warehouse, site.id)] if site else []
    return asked.codes(warehouse, site.id if site else None, dimension)


def bar(view: View) -> None:
    """Site, period and comparison on one line, the rest behind one button; chips below."""
    t, address = view.t, view.address
    set_filters = sum(len(address.codes(dimension)) for dimension in FILTERS)
    with st.grid(4, min_column_width=160, vertical_alignment="bottom", gap="small"):
        _site(view)
        _period(view)
        _compare(view)
        label = t("Filters ({n})", n=set_filters) if set_filters else t("Filters")
        with st.popover(label, icon=":material/tune:", width="stretch"):
            _span(view)
            for dimension in FILTERS:
                _filter(view, dimension)
    if set_filters:
        _chips(view)


def _site(view: View) -> None:
    t, options = view.t, list(view.sites)
    if len(options) > 1:
        options.append(ALL_SITES)
    st.session_state["filter-site"] = view.address.site if view.address.site in options else options[0]

    def changed() -> None:
        go(_moved(view, st.session_state["filter-site"]))

    st.selectbox(
        t("Site"), options, key="filter-site", on_change=changed, filter_mode=None,
        format_func=lambda code: t("All sites") if code == ALL_SITES else view.label("site", code),
    )  # fmt: skip


def _moved(view: View, site: str) -> Address:
    """The address at another site: without the unit, with the filters and the period that site has data for."""
    address, there = replace(view.address, site=site, by=None), view.sites.get(site)
    for dimension in FILTERS:
        known = known_codes(view.warehouse, there, dimension) if there or dimension != "unit" else []
        address = address.filtered(dimension, tuple(code for code in address.codes(dimension) if code in known))
    if there != view.site:
        address = address.filtered("unit", ())
    covers = (
        there and there.first_day and there.last_day and address.since and address.until
        and there.first_day < address.until and address.since <= there.last_day
    )  # fmt: skip
    return address if covers else replace(address, since=None, until=None, everything=False)


def _period(view: View) -> None:
    t = view.t
    choices = _choices(view)
    now = view.period.code if view.period else ALL_DATA
    st.session_state["filter-period"] = now

    def changed() -> None:
        period = choices.get(st.session_state["filter-period"])
        if period:
            go(replace(view.address, since=period.since, until=period.until, everything=False))
        else:
            go(replace(view.address, since=None, until=None, everything=True))

    def said(code: str) -> str:
        period = choices[code]
        return name(t, period) if period else t("All data")

    options = list(choices)
    st.selectbox(t("Period"), options, key="filter-period", on_change=changed, filter_mode=None, format_func=said)


def _choices(view: View) -> dict[str, Period | None]:
    """The chosen period and its neighbours, the last complete week, month, quarter and year, and all data; with all
    sites only periods that every site covers."""
    first, last = _covered(view)
    offered = []
    if view.period:
        offered += [view.period.next(), view.period, view.period.previous()]
    if last:
        begins = assessed_from(view.looked)
        offered += [last_complete(kind, last, begins) for kind in (*KINDS, *(["assessment"] if begins > 1 else []))]
    if first and last:
        offered = [
            period
            for period in offered
            if period == view.period or _has_data(period, first, last, whole=view.site is None)
        ]
    return {period.code: period for period in offered} | {ALL_DATA: None}


def _has_data(period: Period, first: date, last: date, whole: bool) -> bool:
    """Whether data from the first to the last day touch a period, or cover it whole."""
    if whole:
        return first <= period.since and period.until <= last + timedelta(1)
    return first < period.until and period.since <= last


def _covered(view: View) -> tuple[date | None, date | None]:
    """The first and last day that every site in view has data for."""
    firsts = [site.first_day for site in view.looked if site.first_day]
    lasts = [site.last_day for site in view.looked if site.last_day]
    return (max(firsts), min(lasts)) if firsts and lasts and max(firsts) <= min(lasts) else (None, None)


def _compare(view: View) -> None:
    t = view.t
    st.session_state["filter-compare"] = view.compare or "none"

    def changed() -> None:
        go(replace(view.address, compare=st.session_state["filter-compare"]))

    st.selectbox(
        t("Compare"), list(COMPARISONS), key="filter-compare", on_change=changed, filter_mode=None,
        disabled=view.period is None, format_func=lambda code: t(COMPARISONS[code]),
    )  # fmt: skip


def _span(view: View) -> None:
    """Any first and last day."""
    t, period = view.t, view.period
    key = f"filter-span-{period.code if period else ALL_DATA}"
    now = (period.since, period.until - timedelta(1)) if period else None

    def changed() -> None:
        span = st.session_state[key]
        if len(span) == 2:
            go(replace(view.address, since=span[0], until=span[1] + timedelta(1), everything=False))

    label, form = t("First and last day"), "YYYY-MM-DD"
    if now:
        st.date_input(label, now, key=key, on_change=changed, format=form)
    else:
        st.date_input(label, [], key=key, on_change=changed, format=form)


def _filter(view: View, dimension: str) -> None:
    t = view.t
    options = known_codes(view.warehouse, view.site, dimension)
    if not options or options == ["unknown"]:
        return
    key = f"filter-{dimension}"
    st.session_state[key] = list(view.address.codes(dimension))

    def changed() -> None:
        go(view.address.filtered(dimension, tuple(st.session_state[key])))

    st.multiselect(
        view.dimension(dimension), options, key=key, on_change=changed, placeholder=t("All"),
        format_func=lambda code: view.label(dimension, code),
    )  # fmt: skip


def _chips(view: View) -> None:
    """What is applied, each removable, and all at once."""
    t = view.t
    with st.container(horizontal=True, gap="xsmall"):
        for dimension in FILTERS:
            for code in view.address.codes(dimension):
                rest = tuple(other for other in view.address.codes(dimension) if other != code)
                label = f"{view.dimension(dimension)}{t(': ')}{view.label(dimension, code)}"
                st.button(
                    label, key=f"chip-{dimension}-{code}",
                    icon=":material/close:", icon_position="right", help=t("Remove this filter"),
                    on_click=go, args=(view.address.filtered(dimension, rest),),
                )  # fmt: skip
        cleared = replace(view.address, where=())
        st.button(t("Reset all"), key="reset", type="tertiary", on_click=go, args=(cleared,))
