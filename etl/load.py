"""A load: what is new or changed in the inboxes, file by file, into one new version."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread

from duckdb import DuckDBPyConnection
from duckdb import Error as EngineError

from board.core.warehouse import Warehouse
from board.core.words import Told
from etl import inbox, judge, mart, setting
from etl.attempt import OF_THIS_LOAD, Attempt
from etl.corrections import note_sections, strange
from etl.inbox import LOST, Job, Key
from etl.key import MADE_WITH, is_exposed, key, mark
from etl.leaving import leaving, loaded, standing
from etl.merge import create, forget
from etl.publish import NextVersion
from etl.sites import Folder
from etl.sqltext import insert
from etl.take import Taken, first_line, looked, take
from etl.withheld import withhold

HELD_IN_FILE = 0.05, 20  # share and number of rows from which a file or a load says that its mapping is wrong
HELD_IN_LOAD = 0.01, 100
NO_CALENDAR = "{file}: There is no official calendar for {years} yet; limits follow weekends and fixed holidays there."
WAITING = "select site, count(*) from mart.waiting group by site order by site"
NEWLY_HELD = """
select file_id, count(*) from run.held as held
where (site_id, held_id) not in (from held_before)
    and (site_id, held_id) not in (select (site_id, held_id) from run.corrected)
    and not exists (
        from run.held as before
        where before.site_id = held.site_id and before.held_id = held.held_id and before.file_id < held.file_id
    )
group by file_id
"""  # rows that were corrected, that the version lists, or that came with another file, say nothing about a mapping
HELD_BEFORE = "select distinct site_id, held_id from run.held"
STRANGE = "{file}: {n} of its rows name a held_id that is not held; they were read as new rows."
EXPOSED = "data/warehouse/key can be read by others than its owner; close it with: chmod 600"
LOOK_EVERY = 0.5  # seconds
GROWING = "{file}: It is still being written; it is left for the next load."


class Unwritable(Told):
    """The version could not be built, because the disk or the memory is full or broken."""


@dataclass
class Outcome:
    """What a load did: the version it published (None: nothing new, or refused), its files and its refusals."""

    version: int | None = None
    taken: list[Taken] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # sites whose rows left with this load
    notes: list[Told] = field(default_factory=list)  # what was left alone, and what else is worth saying
    waiting: list[tuple[str, int]] = field(default_factory=list)  # site, rows whose ticket or unit is not there yet


Watch = Callable[[str, int, int], None]  # what is being done, how many bytes of how many are done


def load(
    data: Path,
    folders: list[Folder],
    command: str,
    watch: Watch,
    only: dict[str, list[Path]] | None = None,
    fresh: bool = False,
    unusable: Sequence[Told] = (),
) -> Outcome:
    """Load new and changed files (`only` these of each site, where given) and publish when anything changed.

    `fresh` reads every inbox anew into an empty warehouse. `unusable`: what was refused before, sites with their
    settings among them; what is loaded of these stays, so that nothing can be made anew without them. The caller holds
    the lock. Raises Unwritable, BrokenMart, Damaged; in any case the version before stays current."""
    attempt = Attempt(data, command)
    try:
        with closing(NextVersion(data, _lay_out, fresh)) as new:
            before = standing(data) if fresh else None
            lost = {site for site, _, _ in loaded(before)} & {told.values.get("site") for told in unusable}
            if lost:
                outcome = Outcome(refused=[Told(LOST, file=site) for site in sorted(lost)])
            else:
                outcome = _load(new, folders, command, watch, only, attempt, before)
            outcome.refused[:0] = unusable
    except (EngineError, OSError) as error:
        told = Unwritable(
            "The version could not be written: {why}; where the disk has room: python -m etl rebuild",
            why=first_line(error),
        )
        attempt.ended(None, [told])
        raise told from error
    except Told as error:
        attempt.ended(None, [error])
        raise
    attempt.ended(outcome.version, outcome.refused, outcome.notes)
    return outcome


def _load(
    new: NextVersion,
    folders: list[Folder],
    command: str,
    watch: Watch,
    only: dict[str, list[Path]] | None,
    attempt: Attempt,
    before: Warehouse | None,
) -> Outcome:
    """`before`: what is made anew, so that it must be said what of it is lost."""
    outcome, started = Outcome(), time.monotonic()
    secret, loaded_before = key(new.data, _made_with(new)), loaded(before)
    outcome.left = _outdated_samples(new.known, folders)
    settings_changed = setting.changed(new.known, folders)
    # A version is due also without a new row; but settings alone make none of a load that was asked for files.
    due = bool(outcome.left or (settings_changed and only is None))
    found = inbox.find(new.known, folders, only, loaded_before)
    outcome.refused, outcome.notes = found.refused, found.notes
    outcome.notes += [Told(EXPOSED)] if is_exposed(new.data) else []
    outcome.refused += found.lost
    if found.lost or not (found.jobs or due):
        return outcome
    whole = bool(new.empty or outcome.left or settings_changed or found.forgotten)
    con = new.con
    _note_held(con, before)
    note_sections(con, folders)
    for site in outcome.left:
        forget(con, site)
        setting.forget(con, site)
    for site, file_ids in found.outdated:
        forget(con, site, file_ids)
    outcome.notes += inbox.beside(con, found.new_lists)
    for folder in found.remapped:
        withhold(con, folder, secret)
    load_id = con.execute("select coalesce(max(load_id), 0) + 1 from run.load").fetchall()[0][0]
    unread = _take_all(con, found.jobs, load_id, secret, not whole, watch, outcome)
    if not (due or any(taken.account for taken in outcome.taken)):
        return outcome
    lists = {taken.file_id: taken.job.name for taken in outcome.taken if taken.job.correcting}
    unheld = [Told(STRANGE, file=lists[list_id], n=n) for list_id, n in strange(con, [*lists]).items()]
    stop = _too_many_held(con, outcome.taken) or _lost(unread, found.lost_unless_read)
    if stop:
        outcome.refused.append(stop)
        attempt.hold(con)
        return outcome
    outcome.notes += unheld
    outcome.notes += leaving(con, before, loaded_before, found.jobs) if before and loaded_before else []
    watch("marts", 1, 1)
    setting.store(con, folders)
    changed = {taken.job.source.table for taken in outcome.taken if taken.account and taken.account.loaded}
    mart.build(con, None if whole else changed)
    outcome.waiting = con.execute(WAITING).fetchall()
    outcome.notes += [Told(NO_CALENDAR, file=site, years=years) for site, years in mart.guessed(con)]
    _sign(new, load_id, command, started, secret)
    new.publish(anew=bool(found.forgotten or found.remapped))
    outcome.version = new.version
    return outcome


def _sign(new: NextVersion, load_id: int, command: str, started: float, secret: str) -> None:
    """Write into a version which load made it, with which rules, and how long that took."""
    insert(new.con, "run.load", {
        "load_id": load_id, "command": command, "started_at": datetime.now(), "seconds": time.monotonic() - started,
        "version": new.version, "built_on": new.built_on, "rules": judge.version(), "marts": mart.version(),
        "key_mark": mark(secret),
    })  # fmt: skip


def _made_with(new: NextVersion) -> str | None:
    """The mark of the key of the version that a new one is built on."""
    made = new.known.execute(MADE_WITH).fetchall()
    return str(made[0][0]) if made else None


def _note_held(con: DuckDBPyConnection, before: Warehouse | None) -> None:
    """Keep what is listed as held, also where this load begins anew without the version that lists it."""
    con.execute(f"create temp table held_before as {HELD_BEFORE}")
    if before:
        con.register("listed", before.frame(HELD_BEFORE))
        con.execute("insert into held_before from listed")


def _take_all(
    con: DuckDBPyConnection,
    jobs: list[Job],
    load_id: int,
    secret: str,
    touching: bool,
    watch: Watch,
    outcome: Outcome,
) -> list[Job]:
    """Take one file after the other into the log, and note in the outcome what became of each; those not read."""
    unread: list[Job] = []
    size, done = sum(job.content.state.size for job in jobs), 0
    for job, found in looked(jobs):
        watch(job.name, done, size)
        with _moving(con, partial(_said_of, watch, job, done, size)):
            taken = take(con, job, found, load_id, secret, touching)
        if taken is None:
            outcome.notes.append(Told(GROWING, file=job.name))
        else:
            outcome.taken.append(taken)
            outcome.refused += [taken.refused] if taken.refused else []
            outcome.notes += taken.notes
        if taken is None or taken.refused:
            unread.append(job)
        done += job.content.state.size
    return unread


def _said_of(watch: Watch, job: Job, done: int, size: int, share: float) -> None:
    watch(job.name, done + int(share * job.content.state.size), size)


@contextmanager
def _moving(con: DuckDBPyConnection, watch: Callable[[float], None]) -> Iterator[None]:
    """Say every now and then how far the engine has come with a file (0 to 1, never back), whose first and longest
    statement reads it."""
    ended, furthest = Event(), 0.0

    def look() -> None:
        nonlocal furthest
        while not ended.wait(LOOK_EVERY):
            share = con.query_progress() / 100
            if furthest < share < 1:  # what takes no time is at its end at once
                furthest = share
                watch(share)

    looking = Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        ended.set()
        looking.join()


def _lay_out(con: DuckDBPyConnection) -> None:
    """Make the tables a load writes to."""
    create(con)
    setting.create(con)


def _outdated_samples(known: DuckDBPyConnection, folders: list[Folder]) -> list[str]:
    """Samples whose place real sites have taken go; a real site whose folder vanished stays loaded."""
    here = [folder.site.id for folder in folders]
    real = [folder for folder in folders if not folder.site.sample]
    gone = known.execute("select site_id from setting.site where sample and not list_contains(?, site_id)", [here])
    return [site for (site,) in gone.fetchall()] if real else []


def _too_many_held(con: DuckDBPyConnection, taken: list[Taken]) -> Told | None:
    """What stops the publish when so many rows are held that the mapping must be wrong."""
    listed = dict(con.execute(NEWLY_HELD).fetchall())
    files = [
        (item.file_id, item.job.name, listed.get(item.file_id, 0), item.account.read) for item in taken if item.account
    ]
    for file_id, file, held, rows in files:
        if held > HELD_IN_FILE[1] and held > HELD_IN_FILE[0] * rows:
            return _said(con, file, held, rows, f"file_id = {file_id}")
    held, rows = sum(held for _, _, held, _ in files), sum(rows for _, _, _, rows in files)
    if held > HELD_IN_LOAD[1] and held > HELD_IN_LOAD[0] * rows:
        return _said(con, "*", held, rows, OF_THIS_LOAD)
    return None


def _lost(unread: list[Job], before: set[Key]) -> Told | None:
    """What stops the publish when a file whose rows were taken out, to be read anew, cannot be read."""
    for job in unread:
        if job.key in before:
            return Told(LOST, file=job.name)
    return None


def _said(con: DuckDBPyConnection, what: str, held: int, rows: int, which: str) -> Told:
    reason = con.execute(
        f"with held as (select unnest(reasons) as reason from run.held where {which}) "
        "select reason from held group by 1 order by count(*) desc, 1 limit 1"
    ).fetchall()[0][0]
    return Told(
        "Nothing was published: {held} of {rows} rows of {what} are held, most often because: {reason}. All of them: "
        "python -m etl held",
        held=f"{held:,}", rows=f"{rows:,}", what=what, reason=reason,
    )  # fmt: skip
