"""One question, one statement: every metric by every dimension, the identities, and what is refused."""

from datetime import date
from itertools import combinations
from random import Random

import pandas as pd
import pytest

from board.core.warehouse import Warehouse
from board.metrics.catalog import DIMENSIONS, METRICS
from board.metrics.catalog.limits import VARIANTS
from board.metrics.model import Formula, Measure, Metric, Rate
from board.metrics.query import Refused, ask, ask_each, find
from board.metrics.scope import Scope
from board.metrics.sites import sites
from board.metrics.statement import compile_question
from tests.office import UNITS, Office

FORTNIGHT = Scope(date(2022, 5, 1), date(2022, 5, 15))


def test_every_dimension_is_one_of_the_fixed_ones() -> None:
    assert {dimension for measure in METRICS.values() for dimension in measure.dimensions} <= set(DIMENSIONS)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_metric_by_every_dimension(sample: Warehouse, empty: Warehouse, dimension: str) -> None:
    """Each group once, none without a code, and what is asked for together as if it were asked for alone."""
    measures = [measure for measure in having(dimension) if measure.name != "indicator" or dimension == "name"]
    assert list(ask(empty, measures, (dimension,)).columns[:1]) == [dimension]
    frame = ask(sample, measures, (dimension,))
    assert frame[dimension].notna().all() and frame[dimension].is_unique
    [alone] = Random(dimension).sample(measures, 1)
    found, beside = (
        each.set_index(dimension)[alone.name].astype("float64") for each in (ask(sample, [alone], (dimension,)), frame)
    )
    pd.testing.assert_series_equal(found, beside.reindex(found.index))


ADDITIVE = [
    name for name, measure in METRICS.items()
    if isinstance(measure, Metric) and measure.unit == "count" and not measure.clock.until
    and "distinct" not in measure.line and name != "indicator"
]  # fmt: skip
BOTH = [*combinations(DIMENSIONS, 2)]


def having(*dimensions: str) -> list[Measure]:
    """The metrics that may be asked by these dimensions."""
    return [measure for measure in METRICS.values() if set(dimensions) <= set(measure.dimensions)]


@pytest.fixture(scope="module")
def wholes(sample: Warehouse) -> dict[Scope, "pd.Series[float]"]:
    """Every metric undivided, in each scope that pairs are asked in."""
    measures = [measure for measure in METRICS.values() if measure.name != "indicator"]
    return {scope: ask(sample, measures, (), scope).iloc[0] for scope in (Scope(), FORTNIGHT)}


@pytest.mark.slow
@pytest.mark.parametrize("pair", BOTH, ids="-".join)
def test_every_metric_by_every_pair_of_dimensions(
    sample: Warehouse, empty: Warehouse, wholes: dict[Scope, "pd.Series[float]"], pair: tuple[str, str]
) -> None:
    """On the sample and where nothing has happened: each group once, none without a code, and nothing lost."""
    measures = [measure for measure in having(*pair) if measure.name != "indicator" or "name" in pair]
    if not measures:
        return
    scope = FORTNIGHT if {"day", "week"} & set(pair) else Scope()  # of all of them there are too many to look at
    assert list(ask(empty, measures, pair, scope).columns[:2]) == list(pair)
    frame = ask(sample, measures, pair, scope)
    assert frame[[*pair]].notna().all(axis=None) and not frame.duplicated([*pair]).any()
    for name in {measure.name for measure in measures} & set(ADDITIVE):
        assert frame[name].sum() == wholes[scope][name], name


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A site with units and not a single ticket."""
    office = Office(tmp_path_factory.mktemp("empty")).site(unit=UNITS)
    office.load()
    return office.warehouse


@pytest.mark.parametrize("dimension", ["", *(each for each in DIMENSIONS if each != "name")])
def test_every_metric_on_a_site_without_a_ticket(empty: Warehouse, dimension: str) -> None:
    by, site = (dimension,) if dimension else (), sites(empty)["town"]
    measures = [measure for measure in having(*by) if measure.name != "indicator"]
    frame = ask(empty, measures, by)
    for measure in measures:
        # Nothing has happened, so nothing is known of any day; nor can it be where the site has no log of steps.
        unknown = isinstance(measure, Metric) and (measure.clock.until or not site.has(measure.site_has))
        if unknown or isinstance(measure, Rate | Formula):
            assert frame[measure.name].isna().all(), measure.name
        elif isinstance(measure, Metric) and measure.unit == "count" and not by:
            assert frame[measure.name].iloc[0] == 0, measure.name


@pytest.mark.parametrize("dimension", ["site", "community", "lane", "category", "channel", "class", "week", "month"])
def test_received_is_self_resolved_and_escalated_and_in_hand_in_every_row(sample: Warehouse, dimension: str) -> None:
    parts = ["self_resolved", "escalated", "in_hand"]
    frame = ask(
        sample,
        [METRICS[name] for name in ("received", *parts)],
        ("site", dimension) if dimension != "site" else ("site",),
    )
    assert len(frame) >= 5
    assert (frame["received"] == frame[parts].sum(axis=1)).all()


def test_a_filter_gives_the_row_of_the_same_code(sample: Warehouse) -> None:
    for name in ("received", "on_time_rate", "open", "satisfaction_rate"):
        rows = ask(sample, [METRICS[name]], ("category",))
        for code, value in zip(rows["category"], rows[name], strict=True):
            filtered = ask(sample, [METRICS[name]], (), Scope().only("category", code))[name].iloc[0]
            assert filtered == value or (pd.isna(filtered) and pd.isna(value))


def test_the_stock_moves_by_what_comes_in_and_goes_out(sample: Warehouse) -> None:
    year = Scope(date(2023, 1, 1), date(2024, 1, 1)).only("site", "laojie")
    rows = ask(sample, [METRICS[name] for name in ("received", "resolved", "open")], ("month",), year)
    assert len(rows) == 12
    before = 0
    for _, row in rows.iterrows():
        assert row["open"] == before + row["received"] - row["resolved"]
        before = row["open"]


def test_metrics_of_different_marts_stand_side_by_side_without_fanning_out(sample: Warehouse) -> None:
    names = ["received", "callbacks", "visits", "households", "stewards"]
    together = ask(sample, [METRICS[name] for name in names], ("site",)).set_index("site")
    for name in names:
        alone = ask(sample, [METRICS[name]], ("site",)).set_index("site")
        assert together[name].to_dict() == alone[name].to_dict()


def test_several_codes_of_one_dimension_mean_or_and_dimensions_mean_and(sample: Warehouse) -> None:
    def received(scope: Scope) -> int:
        return int(ask(sample, [METRICS["received"]], (), scope)["received"].iloc[0])

    either = received(Scope().only("category", "noise", "parking"))
    assert either == received(Scope().only("category", "noise")) + received(Scope().only("category", "parking"))
    both = Scope().only("category", "noise").only("channel", "wechat")
    assert 0 < received(both) < received(Scope().only("category", "noise"))


def test_values_are_bound_and_never_pasted(sample: Warehouse) -> None:
    mean = "x' or 1=1 --"
    question = compile_question([METRICS["received"].parts[0]], (), Scope().only("category", mean).only("unit", mean))
    assert mean not in question.sql and question.parameters.count(mean) == 2
    assert ask(sample, [METRICS["received"]], (), Scope().only("category", mean))["received"].iloc[0] == 0


def test_the_statement_is_one_select_for_each_mart_and_clock() -> None:
    parts = [part for name in ("received", "on_time_rate", "resolved") for part in METRICS[name].parts]
    question = compile_question(parts, ("lane", "month"), Scope(date(2023, 1, 1), date(2024, 1, 1)).only("site", "a"))
    assert question.sql == STATEMENT.strip()
    assert question.parameters == (date(2023, 1, 1), date(2024, 1, 1), "a") * 3


STATEMENT = """
select "lane", "month", max("received") as "received", max("on_time") as "on_time", max("due") as "due", max("resolved") as "resolved", max(seen_0) as seen_0, max(seen_1) as seen_1, max(seen_2) as seen_2
from (
select t."lane" as "lane", d.month as "month", count(*) as "received", null as "on_time", null as "due", null as "resolved", count(*) as seen_0, 0 as seen_1, 0 as seen_2
from mart.ticket as t
join mart.day as d on d.site = t.site and d.day = t.reported_day
where t.reported_day >= ? and t.reported_day < ? and t."site" in (?)
group by t."lane", d.month
union all
select t."lane" as "lane", d.month as "month", null as "received", count(*) filter (where on_time) as "on_time", count(*) as "due", null as "resolved", 0 as seen_0, count(*) as seen_1, 0 as seen_2
from mart.ticket as t
join mart.day as d on d.site = t.site and d.day = t.due_day
where t.due_day >= ? and t.due_day < ? and is_due and t."site" in (?)
group by t."lane", d.month
union all
select t."lane" as "lane", d.month as "month", null as "received", null as "on_time", null as "due", count(*) as "resolved", 0 as seen_0, 0 as seen_1, count(*) as seen_2
from mart.ticket as t
join mart.day as d on d.site = t.site and d.day = t.resolved_day
where t.resolved_day >= ? and t.resolved_day < ? and resolved_day is not null and t."site" in (?)
group by t."lane", d.month
) as answers
group by "lane", "month"
order by "lane", "month"
"""  # noqa: E501


@pytest.mark.parametrize(
    ("name", "by", "scope", "sentence"),
    [
        (
            "activities",
            ("category",),
            Scope(),
            "activities has no dimension 'category'; it has site, community, lane, kind",
        ),
        (
            "activities",
            (),
            Scope().only("category", "noise"),
            "activities cannot be filtered by 'category'; it has unit, ",
        ),
        ("households", ("week", "hour"), Scope(), "households has no dimension 'hour'"),
        ("received", ("colour",), Scope(), "received has no dimension 'colour'"),
        ("received", (), Scope().only("lanes", "x"), r"received cannot be filtered by 'lanes' \(lane\?\)"),
        ("indicator", (), Scope(), "indicator adds nothing up over 'name'"),
    ],
)
def test_a_question_without_an_answer_is_refused(
    sample: Warehouse, name: str, by: tuple[str, ...], scope: Scope, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        ask(sample, [METRICS[name]], by, scope)


def test_every_period_asked_for_is_there_and_says_whether_nothing_is_0(office: Office) -> None:
    rows = "ticket_id,reported_at,resolved_at\nT1,2023-05-01 10:00,2023-05-02 10:00"
    office.site(toml='name = "Town"', ticket=rows).load()
    names, days = ("received", "self_resolved", "hours_median", "households"), [f"2023-05-0{n}" for n in (1, 2, 3)]
    frame = ask_each(office.warehouse, [METRICS[name] for name in names], "day", days, Scope())
    assert list(frame["day"]) == days
    assert list(frame["received"]) == [1, 0, 0]
    assert list(frame["hours_median_n"]) == [0, 1, 0] and list(frame["hours_median"].isna()) == [True, False, True]
    assert all(frame[name].isna().all() for name in ("self_resolved", "households"))
    assert ask_each(office.warehouse, [METRICS["households"]], "hour", ["00"], Scope())["households"].isna().all()


def test_an_unknown_metric_gets_its_nearest_names() -> None:
    with pytest.raises(Refused, match="did you mean on_time_rate"):
        find("ontime_rate")
    with pytest.raises(Refused, match="list shows them all"):
        find("zzzzzz")


def test_on_a_page_a_filter_a_metric_does_not_have_is_left_out(sample: Warehouse) -> None:
    scope = Scope().only("category", "noise")
    loose = ask(sample, [METRICS["activities"]], (), scope, loose=True)["activities"].iloc[0]
    assert loose == ask(sample, [METRICS["activities"]])["activities"].iloc[0]


def test_the_same_code_at_two_sites_is_two_people(office: Office) -> None:
    people = "steward_id,unit_id,started_on,party_member\nS1,L1,2023-01-01,{}"
    ticket = "ticket_id,unit_id,reported_at\nT1,L1,2023-05-08\n"
    for site, member in (("aa", "yes"), ("bb", "no")):
        office.site(site, unit=UNITS, ticket=ticket, steward=people.format(member))
    office.load()
    [row] = ask(office.warehouse, [METRICS["stewards"], METRICS["party_share"]]).to_dict("records")
    assert (row["stewards"], row["party_share"]) == (2, 0.5)


def test_stocks_a_year_before_the_data_and_after_them(sample: Warehouse) -> None:
    def stock(name: str, since: date, until: date) -> float:
        scope = Scope(since, until).only("site", "laojie")
        return float(ask(sample, [METRICS[name]], (), scope)[name].astype("float64").iloc[0])

    december = date(2022, 12, 1), date(2023, 1, 1)
    assert (stock("stewards", *december), stock("units", *december), stock("open", *december)) == (40, 41, 0)
    later = date(2024, 1, 1), date(2024, 2, 1)
    assert all(pd.isna(stock(name, *later)) for name in ("open", "units", "stewards"))


def test_the_tier_of_a_ticket_comes_from_its_event_log(sample: Warehouse) -> None:
    by_tier = ask(sample, [METRICS["received"]], ("tier",), Scope().only("site", "houjiatang"))
    assert set(by_tier["tier"]) == {"steward", "sector", "community", "street"}


def test_variants_are_metrics_of_the_catalog() -> None:
    assert all(VARIANTS[name][letter] in METRICS.values() for name in VARIANTS for letter in VARIANTS[name])


def test_a_site_without_a_ladder_has_no_outcomes_rather_than_none(office: Office) -> None:
    ticket = "ticket_id,unit_id,reported_at,resolved_at\nT1,L1,2023-05-08,2023-05-09\n"
    office.site("with", unit=UNITS, ticket=ticket)
    office.site("without", toml='name = "W"\nlane = "lane"', unit=UNITS, ticket=ticket + "T2,L1,2023-05-08,\n")
    office.load()
    measures = [METRICS[name] for name in ("received", "self_resolved", "in_hand", "self_rate")]
    rows = {row["site"]: row for row in ask(office.warehouse, measures, ("site",)).to_dict("records")}
    assert (rows["with"]["self_resolved"], rows["with"]["in_hand"], rows["with"]["self_rate"]) == (1, 0, 1)
    assert all(pd.isna(rows["without"][name]) for name in ("self_resolved", "in_hand", "self_rate"))
    [both] = ask(office.warehouse, measures).to_dict("records")
    assert (both["received"], both["self_resolved"], both["self_rate"], both["self_rate_n"]) == (3, 1, 1, 1)
    alone = ask(office.warehouse, measures, (), Scope(date(2020, 1, 1), date(2020, 2, 1)).only("site", "without"))
    assert pd.isna(alone["self_resolved"].iloc[0])
