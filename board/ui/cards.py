"""The cards at the top of a page: value, change, sparkline, n and definition."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from board.metrics import wording
from board.metrics.catalog import METRICS
from board.metrics.definitions import configured
from board.metrics.model import Measure
from board.ui import asked, behind
from board.ui.timeline import timeline
from board.ui.view import View


def kpis(view: View, names: Sequence[str]) -> None:
    """A card a metric: value, change against the compared period, sparkline, n and definition."""
    measures = [METRICS[name] for name in names]
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
    n = row[f"{measure.name}_n"] if measure.n else None
    spark = [float(cell) for cell in sparks[measure.name] if not pd.isna(cell)] if sparks is not None else []
    notes = []
    if delta is not None and measure.ripens:
        notes.append(t("at the same age"))
    if view.skipped(measure):
        notes.append(t("not filtered"))
    said = wording.value(t, measure, number, wording.applies(measure, view.looked, row))
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(
            t(measure.label), said, delta, colour, delta_arrow=arrow, help=_help(view, measure),
            delta_description=" · ".join(notes) or None, chart_data=spark if len(spark) > 2 else None,
        )  # fmt: skip
        behind.button(view, measure, n)


def _delta(view: View, measure: Measure, change: Any) -> tuple[str | int | None, Any, Any]:
    """The change as a card shows it; coloured only where one direction is certainly better, red only to warn."""
    if change is None or pd.isna(change):
        return None, "off", "off"
    if abs(change) < wording.SAME:
        return 0, "off", "off"
    better = (change > 0) == (measure.better == "higher")
    colour = "off" if measure.better == "neither" else "green" if better else "red" if measure.warns else "orange"
    told = wording.change(view.t, measure, change).replace("\N{MINUS SIGN}", "-")  # st.metric reads the sign
    return told, "up" if change > 0 else "down", colour


def _help(view: View, measure: Measure) -> str:
    t = view.t
    lines = [t(measure.about), wording.clock(t, measure.clock.name).capitalize()]
    lines += configured(t, view.looked, [measure])
    if measure.ripens and view.compared:
        lines.append(t("The earlier period is looked at when it was as old as this one is now."))
    skipped = view.skipped(measure)
    if skipped:
        lines.append(t("Not applied: {filters}", filters=", ".join(f"~~{each}~~" for each in skipped)))
    return "  \n".join(lines)
