"""Which files a load has to read: new ones, changed ones, and those whose mapping has changed."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import duckdb
from duckdb import DuckDBPyConnection

from board.core.words import Told
from etl import setting
from etl.content import Content, state
from etl.contract import TABLES
from etl.map import HELD_ID, moment_in_name
from etl.read import Form, Part, Unreadable, cannot_open, parts
from etl.sites import Folder
from etl.sources import Source

KNOWN = "select state, content_hash from run.file where state is not null"
READINGS = """
select file_id, source, content_hash, mapping_hash, refused from run.file
where site_id = ? and file = ? order by file_id
"""
READ = "select distinct file from run.file where site_id = ? and refused is null order by file"
NOT_WANTED = "{file}: No source in sources.toml wants this file; it was left alone."
NOT_WANTED_BY = "{file}: [{section}] in sources.toml does not name this file any more; its rows stay as they are."
DROPPED = "{file}: [{section}] is not in sources.toml any more; rows that leave: {n}."
NOT_WANTED_NOW = "{file}: No pattern in sources.toml names this file any more; its rows stay as they are."
BOTH_CHANGED = (
    "{file}: Its rows and its mapping have both changed since it was loaded: load it with the mapping as it was, then "
    "change that; or make everything anew with: python -m etl rebuild"
)
BESIDE = "{file}: [{section}] reads the same files; for it the corrected rows belong into a copy named {start}-…"
LOST = "Nothing was published: {file} was loaded before and cannot be read now."
HELD = "held"  # stands beside the tables where the rows of a reading are counted
CORRECTING = "held-"  # how the files begin in which held rows are corrected, before site and source
CORRECTED = CORRECTING + "{site}-{source}"


Key = tuple[str, str, str]  # site, source, file


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
    def key(self) -> Key:
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


class Reading(NamedTuple):
    """One time a file was read: its id, by which source, the hashes of what it held and of the mapping, and why it was
    refused, if it was."""

    file_id: int
    source: str
    content: str
    mapping: str
    refused: str | None


@dataclass
class Found:
    """The files to read, those refused (also those refused before and still the same), what else is to be said, and
    what is to be taken out before anything is read."""

    jobs: list[Job] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    lost: list[Told] = field(default_factory=list)  # what stops the load: files that are there and would be lost
    remapped: list[Folder] = field(default_factory=list)  # whose mapping is another than that of the version
    outdated: list[tuple[str, list[int]]] = field(default_factory=list)  # site and readings to be taken out
    lost_unless_read: set[Key] = field(default_factory=set)  # site, source, file: of these

    @property
    def forgotten(self) -> bool:
        """Whether rows are taken out, so that all marts must be made anew."""
        return bool(self.lost_unless_read)

    @property
    def new_lists(self) -> list[Job]:
        """The lists of corrections that were not read before."""
        return [job for job in self.jobs if job.correcting and job.key not in self.lost_unless_read]


def form(source: Source, correcting: bool) -> Form:
    """The form of a source's files, or of the lists in which its held rows are corrected: CSV as `held` writes it."""
    return Form(wanted=source.form.wanted | {HELD_ID}) if correcting else source.form


def _is_date(text: str) -> bool:
    return duckdb.execute(f"select {moment_in_name('$1::varchar')} is not null", [text]).fetchall() == [(True,)]


def find(
    con: DuckDBPyConnection,
    folders: list[Folder],
    only: dict[str, list[Path]] | None,
    before: Collection[Key],
) -> Found:
    """The files of every inbox (or `only` these of each site), in name order, of each section its lists of corrections
    first. A file that no source wants is refused where it was asked for by name or read before; else it is left alone.
    `before`: what the version holds that is made anew; of files that are gone it is said what is lost."""
    found = Found(lost_unless_read=set(before))
    known = dict(con.execute(KNOWN).fetchall())
    for folder in folders:
        files = files_in(folder.inbox) if only is None else only.get(folder.site.id, [])
        found.notes += _links(folder) if only is None else ()
        if only is None and not files:
            found.notes.append(Told("{file}: There is no file in this inbox.", file=f"{folder.site.id}/inbox"))
        anew = setting.is_remapped(con, folder)
        if anew:
            found.remapped.append(folder)
        for path in dict.fromkeys([*files, *(_read(con, folder) if anew else ())]):
            with _telling(folder, path, found):
                _file(con, folder, path, known, only is not None and path in files, anew, found)
    _say_lost(folders, before, found)
    found.jobs.sort(
        # Lists of corrections first: a correction outlasts the very row it corrects, should that be good by now.
        key=lambda job: (job.folder.site.id, job.folder.sources.index(job.source), not job.correcting, job.file)
    )
    return found


def files_in(folder: Path) -> list[Path]:
    """The files below a folder, in name order, without those that systems and spreadsheets leave there."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith((".", "~$")))


def _links(folder: Folder) -> Iterator[Told]:
    """What is to be said of links in an inbox that lead to no file: to follow one to a folder might never end."""
    for path in sorted(folder.inbox.rglob("*")):
        if path.is_symlink() and not path.is_file():
            file = named(folder.site.id, label(folder, path)).encode("utf-8", "replace").decode()
            yield Told("{file}: This link leads to no file; nothing was read from it.", file=file)


def _say_lost(folders: list[Folder], before: Collection[Key], found: Found) -> None:
    """Of the files that the version holds: one that is there and is not read again stops the load, since its rows would
    leave because of a slip in the mapping."""
    here: dict[tuple[str, str], list[Job]] = {}
    for job in found.jobs:
        here.setdefault((job.folder.site.id, job.file), []).append(job)
    sites = {folder.site.id: folder for folder in folders}
    read_by: dict[tuple[str, str], set[str]] = {}
    for site, source, file in before:
        read_by.setdefault((site, file), set()).add(source)
    for (site, file), sources in read_by.items():
        jobs, folder = here.get((site, file), []), sites.get(site)
        if folder and not jobs and _is_there(folder, file):
            found.lost.append(Told(LOST, file=named(site, file)))
        if folder and jobs:
            there = sorted(sources & {each.name for each in folder.sources})
            lost = [source for source in there if not _heirs(folder, source, jobs, sources)]
            found.lost += [Told(LOST, file=f"{named(site, file)} [{source}]") for source in lost]


def beside(con: DuckDBPyConnection, new_lists: list[Job]) -> Iterator[Told]:
    """Of each list of corrections: which sections read the same files, hold rows and have no list of their own."""
    holding = set(con.execute("select distinct site_id, source from run.listed").fetchall()) if new_lists else ()
    for job in new_lists:
        for other in _without_list(job):
            if (job.folder.site.id, other.name) in holding:
                yield Told(BESIDE, file=job.name, section=other.name, start=_start(job.folder, other))


def _is_there(folder: Folder, file: str) -> bool:
    """Whether the inbox holds a file that was read from it before, or the archive it was packed in still does."""
    part = part_of(folder, file)
    if Path(file).is_absolute() or not part.path.is_file():
        return False
    try:
        return part in parts(part.path)
    except (Unreadable, OSError):
        return True


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
        yield
    except UnicodeEncodeError:
        file = file.encode("utf-8", "replace").decode()
        found.refused.append(Told("{file}: Its name is not UTF-8; rename it.", file=file))
    except Unreadable as error:
        found.refused.append(error.of(file))
    except OSError as error:
        found.refused.append(cannot_open(error).of(file))


def _read(con: DuckDBPyConnection, folder: Folder) -> list[Path]:
    """The files that were read before and are still there, in the inbox or elsewhere."""
    files = con.execute(READ, [folder.site.id]).fetchall()
    return [path for path in (part_of(folder, file).path for (file,) in files) if path.is_file()]


def _was_read(con: DuckDBPyConnection, folder: Folder, path: Path, found: Found) -> bool:
    """Whether a file, or one packed in it, was read before: then it is a slip that no source wants it any more."""
    file = label(folder, path)
    files = {each for (each,) in con.execute(READ, [folder.site.id]).fetchall()}
    files |= {each for site, _, each in found.lost_unless_read if site == folder.site.id}
    return any(each == file or each.startswith(f"{file}/") for each in files)


def _file(
    con: DuckDBPyConnection, folder: Folder, path: Path, known: dict[str, str], asked: bool, anew: bool, found: Found
) -> None:
    """What is to be done with one file. Raises Unreadable, OSError, UnicodeEncodeError where its name is no text."""
    str(path).encode()
    jobs: dict[str, list[Job]] = {}
    for job in _jobs(folder, path, known):
        jobs.setdefault(job.file, []).append(job)
    if not jobs:
        file = named(folder.site.id, label(folder, path))
        if _was_read(con, folder, path, found):
            found.refused.append(Told(NOT_WANTED_NOW, file=file))
        else:
            (found.refused if asked else found.notes).append(Told(NOT_WANTED, file=file))
    for same in jobs.values():
        _changed(con, same, anew, found)


def _jobs(folder: Folder, path: Path, known: dict[str, str]) -> Iterator[Job]:
    """Every table in a file that a source wants. Raises Unreadable, OSError."""
    file, content = label(folder, path), Content(path, known)
    for part in parts(path):
        for source, correcting in _sources(folder, part):
            yield Job(folder, source, part, f"{file}/{part.member}" if part.member else file, content, correcting)


def _without_list(job: Job) -> list[Source]:
    """The other sections that read the files whose held rows a list corrects, and that have no list of their own."""
    names = [path.name for path in files_in(job.folder.inbox)]
    others = [each for each in job.folder.sources if each.pattern == job.source.pattern and each is not job.source]
    return [each for each in others if not any(name.startswith(f"{_start(job.folder, each)}-") for name in names)]


def _start(folder: Folder, source: Source) -> str:
    """How the lists in which a section's held rows are corrected are called."""
    return CORRECTED.format(site=folder.site.id, source=source.name)


def _sources(folder: Folder, part: Part) -> Iterator[tuple[Source, bool]]:
    """The sources that want a table, and whether it holds their corrected rows."""
    starts = {_start(folder, source): source for source in folder.sources}
    corrected = [start for start in starts if part.name.startswith((f"{start}-", f"{start}."))]
    if corrected:
        yield starts[max(corrected, key=len)], True
        return
    names = {part.name, part.path.name}
    for source in folder.sources:
        if any(PurePosixPath(name).match(source.pattern) for name in names) or part.path.match(source.pattern):
            yield source, False


def _changed(con: DuckDBPyConnection, jobs: list[Job], anew: bool, found: Found) -> None:
    """What is to be done with one table, for each source that wants it. It is known when it was last read with this
    content and mapping; one that was refused then is refused again. With `anew`, or where it was last read by a mapping
    that is gone, its rows are taken out first, so that they are read as the mapping now says; but not those of a
    section that is still there, does not name the file any more and has left it to no other."""
    folder, file = jobs[0].folder, jobs[0].name
    seen = [Reading(*row) for row in con.execute(READINGS, [folder.site.id, jobs[0].file]).fetchall()]
    if not seen:  # hashed while the files before it are taken
        found.jobs += jobs
        return
    content = jobs[0].content.hash()  # which reads no file that was read before and is the same
    taken = [reading for reading in seen if not reading.refused]
    now = {source.name: source.hash for source in folder.sources}
    last = {reading.source: reading for reading in taken}
    # Counted of these alone: most files are known, and wanted as they were.
    rows = {source: _rows(con, each.file_id) for source, each in last.items() if now.get(source) != each.mapping}
    left = {source for source in rows if source in now and rows[source] and not _heirs(folder, source, jobs, last)}
    found.refused += [Told(NOT_WANTED_BY, file=file, section=source) for source in sorted(left)]
    outdated = [last[source] for source in rows if source not in left and rows[source].keys() - {HELD}]
    if any(reading.content != content for reading in outdated):
        found.refused.append(Told(BOTH_CHANGED, file=file))
        return
    if anew or outdated:
        same = [reading for reading in taken if reading.content == content and reading.source not in left]
        before = {reading.source for reading in same}
        taking = {
            job.source.table
            for job in jobs
            if job.source.name not in last or not _rows(con, last[job.source.name].file_id)
        }
        taking |= {HELD} if taking else set()
        for source in sorted(before - now.keys()):
            leave = sum(n for table, n in rows[source].items() if table not in taking)
            found.notes += [Told(DROPPED, file=file, section=source, n=f"{leave:,}")] if leave else []
        found.outdated.append((folder.site.id, [reading.file_id for reading in same]))
        # A section of a new name, or one that has been given the file, takes the place of the one that had it.
        wanting = {job.source.name for job in jobs}
        found.lost_unless_read |= {job.key for job in jobs if job.source.name in before or before - wanting}
        found.jobs += jobs
        return
    readings = {reading.source: reading for reading in seen}
    for job in jobs:
        reading = readings.get(job.source.name)
        if not reading or (reading.content, reading.mapping) != (content, job.source.hash):
            found.jobs.append(job)
        elif reading.refused:
            found.refused.append(Told.unpacked(reading.refused))


def _heirs(folder: Folder, source: str, jobs: Iterable[Job], read_by: Collection[str]) -> list[Job]:
    """What reads a file for a section: itself; where it does not name the file any more, another of its table that did
    not read it before."""
    table = next(each.table for each in folder.sources if each.name == source)
    own = [job for job in jobs if job.source.name == source]
    return own or [job for job in jobs if job.source.table == table and job.source.name not in read_by]


def _rows(con: DuckDBPyConnection, file_id: int) -> dict[str, int]:
    """Table → how many rows of a reading are current, and how many are HELD."""
    places = {table: f"log.{table}" for table in TABLES} | {HELD: "run.held"}
    counts = {
        table: con.execute(f"select count(*) from {place} where file_id = ?", [file_id]).fetchall()[0][0]
        for table, place in places.items()
    }
    return {table: n for table, n in counts.items() if n}
