"""What the marts work out once: outcome, limits, places, calls, turns. Rows in, rows out."""

import pytest

from tests.office import SITE, UNITS, Office

STEPS = "ticket_id,unit_id,class,entry,reported_at,first_response_at,escalated_at,tier,resolved_at"
AS_OF = "END,L1,,,2024-06-28 18:00,,,,\n"


def tickets(*rows: str) -> str:
    return "\n".join([STEPS, *rows, AS_OF])


@pytest.mark.parametrize(
    ("reported", "kind", "due"),
    [
        ("2023-09-28 10:00", "general", "2023-10-09 23:59:59"),  # Thursday before the long holiday
        ("2023-09-30 09:00", "consultation", "2023-10-08 23:59:59"),  # rest day: day 0 is the make-up Saturday
        ("2023-05-08 00:00", "general", "2023-05-11 23:59:59"),  # Monday
        ("2023-05-12 23:59", "general", "2023-05-17 23:59:59"),  # Friday
        ("2023-12-29 10:00", "general", "2024-01-04 23:59:59"),  # over New Year
    ],
)
def test_a_limit_ends_at_the_end_of_the_nth_working_day(office: Office, reported: str, kind: str, due: str) -> None:
    office.site(unit=UNITS, ticket=tickets(f"T1,L1,{kind},,{reported},,,,")).load()
    assert office.rows("select due_at::varchar from mart.ticket where ticket_id = 'T1'") == [(due,)]


def test_what_meets_a_limit_depends_on_the_class_and_settling_always_does(office: Office) -> None:
    office.site(
        unit=UNITS,
        ticket=tickets(
            "reply,L1,consultation,,2023-05-08 10:00,2023-05-09 10:00,,,2023-05-20 10:00",
            "noreply,L1,consultation,,2023-05-08 10:00,2023-05-10 10:00,,,2023-05-20 10:00",
            "settle,L1,general,,2023-05-08 10:00,2023-05-09 10:00,,,2023-05-12 10:00",
            "meet,L1,key,,2023-05-08 10:00,,,,2023-05-31 10:00",
            "second,L1,general,,2023-05-08 10:00,,,,2023-05-11 23:59:59",
        ),
        ticket_event="ticket_id,happened_at,event\nmeet,2023-05-12 10:00,deliberated",
    ).load()
    found = dict(office.rows("select ticket_id, on_time from mart.ticket where ticket_id <> 'END'"))
    assert found == {"reply": True, "noreply": False, "settle": False, "meet": True, "second": True}


def test_a_limit_given_by_the_source_wins_and_a_class_without_one_has_none(office: Office) -> None:
    office.site(
        unit=UNITS,
        ticket="ticket_id,unit_id,class,reported_at,due_at\n"
        "given,L1,general,2023-05-08 10:00,2023-05-30 12:00\nnone,L1,,2023-05-08 10:00,\n",
    ).load()
    assert office.rows("select ticket_id, due_at::varchar, due_at is not null from mart.ticket order by 1") == [
        ("given", "2023-05-30 12:00:00", True),
        ("none", None, False),
    ]


def test_every_ticket_of_a_site_with_a_ladder_has_exactly_one_outcome(office: Office) -> None:
    office.site(
        unit=UNITS,
        ticket=tickets(
            "self,L1,,steward,2023-05-08 10:00,,,steward,2023-05-09 10:00",
            "hand,L1,,steward,2023-05-08 10:00,,,,",
            "tier,L1,,steward,2023-05-08 10:00,,,community,2023-05-09 10:00",
            "stamp,L1,,steward,2023-05-08 10:00,,2023-05-08 12:00,steward,2023-05-09 10:00",
            "above,L1,,above,2023-05-08 10:00,,,steward,2023-05-09 10:00",
            "event,L1,,steward,2023-05-08 10:00,,,,",
            "beyond,L1,,steward,2023-05-08 10:00,,,department,2023-05-09 10:00",  # a tier the ladder does not name
            "handed,L1,,steward,2023-05-08 10:00,,,,",
        ),
        ticket_event="ticket_id,happened_at,event,from_tier,to_tier\n"
        "event,2023-05-08 11:00,escalated,steward,street\nevent,2023-05-08 12:00,handed_down,street,steward\n"
        "event,2023-05-09 12:00,resolved,,\nhanded,2023-05-08 11:00,escalated,steward,community",
    ).load()
    found = office.rows(
        "select ticket_id, outcome, highest_tier, tier from mart.ticket where ticket_id <> 'END' order by 1"
    )
    assert found == [
        ("above", "escalated", "unknown", "steward"),
        ("beyond", "escalated", "department", "department"),
        ("event", "escalated", "street", "steward"),
        ("hand", "in_hand", "steward", "steward"),
        ("handed", "escalated", "community", "community"),
        ("self", "self_resolved", "steward", "steward"),
        ("stamp", "escalated", "unknown", "steward"),
        ("tier", "escalated", "community", "community"),
    ]


def test_a_reopened_ticket_is_open_until_it_is_settled_again(office: Office) -> None:
    office.site(
        unit=UNITS,
        ticket=tickets("open,L1,,,2023-05-08 10:00,,,,2023-05-09 10:00", "done,L1,,,2023-05-08 10:00,,,,"),
        ticket_event="ticket_id,happened_at,event\nopen,2023-05-09 10:00,resolved\nopen,2023-05-20 10:00,reopened\n"
        "done,2023-05-09 10:00,resolved\ndone,2023-05-20 10:00,reopened\ndone,2023-05-21 10:00,resolved",
    ).load()
    assert office.rows(
        "select ticket_id, resolved_at::varchar from mart.ticket where ticket_id <> 'END' order by 1"
    ) == [
        ("done", "2023-05-21 10:00:00"),
        ("open", None),
    ]


def test_settled_and_reopened_in_one_minute_goes_by_the_order_of_the_steps(office: Office) -> None:
    office.site(
        unit=UNITS,
        ticket=tickets("T1,L1,,,2023-05-08 10:00,,,,"),
        ticket_event="ticket_id,happened_at,seq,event\nT1,2023-05-10 09:00,1,resolved\nT1,2023-05-10 09:00,2,reopened",
    ).load()
    assert office.rows("select outcome from mart.ticket where ticket_id = 'T1'") == [("in_hand",)]


def test_a_step_before_the_report_is_none_of_the_tickets_and_is_listed(office: Office) -> None:
    office.site(
        unit=UNITS,
        ticket=tickets("T1,L1,,,2023-05-08 10:00,,,,"),
        ticket_event="ticket_id,happened_at,event\nT1,2023-05-07 09:00,resolved",
    ).load()
    assert office.rows("select outcome from mart.ticket where ticket_id = 'T1'") == [("in_hand",)]
    assert office.rows('select "table", waits_for, line from mart.waiting') == [("ticket_event", "T1", 2)]


def test_a_ticket_is_overdue_only_once_it_is_open(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at,due_at\nT1,2023-06-05 09:00,2023-06-01\nEND,2023-06-20 09:00,").load()
    assert office.rows("select overdue_from::varchar from mart.ticket where ticket_id = 'T1'") == [("2023-06-05",)]


def test_a_place_is_the_nearest_lane_above_or_the_higher_unit_itself(office: Office) -> None:
    units = UNITS.strip() + "\nB1,L1,building,Building,20\nX,,community,Elsewhere,\n"
    office.site(
        unit=units,
        ticket="ticket_id,unit_id,reported_at\n1,L1,2023-05-08\n2,B1,2023-05-08\n3,C,2023-05-08\n4,,2023-05-08\n5,Q,2023-05-08",
    ).load()
    assert office.rows("select ticket_id, unit, lane, community from mart.ticket order by 1") == [
        ("1", "L1", "L1", "C"),
        ("2", "B1", "L1", "C"),
        ("3", "C", "C", "C"),
        ("4", "unknown", "unknown", "town"),
        ("5", "unknown", "unknown", "town"),
    ]


def test_the_only_unit_that_tickets_name_is_a_lane(office: Office) -> None:
    tickets = 'ticket = {pattern = "t.csv", table = "ticket", units = "from tickets", columns = {COLUMNS}}'
    columns = 'ticket_id = "id", unit_id = "lane", reported_at = "at"'
    office.site(sources=tickets.replace("COLUMNS", columns))
    office.file("t.csv", "id,lane,at\nT1,柳荫巷,2023-05-08 09:00")
    office.load()
    units = "select unit, name, level, is_lane from mart.unit where unit <> 'unknown' order by unit"
    assert office.rows(units) == [("town", "测试社区", "unknown", False), ("柳荫巷", "柳荫巷", "lane", True)]


def test_households_stand_only_where_no_unit_below_has_any(office: Office) -> None:
    units = UNITS.strip() + "\nB1,L1,building,Building,20\nB2,L1,building,Building,30\n"
    office.site(unit=units).load()
    found = office.rows("select unit, households from mart.unit where households > 0 order by 1")
    assert found == [("B1", 20), ("B2", 30), ("L2", 50)]


def test_whatever_waits_is_listed(office: Office) -> None:
    office.site(
        unit=UNITS,
        ticket="ticket_id,reported_at\nT1,2023-05-08 10:00",
        snapshot="ticket_id,happened_at,seq,state\nT1,2023-05-07 10:00,1,open\nT1,2023-05-09 10:00,1,done",
        exclusion="ticket_id,excluded_on\nT9,2023-05-08",
        indicator="unit_id,month,name,value,kind\nL9,2023-05,fires,1,flow",
    ).load()
    waiting = 'select "table", code, why, line from mart.waiting order by 1'
    expected = [("exclusion", "T9", "ticket", 2), ("indicator", "L9", "unit", 2), ("snapshot", "T1", "early", 2)]
    assert office.rows(waiting) == expected
    office.file("ticket2.csv", "ticket_id,reported_at\nT9,2023-05-08")
    office.load()
    assert office.rows(waiting) == expected[1:]


def test_a_lane_is_as_large_as_what_is_told_of_it_or_below_it(office: Office) -> None:
    units = UNITS.strip() + "\nL3,C,lane,Lane three,\nL4,C,lane,Lane four,\nB1,L3,building,Building,20\n"
    units += "B2,L3,building,Building,30\n"
    office.site(unit=units, toml=SITE.replace("ladder", "lane_households = [40, 60]\nladder")).load()
    found = office.rows("select unit, coalesce(households, -1), is_outside from mart.unit where is_lane order by unit")
    assert found == [("L1", 100, True), ("L2", 50, False), ("L3", -1, False), ("L4", -1, False)]


def test_a_circle_in_the_unit_list_harms_nobody(office: Office) -> None:
    office.site(
        unit="unit_id,parent_id,level,name\nA,B,lane,A\nB,A,lane,B\nC,,community,C",
        ticket="ticket_id,unit_id,reported_at\n1,A,2023-05-08",
    ).load()
    assert office.rows("select ticket_id, lane from mart.ticket") == [("1", "A")]


def test_the_last_valid_call_back_of_a_ticket_counts(office: Office) -> None:
    office.site(
        unit=UNITS,
        ticket=tickets("T1,L1,,,2023-05-08 10:00,,,,2023-05-09 10:00"),
        callback="ticket_id,asked_at,reached,solved,satisfaction\nT1,2023-05-10 10:00,yes,no,dissatisfied\n"
        "T1,2023-05-12 10:00,yes,yes,mostly\nT1,2023-05-13 10:00,no,,",
    ).load()
    assert office.rows("select ticket_id, solved, weight, satisfaction from mart.ticket where satisfaction <> ''") == [
        ("T1", True, 0.8, "mostly")
    ]


def test_a_turn_is_kept_by_an_activity_of_that_organisation_there_or_below(office: Office) -> None:
    office.site(
        unit=UNITS,
        activity="activity_id,unit_id,organisation,kind,started_at\n1,L1,O,service,2023-05-31 20:00\n"
        "2,L1,P,service,2023-05-10 10:00\n3,L2,O,service,2023-07-10 10:00",
        duty="unit_id,organisation,starts_on,ends_on\nC,O,2023-05-01,2023-05-31\nL2,P,2023-05-01,2023-05-31\n"
        "L1,P,2023-07-01,2023-07-31",
    ).load()
    assert office.rows("select unit, organisation, is_kept, has_ended from mart.duty order by 1") == [
        ("C", "O", True, True),
        ("L1", "P", False, False),
        ("L2", "P", False, True),
    ]


def test_an_excluded_ticket_counts_nowhere(office: Office) -> None:
    office.site(
        unit=UNITS,
        ticket=tickets("T1,L1,,,2023-05-08 10:00,,,,2023-05-09 10:00"),
        callback="ticket_id,asked_at,reached,satisfaction\nT1,2023-05-10 10:00,yes,satisfied",
        exclusion="ticket_id,excluded_on,kind,by,reason\nT1,2023-05-20,not ours,office,x",
    ).load()
    assert office.rows("select ticket_id from mart.ticket") == [("END",)]
    assert office.rows("select count(asked_at) from mart.ticket") == [(0,)]


def test_as_of_is_the_latest_thing_that_happened_and_never_a_limit(office: Office) -> None:
    office.site(
        ticket="ticket_id,reported_at,due_at\nT1,2023-05-08 10:00,2099-01-01",
        activity="activity_id,kind,started_at\nA,visit,2023-06-01 08:30",
    ).load()
    assert office.rows("select as_of::varchar, last_day::date::varchar from mart.site") == [
        ("2023-06-01 08:30:00", "2023-05-08")
    ]


def test_a_stated_as_of_cuts_everything_later(office: Office) -> None:
    office.site(
        toml='name = "T"\nlane = "lane"\nladder = ["steward", "street"]\nas_of = 2023-05-31T23:59:59',
        unit=UNITS,
        ticket="ticket_id,unit_id,reported_at,escalated_at,resolved_at\nT1,L1,2023-05-10,,2023-06-10\n"
        "T2,L1,2023-05-10,2023-06-15,\nT3,L1,2023-06-05,,\n",
        callback="ticket_id,asked_at,reached\nT1,2023-06-12 10:00,yes",
        activity="activity_id,kind,started_at\nA,visit,2023-06-01 08:30",
    ).load()
    assert office.rows("select ticket_id, outcome from mart.ticket order by 1") == [
        ("T1", "in_hand"),
        ("T2", "in_hand"),
    ]
    assert office.rows("select (select count(asked_at) from mart.ticket), (select count(*) from mart.activity)") == [
        (0, 0)
    ]
    assert office.rows("select last_day::date::varchar from mart.site") == [("2023-05-31",)]


def test_minutes_are_elapsed_time_even_over_a_change_to_summer_time(office: Office) -> None:
    toml = 'name = "NY"\ntimezone = "America/New_York"'
    office.site(
        toml=toml, ticket="ticket_id,reported_at,resolved_at\nT1,2024-03-10 01:00,2024-03-10 04:00:30\n"
        "T2,2024-05-10 01:00,2024-05-10 04:00:30",
    ).load()  # fmt: skip
    assert office.rows("select minutes from mart.ticket order by ticket_id") == [(120,), (180,)]


@pytest.mark.parametrize(
    ("zone", "stamps", "minutes"),
    [
        ("America/New_York", "2024-03-10 00:50,2024-03-10 04:00:30", 130),  # forward at two
        ("America/New_York", "2024-11-03 00:50,2024-11-03 04:00:30", 250),  # back at two
        ("America/Sao_Paulo", "2018-11-03 23:50,2018-11-04 04:00:30", 190),  # forward at midnight
        ("Asia/Shanghai", "1991-04-14 00:50,1991-04-14 04:00:30", 130),  # the last year that it was
        ("Asia/Shanghai", "2024-04-14 00:50,2024-04-14 04:00:30", 190),
    ],
)
def test_minutes_of_data_that_are_no_longer_than_the_day_of_the_change(
    office: Office, zone: str, stamps: str, minutes: int
) -> None:
    ticket = f"ticket_id,reported_at,resolved_at\nT1,{stamps}\n"
    office.site(toml=f'name = "NY"\ntimezone = "{zone}"', ticket=ticket).load()
    assert office.rows("select minutes from mart.ticket") == [(minutes,)]


def test_a_limit_given_as_a_day_ends_with_it(office: Office) -> None:
    head = "ticket_id,unit_id,reported_at,resolved_at,due_at"
    office.site(
        unit=UNITS,
        ticket=f"{head}\nT1,L1,2024-03-08 09:00,2024-03-08 10:00,2024-03-08\n"
        "T2,L1,2024-03-08 09:00,2024-03-08 10:00,2024-03-08 09:30\n"
        "END,L1,2024-06-28,,",
    ).load()
    limits = office.rows("select ticket_id, due_at::varchar, on_time from mart.ticket order by 1")
    assert limits == [("END", None, False), ("T1", "2024-03-08 23:59:59", True), ("T2", "2024-03-08 09:30:00", False)]


def test_a_limit_counted_from_a_day_of_no_official_calendar_is_guessed(office: Office) -> None:
    office.site(unit=UNITS, ticket=tickets("T1,L1,general,,2003-12-31 09:00,,,,")).load()
    assert office.rows("select is_due_guessed from mart.ticket where ticket_id = 'T1'") == [(True,)]
