"""Real logs that nobody here wrote: by site.toml and sources.toml alone, and every number known beforehand."""

import csv
from pathlib import Path

import pytest

from board.core.warehouse import Warehouse, current
from board.metrics.catalog import METRICS
from board.metrics.query import ask
from board.metrics.scope import Scope
from etl.__main__ import main
from tests.conftest import REAL

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def loaded(real_data: Path) -> tuple[Warehouse, int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANE_BOARD_DATA", str(real_data))
        patch.setenv("LANE_BOARD_LANG", "en")
        with pytest.MonkeyPatch.context() as quiet:
            said: list[str] = []
            quiet.setattr("etl.__main__._complain", said.append)
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
    assert list(reasons["r"]) == ["resolved before it was reported; closed before it was reported"]
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
    ours = loaded[0].frame("select ticket_id, on_time from mart.ticket where site = 'boston' and has_limit")
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


def test_a_site_without_a_ladder_has_no_outcomes(loaded: tuple[Warehouse, int, str]) -> None:
    row = ask(loaded[0], [METRICS["self_resolved"], METRICS["self_rate"]], (), Scope().only("site", "boston")).iloc[0]
    assert row.isna()["self_resolved"] and row.isna()["self_rate"]
