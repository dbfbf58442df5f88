"""The held rows with the source's own columns, read again from where they lay: for the screen and for correction."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import duckdb

from board.core.cells import safe, unmarked
from etl.contract import FREE_TEXT, HASHED, NAMES
from etl.corrections import MARK, sealed
from etl.inbox import CORRECTED, CORRECTING, form, part_of
from etl.map import HELD_FILE, HELD_ID, HELD_LINE
from etl.personal import HIDDEN, is_about_people, mask
from etl.read import LINE, Part, Unreadable, raw, read
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
    rows: list[dict[str, Any]], folders: list[Folder], key: str, out: Path, reasons: Callable[[str], str]
) -> Iterator[tuple[Path, int]]:
    """Write one CSV a source (UTF-8 with BOM, so that spreadsheets open it right), to be corrected and dropped into
    the inbox, the `reasons` in the reader's words; yields their paths, and of how many rows the file is not there or
    says something else by now, so that they are not in it. The time is in the names: no later list takes the place of
    a corrected one."""
    out.mkdir(parents=True, exist_ok=True)
    now = f"{datetime.now():%Y%m%d-%H%M%S}"
    for (site, source), held in _by_source(rows, folders):
        path = out / f"{CORRECTED.format(site=site.site.id, source=source.name)}-{now}.csv"
        there = [
            (row, cells)
            for row, (_, cells) in zip(held, originals(held, site, source, key), strict=True)
            if cells is not None
        ]
        columns = list(dict.fromkeys(column for _, cells in there for column in cells))
        path.touch(mode=0o600)  # names and numbers in the clear: for their owner alone
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*HEADS, *map(safe, columns)])
            for row, cells in there:
                said = row | {"reasons": reasons(row["reasons"])}
                own = [*(said.get(name, "") for name in HEADS.values()), *(cells.get(name, "") for name in columns)]
                writer.writerow([safe(cell) for cell in own])
        yield path, len(held) - len(there)


def shown(rows: list[dict[str, Any]], folders: list[Folder], key: str) -> Iterator[tuple[dict[str, Any], Cells | None]]:
    """Each held row with the fields the mapping reads, those about people hidden and the rest masked; of a row whose
    cells are torn all of them hidden, as they may stand under another's name; none where its file is not there, or
    says something else by now."""
    for (folder, source), held in _by_source(rows, folders):
        for row, (torn, cells) in zip(held, originals(held, folder, source, key), strict=True):
            there = {name: cell for name, cell in (cells or {}).items() if cell}
            said = {name: HIDDEN if torn else _masked(source, name, cell) for name, cell in there.items()}
            yield row, None if cells is None else said


def _masked(source: Source, column: str, cell: str) -> str:
    used = {name for name, spec in source.columns.items() if column in spec.sources}
    hidden = not used or used & (FREE_TEXT | HASHED | NAMES | source.personal)
    return HIDDEN if hidden or is_about_people(column) else mask(cell)


def without_section(rows: list[dict[str, Any]], folders: list[Folder]) -> int:
    """How many held rows are of a section, or a site, that is not there any more, so that nobody could read them."""
    return sum((row["site"], row["source"]) not in _sections(folders) for row in rows)


def _sections(folders: list[Folder]) -> dict[tuple[str, str], tuple[Folder, Source]]:
    return {(folder.site.id, source.name): (folder, source) for folder in folders for source in folder.sources}


def _by_source(
    rows: list[dict[str, Any]], folders: list[Folder]
) -> Iterator[tuple[tuple[Folder, Source], list[dict[str, Any]]]]:
    sources = _sections(folders)
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["site"], row["source"]].append(row)
    for key, held in grouped.items():
        if key in sources:
            yield sources[key], held


def originals(rows: list[dict[str, Any]], folder: Folder, source: Source, key: str) -> Iterator[Original]:
    """Each row with the source's own columns. It is known by its text, not by its line: its file may have changed since
    it was read. One that was corrected in vain in a list that is gone stands where it came from."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for file, mark in (place for row in rows for place in _places(row)):
        wanted[file].add(mark)
    found = {file: _marked(part_of(folder, file), folder, source, key, marks) for file, marks in wanted.items()}
    for row in rows:
        yield next((found[file][mark] for file, mark in _places(row) if mark in found[file]), LOST)


def _places(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The files that may hold a row, and what its text is known by there."""
    yield row["file"], row.get("seal", "")[:MARK]
    came_from = PurePosixPath(row["of_name"])  # as a list says, which anybody may have written
    if row["of_name"] != row["file"] and not came_from.is_absolute() and ".." not in came_from.parts:
        yield row["of_name"], row["held_id"][1:]


def _marked(part: Part, folder: Folder, source: Source, key: str, marks: set[str]) -> dict[str, Original]:
    """Of the rows of one file those whose seals begin so."""
    try:
        with duckdb.connect() as con:
            rows = read(con, part, form(source, part.name.startswith(CORRECTING)))
            seal = sealed(key, folder.site.id)
            con.execute("create temp table wanted as select unnest(?::varchar[]) as mark", [sorted(marks)])
            records = con.execute(
                f"select mark, sealed.* exclude (mark, raw, {LINE}) "
                f"from (select *, left({seal}, {MARK}) as mark from (select *, {raw(rows.columns)} as raw from rows)) "
                "as sealed join wanted using (mark)"
            ).fetchall()
    except (Unreadable, OSError):
        return {}
    names = [unmarked(column) for column in rows.columns]
    return {
        mark: Original(
            bool(problem),
            {column: cell or "" for column, cell in zip(names, cells, strict=True) if column not in HEADS},
        )
        for mark, problem, *cells in records
    }
