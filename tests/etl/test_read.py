"""One file into rows of text."""

import json
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from etl.read import Form, Part, Rows, Unreadable, quick
from etl.read import read as lay_out

TABLE = "编号,内容\n1,路灯不亮\n2,井盖松动\n"


def read(path: Path, form: Form = Form()) -> tuple[Rows, list[dict[str, str]]]:  # noqa: B008
    """What is known of a file, and its rows by the names of its columns."""
    with duckdb.connect() as con:
        made = lay_out(con, Part(path), form)
        laid = con.execute("from rows").fetchall()
    return made, [dict(zip(("line", "problem", *made.columns), row, strict=True)) for row in laid]


def rows(path: Path, form: Form = Form()) -> list[dict[str, str]]:  # noqa: B008
    return read(path, form)[1]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_encodings_are_found_out(tmp_path: Path, encoding: str, found: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.encode(encoding))
    made, laid = read(path)
    assert made.encoding == found
    assert made.columns == ("编号", "内容")
    assert [row["内容"] for row in laid] == ["路灯不亮", "井盖松动"]


def test_a_gb18030_character_that_strict_gbk_rejects(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,内容\n1,㐀路\n".encode("gb18030"))
    assert rows(path, Form("gbk"))[0]["内容"] == "㐀路"


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_delimiters_are_found_out(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE.replace(",", mark))
    assert read(path)[0].columns == ("编号", "内容")


def test_lines_are_those_of_the_file_even_with_a_line_break_in_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"two\nlines"\n\n2,x\n')
    made, laid = read(path)
    assert [row["line"] for row in laid] == ["2", "5"]
    assert made.ignored == 1


def test_a_row_of_another_width_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1\n1,2,3\n1,2,\n")
    assert [(row["problem"], row["b"]) for row in rows(path)] == [
        ("has another number of cells than the header: 1 / 2", None),
        ("has another number of cells than the header: 3 / 2", "2, 3"),
        (None, "2"),
    ]


def test_blank_and_repeated_headers_get_names(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,,a,a\n1,2,3,4\n")
    assert read(path)[0].columns == ("a", "column 2", "a #2", "a #3")


def test_json_array_and_lines_with_nested_and_varying_keys(tmp_path: Path) -> None:
    records = [{"id": 1, "at": {"lat": 2.5}}, {"id": "2", "gone": None, "tags": ["x"]}]
    array, lines = tmp_path / "a.json", tmp_path / "a.jsonl"
    array.write_text(json.dumps(records))
    lines.write_text("".join(json.dumps(record) + "\n" for record in records))
    for made, laid in (read(array), read(lines)):
        assert made.columns == ("id", "at.lat", "gone", "tags")
        assert laid[0]["at.lat"] == "2.5"
        assert laid[1] == {
            "line": "2", "problem": None, "id": "2", "at.lat": None, "gone": None, "tags": '["x"]',
        }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n \n", "The file is empty."),
        (b"<!DOCTYPE html><html></html>", "This is a web page"),
        (b"[1, 2", "This is not valid JSON: line 1"),
        (b"{}", "The file is empty."),
        (b"a,b\n" + b"\x81\x20\xff" * 9, "This is not text in"),
        (b"PK\x03\x04\0\0", "The workbook is damaged or none"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=sentence):
        read(path)


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n")
    assert rows(path) == []


@pytest.mark.parametrize("text", ["[]", '{"data": []}', '{"code": 0, "data": {"total": 0, "records": [], "more": []}}'])
def test_an_export_of_nothing_is_a_file_without_rows(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, "utf-8")
    made, laid = read(path, Form(wanted=frozenset({"id", "at"})))
    assert (made.columns, laid) == (("at", "id"), [])


@pytest.mark.parametrize("rest", ["", "2,b\n" * 300_000])  # read cell by cell, and too large for that
def test_blanks_that_nobody_sees_are_no_part_of_a_cell(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"编号\u200b,内容\n\u200b1\u3000,a\n{rest}", "utf-8")
    form = Form(wanted=frozenset({"编号"}))
    assert quick.look(Part(path), form) is None
    assert rows(path, form)[0] == {"line": "2", "problem": None, "编号": "1", "内容": "a"}


@pytest.mark.parametrize(
    "words",
    [
        "审 核：张三",
        "打 印 时 间:",
        "合  计",
        "本月 合 计",
        "Grand  TOTAL",
        "sub total:",
        "合计：6件",
        "总计（206 件）",
        "制表日期：3月",
    ],
)
def test_spaced_out_totals_are_no_rows_and_nothing_for_the_engine(tmp_path: Path, words: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,kind\n1,noise\n{words},3\n", "utf-8")
    made, laid = read(path)
    assert [row["id"] for row in laid] == ["1"] and made.ignored == 1
    assert quick.look(Part(path), Form(), smallest=0) is None


def test_json_without_a_value_in_a_column_still_has_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"id": 1, "done": null, "at": null}, {"id": 2, "done": null, "at": null}]')
    made, laid = read(path, Form(wanted=frozenset({"id", "done", "at.street"})))
    assert made.columns == ("id", "done", "at", "at.street")
    assert [row["done"] for row in laid] == [None, None]


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_broken_line_of_json_costs_itself_wherever_it_stands(tmp_path: Path, broken: int) -> None:
    path = tmp_path / "a.jsonl"
    lines = ['{"id": 1}', '{"id": 2}', '{"id": 3}']
    lines[broken] = '{"id": '
    path.write_text("\n".join(lines))
    assert [row["problem"] for row in rows(path)].count("is no valid JSON") == 1


def test_one_record_with_a_list_in_it_is_a_record(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"id": "T1", "steps": [{"at": 1}, {"at": 2}]}')
    assert [row["id"] for row in rows(path, Form(wanted=frozenset({"id"})))] == ["T1"]
    assert [row["at"] for row in rows(path, Form(wanted=frozenset({"at"})))] == ["1", "2"]


def test_a_stray_byte_costs_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.encode().replace("路灯".encode(), "路\0灯".encode()))
    assert [row["problem"] for row in rows(path)] == ["holds bytes that are no text", None]


def test_a_wrapping_object_that_shares_a_name_with_its_records_is_still_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"status": "ok", "data": [{"id": "T1", "status": "open"}]}')
    assert [row["id"] for row in rows(path, Form(wanted=frozenset({"id", "status"})))] == ["T1"]


def test_what_is_no_object_has_nothing_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"id": 1, "kind": "noise"}, {"id": 2, "kind": null}]')
    assert read(path, Form(wanted=frozenset({"id", "kind.name"})))[0].columns == ("id", "kind")


def test_the_first_line_of_json_lines_may_be_long(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "x" * 2**21}) + '\n{"id": 2}\n')
    assert len(rows(path)) == 2


@pytest.mark.parametrize("declared", ["utf-16", "gb18030"])
def test_an_encoding_that_is_not_the_files_is_named_with_the_one_that_is(tmp_path: Path, declared: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE + "3,€é路" * 40, "utf-8")
    with pytest.raises(Unreadable, match="leave `encoding` out"):
        read(path, Form(declared))


def test_json_keeps_what_is_torn_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = (
        '{"id": "一", "内容": "路灯不亮，井盖松动，楼道里堆放着杂物"}', '{"id": 123.0, "a\\ud800": "x"}', '{"id":',
        '{"id": "工X单"}',
    )  # fmt: skip
    path.write_bytes("\n".join(lines).encode().replace(b"X", b"\xff"))
    assert [(row["id"], row["problem"]) for row in rows(path)] == [
        ("一", None), ("123", None), ('{"id":', "is no valid JSON"), ("工?单", "holds bytes that are no text"),
    ]  # fmt: skip


def test_a_sheet_beside_with_the_same_columns_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("1月", "2月", "说明"):
            book.add_worksheet(name).write_row(0, 0, ["编号", "内容"] if name != "说明" else ["本表", "每周"])
    assert read(path, Form(wanted=frozenset({"编号"})))[0].beside == ("2月",)


def test_the_last_moment_of_time_is_a_date_too(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "时间"])
        sheet.write_number(1, 1, 2958465.99999999, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
    assert rows(path)[0]["时间"].startswith("9999-12-31 23:59")
