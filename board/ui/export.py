"""What is on screen, taken away as CSV: same filters, same numbers, and a header that says so."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import pandas as pd
import streamlit as st

from board.core.cells import safe
from board.metrics import wording
from board.metrics.definitions import configured
from board.metrics.model import Measure
from board.ui.view import View, name


def button(view: View, measures: Sequence[Measure], frame: pd.DataFrame, by: str, key: str) -> None:
    """A button that makes the file when it is pressed."""
    st.download_button(
        view.t("Download CSV"), partial(document, view, measures, frame, by), f"lane-board-{key}.csv",
        "text/csv", key=f"download-{key}", on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def document(view: View, measures: Sequence[Measure], frame: pd.DataFrame, by: str) -> bytes:
    """UTF-8 with BOM, so that spreadsheets open it right. Lines that begin with # say filter, definitions, version and
    time; then codes and words of the dimension, and unrounded numbers (shares as fractions)."""
    t, text = view.t, io.StringIO()
    writer = csv.writer(text)
    for line in _header(view, measures):
        writer.writerow([f"# {line}"])
    columns = [column for column in frame.columns if column in ("site", by)]
    numbers = [column for column in frame.columns if column not in columns]
    writer.writerow([*columns, f"{by}_name", *numbers])
    for row in frame.to_dict("records"):
        codes = [safe(str(row[column])) for column in columns]
        figures = ["" if pd.isna(row[column]) else row[column] for column in numbers]
        writer.writerow([*codes, safe(view.label(by, str(row[by]), row.get("site"))), *figures])
    writer.writerow([f"# {t('End of file')}"])
    return text.getvalue().encode("utf-8-sig")


def _header(view: View, measures: Sequence[Measure]) -> list[str]:
    t = view.t
    lines = [f"{t('Lane Board')} · {view.place} · {view.when}"]
    if any(site.settings.sample for site in view.looked):
        lines.append(t("Sample: only the published totals are real"))
    if view.scope.since and view.scope.until:
        lines.append(t("from {since} to before {until}", since=view.scope.since, until=view.scope.until))
    if view.period:
        lines.append(name(t, view.period))
    for dimension, codes in view.address.where:
        chosen = ", ".join(view.label(dimension, code) for code in codes)
        lines.append(f"{view.dimension(dimension)}{t(': ')}{chosen}")
    for measure in measures:
        clock = wording.clock(t, measure.clock.name)
        n = f"; {measure.name}_n = {t(measure.n.label)}" if measure.n else ""
        lines.append(f"{measure.name} = {t(measure.label)}{t(': ')}{t(measure.about)} ({clock}{n})")
        if view.skipped(measure):
            skipped = t("Not applied: {filters}", filters=", ".join(view.skipped(measure)))
            lines.append(f"{measure.name}{t(': ')}{skipped}")
    lines += configured(t, view.looked, measures)
    if view.site and view.site.as_of:
        lines.append(t("data as of {moment}", moment=t.moment(view.site.as_of)))
    lines.append(t("version {version}", version=view.warehouse.version))
    lines.append(t("made {moment}", moment=t.moment(datetime.now())))
    return lines
