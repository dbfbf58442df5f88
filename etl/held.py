"""The held rows with the source's own columns, read again from where they lay: for the screen and for correction."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from board.core.cells import safe
from etl.contract import FREE_TEXT, HASHED, NAMES
from etl.inbox import CORRECTED, CORRECTING, form, part_of
from etl.map import HELD_FILE, HELD_ID, HELD_LINE
from etl.personal import HIDDEN, is_about_people, mask
from etl.read import Part, Unreadable, read
from etl.sites import Folder
from etl.sources import Source

# How the lists are headed, and what stands there.
HEADS = {HELD_ID: "held_id", HELD_FILE: "of_name", HELD_LINE: "of_line", "held_reasons": "reasons"}
Cells = dict[str, str]  # column → text


class Original(NamedTuple):
    """A held row as it stands in its file: whether it is torn, and its cells; none where the file is not there."""

    torn: bool
    cells: Cells | None


LOST = Original(False, None)


def write(
    rows: list[dict[str, Any]], folders: list[Folder], out: Path, reasons: Callable[[str], str]
) -> Iterator[Path]:
    """Write one CSV a source (UTF-8 with BOM, so that spreadsheets open it right), to be corrected and dropped into
    the inbox, the `reasons` in the reader's words; yields their paths. The time is in the names: no later list takes
    the place of a corrected one."""
    out.mkdir(parents=True, exist_ok=True)
    now = f"{datetime.now():%Y%m%d-%H%M%S}"
    for (site, source), held in _by_source(rows, folders):
        path = out / f"{CORRECTED.format(site=site.site.id, source=source.name)}-{now}.csv"
        original = [cells or {} for _, cells in originals(held, site, source)]
        columns = list(dict.fromkeys(column for cells in original for column in cells))
        path.touch(mode=0o600)  # names and numbers in the clear: for their owner alone
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*HEADS, *columns])
            for row, cells in zip(held, original, strict=True):
                said = row | {"reasons": reasons(row["reasons"])}
                writer.writerow(
                    [
                        *(said.get(name, "") for name in HEADS.values()),
                        *(safe(cells.get(column, "")) for column in columns),
                    ]
                )
        yield path


def shown(rows: list[dict[str, Any]], folders: list[Folder]) -> Iterator[tuple[dict[str, Any], Cells | None]]:
    """Each held row with the fields the mapping reads, those about people hidden and the rest masked; of a row whose
    cells are torn all of them hidden, as they may stand under another's name; none where its file is not there."""
    for (folder, source), held in _by_source(rows, folders):
        for row, (torn, cells) in zip(held, originals(held, folder, source), strict=True):
            there = {name: cell for name, cell in (cells or {}).items() if cell}
            said = {name: HIDDEN if torn else _masked(source, name, cell) for name, cell in there.items()}
            yield row, None if cells is None else said


def _masked(source: Source, column: str, cell: str) -> str:
    used = {name for name, spec in source.columns.items() if column in spec.sources}
    hidden = not used or used & (FREE_TEXT | HASHED | NAMES | source.personal)
    return HIDDEN if hidden or is_about_people(column) else mask(cell)


def _by_source(
    rows: list[dict[str, Any]], folders: list[Folder]
) -> Iterator[tuple[tuple[Folder, Source], list[dict[str, Any]]]]:
    sources = {(folder.site.id, source.name): (folder, source) for folder in folders for source in folder.sources}
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["site"], row["source"]].append(row)
    for key, held in grouped.items():
        if key in sources:
            yield sources[key], held


def originals(rows: list[dict[str, Any]], folder: Folder, source: Source) -> Iterator[Original]:
    """Each row with the source's own columns."""
    lines: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        lines[row["file"]].add(row["line"])
    found = {file: _lines(part_of(folder, file), source, wanted) for file, wanted in lines.items()}
    for row in rows:
        yield found[row["file"]].get(row["line"], LOST)


def _lines(part: Part, source: Source, wanted: set[int]) -> dict[int, Original]:
    try:
        with duckdb.connect() as con:
            rows = read(con, part, form(source, part.name.startswith(CORRECTING)))
            con.execute("create temp table wanted as select unnest(?::bigint[]) as line", [sorted(wanted)])
            records = con.execute(
                "select rows.* from rows join wanted on wanted.line = rows.line::bigint order by wanted.line"
            ).fetchall()
    except (Unreadable, OSError):
        return {}
    return {
        int(line): Original(
            bool(problem),
            {column: cell or "" for column, cell in zip(rows.columns, cells, strict=True) if column not in HEADS},
        )
        for line, problem, *cells in records
    }
