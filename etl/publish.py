"""A new version beside the old one, then one atomic move of the pointer: readers never see a half-built state."""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from secrets import token_hex
from socket import gethostname

import duckdb
from filelock import FileLock, Timeout

from board.core.warehouse import (
    CURRENT,
    LOCKED,
    Damaged,
    NoWarehouse,
    OtherRelease,
    Warehouse,
    current,
    damaged,
    other_release,
    versions,
)
from board.core.words import Told
from etl.sqltext import value

KEEP = 5
BUILDING: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "3300MB",  # a load goes to the disk rather than take the machine from its readers
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "fsync_mode": "NONE",  # publish() writes the whole file through before anybody is pointed to it
    # The one makes joins of long lists, after which rows have lost their order; the other groups rows twice that are
    # nearly one a group.
    "disabled_optimizers": "in_clause,partial_aggregate_pushdown",
}


COLUMNS = """
select schema_name, table_name, column_name, data_type from duckdb_columns()
where schema_name in ('log', 'run', 'setting') and not internal order by all
"""


class Busy(Told):
    """Another load is running in this data folder."""


class NothingBefore(Told):
    """There is no version to go back to."""


@contextmanager
def lock(data: Path) -> Iterator[None]:
    """Hold the data folder for one load. Raises Busy, naming who holds it, when another process does."""
    folder = data / "warehouse"
    folder.mkdir(parents=True, exist_ok=True)
    held, holder = FileLock(folder / "LOCK"), folder / "HOLDER"
    try:
        held.acquire(timeout=0)
    except Timeout as error:
        who = holder.read_text("utf-8") if holder.exists() else "?"
        raise Busy("Another load is running in {folder}, by {who}; try again when it has ended.",
                   folder=folder, who=who) from error  # fmt: skip
    try:
        holder.write_text(f"{gethostname()}, {os.getpid()}, {datetime.now():%Y-%m-%d %H:%M:%S}", "utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        held.release()


class NextVersion:
    """A version being built; it becomes visible with publish() and leaves nothing behind otherwise. `known` answers
    what has been loaded so far; whoever has something to write does so through `con`, for which that is copied: most
    loads find nothing new."""

    def __init__(self, data: Path, lay_out: Callable[[duckdb.DuckDBPyConnection], None], fresh: bool = False) -> None:
        """`lay_out` makes the tables a load writes to, where they are not there yet. Raises Damaged, OtherRelease when
        the version this one is built on has other tables."""
        self.data, self.folder, self._lay_out = data, data / "warehouse", lay_out
        now = _last(data, fresh)
        last = None if fresh else now
        self.empty, self.built_on = last is None, now.version if now else None
        self.version = max((each.version for each in versions(data)), default=0) + 1
        # the mark keeps a path from ever meaning two files, even when the folder is emptied and numbers begin anew
        self.path = self.folder / f"v{self.version:06d}-{token_hex(3)}.duckdb"
        self.building = self.folder / f"building-{self.version:06d}.duckdb"
        self._clear()
        self.known = self._known(last)
        self._last, self._writing = last, ThreadPoolExecutor(max_workers=1)

    def _known(self, last: Warehouse | None) -> duckdb.DuckDBPyConnection:
        if not last:
            empty = duckdb.connect()
            self._lay_out(empty)
            return empty
        try:
            known = duckdb.connect(str(last.path), read_only=True, config=LOCKED)
        except duckdb.Error as error:
            raise damaged(last.path.name) from error
        if known.execute(COLUMNS).fetchall() != _columns(self._lay_out):
            raise other_release(self.built_on)
        return known

    @cached_property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The version itself, laid out. Raises OSError when there is no room for it."""
        if self._last:
            shutil.copyfile(self._last.path, self.building)
            self._writing.submit(_sync, self.building)  # the disk takes the copy while the load goes on
        con = duckdb.connect(str(self.building), config=BUILDING)
        # asked for by `etl load`, which shows its own
        con.execute("set enable_progress_bar = true; set enable_progress_bar_print = false")
        self._lay_out(con)
        return con

    def publish(self, anew: bool) -> None:
        """Make this version the current one: written through to the disk before the pointer moves. `anew`: into a file
        of its own first, in which nothing lies any more of what was taken out."""
        if anew:
            clean = self.building.with_name(f"building-clean-{self.version:06d}.duckdb")
            [[name]] = self.con.execute("select current_database()").fetchall()
            self.con.execute(f'attach {value(str(clean))} as clean; copy from database "{name}" to clean; detach clean')
            self.con.close()
            os.replace(clean, self.building)
        else:
            self.con.execute("checkpoint")
            self.con.close()
        _sync(self.building)
        os.replace(self.building, self.path)
        _point(self.folder, self.path.name)
        self._clean()

    def close(self) -> None:
        """Leave nothing behind of what was not published."""
        self._writing.shutdown()
        self.known.close()
        if "con" in vars(self):
            self.con.close()
        self._clear()

    def _clear(self) -> None:
        """Take away what a load before this one left behind when it was killed."""
        for stale in self.folder.glob("building-*"):
            if stale.is_dir():  # where the engine keeps what does not fit into memory
                shutil.rmtree(stale)
            else:
                stale.unlink()

    def _clean(self) -> None:
        # The one it was built on is what rollback goes to, also where versions were gone back from that came after it.
        others = [each for each in versions(self.folder.parent) if each.path != self.path]
        others = sorted(others, key=lambda each: (each.version == self.built_on, each.version))
        for old in others[: 1 - KEEP]:
            with suppress(PermissionError):  # Windows: a reader still has it open; the next load takes it
                old.path.unlink()


@cache
def _columns(lay_out: Callable[[duckdb.DuckDBPyConnection], None]) -> list[tuple[str, ...]]:
    """All columns that this release lays out."""
    with duckdb.connect() as empty:
        lay_out(empty)
        return empty.execute(COLUMNS).fetchall()


def rollback(data: Path) -> Warehouse:
    """Make the version that the current one was built on current again, where that is damaged the newest that can be
    read; the next load begins with it. The caller holds the lock. Raises NoWarehouse, NothingBefore, Damaged."""
    try:
        now = current(data)
        [built_on] = now.frame("select coalesce(built_on, 0) as n from run.load order by load_id desc limit 1")["n"]
        before = [each for each in versions(data) if each.version == built_on]
        if not before:
            raise NothingBefore("There is no version before {version}.", version=now.version)
        before[-1].check()
    except OtherRelease:
        raise
    except Damaged:
        before = [each for each in [readable(data)] if each]
        if not before:
            raise
    _point(before[-1].path.parent, before[-1].path.name)
    return before[-1]


def readable(data: Path) -> Warehouse | None:
    """The newest version that can be read, besides the current one; None where there is none."""
    try:
        now = current(data).path
    except (NoWarehouse, Damaged):
        now = None
    for each in reversed(versions(data)):
        with suppress(Damaged):
            if each.path != now:
                each.check()
                return each
    return None


def _point(folder: Path, name: str) -> None:
    """Move the pointer, in one step that survives a power cut."""
    pointer = folder / f"{CURRENT}.new"
    pointer.write_text(name)
    _sync(pointer)
    os.replace(pointer, folder / CURRENT)
    if os.name == "posix":
        _sync(folder)


def _last(data: Path, fresh: bool) -> Warehouse | None:
    try:
        return current(data)
    except NoWarehouse:
        return None
    except Damaged:
        if fresh:  # which is how one is healed
            return None
        raise


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
