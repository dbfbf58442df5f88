"""The tables the pages read, each made by the SQL file of its name, and the checks each must pass."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from duckdb import DuckDBPyConnection

from etl import heard
from etl.merge import TOUCHES
from etl.sqltext import has_doubles, laid_out, name, value
from etl.touched import is_touched, view

FOLDER = Path(__file__).with_name("sql")


@dataclass(frozen=True)
class Mart:
    """One table: the columns that are unique in it, the column by which a weekly file touches few of its rows (none:
    it is small and made anew each time), the order in which its rows should lie, so that a period is read without the
    rest, and what of `touched` concerns it, where that is not the column."""

    name: str
    grain: str
    by: str = ""
    order: str = ""
    what: str = ""
    like: str = ""  # the mart whose SQL makes it, too, of the tickets that are excluded

    @property
    def sql(self) -> str:
        """The SELECT that makes it."""
        text = _file(self.like or self.name)
        for place, (of_counted, of_excluded) in PLACES.items():
            text = text.replace(f"{{{place}}}", of_excluded if self.like else of_counted)
        return text


PLACES = {  # in the SQL of a mart → what stands there for the tickets that count, and for those that are excluded
    "which": ("anti", "semi"),
    "only": ("", "semi join taken_out using (site_id, ticket_id)"),
    "tickets": ("mart.ticket", "mart.excluded"),
    "only_steps": ("", "semi join mart.excluded using (site, ticket_id)"),
    "heard_rows": ("repeat_rows", "heard_among"),
    "heard_tickets": ("mart.ticket", "mart.every_ticket"),
}
BASE = (Mart("site", "site"), Mart("day", "site, day"), Mart("unit_tree", "site, unit, ancestor"),
        Mart("unit", "site, unit"))  # fmt: skip
ORDER = (
    *BASE,
    Mart("event", "site, ticket_id, seq", "ticket_id"),
    Mart("ticket", "site, ticket_id", "ticket_id", "site, reported_at"),
    Mart("excluded", "site, ticket_id", "ticket_id", like="ticket"),
    Mart("exclusion", "site, ticket_id, place", "ticket_id"),
    Mart("repeat", "site, ticket_id", "ticket_id", what="heard"),
    Mart("excluded_repeat", "site, ticket_id", like="repeat"),
    Mart("cycle", "site, ticket_id, cycle", "ticket_id"),
    Mart("excluded_cycle", "site, ticket_id, cycle", "ticket_id", like="cycle"),
    Mart("stay", "site, ticket_id, stay", "ticket_id"),
    Mart("deliberation", "site, ticket_id, event", "ticket_id"),
    Mart("excluded_deliberation", "site, ticket_id, event", "ticket_id", like="deliberation"),
    Mart("appointment", "site, steward, unit_id, from_day"),
    Mart("activity", "site, activity_id", "activity_id"),
    Mart("duty", "site, unit_id, organisation, from_day"),
    Mart("indicator", "site, unit_id, name, day"),
    Mart("waiting", "", "code"),
)
STAMPED = {  # log → the stamps of what happened; nothing about a ticket lies before its report: rules.toml sees to that
    "ticket": ("reported_at", "first_response_at", "escalated_at", "resolved_at", "closed_at"),
    "ticket_event": ("happened_at",), "snapshot": ("happened_at",), "callback": ("asked_at",),
    "activity": ("started_at",),
}  # fmt: skip
MADE = {"event": "step_rows"}  # marts that later ones are made of, and how these call them
EVERY = {  # mart → all of it as if no ticket had been taken out
    "excluded": "create or replace view mart.every_ticket as from mart.ticket union all from mart.excluded",
    "excluded_repeat": """
create or replace view mart.every_repeat as
from mart.excluded_repeat
union all from mart.repeat as rows
anti join mart.excluded_repeat as anew on anew.site = rows.site and anew.ticket_id = rows.ticket_id
""",
    "excluded_cycle": "create or replace view mart.every_cycle as from mart.cycle union all from mart.excluded_cycle",
    "excluded_deliberation": """
create or replace view mart.every_deliberation as from mart.deliberation union all from mart.excluded_deliberation
""",
}
TAKEN_OUT = """
create or replace temp table taken_out as
select site_id, ticket_id from log.exclusion union select site, ticket_id from mart.event where event = 'excluded'
"""  # the tickets that may be excluded: few, so that the others need not be looked at
BACK = 0.01  # share of tickets that may lie more than a day before the one they follow


class BrokenMart(Exception):
    """A mart that must not be published; the message says which and why."""


@cache
def version() -> str:
    """A hash of the marts' SQL, stored with each load: other SQL makes every mart anew."""
    return sha256(
        "".join([*(mart.sql for mart in ORDER), *EVERY.values(), *heard.SQL, str(STAMPED)]).encode()
    ).hexdigest()[:16]


@cache
def _file(mart: str) -> str:
    return (FOLDER / f"{mart}.sql").read_text("utf-8")


def build(con: DuckDBPyConnection, changed: set[str] | None) -> None:
    """Bring every mart up to date. `changed`: the logs a load has changed, where nothing else did, so that only what
    the rows in `touched` concern is made anew; None makes all of it anew. Raises BrokenMart."""
    few = changed is not None and not changed & {"unit"}
    if few:
        con.execute("create or replace temp table old_site as from mart.site")
        con.execute("create or replace temp table old_unit as from mart.unit")
    _stamps(con)
    for mart in BASE:
        _make(con, mart)
    few = few and _only_grown(con)
    if few:
        _touch_due(con)
    for table, column in TOUCHES.items():
        view(con, f"{table}_rows", f"log.{table}", column if few else "", "site_id")
    any_excluded = False
    for mart in ORDER[len(BASE) :]:
        if mart.name == "excluded":
            con.execute(TAKEN_OUT)
            any_excluded = con.execute("select count(*) from taken_out").fetchall() != [(0,)]
        if mart.what == "heard":
            heard.lay_out(con, few)
        if mart.like and not any_excluded:
            con.execute(f"create or replace table mart.{mart.name} as from mart.{mart.like} limit 0")
        elif few and mart.by:
            _again(con, mart)
        else:
            order = f"order by {mart.order}" if mart.order and not _lie_in_order(con) else ""
            _make(con, mart, order)
        if mart.name in MADE:
            view(con, MADE[mart.name], f"mart.{mart.name}", mart.by if few else "")
        if mart.name in EVERY:
            con.execute(EVERY[mart.name])
    for mart in ORDER:
        check(con, mart, few)
    _identity(con)


def _stamps(con: DuckDBPyConnection) -> None:
    """The first and the last stamp of each kind and site. Asked for one by one, in order: that the engine answers from
    what it knows of the parts of a table, where it would read all of it to group its rows by site."""
    columns = "site_id varchar, name varchar, earliest timestamp, latest timestamp"
    con.execute(f"create or replace temp table stamps ({columns})")
    for (site,) in con.execute("select site_id from setting.site").fetchall():
        for log, stamps in STAMPED.items():
            for stamp in stamps:
                rows = f"select {stamp} from log.{log} where site_id = $site order by {stamp}"
                con.execute(
                    f"insert into stamps select $site, {value(stamp)}, "
                    f"({rows} nulls last limit 1), ({rows} desc nulls last limit 1)",
                    {"site": site},
                )


def _only_grown(con: DuckDBPyConnection) -> bool:
    """Whether every site's data reach at least as far as before and tell of the same things, and every unit known
    before stands as it stood."""
    shrunk = (
        "from old_site left join mart.site as now using (site) "
        "where not coalesce(now.as_of >= old_site.as_of and now.answering = old_site.answering, false)"
    )
    moved = "from old_unit anti join mart.unit as now on old_unit = now"
    return not any(con.execute(f"select count(*) {each}").fetchall()[0][0] for each in (shrunk, moved))


def _touch_due(con: DuckDBPyConnection) -> None:
    """Tickets whose limit passed between the old and the new as_of, too, stand otherwise now."""
    con.execute("""
        insert into touched
        select 'ticket_id', ticket.site, ticket_id
        from mart.ticket join old_site using (site) join mart.site as now using (site)
        where ticket.due_at >= old_site.as_of and ticket.due_at < now.as_of;
        create or replace temp table touched as select distinct * from touched;
    """)


def _lie_in_order(con: DuckDBPyConnection) -> bool:
    """Whether the tickets came nearly as they happened, as exports mostly do: sorting them is the dearest step."""
    back = con.execute("""
        select coalesce(avg((reported_at < before - interval 1 day)::int), 0)
        from (select reported_at, lag(reported_at) over () as before from log.ticket)
    """).fetchall()[0][0]
    return bool(back < BACK)


def _make(con: DuckDBPyConnection, mart: Mart, order: str = "") -> None:
    """Make all of a mart."""
    if not mart.by:
        con.execute(f"create or replace table mart.{mart.name} as {mart.sql} {order}")
        return
    columns = ((column, kind) for column, kind, *_ in con.execute(f"describe {mart.sql}").fetchall())
    con.execute(f"create or replace table mart.{mart.name} ({laid_out(columns, mart.by)})")
    con.execute(f"insert into mart.{mart.name} {mart.sql} {order}")


def _again(con: DuckDBPyConnection, mart: Mart) -> None:
    """Make the touched rows of a mart anew."""
    if mart.name == "waiting":
        touching = " ".join(f"when {value(table)} then {value(column)}" for table, column in TOUCHES.items())
        what = f'case "table" {touching} end'  # none: what waits in these few rows is listed anew each time
        gone = f"where (site, code, {what}) in (select (site_id, code, what) from touched) or {what} is null"
    else:
        gone = f"using touched where {is_touched(mart.what or mart.by, mart.by)}"
    con.execute(f"delete from mart.{mart.name} as rows {gone}")
    con.execute(f"insert into mart.{mart.name} {mart.sql}")


def check(con: DuckDBPyConnection, mart: Mart, few: bool = False) -> None:
    """Raises BrokenMart unless the grain is unique and no text dimension is null; `few`: among the touched rows."""
    rows = f"select rows.* from mart.{mart.name} as rows"
    if few and mart.by not in ("", "code"):
        rows += f" semi join touched on {is_touched(mart.what or mart.by, mart.by)}"
    columns = con.execute(f"{rows} limit 1").description
    if not con.fetchall():
        return
    if mart.grain and has_doubles(con, rows, mart.grain):
        raise BrokenMart(f"mart.{mart.name} has more than one row for the same {mart.grain}")
    texts = [column for column, kind, *_ in columns if kind == "VARCHAR"]
    missing = " or ".join(f"{name(column)} is null" for column in texts)
    if con.execute(f"select count(*) from ({rows}) where {missing}").fetchall()[0][0]:
        raise BrokenMart(f"mart.{mart.name} has rows without a value in one of {', '.join(texts)}")


def guessed(con: DuckDBPyConnection) -> list[tuple[str, str]]:
    """Each site with the years into which limits of its tickets reach though no official calendar covers them."""
    return con.execute("""
        select site, string_agg(distinct year(due_day)::varchar, ', ' order by year(due_day)::varchar)
        from mart.ticket where is_due_guessed group by site order by site
    """).fetchall()


def _identity(con: DuckDBPyConnection) -> None:
    """Every ticket of a site with a ladder has exactly one outcome, every other ticket none."""
    wrong = con.execute("""
        select count(*) from mart.ticket join mart.site using (site)
        where (outcome = 'not_applicable') = has_ladder
    """).fetchall()[0][0]
    if wrong:
        raise BrokenMart(f"{wrong} tickets have no outcome where one is due")
