"""Real logs that nobody here wrote: by site.toml and sources.toml alone, and every number known beforehand."""

import csv
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from board.core.warehouse import Warehouse, current
from board.metrics.catalog import METRICS
from board.metrics.query import ask
from board.metrics.scope import Scope
from etl.__main__ import main
from tests.conftest import REAL

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def loaded(real_data: Path) -> tuple[Warehouse, int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANE_BOARD_DATA", str(real_data))
        patch.setenv("LANE_BOARD_LANG", "en")
        with pytest.MonkeyPatch.context() as quiet:
            said: list[str] = []
            quiet.setattr("etl.say.complain", said.append)
            code = main(["load"])
    return current(real_data), code, "\n".join(said)


def one(loaded: tuple[Warehouse, int, str], site: str, name: str) -> tuple[float, float | None]:
    row = ask(loaded[0], [METRICS[name]], (), Scope().only("site", site)).iloc[0]
    return float(row[name]), (int(row[f"{name}_n"]) if f"{name}_n" in row else None)


def account(loaded: tuple[Warehouse, int, str], site: str) -> tuple[int, ...]:
    sums = ", ".join(f"sum({part}) as {part}" for part in ("read", "loaded", "unchanged", "superseded", "held"))
    frame = loaded[0].frame(f"select {sums} from run.file where site_id = ? and refused is null", [site])
    return tuple(int(cell) for cell in frame.iloc[0])


def test_boston_loses_no_row(loaded: tuple[Warehouse, int, str]) -> None:
    assert account(loaded, "boston") == (46_638, 46_628, 0, 0, 10)
    reasons = loaded[0].frame(
        "select distinct array_to_string(reasons, '; ') as r from run.held where site_id = 'boston'"
    )
    assert list(reasons["r"]) == [
        "resolved before it was reported: open_dt, closed_dt; closed before it was reported: open_dt, closed_dt"
    ]
    as_of = loaded[0].frame("select as_of::varchar as a from mart.site where site = 'boston'")["a"][0]
    assert as_of == "2022-09-15 11:47:12"


def test_boston_keeps_its_limits_as_the_city_judges_them(loaded: tuple[Warehouse, int, str]) -> None:
    on_time, due = one(loaded, "boston", "on_time_rate")
    assert (round(on_time * due), due) == (23_431, 27_803)  # type: ignore[operator]
    settled, n = one(loaded, "boston", "on_time_rate_a")
    assert (round(settled * n), n) == (23_431, 24_487)  # type: ignore[operator]
    assert one(loaded, "boston", "overdue") == (3_316, None)
    assert (f"{on_time:.1%}", f"{settled:.1%}") == ("84.3%", "95.7%")


def test_on_every_ticket_with_a_limit_our_judgement_is_the_citys(loaded: tuple[Warehouse, int, str]) -> None:
    theirs = {}
    for file in sorted((REAL / "boston311_animal").glob("*.csv")):
        with file.open(newline="", encoding="utf-8") as text:
            theirs |= {row["case_enquiry_id"]: row["on_time"] for row in csv.DictReader(text) if row["sla_target_dt"]}
    ours = loaded[0].frame("select ticket_id, on_time from mart.ticket where site = 'boston' and due_at is not null")
    assert len(ours) == 27_803
    wrong = [t for t, kept in zip(ours["ticket_id"], ours["on_time"], strict=True) if (theirs[t] == "ONTIME") != kept]
    assert wrong == []


def test_boston_has_22_wards_and_the_unknown(loaded: tuple[Warehouse, int, str]) -> None:
    lanes = ask(loaded[0], [METRICS["received"]], ("lane",), Scope().only("site", "boston"))
    assert set(lanes["lane"]) == {*map(str, range(1, 23)), "unknown"}
    assert lanes.set_index("lane").loc["unknown", "received"] == 125  # 98 blank, 15 zeros, 12 empty


def test_new_york(loaded: tuple[Warehouse, int, str]) -> None:
    assert account(loaded, "newyork") == (5_895, 5_895, 0, 0, 0)
    assert one(loaded, "newyork", "open") == (3_433, None)
    on_time, due = one(loaded, "newyork", "on_time_rate")
    assert (round(on_time * due), due) == (559, 2_793)  # type: ignore[operator]
    settled, n = one(loaded, "newyork", "on_time_rate_a")
    assert (round(settled * n), n) == (559, 733)  # type: ignore[operator]


def test_a_web_page_is_refused_with_one_sentence_and_the_rest_goes_on(loaded: tuple[Warehouse, int, str]) -> None:
    assert loaded[1] == 1
    assert loaded[2] == "newyork/a_web_page_named.csv: This is a web page, not a table; export it again as CSV."


@pytest.fixture(scope="module")
def incidents() -> dict[str, list[dict[str, str]]]:
    """Ticket → its rows as the log has them."""
    tickets: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (REAL / "it_incidents" / "incident_event_log.csv").open(newline="", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            tickets[row["number"]].append(row)
    return tickets


def counted(loaded: tuple[Warehouse, int, str], event: str) -> dict[str, int]:
    frame = loaded[0].frame(
        "select ticket_id, count(*) as n from mart.event where site = 'incidents' and event = ? group by 1", [event]
    )
    return dict(zip(frame["ticket_id"], frame["n"], strict=True))


def test_an_event_log_gives_tickets_and_steps_from_the_same_rows(loaded: tuple[Warehouse, int, str]) -> None:
    frame = loaded[0].frame(
        "select source, read, loaded, unchanged + superseded as older, held from run.file where site_id = 'incidents' "
        "order by source"
    )
    assert [tuple(row) for row in frame.itertuples(index=False)] == [
        ("steps", 119_998, 119_998, 0, 0), ("tickets", 119_998, 20_769, 99_229, 0),
    ]  # fmt: skip
    assert loaded[0].frame("select count(*) as n from mart.ticket where site = 'incidents'")["n"][0] == 20_769


def test_reopenings_are_those_the_log_counts(
    loaded: tuple[Warehouse, int, str], incidents: dict[str, list[dict[str, str]]]
) -> None:
    ours = counted(loaded, "reopened")
    same = sum(ours.get(ticket, 0) == int(rows[-1]["reopen_count"]) for ticket, rows in incidents.items())
    assert same == 20_768


def test_changes_of_group_are_those_the_log_counts_but_for_81_tickets(
    loaded: tuple[Warehouse, int, str], incidents: dict[str, list[dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    ours = counted(loaded, "handed_down")
    other = [
        f"{ticket}: {ours.get(ticket, 0)} in its rows, {rows[-1]['reassignment_count']} by its count"
        for ticket, rows in sorted(incidents.items())
        if ours.get(ticket, 0) != int(rows[-1]["reassignment_count"])
    ]
    with capsys.disabled():
        print("\nchanges of group that the log counts otherwise:", *other, sep="\n  ")
    assert (len(incidents) - len(other), len(other)) == (20_688, 81)


def test_the_last_settlement_is_when_the_log_says_it_was_resolved(
    loaded: tuple[Warehouse, int, str], incidents: dict[str, list[dict[str, str]]]
) -> None:
    frame = loaded[0].frame(
        "select ticket_id, max(settled_at) as settled from mart.cycle where site = 'incidents' group by 1"
    )
    ours = dict(zip(frame["ticket_id"], frame["settled"], strict=True))
    said = {
        ticket: datetime.strptime(rows[-1]["resolved_at"], "%d/%m/%Y %H:%M")
        for ticket, rows in incidents.items()
        if rows[-1]["resolved_at"] != "?"
    }
    assert (len(said), sum(ours.get(ticket) == at for ticket, at in said.items())) == (19_351, 19_350)


def test_csv_and_json_of_the_same_requests_give_the_same_tickets(loaded: tuple[Warehouse, int, str]) -> None:
    one, other = (
        loaded[0].frame(
            f"select * exclude (site, community) from mart.ticket where site = 'newyork_{kind}' order by ticket_id"
        )
        for kind in ("csv", "json")
    )
    assert len(one) == 1_000
    pd.testing.assert_frame_equal(one, other)


def test_volunteer_opportunities_are_activities_of_boroughs(loaded: tuple[Warehouse, int, str]) -> None:
    assert account(loaded, "volunteers") == (665, 665, 0, 0, 0)
    lanes = ask(loaded[0], [METRICS["activities"]], ("lane",), Scope().only("site", "volunteers"))
    assert dict(zip(lanes["lane"], lanes["activities"], strict=True)) == {
        "MANHATTAN": 248, "BROOKLYN": 63, "QUEENS": 39, "BRONX": 31, "STATEN ISLAND": 2, "unknown": 282,
    }  # fmt: skip


def test_a_site_without_a_ladder_has_no_outcomes(loaded: tuple[Warehouse, int, str]) -> None:
    row = ask(loaded[0], [METRICS["self_resolved"], METRICS["self_rate"]], (), Scope().only("site", "boston")).iloc[0]
    assert row.isna()["self_resolved"] and row.isna()["self_rate"]
