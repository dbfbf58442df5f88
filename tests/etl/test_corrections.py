"""Held rows: listed, masked on the screen, written whole, corrected and dropped back in."""

import zipfile
from pathlib import Path

import pytest

from etl.__main__ import main
from tests.office import UNITS, Office

pytestmark = pytest.mark.slow

HEAD = "ticket_id,unit_id,reported_at,title,reporter"
ROWS = """T1,L1,2023-05-01 10:00,路灯,张三丰 13912345678
,L1,2023-05-02 10:00,井盖,李四 13812345678
T3,L1,某天,3号楼噪音,王五
"""


@pytest.fixture
def town(office: Office) -> Office:
    office.site(unit=UNITS, ticket=f"{HEAD}\n{ROWS}").load()
    return office


def written(office: Office, source: str = "ticket") -> Path:
    out = office.data / "out"
    assert main(["held", "--out", str(out)]) == 0
    [file] = out.glob(f"held-town-{source}-*.csv")
    return file


def test_held_rows_are_shown_masked(town: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["held"]) == 0
    said = capsys.readouterr().out
    assert "town/ticket.csv, line 3: has no ticket number" in said
    assert "unit_id L1 · reported_at 2023-05-02 10:00" in said
    assert "李四" not in said and "138" not in said and "王五" not in said and "噪音" not in said


def test_a_corrected_row_takes_the_place_of_the_held_one(town: Office) -> None:
    path = written(town)
    text = path.read_text("utf-8-sig")
    assert "李四 13812345678" in text
    corrected = town.data / "sites" / "town" / "inbox" / path.name
    corrected.write_text(text.replace(",,L1,2023-05-02", ",T2,L1,2023/5/2").replace("某天", "2023年5月3日"), "utf-8")
    outcome = town.load()
    assert [taken.account.loaded for taken in outcome.taken if taken.account] == [2]
    assert town.rows("select count(*) from run.listed") == [(0,)]
    assert town.rows("select ticket_id, reported_at::date::varchar from mart.ticket order by 1") == [
        ("T1", "2023-05-01"), ("T2", "2023-05-02"), ("T3", "2023-05-03"),
    ]  # fmt: skip


def test_a_corrected_row_stays_corrected_when_the_broken_one_comes_again(town: Office) -> None:
    path = written(town)
    corrected = town.data / "sites" / "town" / "inbox" / path.name
    corrected.write_text(path.read_text("utf-8-sig").replace(",,L1", ",T2,L1").replace("某天", "2023-05-03"), "utf-8")
    town.load()
    town.file("ticket_next.csv", f"{HEAD}\nT4,L1,2023-05-04,x,y\n{ROWS}")
    town.load()
    assert town.rows("select count(*) from run.listed") == [(0,)]
    assert town.rows("select count(*) from mart.ticket") == [(4,)]
    assert town.rows("select read, loaded, unchanged, held from run.file where file = 'ticket_next.csv'") == [
        (4, 1, 1, 2)
    ]
    town.load(fresh=True)
    assert town.rows("select count(*) from run.listed") == [(0,)]
    assert town.rows("select count(*) from mart.ticket") == [(4,)]


def test_a_row_corrected_badly_is_held_in_the_place_of_the_first(town: Office) -> None:
    path = written(town)
    [before] = town.rows("select held_id from run.held where line = 3")
    corrected = town.data / "sites" / "town" / "inbox" / path.name
    corrected.write_text(path.read_text("utf-8-sig").replace(",,L1,2023-05-02 10:00", ",T2,L1,kürzlich"), "utf-8")
    town.load()
    assert town.rows("select held_id, file, reasons[1] from run.listed where line = 2") == [
        (before[0], path.name, "is no date: reported_at")
    ]
    assert town.rows("select count(*) from run.listed") == [(2,)]


def test_what_spreadsheets_would_run_comes_back_as_it_was(office: Office) -> None:
    office.site(unit=UNITS, ticket="ticket_id,unit_id,reported_at\n=1+1,L1,\n").load()
    path = written(office)
    assert "'=1+1" in path.read_text("utf-8-sig")
    corrected = office.data / "sites" / "town" / "inbox" / path.name
    corrected.write_text(path.read_text("utf-8-sig").replace(",L1,", ",L1,2023-05-01"), "utf-8")
    office.load()
    assert office.rows("select ticket_id from mart.ticket") == [("=1+1",)]


def test_held_rows_of_a_refused_load_are_shown_too(town: Office, capsys: pytest.CaptureFixture[str]) -> None:
    broken = "\n".join(f"X{number},L1,someday,," for number in range(30))
    town.file("ticket_bad.csv", f"{HEAD}\n{broken}")
    assert main(["load"]) == 1
    assert main(["held"]) == 0
    said = capsys.readouterr()
    assert "Nothing was published: 30 of 30 rows" in said.err
    assert "town/ticket_bad.csv, line 31: is no date: reported_at" in said.out and "held rows: 32" in said.out
    (town.data / "sites" / "town" / "inbox" / "ticket_bad.csv").unlink()
    main(["load"])
    main(["held"])
    assert "held rows: 2" in capsys.readouterr().out


def test_the_hash_of_a_raw_row_needs_the_key(town: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = town.rows("select held_id from run.held order by line")
    monkeypatch.setenv("LANE_BOARD_KEY", "another")
    town.load(fresh=True)
    assert town.rows("select held_id from run.held order by line") != before


def test_all_rows_of_a_refused_load_corrected_at_once_are_loaded(office: Office) -> None:
    broken = "\n".join(f"X{number},L1,someday,," for number in range(30))
    office.site(unit=UNITS, ticket=f"{HEAD}\n{broken}")
    assert office.load().version is None
    path = written(office)
    corrected = office.data / "sites" / "town" / "inbox" / path.name
    corrected.write_text(path.read_text("utf-8-sig").replace("someday", "2023-05-01"), "utf-8")
    assert office.load().refused == []
    assert office.rows("select count(*) from mart.ticket") == [(30,)]
    assert office.rows("select count(*) from run.listed") == [(0,)]


def test_each_record_of_a_wrapped_json_is_held_by_itself(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    records = ",".join(f'{{"id": "T{n}", "at": "{"2023-05-01" if n % 5 else "tomorrow"}"}}' for n in range(1, 11))
    sources = '[t]\npattern = "*.json"\ntable = "ticket"\ncolumns = {ticket_id = "id", reported_at = "at"}\n'
    office.site(sources=sources)
    office.file("a.json", f'{{"data": {{"list": [{records}]}}}}')
    office.load()
    assert main(["held"]) == 0
    said = capsys.readouterr().out
    assert "id T5" in said and "id T10" in said and "held rows: 2" in said
    assert office.rows("select count(*) from mart.ticket") == [(8,)]


def test_a_correction_outlasts_its_row_also_where_that_is_good_by_now(office: Office) -> None:
    columns = '{ticket_id = "ticket_id", class = "class", reported_at = "reported_at", resolved_at = "resolved_at"}'
    dated = "newest_by = {in_name = '_(\\d{8})'}"
    office.site(sources=f'[t]\npattern = "t_*.csv"\ntable = "ticket"\n{dated}\ncolumns = {columns}\n')
    office.file(
        "t_20240226.csv", "ticket_id,class,reported_at,resolved_at\nA1,特急,2024-02-20 09:00,\nA2,key,2024-02-20 09:00,"
    )
    office.load()
    office.correct({"特急": "key", "2024-02-20 09:00,": "2024-02-20 09:00,2024-02-22 15:00"})
    office.load()
    office.remap("", '[t.values.class]\n"特急" = "key"\n')
    for fresh in (False, True):
        assert office.load(fresh=fresh).notes == []
        assert office.rows("select ticket_id, resolved_at::varchar from log.ticket order by 1") == [
            ("A1", "2024-02-22 15:00:00"), ("A2", None),
        ]  # fmt: skip


def test_a_held_id_nobody_knows_is_said(town: Office) -> None:
    path = written(town)
    text = path.read_text("utf-8-sig").splitlines()
    row = text[1].replace(text[1].split(",")[0], "5.59E+09").replace(",,L1", ",T2,L1")
    (town.data / "sites" / "town" / "inbox" / path.name).write_text(f"{text[0]}\n{row}\n", "utf-8")
    assert [str(told) for told in town.load().notes] == [
        f"town/{path.name}: 1 of its rows name a held_id that is not held; they were read as new rows."
    ]
    assert town.rows("select count(*) from run.listed") == [(2,)]


STEPS = "ticket_id,unit_id,reported_at,resolved_at"
RESOLVED = "select resolved_at::date::varchar from log.ticket where ticket_id = 'T1'"


@pytest.mark.parametrize(
    ("held_in", "resolved", "and_then"),
    [("工单2.csv", "2023-05-03", "2023-05-03"), ("a.csv", "2023-05-02", "2023-05-09")],
)
def test_a_correction_stands_where_the_held_row_stood(
    office: Office, held_in: str, resolved: str, and_then: str
) -> None:
    """Without newest_by the later name wins: that of the file the row was held in, not that of its correction."""
    office.site(ticket=f"{STEPS}\nT1,L1,2023-05-01 10:00,2023-05-02 10:00\n")
    office.remap("ticket*.csv", "*.csv")
    office.file(held_in, f"{STEPS}\nT1,L1,2023-05-01 10:00,soon\n")
    office.load()
    office.correct({"soon": "2023-05-03 10:00"})
    office.load()
    assert office.rows(RESOLVED) == [(resolved,)]
    assert office.load(fresh=True).version and office.rows(RESOLVED) == [(resolved,)]
    office.file("zz.csv", f"{STEPS}\nT1,L1,2023-05-01 10:00,2023-05-09 10:00\n")
    office.load()
    assert office.rows(RESOLVED) == [(and_then,)]
    assert office.load(fresh=True).version and office.rows(RESOLVED) == [(and_then,)]


def test_a_rebuild_says_which_corrections_are_gone(office: Office) -> None:
    office.site(ticket=f"{STEPS}\nT1,L1,2023-05-01 10:00,soon\nT2,L1,2023-05-01 10:00,\n").load()
    office.correct({"soon": "2023-05-03 10:00"})
    office.load()
    [path] = (office.data / "sites" / "town" / "inbox").glob("held-*.csv")
    path.unlink()
    [note] = office.load(fresh=True).notes
    assert str(note) == f"town/{path.name}: It is not in the inbox any more; rows that leave: 1."
    assert office.rows("select count(*) from run.listed") == [(1,)]


def test_a_list_belongs_to_the_section_it_is_named_for(office: Office) -> None:
    section = (
        '[{name}]\npattern = "{name}.csv"\ntable = "ticket"\ncolumns = {{ticket_id = "{id}", reported_at = "at"}}\n'
    )
    office.site(sources=section.format(name="t", id="no") + section.format(name="t-2", id="number"))
    office.file("t.csv", "no,at\nT1,soon\nT2,2023-05-01")
    office.load()
    office.correct({"soon": "2023-05-02"})  # in held-town-t-2…, as the year begins as the other section ends
    assert office.load().refused == []
    assert office.rows(
        "select source, count(*) from log.ticket join run.file using (site_id, file_id) group by all"
    ) == [("t", 2)]


@pytest.mark.parametrize("name", ["export1.csv", "问题1.csv"])
@pytest.mark.parametrize(("changed", "standing"), [("the file", "2023-01-05"), ("the mapping", "2023-01-03")])
def test_a_correction_stands_where_the_row_stood_until_the_file_says_something_else(
    office: Office, name: str, changed: str, standing: str
) -> None:
    head, broken = "ticket_id,reported_at,resolved_at", "T1,2023-01-01,05/01/2023"
    office.site(ticket=head).remap("ticket*.csv", "*.csv")
    office.file(name, f"{head}\n{broken}")
    office.load()
    office.correct({"05/01/2023": "2023-01-03"})
    office.load()
    if changed == "the file":
        office.file(name, f"{head}\n{broken.replace('05/01/2023', '2023-01-05')}")
    else:
        office.remap("", 'dates = ["%Y-%m-%d", "%d/%m/%Y"]\n')
    office.load()
    assert office.rows(RESOLVED) == [(standing,)]
    assert office.load(fresh=True).version and office.rows(RESOLVED) == [(standing,)]


def test_a_corrected_row_is_as_new_as_its_file_says_not_its_folder(office: Office) -> None:
    office.site(
        sources="""[e]
pattern = "e_*.csv"
table = "ticket"
newest_by = {in_name = '([0-9]{8})'}
columns = {ticket_id = "ticket_id", reported_at = "reported_at", category = "category"}
"""
    )
    (office.data / "sites" / "town" / "inbox" / "20230101").mkdir()
    office.file("20230101/e_20240201.csv", "ticket_id,reported_at,category\nT1,soon,new")
    office.file("e_20240101.csv", "ticket_id,reported_at,category\nT1,2023-05-01,old")
    office.load()
    office.correct({"soon": "2023-05-01"})
    office.load()
    assert office.rows("select category from log.ticket") == [("new",)]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_bad_correction_after_a_good_one_is_listed_and_the_good_one_stands(
    office: Office, order: tuple[int, int]
) -> None:
    office.site(ticket="ticket_id,reported_at,resolved_at\nT1,2023-01-01,soon").load()
    [path] = office.held_lists()
    for number in order:
        text = path.read_text("utf-8-sig").replace("soon", "2023-01-03" if number == 1 else "never")
        office.file(f"held-town-ticket-{number}.csv", text)
        office.load()
    for _ in range(2):
        assert office.rows(RESOLVED) == [("2023-01-03",)]
        assert office.rows("select file from run.listed") == [("held-town-ticket-2.csv",)]
        office.load(fresh=True)


def test_of_a_list_it_is_said_which_other_section_reads_the_same_files(office: Office) -> None:
    section = '[{name}]\npattern = "t*.csv"\ntable = "{table}"\ncolumns = {{ticket_id = "no", {at} = "at"}}\n'
    office.site(sources=section.format(name="t", table="ticket", at="reported_at")
                + section.format(name="asked", table="callback", at="asked_at"))  # fmt: skip
    office.file("t.csv", "no,at\nT1,soon")
    office.load()
    [path] = [each for each in office.held_lists() if "-t-" in each.name]
    office.file(path.name, path.read_text("utf-8-sig").replace("soon", "2023-05-02"))
    [note] = office.load().notes
    assert str(note).endswith(
        "[asked] reads the same files; for it the corrected rows belong into a copy named held-town-asked-…"
    )


def test_a_copy_of_a_list_comes_after_it(office: Office) -> None:
    office.site(ticket=f"{STEPS}\nT1,L1,2023-05-01 10:00,soon\nT2,L1,2023-05-01 10:00,soon").load()
    [path] = office.held_lists()
    for name, first, second in (("", "2023-05-02", "soon"), (" - 副本", "2023-05-03", "2023-05-04")):
        rows = path.read_text("utf-8-sig").replace("soon", first, 1).replace("soon", second)
        rows = rows.replace("is no date: resolved_at", "-")
        office.file(f"{path.stem}{name}.csv", rows)
        office.load()
    for _ in range(2):
        assert office.rows("select resolved_at::date::varchar from log.ticket order by ticket_id") == [
            ("2023-05-03",), ("2023-05-04",),
        ]  # fmt: skip
        assert office.rows("select count(*) from run.listed") == [(0,)]
        office.load(fresh=True)


def inbox(office: Office) -> Path:
    return office.data / "sites" / "town" / "inbox"


PLAIN = "ticket_id,category,reported_at"
PLAIN_COLUMNS = 'columns = {ticket_id = "ticket_id", category = "category", reported_at = "reported_at"}\n'
WEEKLY = f"""[w]
pattern = "w*"
table = "ticket"
newest_by = {{in_name = '([0-9]{{8}})'}}
{PLAIN_COLUMNS}"""
CATEGORIES = "select ticket_id, category from log.ticket order by 1"


def test_a_held_row_is_known_by_its_text_also_where_its_file_has_changed_since(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.site(ticket=f"{PLAIN}\nT1,x,badly\nT2,x,worse").load()
    office.file("ticket.csv", f"{PLAIN}\nT9,n,2023-05-02\nT1,x,badly")
    out = office.data / "out"
    assert main(["held", "--out", str(out)]) == 0
    [path] = out.iterdir()
    rows = [line.split(",")[-3:] for line in path.read_text("utf-8-sig").splitlines()[1:]]
    assert rows == [["T1", "x", "badly"]]
    assert (
        "1 rows are not in it: their files are not there (put them back), or say something else by now"
        in capsys.readouterr().err
    )


def test_of_two_corrections_of_a_dated_row_that_of_the_later_list_stands(office: Office) -> None:
    office.site(sources=WEEKLY).file("w20240105.csv", f"{PLAIN}\nT1,x,badly")
    office.load()
    [path] = office.held_lists()
    text = path.read_text("utf-8-sig")
    for number, corrected in enumerate((",z,2023-05-09", ",a,2023-05-02")):
        office.file(f"held-town-w-{number}.csv", text.replace(",x,badly", corrected))
        office.load()
    for _ in range(2):
        assert office.rows(CATEGORIES) == [("T1", "a")]
        office.load(fresh=True)


def test_a_list_used_again_for_other_rows_leaves_its_old_corrections_where_they_stood(office: Office) -> None:
    office.site(ticket=f"{PLAIN}\nT1,x,badly").remap("ticket*.csv", "2*.csv")
    office.file("20240101.csv", f"{PLAIN}\nT1,x,badly")
    office.load()
    for week, broken in (("20240108", "T3,x,badly"), ("", "")):
        [path] = office.held_lists()
        office.file("held-town-ticket-fix.csv", path.read_text("utf-8-sig").replace("badly", "2023-05-02"))
        office.load()
        if week:
            office.file(f"{week}.csv", f"{PLAIN}\n{broken}\nT1,x,badly")
            office.load()
            assert office.rows("select file, line from run.listed") == [("20240108.csv", 2)]
    assert office.rows("select count(*) from run.listed") == [(0,)]
    office.file("20240115.csv", f"{PLAIN}\nT1,done,2023-05-02")
    office.load()
    assert office.rows(CATEGORIES) == [("T1", "done"), ("T3", "x")]


def test_a_row_that_a_list_leaves_out_again_is_listed_as_before(office: Office) -> None:
    office.site(ticket=f"{PLAIN}\nT1,x,badly\nT2,x,worse").load()
    [path] = office.held_lists()
    rows = path.read_text("utf-8-sig").replace("badly", "2023-05-02").splitlines()
    listed = "select file, line from run.listed"
    office.file("held-town-ticket-fix.csv", "\n".join(rows))
    office.load()
    assert office.rows(listed) == [("held-town-ticket-fix.csv", 3)]
    office.file("held-town-ticket-fix.csv", "\n".join(rows[:2]))
    office.load()
    assert office.rows(listed) == [("ticket.csv", 3)]


def test_a_row_corrected_in_vain_in_a_list_that_is_gone_comes_from_its_file(office: Office) -> None:
    office.site(ticket=f"{PLAIN}\nT1,x,badly").load()
    office.correct({"badly": "worse"}, "-one")
    office.load()
    for path in inbox(office).glob("held-*"):
        path.unlink()
    [path] = office.held_lists()
    assert path.read_text("utf-8-sig").splitlines()[1].endswith("T1,x,badly")
    office.file("ticket.csv", f"{PLAIN}\nT1,x,2023-05-03")
    office.load()
    assert office.rows("select count(*) from run.listed") == [(0,)]


def test_a_corrected_row_of_a_packed_file_is_as_new_as_its_archive(office: Office) -> None:
    office.site(sources=WEEKLY)
    with zipfile.ZipFile(inbox(office) / "w_20240101.zip", "w") as archive:
        archive.writestr("sub/a.csv", f"{PLAIN}\nT1,x,badly")
    office.file("w_20240105.csv", f"{PLAIN}\nT1,z,2023-05-02")
    office.load()
    office.correct({"badly": "2023-05-02"})
    office.load()
    assert office.rows(CATEGORIES) == [("T1", "z")]


@pytest.mark.parametrize("dated", [False, True])
def test_corrected_rows_stay_corrected_when_their_section_and_its_list_are_renamed(office: Office, dated: bool) -> None:
    office.site(sources=WEEKLY if dated else WEEKLY.replace("newest_by", "# newest_by"))
    office.file("w20240105.csv", f"{PLAIN}\nT1,x,badly")
    office.load()
    office.correct({"badly": "2023-05-02"})
    office.load()
    office.remap("[w]", "[v]")
    [path] = inbox(office).glob("held-*")
    path.rename(path.with_name(path.name.replace("town-w", "town-v")))
    for fresh in (False, True):
        assert [str(note) for note in office.load(fresh=fresh).notes if "held_id" in str(note)] == []
        assert office.rows(CATEGORIES) == [("T1", "x")]
        assert office.rows("select count(*) from run.listed") == [(0,)]


@pytest.mark.parametrize("newest", ["newest_by = {in_name = '([0-9]{8})'}", 'newest_by = "resolved_at"', ""])
def test_a_correction_outlasts_its_row_in_every_file_it_came_with(office: Office, newest: str) -> None:
    columns = '{ticket_id = "ticket_id", class = "class", reported_at = "reported_at", due_at = "due_at"}'
    office.site(sources=f'[w]\npattern = "w*"\ntable = "ticket"\n{newest}\ncolumns = {columns}\n')
    for day in ("20240101", "20240108"):
        office.file(f"w{day}.csv", "ticket_id,class,reported_at,due_at,resolved_at\nT1,特急,2023-05-01,2023-05-09,")
    office.load()
    office.correct({"特急": "key", "2023-05-09": "2023-05-02"})
    office.load()
    office.remap("", '[w.values.class]\n"特急" = "key"\n')
    for fresh in (False, True):
        office.load(fresh=fresh)
        assert office.rows("select due_at::date::varchar from log.ticket") == [("2023-05-02",)]


def test_headers_and_files_that_a_spreadsheet_would_run_are_marked(office: Office) -> None:
    office.site(sources='[t]\npattern = "*.csv"\ntable = "ticket"\n'
                'columns = {ticket_id = "=1+1", reported_at = "at"}\n')  # fmt: skip
    office.file("=2+2.csv", "=1+1,at\nT1,badly")
    office.load()
    [path] = office.held_lists()
    head, row = path.read_text("utf-8-sig").splitlines()
    assert ",'=1+1," in head and ",'=2+2.csv," in row
    office.correct({"badly": "2023-05-02"})
    assert office.load().refused == []
    assert office.rows("select ticket_id from log.ticket") == [("T1",)]


def section(name: str) -> str:
    return f'[{name}]\npattern = "{name}*.csv"\ntable = "ticket"\n{PLAIN_COLUMNS}'


@pytest.mark.parametrize("first", ["the state of the other", "the correction"])
def test_a_correction_stands_where_its_row_stood_also_among_other_sections(office: Office, first: str) -> None:
    office.site(sources=section("a") + section("b"))
    office.file("a_1.csv", f"{PLAIN}\nT1,x,badly")
    if first != "the correction":
        office.file("b_1.csv", f"{PLAIN}\nT1,y,2023-05-03")
    office.load()
    office.correct({"badly": "2023-05-02"})
    office.load()
    office.file("b_1.csv", f"{PLAIN}\nT1,y,2023-05-03")
    for fresh in (False, True):
        office.load(fresh=fresh)
        assert office.rows(CATEGORIES) == [("T1", "y")]


def test_a_newer_state_outdoes_a_correction_whose_section_was_renamed(office: Office) -> None:
    office.site(sources=section("u"))
    office.file("u_1.csv", f"{PLAIN}\nT1,x,badly")
    office.load()
    office.correct({"badly": "2023-05-02"}, "-one")
    office.load()
    office.site(sources=section("v").replace('"v*.csv"', '"u*.csv"'))
    [path] = inbox(office).glob("held-*")
    path = path.rename(path.with_name(path.name.replace("town-u", "town-v")))
    office.load()
    path.write_text(path.read_text("utf-8").replace(",x,", ",edited,"), "utf-8")
    office.load()
    assert office.rows(CATEGORIES) == [("T1", "edited")]
    office.file("u_2.csv", f"{PLAIN}\nT1,done,2023-05-02")
    for fresh in (False, True):
        office.load(fresh=fresh)
        assert office.rows(CATEGORIES) == [("T1", "done")]


def test_a_correction_edited_after_its_row_came_in_an_earlier_file_too(office: Office) -> None:
    office.site(sources=section("u"))
    office.file("u_2.csv", f"{PLAIN}\nT1,x,badly")
    office.load()
    office.correct({"badly": "2023-05-02"}, "-one")
    office.load()
    office.file("u_1.csv", f"{PLAIN}\nT1,x,badly")
    office.load()
    [path] = inbox(office).glob("held-*")
    path.write_text(path.read_text("utf-8").replace(",x,", ",b,"), "utf-8")
    for fresh in (False, True):
        office.load(fresh=fresh)
        assert office.rows(CATEGORIES) == [("T1", "b")]


@pytest.mark.parametrize("named", ["", "h00000000000"])
def test_a_broken_row_that_a_list_adds_is_listed_as_its_own(office: Office, named: str) -> None:
    office.site(ticket=f"{PLAIN}\nT1,x,badly\nT2,x,2023-05-01").load()
    [path] = office.held_lists()
    text = path.read_text("utf-8-sig").replace("badly", "2023-05-02")
    office.file("held-town-ticket-1.csv", f"{text}{named},ticket.csv,3,,T5,x,2023-13-45")
    for fresh in (False, True):
        office.load(fresh=fresh)
        assert office.rows("select file, line from run.listed") == [("held-town-ticket-1.csv", 3)]
