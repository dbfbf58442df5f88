"""The sites of a data folder: site.toml says what a site is, sources.toml how its files map to the contract."""

import re
import shutil
import tomllib
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from board.core.settings import PROJECT, SettingsError, Site, parse_site
from board.core.words import Told
from etl.contract import FREE_TEXT, TABLES

SAMPLES = PROJECT / "data" / "sites"
DATES = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%Y年%m月%d日 %H时%M分", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日", "%Y年%m月", "%Y-%m",
)  # fmt: skip
EMPTY = ("", "-", "--", "—", "/", "N/A", "NULL", "null", "None")
SOURCE_KEYS = {
    "pattern", "table", "encoding", "delimiter", "newest_by", "dates", "empty", "keep", "units", "columns", "values",
}  # fmt: skip
COLUMN_KEYS = {"from", "find", "empty", "value", "dates"}


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
    """Write the sample sites into a data folder that has no site; whether that was needed."""
    if any((data / "sites").glob("*/site.toml")):
        return False
    shutil.copytree(SAMPLES, data / "sites", dirs_exist_ok=True)
    return True


def discover(data: Path) -> tuple[list[Folder], list[Told]]:
    """The sites to load and a refusal for each that cannot be used. Samples step aside for real sites."""
    folders: list[Folder] = []
    refused: list[Told] = []
    for path in sorted((data / "sites").glob("*/site.toml")):
        try:
            folders.append(open_folder(path.parent))
        except SettingsError as error:
            refused.append(error)
        except (UnicodeDecodeError, OSError) as error:
            refused.append(Told("{file} of {site}: {why}", file="site.toml", site=path.parent.name, why=error))
    real = [folder for folder in folders if not folder.site.sample]
    return real or folders, refused


def open_folder(path: Path) -> Folder:
    """One site's folder. Raises SettingsError with one sentence when a setting cannot be used."""
    site_toml = (path / "site.toml").read_text("utf-8")
    site = parse_site(path.name, site_toml)
    totals = path / "control_totals.csv"
    return Folder(path, site, _sources(path), site_toml, totals.read_text("utf-8-sig") if totals.exists() else "")


def _sources(path: Path) -> tuple[Source, ...]:
    file = path / "sources.toml"
    if not file.exists():
        raise SettingsError("{site} has no sources.toml, so none of its files can be read.", site=path.name)
    try:
        sections = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            "{file} of {site} is not valid TOML: {why}", file=file.name, site=path.name, why=error
        ) from error
    sources = []
    for name, raw in sections.items():
        try:
            sources.append(parse_source(name, raw))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            said = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            raise SettingsError(
                "{file} of {site}: {why}", file=file.name, site=path.name, why=f"[{name}] {said}"
            ) from error
    return tuple(sources)


def parse_source(name: str, raw: dict[str, Any]) -> Source:
    """One section of sources.toml. Raises KeyError, TypeError or ValueError saying what is wrong."""
    _known("setting", raw, SOURCE_KEYS)
    if raw["table"] not in TABLES:
        raise ValueError(f"table '{raw['table']}' is not one of {', '.join(TABLES)}")
    table = TABLES[raw["table"]]
    columns = {column: _column(spec) for column, spec in raw["columns"].items()}
    _known("column", columns, set(table.columns))
    _known("value map", raw.get("values", {}), set(columns))
    missing = [column for column in table.key if column not in columns and column != "seq"]
    if missing:
        raise ValueError(f"the key column {', '.join(missing)} of {table.name} is not mapped")
    newest = raw.get("newest_by")
    in_name = newest.get("in_name") if isinstance(newest, dict) else None
    keep = frozenset(raw.get("keep", ()))
    _known("kept text", keep, FREE_TEXT & set(table.columns))
    return Source(
        name=name,
        pattern=str(raw["pattern"]),
        table=table.name,
        columns=columns,
        encoding=raw.get("encoding"),
        delimiter=raw.get("delimiter"),
        newest_by=None if in_name else newest,
        newest_in_name=_pattern(in_name),
        dates=tuple(raw.get("dates", DATES)),
        empty=tuple(raw.get("empty", EMPTY)),
        keep=keep,
        units_from_tickets=raw.get("units") == "from tickets",
        values=raw.get("values", {}),
        hash=sha256(repr((name, sorted(raw.items(), key=str))).encode()).hexdigest()[:16],
    )


def _column(spec: Any) -> Column:
    if isinstance(spec, str):
        return Column(spec)
    _known("column setting", spec, COLUMN_KEYS)
    if ("from" in spec) == ("value" in spec):
        raise ValueError("a column takes either `from` (a source column) or `value` (a constant)")
    return Column(
        source=spec.get("from"),
        constant=spec.get("value"),
        find=_pattern(spec.get("find")),
        empty=tuple(spec.get("empty", ())),
        dates=tuple(spec.get("dates", ())),
    )


def _pattern(text: str | None) -> str | None:
    if text is not None and re.compile(text).groups != 1:
        raise ValueError(f"the expression {text} must have exactly one group ( ), the value")
    return text


def _known(what: str, given: Any, known: set[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise ValueError(f"unknown {what} {', '.join(unknown)}; known are {', '.join(sorted(known))}")
