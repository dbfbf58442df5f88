"""The pages about the data themselves: published beside computed, how files came in, what is held."""

from typing import Any

import streamlit as st

from board.core.warehouse import last_attempt
from board.core.words import Told, Words
from board.metrics import rows, wording
from board.metrics.catalog import METRICS
from board.metrics.query import Refused, clause
from board.metrics.totals import Total
from board.ui import asked
from board.ui.grid import listing
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
        listing([_total(view, total) for total in found])


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
        listing([_file(view, row) for row in frame.to_dict("records")])


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
        listing([_load(t, row) for row in rows.loads(view.warehouse, site).to_dict("records")])


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
        listing([
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
        listing([
            {t("Site"): view.label("site", row["site"]), t("Table"): row["table"], t("Waits for"): row["waits_for"],
             t("Why"): t(WHY[row["why"]]),
             t("Source"): row["source"], t("Line"): row["line"]}
            for row in frame.to_dict("records")
        ])  # fmt: skip
