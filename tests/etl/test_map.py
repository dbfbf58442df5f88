"""The mapping: names, expressions, empties, words, dates, and what happens to what is personal."""

import pytest

from etl.__main__ import main
from etl.sites import discover
from etl.sources import parse_source
from tests.office import SITE, UNITS, Office

CITY = """
[requests]
pattern = "*.csv"
table = "ticket"
units = "from tickets"
dates = ["%d/%m/%Y %H:%M"]
keep = ["title"]
[requests.columns]
ticket_id = "No"
unit_id = {from = "Ward", find = '^(?:Ward )?0*([1-9][0-9]*)$', empty = ["0", "00"]}
channel = "How"
title = "What"
reporter = "Who"
entry = {value = "steward"}
reported_at = "Opened"
resolved_at = {from = "Closed", empty = ["01/01/1900 00:00"]}
[requests.values.channel]
"Hot line" = "phone"
"""
ROWS = """
No,Ward,How,What,Who,Opened,Closed
1,Ward 3,Hot line,call 13812345678,Ann B,05/04/2023 10:00,01/01/1900 00:00
2,03,Post,at 3号楼2单元501室,ann b,05/04/2023 11:00,06/04/2023 09:00
3,00,,,,05/04/2023 12:00,
4,harbour,,,,05/04/2023 12:00,
"""


def test_a_mapping_does_what_it_says(office: Office) -> None:
    office.site(sources=CITY, toml=SITE)
    office.file("export.csv", ROWS)
    office.load()
    found = office.rows(
        "select ticket_id, unit_id, channel, entry, strftime(reported_at, '%m-%d %H'), resolved_at is null"
        " from log.ticket order by 1"
    )
    assert found == [
        ("1", "3", "phone", "steward", "04-05 10", True),
        ("2", "3", "Post", "steward", "04-05 11", False),
        ("3", None, None, "steward", "04-05 12", True),
    ]
    assert office.rows("select line, reasons[1] from run.held") == [(5, "does not fit its expression: Ward")]


def test_kept_text_is_masked_and_reporters_are_hashed(office: Office) -> None:
    office.site(sources=CITY, toml=SITE)
    office.file("export.csv", ROWS)
    office.load()
    titles = [title for (title,) in office.rows("select title from log.ticket order by ticket_id")]
    assert titles == ["call 〔电话〕", "at 〔门牌〕", None]
    assert office.rows("select count(reporter), count(distinct reporter) from log.ticket") == [(2, 1)]
    for file in (office.data / "warehouse").glob("v*.duckdb"):
        content = file.read_bytes()
        assert b"13812345678" not in content and b"Ann B" not in content


def test_free_text_that_is_not_kept_never_gets_in(office: Office) -> None:
    office.site(sources=CITY.replace('keep = ["title"]', ""), toml=SITE)
    office.file("export.csv", ROWS)
    office.load()
    assert office.rows("select distinct title from log.ticket") == [(None,)]


def test_a_file_without_a_declared_column_is_refused_and_the_rest_goes_on(office: Office) -> None:
    office.site(sources=CITY, toml=SITE)
    office.file("a.csv", ROWS)
    office.file("b.csv", "No,Ward\n9,9")
    outcome = office.load()
    [refused] = outcome.refused
    assert str(refused) == "town/b.csv: The file has no column Closed, How, Opened, What, Who; it has No, Ward."
    assert outcome.version == 1


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"pattern": "*", "table": "tickets", "columns": {}}, "unknown value 'tickets' - at `table`"),
        ({"pattern": "*", "table": "ticket", "columns": {"number": "No"}}, "unknown column number"),
        (
            {"pattern": "*", "table": "ticket", "columns": {"title": "What"}},
            "key column ticket_id of ticket is not mapped",
        ),
        (
            {"pattern": "*", "table": "ticket", "columns": {"ticket_id": "No"}, "keep": ["reporter"]},
            "unknown kept text",
        ),
        (
            {"pattern": "*", "table": "ticket", "columns": {"ticket_id": {"from": "N", "find": "x"}}},
            "exactly one group",
        ),
        ({"pattern": "*", "table": "ticket", "columns": {"ticket_id": {"find": "(x)"}}}, "either `from`"),
        ({"pattern": 5, "table": "ticket", "columns": {"ticket_id": "No"}}, "expected `str`, got `int` - at `pattern`"),
        ({"pattern": "/etc/*", "table": "ticket", "columns": {"ticket_id": "No"}}, "must stay inside the inbox"),
        ({"pattern": "*", "table": "ticket", "columns": {"ticket_id": "No"}, "dates": ["%Q"]}, "'%Q' is no date form"),
        ({"pattern": "*", "table": "ticket", "columns": {"ticket_id": {"from": "N", "find": "("}}}, "cannot be used"),
        (
            {
                "pattern": "*",
                "table": "ticket",
                "columns": {"ticket_id": "N", "class": "K"},
                "values": {"class": {"x": "y"}},
            },
            "unknown code of class y; known are consultation, general, key",
        ),
        ({"pattern": "*", "table": "ticket", "columns": {"ticket_id": "No"}, "leaf": 1}, "unknown setting `leaf`"),
    ],
)
def test_a_mapping_that_cannot_be_used(raw: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_source("requests", raw)


def test_names_and_values_from_settings_are_only_ever_names_and_values(office: Office) -> None:
    mean = """
[a]
pattern = "*.csv"
table = "ticket"
[a.columns]
ticket_id = 'No"; drop table log.ticket; --'
reported_at = "Opened"
category = {value = "x'); drop table log.ticket; --"}
"""
    office.site(sources=mean, toml=SITE)
    office.file("a.csv", '"No""; drop table log.ticket; --",Opened\n1,2023-05-01')
    office.load()
    assert office.rows("select ticket_id, category from log.ticket") == [("1", "x'); drop table log.ticket; --")]


EPOCH = """
[a]
pattern = "a*.csv"
table = "ticket"
dates = ["epoch"]
columns = {ticket_id = "id", reported_at = "at"}
"""


def test_a_month_that_the_mapping_takes_for_a_day_is_its_first_and_as_an_end_its_last(office: Office) -> None:
    columns = {"steward_id": "id", "unit_id": "unit", "started_on": "from", "ended_on": "to"}
    office.site(
        unit=UNITS,
        sources='[steward]\npattern = "s.csv"\ntable = "steward"\ndates = ["%Y-%m", "%Y-%m-%d"]\ncolumns = {'
        + ", ".join(f'{column} = "{name}"' for column, name in columns.items())
        + "}\n",
    )
    office.file("s.csv", "id,unit,from,to\nA,L1,2024-01,2024-02\nB,L1,2024-03-05,2024-04-06")
    office.load()
    assert office.rows("select started_on::varchar, ended_on::varchar from log.steward order by 1") == [
        ("2024-01-01", "2024-02-29"), ("2024-03-05", "2024-04-06"),
    ]  # fmt: skip


def test_a_reason_names_the_columns_of_the_file(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    columns = 'ticket_id = "编号", reported_at = "时间; 受理"'
    office.site(sources=f'[a]\npattern = "a.csv"\ntable = "ticket"\ncolumns = {{{columns}}}\n')
    office.file("a.csv", "编号,时间; 受理\nT1,soon\nT2,2023-05-01")
    office.load()
    assert main(["held", "--lang", "zh"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "     1  不是日期: 时间; 受理"


def test_a_date_that_reads_two_ways_is_held_until_the_section_says_which(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at\nT1,3/4/2024\nT2,someday").load()
    assert office.rows("select reasons[1] from run.held order by line") == [
        ("is a date that dates must say how to read, day or month first: reported_at",),
        ("is no date: reported_at",),
    ]
    office.remap('table = "ticket"', 'table = "ticket"\ndates = ["%d/%m/%Y"]')
    office.load()
    assert office.rows("select reported_at::date::varchar from log.ticket") == [("2024-04-03",)]
    assert office.rows("select reasons[1] from run.held") == [("is no date: reported_at",)]


@pytest.mark.parametrize("cell", ["1e30", "99999999999999999", "inf", "nan", "-1e18", "-5"])
def test_a_number_that_is_no_moment_holds_its_row_alone(office: Office, cell: str) -> None:
    office.site(sources=EPOCH)
    office.file("a.csv", f"id,at\n1,1682935200\n2,{cell}")
    assert office.load().refused == []
    assert office.rows("select ticket_id, reported_at::varchar from log.ticket") == [("1", "2023-05-01 18:00:00")]
    assert office.rows("select reasons[1] from run.held") == [("is no date: at",)]


@pytest.mark.parametrize("cell", ["2023-05-01T10:00:00+99:00", "2023-05-01T10:00:00+08:75"])
def test_an_offset_no_clock_has_is_no_date(office: Office, cell: str) -> None:
    office.site(ticket=f"ticket_id,reported_at\nT1,{cell}\nT2,2023-05-01T10:00:00+08:00").load()
    assert office.rows("select ticket_id, reported_at::varchar from log.ticket") == [("T2", "2023-05-01 10:00:00")]


def test_a_section_has_a_plain_name(office: Office) -> None:
    office.site(sources=EPOCH.replace("[a]", '["../a"]'))
    office.load(broken=1)


def test_two_readings_of_one_date_are_refused(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at\nT1,01/02/2024")
    office.remap("", 'dates = ["%d/%m/%Y", "%m/%d/%Y"]\n')
    [told] = discover(office.data)[1]
    assert str(told) == (
        "sources.toml of town: [ticket] dates: '%d/%m/%Y' and '%m/%d/%Y' read one cell in two ways; keep the one your "
        "system writes"
    )


def test_a_number_that_a_spreadsheet_cut_is_no_code(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at,category\n2.02401E+16,2024-01-05,2.02401E+16\nE+1,2024-01-05,x").load()
    assert office.rows("select line, reasons[1] from run.held") == [(2, "was cut short by a spreadsheet: ticket_id")]
