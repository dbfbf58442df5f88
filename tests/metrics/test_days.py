"""Where a day, a month and a year of an office begin: a day that ends at noon, an assessment month, what is next."""

from datetime import date

import pandas as pd
import pytest

from board.core.warehouse import Warehouse
from board.core.words import Words
from board.metrics.catalog import METRICS
from board.metrics.compare import earlier
from board.metrics.definitions import definitions
from board.metrics.periods import around, between, last_complete
from board.metrics.query import ask
from board.metrics.scope import Scope
from board.metrics.sites import assessed_from, period_of, sites
from board.metrics.wording import applies, value
from tests.office import SITE, UNITS, Office

NOON = SITE.replace("ladder", "day_ends = 12:00:00\nassessment_month_begins = 19\nladder")
TICKETS = """
ticket_id,unit_id,class,reported_at,resolved_at
T1,L1,general,2023-05-10 12:00:00,2023-05-10 12:00:01
T2,L1,general,2023-05-10 12:00:01,2023-05-16 09:00:00
T3,L2,general,2023-05-18 11:00:00,
T4,L2,general,2023-05-18 13:00:00,
T5,L2,,2023-05-31 18:00:00,
"""
CALLBACKS = "ticket_id,asked_at,reached,satisfaction\nT1,2023-05-11 12:30:00,yes,satisfied"
ACTIVITIES = "activity_id,unit_id,organisation,kind,started_at\nA1,L1,Club,festival,2023-05-20 15:00:00"
DUTIES = "unit_id,organisation,starts_on,ends_on\nL1,Club,2023-05-21,2023-05-21\nL1,Club,2023-05-20,2023-05-20"


@pytest.fixture(scope="module")
def noon(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    office = Office(tmp_path_factory.mktemp("noon"))
    office.site(toml=NOON, unit=UNITS, ticket=TICKETS, callback=CALLBACKS, activity=ACTIVITIES, duty=DUTIES)
    assert office.load().version == 1
    return office.warehouse


def by_day(warehouse: Warehouse, name: str) -> dict[str, float]:
    frame = ask(warehouse, [METRICS[name]], ("day",))
    return {day: number for day, number in zip(frame["day"], frame[name], strict=True) if number}


def test_what_comes_after_the_end_of_the_day_belongs_to_the_next(noon: Warehouse) -> None:
    """At noon itself it is still today. T5 of the evening of 31 May is one of June."""
    assert by_day(noon, "received") == {
        "2023-05-10": 1,
        "2023-05-11": 1,
        "2023-05-18": 1,
        "2023-05-19": 1,
        "2023-06-01": 1,
    }
    assert by_day(noon, "resolved") == {"2023-05-11": 1, "2023-05-16": 1}
    assert by_day(noon, "callbacks") == {"2023-05-12": 1}
    assert by_day(noon, "activities") == {"2023-05-21": 1}
    frame = ask(noon, [METRICS["received"]], ("month",))
    assert dict(zip(frame["month"], frame["received"], strict=True)) == {"2023-05": 4, "2023-06": 1}
    site = sites(noon)["town"]
    assert site.last_day == date(2023, 6, 1) and site.logged and site.logged.until == date(2023, 6, 2)


def test_the_hour_stays_that_of_the_clock(noon: Warehouse) -> None:
    frame = ask(noon, [METRICS["received"]], ("hour",))
    assert dict(zip(frame["hour"], frame["received"], strict=True)) == {"11": 1, "12": 2, "13": 1, "18": 1}


def test_stocks_are_counted_when_the_day_ends(noon: Warehouse) -> None:
    """At noon of the 11th T1 is settled and T2 open; at noon of the 18th T3 has come, T4 not yet."""
    frame = ask(noon, [METRICS["open"]], ("day",), Scope(date(2023, 5, 9), date(2023, 6, 2)))
    open_at = dict(zip(frame["day"], frame["open"], strict=True))
    assert [open_at.get(f"2023-05-{day}") for day in (10, 11, 15, 16, 18, 19)] == [1, 1, 1, None, 1, 2]
    assert open_at["2023-06-01"] == 3


def test_limits_go_by_the_calendar_and_no_other_day(noon: Warehouse) -> None:
    """T2 came on Wednesday the 10th: three working days end with Monday the 15th, and it was settled on the 16th. T3
    and T4 came on Thursday the 18th: Tuesday the 23rd. Overdue stands from the first noon after the limit."""
    assert by_day(noon, "due") == {"2023-05-15": 2, "2023-05-23": 2}
    frame = ask(noon, [METRICS["overdue"]], ("day",), Scope(date(2023, 5, 14), date(2023, 5, 25)))
    found = dict(zip(frame["day"], frame["overdue"], strict=True))
    assert {day: n for day, n in found.items() if n} == {"2023-05-24": 2}
    frame = ask(noon, [METRICS["on_time_rate"]], (), Scope(date(2023, 5, 15), date(2023, 5, 16)))
    assert frame["on_time_rate"].iloc[0] == 1 / 2


def test_a_turn_ends_with_the_day_of_the_office(noon: Warehouse) -> None:
    frame = ask(noon, [METRICS["turns_kept"]], ("day",))
    assert dict(zip(frame["day"], frame["turns_kept"], strict=True)) == {"2023-05-20": 0, "2023-05-21": 1}


def test_the_assessment_month_is_a_period_with_one_before_and_one_a_year_earlier(noon: Warehouse) -> None:
    known = list(sites(noon).values())
    period = period_of(known, date(2023, 4, 19), date(2023, 5, 19))
    assert period.kind == "assessment" and assessed_from(known) == 19
    assert between(period.since, period.until).kind == "custom"  # to a site without one
    scope = Scope(period.since, period.until)
    before, year = earlier(known, scope, "previous"), earlier(known, scope, "year")
    assert (before.since, before.until) == (date(2023, 3, 19), date(2023, 4, 19))
    assert (year.since, year.until) == (date(2022, 4, 19), date(2022, 5, 19))
    assert ask(noon, [METRICS["received"]], (), scope)["received"].iloc[0] == 3
    assert period_of(known, date(2023, 5, 1), date(2023, 6, 1)).kind == "month"


def test_every_day_lies_in_one_assessment_month() -> None:
    assert last_complete("assessment", date(2023, 5, 18), 19).until == date(2023, 5, 19)
    assert last_complete("assessment", date(2023, 5, 17), 19).until == date(2023, 4, 19)
    for begins in (1, 2, 15, 28):
        period = around("assessment", date(2023, 1, 1), begins)
        for _ in range(26):
            assert period.since.day == period.until.day == begins and 28 <= period.days <= 31
            assert around("assessment", period.since, begins) == period
            assert period.next().previous() == period
            period = period.next()


def test_how_a_site_defines_its_days_is_said_with_its_numbers(noon: Warehouse) -> None:
    known, t = list(sites(noon).values()), Words("en")
    assert definitions(t, known, [METRICS["received"]]) == [
        "the day ends at 12:00:00: what comes later counts on the next"
    ]
    limits, day = definitions(t, known, [METRICS["on_time_rate"]])
    assert limits.startswith("limits in working days: Consultation 1 (met by the first response), General 3 (met by")
    assert day.startswith("the day ends")


def test_sites_that_weigh_their_rates_otherwise_have_one_number_each_and_that_is_said(office: Office) -> None:
    """Both have one call-back: in touch, not solved, satisfied. 10/50/40 makes 50 %, 30/35/35 makes 65 %; L1 lies in
    both, L2 in the village alone."""
    ticket = "ticket_id,unit_id,reported_at,resolved_at\nT1,L1,2023-05-01 10:00,2023-05-02 10:00"
    callback = "ticket_id,asked_at,reached,contacted,solved,satisfaction\nT1,2023-05-03 10:00,yes,yes,no,satisfied"
    office.site(toml='name = "Town"', ticket=ticket, callback=callback, unit="unit_id,level\nL1,lane")
    tickets, calls = (
        f"{ticket}\nT2,L2,2023-05-01 10:00,2023-05-02 10:00",
        f"{callback}\nT2,2023-05-03,yes,yes,no,satisfied",
    )
    other = 'name = "Village"\ncomposite = {contact = 0.3, solved = 0.35, satisfaction = 0.35}'
    office.site("village", other, ticket=tickets, callback=calls, unit="unit_id,level\nL1,lane\nL2,lane").load()
    composite, t = METRICS["composite"], Words("en")
    each = ask(office.warehouse, [composite], ("site",))
    assert dict(zip(each["site"], each["composite"].round(9), strict=True)) == {"town": 0.5, "village": 0.65}
    [every] = ask(office.warehouse, [composite]).to_dict("records")
    assert pd.isna(every["composite"]) and every["composite_n"] == 3
    known = sites(office.warehouse)
    assert value(t, composite, None, applies(composite, [*known.values()], every)) == "not applicable"
    lanes = ask(office.warehouse, [composite], ("lane",)).set_index("lane")["composite"]
    assert pd.isna(lanes["L1"]) and round(lanes["L2"], 9) == 0.65
    assert round(ask(office.warehouse, [composite], (), Scope().only("lane", "L2"))["composite"][0], 9) == 0.65
    assert "no number of these sites together" in "\n".join(definitions(t, list(known.values()), [composite]))
    assert "together" not in "\n".join(definitions(t, [known["town"]], [composite]))
