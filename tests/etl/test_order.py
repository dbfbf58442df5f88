"""What is current does not hang on what was loaded first: pieces loaded one by one leave what a rebuild makes."""

from itertools import permutations
from pathlib import Path

import pytest

from etl.__main__ import main
from tests.office import Office

pytestmark = pytest.mark.slow

UNDATED = "ticket_id,unit_id,category,reported_at"
DATED = f"{UNDATED},newest"
SECTION = (
    '[{name}]\npattern = "{name}*.csv"\ntable = "ticket"\n{newest}columns = {{ticket_id = "ticket_id", '
    'unit_id = "unit_id", category = "category", reported_at = "reported_at"}}\n'
)
A, B = (SECTION.format(name=name, newest='newest_by = "newest"\n') for name in "ab")
U, V = (SECTION.format(name=name, newest="") for name in "uv")
NUMBER = '= {from = "ticket_id", find = "T(.*)"}'

LOADED = "from log.ticket join run.file using (site_id, file_id)"


def row(category: str, newest: str | None = None) -> str:
    return f"T1,L1,{category},2023-05-01" + ("" if newest is None else f",{newest}")


def current(office: Office) -> list[tuple[object, ...]]:
    return office.rows(f"select ticket_id, category, source, file, line, newest {LOADED} order by all")


@pytest.mark.parametrize(
    ("sources", "files", "now"),
    [
        (U, {"u_a": row("x"), "u_b": row("y"), "u_c": row("x")}, "x"),
        (U, {"u_a": row("x"), "u_b": row("y"), "u_c": row("z")}, "z"),
        (A, {"a_1": row("x", ""), "a_2": row("x", "2023-05-05"), "a_3": row("y", "2023-05-03")}, "x"),
        (A, {"a_1": row("x", "2023-05-04"), "a_2": row("x", "2023-05-04"), "a_3": row("y", "2023-05-04")}, "y"),
        (A + U, {"a_1": row("d", ""), "u_1": row("u"), "u_2": row("v")}, "d"),
        (A + B, {"a_1": row("x", "2023-05-01"), "b_1": row("y", "2023-05-02"), "b_2": row("x", "2023-05-02")}, "y"),
        (U + V, {"u_2": row("x"), "v_1": row("y"), "u_1": row("z")}, "y"),
    ],
)
def test_every_order_of_loading_leaves_the_same(tmp_path: Path, sources: str, files: dict[str, str], now: str) -> None:
    found = []
    for number, order in enumerate(permutations(files)):
        office = Office(tmp_path / str(number)).site(sources=sources)
        for name in order:
            office.file(f"{name}.csv", f"{DATED if name[0] in 'ab' else UNDATED}\n{files[name]}")
            office.load()
        found.append(current(office))
    office.load(fresh=True)
    assert found == [current(office)] * len(found)
    assert office.rows("select category from mart.ticket") == [(now,)]


def test_steps_within_the_minute_of_the_report_keep_their_order(office: Office) -> None:
    office.site(
        ticket="ticket_id,reported_at\nT1,2023-05-01 10:00:30",
        ticket_event="ticket_id,happened_at,seq,event\n"
        "T1,2023-05-01 10:00:20,1,reopened\nT1,2023-05-01 10:00:10,2,resolved",
    ).load()
    assert office.rows("select resolved_at from mart.ticket") == [(None,)]
    assert office.rows("select event, seq from mart.event order by seq") == [("resolved", 1), ("reopened", 2)]


def test_a_step_without_a_time_goes_by_its_number(office: Office) -> None:
    office.site(
        ticket="ticket_id,reported_at\nT1,2023-05-01 10:00:30",
        ticket_event="ticket_id,happened_at,seq,event\nT1,2023-05-01 10:00:30,1,resolved\nT1,2023-05-01,2,reopened",
    ).load()
    assert office.rows("select event from mart.event order by seq") == [("resolved",), ("reopened",)]


def test_a_changed_mapping_reads_all_files_of_its_table_again_also_those_not_asked_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANE_BOARD_DATA", str(office.data))
    office.site(sources=A + B)
    first = office.file("a.csv", f"{DATED}\n{row('x', '2023-05-05')}")
    office.file("b.csv", f"{DATED}\n{row('y', '2023-05-03')}")
    office.load()
    office.remap(A, A.replace('= "ticket_id"', NUMBER))
    assert main(["load", str(first)]) == 0
    assert office.rows("select ticket_id from log.ticket order by 1") == [("1",), ("T1",)]


@pytest.fixture
def town(office: Office) -> Office:
    return office.site(sources=U)


def test_a_corrected_row_leaves_with_the_mapping_it_was_read_by(town: Office) -> None:
    broken = f"{UNDATED}\n{row('x')}\nT2,L1,x,badly"
    town.file("u.csv", broken)
    town.load()
    town.correct({"badly": "2023-05-02"}, "-one")
    town.load()
    town.file("u.csv", f"{broken}\nT3,L1,x,2023-05-03")
    town.load()
    town.remap('= "ticket_id"', NUMBER)
    town.load()
    assert town.rows("select ticket_id from log.ticket order by 1") == [("1",), ("2",), ("3",)]


def test_a_refused_reading_in_between_does_not_hide_that_rows_and_mapping_both_changed(town: Office) -> None:
    town.file("u.csv", f"{UNDATED}\n{row('x')}")
    town.load()
    town.file("u.csv", "<html>sign in</html>")
    town.file("u2.csv", f"{UNDATED}\nT9,L1,x,2023-05-01")
    town.load()
    town.remap('= "ticket_id"', NUMBER)
    town.file("u.csv", f"{UNDATED}\n{row('x')}\nT2,L1,x,2023-05-01")
    assert [str(told) for told in town.load().refused if "both changed" in str(told)]
    assert ("1",) not in town.rows("select ticket_id from log.ticket")


def test_a_broken_row_stays_listed_as_long_as_a_file_holds_it(town: Office) -> None:
    for name in ("u_a", "u_b"):
        town.file(f"{name}.csv", f"{UNDATED}\n{row('x')}\nT2,L1,x,badly")
    town.load()
    listed = "select file, line from run.listed"
    assert town.rows(listed) == [("u_a.csv", 3)]
    town.file("u_a.csv", f"{UNDATED}\n{row('x')}\nT2,L1,x,2023-05-02")
    town.load()
    assert town.rows(listed) == [("u_b.csv", 3)]


def test_a_row_broken_twice_is_corrected_once_and_again(town: Office) -> None:
    town.file("u.csv", f"{UNDATED}\n{row('x')}\nT2,L1,x,badly\nT2,L1,x,badly")
    town.load()
    town.correct({"badly": "worse"}, "-one")
    town.load()
    assert town.rows("select count(*) from run.listed") == [(2,)]
    town.file("u.csv", f"{UNDATED}\n{row('x')}\nT2,L1,x,badly\nT2,L1,x,badly\nT3,L1,y,2023-05-01")
    town.load()
    assert {str(file).partition("-")[0] for (file,) in town.rows("select file from run.listed")} == {"held"}
    town.correct({"worse": "2023-05-02"}, "-two")
    town.load()
    [path] = (town.data / "sites" / "town" / "inbox").glob("*-two.csv")
    path.with_name(f"{path.stem}2.csv").write_text(path.read_text().replace(",x,", ",z,"))
    town.load()
    assert town.rows("select count(*) from run.listed") == [(0,)]
    assert town.rows("select ticket_id, category from log.ticket order by 1") == [("T1", "x"), ("T2", "z"), ("T3", "y")]
    town.load(fresh=True)
    assert town.rows("select ticket_id, category from log.ticket order by 1") == [("T1", "x"), ("T2", "z"), ("T3", "y")]


def test_a_refused_file_does_not_stand_in_the_way_of_a_changed_mapping(town: Office) -> None:
    town.file("u_1.csv", f"{UNDATED}\n{row('x')}")
    town.file("u_2.csv", "<html>sign in</html>")
    town.load()
    town.remap('= "ticket_id"', NUMBER)
    assert town.load().version == 2
    assert town.rows("select ticket_id from log.ticket") == [("1",)]


def test_a_slip_in_a_pattern_or_a_renamed_section_loses_nothing(town: Office) -> None:
    town.file("u_1.csv", f"{UNDATED}\n{row('x')}\nT2,L1,x,badly")
    town.load()
    town.correct({"badly": "2023-05-02"}, "-one")
    town.load()
    loaded = town.rows("select ticket_id from log.ticket order by 1")
    for old, new in (('pattern = "u*.csv"', 'pattern = "w*.csv"'), ("[u]", "[v]")):
        town.remap(old, new)
        assert "names this file any more; its rows stay" in str(town.load().refused)
        outcome = town.load(fresh=True)
        assert outcome.version is None and "was loaded before and cannot be read now" in str(outcome.refused)
        assert town.rows("select ticket_id from log.ticket order by 1") == loaded
        town.remap(new, old)
    assert town.load(fresh=True).refused == []
    assert town.rows("select ticket_id from log.ticket order by 1") == loaded


def test_held_rows_of_the_version_before_do_not_stop_a_rebuild(town: Office) -> None:
    for n in range(6):
        rows = [f"T{n}-{m},L1,x,{'badly' if m < 20 else '2023-05-01'}" for m in range(400)]
        town.file(f"u_{n}.csv", "\n".join([UNDATED, *rows]))
        assert town.load().refused == []
    assert town.load(fresh=True).refused == []
    town.remap('= "ticket_id"', NUMBER)
    assert town.load().refused == []
    assert town.rows("select count(*) from run.listed") == [(120,)]


def test_a_broken_row_that_comes_again_after_its_correction_changes_nothing(town: Office) -> None:
    town.file("u_a.csv", f"{UNDATED}\nT1,L1,x,badly")
    town.load()
    town.correct({"badly": "2023-05-02"}, "-one")
    town.load()
    town.file("u_b.csv", f"{UNDATED}\nT1,L1,y,2023-05-02")
    town.load()
    town.file("u_c.csv", f"{UNDATED}\nT1,L1,x,badly")
    town.load()
    before = current(town)
    assert [category for _, category, *_ in before] == ["y"]
    town.load(fresh=True)
    assert current(town) == before


def test_a_correction_keeps_its_place_when_the_file_it_corrects_is_gone(town: Office) -> None:
    town.file("u_1.csv", f"{UNDATED}\nT8,L1,y,2023-05-01")
    gone = town.file("u_9.csv", f"{UNDATED}\nT8,L1,x,badly")
    town.load()
    town.correct({"badly": "2023-05-02"}, "-one")
    town.load()
    gone.unlink()
    town.remap('= "ticket_id"', NUMBER)
    town.load()
    assert town.rows("select ticket_id, category from log.ticket") == [("8", "x")]


def test_an_edited_correction_waits_for_the_mapping_it_was_loaded_by(town: Office) -> None:
    town.file("u_1.csv", f"{UNDATED}\nT2,L1,x,badly")
    town.load()
    town.correct({"badly": "2023-05-02"}, "-one")
    town.load()
    [path] = (town.data / "sites" / "town" / "inbox").glob("held-*.csv")
    path.write_text(path.read_text().replace(",x,", ",z,"))
    town.remap('= "ticket_id"', NUMBER)
    assert ["both changed" in str(told) for told in town.load().refused] == [True]
    assert town.rows("select ticket_id from log.ticket") == [("T2",)]


def test_of_two_corrections_that_of_the_later_list_stands(town: Office) -> None:
    town.file("u_1.csv", f"{UNDATED}\nT2,L1,x,badly")
    town.load()
    listed = town.rows("select held_id from run.listed")[0][0]
    head = f"held_id,held_file,held_line,held_reasons,{UNDATED}"
    for name in ("2", "1"):
        town.file(f"held-town-u-{name}.csv", f"{head}\n{listed},u_1.csv,2,,T2,L1,y{name},2023-05-01")
        town.load()
    assert town.rows("select category from log.ticket") == [("y2",)]
    town.load(fresh=True)
    assert town.rows("select category from log.ticket") == [("y2",)]


def test_a_section_that_changes_its_table_or_name_takes_its_rows_along(office: Office) -> None:
    office.site(sources=A + B)
    office.file("a.csv", f"{DATED}\n{row('x', '2023-05-05')}\nT2,L1,x,badly,2023-05-05")
    office.file("b.csv", f"{DATED}\n{row('y', '2023-05-03')}")
    office.load()
    office.remap("[a]", "[c]")
    assert office.load().notes == []
    assert office.rows(f"select source, category {LOADED}") == [("c", "x")]
    assert office.rows("select source from run.listed") == [("c",)]
    assert office.load().version is None
    office.remap("[c]", "[d]")
    office.remap('table = "ticket"', 'table = "exclusion"')
    office.remap(
        'unit_id = "unit_id", category = "category", reported_at = "reported_at"', 'excluded_on = "reported_at"'
    )
    office.load()
    assert office.rows(f"select source, category {LOADED}") == [("b", "y")]
    assert office.rows("select count(*) from log.exclusion") == [(1,)]
    assert office.load().version is None


def test_text_that_is_kept_no_more_leaves_the_rows_of_files_that_are_gone(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at,title,steward_id\nT1,2023-05-01,ZHANGSAN,LISI")
    office.load()
    office.file("ticket.csv", "ticket_id,reported_at,title,steward_id\nT2,2023-05-01,WANGWU,LISI")
    office.load()
    office.remap('keep = ["title"]', 'personal = ["steward_id"]')
    office.load()
    assert office.rows("select ticket_id, title from log.ticket order by 1") == [("T1", None), ("T2", None)]
    assert office.rows("select count(distinct steward_id), min(length(steward_id)) from log.ticket") == [(1, 17)]
    content = office.warehouse.path.read_bytes()
    assert not [word for word in (b"ZHANGSAN", b"WANGWU", b"LISI") if word in content]
    assert office.load().version is None


def test_a_file_overwritten_under_its_dated_name_says_what_it_says_now(office: Office) -> None:
    office.site(sources=A.replace('newest_by = "newest"', "newest_by = {in_name = '([0-9]{8})'}"))
    for category in ("y", "x"):
        office.file("a20240105.csv", f"{UNDATED}\n{row(category)}")
        office.load()
    for _ in range(2):
        assert office.rows("select category from log.ticket") == [("x",)]
        office.load(fresh=True)


def test_a_name_with_a_day_and_something_behind_it_that_is_no_time_is_refused(office: Office) -> None:
    office.site(sources=A.replace('newest_by = "newest"', "newest_by = {in_name = '([0-9]+)'}"))
    office.file("a20240105987654.csv", f"{UNDATED}\n{row('x')}")
    [refused] = office.load().refused
    assert str(refused).startswith(
        "town/a20240105987654.csv: Its name holds no day as 20240108 or 2024-01-08 where newest_by looks for "
    )


def test_a_file_from_elsewhere_takes_its_place_by_its_name(town: Office, tmp_path: Path) -> None:
    town.file("u_1.csv", f"{UNDATED}\n{row('x')}")
    town.load()
    later = tmp_path / "u_2.csv"
    later.write_text(f"{UNDATED}\n{row('y')}\n")
    assert main(["load", str(later), "--site", "town"]) == 0
    assert town.rows("select category from log.ticket") == [("y",)]


def test_the_time_of_export_is_read_as_the_column_it_is(office: Office) -> None:
    office.site(sources=A.replace('category = "category"', 'due_at = {from = "newest", dates = ["%d/%m/%Y"]}'))
    office.file("a.csv", f"{DATED}\n{row('x', '05/01/2024')}")
    office.load()
    assert office.rows("select newest::date::varchar from log.ticket") == [("2024-01-05",)]


def test_a_section_added_over_files_that_cannot_serve_it_refuses_them_and_loads_on(office: Office) -> None:
    office.site(sources=U)
    office.file("u1.csv", f"{UNDATED}\n{row('x')}")
    office.load()
    columns = '{ticket_id = "ticket_id", asked_at = "reported_at", satisfaction = "sat"}'
    office.remap("", f'[asked]\npattern = "u*.csv"\ntable = "callback"\nonly_with = ["sat"]\ncolumns = {columns}\n')
    office.file("u2.csv", f"{UNDATED},sat\nT2,L1,x,2023-05-01,satisfied")
    outcome = office.load()
    assert outcome.version == 2 and [str(told) for told in outcome.refused] == [
        "town/u1.csv: The file has no column sat; it has ticket_id, unit_id, category, reported_at."
    ]
    assert office.rows("select count(*) from log.callback") == [(1,)]


def test_a_rebuild_says_which_rows_a_file_has_lost(office: Office) -> None:
    office.site(sources=U)
    office.file("u.csv", f"{UNDATED}\n{row('x')}\nT2,L1,x,2023-05-01")
    office.load()
    office.file("u.csv", f"{UNDATED}\n{row('x')}")
    office.load()
    assert office.rows("select count(*) from log.ticket") == [(2,)]
    assert [str(note) for note in office.load(fresh=True).notes] == [
        "town/u.csv: Not all rows that were loaded from it are loaded from it now; rows that leave: 1."
    ]


def test_rows_of_one_key_and_one_export_in_one_file_are_said(office: Office) -> None:
    office.site(sources=A)
    office.file("a.csv", f"{DATED}\n{row('x', '2023-05-02')}\n{row('y', '2023-05-02')}\n{row('z', '2023-05-01')}")
    assert [str(note) for note in office.load().notes] == [
        "town/a.csv: 1 of its rows say something else under the key of another (ticket_id), the first in line 2, and "
        "are as new by newest_by; the one with the greater cells counts."
    ]
    assert office.rows("select category from log.ticket") == [("y",)]


def test_rows_of_one_key_in_one_file_are_said(office: Office) -> None:
    office.site(sources=U)
    office.file("u.csv", f"{UNDATED}\n{row('x')}\n{row('y')}")
    assert [str(note) for note in office.load().notes] == [
        "town/u.csv: 1 of its rows say something else under the key of another (ticket_id), the first in line 2; the "
        "last one counts."
    ]


def test_cells_of_several_columns_make_one_value(office: Office) -> None:
    office.site(sources=U.replace('unit_id = "unit_id"', 'unit_id = {from = ["category", "unit_id"]}'))
    office.file("u.csv", f"{UNDATED}\n{row('x')}\nT2,,x,2023-05-01\nT3,-,,2023-05-01")
    office.load()
    assert office.rows("select unit_id from log.ticket order by ticket_id") == [("x / L1",), ("x",), (None,)]


def test_a_rebuild_says_nothing_of_rows_that_a_newer_file_outdoes(office: Office) -> None:
    office.site(sources=U)
    office.file("u_1.csv", f"{UNDATED}\n{row('x')}")
    office.load()
    office.file("u_2.csv", f"{UNDATED}\n{row('y')}")
    assert office.load(fresh=True).notes == []


ASKED = """
[asked]
pattern = "u*.csv"
table = "callback"
only_with = ["sat"]
columns = {ticket_id = "ticket_id", asked_at = "reported_at", satisfaction = "sat"}
"""


@pytest.mark.parametrize("slip", ["u", "asked"])
def test_a_slip_in_the_pattern_of_one_of_two_sections_loses_nothing(office: Office, slip: str) -> None:
    office.site(sources=U + ASKED)
    office.file("u.csv", f"{UNDATED},sat\n{row('x')},satisfied")
    office.load()
    path = office.data / "sites" / "town" / "sources.toml"
    mapping = path.read_text()
    at = mapping.index(f"[{slip}]")
    path.write_text(mapping[:at] + mapping[at:].replace("u*.csv", "w*.csv", 1))
    outcome = office.load()
    assert str(outcome.refused[0]) == (
        f"town/u.csv: [{slip}] in sources.toml does not name this file any more; its rows stay as they are."
    )
    assert office.rows("select count(*) from log.ticket union all select count(*) from log.callback") == [(1,), (1,)]
    outcome = office.load(fresh=True)
    assert outcome.version is None
    assert (
        str(outcome.refused[0])
        == f"Nothing was published: town/u.csv [{slip}] was loaded before and cannot be read now."
    )


def test_a_section_taken_out_takes_its_rows_along_and_says_so(office: Office) -> None:
    for fresh in (False, True):
        office.site(sources=U + ASKED)
        office.file("u.csv", f"{UNDATED},sat\n{row('x')},satisfied")
        office.load()
        office.site(sources=U)
        assert [str(note) for note in office.load(fresh=fresh).notes] == [
            "town/u.csv: [asked] is not in sources.toml any more; rows that leave: 1."
        ]
        assert office.rows("select count(*) from log.ticket union all select count(*) from log.callback") == [
            (1,), (0,),
        ]  # fmt: skip


def test_a_file_that_goes_to_a_section_that_cannot_read_it_stays_loaded(office: Office) -> None:
    office.site(sources=U)
    for name in ("u_1", "u_x"):
        office.file(f"{name}.csv", f"{UNDATED}\n{row('x').replace('T1', f'T{name[-1]}')}")
    office.load()
    moved = U.replace("[u]", "[v]").replace('"u*.csv"', '"u_x*.csv"')
    office.site(sources=U.replace("u*.csv", "u_[0-9]*.csv") + moved.replace('"category"', '"sort"'))
    outcome = office.load()
    assert outcome.version is None and "u_x.csv was loaded before and cannot be read now" in str(outcome.refused)
    office.site(sources=U.replace("u*.csv", "u_[0-9]*.csv") + moved)
    assert office.load().version == 2
    assert office.rows(f"select source, ticket_id {LOADED} order by 1") == [("u", "T1"), ("v", "Tx")]


def test_a_slip_in_a_pattern_loses_no_held_row_either(office: Office) -> None:
    office.site(sources=U + ASKED)
    office.file("u.csv", f"{UNDATED},sat\nT1,L1,x,badly,satisfied")
    office.load()
    listed = office.rows("select source, line from run.listed order by 1")
    assert listed == [("asked", 2), ("u", 2)]
    office.remap("u*.csv", "w*.csv")
    assert "[u] in sources.toml does not name this file any more" in str(office.load().refused)
    assert office.rows("select source, line from run.listed order by 1") == listed
    assert office.load(fresh=True).version is None


def test_a_section_of_another_table_is_no_heir(office: Office) -> None:
    office.site(sources=U)
    office.file("u.csv", f"{UNDATED},sat\n{row('x')},satisfied")
    office.load()
    office.site(sources=ASKED)
    assert [str(note) for note in office.load().notes] == [
        "town/u.csv: [u] is not in sources.toml any more; rows that leave: 1."
    ]
    assert office.rows("select count(*) from log.ticket") == [(0,)]


def test_a_section_that_is_renamed_back_and_forth_says_nothing_of_rows_that_leave(office: Office) -> None:
    office.site(sources=U)
    office.file("u.csv", f"{UNDATED}\n{row('x')}")
    office.load()
    for old, new in (("[u]", "[v]"), ("[v]", "[u]"), ("[u]", "[v]")):
        office.remap(old, new)
        outcome = office.load()
        assert outcome.notes == [] and office.rows(f"select source {LOADED}") == [(new.strip("[]"),)]


def test_what_a_column_calls_empty_is_no_answer(office: Office) -> None:
    office.site(sources=U + ASKED.replace('satisfaction = "sat"', 'satisfaction = {from = "sat", empty = ["未评价"]}'))
    office.remap("", '[asked.values.satisfaction]\n"不详" = ""\n')
    office.file("u.csv", f"{UNDATED},sat\n{row('x')},未评价\n{row('x').replace('T1', 'T2')},不详")
    outcome = office.load()
    assert outcome.notes == [] and office.rows("select source, read, ignored, held from run.file order by source") == [
        ("asked", 0, 2, 0),
        ("u", 2, 0, 0),
    ]


def test_a_file_that_moves_says_what_that_means(office: Office) -> None:
    office.site(sources=U)
    path = office.file("u_1.csv", f"{UNDATED}\n{row('x')}")
    office.load()
    (path.parent / "归档").mkdir()
    path.rename(path.parent / "归档" / "u_1.csv")
    assert [str(note) for note in office.load().notes] == [
        "town/归档/u_1.csv: It holds what u_1.csv held, which is not there any more; of two states of a row that "
        "without newest_by counts which stands in the file later by name, folders included."
    ]
