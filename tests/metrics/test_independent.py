"""The board's numbers beside those that a plain pandas script makes of the same raw files (tests/independent.py)."""

from datetime import date

import pandas as pd
import pytest

from board.core.settings import PROJECT
from board.core.warehouse import Warehouse
from board.metrics.catalog import METRICS
from board.metrics.periods import around
from board.metrics.query import ask
from board.metrics.scope import Scope
from tests.independent import Office

pytestmark = pytest.mark.slow

SITES = ["guzhen", "houjiatang", "huxiang", "laojie", "shuyuanlu"]


@pytest.fixture(scope="module", params=SITES)
def site(request: pytest.FixtureRequest) -> tuple[str, Office]:
    name: str = request.param
    return name, Office(PROJECT / "data" / "sites" / name)


def differences(sample: Warehouse, scope: Scope, ours: dict[str, float | None]) -> dict[str, tuple[object, object]]:
    """Metric → the board's number and the script's, where these are not the same to the last digit but rounding."""
    names = [name for name in METRICS if name in ours]
    row = ask(sample, [METRICS[name] for name in names], (), scope, loose=True).iloc[0]
    found = {name: None if pd.isna(row[name]) else float(row[name]) for name in names}
    return {
        name: (found[name], ours[name])
        for name in names
        if (found[name] is None) != (ours[name] is None)
        or (found[name] is not None and found[name] != pytest.approx(float(ours[name] or 0), rel=1e-12, abs=1e-12))
    }


def test_every_metric_is_recomputed() -> None:
    office = Office(PROJECT / "data" / "sites" / "guzhen")
    assert set(office.numbers()) | set(office.load()) | {"indicator"} >= set(METRICS)


def test_all_data(sample: Warehouse, site: tuple[str, Office]) -> None:
    name, office = site
    assert differences(sample, Scope().only("site", name), office.numbers() | office.load()) == {}


def test_every_month_and_a_week_and_a_year(sample: Warehouse, site: tuple[str, Office]) -> None:
    name, office = site
    period, last = around("month", office.first_day), office.as_of.date()
    periods = [around("week", date(last.year, 3, 15)), around("year", last)]
    while period.since <= last:
        periods.append(period)
        period = period.next()
    for each in periods:
        scope = Scope(each.since, each.until).only("site", name)
        ours = office.numbers(each.since, each.until) | office.load(each.since, each.until)
        assert differences(sample, scope, ours) == {}, each.code


def test_every_category_and_the_busiest_lanes(sample: Warehouse, site: tuple[str, Office]) -> None:
    name, office = site
    for category in sorted(office.tickets["category"].fillna("unknown").unique()):
        scope = Scope().only("site", name).only("category", category)
        assert differences(sample, scope, office.numbers(category=category)) == {}, category
    counts = office.tickets["lane"].value_counts()
    frame = ask(sample, [METRICS["received"]], ("lane",), Scope().only("site", name))
    assert dict(zip(frame["lane"], frame["received"], strict=True)) == counts.to_dict()
    for lane in counts.index[:5]:
        assert differences(sample, Scope().only("site", name).only("lane", lane), office.numbers(lane=lane)) == {}, lane


def test_indicators(sample: Warehouse, site: tuple[str, Office]) -> None:
    name, office = site
    year = around("year", office.as_of.date())
    for since, until in ((None, None), (year.since, year.until)):
        frame = ask(sample, [METRICS["indicator"]], ("name",), Scope(since, until).only("site", name))
        assert dict(zip(frame["name"], frame["indicator"], strict=True)) == office.indicators(since, until)
