"""What the warehouse holds and how it came in, for people and for monitoring."""

from pathlib import Path
from typing import Any

from board.core.warehouse import NoWarehouse, Warehouse, current, last_attempt
from etl.attempt import HELD
from etl.key import MADE_WITH

SITES = """
select site, name, sample, as_of::varchar as as_of, last_day::varchar as last_day,
    (select count(*) from mart.ticket where ticket.site = s.site) as tickets,
    (select count(*) from run.listed where listed.site_id = s.site) as held,
    (select count(*) from mart.waiting where waiting.site = s.site) as waiting
from mart.site as s order by site
"""
FILES = """
select load_id, site_id as site, source, file, encoding, read, loaded, unchanged, superseded, held, ignored, seconds,
    content_hash, mapping_hash, calendar, in_order, refused
from run.reading order by site_id, source, file_id
"""
LOAD = """
select load_id, command, strftime(started_at, '%Y-%m-%d %H:%M:%S') as started_at, seconds, version,
    rules, marts
from run.load order by load_id desc limit 1
"""


def status(data: Path, or_nothing: bool = False) -> dict[str, Any]:
    """Version, sites, files, last load and last attempt as plain values. Raises NoWarehouse, unless `or_nothing`."""
    try:
        warehouse = current(data)
    except NoWarehouse:
        if not or_nothing:
            raise
        return {"version": None, "sites": [], "files": [], "last_load": None, "last_attempt": last_attempt(data)}
    return {
        "version": warehouse.version,
        "sites": _records(warehouse, SITES),
        "files": _records(warehouse, FILES),
        "last_load": _records(warehouse, LOAD)[0],
        "last_attempt": last_attempt(data),
    }


def held(data: Path) -> list[dict[str, Any]]:
    """Every held row: where it stands and all its reasons; after a load that was refused for them, also those of
    that load. Raises NoWarehouse where nothing was ever loaded nor refused."""
    refused: list[dict[str, Any]] = last_attempt(data).get("held", [])
    try:
        known = _records(current(data), HELD.format(which="true"))
    except NoWarehouse:
        if not refused:
            raise
        known = []
    again = {(row["site"], row["source"], row["file"]) for row in refused}
    return [row for row in known if (row["site"], row["source"], row["file"]) not in again] + refused


def made_with(data: Path) -> str | None:
    """The mark of the key that the version was made with; None where there is none."""
    try:
        return str(current(data).frame(MADE_WITH)["key_mark"][0])
    except NoWarehouse:
        return None


def _records(warehouse: Warehouse, sql: str) -> list[dict[str, Any]]:
    frame = warehouse.frame(sql)
    return [{str(key): None if cell != cell else cell for key, cell in row.items()} for row in frame.to_dict("records")]
