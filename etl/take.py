"""One file of a load: read, mapped, judged and merged, with its account; or refused with one sentence."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from hashlib import sha256
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection, IOException, OutOfMemoryException
from duckdb import Error as EngineError

from board.core.words import Told
from etl import judge
from etl.contract import TABLES
from etl.corrections import PLACES
from etl.inbox import Job, part_of
from etl.map import WrongColumns, staging
from etl.merge import Account, Origin, merge
from etl.read import LINE, Rows, Unreadable, cannot_open, quick, raw, read
from etl.sites import Folder
from etl.sqltext import insert, value

DOUBLED_ROWS = "select count(*), min(line) from outdone where fate = 'superseded' and is_tied"
DOUBLED = (
    "{file}: {n} of its rows say something else under the key of another ({key}), the first in line {line}; the last "
    "one counts."
)
TIED = (
    "{file}: {n} of its rows say something else under the key of another ({key}), the first in line {line}, and are as "
    "new by newest_by; the one with the greater cells counts."
)
SHEETS = "{file}: The sheet {sheet} was read; {others} with the same columns was not: name it in a section of its own."
NO_ROWS = "{file}: No row was read from it."
MOVED = (
    "{file}: It holds what {before} held, which is not there any more; of two states of a row that without newest_by "
    "counts which stands in the file later by name, folders included."
)
WAS = """
select file from run.file where site_id = ? and source = ? and content_hash = ? and file <> ? and refused is null
order by file_id desc limit 1
"""


@dataclass(frozen=True)
class Taken:
    """What became of one file: its account, or the sentence that refused it."""

    job: Job
    file_id: int
    account: Account | None
    ignored: int
    encoding: str
    seconds: float
    content_hash: str = ""  # none where it could not be read
    refused: Told | None = None
    notes: list[Told] = field(default_factory=list)  # what else is worth saying of it


def looked(jobs: list[Job]) -> Iterator[tuple[Job, quick.Found | None]]:
    """Each file, and how the engine may read it itself: found out, as is the hash of what it holds, while the files
    before it are taken."""
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        looks = [pool.submit(_look, job) for job in jobs]
        yield from ((job, look.result()) for job, look in zip(jobs, looks, strict=True))
    finally:
        pool.shutdown(cancel_futures=True)


def _look(job: Job) -> quick.Found | None:
    digest = sha256()
    try:
        found = quick.look(job.part, job.form, heard=digest.update)
        job.content.hash(digest.hexdigest() if found else None)  # of a large file in one reading
        return found
    except (Unreadable, OSError):  # which taking the file will meet, too, and say
        return None


def take(
    con: DuckDBPyConnection, job: Job, found: quick.Found | None, load_id: int, secret: str, touching: bool
) -> Taken | None:
    """Read, map, judge and merge one file, and write its account; or refuse it with one sentence. None when the file
    changed while it was read."""
    started, site, source, content_hash = time.monotonic(), job.folder.site.id, job.source, ""
    file_id = con.execute("select coalesce(max(file_id), 0) + 1 from run.file").fetchall()[0][0]
    try:
        content_hash = job.content.hash()
        rows = _judged(con, job, found, secret)
        if job.has_grown:
            return None
        origin = Origin(site, source.name, source.table, job.file, file_id, not source.dated, secret, touching)
        account = merge(con, origin)
        seen = rows.encoding or rows.sheet
        seconds = time.monotonic() - started
        notes = _notes(con, job, rows, account)
        taken = Taken(job, file_id, account, rows.ignored, seen, seconds, content_hash, notes=notes)
    except (Unreadable, WrongColumns, OSError) as error:
        if _has_grown(job):  # half a file looks like a broken one
            return None
        refused = (cannot_open(error) if isinstance(error, OSError) else error).of(job.name)
        taken = Taken(job, file_id, None, 0, "", time.monotonic() - started, content_hash, refused)
    _write(con, taken, load_id)
    return taken


def _notes(con: DuckDBPyConnection, job: Job, rows: Rows, account: Account) -> list[Told]:
    """What is worth saying of a file that has been merged."""
    said = []
    [[doubled, line]] = con.execute(DOUBLED_ROWS).fetchall()
    if doubled and not job.correcting:
        key = ", ".join(TABLES[job.source.table].key)
        said.append(Told(TIED if job.source.dated else DOUBLED, file=job.name, n=f"{doubled:,}", key=key, line=line))
    beside = [sheet for sheet in rows.beside if not _is_read(job, sheet)]
    if beside:
        said.append(Told(SHEETS, file=job.name, sheet=rows.sheet, others=", ".join(beside)))
    if not account.read and not con.execute("select count(*) from taken").fetchall()[0][0]:
        said.append(Told(NO_ROWS, file=job.name))
    return [*said, *_moved(con, job)]


def _moved(con: DuckDBPyConnection, job: Job) -> Iterator[Told]:
    """What is to be said of a file that lay there under another name, which decides what is later."""
    was = con.execute(WAS, [job.folder.site.id, job.source.name, job.content.hash(), job.file]).fetchall()
    if was and not job.source.dated and not part_of(job.folder, was[0][0]).path.exists():
        yield Told(MOVED, file=job.name, before=was[0][0])


def _is_read(job: Job, sheet: str) -> bool:
    """Whether another section of the same files reads this sheet."""
    same = (each for each in job.folder.sources if each is not job.source and each.pattern == job.source.pattern)
    return any(each.form.sheet and fnmatchcase(sheet, each.form.sheet) for each in same)


def _has_grown(job: Job) -> bool:
    try:
        return job.has_grown
    except OSError:
        return False


def _judged(con: DuckDBPyConnection, job: Job, found: quick.Found | None, secret: str) -> Rows:
    """Lay out the relations `judged` and `raw` (see merge). Raises Unreadable, WrongColumns, OSError."""
    if job.source.newest_in_name and not job.date_in_name and not job.correcting:
        raise Unreadable(
            "Its name holds no day as 20240108 or 2024-01-08 where newest_by looks for {expression}; rename it, or "
            "correct that.",
            expression=job.source.newest_in_name,
        )
    con.execute(f"set TimeZone = {value(job.folder.site.timezone)}")  # stamps with an offset become the site's
    rows = read(con, job.part, job.form, found)
    if not _stage(con, job, rows, secret):
        rows = read(con, job.part, job.form)
        _stage(con, job, rows, secret)
    line = f"row_number() over () + {rows.header[-1]}" if rows.expected is not None else f"{LINE}::bigint"
    first = rows.header[-1] + 1 if rows.header else 0
    place, joined = "null::varchar as of_name, null::bigint as of_line", ""
    if job.correcting:  # found now: the list they stand in changes while these rows are merged
        con.execute(f"create or replace temp table places as {PLACES}", [job.folder.site.id, job.source.name])
        # As the list says, where it says so: a rebuild reads it before the files. A row without a number is a new one.
        of_name, of_line = "coalesce(held_file, of_name)", "coalesce(held_line, of_line)"
        place = ", ".join(
            f"case when held_id is not null then {cell} end as {name}"
            for cell, name in ((of_name, "of_name"), (of_line, "of_line"))
        )
        joined = "left join places using (held_id)"
    con.execute(f"""
        create or replace temp view judged as
        select
            taken.* exclude (held_file, held_line, is_passed_over)
                replace (coalesce(line, taken.rowid + {first}) as line),
            {place}
        from taken {joined} where not is_passed_over;
        create or replace temp view raw as select {line} as line, {raw(rows.columns)} as raw from rows
    """)
    rows.ignored += con.execute("select count(*) from taken where is_passed_over").fetchall()[0][0]
    return rows


def _stage(con: DuckDBPyConnection, job: Job, rows: Rows, secret: str) -> bool:
    """Make the table `taken` of all rows, typed and judged; whether the engine, where it read the file itself, gave
    every row of it."""
    try:
        newest = None if job.correcting else job.date_in_name  # that of the row it corrects, in the list's own cells
        staged = staging(job.source, rows, secret, newest, job.correcting)
        judged = judge.judged(job.source, staged, _now(job.folder))
        con.execute("drop table if exists taken")  # first: there need not be room for two
        con.execute(f"create temp table taken as {judged}")
    except (EngineError, WrongColumns) as error:
        if rows.expected is not None:
            return False
        if isinstance(error, WrongColumns | IOException | OutOfMemoryException):
            raise
        raise Unreadable("The mapping does not fit the file: {why}.", why=first_line(error)) from error
    if rows.expected is None:
        return True
    counted = con.execute("select count(*), count(*) filter (where reasons[1] = ?) from taken", [quick.NO_ROW])
    return bool(counted.fetchall() == [(rows.expected, 0)])


def _write(con: DuckDBPyConnection, taken: Taken, load_id: int) -> None:
    job, account = taken.job, taken.account or Account(0, 0, 0, 0, 0)
    insert(con, "run.file", {
        "file_id": taken.file_id, "load_id": load_id, "site_id": job.folder.site.id, "source": job.source.name,
        "file": job.file, "content_hash": taken.content_hash, "mapping_hash": job.source.hash, **asdict(account),
        "ignored": taken.ignored, "encoding": taken.encoding, "seconds": taken.seconds,
        "calendar": job.folder.calendar_version, "in_order": not job.source.dated,
        "refused": taken.refused and taken.refused.packed(), "state": job.content.told,
    })  # fmt: skip


def _now(folder: Folder) -> str:
    """The moment of loading in the site's own clock, as a literal."""
    return f"timestamp {value(f'{datetime.now(ZoneInfo(folder.site.timezone)):%Y-%m-%d %H:%M:%S}')}"


def first_line(error: Exception) -> str:
    """What an error says, without the hints that follow."""
    return str(error).split("\n", 1)[0]
