"""The pages about the data themselves: published beside computed, how files came in, what is held, the glossary."""

from typing import Any

import pandas as pd
import streamlit as st

from board.core.words import Told
from board.metrics import rows, wording
from board.metrics.catalog import METRICS, SUBJECTS
from board.metrics.model import Formula, Measure, Rate
from board.metrics.totals import Total
from board.ui import asked
from board.ui.view import View


def totals(view: View) -> None:
    """Every published figure beside what we compute."""
    t = view.t
    found = asked.published(view.warehouse, view.site.id if view.site else None)
    with st.container(border=True):
        st.subheader(t("Published figures beside computed ones"), anchor=False)
        if not found:
            st.info(t("No published figures are given for this site (control_totals.csv)."), icon=":material/info:")
            return
        missed = [total for total in found if not total.met]
        met = t("{met} of {all} met", met=len(found) - len(missed), all=len(found))
        st.markdown(f":{'green' if not missed else 'red'}-badge[{met}]")
        _show(view, [_total(view, total) for total in found])


def _total(view: View, total: Total) -> dict[str, Any]:
    t, measure = view.t, METRICS[total.metric]
    op = {"=": "=", ">=": "≥", "<": "<", "~": "≈", ">": ">", "up": "↑", "down": "↓"}[total.op]
    number = total.computed
    compared = bool(total.compare)
    said = t("no sample") if number is None else _figure(view, measure, total, number, compared)
    name = " · ".join([t(measure.label), *(_clause(view, clause) for clause in total.where.split(";") if clause)])
    return {
        t("Site"): view.label("site", total.site),
        t("Figure"): name,
        t("Published"): f"{op} {total.value}".strip(),
        t("Computed"): said,
        t("Result"): t("met") if total.met else t("missed"),
        t("In the source's words"): total.words,
        t("Source"): total.source,
        t("Note"): total.note,
    }


def _figure(view: View, measure: Measure, total: Total, number: float, compared: bool) -> str:
    t = view.t
    if total.value.endswith("%"):
        digits = len(total.value.removesuffix("%").partition(".")[2])
        return f"{t.number(number * 100, max(digits, 1))} %"
    return wording.change(t, measure, number) if compared else wording.value(t, measure, number)


def _clause(view: View, clause: str) -> str:
    dimension, _, code = clause.partition("=")
    settings = [site.settings.labels for site in view.sites.values()]
    own = next((labels[dimension][code] for labels in settings if code in labels.get(dimension, {})), None)
    return own[view.t.lang] if own else view.t.code(dimension, code)


def files(view: View) -> None:
    """The account of every file that was read."""
    t = view.t
    with st.container(border=True):
        st.subheader(t("How the files came in"), anchor=False)
        st.caption(t("read = loaded + unchanged + superseded + held"))
        frame = rows.files(view.warehouse, view.site.id if view.site else None)
        if frame.empty:
            st.info(t("No file has been read for this site."), icon=":material/info:")
            return
        _show(view, [_file(view, row) for row in frame.to_dict("records")])


def _file(view: View, row: dict[Any, Any]) -> dict[str, Any]:
    t = view.t
    refused = t.told(Told.unpacked(row["refused"])) if isinstance(row["refused"], str) else ""
    counts = {t(label): row[name] for label, name in COUNTS.items()}
    return {
        t("Site"): view.label("site", row["site"]), t("File"): row["file"], **counts,
        t("Encoding"): row["encoding"], t("Refused"): refused,
    }  # fmt: skip


COUNTS = {
    "Read": "read", "Loaded": "loaded", "Unchanged": "unchanged", "Superseded": "superseded", "Held": "held",
    "Ignored": "ignored",
}  # fmt: skip


def held(view: View) -> None:
    """Every held row, where it stands and why."""
    t = view.t
    frame = rows.held(view.warehouse, view.site.id if view.site else None)
    with st.container(border=True):
        st.subheader(t("Held rows"), anchor=False)
        if frame.empty:
            st.info(t("No row is held: every row read was loaded."), icon=":material/check_circle:")
            return
        st.caption(t("Correct them in a copy made by: python -m etl held --out DIR"))
        _show(view, [
            {t("Site"): view.label("site", row["site"]), t("File"): row["file"], t("Line"): row["line"],
             t("Reasons"): "; ".join(t.reason(reason) for reason in row["reasons"].split("; "))}
            for row in frame.to_dict("records")
        ])  # fmt: skip


def waiting(view: View) -> None:
    """Rows that are loaded and wait for their ticket or unit."""
    t = view.t
    frame = rows.waiting(view.warehouse, view.site.id if view.site else None)
    with st.container(border=True):
        st.subheader(t("Waiting rows"), anchor=False)
        if frame.empty:
            st.info(t("No row waits for a ticket or unit that has not come yet."), icon=":material/check_circle:")
            return
        _show(view, [
            {t("Site"): view.label("site", row["site"]), t("Table"): row["table"], t("Waits for"): row["waits_for"],
             t("Source"): row["source"], t("Line"): row["line"]}
            for row in frame.to_dict("records")
        ])  # fmt: skip


def glossary(view: View) -> None:
    """Every metric: what it means, when it counts, and the line it is computed by."""
    t = view.t
    for subject in SUBJECTS:
        title = (subject.__doc__ or "").strip().rstrip(".")
        with st.container(border=True):
            st.subheader(t(title), anchor=False)
            _show(view, [
                {t("Metric"): t(measure.label), t("Code"): measure.name, t("Definition"): t(measure.about),
                 t("Clock"): wording.clock(t, measure.clock.name), t("Better"): t(BETTER[measure.better]),
                 t("Computed as"): _computed(measure), t("Can be split by"): ", ".join(measure.dimensions)}
                for measure in METRICS.values() if vars(subject).get(_place(subject, measure)) is measure
                and measure.name in _own(subject)
            ])  # fmt: skip


def _own(subject: Any) -> set[str]:
    """The metrics a subject's file defines itself, and not those it borrows."""
    earlier: set[str] = set()
    for other in SUBJECTS:
        names = {each.name for each in vars(other).values() if isinstance(each, Measure)} - earlier
        if other is subject:
            return names
        earlier |= names
    return set()


def _place(subject: Any, measure: Measure) -> str:
    return next((key for key, each in vars(subject).items() if each is measure), "")


BETTER = {"higher": "higher is better", "lower": "lower is better", "neither": "neither"}


def _computed(measure: Measure) -> str:
    if isinstance(measure, Rate):
        return f"{measure.part.name} / {measure.whole.name}"
    if isinstance(measure, Formula):
        return measure.said
    return f"{measure.sql} · mart.{measure.mart.name}"


def _show(view: View, records: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame(records)
    st.dataframe(frame, hide_index=True, height=min(38 + 35 * len(frame), 460), alt=", ".join(map(str, frame.columns)))
