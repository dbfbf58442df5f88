"""The sample: always the same, as committed, and like such offices' data."""

import filecmp
from datetime import date
from pathlib import Path

import pytest

from board.core.settings import PROJECT
from board.core.warehouse import Warehouse
from board.metrics.catalog import METRICS
from board.metrics.query import ask
from board.metrics.scope import Scope
from etl.__main__ import main
from etl.sample import SITES


def test_the_committed_exports_are_what_the_generator_makes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "--out", str(tmp_path)]) == 0
    capsys.readouterr()
    for site in SITES:
        made, kept = tmp_path / "sites" / site, PROJECT / "data" / "sites" / site
        names = sorted(path.name for path in (kept / "inbox").iterdir())
        assert sorted(path.name for path in (made / "inbox").iterdir()) == names
        same, different, odd = filecmp.cmpfiles(made / "inbox", kept / "inbox", names, shallow=False)
        assert (len(same), different, odd) == (len(names), [], [])


def test_another_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "--tickets", "300", "--sites", "1", "--out", str(tmp_path)]) == 0
    capsys.readouterr()
    assert [path.name for path in (tmp_path / "sites").iterdir()] == ["laojie"]
    assert not (tmp_path / "sites" / "laojie" / "control_totals.csv").exists()


def test_every_row_of_the_sample_is_loaded(sample: Warehouse) -> None:
    files = sample.frame("select sum(read) as read, sum(held) as held, count(refused) as refused from run.file")
    assert files["held"][0] == 0 and files["refused"][0] == 0 and files["read"][0] > 40_000
    assert sample.frame("select count(*) as n from mart.waiting")["n"][0] == 0


def count(sample: Warehouse, name: str, scope: Scope) -> float:
    return float(ask(sample, [METRICS[name]], (), scope)[name].iloc[0])


def test_the_sizes_the_articles_speak_of(sample: Warehouse) -> None:
    assert count(sample, "lanes", Scope().only("site", "houjiatang")) >= 1500
    by_role = ask(sample, [METRICS["stewards"]], ("role",), Scope().only("site", "shuyuanlu"))
    assert dict(zip(by_role["role"], by_role["stewards"], strict=True)) == {
        "group_leader": 217, "neighbour_leader": 1112, "sector_leader": 51,
    }  # fmt: skip


def test_believable_shapes(sample: Warehouse) -> None:
    everything = Scope()
    for name in ("overdue", "dissatisfied", "in_hand"):
        assert count(sample, name, everything) > 0
    assert 0.8 < count(sample, "on_time_rate", everything) < 0.97
    assert count(sample, "hours_p90", everything) > 3 * count(sample, "hours_median", everything)
    assert count(sample, "received", Scope().only("entry", "above").only("channel", "hotline_12345")) > 300
    reopened = sample.frame("select count(*) as n from log.ticket_event where event = 'reopened'")["n"][0]
    assert reopened > 50
    weekdays = ask(sample, [METRICS["received"]], ("weekday",))["received"]
    assert weekdays.iloc[:5].min() > 1.5 * weekdays.iloc[5:].max()
    holiday = count(sample, "received", Scope(date(2022, 10, 1), date(2022, 10, 8)).only("site", "houjiatang"))
    before = count(sample, "received", Scope(date(2022, 9, 19), date(2022, 9, 26)).only("site", "houjiatang"))
    assert holiday < before


def test_lanes_are_busy_and_quiet(sample: Warehouse) -> None:
    lanes = ask(sample, [METRICS["received"], METRICS["lanes"]], ("lane",), Scope().only("site", "laojie"))
    assert lanes["received"].max() > 5 * lanes["received"].median()
