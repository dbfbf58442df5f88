"""Loads: new and changed files only, the newest state wins, nothing is lost, the last good version stays."""

import json
import os
import shutil
from dataclasses import replace
from errno import ENOSPC
from pathlib import Path

import pytest

from board.core.settings import PROJECT
from board.core.warehouse import Damaged, NoWarehouse, OtherRelease, current, versions
from etl import mart
from etl.__main__ import main
from etl.key import BadKey
from etl.load import Unwritable
from etl.mart import BrokenMart
from etl.publish import Busy, lock
from etl.sample import SITES
from etl.sites import SAMPLES, discover
from etl.status import status
from tests.office import UNITS, Office

HEAD = "ticket_id,unit_id,reported_at,resolved_at,newest"
FIRST = f"{HEAD}\nT1,L1,2023-05-01 10:00,,2023-05-07\nT2,L1,2023-05-02 10:00,,2023-05-07\n"
LATER = f"{HEAD}\nT2,L1,2023-05-02 10:00,2023-05-09 12:00,2023-05-14\nT3,L2,2023-05-10 10:00,,2023-05-14\n"
STATES = "select ticket_id, strftime(resolved_at, '%m-%d') from log.ticket order by 1"


def accounts(office: Office) -> list[tuple[object, ...]]:
    return office.rows("select file, read, loaded, unchanged, superseded, held from run.file order by file_id")


def test_the_same_folder_twice_changes_nothing_and_says_so(office: Office) -> None:
    office.site(unit=UNITS, ticket=FIRST)
    assert office.load().version == 1
    again = office.load()
    assert again.version is None and again.taken == [] and again.refused == []
    assert office.warehouse.version == 1


def test_a_load_that_finds_nothing_new_needs_no_room(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    office.site(unit=UNITS, ticket=FIRST).load()
    monkeypatch.setattr("etl.publish.shutil.copyfile", no_room)
    assert office.load().version is None
    office.file("ticket.csv", LATER)
    with pytest.raises(Unwritable, match="No space left"):
        office.load()
    monkeypatch.undo()
    office.load()
    assert len(office.rows(STATES)) == 3


def test_overlapping_exports_keep_the_newest_state_whatever_came_first(office: Office) -> None:
    office.site(ticket=LATER)
    office.load()
    office.file("ticket2.csv", FIRST)
    office.load()
    assert accounts(office) == [("ticket.csv", 2, 2, 0, 0, 0), ("ticket2.csv", 2, 1, 0, 1, 0)]
    assert office.rows(STATES) == [("T1", None), ("T2", "05-09"), ("T3", None)]


def test_an_equal_state_seen_later_is_unchanged_and_still_newer(office: Office) -> None:
    old, new, between = "2023-05-01", "2023-05-03", "2023-05-02"
    office.site(ticket=f"{HEAD}\nT1,L1,2023-05-01 10:00,,{old}")
    office.load()
    office.file("ticket2.csv", f"{HEAD}\nT1,L1,2023-05-01 10:00,,{new}")
    office.load()
    office.file("ticket3.csv", f"{HEAD}\nT1,L1,2023-05-01 10:00,2023-05-02 09:00,{between}")
    office.load()
    assert [row[2:5] for row in accounts(office)] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    assert office.rows(STATES) == [("T1", None)]


def test_rows_of_one_file_that_are_older_or_the_same_are_counted(office: Office) -> None:
    line = "T1,L1,2023-05-01 10:00,"
    office.site(ticket=f"{HEAD}\n{line},2023-05-01\n{line}2023-05-02 09:00,2023-05-03\n{line},2023-05-01\n"
                       f"{line}2023-05-02 09:00,2023-05-03")  # fmt: skip
    office.load()
    assert accounts(office) == [("ticket.csv", 4, 1, 1, 2, 0)]
    assert office.rows(STATES) == [("T1", "05-02")]


def test_without_a_time_of_export_files_are_taken_in_name_order(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at,category\nT1,2023-05-01,noise")
    office.file("ticket_b.csv", "ticket_id,reported_at,category\nT1,2023-05-01,pets")
    office.load()
    assert office.rows("select category from log.ticket") == [("pets",)]


def test_an_empty_cell_of_a_newer_state_is_empty(office: Office) -> None:
    office.site(ticket=f"{HEAD}\nT1,L1,2023-05-01 10:00,2023-05-02 09:00,2023-05-03")
    office.file("ticket2.csv", f"{HEAD}\nT1,L1,2023-05-01 10:00,,2023-05-04")
    office.load()
    assert office.rows(STATES) == [("T1", None)]


def test_a_changed_mapping_reads_its_files_again(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at,category\nT1,2023-05-01,Lärm")
    office.load()
    office.remap("", '[ticket.values.category]\n"Lärm" = "noise"\n')
    assert office.load().version == 2
    assert office.rows("select category from log.ticket") == [("noise",)]


def test_a_changed_site_rebuilds_the_marts_without_reading(office: Office) -> None:
    office.site(unit=UNITS, ticket=FIRST)
    office.load()
    site = office.data / "sites" / "town" / "site.toml"
    site.write_text(site.read_text().replace('ladder = ["steward", "community", "street"]', ""))
    outcome = office.load()
    assert (outcome.version, outcome.taken) == (2, [])
    assert office.rows("select distinct outcome from mart.ticket") == [("not_applicable",)]


def test_a_file_put_back_to_what_it_was_is_read_again(office: Office) -> None:
    good, bad = (f"ticket_id,reported_at,category\nT1,2023-05-01,{category}" for category in ("noise", "pets"))
    office.site(ticket=good)
    for text in (good, bad, good):
        office.file("ticket.csv", text)
        office.load()
    assert office.rows("select category from log.ticket") == [("noise",)]


def test_a_file_whose_name_holds_no_date_is_refused_where_the_name_must(office: Office) -> None:
    sources = (
        '[ticket]\npattern = "*.csv"\ntable = "ticket"\nnewest_by = {in_name = \'_(\\d+)\'}\n'
        'columns = {ticket_id = "ticket_id", reported_at = "reported_at"}'
    )
    office.site(sources=sources)
    for name in ("list_20230501.csv", "list_undated.csv", "list_7.csv"):
        office.file(name, "ticket_id,reported_at\nT1,2023-05-01")
    assert [str(told) for told in office.load().refused] == [
        f"town/{name}: Its name holds no day as 20240108 or 2024-01-08 where newest_by looks for _(\\d+); "
        "rename it, or correct that."
        for name in ("list_7.csv", "list_undated.csv")
    ]


def test_stamps_with_an_offset_become_the_sites_own(office: Office) -> None:
    sources = (
        '[ticket]\npattern = "*.csv"\ntable = "ticket"\ndates = ["%Y-%m-%dT%H:%M:%S%z"]\n'
        'columns = {ticket_id = "ticket_id", reported_at = "reported_at"}'
    )
    office.site(sources=sources)
    office.file("a.csv", "ticket_id,reported_at\nT1,2023-05-11T20:00:00+00:00")
    office.load()
    assert office.rows("select reported_at::varchar from log.ticket") == [("2023-05-12 04:00:00",)]


def test_a_damaged_version_is_named_and_a_rebuild_heals_it(office: Office) -> None:
    office.site(ticket=FIRST).load()
    office.warehouse.path.write_bytes(b"noise" * 1000)
    with pytest.raises(Damaged, match="cannot be read; go back to the version before with: python -m etl rollback"):
        current(office.data).frame("select 1")
    office.file("ticket2.csv", LATER)
    with pytest.raises(Damaged):
        office.load()
    assert office.load(fresh=True).version == 2
    assert len(office.rows(STATES)) == 3


def test_a_version_most_of_which_is_gone_is_named(office: Office) -> None:
    rows = "".join(f"T{n},L1,2023-05-01 10:00,,2023-05-02\n" for n in range(9000))
    office.site(ticket=FIRST.strip().splitlines()[0] + "\n" + rows).load()
    path = office.warehouse.path
    os.truncate(path, path.stat().st_size // 4)
    with pytest.raises(Damaged, match="cannot be read; go back to the version before with: python -m etl rollback"):
        status(office.data)
    office.file("ticket2.csv", LATER)
    with pytest.raises(Unwritable, match="python -m etl rebuild"):
        office.load()
    assert office.load(fresh=True).version == 2


def test_a_refused_file_is_refused_again_and_publishes_nothing_new(office: Office) -> None:
    office.site(ticket=FIRST)
    office.file("ticket_page.csv", "<html><body>sign in</body></html>")
    assert (office.load().version, office.load().version) == (1, None)
    assert [str(said) for said in office.load().refused] == [
        "town/ticket_page.csv: This is a web page, not a table; export it again as CSV."
    ]


def test_too_many_held_rows_publish_nothing_and_leave_the_old_version(office: Office) -> None:
    office.site(ticket=FIRST)
    office.load()
    bad = "\n".join(f"X{number},L1,someday,,2023-05-20" for number in range(30))
    office.file("ticket_bad.csv", f"{HEAD}\n{bad}")
    outcome = office.load()
    assert outcome.version is None and office.warehouse.version == 1
    assert str(outcome.refused[0]) == (
        "Nothing was published: 30 of 30 rows of town/ticket_bad.csv are held, "
        "most often because: is no date: reported_at. All of them: python -m etl held"
    )


def test_a_folder_that_is_a_link_is_named(office: Office, tmp_path: Path) -> None:
    office.site(ticket="ticket_id,reported_at\nT1,2023-05-01")
    (office.data / "sites" / "town" / "inbox" / "share").symlink_to(tmp_path, target_is_directory=True)
    [note] = office.load().notes
    assert str(note) == "town/share: This link leads to no file; nothing was read from it."


def test_files_that_vanish_from_the_inbox_stay_loaded_until_a_rebuild(office: Office) -> None:
    office.site(ticket=FIRST)
    extra = office.file("ticket2.csv", LATER)
    office.load()
    extra.unlink()
    office.load()
    assert len(office.rows(STATES)) == 3
    office.load(fresh=True)
    assert len(office.rows(STATES)) == 2


def test_rows_wait_for_their_unit_and_ticket_and_join_by_themselves(office: Office) -> None:
    callback = "ticket_id,asked_at,reached,satisfaction\nT1,2023-05-20 10:00,yes,satisfied"
    units = "unit_id,parent_id,level,name\nC,,community,C"
    office.site(unit=units, ticket=FIRST.replace("T1,", "T9,"), callback=callback).load()
    assert office.rows('select "table", waits_for, line from mart.waiting order by 1, 2, 3') == [
        ("callback", "T1", 2), ("ticket", "L1", 2), ("ticket", "L1", 3),
    ]  # fmt: skip
    assert office.rows("select distinct lane from mart.ticket") == [("unknown",)]
    office.file("unit2.csv", "unit_id,parent_id,level,name\nL1,C,lane,One")
    office.file("ticket2.csv", FIRST)
    office.load()
    assert office.rows("select count(*) from mart.waiting") == [(0,)]
    assert office.rows("select count(asked_at) from mart.ticket") == [(1,)]
    assert office.rows("select distinct lane from mart.ticket") == [("L1",)]


def test_a_site_whose_folder_vanished_or_broke_stays_loaded_as_it_was(office: Office) -> None:
    office.site("town", ticket=FIRST).site("village", ticket=LATER)
    office.load()
    (office.data / "sites" / "village" / "site.toml").unlink()
    office.file("ticket2.csv", LATER)
    assert office.load(broken=1).version == 2
    assert office.rows("select site, count(*) from mart.ticket group by 1 order by 1") == [("town", 3), ("village", 2)]


def test_a_folder_emptied_and_loaded_anew_is_read_anew(office: Office) -> None:
    office.site(ticket=FIRST).load()
    assert office.rows("select count(*) from mart.ticket") == [(2,)]
    for path in (office.data / "warehouse").iterdir():
        path.unlink()
    office.site(ticket=LATER.replace("T2", "T4") + "T5,L1,2023-05-02 10:00,,2023-05-14").load()
    assert office.warehouse.version == 1
    assert office.rows("select count(*) from mart.ticket") == [(3,)]


def test_samples_step_aside_for_a_real_site(office: Office) -> None:
    office.site("show", toml='name = "Show"\nsample = true', ticket=FIRST)
    office.load()
    office.site("town", ticket=LATER)
    assert office.load().left == ["show"]
    assert office.rows("select distinct site from mart.ticket") == [("town",)]


def test_a_mart_that_fails_its_check_is_not_published(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.site(ticket=FIRST)
    office.load()
    wrong = [replace(each, grain="site") if each.name == "ticket" else each for each in mart.ORDER]
    monkeypatch.setattr(mart, "ORDER", wrong)
    office.file("ticket2.csv", LATER)
    with pytest.raises(BrokenMart, match="more than one row for the same site"):
        office.load()
    assert office.warehouse.version == 1
    assert [path.name[:7] for path in (office.data / "warehouse").glob("*.duckdb")] == ["v000001"]


def test_two_loads_never_run_together(office: Office) -> None:
    with lock(office.data), pytest.raises(Busy, match="Another load is running"), lock(office.data):
        pass


def test_a_reader_keeps_its_version_until_it_asks_again(office: Office) -> None:
    office.site(ticket=FIRST)
    office.load()
    old = current(office.data)
    office.file("ticket2.csv", LATER)
    office.load()
    count = "select count(*) as n from mart.ticket"
    assert (old.frame(count)["n"][0], current(office.data).frame(count)["n"][0]) == (2, 3)


def test_only_the_last_versions_stay(office: Office) -> None:
    office.site(ticket=FIRST)
    for number in range(8):
        office.file(f"ticket{number}.csv", FIRST.replace("T1", f"T1{number}"))
        office.load()
    assert len(list((office.data / "warehouse").glob("v*.duckdb"))) == 5
    assert office.warehouse.version == 8


def test_no_warehouse(office: Office) -> None:
    with pytest.raises(NoWarehouse):
        current(office.data)


def test_the_key_is_made_once_and_readable_by_its_owner_alone(office: Office) -> None:
    office.site(ticket=FIRST).load()
    key = office.data / "warehouse" / "key"
    assert key.stat().st_mode & 0o077 == 0 and len(key.read_text()) == 64


def test_rollback_goes_back_to_what_the_current_version_was_built_on(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.site(ticket=FIRST).load()
    office.file("ticket2.csv", LATER)
    office.load()
    assert main(["rollback"]) == 0
    assert office.warehouse.version == 1 and len(office.rows(STATES)) == 2
    assert office.load().version == 3 and len(office.rows(STATES)) == 3  # read again, on the one gone back to
    assert main(["rollback"]) == 0
    assert office.warehouse.version == 1
    assert main(["rollback"]) == 1
    assert capsys.readouterr().err == "There is no version before 1.\n"


def test_the_last_attempt_is_on_record(office: Office) -> None:
    office.site(ticket=FIRST).load()
    assert status(office.data)["last_attempt"] | {"started_at": "", "ended_at": ""} == {
        "command": "test", "started_at": "", "ended_at": "", "version": 1, "refused": [], "notes": [], "held": [],
    }  # fmt: skip
    office.file("ticket2.csv", f"{HEAD}\n" + "X,L1,someday,,\n" * 30)
    office.load()
    said = status(office.data)["last_attempt"]
    assert said["version"] is None and len(said["held"]) == 30 and "Nothing was published" in said["refused"][0]


def test_files_of_one_name_in_two_folders_are_two_files(office: Office) -> None:
    office.site(ticket=FIRST)
    inner = office.data / "sites" / "town" / "inbox" / "2024"
    inner.mkdir()
    (inner / "ticket.csv").write_text(LATER)
    office.load()
    assert [row[0] for row in accounts(office)] == ["2024/ticket.csv", "ticket.csv"]
    assert office.load().version is None


def test_a_mapping_whose_files_cannot_be_read_any_more_publishes_nothing(office: Office) -> None:
    office.site(ticket=FIRST).load()
    office.remap('resolved_at = "resolved_at"', 'resolved_at = "办结时间"')
    outcome = office.load()
    assert outcome.version is None and len(office.rows(STATES)) == 2
    assert str(outcome.refused[-1]) == (
        "Nothing was published: town/ticket.csv was loaded before and cannot be read now."
    )


def test_a_rebuild_says_what_it_loses_and_never_loses_a_file_it_cannot_read(office: Office) -> None:
    office.site(ticket=FIRST)
    extra = office.file("ticket2.csv", LATER)
    office.load()
    office.file("ticket.csv", "<html>sign in</html>")
    assert office.load(fresh=True).version is None
    assert len(office.rows(STATES)) == 3
    office.file("ticket.csv", FIRST)
    extra.unlink()
    assert [str(told) for told in office.load(fresh=True).notes] == [
        "town/ticket2.csv: It is not in the inbox any more; rows that leave: 2."
    ]


def test_a_mapping_that_lets_a_row_go_gives_it_back_to_the_source_it_outdid(office: Office) -> None:
    section = '[{name}]\npattern = "{name}*.csv"\ntable = "ticket"\nnewest_by = "newest"\ncolumns = {{ticket_id = "ticket_id", reported_at = "reported_at", category = "category"}}\n'  # fmt: skip  # noqa: E501
    office.site(sources=section.format(name="a") + section.format(name="b"))
    office.file("a.csv", "ticket_id,reported_at,category,newest\nT1,2023-05-01,noise,2023-06-02")
    office.file("b.csv", "ticket_id,reported_at,category,newest\nT1,2023-05-01,pets,2023-06-01")
    office.load()
    assert office.rows("select category from mart.ticket") == [("noise",)]
    office.remap("", '[a.values.ticket_id]\nT1 = ""\n')
    office.load()
    assert office.rows("select category from mart.ticket") == [("pets",)]


def test_without_a_time_of_export_the_name_decides_even_when_files_come_late(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at,category\nT1,2023-05-01,noise")
    office.file("ticket_2.csv", "ticket_id,reported_at,category\nT1,2023-05-01,pets")
    office.load()
    office.file("ticket_1.csv", "ticket_id,reported_at,category\nT1,2023-05-01,parking")
    office.load()
    assert office.rows("select category from mart.ticket") == [("pets",)]
    assert status(office.data)["files"][0]["in_order"]


def test_the_name_decides_between_two_sources_without_a_time_of_export_too(office: Office) -> None:
    section = '[{name}]\npattern = "{name}*.csv"\ntable = "ticket"\ncolumns = {{ticket_id = "ticket_id", reported_at = "reported_at", category = "category"}}\n'  # fmt: skip  # noqa: E501
    office.site(sources=section.format(name="a") + section.format(name="b"))
    office.file("b.csv", "ticket_id,reported_at,category\nT1,2023-05-01,pets")
    office.load()
    office.file("a.csv", "ticket_id,reported_at,category\nT1,2023-05-01,noise")
    for fresh in (False, True):
        office.load(fresh)
        assert office.rows("select category from mart.ticket") == [("pets",)]


def test_a_load_says_what_waits(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(unit=UNITS, ticket="ticket_id,unit_id,reported_at\nT1,L9,2023-05-08 09:00")
    assert main(["load"]) == 0
    assert "town: 1 rows wait for their ticket or unit; the quality page lists them." in capsys.readouterr().out


def test_a_waiting_row_is_listed_at_its_line_when_its_file_has_grown(office: Office) -> None:
    office.site(ticket=f"{HEAD}\nT1,L9,2023-05-01,,").load()
    office.file("ticket.csv", f"{HEAD}\nT0,L1,2023-04-30,,\nT1,L9,2023-05-01,,")
    office.load()
    assert office.rows("select code, line from mart.waiting where code = 'T1'") == [("T1", 3)]


def test_a_version_of_another_release_is_named(office: Office) -> None:
    import duckdb

    office.site(ticket=FIRST).load()
    with duckdb.connect(str(office.warehouse.path)) as con:
        con.execute("alter table run.load drop column marts")
    with pytest.raises(OtherRelease, match="Version 1 was made by another release"):
        office.load()
    assert office.load(fresh=True).version == 2


def test_two_things_that_wait_for_their_unit_are_two(office: Office) -> None:
    office.site(
        unit="unit_id,level,name\nC,community,C",
        ticket="ticket_id,unit_id,reported_at\nT1,L1,2023-05-01",
        steward="steward_id,unit_id,started_on\nP1,L1,2023-01-01\nP1,L2,2023-01-01",
        duty="unit_id,organisation,starts_on,ends_on\nL1,O,2023-05-01,2023-05-31\nL2,O,2023-05-01,2023-05-31",
        indicator="unit_id,month,name,value,kind\nL1,2023-05,fires,1,flow\nL2,2023-05,fires,1,flow",
    )
    assert office.load().refused == []
    assert office.rows("select count(*) from mart.appointment") == [(2,)]


def test_a_file_that_has_grown_is_read_whole_when_its_mapping_changes(office: Office) -> None:
    office.site(ticket=f"{HEAD}\nT1,L1,2023-05-01,,\nT2,L1,2023-05-01,,").load()
    office.file("ticket.csv", f"{HEAD}\nT1,L1,2023-05-01,,\nT2,L1,2023-05-01,,\nT3,L1,2023-05-01,,")
    office.load()
    office.remap('ticket_id = "ticket_id"', 'ticket_id = {from = "ticket_id", find = "T(.*)"}')
    office.load()
    assert office.rows("select ticket_id, line from log.ticket order by 1") == [("1", 2), ("2", 3), ("3", 4)]
    assert office.rows("select ticket_id from mart.ticket order by 1") == [("1",), ("2",), ("3",)]


def test_a_file_whose_rows_and_mapping_both_changed_is_refused_until_one_of_them_is_as_it_was(office: Office) -> None:
    office.site(ticket=f"{HEAD}\nT1,L1,2023-05-01,,").load()
    office.file("ticket.csv", f"{HEAD}\nT1,L1,2023-05-01,,\nT2,L1,2023-05-01,,")
    mapping = office.data / "sites" / "town" / "sources.toml"
    before = mapping.read_text()
    mapping.write_text(before.replace('ticket_id = "ticket_id"', 'ticket_id = {from = "ticket_id", find = "T(.*)"}'))
    [refused] = office.load().refused
    assert str(refused).startswith("town/ticket.csv: Its rows and its mapping have both changed")
    assert office.rows("select ticket_id from log.ticket") == [("T1",)]
    after = mapping.read_text()
    mapping.write_text(before)
    office.load()
    mapping.write_text(after)
    assert office.load().refused == []
    assert office.rows("select ticket_id from log.ticket order by 1") == [("1",), ("2",)]


def test_samples_step_aside_for_a_real_site_that_is_refused(office: Office) -> None:
    office.site(ticket=FIRST)
    shutil.copytree(PROJECT / "data" / "sites" / "laojie", office.data / "sites" / "laojie")
    (office.data / "sites" / "town" / "sources.toml").write_text("[ticket]\ntable = 5")
    folders, refused = discover(office.data)
    assert folders == [] and [told.values["site"] for told in refused] == ["town"]


def test_a_site_that_took_the_name_of_a_sample_is_none_also_when_it_is_refused(tmp_path: Path) -> None:
    for name in ("laojie", "guzhen"):
        shutil.copytree(PROJECT / "data" / "sites" / name, tmp_path / "sites" / name)
    settings = tmp_path / "sites" / "laojie" / "site.toml"
    settings.write_text(settings.read_text("utf-8").replace("sample = true", "lane = 5"), "utf-8")
    folders, refused = discover(tmp_path)
    assert folders == [] and [told.values["site"] for told in refused] == ["laojie"]


def test_the_samples_are_the_ones_that_are_made() -> None:
    assert set(SAMPLES) == set(SITES) == {path.parent.name for path in (PROJECT / "data" / "sites").glob("*/site.toml")
                                          if "sample = true" in path.read_text("utf-8")}  # fmt: skip


def test_one_site_can_be_loaded_whatever_is_wrong_with_another(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.site(ticket=FIRST).site("other", ticket=FIRST).site("broken", toml="lane = 5", ticket=FIRST)
    assert main(["load", "--site", "town", "--lang", "en"]) == 0
    assert office.rows("select distinct site from mart.ticket") == [("town",)]
    assert main(["load", "--site", "broken", "--lang", "en"]) == 1
    said = capsys.readouterr()
    assert "other" not in said.out and said.err.startswith("site.toml of broken")
    theirs = str(office.data / "sites" / "other" / "inbox" / "ticket.csv")
    assert main(["load", "--site", "town", "--lang", "en", theirs]) == 1
    assert capsys.readouterr().err == f"{theirs}: This lies in the inbox of other.\n"


def test_two_sections_that_read_one_file_are_told_apart_and_forgotten_when_they_are_gone(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    section = (
        '[{name}]\npattern = "*.csv"\ntable = "ticket"\ncolumns = {{ticket_id = "ticket_id", reported_at = "{at}"}}\n'
    )
    both = section.format(name="one", at="reported_at") + section.format(name="two", at="newest")
    office.site(sources=both).file("ticket.csv", FIRST)
    assert main(["load", "--lang", "en"]) == 0
    assert "town/ticket.csv [one]: read 2" in capsys.readouterr().out
    (office.data / "sites" / "town" / "sources.toml").write_text(section.format(name="three", at="reported_at"))
    assert main(["load", "--lang", "en"]) == 0 and main(["status", "--lang", "en"]) == 0
    assert "town/ticket.csv: read 2" in capsys.readouterr().out
    assert [file["source"] for file in status(office.data)["files"]] == ["three"]


def test_why_nothing_was_published_is_said_in_the_readers_language(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.site("show", toml='name = "Show"\nsample = true', ticket=FIRST).load()
    office.site(ticket="ticket_id,reported_at\n" + "".join(f"T{n},soon\n" for n in range(30)))
    assert main(["load", "--lang", "zh"]) == 1
    said = capsys.readouterr()
    assert "最常见的原因：不是日期: reported_at" in said.err and "show" not in said.out


def test_a_path_that_is_not_there_publishes_nothing_also_where_nothing_is_loaded_yet(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.site(ticket=FIRST)
    assert main(["load", "nofile.csv"]) == 1
    with pytest.raises(NoWarehouse):
        current(office.data)
    assert main(["load"]) == 0 and office.rows("select count(*) from mart.ticket") == [(2,)]


def test_a_file_whose_name_is_no_text_is_refused_and_the_rest_goes_on(office: Office) -> None:
    office.site(ticket=FIRST)
    inbox = office.data / "sites" / "town" / "inbox"
    with open(os.fsencode(inbox) + b"/\xb9\xa4.csv", "w") as file:
        file.write(FIRST)
    outcome = office.load()
    assert outcome.version == 1 and len(office.rows(STATES)) == 2
    assert ["Its name is not UTF-8" in str(told) for told in outcome.refused] == [True]


def test_rollback_leaves_a_damaged_version_for_the_newest_that_reads(office: Office) -> None:
    office.site(ticket=FIRST).load()
    office.file("ticket2.csv", LATER)
    office.load()
    office.warehouse.path.write_bytes(b"noise" * 1000)
    assert main(["rollback"]) == 0
    assert office.warehouse.version == 1 and len(office.rows(STATES)) == 2


def test_rollback_goes_to_no_version_that_cannot_be_read(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"T{n},L1,2023-05-01 10:00,,2023-05-02\n" for n in range(9000))
    office.site(ticket=f"{HEAD}\n{rows}").load()
    os.truncate(office.warehouse.path, office.warehouse.path.stat().st_size // 2)
    broken = office.warehouse.path.read_bytes()
    office.load(fresh=True)
    office.file("ticket2.csv", LATER)
    office.load()
    (office.data / "warehouse" / versions(office.data)[-2].path.name).write_bytes(broken)
    assert main(["rollback"]) == 1
    assert "cannot be read" in capsys.readouterr().err and office.warehouse.version == 3


def test_a_rebuild_after_damage_says_what_leaves_as_the_newest_version_that_reads_tells(office: Office) -> None:
    office.site(ticket=FIRST).load()
    (office.data / "sites" / "town" / "inbox" / "ticket.csv").unlink()
    office.file("ticket2.csv", LATER)
    office.load()
    office.warehouse.path.write_bytes(b"noise" * 1000)
    assert [str(note) for note in office.load(fresh=True).notes] == [
        "town/ticket.csv: It is not in the inbox any more; rows that leave: 2."
    ]


def test_the_version_that_the_current_one_was_built_on_is_kept(office: Office) -> None:
    office.site(ticket=FIRST)
    for number in range(6):
        office.file(f"ticket{number}.csv", f"{HEAD}\nX{number},L1,2023-05-01 10:00,,2023-05-02\n")
        office.load()
    for _ in range(4):
        assert main(["rollback"]) == 0
    assert office.warehouse.version == 2
    assert office.load().version == 7
    assert main(["rollback"]) == 0 and office.warehouse.version == 2


def test_a_stray_file_in_the_warehouse_is_no_version(office: Office) -> None:
    (office.data / "warehouse").mkdir(parents=True)
    (office.data / "warehouse" / "vxx.duckdb").write_text("notes")
    assert office.site(ticket=FIRST).load().version == 1


def test_another_key_is_noticed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.site(ticket=FIRST).load()
    office.file("ticket2.csv", LATER)
    for key, said in (("another", "is not the one that the version was made with"), (" ", "is blank")):
        monkeypatch.setenv("LANE_BOARD_KEY", key)
        with pytest.raises(BadKey, match=said):
            office.load()
    monkeypatch.setenv("LANE_BOARD_KEY", "another")
    assert office.load(fresh=True).version == 2


def test_a_key_that_is_lost_is_noticed_and_none_is_made(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(ticket=FIRST).load()
    (office.data / "warehouse" / "key").unlink()
    office.file("ticket2.csv", LATER)
    for command in ("load", "held"):
        assert main([command, "--lang", "en"]) == 1
        assert "is not the one that the version was made with" in capsys.readouterr().err
    assert not (office.data / "warehouse" / "key").exists()
    assert main(["rebuild"]) == 0 and main(["held"]) == 0


def test_a_key_that_others_may_read_is_said(office: Office) -> None:
    office.site(ticket=FIRST).load()
    (office.data / "warehouse" / "key").chmod(0o644)
    office.file("ticket2.csv", LATER)
    assert ["chmod 600" in str(note) for note in office.load().notes] == [True]


def test_status_says_which_files_were_left_alone(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(ticket=FIRST).file("新工单.csv", LATER)
    assert main(["load", "--lang", "en"]) == 0
    capsys.readouterr()
    said = "town/新工单.csv: No source in sources.toml wants this file; it was left alone."
    assert main(["status", "--json", "--lang", "en"]) == 0
    assert json.loads(capsys.readouterr().out)["last_attempt"]["notes"] == [said]
    assert main(["status", "--lang", "en"]) == 0
    assert f"Noted by the last load: {said}" in capsys.readouterr().out


def test_held_rows_of_a_site_that_is_gone_are_said(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(ticket="ticket_id,reported_at\nT1,soon").load()
    shutil.rmtree(office.data / "sites" / "town")
    office.site("village", ticket=FIRST)
    assert main(["held", "--lang", "en"]) == 0
    assert "sections or sites that are not there any more: 1;" in capsys.readouterr().err


def test_status_for_monitoring_says_refusals_as_sentences(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(ticket="a,b\n1,2").remap('a = "a", b = "b"', 'ticket_id = "id", reported_at = "at"')
    main(["load"])
    capsys.readouterr()
    main(["status", "--json", "--lang", "en"])
    [told] = json.loads(capsys.readouterr().out)["last_attempt"]["refused"]
    assert told == "town/ticket.csv: The file has none of the columns at, id."


def test_what_a_terminal_would_obey_is_not_said(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(ticket=FIRST)
    office.file("ticket\x1b[31m.csv", FIRST)
    main(["load"])
    main(["status"])
    assert "\x1b" not in "".join(capsys.readouterr())


def test_nothing_in_a_name_of_a_file_is_taken_for_markup(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(ticket=FIRST)
    office.file("ticket[b]:house:.csv", LATER)
    assert main(["load"]) == 0
    assert "town/ticket[b]:house:.csv: read 2" in capsys.readouterr().out


def test_a_section_that_stands_twice_is_named(office: Office) -> None:
    office.site(ticket=FIRST)
    path = office.data / "sites" / "town" / "sources.toml"
    path.write_text(path.read_text() * 2)
    [told] = discover(office.data)[1]
    assert str(told) == "sources.toml of town: [ticket] stands twice (line 6); give one of them another name."


def test_versions_that_nobody_points_to_are_not_forgotten(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(ticket=FIRST).load()
    (office.data / "warehouse" / "CURRENT").unlink()
    office.file("ticket2.csv", LATER)
    for command in ("load", "status", "held"):
        assert main([command]) == 1
        assert "CURRENT cannot be read" in capsys.readouterr().err
    assert main(["rollback"]) == 0 and office.warehouse.version == 1
    assert main(["load"]) == 0 and len(office.rows(STATES)) == 3
