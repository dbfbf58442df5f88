"""The held rows as files a clerk can correct: the source's own columns, read again from the inbox."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from board.core.cells import safe
from etl.read import LINE, Unreadable, read
from etl.sites import Folder, Source


def write(rows: list[dict[str, Any]], folders: list[Folder], out: Path) -> Iterator[Path]:
    """Write one CSV a source (UTF-8 with BOM, so that spreadsheets open it right); yields their paths."""
    out.mkdir(parents=True, exist_ok=True)
    by_source: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_source[row["site"], row["source"]].append(row)
    sources = {(folder.site.id, source.name): (folder, source) for folder in folders for source in folder.sources}
    for key, held in by_source.items():
        if key not in sources:
            continue
        folder, source = sources[key]
        path = out / f"{key[0]}-{key[1]}.csv"
        _one(path, held, folder, source)
        yield path


def _one(path: Path, held: list[dict[str, Any]], folder: Folder, source: Source) -> None:
    cells = {file: _cells(folder, source, file) for file in dict.fromkeys(row["file"] for row in held)}
    columns = list(dict.fromkeys(column for lines in cells.values() for row in lines.values() for column in row))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["held_id", "file", "line", "reasons", *columns])
        for row in held:
            original = cells[row["file"]].get(str(row["line"]), {})
            told = [row["held_id"], row["file"], row["line"], row["reasons"]]
            writer.writerow([*told, *(safe(original.get(column) or "") for column in columns)])


def _cells(folder: Folder, source: Source, name: str) -> dict[str, dict[str, str]]:
    """Line → the source's own cells; nothing when the file has left the inbox."""
    path = next((path for path in folder.inbox.rglob(name) if path.is_file()), None)
    if path is None:
        return {}
    try:
        rows = read(path, source.encoding, source.delimiter)
    except Unreadable:
        return {}
    records = rows.table.select([LINE, *rows.columns]).to_pylist()
    return {record.pop(LINE): record for record in records}
