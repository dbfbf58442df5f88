"""Judged rows into the log of current states: what is new, the same, older or held, and the file's account."""

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from etl.contract import TABLES, TYPES
from etl.sqltext import name, value

CREATE = """
create schema if not exists log; create schema if not exists run; create schema if not exists setting;
create schema if not exists mart;
create table if not exists run.load (load_id bigint, command varchar, started_at timestamp, seconds double,
    rules varchar);
create table if not exists run.file (file_id bigint, load_id bigint, site_id varchar, source varchar, file varchar,
    content_hash varchar, mapping_hash varchar, read bigint, loaded bigint, unchanged bigint, superseded bigint,
    held bigint, ignored bigint, encoding varchar, seconds double, refused varchar);
create table if not exists run.held (held_id varchar, site_id varchar, source varchar, file varchar, line bigint,
    reasons varchar[], file_id bigint);
"""


@dataclass(frozen=True)
class Account:
    """Where each data row of one file went; read = loaded + unchanged + superseded + held, always."""

    read: int
    loaded: int
    unchanged: int
    superseded: int
    held: int

    def check(self) -> None:
        """Raises ValueError when the account does not add up, which would mean that a row was lost."""
        if self.read != self.loaded + self.unchanged + self.superseded + self.held:
            raise ValueError(f"the account does not add up: {self}")


def create(con: DuckDBPyConnection) -> None:
    """The empty logs of a new warehouse."""
    con.execute(CREATE)
    for table in TABLES.values():
        columns = ", ".join(f"{name(column)} {TYPES[kind]}" for column, kind in table.columns.items())
        con.execute(
            f"create table if not exists log.{table.name} (site_id varchar, {columns}, "
            "source varchar, file_id bigint, line bigint, newest timestamp, row_hash varchar)"
        )


def merge(
    con: DuckDBPyConnection,
    table_name: str,
    judged: str,
    site: str,
    source: str,
    file_id: int,
    file: str,
    in_order: bool,
) -> Account:
    """Bring the judged rows of one file into the log. `in_order`: the source has no newest_by, so of two states
    the one taken later (file by file, line by line) is current."""
    table = TABLES[table_name]
    columns = ", ".join(name(column) for column in table.columns)
    key = ", ".join(name(column) for column in table.key)
    hashed = ", ".join(f"coalesce({name(column)}::varchar, chr(30))" for column in table.columns)
    latest, newer = "line desc", "current.newest is null"
    if not in_order:
        mine, theirs = (
            f"row({', '.join(f'{side}.{name(c)}' for c in table.columns)})" for side in ("incoming", "current")
        )
        latest = f"newest desc nulls last, row({columns}) desc, line desc"
        newer += f" or incoming.newest > current.newest or (incoming.newest = current.newest and {mine} > {theirs})"
    con.execute(f"""
        create or replace temp table judged as
        select *, md5(concat_ws(chr(31), {hashed})) as row_hash from ({judged});
        create or replace temp table incoming as
        with good as (select * from judged where len(reasons) = 0)
        select *, row_number() over latest as place, first_value(row_hash) over latest as best
        from good window latest as (partition by {key} order by {latest});
        create or replace temp table met as
        select incoming.*, case
            when place > 1 then case when incoming.row_hash = best then 'unchanged' else 'superseded' end
            when current.row_hash is null then 'loaded'
            when current.row_hash = incoming.row_hash then 'unchanged'
            when {newer} then 'loaded' else 'superseded' end as fate
        from incoming left join (select * from log.{table.name} where site_id = {value(site)}) as current
            using ({key});
    """)
    matching = " and ".join(f"kept.{name(column)} = met.{name(column)}" for column in table.key)
    con.execute(f"""
        update log.{table.name} as kept set newest = met.newest from met
        where kept.site_id = {value(site)} and {matching} and fate = 'unchanged' and place = 1
            and met.newest > kept.newest;
        delete from log.{table.name} as kept using met
        where kept.site_id = {value(site)} and {matching} and fate = 'loaded';
        insert into log.{table.name}
        select {value(site)}, {columns}, {value(source)}, {file_id}, line, newest, row_hash from met
        where fate = 'loaded';
        delete from run.held where site_id = {value(site)} and source = {value(source)} and file = {value(file)};
        insert into run.held
        select left(md5({value(f"{site}/{source}/{file}/")} || line || row_hash), 12), {value(site)}, {value(source)},
            {value(file)}, line, reasons, {file_id}
        from judged where len(reasons) > 0;
    """)
    counts = dict(con.execute("select fate, count(*) from met group by fate").fetchall())
    read, held = con.execute("select count(*), count(*) filter (where len(reasons) > 0) from judged").fetchall()[0]
    account = Account(read, counts.get("loaded", 0), counts.get("unchanged", 0), counts.get("superseded", 0), held)
    account.check()
    return account


def forget(con: DuckDBPyConnection, site: str, file_ids: list[int] | None = None) -> None:
    """Take a site's rows out of the logs: all of them, or those of some files (to read these again)."""
    which = "" if file_ids is None else f" and file_id in ({', '.join(map(str, file_ids)) or 'null'})"
    for table in TABLES:
        con.execute(f"delete from log.{table} where site_id = {value(site)}{which}")
    con.execute(f"delete from run.held where site_id = {value(site)}{which}")
    if file_ids is None:
        con.execute(f"delete from run.file where site_id = {value(site)}")
