"""The exclusion ledger: which tickets were taken out, by whom and why, and what that does to the numbers."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from board.metrics import rows, wording
from board.metrics.catalog import METRICS
from board.ui import asked
from board.ui.grid import listing
from board.ui.view import View


def exclusions(view: View, names: Sequence[str]) -> None:
    """The ledger of excluded tickets, and what it does to these metrics in the view."""
    t = view.t
    frame = rows.exclusions(view.warehouse, view.site.id if view.site else None)
    with st.container(border=True):
        st.subheader(t("Excluded tickets"), anchor=False)
        if frame.empty:
            st.info(t("No ticket has been excluded."), icon=":material/check_circle:")
            return
        st.caption(t("They count nowhere. What that does to the numbers of this view:"))
        found = asked.effect(view.warehouse, [METRICS[name] for name in names], view.scope)
        listing([_effect(view, row) for row in found.to_dict("records")])
        listing([_entry(view, row) for row in frame.to_dict("records")])


def _effect(view: View, row: dict[Any, Any]) -> dict[str, Any]:
    t, measure = view.t, METRICS[row["metric"]]
    applies = view.has(measure.site_has)
    is_same = pd.isna(row["change"]) or abs(row["change"]) < wording.SAME
    change = "" if is_same else wording.change(t, measure, row["change"])
    return {
        t("Figure"): t(measure.label), t("As it counts"): wording.value(t, measure, row["counted"], applies),
        t("Without exclusions"): wording.value(t, measure, row["unadjusted"], applies), t("Difference"): change,
    }  # fmt: skip


def _entry(view: View, row: dict[Any, Any]) -> dict[str, Any]:
    t = view.t
    return {
        t("Site"): view.label("site", row["site"]), t("Ticket"): row["ticket_id"], t("When"): t.day(row["entered_at"]),
        t("Step"): t(ENTRIES[row["event"]]), t("Now"): t("out") if row["is_out"] else t("counts"),
        t("Kind"): row["kind"], t("By"): row["by"], t("Reason"): row["reason"], t("Evidence"): row["evidence"],
        t("Told by"): t(TOLD_BY[row["told_by"]]),
    }  # fmt: skip


ENTRIES = {"excluded": "taken out", "restored": "brought back"}
TOLD_BY = {"list": "the list of exclusions", "log": "the log of steps"}
