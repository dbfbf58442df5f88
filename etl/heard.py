"""Who was heard before on the same matter: the rows that mart.repeat is made of, and which of them a load touches."""

from duckdb import DuckDBPyConnection

from etl.touched import is_touched, view

HEARD = """
create or replace temp view {view} as
from (
    select
        site_id, ticket_id, reported_at,
        lag(reported_at) over (partition by site_id, reporter, category order by reported_at, ticket_id) as before_at
    from {rows} where reporter is not null
)
where reported_at <= before_at + interval 366 days
"""  # the tickets whose reporter had been heard on the same category within a year, and when
VALID = """heard_rows as rows
    anti join mart.excluded as gone on gone.site = rows.site_id and gone.ticket_id = rows.ticket_id"""
AMONG = """log.ticket as rows
    semi join (
        select told.site_id, told.reporter, told.category from log.ticket as told
        semi join mart.excluded as gone on gone.site = told.site_id and gone.ticket_id = told.ticket_id
    ) as out
    on out.site_id = rows.site_id and out.reporter = rows.reporter
    and out.category is not distinct from rows.category"""
SQL = (HEARD, VALID, AMONG)  # what it makes
ANEW = """
insert into touched
select 'heard', site_id, code from touched where what = 'ticket_id'
union
select 'heard', rows.site_id, rows.ticket_id
from heard_rows as rows
left join heard_before as now using (site_id, ticket_id)
left join mart.repeat as was on was.site = rows.site_id and was.ticket_id = rows.ticket_id
where now.before_at is distinct from was.before_at
"""  # besides the touched tickets those of their reporters that follow others now


def lay_out(con: DuckDBPyConnection, few: bool) -> None:
    """Lay out `repeat_rows`, who was heard before: of all tickets, or (`few`) of those whose reporter is heard in a
    touched one, or was before this load, since whether they repeat one hangs on these; and `heard_among`, the same of
    the reporters of excluded tickets, with these among them."""
    if few:
        con.execute(f"""
            insert into heard
            select rows.site_id, reporter from log.ticket as rows
            semi join touched on {is_touched("ticket_id", "ticket_id", "site_id")} where reporter is not null;
            create or replace temp table heard_rows as
            select site_id, ticket_id, reporter, category, reported_at
            from log.ticket semi join heard using (site_id, reporter)
        """)
    else:
        con.execute("create or replace temp view heard_rows as from log.ticket")
    con.execute(HEARD.format(view="heard_before", rows=VALID))
    con.execute(HEARD.format(view="heard_among", rows=AMONG))
    if few:
        con.execute(ANEW)
    view(con, "repeat_rows", "heard_before", "ticket_id" if few else "", "site_id", "heard")
