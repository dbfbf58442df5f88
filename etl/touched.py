"""Of a relation the rows that a load has touched: what it wrote, and what hangs on that."""

from duckdb import DuckDBPyConnection

# Column by column, not row by row: so the engine passes over the parts of a table where no touched row can be.
IS_TOUCHED = "touched.what = '{what}' and touched.site_id = rows.{site} and touched.code = rows.{by}"


def is_touched(what: str, by: str, site: str = "site") -> str:
    """The condition that ties `rows` to what was `touched`, by the columns that hold its code and its site."""
    return IS_TOUCHED.format(what=what, by=by, site=site)


def view(con: DuckDBPyConnection, name: str, rows: str, by: str, site: str = "site", what: str = "") -> None:
    """What the SQL files call `name`: all these rows, or (`by` a column) those touched."""
    only = f"semi join touched on {is_touched(what or by, by, site)}" if by else ""
    con.execute(f"create or replace temp view {name} as select rows.* from {rows} as rows {only}")
