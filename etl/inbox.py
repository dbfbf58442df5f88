"""Which files a load has to read: new ones, changed ones, and those whose mapping has changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

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
        found = [re.search(self.source.newest_in_name, each) for each in looked] if self.source.newest_in_name else []
        dates = [each.group(1) for each in found if each and _is_date(each.group(1) or "")]
        return dates[0] if dates else None

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
    known: list[tuple[Job, list[int]]] = field(default_factory=list)  # read before and still the same, with which ids
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
            file = named(folder.site.id, label(folder, path))
            try:
                str(path).encode()
                _file(con, folder, path, known, only is not None, found)
            except UnicodeEncodeError:
                file = file.encode("utf-8", "replace").decode()
                found.refused.append(Told("{file}: Its name is not UTF-8; rename it.", file=file))
            except Unreadable as error:
                found.refused.append(Told("{file}: " + error.sentence, file=file, **error.values))
            except OSError as error:
                found.refused.append(Told("{file}: The file cannot be opened: {why}.", file=file, why=error.strerror))
    _again(con, found)
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


def named(site: str, file: str) -> str:
    """A file as a reader knows it: in its site's inbox, or where it lies elsewhere."""
    return f"{site}: {file}" if Path(file).is_absolute() else f"{site}/{file}"


def label(folder: Folder, path: Path) -> str:
    """A file's path within its inbox; where it lies elsewhere, its whole path."""
    inbox, full = folder.inbox.absolute(), path.absolute()
    return full.relative_to(inbox).as_posix() if full.is_relative_to(inbox) else full.as_posix()


def _file(
    con: DuckDBPyConnection, folder: Folder, path: Path, known: dict[str, str], asked: bool, found: Found
) -> None:
    """The jobs in one file. Raises Unreadable, OSError."""
    file = label(folder, path)
    wanted = [(part, *each) for part in parts(path) for each in _sources(folder, part)]
    if not wanted:
        left = Told(NOT_WANTED, file=named(folder.site.id, file))
        (found.refused if asked else found.notes).append(left)
        return
    content = Content(path, known)
    for part, source, correcting in wanted:
        name = f"{file}/{part.member}" if part.member else file
        _changed(con, Job(folder, source, part, name, content, correcting), found)


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
    site, source = job.folder.site.id, job.source
    seen = con.execute(
        "select file_id, content_hash, mapping_hash, refused from run.file "
        "where site_id = ? and source = ? and file = ? order by file_id",
        [site, source.name, job.file],
    ).fetchall()
    same = [file_id for file_id, content, _, _ in seen if content == job.content.hash()]  # a new file is not read yet
    if seen and seen[-1][1:3] == (job.content.hash(), source.hash):
        found.refused += [Told.unpacked(seen[-1][3])] if seen[-1][3] else []
        found.known.append((job, same))
        return
    if seen and not same and seen[-1][2] != source.hash and _has_rows(con, source.table, seen[-1][0]):
        found.refused.append(Told(BOTH_CHANGED, file=job.name))
        return
    if any(content == job.content.hash() and mapping != source.hash for _, content, mapping, _ in seen):
        _forget(con, job, same, found)
    found.jobs.append(job)


def _has_rows(con: DuckDBPyConnection, table: str, file_id: int) -> bool:
    return bool(con.execute(f"from log.{table} where file_id = ? limit 1", [file_id]).fetchall())


def _forget(con: DuckDBPyConnection, job: Job, file_ids: list[int], found: Found) -> None:
    forget(con, job.folder.site.id, file_ids)
    found.lost_unless_read.add(job.key)


def _again(con: DuckDBPyConnection, found: Found) -> None:
    """Where the mapping of a table has changed, its other files are read again, too: a row that was taken out may have
    outdone one of theirs."""
    taken_out = [job for job in found.jobs if job.key in found.lost_unless_read]
    changed = {(job.folder.site.id, job.source.table) for job in taken_out}
    for job, file_ids in found.known:
        if (job.folder.site.id, job.source.table) in changed:
            _forget(con, job, file_ids, found)
            found.jobs.append(job)
