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
        ("2024年5月，20240501起", "2024年5月，20240501起"),
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


def test_the_same_person_can_still_be_counted(secretive: Office) -> None:
    secretive.load()
    steward, reporter = secretive.rows("select steward_id, reporter from log.ticket")[0]
    assert len(str(steward)) == 16 and isinstance(reporter, int)
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
