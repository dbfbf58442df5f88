"""Each metric's number on a dozen tickets, worked out by hand.

One community C with two lanes: L1 (100 households) and L2 (50). Limits in working days: consultation 1 (by the reply),
general 3 (by settling), key 5 (by a consultation). May 2023: 1 to 3 May are holidays, Saturday 6 May is worked.

 id   lane class        from    reported      answered  up      tier       settled        limit
 T01  L1   general      below   Mon 8  09:00            -       steward    Mon 8  14:00   11 May  kept    5 h  self
 T02  L1   general      below   Mon 8  10:00            -       steward    Fri 12 10:00   11 May  missed 96 h  self
 T03  L1   general      below   Tue 9  09:00            9 12:00 community  Wed 10 09:00   12 May  kept   24 h  escalated
 T04  L1   consultation below   Wed 10 09:00  10 10:00  -       steward    Mon 15 09:00   11 May  kept  120 h  self
 T05  L2   consultation below   Wed 10 09:00  12 10:00  -       steward    Fri 12 11:00   11 May  missed 50 h  self
 T06  L2   key          below   Thu 11 09:00            -       steward    -              18 May  kept (consulted 16)
 T07  L2   general      above   Fri 12 09:00            -       steward    Sat 13 09:00   17 May  kept   24 h  escalated
 T08  L2   general      below   Mon 15 09:00            15 11:00 street    -              18 May  missed       escalated
 T09  C    general      below   Mon 29 09:00            -       steward    Tue 30 09:00    1 June kept   24 h  self
 T10  -    general      below   Tue 30 09:00            -       steward    -               2 June (not yet due) in hand
 T11  L1   (none)       below   Thu 1 June 09:00        -       steward    Thu 1 June 09:05  no limit     5 min self
 T12  L2   general      below   Mon 8  09:00   excluded, so it counts nowhere

The data end on 1 June 2023 at 18:00 (the last visit). Received: May 10 (T01-T10), June 1.
"""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from board.core.warehouse import Warehouse
from board.metrics.catalog import METRICS
from board.metrics.compare import ask_compared
from board.metrics.query import ask, ask_each
from board.metrics.readings import effect, readings
from board.metrics.rows import exclusions
from board.metrics.scope import Scope
from tests.office import SITE, UNITS, Office

TICKETS = """
ticket_id,unit_id,steward_id,channel,category,class,entry,reported_at,first_response_at,escalated_at,tier,resolved_at,reporter
T01,L1,S1,phone,noise,general,steward,2023-05-08 09:00,,,steward,2023-05-08 14:00,r1
T02,L1,S1,phone,noise,general,steward,2023-05-08 10:00,,,steward,2023-05-12 10:00,r1
T03,L1,S1,visit,parking,general,steward,2023-05-09 09:00,,2023-05-09 12:00,community,2023-05-10 09:00,r1
T04,L1,S1,visit,policy,consultation,steward,2023-05-10 09:00,2023-05-10 10:00,,steward,2023-05-15 09:00,
T05,L2,S2,phone,policy,consultation,steward,2023-05-10 09:00,2023-05-12 10:00,,steward,2023-05-12 11:00,
T06,L2,S2,visit,safety,key,steward,2023-05-11 09:00,,,steward,,
T07,L2,S2,hotline_12345,noise,general,above,2023-05-12 09:00,,,steward,2023-05-13 09:00,r2
T08,L2,S2,phone,safety,general,steward,2023-05-15 09:00,,2023-05-15 11:00,street,,
T09,C,,phone,noise,general,steward,2023-05-29 09:00,,,steward,2023-05-30 09:00,r1
T10,,,phone,noise,general,steward,2023-05-30 09:00,,,steward,,
T11,L1,S1,phone,noise,,steward,2023-06-01 09:00,,,steward,2023-06-01 09:05,
T12,L2,S2,phone,noise,general,steward,2023-05-08 09:00,,,steward,,r2
"""
EVENTS = """
ticket_id,happened_at,event
T06,2023-05-12 10:00,proposed
T06,2023-05-16 10:00,deliberated
T06,2023-05-20 10:00,decided
"""
CALLBACKS = """
ticket_id,asked_at,reached,contacted,solved,satisfaction
T01,2023-05-09 10:00,yes,yes,yes,very_satisfied
T02,2023-05-13 10:00,no,,,
T02,2023-05-14 10:00,yes,yes,no,dissatisfied
T03,2023-05-11 10:00,yes,no,yes,mostly
T04,2023-05-16 10:00,yes,yes,yes,
T05,2023-05-13 10:00,no,,,
"""
STEWARDS = """
steward_id,unit_id,started_on,role,party_member,retired_cadre,ended_on
S1,L1,2023-01-01,lane_steward,yes,no,
S2,L2,2023-01-01,lane_steward,no,yes,2023-05-16
S3,L2,2023-05-17,lane_steward,yes,no,
S4,C,2023-01-01,grid_leader,no,no,
"""
ACTIVITIES = """
activity_id,unit_id,steward_id,organisation,kind,network,started_at,participants,beneficiaries
A1,L1,S1,,visit,,2023-05-10 09:00,1,2
A2,L1,S1,,patrol,,2023-05-11 09:00,1,0
A3,C,,Choir,festival,service,2023-05-20 09:00,30,100
A4,L2,S3,Club,service,party,2023-05-21 09:00,5,40
A5,L2,S3,,visit,,2023-06-01 18:00,1,1
"""
DUTIES = "unit_id,organisation,starts_on,ends_on\nC,Choir,2023-05-01,2023-05-31\nL1,Club,2023-05-01,2023-05-31"
INDICATORS = """
unit_id,month,name,value,kind
C,2023-04-01,fires,2,flow
C,2023-05-01,fires,1,flow
C,2023-04-01,records,100,stock
C,2023-05-01,records,120,stock
"""
EXCLUSIONS = "ticket_id,excluded_on,kind,by,reason\nT12,2023-05-09,duplicate,office,x"
MAY = Scope(date(2023, 5, 1), date(2023, 6, 1))
NONE = float("nan")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    office = Office(tmp_path_factory.mktemp("town"))
    office.site(
        toml=SITE.replace("ladder", "lane_households = [60, 200]\nladder"),
        unit=UNITS, ticket=TICKETS, ticket_event=EVENTS, callback=CALLBACKS, steward=STEWARDS, activity=ACTIVITIES,
        duty=DUTIES, indicator=INDICATORS, exclusion=EXCLUSIONS,
    )  # fmt: skip
    assert office.load().version == 1
    return office.warehouse


def number(town: Warehouse, name: str, scope: Scope) -> float:
    return float(ask(town, [METRICS[name]], (), scope)[name].astype("float64").iloc[0])


IN_MAY = {
    "received": 10,  # T01 to T10
    "resolved": 7,  # T01 T02 T03 T04 T05 T07 T09
    "open": 3,  # T06 T08 T10 at the end of 31 May
    "settled": 7,
    "resolution_rate": 7 / 10,
    "with_outcome": 10,
    "self_resolved": 5,  # T01 T02 T04 T05 T09
    "self_rate": 5 / 10,
    "escalated": 3,  # T03 T07 (from above) T08
    "escalation_rate": 3 / 10,
    "in_hand": 2,  # T06 T10
    "hours_median": 24,  # 5 24 24 24 50 96 120
    "hours_p90": 105.6,  # rank 0.9 x 6 = 5.4: 96 + 0.4 x (120 - 96)
    "days_median": 1,  # 0 (T01) 0 (T07: a Saturday) 1 (T03) 1 (T09) 2 (T05) 3 (T04) 4 (T02)
    "answerable": 10,  # the list tells responses
    "answered_in_time": 1,  # T04; T05 had until the 11th
    "first_response_rate": 1 / 10,
    "with_reporter": 5,  # T01 T02 T03 T07 T09
    "repeated": 2,  # T02 an hour after T01, T09 21 days after T02; T03 is about parking, T12 before T07 is excluded
    "repeat_rate": 2 / 5,
    "quick": 0,  # only T11, in June
    "closed_unsettled": 0,
    "due": 8,  # T01 to T08; T09 is due on 1 June, which has not passed at 18:00
    "on_time": 5,  # T01 T03 T04 T06 T07
    "on_time_rate": 5 / 8,
    "settled_with_limit": 7,
    "settled_on_time": 5,  # T01 T03 T04 T07 T09
    "on_time_rate_a": 5 / 7,
    "on_time_rate_a0": 5 / 7,  # nothing was extended
    "on_time_rate_b0": 5 / 8,
    "on_time_rate_c0": 6 / 10,
    "received_with_limit": 10,
    "received_on_time": 6,  # T01 T03 T04 T06 T07 T09
    "on_time_rate_c": 6 / 10,
    "falling_due": 0,  # what lies ahead is due in June
    "overdue": 1,  # T08; T06 met its limit, T10 is not due
    "settlements": 0,  # of the ticket that has a log
    "reopened": 0,
    "proposed": 1,  # T06
    "assessed": 0,
    "deliberated": 1,
    "decided": 1,
    "evaluated": 0,
    "assessed_share": 0 / 1,
    "deliberated_share": 1 / 1,
    "decided_share": 1 / 1,
    "evaluated_share": 0 / 1,
    "callbacks": 4,  # T01 T02 T03 T04; T05 was not reached
    "called_back": 4,
    "coverage": 4 / 7,
    "asked_contact": 4,
    "contacted": 3,
    "contact_rate": 3 / 4,
    "asked_solved": 4,
    "solved": 3,
    "solved_rate": 3 / 4,
    "rated": 3,  # T04 gave no mark
    "satisfaction": 1.8,  # 1 + 0 + 0.8
    "satisfaction_rate": 1.8 / 3,
    "composite": 0.1 * 3 / 4 + 0.5 * 3 / 4 + 0.4 * 0.6,
    "dissatisfied": 1,
    "households": 150,
    "stewards_serving": 2,  # S1 31 days, S2 16, S3 15: 62 / 31; S4 serves no lane
    "per_100_households": 100 * 10 / 150,
    "per_steward": 10 / 2,
    "open_per_steward": 3 / 2,
    "top20_share": 4 / 10,  # the busier of two lanes has 4 of all 10; C and no unit are no lanes
    "gini": 0,  # 4 and 4
    "units": 3,
    "lanes": 2,
    "lanes_outside": 1,  # L2 has 50 households
    "stewards": 3,  # S1 S3 S4
    "party": 2,
    "party_share": 2 / 3,
    "retired": 0,  # S2 has left
    "retired_share": 0,
    "activities": 2,  # A3 A4
    "visits": 2,  # A1 A2
    "participants": 37,
    "beneficiaries": 142,
    "organisations": 2,
    "networks": 2,
    "visits_per_steward": 2 / 2,
    "turns": 2,
    "turns_kept": 1,  # Choir in C; Club held none in L1
    "rotation_kept": 1 / 2,
}


def test_every_metric_is_worked_out_by_hand() -> None:
    assert set(IN_MAY) | {"indicator", "reopen_rate"} == set(METRICS)


@pytest.mark.parametrize("name", IN_MAY)
def test_in_may(town: Warehouse, name: str) -> None:
    assert number(town, name, MAY) == pytest.approx(IN_MAY[name])


def test_the_first_of_june_belongs_to_june(town: Warehouse) -> None:
    june = Scope(date(2023, 6, 1), date(2023, 7, 1))
    assert [number(town, name, june) for name in ("received", "resolved", "quick", "visits", "due")] == [1, 1, 1, 1, 0]
    assert number(town, "falling_due", june) == 1  # T10 on the 2nd; T09 has met its limit, T11 has none


def test_an_indicator_adds_flows_and_takes_the_last_of_a_stock(town: Warehouse) -> None:
    both = ask(town, [METRICS["indicator"]], ("name",), MAY.within(date(2023, 4, 1), date(2023, 6, 1)))
    assert dict(zip(both["name"], both["indicator"], strict=True)) == {"fires": 3, "records": 120}
    assert number(town, "indicator", MAY.only("name", "fires")) == 1


def test_no_sample_is_no_number(town: Warehouse) -> None:
    empty = Scope(date(2022, 1, 1), date(2022, 2, 1))
    for name in (
        "resolution_rate",
        "on_time_rate",
        "satisfaction_rate",
        "hours_median",
        "per_steward",
        "rotation_kept",
    ):
        assert pd.isna(number(town, name, empty)), name
    assert [number(town, name, empty) for name in ("received", "self_resolved", "open", "callbacks")] == [0, 0, 0, 0]


def test_what_nobody_delivered_is_no_share(office: Office) -> None:
    stewards = "steward_id,unit_id,started_on,party_member\nA,L1,2023-01-01,是\nB,L2,2023-01-01,"
    units = "unit_id,level\nL1,lane\nL2,lane"
    office.site(unit=units, steward=stewards, ticket="ticket_id,reported_at\nT1,2023-05-01").load()
    names = ("party_share", "retired_share", "retired", "households", "per_100_households")
    [shares] = ask(office.warehouse, [METRICS[name] for name in names], (), Scope()).to_dict("records")
    assert [None if pd.isna(shares[name]) else shares[name] for name in names] == [0.5, *[None] * 4]
    may, counts = Scope(date(2023, 5, 1), date(2023, 6, 1)), [METRICS["retired"], METRICS["households"]]
    compared = ask_compared(office.warehouse, counts, ("lane",), may, "previous")
    assert len(compared) == 2 and compared[["retired", "retired_before"]].isna().all(axis=None)
    trend = ask_each(office.warehouse, counts, "month", ["2023-04", "2023-05"], Scope())
    assert trend[["retired", "households"]].isna().all(axis=None)


def test_settlements_count_when_they_are_made_and_reopenings_within_the_days_of_the_site(office: Office) -> None:
    """T1 settled on 2 May and again on 20 May, reopened on 10 May; T2 settled on 3 May, reopened 31 days later; T3
    settled on 4 May and never reopened: four settlements in May, one of them reopened within 30 days, two within 60."""
    events = "ticket_id,happened_at,event\n" + "\n".join((
        "T1,2023-05-02 10:00,resolved", "T1,2023-05-10 10:00,reopened", "T1,2023-05-20 10:00,resolved",
        "T2,2023-05-03 10:00,resolved", "T2,2023-06-03 10:00,reopened", "T3,2023-05-04 10:00,resolved",
    ))  # fmt: skip
    tickets = "ticket_id,unit_id,reported_at\n" + "\n".join(f"T{n},L1,2023-05-01 09:00" for n in (1, 2, 3, 4))
    office.site(unit=UNITS, ticket=tickets, ticket_event=events).load()
    assert [number(office.warehouse, name, MAY) for name in ("settlements", "reopened")] == [4, 1]
    assert number(office.warehouse, "reopen_rate", MAY) == 1 / 4
    [other] = [reading.measure for reading in readings([METRICS["reopen_rate"]], "60")]
    assert ask(office.warehouse, [other], (), MAY)["reopen_rate"].iloc[0] == 2 / 4


def test_a_proposal_counts_when_it_is_made_and_its_steps_whenever_they_come(office: Office) -> None:
    """Proposed: T1 and T2 in May, T3 in June. Assessed: T1 in May, T2 in June, T3 in June, T4 in May, which nobody
    proposed; T5 was proposed and deliberated on in May, and is excluded. So two were assessed in May, and of the two
    proposed in May both were; at the end of May, when these were as old as those of June are at the end of June, one
    was."""
    events = "ticket_id,happened_at,event\n" + "\n".join((
        "T1,2023-05-02 10:00,proposed", "T1,2023-05-10 10:00,assessed", "T2,2023-05-20 10:00,proposed",
        "T2,2023-06-03 10:00,assessed", "T3,2023-06-05 10:00,proposed", "T3,2023-06-06 10:00,assessed",
        "T4,2023-05-20 10:00,assessed", "T1,2023-06-30 23:59,evaluated",
    ))  # fmt: skip
    tickets = "ticket_id,unit_id,reported_at\n" + "\n".join(f"T{n},L1,2023-05-01 09:00" for n in (1, 2, 3, 4))
    exclusion = "ticket_id,excluded_on\nT5,2023-05-09"
    events += "\nT5,2023-05-02 10:00,proposed\nT5,2023-05-03 10:00,deliberated"
    office.site(
        unit=UNITS, ticket=f"{tickets}\nT5,L1,2023-05-01 09:00", ticket_event=events, exclusion=exclusion
    ).load()
    [share] = [each.measure for each in readings([METRICS["deliberated_share"]], "unadjusted")]
    assert ask(office.warehouse, [share], (), MAY)["deliberated_share"].iloc[0] == 1 / 3
    names = ("proposed", "assessed", "assessed_share", "evaluated_share")
    assert [number(office.warehouse, name, MAY) for name in names] == [2, 2, 2 / 2, 1 / 2]
    june = Scope(date(2023, 6, 1), date(2023, 7, 1))
    [compared] = ask_compared(office.warehouse, [METRICS["assessed_share"]], (), june, "previous").to_dict("records")
    assert (compared["assessed_share"], compared["assessed_share_before"]) == (1 / 1, 1 / 2)


def test_what_the_excluded_tickets_would_have_changed(town: Warehouse) -> None:
    """T12, excluded, was due on 11 May and never settled: 11 received, 9 due of which 5 on time; and T07 comes four
    days after it from the same person, so that three of six repeat."""
    names = ("received", "on_time_rate", "repeat_rate")
    before = [reading.measure for reading in readings([METRICS[name] for name in names], "unadjusted")]
    [row] = ask(town, before, (), MAY).to_dict("records")
    assert row == {"received": 11, "on_time_rate": 5 / 9, "on_time_rate_n": 9, "repeat_rate": 3 / 6, "repeat_rate_n": 6}
    told = effect(town, [METRICS[name] for name in (*names, "per_steward", "visits")], MAY)
    assert told["metric"].tolist() == [*names, "per_steward"]  # visits are no tickets
    assert told["change"].tolist() == pytest.approx([-1, 5 / 8 - 5 / 9, 2 / 5 - 3 / 6, 10 / 2 - 11 / 2])


def test_the_settlements_of_an_excluded_ticket_count_only_as_if_it_were_not(office: Office) -> None:
    """T1 settled and reopened a day later, then excluded: no settlement; as if it were not, one, reopened in time."""
    events = "ticket_id,happened_at,event\nT1,2023-05-02,resolved\nT1,2023-05-03,reopened\nT2,2023-05-04,resolved"
    tickets = "ticket_id,unit_id,reported_at\nT1,L1,2023-05-01\nT2,L1,2023-05-01"
    office.site(
        unit=UNITS, ticket=tickets, ticket_event=events, exclusion="ticket_id,excluded_on\nT1,2023-05-04"
    ).load()
    [every] = [reading.measure for reading in readings([METRICS["reopen_rate"]], "unadjusted")]
    found = ask(office.warehouse, [METRICS["reopen_rate"], replace(every, name="every")], (), MAY).to_dict("records")
    assert found == [{"reopen_rate": 0, "reopen_rate_n": 1, "every": 1 / 2, "every_n": 2}]


def test_the_ledger_says_who_took_out_what_and_why(town: Warehouse) -> None:
    [entry] = exclusions(town, "town").to_dict("records")
    assert (entry["ticket_id"], entry["kind"], entry["by"], entry["is_out"]) == ("T12", "duplicate", "office", True)
    assert entry["reason"] == ""  # free text is dropped unless the source says keep


def test_a_variant_of_satisfaction_changes_one_weight_and_keeps_the_others_of_the_site(office: Office) -> None:
    """Satisfied 0.9, mostly 0.7, dissatisfied 0.1 at this site: (0.9 + 0.7 + 0.1) / 3, and with mostly 0.8 a tenth of a
    third more."""
    toml = SITE.replace("[limits]", "satisfaction = {satisfied = 0.9, mostly = 0.7, dissatisfied = 0.1}\n[limits]")
    answers = "".join(f"T{n},2023-05-03,yes,{word}\n" for n, word in enumerate(("satisfied", "mostly", "dissatisfied")))
    tickets = "ticket_id,unit_id,reported_at\n" + "".join(f"T{n},L1,2023-05-01\n" for n in range(3))
    calls = f"ticket_id,asked_at,reached,satisfaction\n{answers}"
    office.site(toml=toml, unit=UNITS, ticket=tickets, callback=calls).load()
    rate = METRICS["satisfaction_rate"]
    asked = [rate, *(each.measure for each in readings([rate], "all") if each.variant in ("mostly=0.8", "mostly=1"))]
    row = ask(office.warehouse, asked, (), MAY).iloc[0]
    found = [row[each.name] for each in asked]
    assert found == pytest.approx([1.7 / 3, 1.8 / 3, 2.0 / 3])


def test_the_load_of_five_lanes(office: Office) -> None:
    """Ten tickets: L1 5, L2 3, L3 1, L4 none, L5 none, the community itself 1. The busiest of five lanes has 5 of 10.
    Gini of 0 0 1 3 5: 2 (3·1 + 4·3 + 5·5) / (5 · 9) - 6/5 = 80/45 - 6/5."""
    units = UNITS + "".join(f"L{n},C,lane,Lane {n},10\n" for n in (3, 4, 5))
    places = ["L1"] * 5 + ["L2"] * 3 + ["L3", "C"]
    tickets = "\n".join(f"T{n},{place},2023-05-08 09:00" for n, place in enumerate(places))
    office.site(unit=units, ticket=f"ticket_id,unit_id,reported_at\n{tickets}").load()
    assert number(office.warehouse, "top20_share", MAY) == 5 / 10
    assert number(office.warehouse, "gini", MAY) == pytest.approx(80 / 45 - 6 / 5)
    frame = ask(office.warehouse, [METRICS["gini"]], ("month",), MAY)
    assert frame["gini"].tolist() == pytest.approx([80 / 45 - 6 / 5]) and frame["gini_n"].tolist() == [10]


def by(town: Warehouse, name: str, dimension: str) -> dict[str, float]:
    frame = ask(town, [METRICS[name]], (dimension,), MAY)
    return dict(zip(frame[dimension], frame[name], strict=True))


def test_a_ticket_of_a_higher_unit_and_one_of_no_unit_stay_visible(town: Warehouse) -> None:
    assert by(town, "received", "lane") == {"L1": 4, "L2": 4, "C": 1, "unknown": 1}
    assert by(town, "open", "lane") == {"L2": 2, "unknown": 1}


def test_by_time(town: Warehouse) -> None:
    assert by(town, "received", "week") == {"2023-W19": 7, "2023-W20": 1, "2023-W22": 2}
    assert by(town, "received", "weekday") == {"1": 4, "2": 2, "3": 2, "4": 1, "5": 1}
    assert by(town, "received", "hour") == {"09": 9, "10": 1}
    assert by(town, "open", "week") == {"2023-W19": 2, "2023-W20": 2, "2023-W21": 2, "2023-W22": 3}


def test_a_filter_on_a_unit_takes_its_subtree(town: Warehouse) -> None:
    assert number(town, "received", MAY.only("unit", "L1")) == 4
    assert number(town, "received", MAY.only("unit", "C")) == 10
    assert number(town, "per_100_households", MAY.only("unit", "L1")) == 4


def test_filters_on_tickets_leave_the_homes_alone(town: Warehouse) -> None:
    noise = MAY.only("category", "noise")
    assert number(town, "received", noise) == 5
    assert number(town, "per_100_households", noise) == pytest.approx(100 * 5 / 150)
    assert number(town, "per_steward", noise) == 5 / 2
