"""Names and values from settings, written into SQL so that they can only ever be names and values."""

from collections.abc import Iterable
from typing import Any

from duckdb import DuckDBPyConnection


def name(text: str) -> str:
    """A quoted identifier."""
    return '"' + text.replace('"', '""') + '"'


def value(text: str | None) -> str:
    """A quoted string, or null."""
    return "null" if text is None else "'" + text.replace("'", "''") + "'"


def values(texts: Iterable[str]) -> str:
    """A list of quoted strings, for IN (…) or […]."""
    return ", ".join(value(text) for text in texts)


def insert(con: DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    """Add one row to a table: column → cell, bound."""
    columns, places = ", ".join(map(name, row)), ", ".join("?" * len(row))
    con.execute(f"insert into {table} ({columns}) values ({places})", [*row.values()])
