"""JSON and JSON Lines: records with varying keys, nested objects as dotted names."""

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from etl.read.parts import Part
from etl.read.table import EXACT, NOTHING, Form, Rows, Unreadable
from etl.read.text import NO_TEXT, TORN_BYTE, opened

LOOKED = 50  # lines by which JSON Lines are told from JSON that is broken
LONGEST = 10_000  # characters of a broken line that are kept for whoever corrects it
DEEPEST = 3  # how far down in a wrapping object the list of records is looked for
Record = tuple[int, Any, str | None]  # its number (in JSON Lines its line), the record, what is broken about it
NUL = r"\u0000"  # as JSON writes it
NO_RECORD = "is not a record"


def rows(part: Part, form: Form, encoding: str) -> Rows:
    """The records of a JSON array, of JSON Lines, or of the one list inside a wrapping object. Raises Unreadable."""
    with opened(part, encoding) as text:
        content = text.read().lstrip("\ufeff")
    try:
        found = list(_records(content, form.wanted))
        flat = [(line, _flat(record), problem) for line, record, problem in found]
    except json.JSONDecodeError as error:
        raise Unreadable("This is not valid JSON: line {line}, {why}.", line=error.lineno, why=error.msg) from error
    except (RecursionError, ValueError) as error:
        raise Unreadable("This is not valid JSON: it is nested too deep, or a number in it is too long.") from error
    if not found:  # an export of a week in which nothing came
        return Rows(tuple(sorted(form.wanted)), iter(()), "json", encoding)
    there = dict.fromkeys(key for _, record, _ in flat for key in record)
    null = {key for key in there if all(record.get(key) is None for _, record, _ in flat)}  # with all that is below it
    nothing = (key for key in sorted(form.wanted) if any(key.startswith(f"{each}.") for each in null))
    columns = tuple(there | dict.fromkeys(nothing))
    if not columns:
        raise Unreadable(NOTHING)
    for (_, record, _), (_, cells, _) in zip(found, flat, strict=True):
        if not isinstance(record, dict):  # what stands there in the first column, for whoever corrects it
            cells[columns[0]] = record
    if TORN_BYTE in content or NUL in content:
        flat = [(line, record, problem or _torn(record)) for line, record, problem in flat]
    records = ([str(line), problem, *(_text(record.get(key)) for key in columns)] for line, record, problem in flat)
    return Rows(columns, records, "json", encoding)


def _records(content: str, wanted: frozenset[str]) -> Iterator[Record]:
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        lines = _lines(content)
        first = list(islice(lines, LOOKED))
        if 2 * sum(problem is None for _, _, problem in first) < len(first):
            raise
        yield from chain(first, lines)
        return
    for number, record in enumerate(whole if isinstance(whole, list) else _inside(whole, wanted), 1):
        yield number, record, None if isinstance(record, dict) and record else NO_RECORD


def _lines(content: str) -> Iterator[Record]:
    """A line that is no JSON is one broken record, not a broken file."""
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):  # nested without end, a number of thousands of digits
                yield number, line.strip()[:LONGEST], "is no valid JSON"
            else:
                yield number, record, None if isinstance(record, dict) else NO_RECORD


def _inside(whole: Any, wanted: frozenset[str]) -> list[Any]:
    """The records of a wrapping object: its one list of objects, or nothing where its lists are empty; or itself, where
    more of the wanted columns are found in it than in a list. Raises Unreadable."""
    every = _lists(whole, 0)
    lists = [records for records in every if records]
    own = len(wanted & dict(_cells(whole)).keys())
    if not lists:
        return [] if every and not own else [whole]
    if own > max(len(wanted & dict(_cells(records[0])).keys()) for records in lists):
        return [whole]
    if len(lists) > 1:
        raise Unreadable("There are {n} lists in this file; export each by itself.", n=len(lists))
    return lists[0]


def _lists(whole: Any, depth: int) -> list[list[Any]]:
    """The lists of objects in it, and those that are empty."""
    if not isinstance(whole, dict) or depth == DEEPEST:
        return []
    own = [value for value in whole.values() if isinstance(value, list) and (not value or isinstance(value[0], dict))]
    return own + [found for value in whole.values() for found in _lists(value, depth + 1)]


def _flat(record: Any) -> dict[str, Any]:
    """Each cell of a record by its name."""
    return {_plain(name): cell for name, cell in _cells(record)}


def _cells(record: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The cells of a record with their names; those of nested objects with dotted ones."""
    for key, cell in record.items() if isinstance(record, dict) else ():
        if isinstance(cell, dict):
            yield from _cells(cell, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", cell


def _text(cell: Any) -> str | None:
    """A cell as text; lists as JSON, whole numbers without a point."""
    if cell is None or isinstance(cell, str):
        return cell and _plain(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    return _plain(json.dumps(cell, ensure_ascii=False))


def _plain(text: str) -> str:
    """Without lone surrogates, which are no text."""
    return text.encode("utf-8", "replace").decode()


def _torn(record: dict[str, Any]) -> str | None:
    said = json.dumps(record, ensure_ascii=False)
    return NO_TEXT if TORN_BYTE in said or NUL in said else None
