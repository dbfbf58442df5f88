"""Which files a load has to read: new ones, changed ones, and those whose mapping has changed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

import duckdb
from duckdb import DuckDBPyConnection
from duckdb import Error as EngineError

from board.core.warehouse import Damaged, NoWarehouse, current
from board.core.words import Told
from etl.content import Content, state
from etl.contract import TABLES
from etl.map import HELD_ID
from etl.merge import forget
from etl.read import Form, Part, Unreadable, parts
from etl.sites import Folder
from etl.sources import Source

DATE = re.compile(r"\d{4}-?[01]\d-?[0-3]\d(?:\d{6})?")
LOADED = """
select site_id, source, file, sum(rows) as rows
from (
    {rows}
) as counted join run.file using (file_id)
group by all having sum(rows) > 0 order by all
""".format(
    rows=" union all ".join(
        f"select file_id, count(*) as rows from {table} group by file_id"
        for table in (*(f"log.{table}" for table in TABLES), "run.corrected")
    )
)
KNOWN = "select state, content_hash from run.file where state is not null"
READINGS = """
select file_id, content_hash, mapping_hash, refused from run.file
where site_id = ? and source = ? and file = ? order by file_id
"""
TAKEN = """
select distinct file from run.file where site_id = ? and list_contains(?, source) and refused is null order by file
"""
NOT_WANTED = "{file}: No source in sources.toml wants this file; it was left alone."
BOTH_CHANGED = (
    "{file}: Its rows and its mapping have both changed since it was loaded: load it with the mapping as it was, then "
    "change that; or make everything anew with: python -m etl rebuild"
)
CORRECTING = "held-"  # how the files begin in which held rows are corrected, before site and source
CORRECTED = CORRECTING + "{site}-{source}"


@dataclass(frozen=True)
class Job:
    """One table to read for one source of one site: a file, or one packed in it."""

    folder: Folder
    source: Source
    part: Part
    file: str  # its path in the inbox, or where it lies elsewhere; for a packed one also its name inside
    content: Content
    correcting: bool = False

    @property
    def name(self) -> str:
        """The file as a reader knows it."""
        return named(self.folder.site.id, self.file)

    @property
    def key(self) -> tuple[str, str, str]:
        """Site, source and file."""
        return self.folder.site.id, self.source.name, self.file

    @property
    def form(self) -> Form:
        """What is known of its form before it is opened."""
        return form(self.source, self.correcting)

    @property
    def date_in_name(self) -> str | None:
        """The export date in the file's name, where the source says how to find it; None when it holds no date."""
        looked = (self.part.name, self.part.path.name)
        dates = [found for each in looked if _is_date(found := self._found(each))] if self.source.newest_in_name else []
        return dates[0] if dates else None

    def _found(self, text: str) -> str:
        """By the engine, as in cells: its expressions take no more time than the text is long."""
        return str(
            duckdb.execute("select regexp_extract(?, ?, 1)", [text, self.source.newest_in_name]).fetchall()[0][0]
        )

    @property
    def has_grown(self) -> bool:
        """Whether the file is another than the one that was hashed: it is still being written. Raises OSError."""
        return state(self.part.path) != self.content.state


@dataclass
class Found:
    """The files to read, those refused (also those refused before and still the same), and what else is to be said."""

    jobs: list[Job] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    lost_unless_read: set[tuple[str, str, str]] = field(default_factory=set)  # site, source, file: taken out

    @property
    def forgotten(self) -> bool:
        """Whether rows were taken out, so that all marts must be made anew."""
        return bool(self.lost_unless_read)


def form(source: Source, correcting: bool) -> Form:
    """The form of a source's files, or of the lists in which its held rows are corrected: CSV as `held` writes it."""
    return Form(wanted=source.form.wanted | {HELD_ID}) if correcting else source.form


def _is_date(text: str) -> bool:
    try:
        datetime.strptime(text.replace("-", "")[:8], "%Y%m%d")
    except ValueError:
        return False
    return DATE.fullmatch(text) is not None


def loaded(data: Path) -> dict[tuple[str, str, str], int]:
    """Site, source and file of all that the current version holds, and how many rows of each; nothing where it cannot
    be read."""
    try:
        return {(site, source, file): int(rows) for site, source, file, rows in current(data).frame(LOADED).to_numpy()}
    except (NoWarehouse, Damaged, EngineError):
        return {}


def find(
    con: DuckDBPyConnection,
    folders: list[Folder],
    only: dict[str, list[Path]] | None,
    before: dict[tuple[str, str, str], int],
) -> Found:
    """The files of every inbox (or `only` these of each site), in name order. A file asked for by name that no
    source wants is refused; in an inbox it is left alone. `before`: what the version holds that is made anew; of files
    that are gone it is said what is lost."""
    found = Found(lost_unless_read=set(before))
    known = dict(con.execute(KNOWN).fetchall())
    for folder in folders:
        files = _inbox(folder) if only is None else only.get(folder.site.id, [])
        if only is None and not files:
            found.notes.append(Told("{file}: There is no file in this inbox.", file=f"{folder.site.id}/inbox"))
        for path in files:
            with _telling(folder, path, found):
                _file(con, folder, path, known, only is not None, found)
    _again(con, folders, known, found)
    here = {job.key for job in found.jobs}
    found.notes += [
        Told("{file}: It is not in the inbox any more: {n} rows leave.", file=named(site, file), n=f"{rows:,}")
        for (site, source, file), rows in before.items()
        if (site, source, file) not in here
    ]
    found.jobs.sort(
        key=lambda job: (job.folder.site.id, job.folder.sources.index(job.source), job.correcting, job.file)
    )
    return found


def _inbox(folder: Folder) -> list[Path]:
    return sorted(path for path in folder.inbox.rglob("*") if path.is_file() and not path.name.startswith((".", "~$")))


def part_of(folder: Folder, file: str) -> Part:
    """The table that a label names: the file, or the archive that some part of its path is and the member behind it."""
    path = folder.inbox / file
    archive = next((each for each in path.parents if each.is_file()), None)
    return Part(archive, PurePosixPath(path.relative_to(archive)).as_posix()) if archive else Part(path)


def named(site: str, file: str) -> str:
    """A file as a reader knows it: in its site's inbox, or where it lies elsewhere."""
    return f"{site}: {file}" if Path(file).is_absolute() else f"{site}/{file}"


def label(folder: Folder, path: Path) -> str:
    """A file's path within its inbox; where it lies elsewhere, its whole path."""
    inbox, full = folder.inbox.absolute(), path.absolute()
    return full.relative_to(inbox).as_posix() if full.is_relative_to(inbox) else full.as_posix()


@contextmanager
def _telling(folder: Folder, path: Path, found: Found) -> Iterator[None]:
    """Refuse a file that cannot even be looked at, with one sentence, and go on."""
    file = named(folder.site.id, label(folder, path))
    try:
        str(path).encode()
        yield
    except UnicodeEncodeError:
        file = file.encode("utf-8", "replace").decode()
        found.refused.append(Told("{file}: Its name is not UTF-8; rename it.", file=file))
    except Unreadable as error:
        found.refused.append(Told("{file}: " + error.sentence, file=file, **error.values))
    except OSError as error:
        found.refused.append(Told("{file}: The file cannot be opened: {why}.", file=file, why=error.strerror))


def _file(
    con: DuckDBPyConnection, folder: Folder, path: Path, known: dict[str, str], asked: bool, found: Found
) -> None:
    """What is to be done with one file. Raises Unreadable, OSError."""
    jobs = list(_jobs(folder, path, known))
    if not jobs:
        left = Told(NOT_WANTED, file=named(folder.site.id, label(folder, path)))
        (found.refused if asked else found.notes).append(left)
    for job in jobs:
        _changed(con, job, found)


def _jobs(folder: Folder, path: Path, known: dict[str, str]) -> Iterator[Job]:
    """Every table in a file that a source wants. Raises Unreadable, OSError."""
    file, content = label(folder, path), Content(path, known)
    for part in parts(path):
        for source, correcting in _sources(folder, part):
            yield Job(folder, source, part, f"{file}/{part.member}" if part.member else file, content, correcting)


def _sources(folder: Folder, part: Part) -> Iterator[tuple[Source, bool]]:
    """The sources that want a table, and whether it holds their corrected rows."""
    starts = {CORRECTED.format(site=folder.site.id, source=source.name): source for source in folder.sources}
    corrected = [start for start in starts if part.name.startswith(start)]
    if corrected:
        yield starts[max(corrected, key=len)], True
        return
    names = {part.name, part.path.name}
    for source in folder.sources:
        if any(PurePosixPath(name).match(source.pattern) for name in names) or part.path.match(source.pattern):
            yield source, False


def _changed(con: DuckDBPyConnection, job: Job, found: Found) -> None:
    """A file is known when it was last read with this content and mapping; one that was refused then is refused
    again. A changed mapping takes the rows of its files out first, so that they are read as it now says."""
    source, content = job.source, job.content.hash()  # which reads no file that was read before and is the same
    seen = con.execute(READINGS, job.key).fetchall()
    if seen and seen[-1][1:3] == (content, source.hash):
        found.refused += [Told.unpacked(seen[-1][3])] if seen[-1][3] else []
        return
    here = any(known == content for _, known, _, _ in seen)
    taken = [reading for reading in seen if not reading[3]]
    if taken and not here and taken[-1][2] != source.hash and _has_rows(con, source.table, taken[-1][0]):
        found.refused.append(Told(BOTH_CHANGED, file=job.name))
        return
    if any(known == content and mapping != source.hash for _, known, mapping, _ in seen):
        _forget(con, job, found)
    else:
        found.jobs.append(job)


def _has_rows(con: DuckDBPyConnection, table: str, file_id: int) -> bool:
    return bool(con.execute(f"from log.{table} where file_id = ? limit 1", [file_id]).fetchall())


def _forget(con: DuckDBPyConnection, job: Job, found: Found) -> None:
    """Take out what this file said when it was read before as it is, and read it again; what it said when it held
    something else stays."""
    seen = con.execute(READINGS, job.key).fetchall()
    same = [file_id for file_id, content, _, _ in seen if content == job.content.hash()]
    if same:
        forget(con, job.folder.site.id, same)
        found.lost_unless_read.add(job.key)
        found.jobs.append(job)


def _again(con: DuckDBPyConnection, folders: list[Folder], known: dict[str, str], found: Found) -> None:
    """Where the mapping of a table has changed, its other files that are still there as they were are read again, too,
    asked for or not: a row that was taken out may have outdone one of theirs."""
    changed = {(job.folder.site.id, job.source.table) for job in found.jobs if job.key in found.lost_unless_read}
    here = {job.key for job in found.jobs}
    for folder in folders:
        tables = {table for site, table in changed if site == folder.site.id}
        sources = {source.name for source in folder.sources if source.table in tables}
        files = con.execute(TAKEN, [folder.site.id, sorted(sources)]).fetchall() if sources else []
        for path in dict.fromkeys(part_of(folder, file).path for (file,) in files):
            with _telling(folder, path, found):
                for job in _jobs(folder, path, known) if path.is_file() else ():
                    if job.source.table in tables and job.key not in here:
                        _forget(con, job, found)
