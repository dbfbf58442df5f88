"""The sites of a data folder: site.toml says what a site is, sources.toml how its files map to the contract."""

import re
import shutil
import tomllib
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from board.core.settings import PROJECT, SettingsError, Site, Text, parse_site, read_toml, shaped
from board.core.words import Told
from etl.contract import CODES, FREE_TEXT, TABLES

SAMPLES = PROJECT / "data" / "sites"
DATES = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%Y年%m月%d日 %H时%M分", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日", "%Y年%m月", "%Y-%m",
)  # fmt: skip
EMPTY = ("", "-", "--", "—", "/", "N/A", "NULL", "null", "None")
DATE_FORM = re.compile(r"(?:[^%]|%(?:-?[dmyYHIMSfpzjbBaAn]|%))+")

DateForm = Annotated[str, msgspec.Meta(min_length=2)]


class _ColumnToml(msgspec.Struct, forbid_unknown_fields=True):
    """A column that needs more than a name."""

    source: Text | None = msgspec.field(name="from", default=None)
    value: Text | None = None
    find: Text | None = None
    empty: list[str] = []
    dates: list[DateForm] = []


class _InName(msgspec.Struct, forbid_unknown_fields=True):
    in_name: Text


class _SourceToml(msgspec.Struct, forbid_unknown_fields=True):
    """What a section of sources.toml may say, and of which type."""

    pattern: Text
    table: Literal[tuple(TABLES)]  # type: ignore[valid-type]
    columns: dict[str, Text | _ColumnToml]
    encoding: Literal["utf-8", "utf-8-sig", "utf-16", "gbk", "gb2312", "gb18030"] | None = None
    delimiter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] | None = None
    newest_by: Text | _InName | None = None
    dates: Annotated[tuple[DateForm, ...], msgspec.Meta(min_length=1)] = DATES
    empty: tuple[str, ...] = EMPTY
    keep: list[str] = []
    units: Literal["from tickets"] | None = None
    values: dict[str, dict[str, str]] = {}


@dataclass(frozen=True)
class Column:
    """Where one canonical column comes from: a source column (or a constant), a regular expression whose
    first group is the value, cells that mean empty, and the date formats of this column."""

    source: str | None
    constant: str | None = None
    find: str | None = None
    empty: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One kind of file an office exports."""

    name: str
    pattern: str
    table: str
    columns: dict[str, Column]
    encoding: str | None = None
    delimiter: str | None = None
    newest_by: str | None = None  # a source column
    newest_in_name: str | None = None  # a regular expression that finds the export date in the file's name
    dates: tuple[str, ...] = DATES
    empty: tuple[str, ...] = EMPTY
    keep: frozenset[str] = frozenset()
    units_from_tickets: bool = False
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    hash: str = ""  # of the mapping: a changed mapping reads its files again


@dataclass(frozen=True)
class Folder:
    """A site's folder: the site, its sources, and the texts a load stores in the version."""

    path: Path
    site: Site
    sources: tuple[Source, ...]
    site_toml: str
    totals_csv: str

    @property
    def inbox(self) -> Path:
        """Where the office drops its exports."""
        return self.path / "inbox"


def ensure_some(data: Path) -> bool:
    """Write the sample sites into a data folder that has no site folder at all; whether that was needed."""
    if any(_folders(data)):
        return False
    shutil.copytree(SAMPLES, data / "sites", dirs_exist_ok=True)
    return True


def _folders(data: Path) -> list[Path]:
    places = (data / "sites").glob("*")
    return sorted(path for path in places if path.is_dir() and not path.name.startswith("."))


def discover(data: Path) -> tuple[list[Folder], list[Told]]:
    """The sites to load and a refusal for each that cannot be used. Samples step aside for real sites."""
    folders: list[Folder] = []
    refused: list[Told] = []
    for path in _folders(data):
        try:
            folders.append(open_folder(path))
        except SettingsError as error:
            refused.append(error)
    real = [folder for folder in folders if not folder.site.sample]
    return real or folders, refused


def open_folder(path: Path) -> Folder:
    """One site's folder. Raises SettingsError with one sentence when a setting cannot be used."""
    site_toml = read_toml(path / "site.toml", path.name)
    site = parse_site(path.name, site_toml)
    totals = path / "control_totals.csv"
    sources = _sources(path.name, read_toml(path / "sources.toml", path.name))
    return Folder(path, site, sources, site_toml, read_toml(totals, path.name) if totals.exists() else "")


def _sources(site: str, text: str) -> tuple[Source, ...]:
    try:
        sections = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            "{file} of {site} is not valid TOML: {why}", file="sources.toml", site=site, why=error
        ) from error
    sources = []
    for name, raw in sections.items():
        try:
            sources.append(parse_source(name, raw))
        except ValueError as error:
            told = f"[{name}] {error}"
            raise SettingsError("{file} of {site}: {why}", file="sources.toml", site=site, why=told) from error
    return tuple(sources)


def parse_source(name: str, raw: Any) -> Source:
    """One section of sources.toml. Raises ValueError saying what is wrong."""
    said = shaped(_SourceToml, raw)
    table = TABLES[said.table]
    _known("column", said.columns, set(table.columns))
    _known("value map", said.values, set(said.columns))
    _known("kept text", said.keep, FREE_TEXT & set(table.columns))
    missing = [column for column in table.key if column not in said.columns and column != "seq"]
    if missing:
        raise ValueError(f"the key column {', '.join(missing)} of {table.name} is not mapped")
    columns = {column: _column(spec) for column, spec in said.columns.items()}
    for column, spec in columns.items():
        words = [*said.values.get(column, {}).values(), *([spec.constant] if spec.constant else [])]
        _known(f"code of {column}", [word for word in words if word], CODES.get((table.name, column)))
    for form in (form for forms in (said.dates, *(spec.dates for spec in columns.values())) for form in forms):
        if not DATE_FORM.fullmatch(form):
            raise ValueError(f"'{form}' is no date form; write it as %Y-%m-%d %H:%M")
    in_name = said.newest_by.in_name if isinstance(said.newest_by, _InName) else None
    return Source(
        name=name,
        pattern=_glob(said.pattern),
        table=table.name,
        columns=columns,
        encoding=said.encoding,
        delimiter=said.delimiter,
        newest_by=said.newest_by if isinstance(said.newest_by, str) else None,
        newest_in_name=_pattern(in_name),
        dates=said.dates,
        empty=said.empty,
        keep=frozenset(said.keep),
        units_from_tickets=said.units is not None,
        values=said.values,
        hash=sha256(repr((name, sorted(raw.items(), key=str))).encode()).hexdigest()[:16],
    )


def _column(spec: str | _ColumnToml) -> Column:
    if isinstance(spec, str):
        return Column(spec)
    if (spec.source is None) == (spec.value is None):
        raise ValueError("a column takes either `from` (a source column) or `value` (a constant)")
    return Column(spec.source, spec.value, _pattern(spec.find), tuple(spec.empty), tuple(spec.dates))


def _glob(pattern: str) -> str:
    if pattern.startswith(("/", "\\")) or ".." in pattern:
        raise ValueError(f"the pattern {pattern} must stay inside the inbox")
    return pattern


def _pattern(text: str | None) -> str | None:
    try:
        groups = re.compile(text).groups if text is not None else 1
    except re.error as error:
        raise ValueError(f"the expression {text} cannot be used: {error}") from error
    if groups != 1:
        raise ValueError(f"the expression {text} must have exactly one group ( ), the value")
    return text


def _known(what: str, given: Any, known: set[str] | None) -> None:
    unknown = sorted(set(given) - known) if known is not None else []
    if unknown:
        raise ValueError(f"unknown {what} {', '.join(unknown)}; known are {', '.join(sorted(known or ()))}")
