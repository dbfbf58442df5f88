"""The pieces pages are made of: cards, trends, parts, rankings, tables; each asks the metrics and draws the answer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from board.charts.figures import Line, bars, stacked
from board.charts.figures import trend as trend_figure
from board.charts.theme import CONFIG
from board.metrics import wording
from board.metrics.catalog import METRICS
from board.metrics.model import Measure, Metric
from board.metrics.query import applies
from board.ui import asked, export
from board.ui.address import FILTERS
from board.ui.filters import LABELS, go
from board.ui.timeline import Timeline, timeline
from board.ui.view import View

TOP = 10
NO_LADDER = "Not applicable: this site has no ladder of tiers."
HIGHEST = "The {shown} highest of {all}; all of them are in the table."
MOST_CASES = "The {shown} of {all} with most cases; all of them are in the table."


def _measures(names: Sequence[str]) -> list[Measure]:
    return [METRICS[each] for each in names]


def halves() -> Sequence[Any]:
    """Two columns; one below the other on a phone."""
    return st.columns(2, gap="small")


def kpis(view: View, names: Sequence[str]) -> None:
    """A card a metric: value, change against the compared period, sparkline, n and definition."""
    measures = _measures(names)
    row = asked.numbers(view.warehouse, measures, (), view.scope, view.compare if view.compared else None).iloc[0]
    line = timeline(view)
    sparks = line.ask(view, measures) if line else None
    columns = 3 if len(measures) in (3, 5, 6) else min(len(measures), 4)
    with st.grid(columns, min_column_width=165, gap="small"):
        for measure in measures:
            _card(view, measure, row, sparks)


def _card(view: View, measure: Measure, row: "pd.Series[Any]", sparks: pd.DataFrame | None) -> None:
    t, number = view.t, row[measure.name]
    change = row.get(f"{measure.name}_change")
    delta, arrow, colour = _delta(view, measure, change)
    spark = [float(cell) for cell in sparks[measure.name] if not pd.isna(cell)] if sparks is not None else []
    notes = [t("at the same age")] if delta is not None and measure.ripens else []
    if measure.n and not pd.isna(number):
        notes.append(t("n = {n}", n=t.number(row[f"{measure.name}_n"])))
    st.metric(
        t(measure.label), wording.value(t, measure, number, _ladder(view)), delta, colour, delta_arrow=arrow,
        help=_help(view, measure), border=True, height="stretch", delta_description=" · ".join(notes) or None,
        chart_data=spark if len(spark) > 2 else None,
    )  # fmt: skip


def _delta(view: View, measure: Measure, change: Any) -> tuple[str | int | None, Any, Any]:
    """The change as a card shows it; coloured only where one direction is certainly better, red only to warn."""
    if change is None or pd.isna(change):
        return None, "off", "off"
    if abs(change) < 1e-9:
        return 0, "off", "off"
    better = (change > 0) == (measure.better == "higher")
    colour = "off" if measure.better == "neither" else "green" if better else "red" if measure.warns else "orange"
    told = wording.change(view.t, measure, change).replace("\N{MINUS SIGN}", "-")  # st.metric reads the sign
    return told, "up" if change > 0 else "down", colour


def _help(view: View, measure: Measure) -> str:
    t = view.t
    lines = [t(measure.about), wording.clock(t, measure.clock.name).capitalize()]
    if measure.ripens and view.compared:
        lines.append(t("The earlier period is looked at when it was as old as this one is now."))
    skipped = _skipped(view, measure)
    if skipped:
        lines.append(t("Not applied: {filters}", filters=", ".join(f"~~{each}~~" for each in skipped)))
    return "  \n".join(lines)


def _skipped(view: View, measure: Measure) -> list[str]:
    """The filters that are set and do not act on this metric."""
    return [
        view.t(LABELS[dimension])
        for dimension in FILTERS
        if view.address.codes(dimension) and not applies(measure.parts[0], dimension)
    ]


def _ladder(view: View) -> bool:
    return view.site.has_ladder if view.site else any(site.has_ladder for site in view.sites.values())


def _title(view: View, measures: Sequence[Measure], by: str | None = None) -> None:
    """What is shown, where and when; and the filters that do not act here."""
    t = view.t
    what = t(", ").join(t(measure.label) for measure in measures)
    if by:
        what = t("{what} by {dimension}", what=what, dimension=view.dimension(by))
    st.subheader(" · ".join([what, view.place, *([view.when] if by else [])]), anchor=False)
    skipped = sorted({each for measure in measures for each in _skipped(view, measure)})
    if skipped:
        st.caption(t("Not applied: {filters}", filters=", ".join(f"~~{each}~~" for each in skipped)))


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
        periods = [line.tick(t, code) for code in line.codes]
        series = [_series(view, measure, frame, line) for measure in measures]
        if parts:
            chart = stacked(view.scheme, periods, series)
        else:
            chart = trend_figure(view.scheme, periods, series, measures[0].unit == "share", line.partial)
        _draw(chart, f"{'parts' if parts else 'trend'}-{'-'.join(names)}", t(", ").join(s.label for s in series))
        notes = [t("The last period is not over.")] if line.partial else []
        if any(measure.ripens for measure in measures):
            notes.append(t("These figures ripen: the last periods still change as their tickets are settled."))
        if notes:
            st.caption(" ".join(notes))
        _table(view, measures, frame, line.grain, key=f"time-{'-'.join(names)}")


def _series(view: View, measure: Measure, frame: pd.DataFrame, line: Timeline) -> Line:
    t = view.t
    values = [None if pd.isna(cell) else float(cell) for cell in frame[measure.name]]
    hover = []
    for code, number, (_, row) in zip(line.codes, values, frame.iterrows(), strict=True):
        said = wording.value(t, measure, number, _ladder(view))
        n = f" ({t('n = {n}', n=t.number(row[f'{measure.name}_n']))})" if f"{measure.name}_n" in frame else ""
        hover.append(f"{t.period(line.grain, code)}<br>{t(measure.label)}{t(': ')}{said}{n}")
    return Line(measure.name, t(measure.label), values, hover)


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
        if by in ("tier", "highest_tier", "outcome") and not _ladder(view):
            st.info(t(NO_LADDER), icon=":material/block:")
            return
        frame = _split(view, [measure], by)
        shown = frame[frame[which].notna()]
        if isinstance(measure, Metric) and measure.unit == "count":
            shown = shown[shown[which] > 0]
        weight = f"{which}_n" if measure.n else which
        shown = shown.sort_values(weight, ascending=False, kind="stable").head(TOP)
        shown = shown.sort_values(which, ascending=False, kind="stable")
        if shown.empty:
            _nothing(view, [measure])
            return
        labels = _distinct([_row_label(view, by, row) for _, row in shown.iterrows()])
        values = [float(cell) for cell in shown[which]]
        notes = [_note(view, measure, row) for _, row in shown.iterrows()]
        hover = [f"{label}<br>{t(measure.label)}{t(': ')}{note}" for label, note in zip(labels, notes, strict=True)]
        ramp = _ramp(view, [str(code) for code in shown[by]]) if colours else None
        chart = bars(view.scheme, labels, Line(which, t(measure.label), values, hover), notes, ramp)
        _draw(chart, f"ranking-{which}-{by}", t(measure.label))
        if len(frame) > len(shown):
            st.caption(t(MOST_CASES if measure.n else HIGHEST, shown=len(shown), all=len(frame)))
        _table(view, [measure], frame, by, key=f"ranking-{which}-{by}")


def _ramp(view: View, tiers: list[str]) -> list[str]:
    """The tiers' own colours, from light (steward) to dark."""
    ladder = list(view.site.settings.ladder) if view.site else []
    return [view.scheme.ramp[min(ladder.index(tier) * 2, 8)] if tier in ladder else view.scheme.grey for tier in tiers]


def _note(view: View, measure: Measure, row: "pd.Series[Any]") -> str:
    said = wording.value(view.t, measure, row[measure.name], _ladder(view))
    if measure.n:
        said += f" ({view.t('n = {n}', n=view.t.number(row[f'{measure.name}_n']))})"
    return said


def _split(view: View, measures: Sequence[Measure], by: str) -> pd.DataFrame:
    """The metrics by a dimension; where all sites are looked at, a unit is named within its site."""
    keys = ("site", by) if view.site is None and by in ("lane", "community", "steward") else (by,)
    return asked.numbers(view.warehouse, measures, keys, view.scope)


def _row_label(view: View, by: str, row: "pd.Series[Any]") -> str:
    label = view.label(by, str(row[by]))
    return f"{view.label('site', row['site'])} · {label}" if "site" in row and by != "site" else label


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
        frame = _split(view, measures, by)
        if frame.empty:
            _nothing(view, measures)
        else:
            _grid(view, measures, frame, by, f"table-{'-'.join(names)}-{by}")


def _table(view: View, measures: Sequence[Measure], frame: pd.DataFrame, by: str, key: str) -> None:
    """The numbers of a chart, folded away beneath it."""
    with st.expander(view.t("Table and download"), key=f"fold-{key}", on_change="rerun") as fold:
        if fold.open:
            _grid(view, measures, frame, by, key)


def _grid(view: View, measures: Sequence[Measure], frame: pd.DataFrame, by: str, key: str) -> None:
    t = view.t
    told = pd.DataFrame({view.dimension(by): [_row_label(view, by, row) for _, row in frame.iterrows()]})
    config: dict[str, Any] = {}
    for measure in measures:
        label = t(measure.label)
        scale = 100 if measure.unit == "share" else 1
        told[label] = (frame[measure.name].astype("float64") * scale).to_numpy()
        form = {"share": "%.1f %%", "hours": "%.1f", "number": "%.1f", "score": "%.1f"}.get(measure.unit, "%d")
        unit = f" ({t('hours')})" if measure.unit == "hours" else ""
        config[label] = st.column_config.NumberColumn(label + unit, format=form, help=t(measure.about))
        if f"{measure.name}_n" in frame:
            told[f"n · {label}"] = frame[f"{measure.name}_n"].to_numpy()
            config[f"n · {label}"] = st.column_config.NumberColumn(f"n · {label}", format="%d")
    st.dataframe(
        told, hide_index=True, column_config=config, height=min(37 + 35 * len(told), 422), key=f"grid-{key}",
        placeholder="—", alt=", ".join(told.columns),
    )  # fmt: skip
    export.button(view, measures, frame, by, key)


def _nothing(view: View, measures: Sequence[Measure]) -> None:
    """Why there is nothing to draw, and what to do."""
    t = view.t
    if all(measure.needs_ladder for measure in measures) and not _ladder(view):
        st.info(t(NO_LADDER), icon=":material/block:")
    else:
        st.info(
            t("No sample in this view: choose a longer period or take off a filter."), icon=":material/hourglass_empty:"
        )


def _draw(chart: Any, key: str, alt: str) -> None:
    st.plotly_chart(chart, config=CONFIG, key=key, theme=None, alt=alt)
