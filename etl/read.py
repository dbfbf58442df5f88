"""One file into rows of text: encoding, delimiter, header and the line each row starts on."""

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from board.core.words import Told

NOTHING = "The file is empty."
LINE, PROBLEM = "_line", "_problem"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CHINESE = ("gbk", "gb2312", "gb18030")  # all read as the widest: strict GBK rejects real files
DELIMITERS = (",", "\t", ";", "|")
csv.field_size_limit(2**24)  # one cell of free text; a larger one is a torn file


class Unreadable(Told):
    """A file that cannot be read at all; one sentence says why."""


@dataclass(frozen=True)
class Rows:
    """What a file holds: its columns, the data rows as an Arrow table of text with the line each row starts
    on (`_line`) and what is broken about the row itself (`_problem`), and how many rows are no data."""

    columns: tuple[str, ...]
    table: pa.Table
    ignored: int
    encoding: str
    layout: str = field(default="csv")


def read(path: Path, encoding: str | None = None, delimiter: str | None = None) -> Rows:
    """All rows of a CSV, TSV, JSON or JSON Lines file. Raises Unreadable with one sentence."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable("The file cannot be opened: {why}.", why=error.strerror) from error
    if not content.strip():
        raise Unreadable(NOTHING)
    text, found = decode(content, encoding)
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml")):
        raise Unreadable("This is a web page, not a table; export it again as CSV.")
    if start[:1] in "[{":
        return _json(text, found)
    return _csv(text, found, delimiter)


def decode(content: bytes, encoding: str | None) -> tuple[str, str]:
    """The text of a file and the encoding it was in: the declared one, else by its mark, else UTF-8 where it
    is valid UTF-8, else GB18030. Raises Unreadable."""
    marked = next((codec for mark, codec in BOMS if content.startswith(mark)), None)
    wanted = marked or ("gb18030" if encoding in CHINESE else encoding)
    for codec in (wanted,) if wanted else ("utf-8", "gb18030"):
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, codec
    raise Unreadable("This is not text in {encoding}.", encoding=wanted or "UTF-8 / GB18030")


def _csv(text: str, encoding: str, delimiter: str | None) -> Rows:
    first = text.lstrip().split("\n", 1)[0]
    mark = delimiter or max(DELIMITERS, key=lambda each: len(next(csv.reader([first], delimiter=each))))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    columns: tuple[str, ...] = ()
    rows: list[list[str | None]] = []
    ignored, line = 0, 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                ignored += 1
            elif not columns:
                columns = _header(cells)
            else:
                rows.append([str(start), _width(cells, columns), *_padded(cells, len(columns))])
    except csv.Error as error:
        raise Unreadable("The file is torn near line {line}: {why}.", line=reader.line_num, why=error) from error
    if not columns:
        raise Unreadable(NOTHING)
    return Rows(columns, _arrow(columns, rows), ignored, encoding)


def _header(cells: list[str]) -> tuple[str, ...]:
    """Column names, trimmed; a blank one is named by its place, a repeated one by its count."""
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        plain = cell.strip() or f"column {place}"
        repeated = sum(1 for known in names if known == plain or known.startswith(f"{plain} #"))
        names.append(f"{plain} #{repeated + 1}" if repeated else plain)
    return tuple(names)


def _width(cells: list[str], columns: tuple[str, ...]) -> str | None:
    """Too few cells, or more than the header names (empty ones at the end do no harm), make a broken row."""
    if len(cells) >= len(columns) and not any(cell.strip() for cell in cells[len(columns) :]):
        return None
    return f"has another number of cells than the header: {len(cells)} / {len(columns)}"


def _padded(cells: list[str], width: int) -> list[str | None]:
    return [*cells[:width], *[None] * (width - len(cells))]


def _json(text: str, encoding: str) -> Rows:
    try:
        records = json.loads(text) if text.lstrip().startswith("[") else _lines(text)
    except json.JSONDecodeError as error:
        raise Unreadable("This is not valid JSON: line {line}, {why}.", line=error.lineno, why=error.msg) from error
    flat = [(line, _flat(record)) for line, record in enumerate(records, 1)]
    columns = tuple(dict.fromkeys(key for _, record in flat for key in record))
    if not columns:
        raise Unreadable(NOTHING)
    rows: list[list[str | None]] = [
        [str(line), None if record else "is not a record", *(record.get(key) for key in columns)]
        for line, record in flat
    ]
    return Rows(columns, _arrow(columns, rows), 0, encoding, "json")


def _lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _flat(record: Any, prefix: str = "") -> dict[str, str]:
    """Nested objects as dotted names; lists as JSON; nulls left out."""
    flat: dict[str, str] = {}
    for key, cell in record.items() if isinstance(record, dict) else ():
        if isinstance(cell, dict):
            flat |= _flat(cell, f"{prefix}{key}.")
        elif cell is not None:
            flat[f"{prefix}{key}"] = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
    return flat


def _arrow(columns: tuple[str, ...], rows: list[list[str | None]]) -> pa.Table:
    names = [LINE, PROBLEM, *columns]
    turned = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table({key: pa.array(cells, pa.string()) for key, cells in zip(names, turned, strict=True)})
