"""The rows behind a number are as many as it says, and nobody opens what is sensitive."""

from datetime import date

import pandas as pd
import pytest

from board.core.warehouse import Warehouse
from board.metrics.catalog import METRICS
from board.metrics.model import Metric, Rate
from board.metrics.query import ask
from board.metrics.rows import behind
from board.metrics.scope import Scope
from tests.office import SITE, UNITS, Office

COUNTS = [
    metric
    for measure in METRICS.values()
    for metric in ((measure,) if isinstance(measure, Metric) else measure.parts)
    if metric.unit == "count" and (not metric.sql or "then 1" in metric.sql)  # no sum, nothing told apart
]


@pytest.mark.parametrize("metric", COUNTS, ids=lambda metric: metric.name)
@pytest.mark.parametrize("site", ["laojie", "houjiatang", "huxiang"])
def test_a_count_has_as_many_rows(sample: Warehouse, metric: Metric, site: str) -> None:
    year = 2023 if site == "laojie" else 2022
    scope = Scope(date(year, 2, 1), date(year, 4, 1), (("site", (site,)),))
    [number] = ask(sample, [metric], (), scope)[metric.name]
    assert len(behind(sample, metric, scope)) == (0 if pd.isna(number) else number)


def test_part_and_whole_of_a_rate_are_opened_apart(office: Office) -> None:
    tickets = "ticket_id,unit_id,category,reported_at,resolved_at\nT1,L1,noise,2023-05-01 09:00,2023-05-02 09:00\n"
    tickets += "T2,L1,noise,2023-05-01 10:00,\nT3,L2,petition,2023-05-01 10:00,"
    office.site(toml='sensitive_categories = ["petition"]\n' + SITE, unit=UNITS, ticket=tickets).load()
    rate = METRICS["resolution_rate"]
    assert isinstance(rate, Rate)
    assert ask(office.warehouse, [rate], (), Scope())["resolution_rate_n"].tolist() == [3]
    assert behind(office.warehouse, rate.part, Scope())["ticket_id"].tolist() == ["T1"]
    assert behind(office.warehouse, rate.whole, Scope())["ticket_id"].tolist() == ["T1", "T2"]
