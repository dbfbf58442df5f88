"""The glossary: every metric, what it means and how it is computed, with its value in the view."""

import streamlit as st

from board.metrics import glossary, wording
from board.metrics.catalog import SUBJECTS
from board.metrics.definitions import definitions
from board.metrics.model import Measure
from board.metrics.query import Refused
from board.ui import asked
from board.ui.view import View


def every_metric(view: View) -> None:
    """Every metric: what it means, when it counts, and the line it is computed by."""
    t = view.t
    for subject, measures in SUBJECTS.items():
        with st.container(border=True):
            st.subheader(t(subject), anchor=False)
            for measure in measures.values():
                _define(view, measure)


def _define(view: View, measure: Measure) -> None:
    """One metric: its definition in words, and behind it every fact, its value in this view and its SQL."""
    t = view.t
    name = f"**{t(measure.label)}** `{measure.name}` {t(measure.about)}"
    with st.expander(name, key=f"define-{measure.name}", on_change="rerun") as fold:
        if not fold.open:
            return
        told = [
            (f"{view.place} · {view.when}", f"**{_example(view, measure)}**"),
            *glossary.facts(t, measure, view.dimension),
        ]
        told += [(t("As configured"), said) for said in definitions(t, view.looked, [measure])]
        st.markdown("  \n".join(f":gray[{label}]{t(': ')}{text}" for label, text in told))
        st.code(glossary.sql(measure, view.scope), language="sql", wrap_lines=True)


def _example(view: View, measure: Measure) -> str:
    """What it is in the view."""
    t = view.t
    try:
        row = asked.numbers(view.warehouse, [measure], (), view.scope).iloc[0]
    except Refused as refused:
        return t.told(refused)
    said = wording.value(t, measure, row[measure.name], wording.applies(measure, view.looked, row))
    return f"{said} ({t('n = {n}', n=t.number(row[f'{measure.name}_n']))})" if measure.n else said
