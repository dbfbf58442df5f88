"""The weeks of an office: files that grow, held rows that come back corrected, mappings that change, in any order. What
they leave is what a rebuild makes of the same inbox."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.office import EXAMPLES, UNITS, Office

pytestmark = pytest.mark.slow

HEADS = {
    "ticket": "ticket_id,unit_id,category,reporter,reported_at",
    "callback": "ticket_id,asked_at,reached,satisfaction",
    "ticket_event": "ticket_id,happened_at,seq,event,to_tier",
}
TABLES = {"late": "ticket", "plain": "ticket", "named": "ticket", "calls": "callback", "steps": "ticket_event",
          "moves": "ticket_event"}  # fmt: skip
DATED = {"late": "'newest'", "calls": "'newest'", "named": "{in_name = '([0-9]{8})'}", "moves": "'newest'"}
WHEN = st.sampled_from(["2023-05-02 10:00", "2023-05-03 11:00", "2023-05-08", "bad"])
TICKET = st.sampled_from(["T1", "T2", "T3"])
CELLS = {
    "ticket": st.tuples(TICKET, st.sampled_from(["L1", "L9"]), st.sampled_from("xyz"), st.sampled_from(["r", "q", ""]),
                        WHEN),
    "callback": st.tuples(TICKET, WHEN, st.sampled_from(["yes", "no"]), st.sampled_from(["satisfied", "dissatisfied"])),
    "ticket_event": st.tuples(TICKET, WHEN, st.sampled_from("12"),
                              st.sampled_from(["escalated", "resolved", "reopened", "extended", "excluded"]),
                              st.sampled_from(["street", ""])),
}  # fmt: skip
NEWEST = st.sampled_from(["2023-06-01", "2023-06-02", ""])
Row = tuple[str, ...]
UNIT = """
[unit]
pattern = "unit*.csv"
table = "unit"
columns = {unit_id = "unit_id", parent_id = "parent_id", level = "level", name = "name", households = "households"}
"""
LISTED = "select held_id, source, file, line, reasons::varchar from run.listed order by all"


def grown(source: str) -> st.SearchStrategy[tuple[str, str, int, list[Row]]]:
    """More rows at the end of one of three files of a source."""
    rows = st.tuples(CELLS[TABLES[source]], NEWEST).map(
        lambda row: (*row[0], row[1]) if DATED.get(source) == "'newest'" else row[0]
    )
    return st.tuples(st.just("file"), st.just(source), st.integers(1, 3), st.lists(rows, min_size=1, max_size=3))


WEEK = st.one_of(
    *(grown(source) for source in TABLES),
    st.tuples(st.just("correct"), st.sampled_from(["2023-05-04", "worse"]), st.integers(1, 9)),
    st.tuples(st.just("map"), st.sampled_from(list(TABLES))),
)


def mapping(source: str, changed: bool) -> str:
    """A section of sources.toml; `changed` takes the letter off the ticket's number."""
    columns = {column: f"'{column}'" for column in HEADS[TABLES[source]].split(",")}
    columns["ticket_id"] = "{from = 'ticket_id', find = 'T(.*)'}" if changed else "'ticket_id'"
    newest = f"newest_by = {DATED[source]}\n" if source in DATED else ""
    said = ", ".join(f"{column} = {cell}" for column, cell in columns.items())
    return f'[{source}]\npattern = "{source}_*.csv"\ntable = "{TABLES[source]}"\n{newest}columns = {{{said}}}\n'


class Town:
    """An office whose inbox grows week by week."""

    def __init__(self, data: Path) -> None:
        self.office, self.files, self.lists = Office(data), dict[str, list[Row]](), 0
        self.changed = dict.fromkeys(TABLES, False)
        self.office.site(sources=self.mappings())
        self.office.file("unit.csv", UNITS)
        self.office.load()

    def mappings(self) -> str:
        return UNIT + "".join(mapping(source, changed) for source, changed in self.changed.items())

    def file(self, source: str, number: int, rows: list[Row]) -> None:
        name = f"{source}_2023060{number}.csv"
        self.files.setdefault(name, []).extend(rows)
        head = HEADS[TABLES[source]] + (",newest" if DATED.get(source) == "'newest'" else "")
        self.office.file(name, "\n".join([head, *map(",".join, self.files[name])]))

    def correct(self, date: str, place: int) -> None:
        """Every held row with another date, in lists whose names need not follow the order they come in."""
        self.lists += 1
        for path in self.office.held_lists():
            text = path.read_text("utf-8-sig").replace(",bad", f",{date}").replace(",worse", f",{date}")
            self.office.file(f"{path.stem}-{place}-{self.lists}.csv", text)

    def map(self, source: str) -> None:
        self.changed[source] = not self.changed[source]
        self.office.site(sources=self.mappings())

    def left(self) -> dict[str, list[tuple[object, ...]]]:
        """All that was loaded and made of it, and what is listed as held."""
        return self.office.tables("mart", "log") | {"listed": self.office.rows(LISTED)}


@settings(max_examples=EXAMPLES * 2, deadline=None)
@given(st.lists(WEEK, min_size=2, max_size=8))
def test_weeks_leave_what_a_rebuild_makes(weeks: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        town = Town(Path(folder))
        for what, *how in weeks:
            getattr(town, str(what))(*how)
            assert not town.office.load().refused
        left = town.left()
        assert not town.office.load(fresh=True).refused
        assert left == town.left()
