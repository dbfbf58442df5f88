"""The last attempt to load, on record beside the versions: also one that failed, or was killed on the way."""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from board.core.warehouse import ATTEMPT
from board.core.words import Told

LISTED = 10_000  # held rows of a refused load that are listed; all of them are still in the inbox
HELD = """
select held_id, site_id as site, source, file, line, of_name, of_line, seal,
    array_to_string(reasons, chr(10)) as reasons
from run.listed where {which} order by site_id, source, file, line
"""
OF_THIS_LOAD = "file_id in (select file_id from run.file where load_id = (select max(load_id) from run.file))"


class Attempt:
    """One attempt: written when it begins and when it ends, so that one that never ended shows."""

    def __init__(self, data: Path, command: str) -> None:
        self.path = data / "warehouse" / ATTEMPT
        self.said: dict[str, Any] = {"command": command, "started_at": _now(), "ended_at": None, "version": None,
                                     "refused": [], "notes": [], "held": []}  # fmt: skip
        self._write()

    def hold(self, con: DuckDBPyConnection) -> None:
        """Keep the list of the held rows that made the load publish nothing."""
        cursor = con.execute(f"{HELD.format(which=OF_THIS_LOAD)} limit {LISTED}")
        names = [column[0] for column in cursor.description or []]
        self.said["held"] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def ended(self, version: int | None, refused: list[Told], notes: Sequence[Told] = ()) -> None:
        """It came to its end: with a version, with nothing new, or refused; `notes`: what else was said."""
        self.said |= {"ended_at": _now(), "version": version, "refused": [told.packed() for told in refused],
                      "notes": [told.packed() for told in notes]}  # fmt: skip
        self._write()

    def _write(self) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(self.said, ensure_ascii=False), "utf-8")
        os.replace(new, self.path)


def _now() -> str:
    return f"{datetime.now():%Y-%m-%d %H:%M:%S}"
