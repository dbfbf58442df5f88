"""One section of sources.toml: which files of an office it is about, and how their cells map to the contract."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

import duckdb
import msgspec

from board.core.settings import TIERS, Text, WrongSetting, shaped
from etl.contract import CODES, EVENTS, FREE_TEXT, TABLES, Table
from etl.read import Form

DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
TIMES = (" %H:%M:%S", " %H:%M", "", "T%H:%M:%S", "T%H:%M", " %H:%M:%S.%f", "T%H:%M:%S.%f", " %H时%M分%S秒",
         " %H时%M分", " %H时", "%H:%M:%S", "%H:%M", "%H时%M分%S秒", "%H时%M分", "%H时")  # fmt: skip
EPOCHS = {"epoch": 1, "epoch_ms": 1000}  # forms that are numbers since 1970, and how many of them make a second
DATES = (  # every form that reads in one way only: what begins with the year
    *(day + time for day in DAYS for time in TIMES),
    "%Y%m%d", "%Y%m%d%H%M%S", "%Y%m%d %H%M%S", "%Y%m%d %H:%M:%S", "%Y%m%d %H:%M",
)  # fmt: skip
MONTHS = ("%Y年%m月", "%Y-%m", "%Y/%m")  # which are no day; where a mapping names them, the first one, or the last
EMPTY = ("", "-", "--", "—", "/", "N/A", "NULL", "null", "None")
DATE_FORM = re.compile(r"(?:[^%]|%(?:-?[dmyYHIMSfpzjbBaAn]|%))+")

MIXED = re.compile(r"%d\W%m\W.*|%m\W%d\W.*")  # forms of which one reads the day where another reads the month

COLUMN = "unknown column {unknown}; known are {known}"
VALUE_MAP = "unknown value map {unknown}; known are {known}"
KEPT = "unknown kept text {unknown}; known are {known}"
PERSONAL = "unknown personal column {unknown}; known are {known}"
CODE = "unknown code of {column} {unknown}; known are {known}"

DateForm = Annotated[str, msgspec.Meta(min_length=2)]
_Row = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class _ColumnToml(msgspec.Struct, forbid_unknown_fields=True):
    """A column that needs more than a name."""

    source: Text | Annotated[list[Text], msgspec.Meta(min_length=2)] | None = msgspec.field(name="from", default=None)
    value: Text | None = None
    find: Text | None = None
    empty: list[str] = []
    dates: list[DateForm] = []


class _InName(msgspec.Struct, forbid_unknown_fields=True):
    in_name: Text


class _ChangeToml(msgspec.Struct, forbid_unknown_fields=True):
    """Which change of which column is which event."""

    column: Text
    event: Literal[EVENTS]  # type: ignore[valid-type]
    source: list[str] = msgspec.field(name="from", default_factory=list)
    to: list[str] = []
    from_tier: Literal[(*TIERS, "")] = ""  # type: ignore[valid-type]
    to_tier: Literal[(*TIERS, "")] = ""  # type: ignore[valid-type]
    repeats: bool = False


class _SourceToml(msgspec.Struct, forbid_unknown_fields=True):
    """What a section of sources.toml may say, and of which type."""

    pattern: Text
    table: Literal[tuple(TABLES)]  # type: ignore[valid-type]
    columns: dict[str, Text | _ColumnToml]
    encoding: Literal["utf-8", "utf-8-sig", "utf-16", "gbk", "gb2312", "gb18030"] | None = None
    delimiter: Annotated[str, msgspec.Meta(pattern=r'^[^"\r\n]$')] | None = None
    sheet: Text | None = None
    header: _Row | Annotated[list[_Row], msgspec.Meta(min_length=1, max_length=2)] | None = None
    kind: Literal["snapshots"] | None = None
    changes: list[_ChangeToml] = []
    personal: list[str] = []
    newest_by: Text | _InName | None = None
    dates: Annotated[tuple[DateForm, ...], msgspec.Meta(min_length=1)] = DATES
    empty: tuple[str, ...] = EMPTY
    keep: list[str] = []
    units: Literal["from tickets"] | None = None
    only_with: list[Text] = []
    values: dict[str, dict[str, str]] = {}


@dataclass(frozen=True)
class Column:
    """Where one canonical column comes from: source columns, joined where they are several (or a constant), a regular
    expression whose first group is the value, cells that mean empty, and the date formats of this column."""

    sources: tuple[str, ...]
    constant: str | None = None
    find: str | None = None
    empty: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A change between two snapshots of a ticket that is an event: of this column, from one of these values (none
    given: any) to one of these. `repeats`: a later snapshot that still says so is the event again."""

    column: str
    event: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    from_tier: str | None
    to_tier: str | None
    repeats: bool


@dataclass(frozen=True)
class Source:
    """One kind of file an office exports."""

    name: str
    pattern: str
    table: str
    columns: dict[str, Column]
    form: Form = Form()  # noqa: RUF009 — frozen itself
    changes: tuple[Change, ...] = ()
    personal: frozenset[str] = frozenset()
    newest_by: str | None = None  # a source column
    newest_in_name: str | None = None  # a regular expression that finds the export date in the file's name
    dates: tuple[str, ...] = DATES
    empty: tuple[str, ...] = EMPTY
    keep: frozenset[str] = frozenset()
    units_from_tickets: bool = False
    only_with: tuple[str, ...] = ()  # source columns: a row that says nothing in any of them is none of this table
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    hash: str = ""  # of the mapping: a changed mapping reads its files again

    @property
    def dated(self) -> bool:
        """Whether its rows or files say when they were exported, so that the order of reading does not matter."""
        return bool(self.newest_by or self.newest_in_name)


def parse_source(name: str, raw: Any) -> Source:
    """One section of sources.toml. Raises WrongSetting saying what is wrong."""
    if not re.fullmatch(r"[\w-]+", name):  # it becomes part of a file's name
        raise WrongSetting("a section is named with letters, digits, _ and -")
    said = shaped(_SourceToml, raw)
    table = TABLES["snapshot" if said.kind else said.table]
    _check(said, table)
    columns = {column: _column(spec) for column, spec in said.columns.items()}
    _check_columns(said, table, columns)
    in_name = said.newest_by.in_name if isinstance(said.newest_by, _InName) else None
    newest = said.newest_by if isinstance(said.newest_by, str) else None
    return Source(
        name=name,
        pattern=_glob(said.pattern),
        table=table.name,
        columns=columns,
        form=_form(said, columns, newest),
        changes=tuple(_change(each) for each in said.changes),
        personal=frozenset(said.personal),
        newest_by=newest,
        newest_in_name=_pattern(in_name),
        dates=said.dates,
        empty=said.empty,
        keep=frozenset(said.keep),
        units_from_tickets=said.units is not None,
        only_with=tuple(said.only_with),
        values=said.values,
        hash=sha256(repr((name, sorted(raw.items(), key=str))).encode()).hexdigest()[:16],
    )


def _check(said: _SourceToml, table: Table) -> None:
    """Raises WrongSetting for a section that names what its table does not have, or lacks what it needs."""
    snapshots = bool(said.kind)
    if said.table == "snapshot" or snapshots != bool(said.changes) or (snapshots and said.table != "ticket_event"):
        raise WrongSetting('snapshots are a table = "ticket_event" with kind = "snapshots" and [[changes]]')
    _known(COLUMN, said.columns, set(table.columns))
    _known(VALUE_MAP, said.values, set(said.columns))
    _known(KEPT, said.keep, FREE_TEXT & set(table.columns))
    texts = {column for column, kind in table.columns.items() if kind == "text" and (said.table, column) not in CODES}
    _known(PERSONAL, said.personal, texts)
    missing = [column for column in table.key if column not in said.columns and column not in ("seq", "section")]
    if missing:
        raise WrongSetting(
            "the key column {missing} of {table} is not mapped", missing=", ".join(missing), table=table.name
        )


def _check_columns(said: _SourceToml, table: Table, columns: dict[str, Column]) -> None:
    """Raises WrongSetting for codes that the contract does not know, and for what is no form of dates."""
    for column, spec in columns.items():
        words = [*said.values.get(column, {}).values(), *([spec.constant] if spec.constant else [])]
        _known(CODE, [word for word in words if word], CODES.get((table.name, column)), column=column)
    for form in (form for forms in (said.dates, *(spec.dates for spec in columns.values())) for form in forms):
        if form not in {*EPOCHS, *DATES} and not (DATE_FORM.fullmatch(form) and _reads(form)):
            raise WrongSetting("'{form}' is no date form; write it as %Y-%m-%d %H:%M", form=form)
    for forms in (said.dates, *(spec.dates for spec in columns.values())):
        first = {form.index("%d") < form.index("%m"): form for form in forms if MIXED.fullmatch(form)}
        if len(first) > 1:
            raise WrongSetting(
                "dates: '{one}' and '{other}' read one cell in two ways; keep the one your system writes",
                one=first[True], other=first[False],
            )  # fmt: skip


def _form(said: _SourceToml, columns: dict[str, Column], newest: str | None) -> Form:
    """What is known of the section's files before they are opened."""
    header = (said.header,) if isinstance(said.header, int) else tuple(said.header or ())
    wanted = {name for each in columns.values() for name in each.sources} | {each.column for each in said.changes}
    wanted |= {*said.only_with, *([newest] if newest else [])}
    return Form(said.encoding, said.delimiter, said.sheet, header, frozenset(wanted))


def _column(spec: str | _ColumnToml) -> Column:
    if isinstance(spec, str):
        return Column((spec,))
    if (spec.source is None) == (spec.value is None):
        raise WrongSetting("a column takes either `from` (a source column) or `value` (a constant)")
    sources = (spec.source,) if isinstance(spec.source, str) else tuple(spec.source or ())
    return Column(sources, spec.value, _pattern(spec.find), tuple(spec.empty), tuple(spec.dates))


@cache
def _reads(form: str) -> bool:
    """Whether the engine takes this date form."""
    try:
        duckdb.execute("select try_strptime('', ?)", [form]).fetchall()
    except duckdb.Error:
        return False
    return True


def _change(said: _ChangeToml) -> Change:
    if said.repeats and not said.to:
        raise WrongSetting("a change that repeats says to which values")
    return Change(
        said.column, said.event, tuple(said.source), tuple(said.to), said.from_tier or None, said.to_tier or None,
        said.repeats,
    )  # fmt: skip


def _glob(pattern: str) -> str:
    try:
        PurePosixPath("x").match(pattern)
    except ValueError as error:
        raise WrongSetting("the pattern {pattern} names no file", pattern=pattern) from error
    if pattern.startswith(("/", "\\")) or ".." in pattern:
        raise WrongSetting("the pattern {pattern} must stay inside the inbox", pattern=pattern)
    return pattern


def _pattern(text: str | None) -> str | None:
    try:
        groups = re.compile(text).groups if text is not None else 1
        duckdb.execute("select regexp_matches('', ?)", [text or ""]).fetchall()  # which knows fewer expressions
    except (re.error, duckdb.Error) as error:
        raise WrongSetting("the expression {text} cannot be used: {why}", text=text, why=error) from error
    if groups != 1:
        raise WrongSetting("the expression {text} must have exactly one group ( ), the value", text=text)
    return text


def _known(sentence: str, given: Iterable[str], known: set[str] | None, **values: str) -> None:
    unknown = sorted(set(given) - known) if known is not None else []
    if unknown:
        raise WrongSetting(sentence, unknown=", ".join(unknown), known=", ".join(sorted(known or ())), **values)
