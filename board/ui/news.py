"""What a leader looks at first: what changed, in sentences, and what needs a decision."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from board.metrics import wording
from board.metrics.catalog import METRICS
from board.metrics.findings import Finding
from board.ui import asked, behind
from board.ui.view import View


def changes(view: View) -> None:
    """Three to five sentences, each leading to its rows."""
    t = view.t
    with st.container(border=True):
        st.subheader(t("What changed"), anchor=False)
        found = asked.findings(view.warehouse, view.scope, view.compare) if view.compared and view.compare else []
        if not found:
            st.info(t("There is no earlier period to compare with."), icon=":material/info:")
        for finding in found:
            where = (finding.place,) if finding.place else ()
            behind.link(_said(view, finding), f"changed-{finding.metric}", behind.Click(finding.metric, where))


def _said(view: View, finding: Finding) -> str:
    t, measure = view.t, METRICS[finding.metric]
    label, value = t(measure.label), wording.value(t, measure, finding.number)
    if abs(finding.change) < wording.SAME:
        return t("{metric} {value}, as before", metric=label, value=value)
    change = wording.change(t, measure, finding.change)
    said = t("{metric} {value}, {change}", metric=label, value=value, change=change)
    if finding.place:
        of_place = wording.change(t, measure, finding.of_place)
        said += t("; of it {place} {change}", place=view.label(*finding.place), change=of_place)
    return said if finding.is_clear else said + t(" (within what chance does)")


def decisions(view: View, names: Sequence[str]) -> None:
    """The counts that ask for somebody, each leading to its rows; none where all is well."""
    t, measures = view.t, [METRICS[name] for name in names]
    with st.container(border=True):
        st.subheader(t("What needs a decision"), anchor=False)
        row = asked.numbers(view.warehouse, measures, (), view.scope).iloc[0]
        open_ = [measure for measure in measures if not pd.isna(row[measure.name]) and row[measure.name] > 0]
        for measure in open_:
            said = f"{t(measure.label)} **{t.number(row[measure.name])}**"
            behind.link(said, f"decide-{measure.name}", behind.Click(measure.name))
        if not open_:
            st.info(t("Nothing in this view asks for a decision."), icon=":material/check_circle:")
