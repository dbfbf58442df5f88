"""A look at an unmapped file: what it is, and a draft that needs only correcting."""

import json
import tomllib
import zipfile
from pathlib import Path

import pytest

from board.core.words import Words
from etl import draft as drafts
from etl.__main__ import main
from etl.inspect import LISTED, Seen, inspect
from etl.read import Part
from etl.sources import parse_source
from tests.office import UNITS, Office


def draft(seen: Seen) -> str:
    return drafts.draft(seen, Words("en"))[1]


LEDGER = "填报：某社区,,,,,\n工单编号,受理时间,受理渠道,诉求类别,联系电话,办结时间,户数\n" + "".join(
    f"GD{n:04},2024/1/{n % 28 + 1} 9:32,{'电话' if n % 2 else '微信'},{'噪音' if n % 3 else '停车'},139{n:08},"
    f"{'2024/2/1 10:00' if n % 4 else ''},{n}\n"
    for n in range(1, 41)
)


def test_the_draft_of_a_ledger_loads_it_after_correction(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "工单台账_202401.csv"
    path.write_bytes(LEDGER.encode("gb18030"))
    seen = inspect(Part(path))
    assert (seen.rows.encoding, seen.rows.header, seen.rows.ignored) == ("gb18030", (2,), 1)
    assert (seen.count, seen.table) == (40, "ticket")
    assert seen.names == {
        "ticket_id": "工单编号", "channel": "受理渠道", "category": "诉求类别", "reporter": "联系电话",
        "reported_at": "受理时间", "resolved_at": "办结时间",
    }  # fmt: skip
    kinds = {column.name: column.kind for column in seen.columns}
    assert list(kinds.values()) == ["text", "stamp", "code", "code", "whole", "stamp", "whole"]
    assert [f"{column.empty:.0%}" for column in seen.columns if column.name == "办结时间"] == ["25%"]
    text = draft(seen)
    sections = tomllib.loads(text)
    parse_source("工单台账", sections["工单台账"])
    assert sections["工单台账"]["values"] == {
        "channel": {"电话": "phone"},
        "category": {},
    }
    office.site(sources=text)
    (office.data / "sites" / "town" / "inbox" / path.name).write_bytes(path.read_bytes())
    assert office.load().refused == []
    assert office.rows("select count(*), count(resolved_at) from mart.ticket") == [(40, 30)]


def test_examples_hide_what_looks_personal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(LEDGER.encode())
    assert main(["inspect", str(path)]) == 0
    printed = capsys.readouterr()
    said = printed.out + printed.err
    assert "13900000001" not in said and "•••" in said and "噪音" in said


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (("13/01/2024 10:00", "02/01/2024 11:00"), ("%d/%m/%Y %H:%M",)),
        (("01/13/2024 10:00", "01/02/2024 11:00"), ("%m/%d/%Y %H:%M",)),
        (("01/02/2024 10:00", "03/04/2024 11:00"), ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M")),
        (("13/1/2024", "2024-03-14 09:15"), ("%d/%m/%Y", "%Y-%m-%d %H:%M")),
        (("2024/1/5", "2024年1月5日 9时"), ()),
        (("20240105", "20240106"), ()),
        (("2024-01-05 上午 9:30", "2024-01-05T09:30:00+08:00"), ()),
    ],
)
def test_dates_that_read_two_ways_are_left_to_the_office(tmp_path: Path, cells: tuple[str, ...], dates: object) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,when\n" + "".join(f"{number},{cell}\n" for number, cell in enumerate(cells)), "utf-8")
    when = inspect(Part(path)).columns[1]
    assert (when.kind, when.dates) == ("stamp", dates)
    drafted = draft(inspect(Part(path)))
    assert ("read in two ways" in drafted) == all(f"%{day}/%{month}" in str(dates) for day, month in ("dm", "md"))
    assert all(f'"{form}"' in drafted for form in dates)  # type: ignore[attr-defined]


def test_months_are_no_days_unless_the_office_says_so(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "巷长.csv"
    path.write_text("编号,负责小巷,任职日期\nS1,L1,2021-05\nS2,L2,2022年6月\n", "utf-8")
    text = draft(inspect(Part(path)))
    assert tomllib.loads(text)["巷长"]["columns"]["started_on"]["dates"] == ["%Y年%m月", "%Y-%m", "%Y/%m"]
    office.site(unit=UNITS, ticket="ticket_id,reported_at\nT1,2024-05\nT2,2024年5月\nT3,2024-05-01").load()
    assert office.rows("select line, reasons[1] from run.held order by 1") == [
        (2, "is no date: reported_at"), (3, "is no date: reported_at"),
    ]  # fmt: skip


def test_a_list_of_units_is_recognised_and_a_short_column_of_codes_has_its_words(tmp_path: Path) -> None:
    path = tmp_path / "网格.csv"
    path.write_text(
        "编号,上级,层级,名称,户数\nC,,社区,中心,\nG1,C,网格,一,90\nG2,C,网格,二,80\nG3,C,网格,三,70\nP1,C,片,四,9\nP2,C,片,五,9",
        "utf-8",
    )
    section = tomllib.loads(draft(inspect(Part(path))))["网格"]
    assert section["table"] == "unit" and section["columns"]["households"] == "户数"
    assert section["values"] == {"level": {"网格": "grid", "社区": "community"}}


def test_dates_that_begin_with_the_year_are_not_narrowed_to_one_form(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("工单号,受理时间\nT1,2024-01-05 10:00:00\nT2,2024-01-06 11:00:00\n", "utf-8")
    assert "dates" not in tomllib.loads(draft(inspect(Part(path))))["a"]


def test_the_draft_says_what_every_row_needs(tmp_path: Path) -> None:
    path = tmp_path / "活动_20240501.csv"
    path.write_text("活动编号,主办单位\nA1,x\nA2,y\n", "utf-8")
    text = draft(inspect(Part(path)))
    assert "# started_at = …  # needed" in text and "# kind = …  # needed" in text and "in_name" in text


def test_a_log_of_states_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ticket_id,created_at,状态\n" + "T1,2024-01-01,open\n" * 5, "utf-8")
    assert 'kind = "snapshots"' in draft(inspect(Part(path)))


def test_a_list_of_stewards_is_no_list_of_tickets_and_words_are_no_numbers_of_steps(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text("编号,单元,任职,卸任,称呼,党员\nS1,L1,2024-01-02,,王某,是\nS2,L2,2024-01-02,,李某,否\n", "utf-8")
    assert 'table = "steward"' in draft(inspect(Part(path)))
    path.write_text("工单号,时间,步骤\nT1,2024-01-02 09:00,受理\nT1,2024-01-03 09:00,办结\n", "utf-8")
    text = draft(inspect(Part(path)))
    assert 'event = "步骤"' in text and "seq =" not in text and '"受理" = "reported"' in text


@pytest.mark.parametrize(("last", "seq"), [(1, True), (3, False)])  # of steps, and of the rows of the file
def test_a_log_of_steps_is_drafted_with_its_words_and_their_order(tmp_path: Path, last: int, seq: bool) -> None:
    path = tmp_path / "流转.csv"
    path.write_text(
        "工单编号,序号,操作时间,环节,转出层级,转入层级\nA1,1,2026-01-02 09:00,受理,,社区\n"
        f"A1,2,2026-01-02 10:00,催办,社区,街道\nA2,{last},2026-01-03 10:00,办结,街道办,\n",
        "utf-8",
    )
    text = draft(inspect(Part(path)))
    assert ('seq = "序号"' in text) is seq
    assert '"办结" = "resolved"' in text and '"受理" = "reported"' in text and '# "催办"' in text
    assert text.count('# "街道办" = "street"') == 2  # also where it has not come to yet


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("nowhere.csv", 2, "There is no such file."),
        ("", 2, "This is a folder; name a file."),
        ("picture.png", 1, "This is a picture, not a table."),
    ],
)
def test_what_cannot_be_looked_at_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, status: int, said: str
) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert main(["inspect", str(tmp_path / name)]) == status
    assert capsys.readouterr().err == f"{tmp_path / name}: {said}\n"


def test_the_draft_alone_goes_to_the_output_and_names_a_settlement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ticket_id,reported_at,lane,closed_at\nT1,2024-01-01,L1,2024-01-02\n", "utf-8")
    assert main(["inspect", str(path)]) == 0
    section = tomllib.loads(capsys.readouterr().out)["a"]
    assert section["columns"]["resolved_at"] == section["columns"]["closed_at"] == "closed_at"
    assert section["columns"]["unit_id"] == "lane"


ANSWERED = "工单编号,上报时间,办结时间,处理人,满意度\n" + "".join(
    f"GD{n:03},2024-01-{n:02} 09:00,{'' if n > 8 else f'2024-02-{n:02} 10:00'},{'张建国李桂芳'[3 * (n % 2) :][:3]},"
    f"{'' if n > 5 else '满意' if n % 2 else '不满意'}\n"
    for n in range(1, 13)
)


def test_answers_in_a_list_of_tickets_are_drafted_as_its_call_backs_and_names_as_personal(
    office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "工单_1.csv"
    path.write_text(ANSWERED.replace("2024-01-12", "2024-02-30"), "utf-8")
    text = draft(inspect(Part(path)))
    assert 'reported_at = "上报时间"  # no date, and its row is held: "2024-02-30 09:00"' in text
    assert set(tomllib.loads(text)) == {"工单", "工单_callback"}
    office.site(sources=text.replace('# units = "from', 'units = "from'))
    office.file("工单_1.csv", ANSWERED)
    office.load()
    assert office.rows("select source, read, loaded, held, ignored from run.file order by 1") == [
        ("工单", 12, 12, 0, 0), ("工单_callback", 5, 5, 0, 7),
    ]  # fmt: skip
    assert office.rows("select satisfaction, count(*) from log.callback group by all order by 1") == [
        ("dissatisfied", 2), ("satisfied", 3),
    ]  # fmt: skip
    assert office.rows("select count(distinct steward_id) from log.ticket where steward_id like '%国%'") == [(0,)]
    assert office.rows("select count(distinct steward_id) from log.ticket") == [(2,)]
    office.file("工单_1.csv", ANSWERED.replace("GD001,2024-01-01 09:00,2024-02-01 10:00", "GD001,2024-01-01 09:00,"))
    office.load()
    assert office.rows("select line, reasons[1] from run.listed") == [(2, "has no time: 办结时间")]


@pytest.mark.parametrize("name", ["2024.csv", "a..b.csv", "工单[1].csv", "a.b (2).csv", 'q"q.csv'])
@pytest.mark.parametrize("header", ["工单编号", 'no "1"', "a\\b", "x\x7fy", "#no"])
def test_every_draft_is_a_section_that_can_be_used_and_reads_its_file(tmp_path: Path, name: str, header: str) -> None:
    path = tmp_path / name
    cell = header.replace('"', '""')
    dates = "".join(f"{n},2024-01-{n + 1:02}\n" for n in range(20))
    path.write_text(f'"{cell}",上报时间\n{dates}20,"待\n定"\n')
    [(section, raw)] = tomllib.loads(draft(inspect(Part(path)))).items()
    raw["columns"].setdefault("ticket_id", header)
    assert path.match(parse_source(section, raw).pattern)


def test_words_like_those_of_known_codes_are_offered(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    words = ("停车", "噪音扰民", "12345热线", "养猫")
    path.write_text(
        "工单编号,上报时间,类别,来源渠道\n"
        + "".join(f"{n},2024-01-01,{words[n % 4]},{words[n % 4]}\n" for n in range(40))
    )
    text = draft(inspect(Part(path)))
    assert '# "停车" = "parking"' in text and '\n"噪音扰民" = "noise"' in text and '# "养猫" = "…"' in text
    assert '# "12345热线" = "hotline_12345"' in text


def test_drafts_of_one_archive_do_not_collide(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("工单编号,上报时间\n1,2024-01-01\n")
    seen = inspect(Part(path))
    assert [drafts.draft(seen, Words("en"), taken)[0] for taken in ((), ("a",), ("a", "a_2"))] == ["a", "a_2", "a_3"]


def test_call_backs_in_a_list_of_their_own_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "回访.csv"
    path.write_text("工单编号,回访时间,是否接通,是否响应,满意度\n1,2024-01-01,否,,\n2,2024-01-02,是,是,满意\n")
    seen = inspect(Part(path))
    assert seen.table == "callback" and "only_with" not in draft(seen)


def test_what_is_no_number_and_no_plain_word_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "活动.csv"
    cells = "".join(f"H{n},2024-01-0{n}T09:00:00+08:00,入户巡查,约{n}0人\n" for n in range(1, 9)) * 2
    path.write_text("活动编号,活动时间,活动类型,参加人数\n" + cells)
    assert main(["inspect", str(path)]) == 0
    said = capsys.readouterr().out
    assert (
        "participants = \"参加人数\"  # not all numbers: find the part that is with {from = …, find = '([0-9]+)'}"
        in said
    )
    assert '# "入户巡查" = "patrol"  # if that is what it means' in said
    assert "stamp" in [column.kind for column in inspect(Part(path)).columns]


def test_what_looks_personal_is_neither_shown_nor_drafted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(
        f"GD{n},{'噪音13800138000' if n % 2 else '停车'},2024-01-0{n + 1},11010519491231002{n},业主张伟来电{n},"
        f"陈静{'甲乙丙丁'[n]},陈静甲\n"
        for n in range(4)
    )
    path = tmp_path / "a.csv"
    path.write_text(f"工单编号,问题类别,受理时间,办理状态,备注,巷长,经办\n{rows}", "utf-8")
    assert main(["inspect", str(path), "--lang", "en"]) == 0
    said = "".join(capsys.readouterr())
    assert "停车" in said and not [word for word in ("138001", "110105", "张伟", "陈静") if word in said]


def test_what_stands_in_the_section_of_call_backs_is_likely_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ANSWERED, "utf-8")
    assert main(["inspect", str(path), "--lang", "en"]) == 0
    [said] = [line for line in capsys.readouterr().err.splitlines() if line.startswith("满意度")]
    assert " satisfaction " in said


def test_one_member_that_cannot_be_read_costs_the_others_no_draft(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("note.docx", b"PK\x03\x04 no book")
        archive.writestr("a.csv", "工单编号,受理时间\nT1,2024-01-05\n")
    assert main(["inspect", str(path), "--lang", "en"]) == 1
    said = capsys.readouterr()
    assert "a.zip/note.docx: The workbook is damaged" in said.err and 'ticket_id = "工单编号"' in said.out


def test_what_a_terminal_would_obey_is_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("工单编号,A\x1b[2J\nT1,\x9b31m\n", "utf-8")
    assert main(["inspect", str(path), "--lang", "en"]) == 0
    assert not set("\x1b\x9b") & set(capsys.readouterr().err)


def test_nothing_in_a_cell_is_taken_for_markup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("工单编号,[b]:house:\nT1,[/i]\n", "utf-8")
    assert main(["inspect", str(path), "--lang", "en"]) == 0
    said = capsys.readouterr().err
    assert "[b]:house:" in said and "[/i]" in said


TITLED = """群众诉求周报,群众诉求周报,群众诉求周报,群众诉求周报,群众诉求周报,群众诉求周报
工单号,诉求类别,时间,时间,办理情况,办理情况
工单号,,受理,办结,层级,状态
"""


def test_a_header_of_two_rows_below_a_title_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "周报_20240108.csv"
    path.write_text(TITLED + "GD1,噪音,2024-01-01,2024-01-02,社区,办结\nGD2,停车,2024-01-03,,街道,在办\n", "utf-8")
    seen = inspect(Part(path))
    assert seen.rows.header == (2, 3) and seen.count == 2
    assert [column.name for column in seen.columns][2:] == ["时间/受理", "时间/办结", "办理情况/层级", "办理情况/状态"]
    section = tomllib.loads(draft(seen))["周报"]
    assert section["header"] == [2, 3] and section["columns"]["ticket_id"] == "工单号"


def test_two_columns_of_one_name_above_a_row_of_data_are_no_second_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("工单号,时间,时间\nGD1,2024-01-01,2024-01-02\n", "utf-8")
    seen = inspect(Part(path))
    assert seen.rows.header == (1,) and '# happened_at = "时间"' in draft(seen)


def test_a_log_of_many_words_has_them_all_in_its_draft(tmp_path: Path) -> None:
    words = ["受理", "响应", "上报", "派单", "转办", "退回", "延期", "办结", "重办", "归档", "剔除", "催办", "回访"]
    path = tmp_path / "流转.csv"
    rows = [f"GD{n // 13},2024-01-{n % 28 + 1:02},{words[n % 13]}" for n in range(130)]
    path.write_text("工单编号,操作时间,操作\n" + "\n".join(rows), "utf-8")
    text = draft(inspect(Part(path)))
    assert all(f'"{word}" = ' in text for word in words)


@pytest.mark.parametrize("text", ["[{line}, {line}]", "{line}\n{line}\n", '{{"rows": [{line}]}}'])
def test_records_are_drafted_as_tables_are(tmp_path: Path, text: str) -> None:
    path = tmp_path / "步骤.json"
    path.write_text(text.format(line='{"工单号": "A1", "操作": "受理", "操作时间": "2026-03-02 10:00"}'), "utf-8")
    seen = inspect(Part(path))
    assert (seen.rows.layout, seen.table) == ("json", "ticket_event")
    assert seen.names == {"ticket_id": "工单号", "happened_at": "操作时间", "event": "操作"}
    assert tomllib.loads(draft(seen))["步骤"]["table"] == "ticket_event"


def test_what_stands_where_a_header_should_is_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("某巷,13955556666,工单号\n某弄,13955556667,T1\n", "utf-8")
    assert main(["inspect", str(path)]) == 0
    said = capsys.readouterr()
    assert '# not used: "•••"' in said.out and "1395555666" not in said.out + said.err and "某巷" not in said.out


def test_a_file_of_which_no_column_is_known_is_drafted_as_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "说明.csv"
    path.write_text("第一项,第二项\n甲,乙\n", "utf-8")
    text = draft(inspect(Part(path)))
    assert '# ["说明"]' in text and '# not used: "第一项"' in text and tomllib.loads(text) == {}


def test_members_of_one_kind_are_drafted_once_with_the_words_of_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "工单.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("工单1.csv", "工单编号,受理时间,类别\nA1,2024-03-01,停车\n")
        archive.writestr("下/工单2.csv", "工单编号,受理时间,类别\nA2,2024-03-02,养猫\n")
        archive.writestr("readme.txt", "说明\n")
    assert main(["inspect", str(path)]) == 0
    text = capsys.readouterr().out
    assert [*tomllib.loads(text)] == ["工单"] and '"停车"' in text and '"养猫"' in text


def test_words_that_are_too_many_in_one_member_are_listed_of_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, header = tmp_path / "工单.zip", "工单编号,受理时间,类别\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("工单1.csv", header + "A1,2024-03-01,停车\n")
        archive.writestr("工单2.csv", header + "A2,2024-03-02,\n")
    assert main(["inspect", str(path)]) == 0
    assert "停车" in capsys.readouterr().out
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("工单3.csv", header + "".join(f"B{n},2024-03-03,类{n}\n" for n in range(LISTED + 1)))
    assert main(["inspect", str(path)]) == 0
    assert "停车" not in capsys.readouterr().out


@pytest.mark.parametrize(("form", "number"), [("epoch", 1709255700), ("epoch_ms", 1709255700000)])
def test_moments_that_are_numbers_are_drafted_as_such(tmp_path: Path, form: str, number: int) -> None:
    path = tmp_path / "工单.json"
    path.write_text(json.dumps([{"工单编号": "A1", "受理时间": number, "联系电话": 13800000001}]), "utf-8")
    seen = inspect(Part(path))
    assert tomllib.loads(draft(seen))["工单"]["columns"]["reported_at"] == {"from": "受理时间", "dates": [form]}
    assert [column.kind for column in seen.columns] == ["text", "stamp", "whole"]


def test_of_a_file_without_a_header_no_cell_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "工单.csv"
    path.write_text("A1,小巷管家,某某某,2024-03-01 09:00\nA2,小巷管家,某某,2024-03-02 09:00\n", "utf-8")
    assert main(["inspect", str(path)]) == 0
    said = capsys.readouterr()
    assert "Row 1 looks like one of data" in said.err and "某某" not in said.out + said.err
