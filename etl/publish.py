"""A new version beside the old one, then one atomic move of the pointer: readers never see a half-built state."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

import duckdb
from filelock import FileLock, Timeout

from board.core.warehouse import CURRENT, Damaged, NoWarehouse, Warehouse, current
from board.core.words import Told

KEEP = 5
BUILDING: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


class Busy(Told):
    """Another load is running in this data folder."""


@contextmanager
def lock(data: Path) -> Iterator[None]:
    """Hold the data folder for one load. Raises Busy when another process holds it."""
    folder = data / "warehouse"
    folder.mkdir(parents=True, exist_ok=True)
    held = FileLock(folder / "LOCK")
    try:
        held.acquire(timeout=0)
    except Timeout as error:
        raise Busy("Another load is running in {folder}; try again when it has ended.", folder=folder) from error
    try:
        yield
    finally:
        held.release()


class Draft:
    """A version being built; it becomes visible with publish() and leaves nothing behind otherwise."""

    def __init__(self, data: Path, fresh: bool = False) -> None:
        self.folder = data / "warehouse"
        last = None if fresh else _last(data)
        self.version = max((Warehouse(path).version for path in self.folder.glob("v*.duckdb")), default=0) + 1
        # the mark keeps a path from ever meaning two files, even when the folder is emptied and numbers begin anew
        self.path = self.folder / f"v{self.version:06d}-{token_hex(3)}.duckdb"
        self.building = self.folder / f"building-{self.version:06d}.duckdb"
        for stale in self.folder.glob("building-*"):
            stale.unlink()
        if last:
            shutil.copyfile(last.path, self.building)
        try:
            self.con = duckdb.connect(str(self.building), config=BUILDING)
        except duckdb.Error as error:
            lost = (last.path if last else self.building).name
            raise Damaged("{file} cannot be read; make it anew with: python -m etl rebuild", file=lost) from error

    def publish(self) -> None:
        """Make this version the current one: written through to the disk before the pointer moves."""
        self.con.execute("checkpoint")
        self.con.close()
        _sync(self.building)
        os.replace(self.building, self.path)
        pointer = self.folder / f"{CURRENT}.new"
        pointer.write_text(self.path.name)
        _sync(pointer)
        os.replace(pointer, self.folder / CURRENT)
        if os.name == "posix":
            _sync(self.folder)
        self._clean()

    def discard(self) -> None:
        """Leave everything as it was."""
        self.con.close()
        for stale in self.folder.glob("building-*"):
            stale.unlink()

    def _clean(self) -> None:
        for old in sorted(self.folder.glob("v*.duckdb"))[:-KEEP]:
            with suppress(PermissionError):  # Windows: a reader still has it open; the next load takes it
                old.unlink()


def _last(data: Path) -> Warehouse | None:
    try:
        return current(data)
    except NoWarehouse:
        return None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
