"""Whatever an office's rows say: what must add up adds up, and a filter and a grouping speak of the same rows."""

import tempfile
from collections.abc import Sequence
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board.core.warehouse import Warehouse
from board.metrics.catalog import DIMENSIONS, METRICS
from board.metrics.model import Measure, Metric
from board.metrics.periods import codes
from board.metrics.query import ask, ask_each
from board.metrics.scope import Scope
from tests.office import EXAMPLES, SITE, UNITS, Office

pytestmark = pytest.mark.slow

ADDITIVE = [
    measure for name, measure in METRICS.items()
    if isinstance(measure, Metric) and measure.unit in ("count", "score") and not measure.clock.until
    and "distinct" not in measure.line and name != "indicator"
]  # fmt: skip
ALL = [measure for name, measure in METRICS.items() if name != "indicator"]
STOCKS = {"open", "overdue", "units", "lanes", "lanes_outside"}  # at one moment they add up over places
PLACE = st.sampled_from(["L1", "L2", "C", "L9"])
UNIT = st.one_of(st.just(""), PLACE)
DAY = st.dates(date(2023, 4, 27), date(2023, 5, 12))
HOUR = st.sampled_from(["00:00:00", "09:30:00", "12:00:00", "12:00:01", "23:59:59"])
STAMP = st.builds("{} {}".format, DAY, HOUR)
WHEN = st.builds("{} {}".format, st.dates(date(2023, 5, 1), date(2023, 5, 20)), HOUR)
LATER = st.one_of(st.just(""), WHEN)
ID = st.sampled_from([f"T{number}" for number in range(8)])
TICKET = st.tuples(
    UNIT, st.sampled_from(["S1", "S2", ""]), st.sampled_from(["phone", "visit", ""]),
    st.sampled_from(["noise", "停车", ""]), st.sampled_from(["general", "consultation", "key", ""]),
    st.sampled_from(["steward", "above", ""]), STAMP, LATER, LATER,
    st.sampled_from(["steward", "community", "street", ""]), LATER, st.sampled_from(["r1", "r2", ""]),
)  # fmt: skip
EVENT = st.tuples(
    ID, WHEN,
    st.sampled_from(["responded", "escalated", "handed_down", "returned", "extended", "resolved", "reopened",
                     "excluded", "restored", "proposed", "deliberated"]),
    st.sampled_from(["street", "community", "steward", ""]),
)  # fmt: skip
CALL = st.tuples(
    ID, WHEN, st.sampled_from(["yes", "no", ""]), st.sampled_from(["yes", "no", ""]),
    st.sampled_from(["yes", "no", ""]), st.sampled_from(["satisfied", "mostly", "neutral", "dissatisfied", ""]),
)  # fmt: skip
ACTIVITY = st.tuples(
    UNIT, st.sampled_from(["S1", ""]), st.sampled_from(["Club", "Choir", ""]),
    st.sampled_from(["visit", "patrol", "meeting"]), STAMP, st.integers(0, 9).map(str), st.integers(0, 9).map(str),
)  # fmt: skip
HEADS = {
    "ticket": "ticket_id,unit_id,steward_id,channel,category,class,entry,reported_at,first_response_at,escalated_at,"
              "tier,resolved_at,reporter",
    "ticket_event": "ticket_id,happened_at,event,to_tier",
    "callback": "ticket_id,asked_at,reached,contacted,solved,satisfaction",
    "activity": "activity_id,unit_id,steward_id,organisation,kind,started_at,participants,beneficiaries",
    "steward": "steward_id,unit_id,started_on,ended_on,role,party_member",
    "duty": "unit_id,organisation,starts_on,ends_on",
    "exclusion": "ticket_id,excluded_on",
}  # fmt: skip
STEWARD = st.tuples(
    st.sampled_from(["S1", "S2", "S3"]), PLACE, DAY.map(str), st.sampled_from(["", "2023-05-16"]),
    st.sampled_from(["leader", ""]), st.sampled_from(["yes", "no", ""]),
)  # fmt: skip
DUTY = st.tuples(PLACE, st.sampled_from(["Club", "Choir"]), DAY.map(str), st.just("2023-05-13"))


def _lists(*rows: st.SearchStrategy[tuple[str, ...]]) -> st.SearchStrategy[tuple[list[tuple[str, ...]], ...]]:
    return st.tuples(*(st.lists(row, max_size=5) for row in rows))


OFFICE = st.tuples(
    st.lists(TICKET, min_size=1, max_size=8),
    _lists(EVENT, CALL, ACTIVITY, STEWARD, DUTY, st.tuples(ID, DAY.map(str))),
    st.sampled_from(["", "day_ends = 12:00:00\n"]),
)
OTHER = "ticket_id,unit_id,reported_at,resolved_at\nX1,L1,2023-05-03 10:00,\nX2,,2023-05-04 10:00,2023-05-05 10:00\n"


def _numbered(rows: Sequence[tuple[str, ...]], mark: str) -> list[tuple[str, ...]]:
    return [(f"{mark}{number}", *row) for number, row in enumerate(rows)]


def open_office(data: Path, rows: tuple[list[tuple[str, ...]], tuple[list[tuple[str, ...]], ...], str]) -> Warehouse:
    """The rows as an office with a ladder, beside one without."""
    tickets, (events, calls, activities, stewards, duties, exclusions), day = rows
    tables = {
        "ticket": _numbered(tickets, "T"), "ticket_event": events, "callback": calls,
        "activity": _numbered(activities, "A"), "steward": stewards, "duty": duties, "exclusion": exclusions,
    }  # fmt: skip
    office = Office(data)
    told = {name: "\n".join((HEADS[name], *map(",".join, table))) for name, table in tables.items()}
    office.site(toml=SITE.replace("ladder", f"{day}ladder"), unit=UNITS, **told)
    office.site("other", toml='name = "Other"\nlane = "lane"', unit=UNITS, ticket=OTHER).load()
    return office.warehouse


def same(left: object, right: object) -> bool:
    """Equal, also where neither is known."""
    unknown = [bool(pd.isna(each)) for each in (left, right)]  # type: ignore[call-overload]
    return all(unknown) if any(unknown) else left == pytest.approx(right, rel=1e-12)


def _asked(*dimensions: str) -> list[Measure]:
    return [measure for measure in ALL if set(dimensions) <= set(measure.dimensions)]


@settings(max_examples=EXAMPLES // 2 + 1, deadline=None)
@given(OFFICE, st.data())
def test_what_must_hold_in_every_office(
    rows: tuple[list[tuple[str, ...]], tuple[list[tuple[str, ...]], ...], str], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        warehouse = open_office(Path(folder), rows)
        _parts_add_up(warehouse)
        _outcomes_are_all(warehouse)
        _stocks_move_by_what_comes_and_goes(warehouse)
        _a_filter_is_a_row(warehouse, data.draw(st.sampled_from(DIMENSIONS)))
        _filters_commute(
            warehouse, data.draw(st.sampled_from([*combinations(("lane", "category", "entry", "month"), 2)]))
        )


def _parts_add_up(warehouse: Warehouse) -> None:
    whole = ask(warehouse, ALL).iloc[0]
    for dimension in DIMENSIONS:
        summed = [each for each in ADDITIVE if dimension in each.dimensions]
        frame = ask(warehouse, summed, (dimension,)) if summed else pd.DataFrame()
        for measure in summed:
            known = 0 if pd.isna(whole[measure.name]) else whole[measure.name]  # what does not apply adds nothing
            assert same(frame[measure.name].astype("float64").sum(), known), (measure.name, dimension)
    for place in ("site", "community", "lane"):
        frame = ask(warehouse, [METRICS[name] for name in STOCKS], (place,))
        for name in STOCKS:
            assert frame[name].sum() == (0 if pd.isna(whole[name]) else whole[name]), (name, place)


def _outcomes_are_all(warehouse: Warehouse) -> None:
    parts = ["self_resolved", "escalated", "in_hand"]
    measures = [METRICS[name] for name in ("received", "with_outcome", *parts)]
    for dimension in METRICS["received"].dimensions:
        frame = ask(warehouse, measures, ("site", dimension) if dimension != "site" else ("site",))
        town = frame[frame["site"] == "town"]
        assert (town["received"] == town[parts].sum(axis=1)).all(), dimension
        assert frame.loc[frame["site"] == "other", parts].isna().all(axis=None), dimension
        both = ask(warehouse, measures, (dimension,))
        assert (both["with_outcome"] == both[parts].fillna(0).sum(axis=1)).all(), dimension


def _stocks_move_by_what_comes_and_goes(warehouse: Warehouse) -> None:
    days = codes("day", date(2023, 4, 20), date(2023, 5, 21))
    measures = [METRICS[name] for name in ("received", "resolved", "open")]
    frame = ask_each(warehouse, measures, "day", days, Scope().only("site", "town"))
    stock = frame["open"].astype("float64")
    moved = (frame["received"] - frame["resolved"]).astype("float64")
    for before, now in pairwise(frame.index):
        if pd.notna(stock[now]):  # beyond as_of nothing is known
            assert stock[now] == (0 if pd.isna(stock[before]) else stock[before]) + moved[now], days[now]


def _a_filter_is_a_row(warehouse: Warehouse, dimension: str) -> None:
    measures = [each for each in _asked(dimension) if not any(part.follows_units for part in each.parts)]
    if not measures:
        return
    frame = ask(warehouse, measures, (dimension,))
    for _, row in frame.iterrows():
        alone = ask(warehouse, measures, (), Scope().only(dimension, row[dimension])).iloc[0]
        for measure in measures:
            assert same(alone[measure.name], row[measure.name]), (measure.name, dimension, row[dimension])


def _filters_commute(warehouse: Warehouse, pair: tuple[str, str]) -> None:
    one, other = pair
    measures = _asked(one, other)
    frame = ask(warehouse, [METRICS["received"]], pair)
    for _, row in frame.iterrows():
        asked = [
            Scope().only(one, row[one]).only(other, row[other]),
            Scope().only(other, row[other]).only(one, row[one]),
        ]
        left, right = (ask(warehouse, measures, (), scope).iloc[0] for scope in asked)
        assert all(same(left[measure.name], right[measure.name]) for measure in measures)
