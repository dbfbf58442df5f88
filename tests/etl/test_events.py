"""Event logs and snapshots: steps, cycles and stays of tickets, and extensions of their limits."""

import pytest

from tests.office import SITE, SNAPSHOTS, UNITS, Office

TICKETS = "ticket_id,unit_id,class,entry,reported_at\nT1,L1,general,steward,2023-05-08 10:00\n"
STEPS = """ticket_id,happened_at,seq,event,from_tier,to_tier
T1,2023-05-08 11:00,1,responded,,
T1,2023-05-09 09:00,2,escalated,steward,community
T1,2023-05-10 09:00,3,escalated,community,street
T1,2023-05-10 15:00,4,returned,street,community
T1,2023-05-11 12:00,5,resolved,,
T1,2023-05-12 08:00,6,closed,,
T1,2023-05-20 08:00,7,reopened,,
T1,2023-05-21 10:00,8,resolved,,
"""
STATES = """ticket_id,happened_at,seq,state
T1,2023-05-08 10:00,0,open
T1,2023-05-09 09:00,1,street
T1,2023-05-10 12:00,2,done
T1,2023-05-10 12:00,3,done
T1,2023-05-11 08:00,4,open
T1,2023-05-12 08:00,5,done
T2,2023-05-12 08:00,1,open
"""


def test_first_response_path_tier_and_settlement_come_from_the_events(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS, ticket_event=STEPS).load()
    assert office.rows(
        "select tier, highest_tier, outcome, escalated_from::varchar, resolved_at::varchar, is_closed_unsettled "
        "from mart.ticket"
    ) == [("community", "street", "escalated", "2023-05-09 09:00:00", "2023-05-21 10:00:00", False)]


def test_each_reopening_is_a_cycle_and_the_earlier_ones_stay(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS, ticket_event=STEPS).load()
    assert office.rows(
        "select cycle, began_at::varchar, settled_at::varchar, reopened_at::varchar from mart.cycle order by cycle"
    ) == [
        (1, "2023-05-08 10:00:00", "2023-05-11 12:00:00", "2023-05-20 08:00:00"),
        (2, "2023-05-20 08:00:00", "2023-05-21 10:00:00", None),
    ]


def test_the_time_at_each_tier_between_hand_overs(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS, ticket_event=STEPS).load()
    assert office.rows("select stay, tier, came_by, minutes from mart.stay order by stay") == [
        (1, "steward", "reported", 23 * 60),
        (2, "community", "escalated", 24 * 60),
        (3, "street", "escalated", 6 * 60),
        (4, "community", "returned", 21 * 60),
        (5, "community", "reopened", 26 * 60),
    ]


def test_what_is_handed_down_without_a_tier_went_up(office: Office) -> None:
    steps = "ticket_id,happened_at,event\nT1,2023-05-08 11:00,handed_down\nT1,2023-05-09 09:00,resolved"
    office.site(unit=UNITS, ticket=TICKETS, ticket_event=steps).load()
    went_up = "select outcome, highest_tier, escalated_from::varchar from mart.ticket"
    assert office.rows(went_up) == [("escalated", "unknown", "2023-05-08 10:00:00")]


def test_what_was_met_late_is_overdue_until_it_was_met_whatever_is_settled(office: Office) -> None:
    tickets = TICKETS.replace("general", "key") + "T2,L1,general,steward,2023-07-03 10:00\n"
    office.site(
        unit=UNITS, ticket=tickets, ticket_event="ticket_id,happened_at,event\nT1,2023-05-29 11:00,deliberated"
    ).load()  # its limit, five working days, ended on 15 May; it is not settled yet
    spans = "select overdue_from::varchar, overdue_until::varchar, open_until::varchar from mart.ticket"
    assert office.rows(f"{spans} where ticket_id = 'T1'") == [("2023-05-15", "2023-05-29", "9999-12-31")]


def test_a_ticket_whose_tier_only_its_settlement_names_lies_there(office: Office) -> None:
    steps = "ticket_id,happened_at,event,from_tier\nT1,2023-05-08 11:00,responded,community\n"
    office.site(unit=UNITS, ticket=TICKETS, ticket_event=steps + "T1,2023-05-09 09:00,resolved,street").load()
    assert office.rows("select tier, highest_tier, outcome from mart.ticket") == [("street", "street", "escalated")]
    assert office.rows("select tier from mart.stay") == [("community",)]


def test_a_step_that_moves_nothing_takes_no_ticket_back(office: Office) -> None:
    steps = "ticket_id,happened_at,event,from_tier,to_tier\nT1,2023-05-08 11:00,escalated,steward,street\n"
    office.site(unit=UNITS, ticket=TICKETS, ticket_event=steps + "T1,2023-05-09 09:00,responded,steward,").load()
    assert office.rows("select tier from mart.ticket") == [("street",)]


def test_a_ticket_that_left_a_tier_for_an_unnamed_one_does_not_lie_there(office: Office) -> None:
    steps = "ticket_id,happened_at,event,from_tier\nT1,2023-05-08 11:00,escalated,community"
    office.site(unit=UNITS, ticket=TICKETS.replace("reported_at", "reported_at,tier").replace("10:00", "10:00,street"),
                ticket_event=steps).load()  # fmt: skip
    assert office.rows("select tier from mart.ticket") == [("street",)]


def test_where_a_ticket_lies_now_its_stay_has_no_end(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS, ticket_event="\n".join(STEPS.splitlines()[:4])).load()
    assert office.rows("select tier, until_at is null, minutes is null from mart.stay order by stay desc limit 1") == [
        ("street", True, True)
    ]


def test_snapshots_become_the_events_the_mapping_names(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS, snapshot=STATES).load()
    assert office.rows("select happened_at::varchar, event, to_tier from mart.event order by 1, seq") == [
        ("2023-05-09 09:00:00", "escalated", "street"),
        ("2023-05-10 12:00:00", "resolved", ""),
        ("2023-05-11 08:00:00", "reopened", ""),
        ("2023-05-12 08:00:00", "resolved", ""),
    ]
    assert office.rows("select outcome, resolved_at::varchar from mart.ticket") == [
        ("escalated", "2023-05-12 08:00:00")
    ]
    assert office.rows("select waits_for, line from mart.waiting") == [("T2", 8)]


def test_snapshots_split_over_two_files_give_the_same_events(office: Office) -> None:
    lines = STATES.strip().splitlines()
    office.site(unit=UNITS, ticket=TICKETS, snapshot="\n".join([lines[0], *lines[4:]])).load()
    office.file("snapshot0.csv", "\n".join(lines[:4]))
    office.load()
    assert office.rows("select count(*), count(*) filter (where event = 'resolved') from mart.event") == [(4, 2)]


def test_a_snapshot_keeps_only_the_words_the_mapping_names(office: Office) -> None:
    states = STATES.replace("T1,2023-05-08 10:00,0,open", "T1,2023-05-08 10:00,0,张三丰")
    office.site(unit=UNITS, ticket=TICKETS, snapshot=states).load()
    kept = str(office.rows("select state from log.snapshot"))
    assert "done" in kept and "张三丰" not in kept


def test_steps_without_a_number_are_told_apart_by_what_they_say_and_loaded_once(office: Office) -> None:
    steps = "ticket_id,happened_at,event\nT1,2023-05-09 09:00,resolved\nT1,2023-05-09 09:00,responded\n"
    office.site(unit=UNITS, ticket=TICKETS, ticket_event=steps).load()
    office.file(
        "ticket_event2.csv", "ticket_id,happened_at,event\nT1,2023-05-10 09:00,closed\n" + steps.split("\n", 1)[1]
    )
    office.load()
    assert office.rows("select event from mart.event order by happened_at, seq") == [
        ("responded",), ("resolved",), ("closed",),
    ]  # fmt: skip


def test_an_extension_moves_the_limit_and_the_first_one_is_kept(office: Office) -> None:
    rows = "T1,L1,general,,2023-05-08 10:00,\nT2,L1,key,,2023-05-08 10:00,\n"
    rows += "T3,L1,general,,2023-05-08 10:00,2023-05-12 12:00\n"
    steps = "ticket_id,happened_at,event\n" + "".join(
        f"{ticket},{at},{event}\n"
        for ticket, at, event in (
            ("T1", "2023-05-10 10:00", "extended"), ("T1", "2023-05-16 10:00", "resolved"),
            ("T2", "2023-05-10 10:00", "extended"), ("T2", "2023-05-11 10:00", "extended"),
            ("T3", "2023-05-10 10:00", "extended"),
        )
    )  # fmt: skip
    toml = SITE.replace('met_by = "deliberated"', 'met_by = "deliberated", extended_by = 2')
    office.site(
        unit=UNITS, toml=toml, ticket="ticket_id,unit_id,class,entry,reported_at,due_at\n" + rows, ticket_event=steps
    ).load()
    assert office.rows(
        "select ticket_id, first_due_at::varchar, due_at::varchar, extensions, on_time, on_time_first, is_due_given "
        "from mart.ticket order by 1"
    ) == [
        ("T1", "2023-05-11 23:59:59", "2023-05-16 23:59:59", 1, True, False, False),  # as many days again
        ("T2", "2023-05-15 23:59:59", "2023-05-19 23:59:59", 2, False, False, False),  # twice two days
        ("T3", "2023-05-12 12:00:00", "2023-05-17 12:00:00", 1, False, False, True),  # over a weekend
    ]


def test_what_comes_in_after_intake_counts_from_the_next_working_day(office: Office) -> None:
    rows = "T1,L1,general,,2023-05-08 17:30:00\nT2,L1,general,,2023-05-08 17:30:01\nT3,L1,general,,2023-05-13 20:00\n"
    toml = 'intake_until = "17:30:00"\n' + SITE
    office.site(unit=UNITS, toml=toml, ticket="ticket_id,unit_id,class,entry,reported_at\n" + rows).load()
    assert office.rows("select ticket_id, due_at::date::varchar from mart.ticket order by 1") == [
        ("T1", "2023-05-11"), ("T2", "2023-05-12"), ("T3", "2023-05-18"),
    ]  # fmt: skip


def test_days_a_site_knows_better_move_its_limits_and_stand_in_the_version(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS)
    days = office.data / "sites" / "town" / "calendar.csv"
    days.write_text("day,working\n2023-05-09,休息\n2023-05-13,yes\n", "utf-8")
    office.load()
    calendar = "select due_at::date::varchar, calendar from mart.ticket join setting.site on site_id = site"
    assert office.rows(calendar) == [("2023-05-12", "chinesecalendar 1.11.0 + calendar.csv 85052ac4")]
    days.write_text("day,working\n", "utf-8")
    assert office.load().version == 2
    assert office.rows("select due_at::date::varchar from mart.ticket") == [("2023-05-11",)]


def test_a_year_without_an_official_calendar_is_said_aloud(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS + "T0,L1,general,steward,2003-05-05 10:00\n")
    assert [str(told) for told in office.load().notes] == [
        "town: There is no official calendar for 2003 yet; limits follow weekends and fixed holidays there."
    ]
    assert office.rows("select ticket_id, due_at::date::varchar, is_due_guessed from mart.ticket order by 1") == [
        ("T0", "2003-05-08", True), ("T1", "2023-05-11", False),
    ]  # fmt: skip


def test_a_broken_calendar_is_named_with_its_line(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS)
    (office.data / "sites" / "town" / "calendar.csv").write_text("day,working\n2023-05-09,perhaps\n", "utf-8")
    office.load(broken=1)


def test_a_reopening_in_the_moment_of_the_settlement_begins_a_stay_that_lasts(office: Office) -> None:
    steps = "ticket_id,happened_at,seq,event\nT1,2023-05-10,1,resolved\n"
    steps += "T1,2023-05-10,2,reopened\nT1,2023-05-21,3,resolved\n"
    office.site(unit=UNITS, ticket=TICKETS, ticket_event=steps).load()
    assert office.rows("select came_by, minutes from mart.stay order by stay") == [
        ("reported", 38 * 60), ("reopened", 11 * 24 * 60),
    ]  # fmt: skip


def test_steps_without_seconds_or_hours_belong_to_the_ticket_of_that_day(office: Office) -> None:
    tickets = "ticket_id,unit_id,reported_at\n" + "".join(f"{t},L1,2023-05-08 10:00:30\n" for t in ("T1", "T2", "T3"))
    steps = "ticket_id,happened_at,event\nT1,2023-05-08 10:00,resolved\n"
    steps += "T2,2023-05-08,resolved\nT3,2023-05-08 09:59,resolved\n"
    office.site(unit=UNITS, ticket=tickets, ticket_event=steps).load()
    assert office.rows("select ticket_id, resolved_at::varchar from mart.ticket order by 1") == [
        ("T1", "2023-05-08 10:00:30"), ("T2", "2023-05-08 10:00:30"), ("T3", None),
    ]  # fmt: skip
    assert office.rows("select code, why from mart.waiting") == [("T3", "early")]


def test_two_sections_of_snapshots_over_one_file_keep_their_own(office: Office) -> None:
    section = '[{name}]\npattern = "s*.csv"\ntable = "ticket_event"\nkind = "snapshots"\ncolumns = {{ticket_id = "ticket_id", happened_at = "happened_at", seq = "seq"}}\n[[{name}.changes]]\ncolumn = "{column}"\nto = ["{to}"]\nevent = "{event}"\n'  # fmt: skip  # noqa: E501
    office.site(unit=UNITS, ticket=TICKETS)
    for name, column, to, event in (("one", "state", "done", "resolved"), ("two", "desk", "street", "escalated")):
        office.remap("", section.format(name=name, column=column, to=to, event=event))
    office.file(
        "s.csv", "ticket_id,happened_at,seq,state,desk\nT1,2023-05-09,1,open,street\nT1,2023-05-10,2,done,street"
    )
    office.load()
    assert office.rows("select event from mart.event order by happened_at") == [("escalated",), ("resolved",)]


def test_two_steps_that_say_the_same_of_one_moment_are_one(office: Office) -> None:
    steps = (
        "T1,2023-05-08,responded,,\nT1,2023-05-08 10:00:20,responded,,\n"
        "T1,2023-05-08 10:00:30,escalated,steward,community\nT1,2023-05-08 10:00:40,escalated,community,street"
    )
    office.site(
        unit=UNITS,
        ticket="ticket_id,unit_id,reported_at\nT1,L1,2023-05-08 10:00:45",
        ticket_event="ticket_id,happened_at,event,from_tier,to_tier\n" + steps,
    ).load()
    assert office.rows("select event, to_tier, happened_at::varchar from mart.event order by all") == [
        ("escalated", "community", "2023-05-08 10:00:45"), ("escalated", "street", "2023-05-08 10:00:45"),
        ("responded", "", "2023-05-08 10:00:45"),
    ]  # fmt: skip
    assert office.rows("select highest_tier from mart.ticket") == [("street",)]


ONE = SNAPSHOTS.partition('\n[[snapshot.changes]]\ncolumn = "state"\nfrom')[0].replace(
    "COLUMNS", 'ticket_id = "ticket_id", happened_at = "happened_at", seq = "seq"'
)
DEPARTMENT = """
[[snapshot.changes]]
column = "dept"
event = "handed_down"
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ONE, ONE.replace('column = "state"', 'column = "dept"')),
        (ONE, ONE.replace("[[", DEPARTMENT.strip() + "\n[[", 1)),
        (ONE, ONE.replace("snapshot.", "log.").replace("[snapshot]", "[log]")),
    ],
    ids=["another column", "another change first", "another name"],
)
def test_snapshots_of_a_file_that_is_gone_still_say_what_they_said(office: Office, old: str, new: str) -> None:
    states = "ticket_id,happened_at,seq,state,dept\nT1,2023-05-08 10:00,0,open,x\nT1,2023-05-09 10:00,1,done,x"
    office.site(ticket=TICKETS)
    office.file("snapshot.csv", states)
    office.remap("", old)
    office.load()
    resolved = [("T1", "resolved", "2023-05-09 10:00:00")]
    assert office.rows("select ticket_id, event, happened_at::varchar from mart.event") == resolved
    (office.data / "sites" / "town" / "inbox" / "snapshot.csv").unlink()
    office.file("snapshot2.csv", "ticket_id,happened_at,seq,state,dept\nT1,2023-05-08 12:00,0,open,x")
    office.remap(old, new)
    office.load()
    assert office.rows("select ticket_id, event, happened_at::varchar from mart.event") == resolved


def test_limits_moved_again_and_again_are_counted_as_far_as_they_go(office: Office) -> None:
    toml = SITE.replace("working_days = 5", "working_days = 260")
    steps = "ticket_id,happened_at,event\n" + "".join(f"T1,2023-05-{day} 10:00,extended\n" for day in (10, 11, 12, 15))
    ticket = "ticket_id,unit_id,class,entry,reported_at\nT1,L1,key,,2023-05-08 10:00\n"
    office.site(unit=UNITS, toml=toml, ticket=ticket, ticket_event=steps)
    assert "no official calendar" in " ".join(map(str, office.load().notes))
    assert office.rows("select due_at > '2027-12-01', is_due_guessed from mart.ticket") == [(True, True)]


def test_a_ticket_first_lies_where_its_first_move_began_whatever_later_ones_say(office: Office) -> None:
    steps = "ticket_id,happened_at,event,from_tier,to_tier\nT1,2023-05-09 10:00,escalated,,community\n"
    steps += "T1,2023-05-10 10:00,escalated,community,street\n"
    office.site(unit=UNITS, ticket=TICKETS, ticket_event=steps).load()
    assert office.rows("select tier from mart.stay order by stay") == [("steward",), ("community",), ("street",)]


def test_a_ticket_that_its_log_takes_out_is_out_until_it_is_restored(office: Office) -> None:
    steps = "ticket_id,happened_at,event\nT1,2023-05-09 10:00,excluded\n"
    office.site(unit=UNITS, ticket=TICKETS, ticket_event=steps).load()
    assert office.rows("select count(*) from mart.ticket") == [(0,)]
    office.file("ticket_event.csv", steps + "T1,2023-05-10 10:00,restored\n")
    office.load()
    assert office.rows("select count(*) from mart.ticket") == [(1,)]


def test_the_first_response_is_the_first_that_the_list_or_the_log_knows(office: Office) -> None:
    ticket = "ticket_id,unit_id,class,reported_at,first_response_at\n"
    ticket += (
        "T1,L1,consultation,2023-05-08 10:00,2023-05-08 11:00\nT2,L1,consultation,2023-05-08 10:00,2023-05-18 11:00\n"
    )
    steps = "ticket_id,happened_at,event\nT1,2023-05-15 10:00,responded\nT2,2023-05-08 12:00,responded\n"
    office.site(unit=UNITS, ticket=ticket, ticket_event=steps).load()
    assert office.rows("select met_at::varchar from mart.ticket order by ticket_id") == [
        ("2023-05-08 11:00:00",), ("2023-05-08 12:00:00",),
    ]  # fmt: skip


def test_a_word_that_stands_for_no_event_is_passed_over_and_counted(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKETS, ticket_event="ticket_id,happened_at,event\nT1,2023-05-09 10:00,催办\n")
    office.remap("", '[ticket_event.values.event]\n"催办" = ""\n')
    office.load()
    assert office.rows("select read, held, ignored from run.file where source = 'ticket_event'") == [(0, 0, 1)]
    assert office.rows("select count(*) from run.held") == [(0,)]


@pytest.mark.parametrize("kind", ["ticket_event", "snapshot"])
def test_a_ticket_of_thousands_of_steps_stops_no_load(office: Office, kind: str) -> None:
    word = "event" if kind == "ticket_event" else "state"
    steps = f"ticket_id,happened_at,seq,{word}\n" + "".join(f"T1,2023-05-09 10:00,{n},extended\n" for n in range(2100))
    office.site(unit=UNITS, ticket=TICKETS, **{kind: steps})
    if kind == "snapshot":
        office.remap('event = "resolved"', 'event = "extended"')
    assert office.load().version == 1


LISTED = "ticket_id,unit_id,class,entry,reported_at,escalated_at,tier,resolved_at\n"
T1 = "T1,L1,general,{entry},2024-03-04 09:00,{escalated},{tier},{resolved}\n"


def told(office: Office, steps: str, **cells: str) -> Office:
    """One ticket as its list and its log tell it."""
    blank = {"entry": "", "escalated": "", "tier": "", "resolved": ""}
    log = f"ticket_id,happened_at,seq,event,from_tier,to_tier\n{steps}\n"
    office.site(unit=UNITS, ticket=LISTED + T1.format(**blank | cells), ticket_event=log).load()
    return office


@pytest.mark.parametrize(
    ("steps", "cells", "outcome", "tier", "highest", "since"),
    [
        # the list's tier says that it was there, wherever the log says it lies
        ("T1,2024-03-04 09:00,1,reported,,steward", {"tier": "street"}, "escalated", "steward", "street", "04 09:00"),
        ("T1,2024-03-05 09:00,1,returned,,steward", {"tier": "community"}, "escalated", "steward", "community",
         "04 09:00"),
        # nobody says where it lies
        ("T1,2024-03-05 09:00,1,escalated,,", {}, "escalated", "unknown", "unknown", "05 09:00"),
        ("T1,2024-03-05 09:00,1,responded,,", {"entry": "above"}, "escalated", "unknown", "unknown", "04 09:00"),
        # it went up by a reopening; it was above before it came down, or went further up
        ("T1,2024-03-05 09:00,1,resolved,steward,\nT1,2024-03-20 09:00,2,reopened,,community", {}, "escalated",
         "community", "community", "20 09:00"),
        ("T1,2024-03-20 09:00,1,handed_down,street,steward", {}, "escalated", "steward", "street", "04 09:00"),
        ("T1,2024-03-20 09:00,1,escalated,community,street", {}, "escalated", "street", "street", "04 09:00"),
        ("T1,2024-03-20 09:00,1,escalated,community,street", {"escalated": "2024-03-06 09:00"}, "escalated", "street",
         "street", "06 09:00"),
        ("T1,2024-03-06 09:00,1,handed_down,,street", {}, "escalated", "street", "street", "06 09:00"),
    ],
)  # fmt: skip
def test_where_a_ticket_was_and_since_when(
    office: Office, steps: str, cells: dict[str, str], outcome: str, tier: str, highest: str, since: str
) -> None:
    asked = "select outcome, tier, highest_tier, strftime(escalated_from, '%d %H:%M') from mart.ticket"
    assert told(office, steps, **cells).rows(asked) == [(outcome, tier, highest, since)]


STAYS = "select tier, strftime(until_at, '%d') from mart.stay order by stay"


@pytest.mark.parametrize(
    ("steps", "cells", "stays"),
    [
        # nobody says where it went
        ("T1,2024-03-05 09:00,1,escalated,,", {}, [("steward", "05"), ("unknown", None)]),
        ("T1,2024-03-05 09:00,1,returned,community,", {}, [("community", "05"), ("unknown", None)]),
        # the list alone tells the settlement
        ("T1,2024-03-05 09:00,1,escalated,,community", {"resolved": "2024-03-08 09:00"},
         [("steward", "05"), ("community", "08")]),
        # what is passed on after the settlement is not taken up again, unless it is reopened
        ("T1,2024-03-05 09:00,1,resolved,,\nT1,2024-03-07 09:00,2,returned,,steward", {}, [("steward", "05")]),
        ("T1,2024-03-05 09:00,1,resolved,,\nT1,2024-03-07 09:00,2,reopened,,\nT1,2024-03-08 09:00,3,escalated,,street",
         {}, [("steward", "05"), ("steward", "08"), ("street", None)]),
    ],
)  # fmt: skip
def test_stays_end_where_the_ticket_is_settled(
    office: Office, steps: str, cells: dict[str, str], stays: list[object]
) -> None:
    assert told(office, steps, **cells).rows(STAYS) == stays


def test_a_log_that_begins_with_a_reopening_has_the_cycle_before_it(office: Office) -> None:
    told(office, "T1,2024-03-10 09:00,1,reopened,,", resolved="2024-03-06 09:00")
    assert office.rows("select cycle, settled_day::varchar, reopened_at::date::varchar from mart.cycle order by 1") == [
        (1, "2024-03-06", "2024-03-10"), (2, None, None),
    ]  # fmt: skip
    assert office.rows("select outcome, resolved_at from mart.ticket") == [("in_hand", None)]


@pytest.mark.parametrize("order", [("resolved", "reopened"), ("reopened", "resolved")])
def test_changes_of_one_state_stand_in_the_order_of_their_mapping(office: Office, order: tuple[str, str]) -> None:
    changes = {
        "resolved": '[[s.changes]]\ncolumn = "state"\nto = ["done"]\nevent = "resolved"\n',
        "reopened": '[[s.changes]]\ncolumn = "count"\nto = ["1"]\nevent = "reopened"\n',
    }
    states = 'kind = "snapshots"\ncolumns = {ticket_id = "ticket_id", happened_at = "at"}\n'
    office.site(ticket="ticket_id,reported_at\nT1,2024-03-04 09:00")
    office.remap("", '[s]\npattern = "s*.csv"\ntable = "ticket_event"\n' + states + "".join(map(changes.get, order)))  # type: ignore[arg-type]
    office.file("s.csv", "ticket_id,at,state,count\nT1,2024-03-04 09:00,open,0\nT1,2024-03-05 09:00,done,1")
    office.load()
    assert office.rows("select event from mart.event order by seq") == [(event,) for event in order]


def test_a_ticket_that_is_restored_counts_again_and_an_excluded_one_has_no_cycle(office: Office) -> None:
    told(office, "T1,2024-03-05 09:00,1,resolved,,")
    office.remap("", '[x]\npattern = "x*.csv"\ntable = "exclusion"\n'
                 'columns = {ticket_id = "ticket_id", excluded_on = "on"}\n')  # fmt: skip
    counts = "select count(*) from mart.ticket union all select count(*) from mart.cycle"
    counts += " union all select count(*) from mart.stay"
    office.file("x.csv", "ticket_id,on\nT1,2024-03-10")
    office.file(
        "ticket_event2.csv", "ticket_id,happened_at,seq,event,from_tier,to_tier\nT2,2024-04-01 09:00,1,resolved,,"
    )
    office.load()
    assert office.rows(counts) == [(0,)] * 3
    office.file(
        "ticket_event3.csv", "ticket_id,happened_at,seq,event,from_tier,to_tier\nT1,2024-03-20 09:00,2,restored,,"
    )
    office.load()
    assert office.rows(counts) == [(1,)] * 3
