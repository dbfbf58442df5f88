"""Secrets planted where offices have them never reach the warehouse, a log, the screen or an export."""

from pathlib import Path

import pytest

from etl.__main__ import main
from etl.personal import mask
from tests.office import UNITS, Office

SECRETS = ("13912345678", "139 1234 5678", "11010519491231002X", "皖A12345", "欧阳锋某", "东门大街", "OPENID9f3")
SOURCES = """
[unit]
pattern = "unit*.csv"
table = "unit"
columns = {unit_id = "unit_id", parent_id = "parent_id", level = "level", name = "name", households = "households"}
[tickets]
pattern = "tickets*.csv"
table = "ticket"
keep = ["title"]
personal = ["steward_id"]
[tickets.columns]
ticket_id = "编号"
unit_id = "单元"
reported_at = "时间"
title = "标题"
reporter = "来电人"
steward_id = "处理人"
[steps]
pattern = "steps*.csv"
table = "ticket_event"
columns = {ticket_id = "编号", happened_at = "时间", event = "动作", note = "意见"}
[states]
pattern = "states*.csv"
table = "ticket_event"
kind = "snapshots"
columns = {ticket_id = "编号", happened_at = "时间"}
[[states.changes]]
column = "状态"
to = ["已办结"]
event = "resolved"
[[states.changes]]
column = "经办人"
event = "handed_down"
[calls]
pattern = "calls*.csv"
table = "callback"
columns = {ticket_id = "编号", asked_at = "时间", comment = "备注"}
"""
FILES = {
    "tickets.csv": "编号,单元,时间,标题,来电人,处理人,住址,openid\n"
    "T1,L1,2023-05-01,致电13912345678（139 1234 5678）或 11010519491231002X，车皖A12345,"
    "欧阳锋某 13912345678,欧阳锋某,东门大街,OPENID9f3\n"
    ",L1,2023-05-01,致电13912345678,欧阳锋某,欧阳锋某,东门大街,OPENID9f3\n",
    "steps.csv": "编号,时间,动作,意见\nT1,2023-05-02,responded,欧阳锋某住东门大街\n",
    "states.csv": "编号,时间,状态,经办人\nT1,2023-05-02,办理中,欧阳锋某\nT1,2023-05-03,已办结,13912345678\n",
    "calls.csv": "编号,时间,备注\nT1,2023-05-04,欧阳锋某满意\n",
}  # fmt: skip


@pytest.fixture
def secretive(office: Office) -> Office:
    office.site(sources=SOURCES)
    office.file("unit.csv", UNITS)
    for name, text in FILES.items():
        office.file(name, text)
    return office


def leaks(content: bytes) -> list[str]:
    return [secret for secret in SECRETS for codec in ("utf-8", "gb18030") if secret.encode(codec) in content]


def test_no_secret_in_what_is_published_logged_or_shown(secretive: Office, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["load"], ["status"], ["status", "--json"], ["held"]):
        assert main(words) == 0
    for file in (secretive.data / "sites" / "town" / "inbox").glob("*.csv"):
        assert main(["inspect", str(file)]) == 0
    said = capsys.readouterr()
    assert leaks((said.out + said.err).encode()) == []
    for path in (secretive.data / "warehouse").iterdir():
        assert leaks(path.read_bytes()) == [], path.name
    tables = secretive.rows("select schema_name || '.' || table_name from duckdb_tables()")
    cells = "\n".join(str(secretive.rows(f"select columns(*)::varchar from {table}")) for (table,) in tables)
    assert leaks(cells.encode()) == []
    assert "致电〔电话〕（〔电话〕）或 〔证件〕，车〔车牌〕" in cells


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("回拨１３８１２３４５６７８", "回拨〔电话〕"),
        ("138.1234.5678", "〔电话〕"),
        ("家里85551234打不通", "家里〔电话〕打不通"),
        ("430102 19900101 123X", "〔证件〕"),
        ("旧证430102900101123", "旧证〔证件〕"),
        ("4301 0219 9001 0112 34", "〔证件〕"),
        ("138  0013  8000", "〔电话〕"),
        ("138/0013/8000", "〔电话〕"),
        ("138_0013_8000", "〔电话〕"),
        ("三号楼2单元501", "〔门牌〕"),
        ("3-2-501室漏水", "〔门牌〕漏水"),
        ("3栋501", "〔门牌〕"),
        ("一三九一一一一零零零一", "〔电话〕"),
        ("十二栋三零三室", "〔门牌〕"),
        ("2024年5月，20240501起", "2024年5月，20240501起"),
        ("金额1500，１３９１１１１０００１", "金额1500，〔电话〕"),
        ("0559 139 1111 0001", "0559 〔电话〕"),
        ("身份证110105 19610823 0167，2024-01-05报", "身份证〔证件〕，2024-01-05报"),
        ("北京2024年，南京12345热线", "北京2024年，南京12345热线"),
        ("三门课，零门槛，致使100000元", "三门课，零门槛，致使100000元"),
        (
            "2024-01-05 13:00 至 2024-01-06 14:00，12345热线，第3次，共12件",
            "2024-01-05 13:00 至 2024-01-06 14:00，12345热线，第3次，共12件",
        ),
    ],
)
def test_what_kept_text_and_the_screen_hide(office: Office, text: str, masked: str) -> None:
    assert mask(text) == masked
    office.site(ticket=f"ticket_id,reported_at,title\nT1,2023-05-01,{text}").load()
    assert office.rows("select title from log.ticket") == [(masked,)]


def test_people_in_the_first_row_of_a_file_without_a_header_are_not_repeated(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.site(ticket="ticket_id,reported_at\nT1,2023-05-01").load()
    office.file("ticket2.csv", "T1,张三丰,13812345678")
    office.file("ticket3.csv", "ticket_id,张三丰13812345678")
    assert main(["load"]) == 1
    assert "ticket2.csv: The file has none of the columns reported_at, ticket_id." in capsys.readouterr().err
    for path in (office.data / "warehouse").iterdir():
        assert b"13812345678" not in path.read_bytes()


def test_a_torn_row_shows_nothing_under_names_that_may_be_wrong(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.site(ticket="ticket_id,category,reported_at\nT1,noise,2023-05-01\nT2,noise,欧阳锋,2023-05-01").load()
    assert main(["held"]) == 0
    said = capsys.readouterr().out
    assert "has another number of cells" in said and "category •••" in said
    assert "欧阳锋" not in said and "T2" not in said


def test_a_column_that_becomes_personal_leaves_the_file(office: Office) -> None:
    text = "ticket_id,reported_at,steward_id\n" + "\n".join(f"T{n},2023-05-01,欧阳锋{n}" for n in range(3000))
    office.site(ticket=text).load()
    assert "欧阳锋2999".encode() in office.warehouse.path.read_bytes()
    office.remap("", 'personal = ["steward_id"]\n')
    before = office.rows("select ticket_id from log.ticket")
    office.load()
    assert "欧阳锋".encode() not in office.warehouse.path.read_bytes()
    assert office.rows("select ticket_id from log.ticket") == before
    assert office.load().version is None


@pytest.mark.parametrize("what", ["gone", "overwritten"])
def test_text_that_is_kept_no_more_leaves_the_file_also_of_rows_whose_file_is_gone(office: Office, what: str) -> None:
    text = "ticket_id,reported_at,title\n" + "\n".join(f"T{n},2023-05-01,欧阳锋{n}" for n in range(3000))
    office.site(ticket=text).load()
    assert "欧阳锋2999".encode() in office.warehouse.path.read_bytes()
    file = office.data / "sites" / "town" / "inbox" / "ticket.csv"
    file.unlink() if what == "gone" else file.write_text(text.replace("T1,", "X1,"))
    office.remap('keep = ["title"]\n', "")
    assert office.load().version == 2
    assert "欧阳锋".encode() not in office.warehouse.path.read_bytes()
    assert office.rows("select count(*) from log.ticket") == [(3000,)]


def test_names_that_are_read_no_more_leave_the_file(office: Office) -> None:
    head = "steward_id,unit_id,started_on,display_name\n"
    office.site(unit=UNITS, steward=f"{head}S1,L1,2023-01-01,欧阳锋某\n").file(
        "steward2.csv", f"{head}S2,L1,2023-01-01,欧阳锋某\n"
    )
    office.load()
    assert office.rows("select distinct display_name from log.steward") == [("欧阳锋某",)]
    (office.data / "sites" / "town" / "inbox" / "steward2.csv").unlink()
    office.remap(', display_name = "display_name"', "")
    office.load()
    assert office.rows("select count(*), count(display_name) from log.steward") == [(2, 0)]
    assert "欧阳锋".encode() not in office.warehouse.path.read_bytes()


def test_the_same_person_can_still_be_counted(secretive: Office) -> None:
    secretive.load()
    steward, reporter = secretive.rows("select steward_id, reporter from log.ticket")[0]
    assert len(str(steward)) == 17 and isinstance(reporter, int)
    secretive.file(
        "tickets2.csv", "编号,单元,时间,标题,来电人,处理人\nT2,L1,2023-05-01,x,欧阳锋某13912345678,欧阳锋某\n"
    )
    secretive.file(
        "tickets3.csv", "编号,单元,时间,标题,来电人,处理人\nT3,L1,2023-05-01,x,欧阳锋某(+86)139-1234-5678,x\n"
    )
    secretive.load()
    assert secretive.rows("select count(distinct steward_id) from log.ticket where ticket_id <> 'T3'") == [(1,)]
    assert secretive.rows("select count(distinct reporter) from log.ticket where ticket_id <> 'T3'") == [(1,)]


def test_held_rows_written_whole_are_the_only_place(secretive: Office, tmp_path: Path) -> None:
    secretive.load()
    assert main(["held", "--out", str(tmp_path / "out")]) == 0
    [path] = (tmp_path / "out").iterdir()
    assert "东门大街" in path.read_text("utf-8-sig") and "OPENID9f3" in path.read_text("utf-8-sig")


def test_a_header_of_two_rows_that_is_none_tells_no_cells(office: Office) -> None:
    columns = '{ticket_id = "编号", reported_at = "时间/受理", resolved_at = "办结"}'
    office.site(sources=f'[t]\npattern = "t*.csv"\ntable = "ticket"\nheader = [1, 2]\ncolumns = {columns}\n')
    office.file("t.csv", "编号,时间,办结,反映人\nT1,2024-01-05,,欧阳锋某\nT2,2024-01-06,,欧阳锋某")
    [refused] = office.load().refused
    assert str(refused) == "town/t.csv: The file has no column 时间/受理, 编号; it has 编号/…, 时间/…, 办结, 反映人/…."


@pytest.mark.parametrize("renamed", [False, True])
def test_what_becomes_personal_is_hashed_whatever_it_looks_like_and_however_its_section_is_called(
    office: Office, renamed: bool
) -> None:
    text = "ticket_id,reported_at,steward_id,title\nT{n},2023-05-01,6222021234567890,路灯\n"
    office.site(ticket=text.format(n=1)).load()
    (office.data / "sites" / "town" / "inbox" / "ticket.csv").unlink()
    office.file("ticket2.csv", text.format(n=2))
    office.load()
    office.remap('keep = ["title"]\n', 'keep = ["title"]\npersonal = ["steward_id"]\n')
    if renamed:
        office.remap("[ticket]", "[tickets]")
    office.load()
    hashed = office.rows("select distinct steward_id, title from log.ticket")
    assert len(hashed) == 1 and len(str(hashed[0][0])) == 17 and hashed[0][1] == "路灯"
    assert b"6222021234567890" not in office.warehouse.path.read_bytes()
    office.remap('personal = ["steward_id"]', 'personal = ["steward_id", "channel"]')
    office.load()
    assert office.rows("select distinct steward_id, title from log.ticket") == hashed


@pytest.mark.parametrize(
    "said",
    ["138\u00a00013\u00a08000", "138\t0013\t8000", "138\u201100138000", "138   0013   8000", "340102 1990 0101 1234",
     "皖 A12345", "12#楼301", "301房", "2-301",
     "0559-2345678/13911110001", "0559 2345678 05592345678", "13911110001 13922220002", "0086 139 1111 0001",
     "139　1111　0001 13911110001号", "1-3-9-1-1-1-1-0-0-0-1", "+86 (139) 1111 0001", "139~1111~0001",
     "139，1111，0001",
     "139\u20091111\u20090001", "139\u200d1111\u200d0001", "139\u00ad1111\u00ad0001", "110105 491231 002",
     "110105,19491231,0021", "皖A·1 2 3 4 5", "皖-A12345", "皖J.12345", "皖A1234学", "WJ皖01234",
     "3栋2门301", "3#501",
     "3－2－501", "3—2—501", "三号楼五〇一室 2", "a1.b2@c3.com", "2345678，341002 19861228 8029",
     "110105 19850302 0714.7346883", "139、1111、0001", "139*1111*0001", "139|1111|0001", "139−1111−0001",
     "皖A—10001", "皖A　10001", "12栋3楼303", "12栋303、304", "12–303", "１２－３０３"],
)  # fmt: skip
def test_numbers_are_masked_however_they_are_broken_up(said: str) -> None:
    assert not [digit for digit in mask(f"找{said}的人") if digit in "0123456789"]


def test_one_person_written_in_two_ways_is_one(secretive: Office) -> None:
    head = "编号,单元,时间,标题,来电人,处理人\n"
    for number, caller in enumerate(("138 0013 8000", "138\u00a00013\u20138000", "＋86 138-0013-8000")):
        secretive.file(f"tickets{number}.csv", f"{head}T{number},L1,2023-05-01,x,{caller},x\n")
    secretive.load()
    assert secretive.rows("select count(distinct reporter) from log.ticket where ticket_id <> 'T1'") == [(1,)]


def test_a_column_that_is_personal_again_names_the_same_people(office: Office) -> None:
    text = "ticket_id,reported_at,steward_id\nT{n},2023-05-01,S1\n"
    office.site(ticket=text.format(n=1)).file("ticket2.csv", text.format(n=2))
    office.remap("", 'personal = ["steward_id"]\n')
    office.load()
    (office.data / "sites" / "town" / "inbox" / "ticket2.csv").unlink()
    for old, new in (('personal = ["steward_id"]\n', ""), ("", 'personal = ["steward_id"]\n')):
        office.remap(old, new)
        office.load()
    assert office.rows("select count(*), count(distinct steward_id) from log.ticket") == [(2, 1)]


def test_a_key_that_becomes_personal_is_still_one_key(office: Office) -> None:
    row = "steward_id,unit_id,started_on\nS1,L1,2023-01-01\n"
    office.site(unit=UNITS, steward=row).file("steward2.csv", row)
    office.load()
    (office.data / "sites" / "town" / "inbox" / "steward2.csv").unlink()
    office.remap("", 'personal = ["steward_id"]\n')
    assert office.load().version == 2
    assert office.rows("select count(*), min(length(steward_id)) from log.steward") == [(1, 17)]
