"""The tables the pages read, each made by the SQL file of its name, and the checks each must pass."""

from pathlib import Path

from duckdb import DuckDBPyConnection

FOLDER = Path(__file__).with_name("sql")
ORDER = (
    "site", "day", "unit_tree", "unit", "ticket", "callback", "appointment", "activity", "duty", "indicator", "waiting",
)  # fmt: skip
GRAIN = {
    "site": "site", "day": "site, day", "unit": "site, unit", "unit_tree": "site, unit, ancestor",
    "ticket": "site, ticket_id", "callback": "site, ticket_id", "activity": "site, activity_id",
    "appointment": "site, steward, unit, from_day", "duty": "site, unit, organisation, from_day",
    "indicator": "site, unit, name, day",
}  # fmt: skip


class BrokenMart(Exception):
    """A mart that must not be published; the message says which and why."""


def build(con: DuckDBPyConnection) -> None:
    """Make every mart anew from the logs and settings. Raises BrokenMart."""
    for mart in ORDER:
        con.execute((FOLDER / f"{mart}.sql").read_text("utf-8"))
    for mart, grain in GRAIN.items():
        check(con, mart, grain)
    _identity(con)


def check(con: DuckDBPyConnection, mart: str, grain: str) -> None:
    """Raises BrokenMart unless the grain is unique and no text dimension is null."""
    doubled = con.execute(f"select count(*) from (select 1 from mart.{mart} group by {grain} having count(*) > 1)")
    if doubled.fetchall()[0][0]:
        raise BrokenMart(f"mart.{mart} has more than one row for the same {grain}")
    texts = con.execute(
        "select column_name from duckdb_columns() "
        "where schema_name = 'mart' and table_name = ? and data_type = 'VARCHAR'",
        [mart],
    ).fetchall()
    missing = " or ".join(f'"{column}" is null' for (column,) in texts)
    if con.execute(f"select count(*) from mart.{mart} where {missing}").fetchall()[0][0]:
        raise BrokenMart(f"mart.{mart} has rows without a value in one of {', '.join(column for (column,) in texts)}")


def _identity(con: DuckDBPyConnection) -> None:
    """Every ticket of a site with a ladder has exactly one outcome, every other ticket none."""
    wrong = con.execute("""
        select count(*) from mart.ticket join mart.site using (site)
        where (outcome = 'not_applicable') = has_ladder
    """).fetchall()[0][0]
    if wrong:
        raise BrokenMart(f"{wrong} tickets have no outcome where one is due")
