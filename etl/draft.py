"""A section of sources.toml drafted from a look at a file, so that a clerk only corrects it."""

import json
import re
from collections.abc import Iterator

from board.core.words import codes
from etl import judge
from etl.contract import CODES, TABLES
from etl.inspect import VALUED, Seen
from etl.sources import DATES, EMPTY

NEWEST = re.compile(r"更新时间|修改时间|导出时间|updated|modified|exported", re.IGNORECASE)
IN_NAME = re.compile(r"20\d{6}")
STATES = 0.3  # share of repeated numbers from which a list of tickets looks like a list of their states


def draft(seen: Seen) -> str:
    """A section of sources.toml to be corrected by whoever knows the file."""
    section = _section(seen)
    lines = [f"[{section}]", *_file(seen), "", f"[{section}.columns]", *_columns(seen), *_values(section, seen)]
    return "\n".join(lines) + "\n"


def _section(seen: Seen) -> str:
    """A name for the section: what the file's name says besides its numbers."""
    return _toml(re.sub(r"[\W\d_]+", "", seen.part.name.partition(".")[0]) or seen.table)


def _file(seen: Seen) -> Iterator[str]:
    """What the files of the section are called and how they are to be read."""
    pattern = re.sub(r"\d+", "*", seen.part.name)
    yield f"pattern = {_toml(pattern)}"
    yield f'table = "{seen.table}"'
    if seen.rows.encoding:
        yield f'encoding = "{seen.rows.encoding}"' if seen.rows.layout == "csv" else f"# {seen.rows.layout}"
    if seen.rows.sheet:
        yield f"sheet = {_toml(seen.rows.sheet)}"
    yield _newest(seen)
    nothing = sorted({word for column in seen.columns for word in column.nothing})
    if nothing:
        yield f"empty = [{', '.join(map(_toml, (*EMPTY, *nothing)))}]"
    key = seen.names.get(TABLES[seen.table].key[0])
    if seen.table == "ticket" and any(column.name == key and column.repeated > STATES for column in seen.columns):
        yield "# the same ticket stands here again and again: if these are its states in time, add a section"
        yield '# with table = "ticket_event", kind = "snapshots" and [[steps.changes]]'
    dates = list(dict.fromkeys(form for column in seen.columns for form in column.dates))
    if not set(dates) <= set(DATES):  # what begins with the year is read in every form without being told
        yield "# these dates can be read in two ways: keep the one your system writes"
        yield f"dates = [{', '.join(map(_toml, dates))}]"
    if seen.table == "ticket" and "unit_id" in seen.names:
        yield '# units = "from tickets"  # where no file lists the units; else tickets wait for theirs'


def _newest(seen: Seen) -> str:
    """The line that says which state of a row is newer: by a column, or to be filled in, perhaps by the file's name."""
    column = next((each.name for each in seen.columns if NEWEST.search(each.name) and each.kind == "stamp"), None)
    if column:
        return f"newest_by = {_toml(column)}"
    if IN_NAME.search(seen.part.name):
        return "# newest_by = {in_name = '([0-9]{8})'}  # where the file's name holds the day of export"
    return "# newest_by = …  # the column with the time of export"


def _columns(seen: Seen) -> Iterator[str]:
    """Canonical columns and where they stand; what is still needed; what of the file is not used."""
    for canonical, column in seen.names.items():
        yield f"{canonical} = {_toml(column)}"
    if seen.table == "ticket" and "closed_at" in seen.names and "resolved_at" not in seen.names:
        yield f"resolved_at = {_toml(seen.names['closed_at'])}  # where closing is the only settlement there is"
    for each in dict.fromkeys((*TABLES[seen.table].key, *sorted(judge.needed(seen.table)))):
        if each not in (*seen.names, "seq"):
            yield f"# {each} = …  # needed: rows without it are held"
    for unused in seen.columns:
        if unused.name not in seen.names.values():
            yield f"# not used: {_toml(unused.name)}{' (about people)' if unused.personal else ''}"


def _values(section: str, seen: Seen) -> Iterator[str]:
    """For each column of codes the office's words and the codes they stand for."""
    by_name = {column.name: column for column in seen.columns}
    for canonical, name in seen.names.items():
        words = [word for word in by_name[name].words if word not in CODES.get((seen.table, canonical), ())]
        if words and canonical in VALUED and not by_name[name].personal:
            yield from ("", f"[{section}.values.{canonical}]")
            yield from (_value(seen.table, canonical, word) for word in words)


def _value(table: str, column: str, word: str) -> str:
    """The line for a word of the office: with the code whose own word it is, else to be filled in."""
    known = CODES.get((table, column))
    said = codes().get("tier" if column.endswith("_tier") else column, {})
    code = next((code for code, words in said.items() if word in words.values() and (not known or code in known)), None)
    if code:
        return f'{_toml(word)} = "{code}"'
    return f'# {_toml(word)} = "{" | ".join(sorted(known)) if known else "…"}"'


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
