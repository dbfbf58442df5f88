"""Lists of corrections among several sections, and over files that are written anew."""

import pytest

from etl.__main__ import main
from tests.office import Office

STEPS = """
[reported]
pattern = "w*.csv"
table = "ticket_event"
only_with = ["at"]
columns = {ticket_id = "no", happened_at = "at", event = {value = "reported"}}
[resolved]
pattern = "w_*.csv"
table = "ticket_event"
only_with = ["done"]
columns = {ticket_id = "no", happened_at = "done", event = {value = "resolved"}}
"""
WIDE = """
[t]
pattern = "w*.csv"
table = "ticket"
columns = {ticket_id = "no", reported_at = "at"}
[ans]
pattern = "w*.csv"
table = "callback"
only_with = ["sat"]
columns = {ticket_id = "no", asked_at = "asked", satisfaction = "sat"}
"""
LISTED = "select source, of_line from run.listed order by all"
T3 = "select reported_at::date::varchar, resolved_at::date::varchar from log.ticket where ticket_id = 'T3'"


def _list(office: Office, section: str, at: dict[str, str], name: str = "") -> None:
    """Drop in the list of one section alone, corrected so."""
    [path] = [path for path in office.held_lists() if path.name.startswith(f"held-town-{section}-")]
    text = path.read_text("utf-8-sig")
    for old, new in at.items():
        assert old in text
        text = text.replace(old, new)
    office.file(f"held-town-{section}-{name or path.stem[-15:]}.csv", text)


def _both(office: Office, sql: str) -> list[tuple[object, ...]]:
    """What a question answers after a load; a rebuild answers the same."""
    office.load()
    found = office.rows(sql)
    office.load(fresh=True)
    assert office.rows(sql) == found
    return found


def test_a_correction_in_one_section_leaves_the_row_of_another_listed(office: Office) -> None:
    office.site(sources=STEPS).file("w_1.csv", "no,at,done\n,2023-05-01,2023-05-04")
    office.load()
    assert office.rows(LISTED) == [("reported", 2), ("resolved", 2)]
    _list(office, "reported", {",2023-05-01": "T2,2023-05-01"})
    assert _both(office, LISTED) == [("resolved", 2)]
    _list(office, "resolved", {",2023-05-01": "T2,2023-05-01"})
    assert _both(office, LISTED) == []
    assert office.rows("select event from log.ticket_event order by 1") == [("reported",), ("resolved",)]


def test_of_two_sections_that_hold_a_row_the_one_corrected_in_vain_lists_it(office: Office) -> None:
    office.site(sources=STEPS).file("w_1.csv", "no,at,done\nT2,5-01,5-04")
    office.load()
    _list(office, "resolved", {}, "1")
    _list(office, "reported", {"5-01": "2023-05-01"}, "2")
    assert _both(office, LISTED) == [("resolved", 2)]


def test_a_row_that_is_no_ticket_stays_listed_though_it_is_a_call_back(office: Office) -> None:
    office.site(sources=WIDE).file("w_1.csv", "no,at,asked,sat\nT5,soon,2023-05-04,neutral")
    office.load()
    _list(office, "t", {}, "1")
    [vain] = (office.data / "sites" / "town" / "inbox").glob("held-*")
    office.file("held-town-ans-2.csv", vain.read_text("utf-8"))
    assert _both(office, LISTED) == [("t", 2)]


def test_a_copy_of_a_list_corrects_the_rows_of_another_table(office: Office) -> None:
    office.site(sources=WIDE).file("w_1.csv", "no,at,asked,sat\n,2023-05-01,2023-05-04,neutral\nT3,soon,,")
    office.load()
    assert office.rows(LISTED) == [("ans", 2), ("t", 2), ("t", 3)]
    for section in ("t", "ans"):
        _list(office, "t", {",2023-05-01": "T2,2023-05-01", "soon": "2023-05-02"}, "copy")
        [path] = (office.data / "sites" / "town" / "inbox").glob("held-*-copy.csv")
        office.file(f"held-town-{section}-1.csv", path.read_text("utf-8"))
        path.unlink()
    assert _both(office, LISTED) == []
    assert office.rows("select ticket_id from log.callback") == [("T2",)]
    assert office.rows("select ticket_id from log.ticket order by 1") == [("T2",), ("T3",)]


@pytest.mark.parametrize("renamed", ["the list too", "the section alone"])
def test_what_a_list_of_a_renamed_section_said_in_vain_is_forgotten(
    office: Office, renamed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    section = '[t]\npattern = "w*.csv"\ntable = "ticket"\ncolumns = {ticket_id = "no", reported_at = "at"}\n'
    office.site(sources=section).file("w_1.csv", "no,at\nT1,soon\nT2,later")
    office.load()
    _list(office, "t", {"soon": "2023-05-02"}, "1")
    office.load()
    office.remap("[t]", "[u]")
    if renamed == "the list too":
        inbox = office.data / "sites" / "town" / "inbox"
        old = inbox / "held-town-t-1.csv"
        office.file("held-town-u-1.csv", old.read_text("utf-8").replace("later", "2023-05-03"))
        old.unlink()
        office.load()
        assert office.rows(LISTED) == []
        assert main(["held", "--lang", "en"]) == 0
        assert "held rows: 0" in capsys.readouterr().out
    else:
        office.load()
        assert office.rows(LISTED) == [("u", 3)]


@pytest.mark.parametrize("again", ["2023-05-03", "05月03日"])
def test_a_file_written_anew_says_more_than_the_correction_of_what_it_said(office: Office, again: str) -> None:
    """Its row moves up in the file as older ones leave it; where it is broken again, it is corrected again."""
    office.site(ticket="ticket_id,reported_at,resolved_at\nT1,2023-05-01,\nT2,2023-05-02,\nT3,05月03日,")
    office.load()
    office.correct({"05月03日": "2023-05-03"}, "-1")
    office.load()
    office.file("ticket.csv", f"ticket_id,reported_at,resolved_at\nT3,{again},2023-05-10\nT4,2023-05-04,")
    office.load()
    if again != "2023-05-03":
        office.correct({again: "2023-05-03"}, "-2")
    assert _both(office, T3) == [("2023-05-03", "2023-05-10")]
    assert office.rows(LISTED) == []


def test_a_list_that_comes_after_its_file_was_written_anew_is_older_than_that(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at,resolved_at\nT1,2023-05-01,\nT3,05月03日,")
    office.load()
    [path] = office.held_lists()
    late = path.read_text("utf-8-sig").replace("05月03日", "2023-05-03")
    office.file("ticket.csv", "ticket_id,reported_at,resolved_at\nT3,2023-05-03,2023-05-10")
    office.load()
    office.file(path.name, late)
    assert _both(office, T3) == [("2023-05-03", "2023-05-10")]


def test_a_row_gives_way_to_its_correction_also_under_another_number(office: Office) -> None:
    """The spreadsheet took the seconds from the time; later the mapping learns the word that the row was held for."""
    columns = 'ticket_id = "no", asked_at = "asked", satisfaction = "sat"'
    office.site(sources=f'[a]\npattern = "w*.csv"\ntable = "callback"\ncolumns = {{{columns}}}\n')
    office.file("w.csv", "no,asked,sat\nT1,2023-05-03 10:00:30,还行吧")
    office.load()
    office.correct({"还行吧": "neutral", "2023-05-03 10:00:30": "2023/5/3 10:00"})
    office.load()
    office.remap("", '[a.values.satisfaction]\n"还行吧" = "neutral"\n"neutral" = "neutral"\n')
    assert _both(office, "select strftime(asked_at, '%H:%M:%S') from log.callback") == [("10:00:00",)]
