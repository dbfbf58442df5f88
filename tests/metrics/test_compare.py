"""A period against another, and what ripens at the same age."""

from datetime import date

import pytest

from board.metrics.catalog import METRICS
from board.metrics.compare import ask_compared, is_logged, working_days
from board.metrics.periods import Period, around, between, codes, last_complete, parse
from board.metrics.query import Refused
from board.metrics.scope import Scope
from board.metrics.sites import sites
from tests.office import UNITS, Office


def span(period: Period) -> str:
    return f"{period.code} {period.since} {period.until}"


def test_periods_before_and_a_year_earlier() -> None:
    assert span(parse("2023-12").previous()) == "2023-11 2023-11-01 2023-12-01"
    assert span(parse("2024-Q1").previous()) == "2023-Q4 2023-10-01 2024-01-01"
    assert span(parse("2024-W01").previous()) == "2023-W52 2023-12-25 2024-01-01"
    assert span(parse("2021-W01").previous()) == "2020-W53 2020-12-28 2021-01-04"
    assert span(parse("2020-W53").year_earlier()) == "2019-W52 2019-12-23 2019-12-30"
    assert span(parse("2024-02").year_earlier()) == "2023-02 2023-02-01 2023-03-01"


def test_periods_after() -> None:
    assert span(parse("2023-12").next()) == "2024-01 2024-01-01 2024-02-01"
    assert span(parse("2020-W53").next()) == "2021-W01 2021-01-04 2021-01-11"
    assert span(between(date(2023, 5, 11), date(2023, 5, 21)).next()).endswith("2023-05-21 2023-05-31")


def test_a_custom_span_is_compared_with_the_equally_long_one_before() -> None:
    ten = between(date(2023, 5, 11), date(2023, 5, 21))
    assert (ten.kind, span(ten.previous())) == ("custom", "2023-05-01..2023-05-11 2023-05-01 2023-05-11")
    leap = between(date(2024, 2, 29), date(2024, 3, 2))
    assert leap.year_earlier().since == date(2023, 2, 28)
    months = between(date(2025, 1, 1), date(2025, 3, 1))  # two whole ones, of which the earlier has a 29 February
    assert span(months.year_earlier()).endswith("2024-01-01 2024-03-01")
    assert span(between(date(2025, 1, 15), date(2025, 2, 28)).year_earlier()).endswith("2024-01-15 2024-02-28")


def test_the_last_complete_period_ends_by_the_last_day() -> None:
    assert last_complete("month", date(2023, 12, 31)).code == "2023-12"
    assert last_complete("month", date(2023, 12, 30)).code == "2023-11"
    assert last_complete("week", date(2023, 12, 31)).code == "2023-W52"
    assert last_complete("year", date(2023, 12, 30)).code == "2022"


def test_codes_leave_no_gap() -> None:
    assert codes("month", date(2023, 11, 15), date(2024, 2, 1)) == ["2023-11", "2023-12", "2024-01"]
    assert codes("day", date(2023, 2, 27), date(2023, 3, 2)) == ["2023-02-27", "2023-02-28", "2023-03-01"]
    assert around("quarter", date(2023, 12, 31)).code == "2023-Q4"


TICKETS = """
ticket_id,unit_id,reported_at,escalated_at,tier,resolved_at
A1,L1,2023-04-03 09:00,,,2023-04-04 09:00
A2,L1,2023-04-20 09:00,,,2023-05-20 09:00
A3,L1,2023-04-20 09:00,2023-05-06 09:00,community,2023-05-06 10:00
B1,L1,2023-05-03 09:00,,,2023-05-04 09:00
B2,L1,2023-05-20 09:00,,,
"""
VISIT = "activity_id,unit_id,kind,started_at\nV,L1,visit,2023-06-02 00:00"  # the data end one day after May


def test_what_ripens_is_compared_at_the_same_age(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS, activity=VISIT).load()
    names = ["received", "settled", "resolution_rate", "self_resolved", "escalated", "in_hand"]
    may = Scope(date(2023, 5, 1), date(2023, 6, 1))
    [row] = ask_compared(office.warehouse, [METRICS[name] for name in names], (), may, "previous").to_dict("records")
    # one day after the end of April only A1 was settled and nothing had gone up yet
    assert [row[f"{name}_before"] for name in names] == [3, 1, pytest.approx(1 / 3), 1, 0, 2]
    assert [row[name] for name in names] == [2, 1, 0.5, 1, 0, 1]
    assert row["received_change"] == -1
    assert row["resolution_rate_change"] == pytest.approx(1 / 2 - 1 / 3)


def test_a_ticket_called_twice_is_covered_from_the_first_call(office: Office) -> None:
    calls = "ticket_id,asked_at,solved\nA1,2023-04-10 09:00,no\nA1,2023-05-10 09:00,yes\n"
    office.site(unit=UNITS, ticket=TICKETS, activity=VISIT, callback=calls).load()
    may = Scope(date(2023, 5, 1), date(2023, 6, 1))
    [row] = ask_compared(office.warehouse, [METRICS["coverage"]], (), may, "previous").to_dict("records")
    assert (row["coverage"], row["coverage_before"]) == (0, 1)  # a day after April it had been asked once


def test_rows_that_are_only_in_one_of_the_two_periods_count_0_in_the_other(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS + "B3,L2,2023-05-21 09:00,,,\n", activity=VISIT).load()
    may = Scope(date(2023, 5, 1), date(2023, 6, 1))
    frame = ask_compared(office.warehouse, [METRICS["received"]], ("lane",), may, "previous").set_index("lane")
    assert frame.loc["L2"].to_dict() == {"received": 1, "received_before": 0, "received_change": 1}


def test_a_period_that_is_not_over_is_compared_with_what_was_there_at_its_age(office: Office) -> None:
    rows = "ticket_id,unit_id,reported_at,resolved_at\nA,L1,2023-05-08 09:00,2023-05-08 12:00\n"
    rows += "B,L1,2023-05-13 09:00,2023-05-13 12:00\nC,L1,2023-05-15 09:00,\n"
    visit = "activity_id,unit_id,kind,started_at\nV,L1,visit,2023-05-17 18:00"  # Wednesday evening
    office.site(unit=UNITS, ticket=rows, activity=visit).load()
    week = Scope(date(2023, 5, 15), date(2023, 5, 22))
    names = ["resolution_rate", "self_resolved", "in_hand", "received"]
    [row] = ask_compared(office.warehouse, [METRICS[name] for name in names], (), week, "previous").to_dict("records")
    # last Wednesday evening A was settled and B had not been reported yet; what does not ripen is the whole week's
    assert [row[f"{name}_before"] for name in names] == [1, 1, 0, 2]


def test_outcome_counts_of_a_group_in_one_period_only_are_0_in_the_other(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS + "B3,L2,2023-05-21 09:00,,,\n", activity=VISIT).load()
    may = Scope(date(2023, 5, 1), date(2023, 6, 1))
    frame = ask_compared(office.warehouse, [METRICS["in_hand"]], ("lane",), may, "previous").set_index("lane")
    assert frame.loc["L2"].to_dict() == {"in_hand": 1, "in_hand_before": 0, "in_hand_change": 1}


def test_the_year_before_a_february_that_ends_on_its_28th(office: Office) -> None:
    assert span(between(date(2024, 2, 1), date(2024, 2, 29)).year_earlier()).endswith("2023-02-01 2023-03-01")


def test_a_comparison_that_cannot_be_made_is_refused(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS).load()
    with pytest.raises(Refused, match="both a first and a last day"):
        ask_compared(office.warehouse, [METRICS["received"]], (), Scope(), "previous")
    with pytest.raises(Refused, match="cannot be grouped or filtered by time"):
        ask_compared(office.warehouse, [METRICS["received"]], ("week",), Scope(), "previous")


@pytest.mark.parametrize(
    ("now", "kind", "logged"),
    [
        ("2023-05", "previous", True),  # April, the first report on its 3rd day
        ("2023-04", "previous", False),  # March
        ("2023-W15", "previous", True),  # Monday the 3rd on
        ("2023-W14", "previous", False),
        ("2023-Q2", "year", False),
        ("2024-05", "year", False),  # nothing in the period itself
    ],
)
def test_a_period_before_the_log_began_is_nothing_to_compare_with(
    office: Office, now: str, kind: str, logged: bool
) -> None:
    office.site(unit=UNITS, ticket=TICKETS, activity=VISIT).load()
    period = parse(now)
    before = period.previous() if kind == "previous" else period.year_earlier()
    assert is_logged(sites(office.warehouse).values(), period, before) is logged


def test_a_site_that_began_late_makes_all_sites_nothing_to_compare(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS, activity=VISIT)
    office.site("new", ticket="ticket_id,reported_at\nN1,2023-05-20 10:00").load()
    known, may = sites(office.warehouse), parse("2023-05")
    assert is_logged([known["town"]], may, may.previous())
    assert not is_logged(known.values(), may, may.previous())


def test_working_days_as_far_as_the_data_reach_by_the_sites_own_calendar(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS, activity=VISIT)
    (office.data / "sites" / "town" / "calendar.csv").write_text("day,working\n2023-05-31,no\n")
    office.load()
    [town] = sites(office.warehouse).values()
    # April: 20 from Monday to Friday, less Qingming on the 5th, and Sunday the 23rd made up
    assert working_days(town, parse("2023-04")) == 20
    assert working_days(town, parse("2023-05")) == 20  # 23, less 1 to 3 and the site's 31st, and Saturday the 6th
    assert working_days(town, parse("2023-06")) == 2
