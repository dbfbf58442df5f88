"""The sites of a data folder: site.toml says what a site is, sources.toml how its files map to the contract."""

import re
import shutil
import tomllib
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import duckdb

from board.core.calendar import WrongDay, calendar_version, own_days
from board.core.settings import PROJECT, SettingsError, Site, parse_site, read_toml, unknown_timezone
from board.core.words import Told
from etl.sources import Source, parse_source

SAMPLES = {
    name: PROJECT / "data" / "sites" / name for name in ("laojie", "houjiatang", "guzhen", "huxiang", "shuyuanlu")
}


# what tomllib says of a section that stands twice
TWICE = re.compile(r"Cannot declare \('([^']+)'.*\) twice \(at line (\d+)")


@dataclass(frozen=True)
class Folder:
    """A site's folder: the site, its sources, and the texts a load stores in the version."""

    path: Path
    site: Site
    sources: tuple[Source, ...]
    site_toml: str
    totals_csv: str
    calendar_csv: str = ""  # the days this site knows better than the calendar

    @property
    def calendar_version(self) -> str:
        """What its limits are counted with."""
        return calendar_version(self.site.calendar, self.calendar_csv)

    @property
    def inbox(self) -> Path:
        """Where the office drops its exports."""
        return self.path / "inbox"


def ensure_some(data: Path) -> bool:
    """Write the sample sites into a data folder that has no site folder at all; whether that was needed."""
    if any(_folders(data)):
        return False
    for name, folder in SAMPLES.items():  # and no real site that lies beside them
        shutil.copytree(folder, data / "sites" / name)
    return True


def _folders(data: Path) -> list[Path]:
    places = (data / "sites").glob("*")
    return sorted(path for path in places if path.is_dir() and not path.name.startswith("."))


def discover(data: Path) -> tuple[list[Folder], list[Told]]:
    """The sites to load and a refusal for each that cannot be used. Samples step aside for real sites, also for one
    that is refused."""
    folders: list[Folder] = []
    refused: list[Told] = []
    is_real = False
    for path in _folders(data):
        try:
            folders.append(open_folder(path))
            is_real |= not folders[-1].site.sample
        except SettingsError as error:
            refused.append(error)
            is_real |= not _says_sample(path)
    return [folder for folder in folders if not (is_real and folder.site.sample)], refused


def _says_sample(path: Path) -> bool:
    """Whether a folder that cannot be used is one of the samples all the same."""
    try:
        text = (path / "site.toml").read_bytes()
    except OSError:
        return path.name in SAMPLES
    return re.search(rb"^\s*sample\s*=\s*true\b", text, re.MULTILINE) is not None


def open_folder(path: Path) -> Folder:
    """One site's folder. Raises SettingsError with one sentence when a setting cannot be used."""
    site_toml = read_toml(path / "site.toml", path.name)
    site = parse_site(path.name, site_toml)
    sources = _sources(path.name, read_toml(path / "sources.toml", path.name), site.timezone)
    if not duckdb.execute("select count(*) from pg_timezone_names() where name = ?", [site.timezone]).fetchall()[0][0]:
        why = unknown_timezone(site.timezone)
        raise SettingsError("{file} of {site}: {why}", file="site.toml", site=path.name, why=why)
    totals, days = (_optional(path / name, path.name) for name in ("control_totals.csv", "calendar.csv"))
    try:
        own_days(days)
    except WrongDay as error:
        if not error.line:
            raise SettingsError(
                "calendar.csv of {site}: the columns must be day and working.", site=path.name
            ) from error
        raise SettingsError(
            "calendar.csv of {site}: line {line} is not a day as 2027-02-06 and yes or no (上班 or 休息).",
            site=path.name, line=error.line,
        ) from error  # fmt: skip
    return Folder(path, site, sources, site_toml, totals, days)


def _optional(file: Path, site: str) -> str:
    return read_toml(file, site) if file.exists() else ""


def _sources(site: str, text: str, timezone: str) -> tuple[Source, ...]:
    try:
        sections = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        twice = TWICE.search(str(error))
        if twice:
            raise SettingsError(
                "{file} of {site}: [{section}] stands twice (line {line}); give one of them another name.",
                file="sources.toml", site=site, section=twice[1], line=twice[2],
            ) from error  # fmt: skip
        raise SettingsError(
            "{file} of {site} is not valid TOML: {why}", file="sources.toml", site=site, why=error
        ) from error
    sources = []
    for name, raw in sections.items():
        try:
            source = parse_source(name, raw)
            sources.append(replace(source, hash=sha256(f"{source.hash} {timezone}".encode()).hexdigest()[:16]))
        except ValueError as error:
            raise SettingsError(
                "{file} of {site}: [{section}] {why}", file="sources.toml", site=site, section=name, why=error
            ) from error
    return tuple(sources)
