"""JSON and JSON Lines: records with varying keys, nested objects as dotted names."""

import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from etl.read.parts import Part
from etl.read.table import NOTHING, Form, Rows, Unreadable

LOOKED = 50  # lines by which JSON Lines are told from JSON that is broken
DEEPEST = 3  # how far down in a wrapping object the list of records is looked for
Record = tuple[int, Any, str | None]  # its number (in JSON Lines its line), the record, what is broken about it
NO_RECORD = "is not a record"


def rows(part: Part, form: Form, encoding: str) -> Rows:
    """The records of a JSON array, of JSON Lines, or of the one list inside a wrapping object. Raises Unreadable."""
    with part.open() as stream, io.TextIOWrapper(stream, encoding, "replace") as text:
        content = text.read().lstrip("\ufeff")
    try:
        found = list(_records(content, form.wanted))
        flat = [(line, _flat(record), problem) for line, record, problem in found]
    except json.JSONDecodeError as error:
        raise Unreadable("This is not valid JSON: line {line}, {why}.", line=error.lineno, why=error.msg) from error
    except (RecursionError, ValueError) as error:  # nested without end, a number of thousands of digits
        raise Unreadable("This is not valid JSON: line {line}, {why}.", line=1, why=error) from error
    there = dict.fromkeys(key for _, record, _ in flat for key in record)
    null = {key for key in there if all(record.get(key) is None for _, record, _ in flat)}  # with all that is below it
    nothing = (key for key in sorted(form.wanted) if any(key.startswith(f"{each}.") for each in null))
    columns = tuple(there | dict.fromkeys(nothing))
    if not columns:
        raise Unreadable(NOTHING)
    records = ([str(line), problem, *(record.get(key) for key in columns)] for line, record, problem in flat)
    return Rows(columns, records, "json", encoding)


def _records(content: str, wanted: frozenset[str]) -> Iterator[Record]:
    try:
        whole = json.loads(content)
    except json.JSONDecodeError:
        first = list(islice((line for line in content.split("\n") if line.strip()), LOOKED))
        if 2 * sum(map(_is_record, first)) < len(first):
            raise
        yield from _lines(content)
        return
    found = [len(wanted & _flat(each[0]).keys()) for each in _lists(whole, 0).values()]
    if isinstance(whole, dict) and len(wanted & _flat(whole).keys()) > max(found, default=0):
        whole = [whole]  # one record, whatever lists it has in it
    for number, record in enumerate(whole if isinstance(whole, list) else _inside(whole), 1):
        yield number, record, None if isinstance(record, dict) and record else NO_RECORD


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except json.JSONDecodeError:
        return False


def _lines(content: str) -> Iterator[Record]:
    """A line that is no JSON is one broken record, not a broken file."""
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            try:
                record = json.loads(line)
            except json.JSONDecodeError:
                yield number, {}, "is no valid JSON"
            else:
                yield number, record, None if isinstance(record, dict) else NO_RECORD


def _inside(whole: Any, depth: int = 0) -> list[Any]:
    """The records of a wrapping object: its one list of objects, or itself. Raises Unreadable."""
    lists = _lists(whole, depth)
    if len(lists) > 1:
        raise Unreadable("There are {n} lists in this file; export each by itself.", n=len(lists))
    return next(iter(lists.values()), [whole])


def _lists(whole: Any, depth: int, prefix: str = "") -> dict[str, list[Any]]:
    if not isinstance(whole, dict) or depth == DEEPEST:
        return {}
    found: dict[str, list[Any]] = {}
    for key, value in whole.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found[prefix + key] = value
        found |= _lists(value, depth + 1, f"{prefix}{key}.")
    return found


def _flat(record: Any, prefix: str = "") -> dict[str, str | None]:
    """Nested objects as dotted names; lists as JSON."""
    flat: dict[str, str | None] = {}
    for key, cell in record.items() if isinstance(record, dict) else ():
        if isinstance(cell, dict):
            flat |= _flat(cell, f"{prefix}{key}.")
        elif cell is None:
            flat[f"{prefix}{key}"] = None
        else:
            said = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
            flat[f"{prefix}{key}"] = said.encode("utf-8", "replace").decode()  # a lone surrogate is no text
    return flat
