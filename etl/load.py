"""A load: what is new or changed in the inboxes, file by file, into one new version."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection, IOException, OutOfMemoryException
from duckdb import Error as EngineError

from board.core.words import Told
from etl import inbox, judge, mart, setting
from etl.attempt import Attempt
from etl.inbox import Job
from etl.key import key
from etl.map import HELD_ID, WrongColumns, staging
from etl.merge import Account, Origin, create, forget, merge
from etl.publish import Draft
from etl.read import LINE, Form, Rows, Unreadable, read
from etl.read.quick import BLANK
from etl.sites import Folder
from etl.sqltext import value

LAID_OUT = (create, setting.create)  # what makes the tables a load writes to
HELD_IN_FILE = 0.05, 20  # share and number of rows from which a file or a load says that its mapping is wrong
HELD_IN_LOAD = 0.01, 100
NO_CALENDAR = "{file}: There is no official calendar for {years} yet; limits follow weekends and fixed holidays there."
GROWING = "{file}: It is still being written; it is left for the next load."


class Unwritable(Told):
    """The version could not be built, because the disk or the memory is full or broken."""


@dataclass(frozen=True)
class Taken:
    """What became of one file: its account, or the sentence that refused it."""

    job: Job
    file_id: int
    account: Account | None
    ignored: int
    encoding: str
    seconds: float
    refused: Told | None = None


@dataclass
class Outcome:
    """What a load did: the version it published (None: nothing new, or refused), its files and its refusals."""

    version: int | None = None
    taken: list[Taken] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # sites whose rows left with this load
    unwanted: list[Told] = field(default_factory=list)  # what was left alone, and what else is worth saying


Watch = Callable[[str, int, int], None]  # what is being done, how many bytes of how many are done


def load(
    data: Path,
    folders: list[Folder],
    command: str,
    watch: Watch,
    only: dict[str, list[Path]] | None = None,
    fresh: bool = False,
) -> Outcome:
    """Load new and changed files (`only` these of each site, where given) and publish when anything changed.

    `fresh` reads every inbox anew into an empty warehouse. The caller holds the lock. Raises Unwritable, BrokenMart,
    Damaged; in any case the version before stays current."""
    attempt = Attempt(data, command)
    try:
        with closing(Draft(data, fresh)) as draft:
            loaded_before = inbox.loaded(data) if fresh else {}
            outcome = _load(draft, data, folders, command, watch, only, attempt, loaded_before)
    except (EngineError, OSError) as error:
        told = Unwritable("The version could not be written: {why}", why=_first_line(error))
        attempt.ended(None, [told])
        raise told from error
    except Told as error:
        attempt.ended(None, [error])
        raise
    attempt.ended(outcome.version, outcome.refused)
    return outcome


def _load(
    draft: Draft,
    data: Path,
    folders: list[Folder],
    command: str,
    watch: Watch,
    only: dict[str, list[Path]] | None,
    attempt: Attempt,
    loaded_before: dict[tuple[str, str, str], int],
) -> Outcome:
    outcome, started, con = Outcome(), time.monotonic(), draft.con
    create(con)
    setting.create(con)
    draft.check(LAID_OUT)
    outcome.left = _leave(con, folders)
    settings_changed = setting.changed(con, folders)
    found = inbox.find(con, folders, only, loaded_before)
    outcome.refused, outcome.unwanted = found.refused, found.unwanted
    if not (found.jobs or outcome.left or settings_changed):
        return outcome
    whole = bool(draft.empty or outcome.left or settings_changed or found.forgotten)
    load_id = con.execute("select coalesce(max(load_id), 0) + 1 from run.load").fetchall()[0][0]
    growing: list[Job] = []
    size, done = sum(job.state[0] for job in found.jobs), 0
    for job in found.jobs:
        watch(job.name, done, size)
        taken = _take(con, job, load_id, key(data), touching=not whole)
        if taken:
            outcome.taken.append(taken)
        else:
            outcome.unwanted.append(Told(GROWING, file=job.name))
            growing.append(job)
        done += job.state[0]
    outcome.refused += [taken.refused for taken in outcome.taken if taken.refused]
    if not (any(taken.account for taken in outcome.taken) or outcome.left or settings_changed):
        return outcome
    unread = [taken.job for taken in outcome.taken if taken.refused]
    stop = _too_many_held(con, outcome.taken) or _lost([*unread, *growing], found.lost_unless_read)
    if stop:
        outcome.refused.append(stop)
        attempt.hold(con)
        return outcome
    watch("marts", size, size)
    setting.store(con, folders)
    changed = {taken.job.source.table for taken in outcome.taken if taken.account and taken.account.loaded}
    mart.build(con, None if whole else changed)
    outcome.unwanted += [Told(NO_CALENDAR, file=site, years=years) for site, years in mart.guessed(con)]
    con.execute(
        "insert into run.load values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            load_id,
            command,
            datetime.now(),
            time.monotonic() - started,
            draft.version,
            draft.built_on,
            judge.version(),
            mart.version(),
        ],
    )
    draft.publish()
    outcome.version = draft.version
    return outcome


def _leave(con: DuckDBPyConnection, folders: list[Folder]) -> list[str]:
    """Samples whose place real sites have taken go; a real site whose folder vanished stays loaded."""
    here = [folder.site.id for folder in folders]
    real = [folder for folder in folders if not folder.site.sample]
    gone = con.execute("select site_id from setting.site where sample and not list_contains(?, site_id)", [here])
    left = [site for (site,) in gone.fetchall()] if real else []
    for site in left:
        forget(con, site)
        setting.forget(con, site)
    return left


def _take(con: DuckDBPyConnection, job: Job, load_id: int, secret: str, touching: bool) -> Taken | None:
    """Read, map, judge and merge one file, and write its account; or refuse it with one sentence. None when the file
    changed while it was read."""
    started, site, source = time.monotonic(), job.folder.site.id, job.source
    file_id = con.execute("select coalesce(max(file_id), 0) + 1 from run.file").fetchall()[0][0]
    try:
        rows = _judged(con, job, secret)
        if job.has_grown:
            return None
        origin = Origin(site, source.name, job.file, file_id, not source.dated, secret, touching)
        account = merge(con, source.table, origin)
        seen = rows.encoding or rows.sheet
        taken = Taken(job, file_id, account, rows.ignored, seen, time.monotonic() - started)
    except (Unreadable, WrongColumns, OSError) as error:
        if _has_grown(job):  # half a file looks like a broken one
            return None
        taken = Taken(job, file_id, None, 0, "", time.monotonic() - started, _refusal(job, error))
    _write(con, taken, load_id)
    return taken


def _has_grown(job: Job) -> bool:
    try:
        return job.has_grown
    except OSError:
        return False


def _judged(con: DuckDBPyConnection, job: Job, secret: str) -> Rows:
    """Lay out the relations `judged` and `raw` (see merge). Raises Unreadable, WrongColumns, OSError."""
    source, form = job.source, job.source.form
    if job.correcting:
        form = Form(wanted=form.wanted | {HELD_ID})
    elif source.newest_in_name and not job.date_in_name:
        raise Unreadable("Its name holds no export date, as newest_by asks.")
    con.execute(f"set TimeZone = {value(job.folder.site.timezone)}")  # stamps with an offset become the site's
    rows = read(con, job.part, form)
    if not _stage(con, job, rows, secret):
        rows = read(con, job.part, form, careful=True)
        _stage(con, job, rows, secret)
    line = f"row_number() over () + {rows.header[-1]}" if rows.expected is not None else f"{LINE}::bigint"
    cells = ", ".join(f"coalesce(c{place}, '')" for place in range(len(rows.columns)))
    con.execute(f"""
        create or replace temp view judged as
        select * replace (coalesce(line, rowid + {rows.header[-1] + 1 if rows.header else 0}) as line) from taken;
        create or replace temp view raw as select {line} as line, concat_ws(chr(31), {cells}) as raw from rows
    """)
    return rows


def _stage(con: DuckDBPyConnection, job: Job, rows: Rows, secret: str) -> bool:
    """Make the table `taken` of all rows, typed and judged; whether the engine, where it read the file itself, gave
    every row of it."""
    try:
        staged = staging(job.source, rows, secret, job.date_in_name, job.correcting)
        judged = judge.judged(job.source.table, staged, _now(job.folder))
        con.execute(f"create or replace temp table taken as {judged}")
    except (EngineError, WrongColumns) as error:
        if rows.expected is not None:
            return False
        if isinstance(error, WrongColumns | IOException | OutOfMemoryException):
            raise
        raise Unreadable("The mapping does not fit the file: {why}.", why=_first_line(error)) from error
    if rows.expected is None:
        return True
    found = con.execute("select count(*), count(*) filter (where reasons[1] = ?) from taken", [BLANK]).fetchall()[0]
    return bool(found == (rows.expected, 0))


def _refusal(job: Job, error: Told | OSError) -> Told:
    if isinstance(error, OSError):
        return Told("{file}: The file cannot be opened: {why}.", file=job.name, why=error.strerror or error)
    return Told("{file}: " + error.sentence, file=job.name, **error.values)


def _write(con: DuckDBPyConnection, taken: Taken, load_id: int) -> None:
    job, account = taken.job, taken.account or Account(0, 0, 0, 0, 0)
    con.execute(
        f"insert into run.file values ({', '.join('?' * 18)})",
        [
            taken.file_id, load_id, job.folder.site.id, job.source.name, job.file, job.content_hash, job.source.hash,
            account.read, account.loaded, account.unchanged, account.superseded, account.held, taken.ignored,
            taken.encoding, taken.seconds, job.folder.calendar_version, not job.source.dated,
            taken.refused and taken.refused.packed(),
        ],
    )  # fmt: skip


def _now(folder: Folder) -> str:
    """The moment of loading in the site's own clock, as a literal."""
    return f"timestamp {value(f'{datetime.now(ZoneInfo(folder.site.timezone)):%Y-%m-%d %H:%M:%S}')}"


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]


def _too_many_held(con: DuckDBPyConnection, taken: list[Taken]) -> Told | None:
    """What stops the publish when so many rows are held that the mapping must be wrong."""
    listed = dict(con.execute("select file_id, count(*) from run.held group by file_id").fetchall())  # none corrected
    files = [(item.job.name, listed.get(item.file_id, 0), item.account.read) for item in taken if item.account]
    for file, held, rows in files:
        if held > HELD_IN_FILE[1] and held > HELD_IN_FILE[0] * rows:
            return _said(con, file, held, rows)
    held, rows = sum(held for _, held, _ in files), sum(rows for _, _, rows in files)
    if held > HELD_IN_LOAD[1] and held > HELD_IN_LOAD[0] * rows:
        return _said(con, "*", held, rows)
    return None


def _lost(unread: list[Job], before: set[tuple[str, str, str]]) -> Told | None:
    """What stops the publish when a file whose rows were taken out, to be read anew, cannot be read."""
    for job in unread:
        if (job.folder.site.id, job.source.name, job.file) in before:
            return Told("Nothing was published: {file} was loaded before and cannot be read now.", file=job.name)
    return None


def _said(con: DuckDBPyConnection, what: str, held: int, rows: int) -> Told:
    reason = con.execute(
        "with held as (select unnest(reasons) as reason from run.held "
        "where file_id in (select file_id from run.file where load_id = (select max(load_id) from run.file))) "
        "select reason from held group by 1 order by count(*) desc, 1 limit 1"
    ).fetchall()[0][0]
    return Told(
        "Nothing was published: {held} of {rows} rows of {what} are held, most often because: {reason}.",
        held=f"{held:,}", rows=f"{rows:,}", what=what, reason=reason,
    )  # fmt: skip
