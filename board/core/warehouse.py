"""The one door to the engine: which version is current, and a locked read-only connection to it."""

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from board.core.words import Told

if TYPE_CHECKING:  # it takes a third of a second to come, and loading does without it
    from pandas import DataFrame

CURRENT, ATTEMPT = "CURRENT", "last_attempt.json"
VERSION = re.compile(r"v\d{6,}-[0-9a-f]+\.duckdb")
LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "allow_persistent_secrets": "false",
    "lock_configuration": "true",
}
KEPT_OPEN = 2  # the current version, and the one a slow reader may still be on

_open: OrderedDict[Path, duckdb.DuckDBPyConnection] = OrderedDict()
_door = threading.Lock()


class Damaged(Told):
    """A version that cannot be read."""


class OtherRelease(Damaged):
    """A version whose tables another release has laid out."""


class NoWarehouse(Exception):
    """Nothing has been loaded into this data folder yet."""


@dataclass(frozen=True)
class Warehouse:
    """One published version. It never changes, so whatever is asked of it may be cached by `version`."""

    path: Path

    @property
    def version(self) -> int:
        """The number of the version, counting up by one with each publish."""
        return int(self.path.stem[1:].partition("-")[0])

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> "DataFrame":
        """The answer to one SELECT with bound parameters, from any thread."""
        cursor = self._connection().cursor()
        try:
            frame: DataFrame = cursor.sql(sql, params=list(parameters)).df()
            return frame
        except (
            duckdb.IOException,
            duckdb.SerializationException,
            duckdb.InternalException,
            duckdb.FatalException,
        ) as error:
            # part of the file is gone
            raise damaged(self.path.name) from error
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise other_release(self.version) from error
        finally:
            cursor.close()

    def check(self) -> None:
        """Read every row of it. Raises Damaged when something of it cannot be read."""
        tables = self.frame("select schema_name as room, table_name as name from duckdb_tables() where not internal")
        for room, name in tables.itertuples(index=False):
            self.frame(f'select bit_xor(hash(t)) as seen from "{room}"."{name}" as t')  # noqa: S608 — its own names

    def _connection(self) -> duckdb.DuckDBPyConnection:
        with _door:
            if self.path not in _open:
                _open[self.path] = self._connect()
                while len(_open) > KEPT_OPEN:
                    _open.popitem(last=False)  # closed when its last reader lets go
            _open.move_to_end(self.path)
            return _open[self.path]

    def _connect(self) -> duckdb.DuckDBPyConnection:
        try:
            return duckdb.connect(str(self.path), read_only=True, config=LOCKED)
        except duckdb.Error as error:
            raise damaged(self.path.name) from error


def current(data: Path) -> Warehouse:
    """The version that readers see now in this data folder. Raises NoWarehouse when there is none, Damaged when the
    pointer leads nowhere or cannot be opened."""
    folder = data / "warehouse"
    try:
        path = folder / (folder / CURRENT).read_text().strip()
    except FileNotFoundError as error:
        if versions(data):  # which nobody points to any more
            raise damaged(f"{folder.name}/{CURRENT}") from error
        raise NoWarehouse(f"no warehouse in {folder}") from error
    except OSError as error:
        raise Damaged(
            "{file}: The file cannot be opened: {why}.", file=folder / CURRENT, why=error.strerror or error
        ) from error
    except ValueError as error:  # not text, or no file's name
        raise damaged(f"{folder.name}/{CURRENT}") from error
    if not VERSION.fullmatch(path.name) or not path.is_file():
        raise damaged(f"{folder.name}/{CURRENT}")
    return Warehouse(path)


def versions(data: Path) -> list[Warehouse]:
    """Every published version that is still kept, the oldest first."""
    paths = (path for path in (data / "warehouse").glob("v*.duckdb") if VERSION.fullmatch(path.name))
    return sorted(map(Warehouse, paths), key=lambda each: each.version)


def last_attempt(data: Path) -> dict[str, Any]:
    """What is on record of the last load, also of one that published nothing; nothing where there was none."""
    try:
        said: dict[str, Any] = json.loads((data / "warehouse" / ATTEMPT).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    lists = ("held", "refused", "notes")
    return said if isinstance(said, dict) and all(isinstance(said.get(name, []), list) for name in lists) else {}


def other_release(version: int | None) -> OtherRelease:
    """What is to be said of a version that this release can neither read nor build on."""
    return OtherRelease(
        "Version {version} was made by another release; make it anew with: python -m etl rebuild", version=version
    )


def damaged(file: str) -> Damaged:
    """What is to be said of a version, or of the pointer to it, that does not read."""
    return Damaged(
        "{file} cannot be read; go back to the version before with: python -m etl rollback, or make it anew with: "
        "python -m etl rebuild",
        file=file,
    )
