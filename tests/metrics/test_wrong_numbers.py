"""The classic ways to a wrong number, each with the rows that lead there and the number by hand."""

from datetime import date

import pandas as pd
import pytest

from board.core.warehouse import Warehouse
from board.metrics.catalog import METRICS
from board.metrics.compare import ask_compared, working_days
from board.metrics.periods import parse
from board.metrics.query import ask
from board.metrics.readings import readings
from board.metrics.scope import Scope
from board.metrics.sites import sites
from tests.office import SITE, UNITS, Office

HEAD = "ticket_id,unit_id,class,reported_at,resolved_at\n"
MAY = Scope(date(2023, 5, 1), date(2023, 6, 1))
JUNE = Scope(date(2023, 6, 1), date(2023, 7, 1))
LATER = "Z,L1,,2024-12-31 12:00,\n"  # so that the data go on


def told(warehouse: Warehouse, names: str, scope: Scope = MAY) -> list[float | None]:
    """The numbers of these metrics, None where there is no sample."""
    row = ask(warehouse, [METRICS[name] for name in names.split()], (), scope).iloc[0]
    return [None if pd.isna(row[name]) else float(row[name]) for name in names.split()]


def by(warehouse: Warehouse, name: str, dimension: str, scope: Scope = MAY) -> dict[str, float | None]:
    """A metric by a dimension, None where there is no sample."""
    frame = ask(warehouse, [METRICS[name]], (dimension,), scope)
    return {
        code: None if pd.isna(cell) else float(cell) for code, cell in zip(frame[dimension], frame[name], strict=True)
    }


def test_fan_out(office: Office) -> None:
    """One ticket with three call-backs, four steps, two exclusions that were lifted and two visits is one ticket."""
    office.site(
        unit=UNITS, ticket=HEAD + "T1,L1,general,2023-05-08 09:00,\nT2,L1,general,2023-05-08 09:00,\n",
        ticket_event="ticket_id,happened_at,event\n" + "".join(
            f"T1,2023-05-{day} 10:00,{event}\n"
            for day, event in (("09", "responded"), ("10", "excluded"), ("11", "restored"), ("12", "resolved"))
        ),
        callback="ticket_id,asked_at,reached,satisfaction\n" + "".join(
            f"T1,2023-05-{day} 10:00,yes,satisfied\n" for day in (13, 14, 15)
        ),
        activity="activity_id,unit_id,kind,started_at\nA1,L1,visit,2023-05-08\nA2,L1,visit,2023-05-09\n",
        steward="steward_id,unit_id,started_on\nS1,L1,2023-01-01\nS2,L1,2023-01-01\nS3,L1,2023-01-01\n",
    ).load()  # fmt: skip
    names = "received resolved self_resolved due on_time callbacks visits households stewards"
    assert told(office.warehouse, names) == [2, 1, 1, 2, 0, 1, 2, 150, 3]  # due on the 11th
    frame = ask(office.warehouse, [METRICS[name] for name in names.split()], ("lane",), MAY).set_index("lane")
    assert frame.loc["L1", ["received", "callbacks", "visits", "households", "stewards"]].tolist() == [2, 1, 2, 100, 3]


def test_a_slice_without_a_code_stays_and_the_slices_add_up(office: Office) -> None:
    rows = "T1,L1,noise,phone,2023-05-08\nT2,,,,2023-05-08\nT3,L1,,,2023-05-08\n"
    office.site(unit=UNITS, ticket=f"ticket_id,unit_id,category,channel,reported_at\n{rows}").load()
    assert by(office.warehouse, "received", "category") == {"noise": 1, "unknown": 2}
    assert by(office.warehouse, "received", "channel") == {"phone": 1, "unknown": 2}
    assert by(office.warehouse, "received", "lane") == {"L1": 2, "unknown": 1}
    assert by(office.warehouse, "received", "class") == {"unknown": 3}
    assert told(office.warehouse, "received", MAY.only("category", "unknown")) == [2]


def test_an_empty_period_and_a_zero_denominator_are_no_0_per_cent(office: Office) -> None:
    office.site(unit=UNITS, ticket=HEAD + "T1,L1,,2023-05-08,\n" + LATER).load()
    names = "resolution_rate on_time_rate coverage satisfaction_rate hours_median self_rate top20_share"
    assert told(office.warehouse, f"received resolved open {names}", JUNE) == [0, 0, 1, *[None] * 7]
    # T1 is there, has no limit and nobody was asked
    assert told(office.warehouse, "received resolution_rate on_time_rate on_time_rate_a coverage") == [
        1,
        0,
        None,
        None,
        None,
    ]


def test_a_rate_over_lanes_is_no_mean_of_their_rates(office: Office) -> None:
    rows = "T0,L1,,2023-05-08,2023-05-09\n" + "".join(f"T{n},L2,,2023-05-08,\n" for n in range(1, 10))
    office.site(unit=UNITS, ticket=HEAD + rows).load()
    assert by(office.warehouse, "resolution_rate", "lane") == {"L1": 1, "L2": 0}
    assert told(office.warehouse, "resolution_rate") == [1 / 10]  # not 50 %


def test_each_number_has_its_own_clock(office: Office) -> None:
    """Reported on 30 May, due on 2 June, settled on 5 June, asked on 1 July."""
    office.site(
        unit=UNITS, ticket=HEAD + "T1,L1,general,2023-05-30 09:00,2023-06-05 09:00\n",
        callback="ticket_id,asked_at,reached,satisfaction\nT1,2023-07-01,yes,satisfied\n",
    ).load()  # fmt: skip
    names = "received resolved due callbacks resolution_rate coverage on_time_rate"
    assert told(office.warehouse, names) == [1, 0, 0, 0, 1, None, None]
    assert told(office.warehouse, names, JUNE) == [0, 1, 1, 0, None, 1, 0]
    assert told(office.warehouse, names, Scope(date(2023, 7, 1), date(2023, 8, 1))) == [0, 0, 0, 1, None, None, None]


def test_the_last_day_of_a_period_counts_whole(office: Office) -> None:
    rows = "T1,L1,,2023-05-31 23:59:59,\nT2,L1,,2023-06-01 00:00:00,\n"
    office.site(unit=UNITS, ticket=HEAD + rows).load()
    assert told(office.warehouse, "received open") == [1, 1]
    assert by(office.warehouse, "received", "month", Scope()) == {"2023-05": 1, "2023-06": 1}


def test_weeks_at_the_turn_of_a_year(office: Office) -> None:
    """1 January 2021 lies in the 53rd week of 2020, 1 January 2023 in the 52nd of 2022, 30 December 2024 in the first
    of 2025; the week before that is the 52nd, and W53 is held against W52."""
    days = ("2019-12-23", "2021-01-01", "2022-12-25", "2023-01-01", "2024-12-29", "2024-12-30")
    office.site(unit=UNITS, ticket=HEAD + "".join(f"T{n},L1,,{day} 10:00,\n" for n, day in enumerate(days))).load()
    weeks = {"2019-W52": 1, "2020-W53": 1, "2022-W51": 1, "2022-W52": 1, "2024-W52": 1, "2025-W01": 1}
    assert by(office.warehouse, "received", "week", Scope()) == weeks
    last = parse("2020-W53")
    frame = ask_compared(office.warehouse, [METRICS["received"]], (), Scope(last.since, last.until), "year")
    assert frame[["received", "received_before"]].iloc[0].tolist() == [1, 1]


def test_a_saturday_that_is_worked_and_a_week_of_holidays(office: Office) -> None:
    """Thursday 28 September 2023 and three days, Saturday the 30th and one: 7 and 8 October are worked. Thursday 4 May
    and three: Friday, Saturday 6 May, which is worked, and Monday."""
    rows = "T1,L1,general,2023-09-28 10:00,\nT2,L1,consultation,2023-09-30 09:00,\nT3,L1,general,2023-05-04 09:00,\n"
    office.site(unit=UNITS, ticket=HEAD + rows + "Z,L1,,2024-01-01,\n").load()
    due = office.rows("select ticket_id, due_at::varchar from mart.ticket where ticket_id <> 'Z' order by ticket_id")
    assert due == [("T1", "2023-10-09 23:59:59"), ("T2", "2023-10-08 23:59:59"), ("T3", "2023-05-08 23:59:59")]
    site = sites(office.warehouse)["town"]
    assert working_days(site, parse("2023-W40")) == 2  # 2 to 8 October: Saturday and Sunday are worked
    assert by(office.warehouse, "due", "week", Scope()) == {"2023-W19": 1, "2023-W40": 1, "2023-W41": 1}


def test_a_reopened_ticket_is_open_until_it_is_settled_again(office: Office) -> None:
    events = "ticket_id,happened_at,event\nT1,2023-05-02 10:00,resolved\nT1,2023-05-10 10:00,reopened\n"
    office.site(unit=UNITS, ticket=HEAD + "T1,L1,,2023-05-01 09:00,\n" + LATER, ticket_event=events).load()
    names = "received resolved open resolution_rate self_resolved in_hand settlements reopened"
    assert told(office.warehouse, names) == [1, 0, 1, 0, 0, 1, 1, 1]
    office.file("ticket_event.csv", events + "T1,2023-06-05 10:00,resolved\n")
    office.load()
    assert told(office.warehouse, names) == [1, 0, 1, 1, 1, 0, 1, 1]  # of May it is said that it is settled by now
    assert told(office.warehouse, "received resolved open settlements reopened", JUNE) == [0, 1, 0, 1, 0]


def test_a_ticket_that_is_given_to_another_lane_moves_whole(office: Office) -> None:
    office.site(unit=UNITS, ticket=HEAD + "T1,L1,,2023-05-08,\nT2,L1,,2023-05-08,\n").load()
    office.file("ticket.csv", HEAD + "T1,L2,,2023-05-08,\nT2,L1,,2023-05-08,\n")
    office.load()
    assert by(office.warehouse, "received", "lane") == {"L1": 1, "L2": 1}
    assert told(office.warehouse, "received open") == [2, 2]


def test_what_came_from_above_is_not_the_stewards_own(office: Office) -> None:
    """One from above, settled by the steward all the same; one from below. The steward's own share is that of entry =
    steward."""
    rows = "ticket_id,unit_id,entry,tier,reported_at,resolved_at\n" \
           "T1,L1,above,steward,2023-05-08,2023-05-09\nT2,L1,steward,steward,2023-05-08,2023-05-09\n"  # fmt: skip
    office.site(unit=UNITS, ticket=rows).load()
    assert told(office.warehouse, "received self_resolved escalated self_rate") == [2, 1, 1, 1 / 2]
    assert told(office.warehouse, "self_rate escalation_rate", MAY.only("entry", "steward")) == [1, 0]
    assert by(office.warehouse, "escalated", "entry") == {"above": 1, "steward": 0}


def test_a_ticket_of_a_higher_unit_is_one_of_the_community_and_of_no_lane(office: Office) -> None:
    office.site(unit=UNITS, ticket=HEAD + "T1,C,,2023-05-08,\nT2,L1,,2023-05-08,\n").load()
    assert by(office.warehouse, "received", "lane") == {"C": 1, "L1": 1}
    assert by(office.warehouse, "received", "community") == {"C": 2}
    assert told(office.warehouse, "received", MAY.only("unit", "L1")) == [1]
    assert told(office.warehouse, "top20_share") == [1 / 2]  # of two lanes one is the busiest fifth


def test_a_site_without_a_ladder_has_no_outcome_and_spoils_no_share(office: Office) -> None:
    row = HEAD + "T1,L1,,2023-05-08,2023-05-09\n"
    office.site("with", unit=UNITS, ticket=row).site(
        "without", toml='name = "W"\nlane = "lane"', unit=UNITS, ticket=row
    )
    office.load()
    names = "received self_resolved escalated in_hand self_rate"
    assert told(office.warehouse, names) == [2, 1, 0, 0, 1]
    assert told(office.warehouse, names, MAY.only("site", "without")) == [1, None, None, None, None]


def test_a_steward_who_leaves_within_the_period_and_one_with_two_lanes(office: Office) -> None:
    """S1 serves to the 10th, which is counted: 10 of 31 days. S2 has two lanes all month: one person, twice at work."""
    people = (
        "steward_id,unit_id,started_on,ended_on\nS1,L1,2023-01-01,2023-05-10\nS2,L1,2023-01-01,\nS2,L2,2023-01-01,\n"
    )
    office.site(unit=UNITS, steward=people, ticket=HEAD + "T1,L1,,2023-05-08,\n" + LATER).load()
    assert told(office.warehouse, "stewards stewards_serving") == [1, pytest.approx(2 + 10 / 31)]
    assert told(office.warehouse, "stewards stewards_serving", MAY.only("unit", "L2")) == [1, 1]
    day = Scope(date(2023, 5, 10), date(2023, 5, 11))
    assert told(office.warehouse, "stewards stewards_serving", day) == [2, 3]


def test_call_backs_that_came_twice_and_that_nobody_answered(office: Office) -> None:
    """T1 was asked three times, answered twice and changed its mind; T2 never answered; T3 answered only whether the
    handler had been in touch."""
    rows = "".join(f"T{n},L1,,2023-05-08,2023-05-09\n" for n in (1, 2, 3))
    calls = "ticket_id,asked_at,reached,contacted,satisfaction\n" \
            "T1,2023-05-10,no,,\nT1,2023-05-11,yes,yes,satisfied\nT1,2023-05-12,yes,yes,dissatisfied\n" \
            "T2,2023-05-10,no,,\nT3,2023-05-10,yes,no,\n"  # fmt: skip
    office.site(unit=UNITS, ticket=HEAD + rows, callback=calls).load()
    names = "callbacks coverage dissatisfied satisfaction_rate contact_rate"
    assert told(office.warehouse, names) == [2, 2 / 3, 1, 0, 1 / 2]


def test_met_in_the_last_second_and_missed_in_the_next(office: Office) -> None:
    """Reported on Monday 8 May with three working days: to Thursday 11 May, 23:59:59."""
    rows = "T1,L1,general,2023-05-08 09:00,2023-05-11 23:59:59\nT2,L1,general,2023-05-08 09:00,2023-05-12 00:00:00\n"
    office.site(unit=UNITS, ticket=HEAD + rows + LATER).load()
    assert told(office.warehouse, "due on_time on_time_rate") == [2, 1, 1 / 2]
    overdue = [Scope(date(2023, 5, day), date(2023, 5, day + 1)) for day in (10, 11, 12)]
    assert [told(office.warehouse, "overdue", day) for day in overdue] == [[0], [1], [0]]  # at the end of the 11th


def test_an_extension_moves_the_limit_and_not_the_first_one(office: Office) -> None:
    """Due on 11 May, extended by three more days to 16 May, settled on the 15th."""
    events = "ticket_id,happened_at,event\nT1,2023-05-10 10:00,extended\nT1,2023-05-15 10:00,resolved\n"
    office.site(unit=UNITS, ticket=HEAD + "T1,L1,general,2023-05-08 09:00,\n" + LATER, ticket_event=events).load()
    assert told(office.warehouse, "due on_time_rate on_time_rate_b0 on_time_rate_a0 on_time_rate_c0") == [1, 1, 0, 0, 0]
    [first] = [reading.measure for reading in readings([METRICS["on_time_rate"]], "B0")]
    assert ask(office.warehouse, [first], (), MAY)["on_time_rate"].iloc[0] == 0
    assert by(office.warehouse, "due", "day") == {"2023-05-16": 1}


def test_a_stamp_in_2099_moves_nothing(office: Office) -> None:
    rows = "T1,L1,,2023-05-08,\nT2,L1,,2099-05-08,\nT3,L1,,2023-05-08,2099-01-01\n"
    office.site(unit=UNITS, ticket=HEAD + rows).load()
    site = sites(office.warehouse)["town"]
    assert (site.as_of and site.as_of.year, site.last_day) == (2023, date(2023, 5, 8))
    assert told(office.warehouse, "received resolved open", Scope()) == [1, 0, 1]
    assert [row[0] for row in office.rows("select count(*) from run.listed")] == [2]


def test_a_stamp_with_an_offset_is_one_of_the_sites_clock(office: Office) -> None:
    """20:00 in Greenwich on 31 May is 04:00 of 1 June in Shanghai."""
    office.site(unit=UNITS, ticket=HEAD + "T1,L1,,2023-05-31T20:00:00Z,\nT2,L1,,2023-05-31T20:00:00+08:00,\n").load()
    assert told(office.warehouse, "received") == [1]
    assert by(office.warehouse, "received", "hour", Scope()) == {"04": 1, "20": 1}


def test_the_clock_that_was_put_forward_in_between(office: Office) -> None:
    """In Berlin 26 March 2023 has 23 hours: from the noon before to noon that day are 23 hours, not 24."""
    toml = SITE.replace('lane = "lane"', 'lane = "lane"\ntimezone = "Europe/Berlin"\ncalendar = "weekends"')
    rows = "T1,L1,,2023-03-25 12:00,2023-03-26 12:00\nT2,L1,,2023-10-28 12:00,2023-10-29 12:00\n"
    office.site(toml=toml, unit=UNITS, ticket=HEAD + rows).load()
    march, october = (Scope(date(2023, month, 1), date(2023, month + 1, 1)) for month in (3, 10))
    assert told(office.warehouse, "hours_median", march) == [23]
    assert told(office.warehouse, "hours_median", october) == [25]
