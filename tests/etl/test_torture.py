"""One file for each format and each defect that offices export: the account of every one is known beforehand."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from tests.office import Office

HEAD = ["工单号", "受理时间", "类别", "户数"]
ROWS = [["T1", "2024-01-05 09:32:09", "噪音", "5"], ["T2", "2024-01-06 10:00:00", "停车", "7"]]
CSV = "\n".join(",".join(row) for row in (HEAD, *ROWS)) + "\n"
SOURCE = """
[tickets]
pattern = "*"
table = "ticket"
{form}
columns = {{ticket_id = "工单号", reported_at = "受理时间", category = "类别"}}
"""
INDICATORS = """
[figures]
pattern = "*"
table = "indicator"
columns = {unit_id = "编码", month = "月份", name = "指标", value = "数值", kind = {value = "flow"}}
"""


def book(fill: Callable[[Any, Any], None], *, sheet: str = "明细") -> bytes:
    """An XLSX as bytes."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        fill(workbook, workbook.add_worksheet(sheet))
    return made.getvalue()


def old_book() -> bytes:
    made, workbook = io.BytesIO(), xlwt.Workbook()
    sheet, style = workbook.add_sheet("明细"), xlwt.XFStyle()
    style.num_format_str = "yyyy-mm-dd hh:mm:ss"
    sheet.write_merge(0, 0, 0, 3, "2024年工单")
    for place, cell in enumerate(HEAD):
        sheet.write(1, place, cell)
    for row, (ticket, day) in enumerate((("T1", datetime(2024, 1, 5, 9, 32, 9)), ("T2", datetime(2024, 1, 6, 10)))):
        sheet.write(row + 2, 0, ticket)
        sheet.write(row + 2, 1, day, style)
        sheet.write(row + 2, 2, "噪音")
    sheet.write(4, 0, "合计")
    sheet.write(4, 3, 12)
    workbook.save(made)
    return made.getvalue()


def plain_sheet(workbook: Any, sheet: Any) -> None:
    for number, row in enumerate((HEAD, *ROWS)):
        sheet.write_row(number, 0, row)


def titled(workbook: Any, sheet: Any) -> None:
    sheet.merge_range(0, 0, 0, 3, "2024年1月工单明细表")
    sheet.write(1, 0, "填报单位：某社区")
    for number, row in enumerate((HEAD, *ROWS)):
        sheet.write_row(number + 3, 0, row)
    sheet.write_row(6, 0, ["合 计：", "", "", 12])
    sheet.write_row(8, 0, ["T3", "2024-01-07 08:00:00", "噪音", 1])


def two_row_header(workbook: Any, sheet: Any) -> None:
    sheet.merge_range(0, 0, 1, 0, "工单号")
    sheet.merge_range(0, 1, 0, 2, "受理")
    sheet.merge_range(0, 3, 0, 4, "办结")
    sheet.write_row(1, 1, ["时间", "类别", "时间", "类别"])
    sheet.write_row(2, 0, ["T1", "2024-01-05 09:32:09", "噪音", "2024-01-08 09:00:00", "停车"])


def merged_cells(workbook: Any, sheet: Any, row: int = 0, column: int = 0) -> None:
    sheet.write_row(row, column, HEAD)
    sheet.write_row(row + 1, column, ["T1", "2024-01-05 09:32:09"])
    sheet.write_row(row + 2, column, ["T2", "2024-01-06 10:00:00"])
    sheet.merge_range(row + 1, column + 2, row + 2, column + 2, "噪音")


def beside_an_empty_column(workbook: Any, sheet: Any) -> None:
    merged_cells(workbook, sheet, 1, 1)


def dates(workbook: Any, sheet: Any) -> None:
    form = workbook.add_format({"num_format": "yyyy/m/d h:mm:ss"})
    sheet.write_row(0, 0, HEAD)
    for number, cell in enumerate((
        datetime(2024, 1, 5, 9, 32, 9), 45296.397326388889, "2024/1/5 9:32:09", "2024-01-05T09:32:09",
        "2024年1月5日 9时32分9秒", "20240105093209",
    ), 1):  # fmt: skip
        sheet.write(number, 0, f"T{number}")
        sheet.write(number, 1, cell, form if isinstance(cell, datetime) else None)
    sheet.write(7, 0, "T7")
    sheet.write(7, 1, date(2024, 1, 5), workbook.add_format({"num_format": "yyyy/m/d"}))
    sheet.write(8, 0, "T8")
    sheet.write(8, 1, "下周五")


def errors(workbook: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ROWS[0])
    sheet.write_row(2, 0, ROWS[1])
    sheet.write_formula(2, 2, "=1/0", value="#DIV/0!")
    sheet.write_formula(1, 3, "=1/0", value="#DIV/0!")  # a column nobody reads


def phantom(workbook: Any, sheet: Any) -> None:
    plain_sheet(workbook, sheet)
    sheet.write_row(5, 0, ["T3", "2024-01-07 08:00:00", "噪音"])
    for row in range(6, 3000):
        sheet.write_blank(row, 0, None, workbook.add_format({"bg_color": "#ffffff"}))


def names(workbook: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["工单号", "", "受理时间", "备注", "备注", "类别", "", ""])
    sheet.write_row(1, 0, ["T1", "x", "2024-01-05 09:32:09", "a", "b", "噪音"])


def beside_a_short_sheet(workbook: Any, sheet: Any) -> None:
    sheet.write(0, 0, "本表每周导出")
    sheet.write_row(2, 0, HEAD)
    sheet.write_row(3, 0, ROWS[0])
    workbook.add_worksheet("说明").write(0, 0, "见明细")


def many_sheets(workbook: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["说明", "本表每周导出"])
    plain_sheet(workbook, workbook.add_worksheet("工单"))
    hidden = workbook.add_worksheet("旧工单")
    plain_sheet(workbook, hidden)
    hidden.write_row(3, 0, ["T9", "2024-01-05 09:32:09", "噪音", "1"])
    hidden.hide()


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def chinese_windows_zip(name: str, content: bytes) -> bytes:
    """A zip whose names are in GB18030 without saying so, as Chinese Windows packs them."""
    made = zipped({"x" * len(name.encode("gb18030")): content})
    return made.replace(b"x" * len(name.encode("gb18030")), name.encode("gb18030"))


RECORDS = [{"工单号": row[0], "受理": {"时间": row[1]}, "类别": row[2]} for row in ROWS]
VARYING = {"工单号": "T3", "受理": {"时间": "2024-01-07 08:00:00", "人": "某"}}
NESTED = SOURCE.replace('"受理时间"', '"受理.时间"')
BOTH = {"T1": ("2024-01-05 09:32:09", "噪音"), "T2": ("2024-01-06 10:00:00", "停车")}
T1 = {"T1": BOTH["T1"]}
T3 = {"T3": ("2024-01-07 08:00:00", "噪音")}
WIDE = "工单" * 400  # so that hardly a character is ASCII
BROKEN = "has a quote that is not closed"

# name, content, declared form, (read, loaded, unchanged, superseded, held, ignored), what is loaded, why rows are held
Case = tuple[str, bytes, str, tuple[int, ...], dict[str, tuple[str, str | None]], list[tuple[int, str]]]
CASES: list[Case] = [
    ("column_b.xlsx", book(beside_an_empty_column), "", (2, 2, 0, 0, 0, 1),
     {"T1": ("2024-01-05 09:32:09", "噪音"), "T2": ("2024-01-06 10:00:00", "噪音")}, []),
    ("sums_in_words.csv", f"{','.join(HEAD)}\n说明：堆物,2024-01-05 09:32:09,噪音,\n本月合计,,12,3\n".encode(), "",
     (1, 1, 0, 0, 0, 1), {"说明：堆物": BOTH["T1"]}, []),
    ("no_mark.csv", f"工单号,受理时间,类别\n{WIDE},2024-01-05 09:32:09,噪音\n".encode("utf-16-be"),
     'encoding = "utf-16"', (1, 1, 0, 0, 0, 0), {WIDE: BOTH["T1"]}, []),
    ("sums_of_months.csv", f"{','.join(HEAD)}\n活动合计,2024-01-05 09:32:09,噪音,\n活动小计,,,57\n".encode(), "",
     (1, 1, 0, 0, 0, 1), {"活动合计": BOTH["T1"]}, []),
    ("slip.csv", f"{','.join(HEAD)}\nT1,2024-01-05 09:32:09,噪音,\nT2,2024-01-06,停".encode() + b"\xe8\xbd", "",
     (2, 1, 0, 0, 1, 0), T1, [(3, "holds bytes that are no text")]),
    ("short_sheet.xlsx", book(beside_a_short_sheet), "header = 3", (1, 1, 0, 0, 0, 2), T1, []),
    ("cut.csv", (CSV + "T3,2024-01-07 08:00:00,噪音,1").encode("utf-16")[:-1], "", (3, 2, 0, 0, 1, 0), BOTH,
     [(4, "holds bytes that are no text")]),
    ("litter.zip", zipped({"./a.csv": CSV.encode(), ".DS_Store": b"\0", "._a.csv": b"\0"}), "", (2, 2, 0, 0, 0, 0),
     BOTH, []),
    ("utf8.csv", CSV.encode(), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("bom.csv", CSV.encode("utf-8-sig"), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("utf16.csv", CSV.encode("utf-16"), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("utf16le.csv", CSV.encode("utf-16-le"), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("utf16be.csv", CSV.encode("utf-16-be"), 'encoding = "utf-16"', (2, 2, 0, 0, 0, 0), BOTH, []),
    ("gb18030.csv", CSV.encode("gb18030"), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("beyond_gbk.csv", CSV.replace("噪音", "㐀音").encode("gb18030"), 'encoding = "gbk"', (2, 2, 0, 0, 0, 0),
     BOTH | {"T1": ("2024-01-05 09:32:09", "㐀音")}, []),
    ("tabs.tsv", CSV.replace(",", "\t").encode(), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("semicolons.csv", CSV.replace(",", ";").encode(), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("mac.csv", CSV.replace("\n", "\r").encode(), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("windows.csv", CSV.replace("\n", "\r\n").encode(), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("no_last_break.csv", CSV.strip().encode(), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("titles.csv", f"2024年工单,,,\n\n{CSV}合计,,,12\n".encode(), "", (2, 2, 0, 0, 0, 3), BOTH, []),
    ("quoted.csv", CSV.replace("噪音", '"噪\n音, ""大"""').encode(), "", (2, 2, 0, 0, 0, 0),
     BOTH | {"T1": ("2024-01-05 09:32:09", '噪\n音, "大"')}, []),
    ("unclosed.csv", CSV.replace("噪音", '"噪音').encode(), "", (2, 1, 0, 0, 1, 0), {"T2": BOTH["T2"]}, [(2, BROKEN)]),
    ("unclosed_before_quoted.csv", CSV.replace("噪音", '"噪音').replace("停车", '"停车"').encode(), "",
     (2, 1, 0, 0, 1, 0), {"T2": BOTH["T2"]}, [(2, BROKEN)]),
    ("torn_bytes.csv", (CSV * 1 + "T3,2024-01-07 08:00:00,噪音,1\n" * 40).encode()[:-4] + b"\xff\xfe\n", "",
     (42, 3, 38, 0, 1, 0), BOTH | T3, [(43, "holds bytes that are no text")]),
    ("wide.csv", f"{CSV}T3,2024-01-07 08:00:00,噪音,1,多\nT4\n".encode(), "", (4, 2, 0, 0, 2, 0), BOTH,
     [(4, "has another number of cells than the header: 5 / 4"),
      (5, "has another number of cells than the header: 1 / 4")]),
    ("spaces.csv", CSV.replace("噪音", " 噪音　").encode(), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("twice.csv", f"{CSV}{','.join(ROWS[0])}\nT2,2024-01-06 10:00:00,噪音,7\n".encode(), "", (4, 2, 1, 1, 0, 0),
     BOTH | {"T2": ("2024-01-06 10:00:00", "噪音")}, []),
    ("day_first.csv", CSV.replace("2024-01-05", "05/01/2024").replace("2024-01-06", "06/01/2024").encode(),
     'dates = ["%d/%m/%Y %H:%M:%S"]', (2, 2, 0, 0, 0, 0), BOTH, []),
    ("month_first.csv", CSV.replace("2024-01-05", "01/05/2024").replace("2024-01-06", "01/06/2024").encode(),
     'dates = ["%m/%d/%Y %H:%M:%S"]', (2, 2, 0, 0, 0, 0), BOTH, []),
    ("undeclared.csv", CSV.replace("2024-01-05", "05/01/2024").encode(), "", (2, 1, 0, 0, 1, 0), {"T2": BOTH["T2"]},
     [(2, "is a date that dates must say how to read, day or month first: 受理时间")]),
    ("array.json", json.dumps(RECORDS).encode(), "nested", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("lines.jsonl", "\n".join(map(json.dumps, RECORDS)).encode(), "nested", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("pretty.json", json.dumps(RECORDS, indent=1).encode("utf-8-sig"), "nested", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("wrapped.json", json.dumps({"code": 0, "data": {"list": RECORDS, "total": 2}}).encode(), "nested",
     (2, 2, 0, 0, 0, 0), BOTH, []),
    ("broken.jsonl", ("\n".join(map(json.dumps, RECORDS)) + '\n{"工单号": "T3"\n[1]\n').encode(), "nested",
     (4, 2, 0, 0, 2, 0), BOTH, [(3, "is no valid JSON"), (4, "is not a record")]),
    ("endless.jsonl",
     ("\n".join(map(json.dumps, RECORDS)) + f'\n{{"工单号": {"1" * 5000}}}\n{"[" * 100_000}\n').encode(), "nested",
     (4, 2, 0, 0, 2, 0), BOTH, [(3, "is no valid JSON"), (4, "is no valid JSON")]),
    ("varying.json", json.dumps([*RECORDS, VARYING]).encode(),
     "nested", (3, 3, 0, 0, 0, 0), BOTH | {"T3": ("2024-01-07 08:00:00", None)}, []),
    ("plain.xlsx", book(plain_sheet), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("old.xls", old_book(), "", (2, 2, 0, 0, 0, 2), BOTH | {"T2": ("2024-01-06 10:00:00", "噪音")}, []),
    ("titled.xlsx", book(titled), "", (3, 3, 0, 0, 0, 5), BOTH | T3, []),
    ("two_rows.xlsx", book(two_row_header), "spanned", (1, 1, 0, 0, 0, 0), T1, []),
    ("merged.xlsx", book(merged_cells), "", (2, 2, 0, 0, 0, 0), BOTH | {"T2": ("2024-01-06 10:00:00", "噪音")}, []),
    ("dates.xlsx", book(dates), "", (8, 7, 0, 0, 1, 0),
     {f"T{n}": ("2024-01-05 09:32:09", None) for n in range(1, 7)} | {"T7": ("2024-01-05 00:00:00", None)},
     [(9, "is no date: 受理时间")]),
    ("errors.xlsx", book(errors), "", (2, 1, 0, 0, 1, 0), T1, [(3, "is an error of the spreadsheet: 类别")]),
    ("phantom.xlsx", book(phantom), "", (3, 3, 0, 0, 0, 2), BOTH | T3, []),
    ("names.xlsx", book(names), "", (1, 1, 0, 0, 0, 0), T1, []),
    ("sheets.xlsx", book(many_sheets, sheet="说明"), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("hidden_sheet.xlsx", book(many_sheets, sheet="说明"), 'sheet = "旧*"', (3, 3, 0, 0, 0, 0),
     BOTH | {"T9": ("2024-01-05 09:32:09", "噪音")}, []),
    ("header_row.xlsx", book(titled), "header = 4", (3, 3, 0, 0, 0, 5), BOTH | T3, []),
    ("one.csv.gz", gzip.compress(CSV.encode("gb18030")), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("one.zip", zipped({"工单.csv": CSV.encode()}), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("book.zip", zipped({"export/工单.xlsx": book(plain_sheet)}), "", (2, 2, 0, 0, 0, 0), BOTH, []),
    ("windows.zip", chinese_windows_zip("工单.csv", CSV.encode("gb18030")), "", (2, 2, 0, 0, 0, 0), BOTH, []),
]  # fmt: skip


def sources(form: str) -> str:
    if form == "nested":
        return NESTED.format(form="")
    if form == "spanned":
        return SOURCE.format(form="").replace('"受理时间"', '"受理/时间"').replace('"类别"', '"受理/类别"')
    return SOURCE.format(form=form)


@pytest.mark.parametrize(
    ("name", "content", "form", "account", "loaded", "held"), CASES, ids=[case[0] for case in CASES]
)
def test_a_file(
    office: Office,
    name: str,
    content: bytes,
    form: str,
    account: tuple[int, ...],
    loaded: dict[str, tuple[str, str | None]],
    held: list[tuple[int, str]],
) -> None:
    office.site(sources=sources(form))
    (office.data / "sites" / "town" / "inbox" / name).write_bytes(content)
    assert office.load().refused == []
    parts = "read, loaded, unchanged, superseded, held, ignored"
    assert office.rows(f"select {parts} from run.file") == [account]
    found = office.rows("select ticket_id, reported_at::varchar, category from log.ticket")
    assert {ticket: (at, category) for ticket, at, category in found} == loaded
    assert office.rows("select line, array_to_string(reasons, '; ') from run.held order by line") == held


REFUSED: list[tuple[str, bytes, str, str]] = [
    ("page.csv", b"<html><body>login</body></html>", "", "This is a web page, not a table; export it again as CSV."),
    ("page.xls", "<html><table><tr><td>工单号</td></tr></table></html>".encode(), "",
     "This is a web page, not a table; export it again as CSV."),
    ("scan.pdf", b"%PDF-1.7 \x00\x01", "", "This is a PDF, not a table; export it again as XLSX or CSV."),
    ("photo.csv", b"\xff\xd8\xff\xe0\x00\x10JFIF", "", "This is a picture, not a table."),
    ("nothing.csv", b"", "", "The file is empty."),
    ("binary.csv", bytes(range(256)) * 20, "", "This is not text in UTF-8 / GB18030."),
    ("other.csv", b"a,b\n1,2\n", "", "The file has none of the columns 受理时间, 工单号, 类别."),
    ("doubled.csv", CSV.replace("户数", "类别").encode(), "", "The column 类别 stands twice in the file: "),
    ("torn.json", json.dumps(RECORDS).encode()[:-9], "nested", "This is not valid JSON: line 1"),
    ("lists.json", json.dumps({"a": RECORDS, "b": RECORDS}).encode(), "nested",
     "There are 2 lists in this file; export each by itself."),
    ("torn.xlsx", book(plain_sheet)[:900], "", "The workbook is damaged or none"),
    ("no_sheet.xlsx", book(plain_sheet), 'sheet = "台账"', "The workbook has no sheet 台账; it has 明细."),
    ("empty.xlsx", book(lambda *_: None), "", "No sheet of the workbook holds a table."),
    ("torn.zip", zipped({"a.csv": CSV.encode()})[:60], "", "The archive is damaged"),
    ("bomb.zip", zipped({"a.csv": b"0" * 2**24}), "", "The archive unfolds to more than a table can be"),
    ("bomb.csv.gz", gzip.compress(b"0" * 2**24), "", "The archive unfolds to more than a table can be"),
    ("bomb.xlsx", zipped({"xl/workbook.xml": b"0" * 2**24}), "", "The archive unfolds to more than a table can be"),
    ("inner.zip", zipped({"a.zip": zipped({"a.csv": CSV.encode()})}), "", "This is a packed file inside another"),
    ("inner2.zip", zipped({"a.csv": gzip.compress(CSV.encode())}), "", "This is a packed file inside another"),
    ("torn.csv.gz", gzip.compress(CSV.encode())[:40], "", "The archive is damaged"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "form", "sentence"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_file_that_cannot_be_read(office: Office, name: str, content: bytes, form: str, sentence: str) -> None:
    office.site(sources=sources(form))
    inbox = office.data / "sites" / "town" / "inbox"
    (inbox / "good.csv").write_bytes(CSV.encode() if form != "nested" else json.dumps(RECORDS).encode())
    if form.startswith("sheet"):
        (inbox / "good.csv").unlink()
    (inbox / name).write_bytes(content)
    [refused] = office.load().refused
    assert str(refused).partition(": ")[2].startswith(sentence) and "Traceback" not in str(refused)
    if not form.startswith("sheet"):
        assert office.rows("select count(*) from mart.ticket") == [(2,)]


def test_shares_and_thousands_are_numbers(office: Office) -> None:
    office.site(sources=INDICATORS)
    cells = 'C,2024年1月,a,15.0%\nC,2024-01,b,"1,234.5"\nC,2024/1,c,一百\nC,2024-02,c,#DIV/0!'
    office.file("figures.csv", f"编码,月份,指标,数值\n{cells}")
    office.load()
    assert office.rows("select name, value from log.indicator order by 1") == [("a", 0.15), ("b", 1234.5)]
    assert office.rows("select line, reasons[1] from run.held order by 1") == [
        (4, "is no number: 数值"), (5, "is no number: 数值"),
    ]  # fmt: skip


def test_every_member_of_a_zip_has_its_own_account(office: Office) -> None:
    office.site(sources=SOURCE.format(form="").replace('"*"', '"工单*.csv"'))
    other = CSV.replace("T1", "T3").replace("T2", "T4")
    content = zipped(
        {"工单_1.csv": CSV.encode(), "a/工单_2.csv": other.encode(), "readme.txt": b"x", "../工单_3.csv": b""}
    )
    path: Path = office.data / "sites" / "town" / "inbox" / "week.zip"
    path.write_bytes(content)
    office.load()
    assert office.rows("select file, loaded from run.file where refused is null order by 1") == [
        ("week.zip/a/工单_2.csv", 2), ("week.zip/工单_1.csv", 2),
    ]  # fmt: skip
    assert office.load().version is None
    assert not (office.data / "sites" / "town" / "工单_3.csv").exists()


def test_a_row_whose_first_cell_reads_like_a_footer_or_a_sum_is_one_of_data(office: Office) -> None:
    office.site(sources=SOURCE.format(form=""))
    rows = """描述,工单号,受理时间,类别,户数,来源,关闭
备注：井盖缺失,GD2,2024-01-05 09:00,,,,
要求公开物业费合计,GD3,2024-01-05 09:00,,,,
制表人：甲,审核：乙,2024-01-31,,,,
合计,2,,,,,
"""
    (office.data / "sites" / "town" / "inbox" / "a.csv").write_text(rows, "utf-8")
    office.load()
    assert office.rows("select loaded, held, ignored from run.file") == [(2, 0, 2)]


def sheets(*names: str) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        for name in names:
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, [f"T{name}", "2024-01-05 09:32:09", "噪音", "1"])
    return made.getvalue()


def test_sheets_that_no_section_reads_are_said_also_where_one_is_named(office: Office) -> None:
    office.site(sources=SOURCE.format(form='sheet = "1月"'))
    (office.data / "sites" / "town" / "inbox" / "a.xlsx").write_bytes(sheets("1月", "2月"))
    assert [str(note) for note in office.load().notes] == [
        "town/a.xlsx: The sheet 1月 was read; 2月 with the same columns was not: name it in a section of its own."
    ]
    second = SOURCE.format(form='sheet = "2月"').replace("[tickets]", "[second]")
    office.site(sources=SOURCE.format(form='sheet = "1月"') + second)
    assert office.load().notes == []
    assert office.rows("select ticket_id from log.ticket order by 1") == [("T1月",), ("T2月",)]


def test_a_number_too_long_for_a_workbook_is_no_ticket(office: Office) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, [20240105000100021, "2024-01-05 09:32:09", "噪音", 1])

    office.site(sources=SOURCE.format(form=""))
    (office.data / "sites" / "town" / "inbox" / "a.xlsx").write_bytes(book(fill))
    office.load()
    assert office.rows("select reasons[1] from run.held") == [("was cut short by a spreadsheet: 工单号",)]
