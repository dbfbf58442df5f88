"""Canonical rows written as the office's own export: its sources.toml read backwards."""

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from etl.contract import TABLES
from etl.sites import Folder
from etl.sources import Source

Row = dict[str, Any]
Exports = dict[str, list[tuple[str, list[Row]]]]  # source → (file name, canonical rows), in the order they came


def write_inbox(folder: Folder, exports: Exports) -> list[Path]:
    """Write the exports of one site into its inbox, in place of what was there; the files."""
    folder.inbox.mkdir(exist_ok=True)
    for old in folder.inbox.iterdir():
        old.unlink()
    sources = {source.name: source for source in folder.sources}
    return [
        _file(folder.inbox / name, sources[source], rows) for source, files in exports.items() for name, rows in files
    ]


def _file(path: Path, source: Source, rows: list[Row]) -> Path:
    papers = [_paper(source, number, row) for number, row in enumerate(rows, 1)]
    encoding = source.form.encoding or "utf-8"
    if path.suffix == ".json":
        text = json.dumps([_nested(paper) for paper in papers], ensure_ascii=False, indent=0)
        path.write_text(text, encoding)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(_nested(p), ensure_ascii=False) + "\n" for p in papers), encoding)
    else:
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(
                file, list(papers[0]), delimiter=source.form.delimiter or ",", lineterminator="\r\n"
            )
            writer.writeheader()
            writer.writerows(papers)
    return path


def _paper(source: Source, number: int, row: Row) -> dict[str, str]:
    """One row under the office's column names, in the office's words and date format."""
    paper = {"序号": str(number)}
    for column, spec in source.columns.items():
        if not spec.sources:
            continue
        kind = TABLES[source.table].columns[column]
        backwards = {new: old for old, new in reversed(source.values.get(column, {}).items())}
        text = _text(row.get(column), kind, (spec.dates or source.dates)[0])
        paper.setdefault(spec.sources[0], backwards.get(text, text))
    if source.newest_by:
        paper[source.newest_by] = _text(row["newest"], "stamp", source.dates[0])
    return paper


def _text(cell: Any, kind: str, form: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d" if kind in ("day", "month") and "%H" in form else form)
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _nested(paper: dict[str, str]) -> dict[str, Any]:
    """Dotted names as nested objects; empty cells left out, as a mini-program does."""
    nested: dict[str, Any] = {}
    for name, cell in paper.items():
        if not cell:
            continue
        place, *inner = name.split(".")
        if inner:
            nested.setdefault(place, {})[inner[0]] = cell
        else:
            nested[place] = cell
    return nested
