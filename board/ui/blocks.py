"""The pieces pages are made of: cards, trends, parts, rankings, tables; each asks the metrics and draws the answer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from board.charts.figures import Line, bars, stacked
from board.charts.figures import trend as trend_figure
from board.core.settings import TIERS
from board.metrics import wording
from board.metrics.catalog import METRICS
from board.metrics.model import Measure, Metric
from board.ui import asked, behind
from board.ui.cards import kpis
from board.ui.filters import go
from board.ui.grid import folded, grid
from board.ui.timeline import Timeline, timeline
from board.ui.view import View

__all__ = ["choose", "halves", "kpis", "parts", "ranking", "steps", "table", "trend"]
TOP = 10
RIPENS = "These figures ripen: the last periods still change as their tickets are settled."
NO_LADDER = "Not applicable: this site has no ladder of tiers."
NO_STEPS = "Not applicable: this site has no log of steps."
HIGHEST = "The {shown} highest of {all}; all of them are in the table."
MOST_CASES = "The {shown} of {all} with most cases; all of them are in the table."


def _measures(names: Sequence[str]) -> list[Measure]:
    return [METRICS[each] for each in names]


def halves() -> Sequence[Any]:
    """Two columns; one below the other on a phone."""
    return st.columns(2, gap="small")


def _title(view: View, measures: Sequence[Measure], by: str | None = None) -> None:
    """What is shown, where and when; and the filters that do not act here."""
    t = view.t
    what = t(", ").join(t(measure.label) for measure in measures)
    if by:
        what = t("{what} by {dimension}", what=what, dimension=view.dimension(by))
    st.subheader(" · ".join([what, view.place, *([view.when] if by else [])]), anchor=False)
    _say_skipped(view, measures)


def _say_skipped(view: View, measures: Sequence[Measure]) -> None:
    """Which filters do not act on which of these metrics."""
    t = view.t
    for skipped in sorted({tuple(view.skipped(measure)) for measure in measures if view.skipped(measure)}):
        whose = [t(measure.label) for measure in measures if tuple(view.skipped(measure)) == skipped]
        said = t("Not applied: {filters}", filters=", ".join(f"~~{each}~~" for each in skipped))
        st.caption(f"{t(', ').join(whose)}{t(': ')}{said}")


def trend(view: View, names: Sequence[str]) -> None:
    """Lines over time up to the end of the period."""
    _over_time(view, names, parts=False)


def parts(view: View, names: Sequence[str]) -> None:
    """Parts of a whole over time, stacked."""
    _over_time(view, names, parts=True)


def _over_time(view: View, names: Sequence[str], parts: bool) -> None:
    t, measures = view.t, _measures(names)
    with st.container(border=True):
        _title(view, measures)
        line = timeline(view)
        frame = line.ask(view, measures) if line else pd.DataFrame()
        if line is None or frame.empty or bool(frame[list(names)].isna().all(axis=None)):
            _nothing(view, measures)
            return
        periods = [t.tick(line.grain, code) for code in line.codes]
        series = [_series(view, measure, frame, line, place) for place, measure in enumerate(measures)]
        clicks = [behind.Click(name, ((line.grain, code),)) for name in names for code in line.codes]
        if parts:
            chart = stacked(view.scheme, periods, series)
        else:
            chart = trend_figure(view.scheme, periods, series, measures[0].unit == "share", line.partial)
        key, alt = f"{'parts' if parts else 'trend'}-{'-'.join(names)}", t(", ").join(s.label for s in series)
        behind.chart(chart, key, alt, clicks)
        notes = [t("The last period is not over.")] if line.partial else []
        if line.wider:
            notes.append(t("Whole weeks and months, also beyond the chosen days."))
        if any(measure.ripens for measure in measures):
            notes.append(t(RIPENS))
        if notes:
            st.caption(" ".join(notes))
        folded(view, measures, frame, line.grain, key=f"time-{'-'.join(names)}")


def _series(view: View, measure: Measure, frame: pd.DataFrame, line: Timeline, place: int) -> Line:
    t = view.t
    values = [None if pd.isna(cell) else float(cell) for cell in frame[measure.name]]
    hover = []
    for code, number, (_, row) in zip(line.codes, values, frame.iterrows(), strict=True):
        said = wording.value(t, measure, number, wording.applies(measure, view.looked, row))
        n = f" ({t('n = {n}', n=t.number(row[f'{measure.name}_n']))})" if f"{measure.name}_n" in frame else ""
        hover.append(f"{t.period(line.grain, code)}<br>{t(measure.label)}{t(': ')}{said}{n}")
    return Line(measure.name, t(measure.label), values, hover, place * len(values))


def choose(view: View, dimensions: Sequence[str]) -> str:
    """The dimension the rest of the page is split by; kept in the address as `by`."""
    t = view.t
    options = [dimension for dimension in dimensions if dimension != "community" or _communities(view)]
    now = view.address.by if view.address.by in options else options[0]
    if len(options) == 1:
        return now
    st.session_state["by"] = now

    def changed() -> None:
        go(replace(view.address, by=st.session_state["by"] or now))

    st.segmented_control(
        t("Split by"), options, key="by", on_change=changed, required=True,
        format_func=view.dimension,
    )  # fmt: skip
    return now


def _communities(view: View) -> bool:
    """Whether the view has more than one community to compare."""
    return view.site is None or sum(unit.level == "community" for unit in asked.units(view.warehouse, view.site.id)) > 1


def ranking(view: View, which: str, by: str, colours: bool = False) -> None:
    """One metric by one dimension: the ten highest counts, or, so that no league is topped by a single case, the ten
    that rest on most cases; all of them in the table below."""
    t, measure = view.t, METRICS[which]
    with st.container(border=True):
        _title(view, [measure], by)
        if by in ("tier", "highest_tier", "outcome") and not view.has("ladder"):
            st.info(t(NO_LADDER), icon=":material/block:")
            return
        frame = _split(view, [measure], by)
        shown = frame[frame[which].notna()]
        if isinstance(measure, Metric) and measure.unit == "count":
            shown = shown[shown[which] > 0]
        weight = f"{which}_n" if measure.n else which
        shown = shown.sort_values(weight, ascending=False, kind="stable").head(TOP)
        if colours:  # tiers stand in the order of the ladder
            tiers = view.site.settings.tiers if view.site else TIERS
            rank = {tier: place for place, tier in enumerate((*tiers, "unknown"))}
            shown = shown.sort_values(by, key=lambda codes: codes.map(rank), kind="stable")
        else:
            shown = shown.sort_values(which, ascending=False, kind="stable")
        if shown.empty:
            _nothing(view, [measure])
            return
        labels = _distinct([view.row_label(by, row) for _, row in shown.iterrows()])
        values = [float(cell) for cell in shown[which]]
        notes = [_note(view, measure, row) for _, row in shown.iterrows()]
        hover = [f"{label}<br>{t(measure.label)}{t(': ')}{note}" for label, note in zip(labels, notes, strict=True)]
        ramp = _ramp(view, [str(code) for code in shown[by]]) if colours else None
        chart = bars(view.scheme, labels, Line(which, t(measure.label), values, hover), notes, ramp)
        clicks = [behind.Click(which, place) for place in behind.places(shown, by)]
        behind.chart(chart, f"ranking-{which}-{by}", t(measure.label), clicks)
        if len(shown) == TOP < len(frame):
            st.caption(t(MOST_CASES if measure.n else HIGHEST, shown=len(shown), all=len(frame)))
        if by == "tier" and view.is_past:
            st.caption(t("By the tier that has each ticket by now, or settled it."))
        folded(view, [measure], frame, by, key=f"ranking-{which}-{by}")


def steps(view: View, names: Sequence[str]) -> None:
    """Metrics of one unit as bars one below the other, in this order."""
    t, measures = view.t, _measures(names)
    with st.container(border=True):
        st.subheader(
            " · ".join([t(", ").join(t(each.label) for each in measures), view.place, view.when]), anchor=False
        )
        _say_skipped(view, measures)
        row = asked.numbers(view.warehouse, measures, (), view.scope).iloc[0]
        if bool(row[list(names)].isna().all()):
            _nothing(view, measures)
            return
        notes = [_note(view, measure, row) for measure in measures]
        values = [None if pd.isna(row[name]) else float(row[name]) for name in names]
        labels = [t(measure.label) for measure in measures]
        hover = [f"{label}<br>{note}" for label, note in zip(labels, notes, strict=True)]
        chart = bars(view.scheme, labels, Line(names[0], "", values, hover), notes)
        behind.chart(chart, f"steps-{'-'.join(names)}", t(", ").join(labels), [behind.Click(name) for name in names])
        if any(measure.ripens for measure in measures):
            st.caption(t(RIPENS))


def _ramp(view: View, tiers: list[str]) -> list[str]:
    """The tiers' own colours, from light (steward) to dark."""
    ladder = list(view.site.settings.ladder) if view.site else []
    return [view.scheme.ramp[min(ladder.index(tier) * 2, 8)] if tier in ladder else view.scheme.grey for tier in tiers]


def _note(view: View, measure: Measure, row: "pd.Series[Any]") -> str:
    said = wording.value(view.t, measure, row[measure.name], wording.applies(measure, view.looked, row))
    if measure.n:
        said += f" ({view.t('n = {n}', n=view.t.number(row[f'{measure.name}_n']))})"
    return said


def _split(view: View, measures: Sequence[Measure], by: str) -> pd.DataFrame:
    """The metrics by a dimension; where all sites are looked at, a unit is named within its site."""
    keys = ("site", by) if view.site is None and by in ("lane", "community", "steward") else (by,)
    return asked.numbers(view.warehouse, measures, keys, view.scope)


def _distinct(labels: list[str]) -> list[str]:
    """Two units of one name must not share a bar."""
    return [
        label if labels.count(label) == 1 else f"{label} #{labels[: place + 1].count(label)}"
        for place, label in enumerate(labels)
    ]


def table(view: View, names: Sequence[str], by: str) -> None:
    """Metrics side by side by one dimension, to sort, search and take away."""
    with st.container(border=True):
        measures = _measures(names)
        what = view.t("By {dimension}", dimension=view.dimension(by))
        st.subheader(f"{what} · {view.place} · {view.when}", anchor=False)
        _say_skipped(view, measures)
        frame = _split(view, measures, by)
        if frame.empty:
            _nothing(view, measures)
        else:
            grid(view, measures, frame, by, f"table-{'-'.join(names)}-{by}")


def _nothing(view: View, measures: Sequence[Measure]) -> None:
    """Why there is nothing to draw, and what to do."""
    t = view.t
    if all(measure.site_has == "ladder" for measure in measures) and not view.has("ladder"):
        st.info(t(NO_LADDER), icon=":material/block:")
    elif all(measure.site_has == "steps" for measure in measures) and not view.has("steps"):
        st.info(t(NO_STEPS), icon=":material/block:")
    else:
        st.info(
            t("No sample in this view: choose a longer period or take off a filter."), icon=":material/hourglass_empty:"
        )
