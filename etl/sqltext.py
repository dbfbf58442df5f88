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


def laid_out(columns: Iterable[tuple[str, str]], apart: str) -> str:
    """The columns of a new table (name, type). `apart`: the one whose texts nearly all differ: to look for a dictionary
    of them, as the engine does with any text, takes longer than all else about them."""
    return ", ".join(
        f"{name(column)} {kind}{' using compression zstd' if column == apart else ''}" for column, kind in columns
    )


def insert(con: DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    """Add one row to a table: column → cell, bound."""
    columns, places = ", ".join(map(name, row)), ", ".join("?" * len(row))
    con.execute(f"insert into {table} ({columns}) values ({places})", [*row.values()])


def rises(con: DuckDBPyConnection, rows: str, key: str) -> bool:
    """Whether each row of this SELECT has a greater key (columns, with commas) than the one before it."""
    beside = f"select row({key}) as key, lag(row({key})) over () as before from ({rows})"
    [[is_rising]] = con.execute(f"select coalesce(bool_and(key > before), true) from ({beside})").fetchall()
    return bool(is_rising)


def has_doubles(con: DuckDBPyConnection, rows: str, key: str) -> bool:
    """Whether two rows of this SELECT have the same key (columns, with commas)."""
    [[all_differ]] = con.execute(f"select count(*) = count(distinct hash({key})) from ({rows})").fetchall()
    if all_differ:  # as their hashes do, which are quicker to tell apart than keys
        return False
    return bool(con.execute(f"select 1 from ({rows}) group by {key} having count(*) > 1 limit 1").fetchall())
