"""What is on screen, taken away as CSV or XLSX: same filters, same numbers, and a header that says so."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st
import xlsxwriter

from board.core.cells import safe
from board.metrics import wording
from board.metrics.definitions import configured
from board.metrics.model import Measure
from board.metrics.scope import Scope
from board.ui.view import View, name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"share": "0.0%", "hours": "0.0", "count": "#,##0"}  # unit → how a spreadsheet shows it


@dataclass(frozen=True)
class Sheet:
    """A table to take away: what it is about, line by line, its columns and rows; column → number format."""

    about: list[str]
    columns: list[str]
    rows: list[list[Any]]
    forms: dict[str, str] = field(default_factory=dict)


def buttons(view: View, make: Callable[[], Sheet], key: str) -> None:
    """A button for each form, which makes the file when it is pressed."""
    t = view.t
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            t("Download CSV"), lambda: as_csv(t("End of file"), make()), f"lane-board-{key}.csv", "text/csv",
            key=f"download-{key}", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        st.download_button(
            t("Download XLSX"), lambda: as_xlsx(t("About"), t("Data"), make()), f"lane-board-{key}.xlsx", XLSX,
            key=f"download-xlsx-{key}", on_click="ignore", icon=":material/table_view:",
        )  # fmt: skip


def as_csv(end: str, sheet: Sheet) -> bytes:
    """UTF-8 with BOM, so that spreadsheets open it right. Lines that begin with # say what it is about, and `end`."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([f"# {line}"] for line in sheet.about)
    writer.writerow(sheet.columns)
    writer.writerows([["" if pd.isna(cell) else safe(cell) for cell in row] for row in sheet.rows])
    writer.writerow([f"# {end}"])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(about: str, data: str, sheet: Sheet) -> bytes:
    """The table on a first sheet, numbers as numbers under a header that stays; what it is about on a second one."""
    made = io.BytesIO()
    # no text is taken for a formula or a link
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        rows = book.add_worksheet(data)
        rows.write_row(0, 0, sheet.columns, book.add_format({"bold": True, "bottom": 1}))
        rows.freeze_panes(1, 0)
        rows.autofilter(0, 0, max(1, len(sheet.rows)), max(0, len(sheet.columns) - 1))
        forms = {form: book.add_format({"num_format": form}) for form in sheet.forms.values()}
        for place, column in enumerate(sheet.columns):
            rows.set_column(place, place, 16, forms.get(sheet.forms.get(column, "")))
        for number, row in enumerate(sheet.rows, 1):
            for place, cell in enumerate(row):
                if not pd.isna(cell):
                    rows.write(number, place, cell.item() if hasattr(cell, "item") else cell)
        lines = book.add_worksheet(about)
        lines.set_column(0, 0, 120)
        lines.write_column(0, 0, sheet.about)
    return made.getvalue()


def table(view: View, measures: Sequence[Measure], frame: pd.DataFrame, by: str) -> Sheet:
    """Codes and words of the dimension, and unrounded numbers (shares as fractions)."""
    columns = [column for column in frame.columns if column in ("site", by)]
    numbers = [column for column in frame.columns if column not in columns]
    rows = [
        [*(str(row[column]) for column in columns), view.label(by, str(row[by]), row.get("site")),
         *(row[column] for column in numbers)]
        for row in frame.to_dict("records")
    ]  # fmt: skip
    forms = {measure.name: FORMS[measure.unit] for measure in measures if measure.unit in FORMS}
    return Sheet(_about(view, measures, view.scope), [*columns, f"{by}_name", *numbers], rows, forms)


def rows(view: View, measure: Measure, scope: Scope, make: Callable[[], pd.DataFrame]) -> Sheet:
    """The rows behind a number, in words."""
    frame = make()
    return Sheet(_about(view, [measure], scope), list(frame.columns), frame.astype(object).to_numpy().tolist())


def _about(view: View, measures: Sequence[Measure], scope: Scope) -> list[str]:
    """Filter, definitions, version and time."""
    t = view.t
    is_whole = (scope.since, scope.until) == (view.scope.since, view.scope.until)
    lines = [" · ".join([t("Lane Board"), view.place, *([view.when] if is_whole else [])])]
    if any(site.settings.sample for site in view.looked):
        lines.append(t("Sample: only the published totals are real"))
    if scope.since and scope.until:
        lines.append(t("from {since} to before {until}", since=scope.since, until=scope.until))
    if view.period and is_whole:
        lines.append(name(t, view.period))
    for dimension, codes in scope.where:
        if dimension != "site" or view.site is None:
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
