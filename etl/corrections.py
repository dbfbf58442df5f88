"""Held rows and the lists in which they come back corrected: what is known of them, what is still to be corrected."""

from collections import Counter

from duckdb import DuckDBPyConnection

from etl.sites import Folder
from etl.sqltext import insert, value

CREATE = """
-- What is broken in each file, as it was last read: rows, and corrections in vain (whose of_name is another file's).
create table if not exists run.held (held_id varchar, site_id varchar, source varchar, file varchar, line bigint,
    reasons varchar[], file_id bigint, of_name varchar, of_line bigint, seal varchar);
-- The corrections that hold: where they stand, and where the row stood that they correct.
create table if not exists run.corrected (held_id varchar, site_id varchar, source varchar, file_id bigint, line bigint,
    of_name varchar, of_line bigint);
-- The sections of sources.toml, also those that were there once; and for which ones the lists of each speak: for
-- itself; when it is gone, for all of its table.
create table if not exists run.section (site_id varchar, source varchar, table_name varchar, is_there boolean);
create or replace view run.speaks as
select site_id, own.source, other.source as of_source
from run.section as own join run.section as other using (site_id, table_name)
where own.source = other.source or not own.is_there;
-- What is to be corrected: a held row of which no list of its section says anything, where it came first; or what the
-- list later by name says of it in vain, as long as the row is there.
create or replace view run.listed as
with said as (
    select site_id, held_id, source, file, false as is_good from run.held where of_name <> file
    union all
    select done.site_id, held_id, list.source, list.file, true
    from run.corrected as done join run.file as list using (site_id, file_id)
),
lasts as (
    select site_id, of_source as source, held_id,
        arg_max(is_good, (run.by_list(file, site_id, source), not is_good)) as is_good
    from said join run.speaks using (site_id, source) group by all
)
select held.* from run.held as held left join lasts using (site_id, source, held_id)
where lasts.is_good is null or not lasts.is_good and of_name <> file and (
    exists (
        from run.held as row where row.site_id = held.site_id and row.held_id = held.held_id and row.of_name = row.file
    )
    or not exists (from run.file where file.site_id = held.site_id and file.file = held.of_name and refused is null)
)
qualify rank() over (
    partition by site_id, source, held_id
    order by case when of_name <> file then run.by_name(file) end desc, run.by_name(file)
) = 1;
"""
MARK = 11  # characters of a row's seal that its held_id is made of, behind an h
PLACES = """
select distinct on (held_id) held_id, of_name, of_line
from (
    select held_id, of_name, of_line from run.held where site_id = $1 and source = $2
    union all
    select held_id, of_name, of_line from run.corrected where site_id = $1 and source = $2 and of_name is not null
)
order by held_id, run.by_name(of_name), of_line
"""  # where each held row, listed or corrected, stood first (name of the file, line): the place its correction takes
STRANGE = """
with named as (
    select held_id, site_id, file_id, line, of_name, of_line from run.corrected
    union all
    select held_id, site_id, file_id, line, of_name, of_line from run.held where of_name <> file
)
select file_id, line from named
where file_id in (select unnest(?::bigint[]))
    and not exists (
        from run.held as row
        where row.site_id = named.site_id and row.held_id = named.held_id and row.of_name = row.file
    )
    -- nor is the row it corrects there, and good by now
    and (
        not exists (from run.file where file.site_id = named.site_id and file.file = of_name and refused is null)
        or exists (
            from run.held as row where row.site_id = named.site_id
                and row.of_name = named.of_name and row.of_line = named.of_line
        )
    )
"""
GONE = """
delete from run.held where of_name <> file
    and (site_id, source) in (select (site_id, source) from run.section where not is_there)
"""


def sealed(key: str, site: str) -> str:
    """The SQL of the keyed hash of `raw`, a row's text (see etl.read.raw): the same in every section that reads it."""
    return f"left(sha256({value(f'{key}/{site}/')} || raw), 16)"


def note_sections(con: DuckDBPyConnection, folders: list[Folder]) -> None:
    """Note which sections there are. What a list of one that is gone says in vain nobody could correct: the row that it
    is about is listed instead."""
    for folder in folders:
        site, here = folder.site.id, {source.name: source.table for source in folder.sources}
        con.execute("delete from run.section where site_id = ? and list_contains(?, source)", [site, list(here)])
        con.execute("update run.section set is_there = false where site_id = ?", [site])
        for source, table in here.items():
            insert(con, "run.section", {"site_id": site, "source": source, "table_name": table, "is_there": True})
    con.execute(GONE)


def strange(con: DuckDBPyConnection, lists: list[int]) -> dict[int, int]:
    """List (by its file's number) → how many of its rows name a held_id that is not held. These are rows of its own:
    broken ones are listed as such."""
    rows = con.execute(STRANGE, [lists]).fetchall() if lists else []
    for file_id, line in rows:
        con.execute(
            "update run.held set of_name = file, of_line = line where file_id = ? and line = ?", [file_id, line]
        )
    return dict(Counter(file_id for file_id, _ in rows))
