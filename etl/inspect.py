"""A look at a file nobody has mapped yet: what it is, what is in it, and what that seems to be."""

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb

from etl.contract import FREE_TEXT, NAMES, TABLES
from etl.map import NO, YES, moment_of
from etl.personal import CARD, HIDDEN, PHONE, is_about_people, is_prose, mask
from etl.read import AGAIN, LINE, NOTHING, Form, Part, Rows, Unreadable, read
from etl.sources import DATES, EMPTY, MONTHS

LOOKED = 20_000  # rows; enough to know a column by
HEADERS = Path(__file__).with_name("headers.toml")
AMBIGUOUS = (  # forms that read two ways, tried only to say that the office must say which: day first, month first
    ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y", "%d.%m.%Y"),
    ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%m-%d-%Y", "%B %d %Y"),
)
LIKE_A_DATE = re.compile(r"\d.*\D.*\d|^(?:19|20)\d{6}(?:\d{6})?$")
OF_DATA = re.compile(
    rf"{CARD}|{PHONE}|^[A-Za-z]{{0,4}}-?\d{{7,}}$|^(?:19|20)\d\d\D\d{{1,2}}\D\d{{1,2}}[\d\s:T日时分秒.]*$"
)
EPOCH = {r"1\d{9}": ("epoch",), r"1\d{12}": ("epoch_ms",)}  # numbers of seconds, of milliseconds since 1970
TIMES = re.compile(r"时间|日期|time|date|(?:_at|At)$")
SHOWN = 3  # examples of a column
WIDE = 32  # characters of an example that are shown
FEW = 12  # different words up to which a column is one of codes
LISTED = 40  # different words up to which they are all listed, for the office to say what each stands for
MOSTLY = 0.8  # share of a column's words from which it is taken for what they are
PROSE = re.compile(r"备注|内容|描述|意见|说明|详情|note|remark|comment|description", re.IGNORECASE)
NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff·]{1,12}")
SAMPLED = 200  # different words of a column that are looked at
VALUED = {"level", "channel", "category", "class", "entry", "tier", "event", "from_tier", "to_tier", "satisfaction",
          "kind", "role", "network"}  # fmt: skip  # whose words stand for codes
MISSING = {*EMPTY, "?", "无", "暂无", "未知", "NA", "n/a", "nan", "NaN", "none", "Unspecified", "unknown"}


@dataclass(frozen=True)
class Column:
    """One column of the file: what it seems to hold, how much of it is empty, and a few of its cells."""

    name: str
    kind: str  # stamp, whole, number, yes_no, code, text or empty
    empty: float  # share of rows
    examples: tuple[str, ...]  # as they may be shown
    dates: tuple[str, ...]  # forms to be named for its dates to be read; those that begin with the year need none
    words: tuple[str, ...]  # all of them, where they are few
    personal: bool
    nothing: tuple[str, ...]  # cells that seem to mean nothing and are not known to
    repeated: float  # share of its cells that stood in it before
    odd: tuple[str, ...] = ()  # cells of a column of dates that are none
    of_people: bool = False  # whether its words look like names


@dataclass(frozen=True)
class Seen:
    """What a file is, column by column, and the table it looks most like with the canonical columns found in it."""

    part: Part
    rows: Rows
    count: int
    broken: int
    columns: tuple[Column, ...]
    table: str
    names: dict[str, str]  # canonical column → column of the file

    @property
    def is_headless(self) -> bool:
        """Whether a moment or a long number stands where the columns' names should."""
        return bool(self.rows.header) and any(OF_DATA.search(mask(column.name)) for column in self.columns)


def shown_name(seen: Seen, column: Column) -> str:
    """A column's name as it may be shown: where the header is none, only those that are known for one."""
    return HIDDEN if seen.is_headless and column.name not in seen.names.values() else mask(column.name)


@cache
def known_headers() -> dict[str, dict[str, list[str]]]:
    """Table → canonical column → the words offices head it with."""
    return tomllib.loads(HEADERS.read_text("utf-8"))


def inspect(part: Part) -> Seen:
    """Look at one table of a file. Raises Unreadable."""
    every = {word for columns in known_headers().values() for words in columns.values() for word in words}
    with duckdb.connect() as con:
        rows = read(con, part, Form(wanted=frozenset(every)))
        if _goes_on(con, rows):
            rows = read(con, part, Form(header=(rows.header[0], rows.header[0] + 1)))
        count, broken = con.execute("select count(*), count(problem) from rows").fetchall()[0]
        if rows.layout == "json" and not count:  # whose columns nobody knows
            raise Unreadable(NOTHING)
        cells = con.execute(
            f"select * exclude (line, problem) from rows where problem is null limit {LOOKED}"
        ).fetchall()
    columns = tuple(_column(name, [row[place] or "" for row in cells]) for place, name in enumerate(rows.columns))
    table, names = _likely(columns)
    prose = {names[canonical] for canonical in FREE_TEXT & set(names)}
    valued = {names[canonical] for canonical in VALUED & set(names)}
    people = {names[canonical] for canonical in ("steward_id", *NAMES) if canonical in names}
    unused = {column.name for column in columns} - set(names.values())
    columns = tuple(
        _with_examples(
            column,
            column.name in prose or (column.of_people and column.name in people | unused),
            column.name in valued,
        )
        for column in columns
    )
    return Seen(part, rows, count, broken, columns, table, names)


def _goes_on(con: duckdb.DuckDBPyConnection, rows: Rows) -> bool:
    """Whether the header has a second row, which tells columns of one name apart and says nothing new of the others."""
    alike = {AGAIN.sub("", name) for name in rows.columns if AGAIN.search(name)}
    if not alike or len(rows.header) != 1:  # records have none
        return False
    first = con.execute(f"select * exclude (line, problem) from rows where {LINE} = ?", [rows.header[0] + 1]).fetchall()
    return bool(first) and all(
        cell if AGAIN.sub("", name) in alike else cell in (None, "", name)
        for name, cell in zip(rows.columns, first[0], strict=True)
    )


def _column(name: str, cells: list[str]) -> Column:
    words = Counter(cell for cell in cells if cell not in MISSING)
    filled = sum(words.values())
    kind, dates, odd = _since_1970(name, list(words)) or _kind(list(words)[:SAMPLED], filled)
    personal = kind not in ("stamp", "empty") and is_about_people(name)
    hide = str if kind == "stamp" else mask
    hidden = personal or (kind in ("code", "text") and (is_prose(list(words)[:SAMPLED]) or bool(PROSE.search(name))))
    shown = (HIDDEN,) if hidden else tuple(hide(word)[:WIDE] for word, _ in words.most_common(SHOWN))
    few = tuple(word for word, _ in words.most_common()) if kind in ("code", "text") and len(words) <= LISTED else ()
    few = tuple(word for word in few if mask(word) == word)
    nothing = tuple(sorted({cell for cell in cells if cell in MISSING} - {*EMPTY}))
    repeated = 1 - len(words) / filled if filled else 0
    named = sum(1 for word in words if NAME.fullmatch(word)) > MOSTLY * len(words) > 0
    empty = 1 - filled / max(len(cells), 1)
    return Column(name, kind, empty, shown, dates, few, personal, nothing, repeated, tuple(map(mask, odd)), named)


def _with_examples(column: Column, hidden: bool, valued: bool) -> Column:
    """A column with the examples that may be shown now that it is known what it holds: none of free text and of names;
    of words that stand for codes the first, since the office has to say for which."""
    if hidden:
        return replace(column, examples=(HIDDEN,))
    if valued and column.words and not column.personal:
        return replace(column, examples=column.words[:SHOWN])
    return column


class Kind(NamedTuple):
    """What a column holds: of dates the forms to be named, and the words that are none where most of them are."""

    name: str
    dates: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()


def _since_1970(name: str, words: list[str]) -> Kind | None:
    """The kind of a column of moments that are written as numbers."""
    forms = [form for number, form in EPOCH.items() if words and all(re.fullmatch(number, word) for word in words)]
    return Kind("stamp", forms[0]) if forms and TIMES.search(name) else None


def _kind(words: list[str], filled: int) -> Kind:
    if not words:
        return Kind("empty")
    if {word.lower() for word in words} <= {*YES, *NO} and not set(words) <= {"0", "1"}:
        return Kind("yes_no")
    dates, forms = _dates(words)
    if len(dates) == len(words):
        return Kind("stamp", forms)
    if all(re.fullmatch(r"[+-]?\d{1,15}", word) for word in words):
        return Kind("whole")
    if all(re.fullmatch(r"[+-]?[\d,]*\.?\d+\s*[%％]?", word) for word in words):
        return Kind("number")
    if len(dates) >= MOSTLY * len(words):
        return Kind("stamp", forms, tuple(word for word in words if word not in dates))
    return Kind("code" if len(words) <= FEW < filled else "text")


def _dates(words: list[str]) -> tuple[set[str], tuple[str, ...]]:
    """Which of these cells are dates, and the forms a section must name to have them read. Of those that read in two
    ways each one that fits as many cells is given, for the office to choose."""
    like = [word for word in words if LIKE_A_DATE.search(word)]
    for forms, named in ((DATES, ()), (MONTHS, MONTHS)):
        read = _read(like, forms)
        if len(read) >= MOSTLY * len(words):
            return read, named
    found = [max(((_read(like, [form]), form) for form in forms), key=lambda each: len(each[0])) for forms in AMBIGUOUS]
    most = max((read for read, _ in found), key=len)
    ambiguous = tuple(form for read, form in found if len(read) == len(most) > 0)
    plain = _read(like, DATES) if ambiguous else set()
    return most | plain, (*ambiguous, *(form for form in DATES if plain and _read(like, [form])))


def _read(words: list[str], forms: Sequence[str]) -> set[str]:
    """The cells that a load reads as dates by these forms."""
    if not words:
        return set()
    sql = f"select word from (select unnest(?::varchar[]) as word) where {moment_of('word', forms)} is not null"
    return {word for (word,) in duckdb.execute(sql, [words]).fetchall()}


def _likely(columns: tuple[Column, ...]) -> tuple[str, dict[str, str]]:
    """The table most of whose columns, its key first of all, are found among these."""
    best: tuple[tuple[int, int], str, dict[str, str]] = ((-1, -1), "ticket", {})
    # What never repeats counts the rows of this file, not the steps of a ticket.
    ordering = {column.name for column in columns if column.kind == "whole" and column.repeated}
    for table, known in known_headers().items():
        names = named(columns, known)
        if names.get("seq", "") not in {"", *ordering}:
            names = named(columns, {canonical: words for canonical, words in known.items() if canonical != "seq"})
        keys = sum(1 for key in TABLES[table].key if key in names or key == "seq")
        worth = (int(keys == len(TABLES[table].key)), len(names))
        best = max(best, (worth, table, names), key=lambda each: each[0])
    return best[1], best[2]


def named(columns: tuple[Column, ...], known: dict[str, list[str]]) -> dict[str, str]:
    """Canonical column → the column headed with one of the words known for it."""
    names: dict[str, str] = {}
    for canonical, words in known.items():
        plain = [_plain(word) for word in words]
        left = [column for column in columns if column.name not in names.values()]
        exact = [column.name for word in plain for column in left if word in (_plain(column.name), _last(column.name))]
        within = [column.name for word in plain for column in left if len(word) > 3 and word in _plain(column.name)]
        if exact or within:
            names[canonical] = (exact or within)[0]
    return names


def _last(name: str) -> str:
    return _plain(name.rpartition(".")[2])


def _plain(name: str) -> str:
    """A header without blanks, brackets and what it is nested in."""
    return re.sub(r"[（(].*[)）]$|[\s_\-]", "", name.rpartition("/")[2]).lower()
