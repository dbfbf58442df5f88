"""Whatever files come, in whatever order and pieces: the account holds, and the published tables are the same."""

import csv
import io
import tempfile
from datetime import date
from pathlib import Path
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.read import Form, Part, quick, read
from tests.office import EXAMPLES, UNITS, Office

pytestmark = pytest.mark.slow

HEAD = ["ticket_id", "unit_id", "category", "reported_at", "resolved_at", "newest"]
DAYS = st.dates(min_value=date(2023, 5, 1), max_value=date(2023, 5, 20))
TICKETS = st.lists(
    st.tuples(
        st.sampled_from(["T1", "T2", "T3", "T4"]), st.sampled_from(["L1", "L2", "L9", ""]),
        st.sampled_from(["noise", "停车", ""]), DAYS.map("{} 10:00".format),
        st.one_of(st.just(""), DAYS.map("{} 12:00".format)), DAYS.map(str),
    ),
    min_size=1, max_size=12,
)  # fmt: skip
CALLS = st.lists(
    st.tuples(st.sampled_from(["T1", "T2", "T5"]), DAYS.map("{} 16:00".format), st.sampled_from(["yes", "no", ""]),
              st.sampled_from(["satisfied", "dissatisfied", ""]), DAYS.map(str)),
    max_size=6,
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(["T1", "T2", "T5"]), DAYS.map("{} 14:00".format), st.integers(1, 3).map(str),
              st.sampled_from(["escalated", "resolved", "reopened", "extended"]), st.sampled_from(["street", ""]),
              DAYS.map(str)),
    max_size=6,
)  # fmt: skip


def table(head: list[str], rows: list[tuple[str, ...]]) -> str:
    said = io.StringIO()
    csv.writer(said, lineterminator="\r\n").writerows([head, *rows])
    return said.getvalue()


def published(office: Office) -> dict[str, list[tuple[object, ...]]]:
    """Every mart; of what waits not where it was read."""
    return office.tables("mart", without=("source", "file_id", "line"))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TICKETS, CALLS, STEPS, st.randoms(use_true_random=False), st.integers(1, 3))
def test_order_pieces_and_repetition_change_nothing(
    tickets: list[tuple[str, ...]],
    calls: list[tuple[str, ...]],
    steps: list[tuple[str, ...]],
    random: Random,
    pieces: int,
) -> None:
    heads = {"ticket": HEAD, "callback": ["ticket_id", "asked_at", "reached", "satisfaction", "newest"],
             "ticket_event": ["ticket_id", "happened_at", "seq", "event", "to_tier", "newest"]}  # fmt: skip
    rows = {"ticket": tickets, "callback": calls, "ticket_event": steps}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        whole, torn = Office(Path(one)), Office(Path(other))
        whole.site(unit=UNITS, **{name: table(heads[name], rows[name]) for name in heads}).load()
        torn.site(unit=UNITS, **{name: table(heads[name], []) for name in heads}).load()
        scattered = [(name, row) for name in heads for row in rows[name]] * 2  # everything comes twice
        random.shuffle(scattered)
        for piece in range(pieces):
            for name in heads:
                mine = [row for place, (kind, row) in enumerate(scattered) if kind == name and place % pieces == piece]
                torn.file(f"{name}_{piece}.csv", table(heads[name], mine))
            torn.load()
        assert published(torn) == published(whole)
        torn.load(fresh=True)
        assert published(torn) == published(whole)


WHEN = st.sampled_from(["2023-05-01", "x", ""])
CELL = st.text(alphabet=st.sampled_from('ab,"\n\r\t 噪;é\u3000'), max_size=5)


@settings(max_examples=EXAMPLES * 6, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["T1", "T2", "", "T3"]), CELL, WHEN), max_size=15))
def test_every_row_is_somewhere(rows: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder)).site(unit=UNITS, ticket=table(["ticket_id", "category", "reported_at"], rows))
        office.load()
        read_rows = sum(1 for row in rows if any(cell.strip() for cell in row))
        sums = "read, loaded + unchanged + superseded + held, ignored"
        accounts = office.rows(f"select {sums} from run.file where source = 'ticket'")
        good = [row for row in rows if row[0] and row[2] == "2023-05-01"]
        assert accounts == [(read_rows, read_rows, len(rows) - read_rows)]
        assert office.rows("select count(*) from run.held") == [(read_rows - len(good),)]
        assert office.rows("select count(*) from log.ticket") == [(len({row[0] for row in good}),)]


TORN = st.text(alphabet=st.sampled_from('ab,"\n\r\t 噪1'), max_size=60)


@settings(max_examples=EXAMPLES * 60, deadline=None)
@given(TORN)
def test_the_engine_reads_what_the_careful_way_reads(text: str) -> None:
    """Where the engine is trusted with a file, its rows are those of the careful reading."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        path = Path(folder) / "a.csv"
        path.write_bytes(("id,kind\n" + text).encode())
        found = quick.look(Part(path), Form(delimiter=","), smallest=0)
        if found is None:
            return
        try:
            con.execute(f"create temp table quick as {found.scan}")
        except duckdb.Error:
            return
        laid = con.execute("from quick").fetchall()
        if len(laid) != found.rows.expected or any(row[1] == quick.NO_ROW for row in laid):
            return
        careful = read(con, Part(path), Form(delimiter=","))
        cells = [tuple(cell or None for cell in row) for row in con.execute("from rows").fetchall()]
        lines = [(str(number), None, *(cell or None for cell in row[2:])) for number, row in enumerate(laid, 2)]
        assert lines == cells and careful.ignored == 0
