"""The small questions the load asks of any rows."""

import duckdb
import pytest

from etl.sqltext import has_doubles, rises


@pytest.mark.parametrize(
    ("rows", "rising", "doubled"),
    [
        ("values ('a', 1), ('b', 1), ('b', 2)", True, False),
        ("values ('b', 1), ('a', 1)", False, False),
        ("values ('a', 1), ('b', 2), ('b', 2)", False, True),
        ("values ('b', 2), ('a', 1), ('b', 2)", False, True),
        ("values ('a', 1), (null, 1), (null, 1)", False, True),  # as the engine groups them
        ("values ('a', null), ('a', null)", False, True),
        ("values ('a', 1)", True, False),
        ("values ('a', 1) limit 0", True, False),
    ],
)
def test_rows_that_rise_hold_no_key_twice(rows: str, rising: bool, doubled: bool) -> None:
    with duckdb.connect() as con:
        rows = f"select * from ({rows}) as rows (code, n)"
        assert (rises(con, rows, "code, n"), has_doubles(con, rows, "code, n")) == (rising, doubled)
