"""What site.toml and the calendar say, as tables, so that the marts can join them."""

from dataclasses import astuple
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from duckdb import DuckDBPyConnection

from board.core import calendar
from etl import judge, mart
from etl.sites import Folder
from etl.sqltext import insert

CREATE = """
create table if not exists setting.site (site_id varchar, sample boolean, timezone varchar,
    as_of timestamp, name varchar, lane_level varchar, units_from_tickets boolean, fewest bigint, most bigint,
    calendar varchar, intake_until time, day_ends time, repeat_days bigint, reopen_days bigint,
    site_toml varchar, totals_csv varchar, calendar_csv varchar, mapping varchar);
create table if not exists setting.lane_level (site_id varchar, level varchar);
create table if not exists setting.tier (site_id varchar, tier varchar, rank bigint);
create table if not exists setting.deadline (site_id varchar, class varchar, working_days bigint, met_by varchar,
    extended_by bigint);
create table if not exists setting.change (site_id varchar, source varchar, watched varchar, event varchar,
    before varchar[], after varchar[], from_tier varchar, to_tier varchar, repeats boolean, place bigint);
create table if not exists setting.weight (site_id varchar, answer varchar, weight decimal(9, 6));
create table if not exists setting.calendar (site_id varchar, day date, working boolean, official boolean,
    ordinal bigint, guessed bigint);
"""
TABLES = ("site", "lane_level", "tier", "deadline", "weight", "calendar", "change")
SPAN = """
select min(reported_at)::date, least(greatest(max(reported_at), max(due_at), max(resolved_at), (
    select max(happened_at) from log.ticket_event where site_id = $site
), (
    select max(happened_at) from log.snapshot where site_id = $site
))::date, $last)
from log.ticket where site_id = $site
"""  # a given limit may be moved, too; one of the year 9999 is a slip
EXTENSIONS = """
select coalesce(max(extensions), 0) from (
    select count(*) as extensions from log.ticket_event where site_id = $site and event = 'extended' group by ticket_id
    union all
    select count(*) from log.snapshot
    where site_id = $site and section in (
        select source from setting.change where site_id = $site and event = 'extended'
    )
    group by ticket_id
)
"""  # how often a ticket's limit may have been moved
GONE = """
create or replace temp table gone as
from setting.change as change where site_id = $1 and not list_contains($2, source || '/' || watched)
and exists (
    from log.snapshot as states
    where states.site_id = $1 and section = change.source and list_contains(json_keys(state), change.watched)
)
"""  # the changes that states of files that are gone still go by: those have columns that no mapping watches now
AHEAD = 1500  # days within which 999 working days end, the longest limit a site can set
HOLIDAYS = 15  # days that an extension by few working days may lie in
LAST = date(2100, 1, 1)


def create(con: DuckDBPyConnection) -> None:
    """The empty setting tables of a new warehouse."""
    con.execute(CREATE)


def forget(con: DuckDBPyConnection, site: str) -> None:
    """Take a site's settings out, and the site with them: the marts know only sites that have settings."""
    for table in TABLES:
        con.execute(f"delete from setting.{table} where site_id = ?", [site])


def changed(con: DuckDBPyConnection, folders: list[Folder]) -> bool:
    """Whether a setting, a rule or the marts' own SQL differ from what the version was built with."""
    columns = "site_id, site_toml, totals_csv, calendar_csv, mapping, calendar"  # as _texts has them
    known = set(con.execute(f"select {columns} from setting.site").fetchall())
    made = con.execute("select rules, marts from run.load order by load_id desc limit 1").fetchall()
    now = {(folder.site.id, *_texts(folder).values(), folder.calendar_version) for folder in folders}
    return not now <= known or bool(made and made[0] != (judge.version(), mart.version()))


def is_remapped(con: DuckDBPyConnection, folder: Folder) -> bool:
    """Whether a site's mapping is another than the one the version was built with."""
    known = con.execute("select mapping from setting.site where site_id = ?", [folder.site.id]).fetchall()
    return bool(known) and known[0][0] != _mapping(folder)


def _texts(folder: Folder) -> dict[str, str]:
    """What is stored of a site as it was written: a change of it makes all marts anew."""
    return {"site_toml": folder.site_toml, "totals_csv": folder.totals_csv, "calendar_csv": folder.calendar_csv,
            "mapping": _mapping(folder)}  # fmt: skip


def _mapping(folder: Folder) -> str:
    return " ".join(f"{source.name}:{source.hash}" for source in folder.sources)


def store(con: DuckDBPyConnection, folders: list[Folder]) -> None:
    """Write the settings of these sites in place of what the last load wrote; other sites keep theirs."""
    for folder in folders:
        watched = [f"{source.name}/{change.column}" for source in folder.sources for change in source.changes]
        con.execute(GONE, [folder.site.id, watched])
        forget(con, folder.site.id)
        con.execute("insert into setting.change from gone")
        _site(con, folder)
        _calendar(con, folder)


def _site(con: DuckDBPyConnection, folder: Folder) -> None:
    site = folder.site
    fewest, most = site.lane_households or (None, None)
    insert(con, "setting.site", {
        "site_id": site.id, "sample": site.sample, "timezone": site.timezone, "as_of": site.as_of,
        "name": site.name["zh"], "lane_level": site.lane[0], "fewest": fewest, "most": most,
        "units_from_tickets": any(source.units_from_tickets for source in folder.sources),
        "calendar": folder.calendar_version, "intake_until": site.intake_until, "day_ends": site.day_ends,
        "repeat_days": site.repeat_days, "reopen_days": site.reopen_days, **_texts(folder),
    })  # fmt: skip
    rows: dict[str, list[tuple[Any, ...]]] = {
        "lane_level": [(level,) for level in site.lane],
        "tier": [(tier, rank) for rank, tier in enumerate(site.tiers if site.ladder else (), 1)],
        "deadline": [(name, limit.working_days, limit.met_by, limit.extension) for name, limit in site.limits.items()],
        "change": [
            (source.name, *astuple(change), place)
            for source in folder.sources
            for place, change in enumerate(source.changes)
        ],
        "weight": list(site.satisfaction.items()),
    }
    for table, values in rows.items():
        for row in values:
            con.execute(f"insert into setting.{table} values (?{', ?' * len(row)})", [site.id, *row])


def _calendar(con: DuckDBPyConnection, folder: Folder) -> None:
    site = folder.site
    first, last = con.execute(SPAN, {"site": site.id, "last": LAST}).fetchall()[0]
    if first is None:
        return
    moved = con.execute(EXTENSIONS, {"site": site.id}).fetchall()[0][0]
    extension = max((limit.extension for limit in site.limits.values()), default=0)
    last += timedelta(max(AHEAD, min(AHEAD + moved * (2 * extension + HOLIDAYS), (LAST - last).days)))
    own = calendar.own_days(folder.calendar_csv)
    days = calendar.days(date(first.year, 1, 1), last, site.calendar, own)
    working, official = [day.working for day in days], [day.official for day in days]
    ordinals, guessed = accumulate(working), accumulate(not each for each in official)
    con.execute(
        "insert into setting.calendar select ?, unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)",
        [site.id, [day.day for day in days], working, official, list(ordinals), list(guessed)],
    )
