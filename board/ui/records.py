"""The pages about the data themselves: published beside computed, how files came in, what is held, the glossary."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from board.core.warehouse import last_attempt
from board.core.words import Told, Words
from board.metrics import glossary, rows, wording
from board.metrics.catalog import METRICS, SUBJECTS
from board.metrics.definitions import definitions
from board.metrics.model import Measure
from board.metrics.query import Refused, clause
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
        _show([_total(view, total) for total in found])


def _total(view: View, total: Total) -> dict[str, Any]:
    t, measure = view.t, METRICS.get(total.metric)
    label = t(measure.label) if measure else total.metric
    clauses = [_clause(view, each, total.site) for each in total.where.split(";")]
    name = " · ".join(filter(None, [label, *clauses, wording.compared(t, total)]))
    return {
        t("Site"): view.label("site", total.site),
        t("Figure"): name,
        t("Published"): t(SAID.get(total.op, "{value}"), value=_printed(t, total.value)),
        t("Computed"): wording.beside(t, total),
        t("Result"): wording.verdict(t, total),
        t("In the source's words"): total.words,
        t("Source"): total.source,
        t("Note"): total.note,
    }


SAID = {
    "=": "{value}", ">=": "{value} and more", "<": "nearly {value}", "~": "about {value}", ">": "more than {value}",
    "up": "up", "down": "down",
}  # fmt: skip


def _printed(t: Words, value: str) -> str:
    """The published value with its thousands set apart."""
    return t.number(int(value)) if value.lstrip("-").isdigit() else value


def _clause(view: View, text: str, site: str) -> str:
    """A filter of a published figure in words; as it stands there where it is none."""
    try:
        dimension, codes = clause(text)
    except Refused:
        return text
    return view.t(", ").join(view.label(dimension, code, site) for code in codes)


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
        _show([_file(view, row) for row in frame.to_dict("records")])


def _file(view: View, row: dict[Any, Any]) -> dict[str, Any]:
    t = view.t
    refused = t.told(Told.unpacked(row["refused"])) if isinstance(row["refused"], str) else ""
    counts = {t(label): row[name] for label, name in COUNTS.items()}
    return {
        t("Site"): view.label("site", row["site"]), t("File"): row["file"], **counts,
        t("Refused"): refused, t("Read as"): row["encoding"], t("Seconds"): round(row["seconds"], 2),
        t("Calendar"): row["calendar"], t("Mapping"): row["mapping_hash"],
    }  # fmt: skip


WHY = {
    "ticket": "its ticket has not come yet", "unit": "its unit has not come yet",
    "early": "it lies before the report of its ticket",
}  # fmt: skip
COUNTS = {
    "Read": "read", "Loaded": "loaded", "Unchanged": "unchanged", "Superseded": "superseded", "Held": "held",
    "Ignored": "ignored",
}  # fmt: skip


def loads(view: View) -> None:
    """Every load, the last one first, and the years for which no official calendar is known."""
    t, site = view.t, view.site.id if view.site else None
    with st.container(border=True):
        st.subheader(t("Loads"), anchor=False)
        attempt = last_attempt(view.warehouse.path.parents[1])
        refused = attempt.get("refused", []) if attempt.get("version") is None else []
        for why in dict.fromkeys(t.told(Told.unpacked(packed)) for packed in refused):
            st.warning(t("Refused by the last load: {why}", why=why), icon=":material/block:")
        for row in rows.guessed(view.warehouse, site).to_dict("records"):
            told = t("There is no official calendar for {years} yet; limits follow weekends and fixed holidays there.",
                     years=row["year"])  # fmt: skip
            st.warning(f"{view.label('site', row['site'])}{t(': ')}{told}", icon=":material/event_upcoming:")
        _show([_load(t, row) for row in rows.loads(view.warehouse, site).to_dict("records")])


def _load(t: Words, row: dict[Any, Any]) -> dict[str, Any]:
    return {
        t("When"): t.moment(row["started_at"]), t("Command"): row["command"], t("Version"): row["version"],
        t("Files"): row["files"], t("Read"): row["read"], t("Loaded"): row["loaded"], t("Held"): row["held"],
        t("Files refused"): row["refused"], t("Seconds"): round(row["seconds"], 1), t("Rules"): row["rules"],
        t("Marts"): row["marts"],
    }  # fmt: skip


def held(view: View) -> None:
    """Every held row, where it stands and why."""
    t = view.t
    frame = rows.held(view.warehouse, view.site.id if view.site else None)
    with st.container(border=True):
        st.subheader(t("Held rows"), anchor=False)
        if frame.empty:
            st.info(t("No row is held now."), icon=":material/check_circle:")
            return
        st.caption(t("Correct them in a copy made by: python -m etl held --out DIR"))
        _show([
            {t("Site"): view.label("site", row["site"]), t("File"): row["file"], t("Line"): row["line"],
             t("Reasons"): t.reasons(row["reasons"])}
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
        _show([
            {t("Site"): view.label("site", row["site"]), t("Table"): row["table"], t("Waits for"): row["waits_for"],
             t("Why"): t(WHY[row["why"]]),
             t("Source"): row["source"], t("Line"): row["line"]}
            for row in frame.to_dict("records")
        ])  # fmt: skip


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
        _show([_effect(view, row) for row in found.to_dict("records")])
        _show([_entry(view, row) for row in frame.to_dict("records")])


def _effect(view: View, row: dict[Any, Any]) -> dict[str, Any]:
    t, measure = view.t, METRICS[row["metric"]]
    applies = view.has(measure.site_has)
    is_same = pd.isna(row["change"]) or abs(row["change"]) < SAME
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


def meanings(view: View) -> None:
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
        st.markdown("  \n".join(f":gray[{label}]{t(': ')}{_shown(text, measure)}" for label, text in told))
        st.code(glossary.sql(measure, view.scope), language="sql", wrap_lines=True)


def _shown(text: str, measure: Measure) -> str:
    return f"`{text}`" if text == glossary.computed(measure) else text


def _example(view: View, measure: Measure) -> str:
    """What it is in the view."""
    t = view.t
    try:
        row = asked.numbers(view.warehouse, [measure], (), view.scope).iloc[0]
    except Refused as refused:
        return t.told(refused)
    said = wording.value(t, measure, row[measure.name], view.has(measure.site_has))
    return f"{said} ({t('n = {n}', n=t.number(row[f'{measure.name}_n']))})" if measure.n else said


SCREENFUL = 20
SAME = 1e-9  # numbers nearer to each other than this are the same


def _show(records: list[dict[str, Any]]) -> None:
    """A table as high as its rows, up to a screenful."""
    frame = pd.DataFrame(records)
    rows_shown = min(len(frame), SCREENFUL)
    st.dataframe(frame, hide_index=True, height=37 + 35 * rows_shown, alt=", ".join(map(str, frame.columns)))
