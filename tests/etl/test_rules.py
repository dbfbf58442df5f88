"""One bad row for each rule: held with that rule's sentence, and a good row beside it loaded."""

import pytest

from etl.judge import rules
from tests.office import UNITS, Office

GOOD = {
    "unit": {"unit_id": "U1", "level": "lane", "name": "One", "households": "10", "residents": "30"},
    "steward": {"steward_id": "S1", "unit_id": "L1", "started_on": "2023-01-01", "ended_on": ""},
    "ticket": {"ticket_id": "T1", "unit_id": "L1", "reported_at": "2023-05-01 10:00:00"},
    "ticket_event": {"ticket_id": "T1", "happened_at": "2023-05-01 10:00:00", "event": "resolved"},
    "snapshot": {"ticket_id": "T1", "happened_at": "2023-05-01 10:00:00", "state": "open"},
    "callback": {"ticket_id": "T1", "asked_at": "2023-05-02 10:00:00", "satisfaction": "satisfied"},
    "activity": {"activity_id": "A1", "unit_id": "L1", "kind": "visit", "started_at": "2023-05-01 09:00:00"},
    "duty": {"unit_id": "L1", "organisation": "O", "starts_on": "2023-05-01", "ends_on": "2023-05-31"},
    "exclusion": {"ticket_id": "T1", "excluded_on": "2023-05-03"},
    "indicator": {"unit_id": "C", "month": "2023-05-01", "name": "fires", "value": "2", "kind": "flow"},
}
EARLIER, SAME_DAY, NEVER = "2023-04-30 10:00:00", "2023-05-01", "2099-01-01 00:00:00"
OLD = "0024-05-01 10:00:00"
SOMEBODY = "某某 13800000001"
BAD = {
    "unit": {
        "has no unit number": {"unit_id": ""},
        "is its own parent": {"parent_id": "U1"},
        "has an unknown level": {"level": "village"},
        "has a negative number of households": {"households": "-1"},
        "has a negative number of residents": {"residents": "-1"},
        "has a day before 1900": {"open_from": OLD[:10]},
        "closed before it opened": {"open_from": "2023-05-02", "open_until": "2023-05-01"},
        "has a telephone or identity-card number where a code belongs": {"name": SOMEBODY},
    },
    "steward": {
        "has no steward number": {"steward_id": ""},
        "has no unit": {"unit_id": ""},
        "has no first day": {"started_on": ""},
        "has a day before 1900": {"started_on": OLD[:10]},
        "ended before it started": {"ended_on": "2022-12-31"},
        "has a telephone or identity-card number where a code belongs": {"role": SOMEBODY},
    },
    "ticket": {
        "has no ticket number": {"ticket_id": "-"},
        "has no time of report": {"reported_at": ""},
        "has a time before 1990": {"reported_at": OLD},
        "reported after the moment of loading": {"reported_at": NEVER},
        "answered before it was reported": {"first_response_at": EARLIER},
        "escalated before it was reported": {"escalated_at": EARLIER},
        "resolved before it was reported": {"resolved_at": EARLIER},
        "closed before it was reported": {"closed_at": EARLIER},
        "has a step on the day of its report without the hour": {"resolved_at": SAME_DAY},
        "has a step after the moment of loading": {"resolved_at": NEVER},
        "has an unknown tier": {"tier": "mayor"},
        "came neither from a steward nor from above": {"entry": "below"},
        "has an unknown class": {"class": "urgent"},
        "has a telephone or identity-card number where a code belongs": {"channel": SOMEBODY},
    },
    "ticket_event": {
        "has no ticket number": {"ticket_id": ""},
        "has no time": {"happened_at": ""},
        "has a time before 1990": {"happened_at": OLD},
        "happened after the moment of loading": {"happened_at": NEVER},
        "is an unknown event": {"event": "lost"},
        "has an unknown tier": {"to_tier": "mayor"},
    },
    "snapshot": {
        "has no ticket number": {"ticket_id": ""},
        "has no time": {"happened_at": ""},
        "has a time before 1990": {"happened_at": OLD},
        "happened after the moment of loading": {"happened_at": NEVER},
    },
    "callback": {
        "has no ticket number": {"ticket_id": ""},
        "has no time": {"asked_at": ""},
        "has a time before 1990": {"asked_at": OLD},
        "asked after the moment of loading": {"asked_at": NEVER},
        "has an unknown answer": {"satisfaction": "so-so"},
    },
    "activity": {
        "has no activity number": {"activity_id": ""},
        "has no time": {"started_at": ""},
        "has a time before 1990": {"started_at": OLD},
        "started after the moment of loading": {"started_at": NEVER},
        "is of an unknown kind": {"kind": "party"},
        "has a negative number of people": {"participants": "-2"},
        "has a telephone or identity-card number where a code belongs": {"organisation": SOMEBODY},
    },
    "duty": {
        "has no unit": {"unit_id": ""},
        "has no organisation": {"organisation": ""},
        "has no first or last day": {"ends_on": ""},
        "has a day before 1900": {"starts_on": OLD[:10]},
        "ended before it started": {"ends_on": "2023-04-30"},
        "has a telephone or identity-card number where a code belongs": {"organisation": SOMEBODY},
    },
    "exclusion": {
        "has no ticket number": {"ticket_id": ""},
        "has no day": {"excluded_on": ""},
        "has a day before 1900": {"excluded_on": OLD[:10]},
        "has a telephone or identity-card number where a code belongs": {"by": SOMEBODY},
    },
    "indicator": {
        "has no unit": {"unit_id": ""},
        "has no month": {"month": ""},
        "has a day before 1900": {"month": OLD[:10]},
        "has no name": {"name": ""},
        "has no value": {"value": ""},
        "is neither a flow nor a stock": {"kind": "rate"},
        "has a telephone or identity-card number where a code belongs": {"name": SOMEBODY},
    },
}


def test_every_rule_has_its_bad_row() -> None:
    assert {table: set(BAD[table]) for table in BAD} == {table: set(found) for table, found in rules().items()}


@pytest.mark.parametrize(("table", "sentence"), [(table, said) for table, rows in BAD.items() for said in rows])
def test_a_bad_row_is_held_with_its_reason_and_the_good_one_loaded(office: Office, table: str, sentence: str) -> None:
    good = GOOD[table] | dict.fromkeys(BAD[table][sentence], "") | GOOD[table]
    bad = good | BAD[table][sentence]
    text = "\n".join(",".join(row) for row in (good, good.values(), bad.values()))
    extra = {} if table == "unit" else {"unit": UNITS}
    office.site(**{table: text, **extra}).load()
    [(line, reasons)] = office.rows("select line, reasons from run.held")
    assert (line, [reason.partition(": ")[0] for reason in reasons]) == (3, [sentence])
    assert office.rows(f"select count(*) from log.{table} where line = 2") == [(1,)]


def test_a_row_keeps_all_its_reasons(office: Office) -> None:
    office.site(ticket=f"ticket_id,reported_at,resolved_at,tier\nT1,2023-05-01 10:00,{EARLIER},mayor").load()
    [(reasons,)] = office.rows("select array_to_string(reasons, '; ') from run.held")
    assert reasons == "resolved before it was reported: reported_at, resolved_at; has an unknown tier: tier"


def test_of_several_columns_the_reason_names_the_one_at_fault(office: Office) -> None:
    office.site(ticket=f"ticket_id,reported_at,channel,category\nT1,2023-05-01 10:00,phone,{SOMEBODY}").load()
    said = "has a telephone or identity-card number where a code belongs: category"
    assert office.rows("select array_to_string(reasons, '; ') from run.held") == [(said,)]


@pytest.mark.parametrize(
    ("column", "cell", "is_held"),
    [
        ("channel", "13800000001", True),
        ("channel", "+8613800000001", True),
        ("category", "0731-84560000", True),
        ("category", "座机0731 8456 0000", True),
        ("category", "1.10101E+17", True),
        ("unit_id", "柳荫巷0731-84560000", True),
        ("unit_id", "柳荫巷 138-0000-0001", True),
        ("unit_id", "430103001002", False),
        ("ticket_id", "13800000001", False),  # a number of the office's own, as far as anybody can see
        ("ticket_id", "012-2024-0001", False),
        ("ticket_id", "GD13800000001", False),
        ("category", "001-002-0003", False),
        ("category", "12345 热线 2024", False),
    ],
)
def test_a_number_of_a_person_is_no_code(office: Office, column: str, cell: str, is_held: bool) -> None:
    row = {"ticket_id": "T1", "reported_at": "2023-05-01", column: cell}
    office.site(ticket=f"{','.join(row)}\n{','.join(row.values())}").load()
    assert office.rows("select count(*) from run.held") == [(int(is_held),)]


def test_an_unreadable_cell_leaves_no_other_reason_unsaid_and_none_untrue(office: Office) -> None:
    rows = "ticket_id,reported_at,resolved_at,tier\nT1,someday,2023-05-01,mayor\nT2,,2023-05-01,"
    office.site(ticket=rows).load()
    assert office.rows("select line, array_to_string(reasons, '; ') from run.held order by line") == [
        (2, "is no date: reported_at; has an unknown tier: tier"),
        (3, "has no time of report: reported_at"),
    ]


def test_a_cell_that_cannot_be_read_holds_its_row_and_names_the_column(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at\nT1,the other day\nT2,2023-05-01").load()
    assert office.rows("select line, reasons[1] from run.held") == [(2, "is no date: reported_at")]
