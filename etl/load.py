"""A load: what is new or changed in the inboxes, file by file, into one new version."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from board.core.words import Told
from etl import inbox, judge, mart, setting
from etl.inbox import Job
from etl.key import key
from etl.map import WrongColumns, staging
from etl.merge import Account, create, forget, merge
from etl.publish import Draft
from etl.read import Unreadable, read
from etl.sites import Folder
from etl.sqltext import value

HELD_IN_FILE = 0.05, 20  # share and number of rows from which a file or a load says that its mapping is wrong
HELD_IN_LOAD = 0.01, 100


@dataclass(frozen=True)
class Taken:
    """What became of one file: its account, or the sentence that refused it."""

    job: Job
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
    unwanted: list[Told] = field(default_factory=list)  # what was left alone, and inboxes without a file


Watch = Callable[[str, int, int], None]  # what is being done, how many of how many are done


def load(
    data: Path,
    folders: list[Folder],
    command: str,
    watch: Watch,
    only: dict[str, list[Path]] | None = None,
    fresh: bool = False,
) -> Outcome:
    """Load new and changed files (`only` these of each site, where given) and publish when anything changed.

    `fresh` reads every inbox anew into an empty warehouse. The caller holds the lock."""
    outcome, started = Outcome(), time.monotonic()
    draft = Draft(data, fresh)
    try:
        create(draft.con)
        setting.create(draft.con)
        outcome.left = _leave(draft.con, folders)
        settings_changed = _settings_changed(draft.con, folders)
        found = inbox.find(draft.con, folders, only)
        jobs, outcome.refused, outcome.unwanted = found.jobs, found.refused, found.unwanted
        if not (jobs or outcome.left or settings_changed):
            draft.discard()
            return outcome
        load_id = draft.con.execute("select coalesce(max(load_id), 0) + 1 from run.load").fetchall()[0][0]
        for done, job in enumerate(jobs):
            watch(job.name, done, len(jobs))
            outcome.taken.append(_take(draft.con, job, load_id, key(data)))
        outcome.refused += [taken.refused for taken in outcome.taken if taken.refused]
        stop = _too_many_held(draft.con, outcome.taken)
        if stop:
            outcome.refused.append(stop)
            draft.discard()
            return outcome
        watch("marts", len(jobs), len(jobs))
        setting.store(draft.con, folders)
        mart.build(draft.con)
        draft.con.execute(
            "insert into run.load values (?, ?, ?, ?, ?)",
            [load_id, command, datetime.now(), time.monotonic() - started, judge.version()],
        )
        draft.publish()
    except BaseException:
        draft.discard()
        raise
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


def _settings_changed(con: DuckDBPyConnection, folders: list[Folder]) -> bool:
    """Whether a site.toml, control_totals.csv or the rules differ from what the version was built with."""
    known = set(con.execute("select site_id, site_toml, totals_csv from setting.site").fetchall())
    rules = con.execute("select rules from run.load order by load_id desc limit 1").fetchall()
    now = {(folder.site.id, folder.site_toml, folder.totals_csv) for folder in folders}
    return not now <= known or bool(rules and rules[0][0] != judge.version())


def _take(con: DuckDBPyConnection, job: Job, load_id: int, secret: str) -> Taken:
    """Read, map, judge and merge one file, and write its account; or refuse it with one sentence."""
    started = time.monotonic()
    file_id = con.execute("select coalesce(max(file_id), 0) + 1 from run.file").fetchall()[0][0]
    try:
        rows = read(job.path, job.source.encoding, job.source.delimiter)
        if job.source.newest_in_name and not job.date_in_name:
            raise Unreadable("Its name holds no export date, as newest_by asks.")
        con.register("rows", rows.table)
        con.execute(f"set TimeZone = {value(job.folder.site.timezone)}")  # stamps with an offset become the site's
        staged = staging(job.source, rows.columns, secret, "rows", job.date_in_name)
        con.execute(f"create or replace temp table staged as {staged}")
        judged = judge.judged(job.source.table, "staged", _now(job.folder))
        in_order = not (job.source.newest_by or job.source.newest_in_name)
        site, source = job.folder.site.id, job.source.name
        account = merge(con, job.source.table, judged, site, source, file_id, job.path.name, in_order)
        taken = Taken(job, account, rows.ignored, rows.encoding, time.monotonic() - started)
    except (Unreadable, WrongColumns) as error:
        taken = Taken(job, None, 0, "", time.monotonic() - started, _refusal(job, error))
    _write(con, taken, file_id, load_id)
    return taken


def _refusal(job: Job, error: Told) -> Told:
    return Told("{file}: " + error.sentence, file=job.name, **error.values)


def _write(con: DuckDBPyConnection, taken: Taken, file_id: int, load_id: int) -> None:
    job, account = taken.job, taken.account or Account(0, 0, 0, 0, 0)
    con.execute(
        f"insert into run.file values ({', '.join('?' * 16)})",
        [
            file_id, load_id, job.folder.site.id, job.source.name, job.path.name, job.content_hash, job.source.hash,
            account.read, account.loaded, account.unchanged, account.superseded, account.held, taken.ignored,
            taken.encoding, taken.seconds, taken.refused and taken.refused.packed(),
        ],
    )  # fmt: skip


def _now(folder: Folder) -> str:
    """The moment of loading in the site's own clock, as a literal."""
    return f"timestamp {value(f'{datetime.now(ZoneInfo(folder.site.timezone)):%Y-%m-%d %H:%M:%S}')}"


def _too_many_held(con: DuckDBPyConnection, taken: list[Taken]) -> Told | None:
    """What stops the publish when so many rows are held that the mapping must be wrong."""
    accounts = [(item.job, item.account) for item in taken if item.account]
    for job, account in accounts:
        if account.held > HELD_IN_FILE[1] and account.held > HELD_IN_FILE[0] * account.read:
            return _said(con, job.name, account.held, account.read)
    held, read_rows = (sum(getattr(account, part) for _, account in accounts) for part in ("held", "read"))
    if held > HELD_IN_LOAD[1] and held > HELD_IN_LOAD[0] * read_rows:
        return _said(con, "*", held, read_rows)
    return None


def _said(con: DuckDBPyConnection, what: str, held: int, rows: int) -> Told:
    reason = con.execute(
        "with held as (select unnest(reasons) as reason from run.held) "
        "select reason from held group by 1 order by count(*) desc, 1 limit 1"
    ).fetchall()[0][0]
    return Told(
        "Nothing was published: {held} of {rows} rows of {what} are held, most often because: {reason}.",
        held=f"{held:,}", rows=f"{rows:,}", what=what, reason=reason,
    )  # fmt: skip
