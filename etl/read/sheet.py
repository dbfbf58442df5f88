"""Excel workbooks, old and new: the right sheet, merged cells filled, every cell as the text a reader would see."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from fnmatch import fnmatchcase
from typing import Any
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from etl.read.parts import Part, bounded
from etl.read.table import SEARCHED, Form, Line, Rows, Unreadable, packed, table

MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX, XLSB and ODS are zip files; XLS is a compound document
INSIDE = ("xl/", "content.xml")  # what a workbook is made of
KEPT = 10**15  # a spreadsheet keeps fifteen digits of a number and makes zeros of the others
LARGEST = 2**30  # bytes a workbook may unfold to: a million rows of twenty columns
OFF = timedelta(microseconds=500_000)  # serial dates are off by some microseconds
ERROR_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>.*?</f>)?<v>([^<]*)</v>', re.S)
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def is_workbook(head: bytes) -> bool:
    """Whether a file begins like a workbook."""
    return head.startswith(MARKS)


def rows(part: Part, form: Form) -> Rows:
    """The rows of the sheet the form names, else of the visible sheet that holds most of the wanted columns, else of
    the first that holds anything. Raises Unreadable."""
    content = part.content()
    if content.startswith(MARKS[0]):
        _check(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        named = _sheets(book, form)
        tables = [_table(book, name, form, content) for name in named]
        others = [_table(book, name, form, content) for name in _visible(book) if name not in named]
    except PasswordError as error:
        raise Unreadable("The workbook is locked with a password; save it without one.") from error
    except (CalamineError, OSError) as error:
        raise Unreadable("The workbook is damaged or none ({why}); save it again as XLSX.", why=error) from error
    found = [each for each in tables if each is not None]
    if not found:
        raise Unreadable("No sheet of the workbook holds a table.")
    best = max(found, key=lambda each: len(form.wanted & set(each.columns)))  # the first of equals
    there = form.wanted & set(best.columns)
    also = [each for each in [*found, *others] if each is not None and each is not best]
    best.beside = tuple(each.sheet for each in also if there and there <= set(each.columns))
    return best


def _check(content: bytes) -> None:
    """Raises Unreadable for a zip file that is no workbook, or one that unfolds to more than memory holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            entries = book.infolist()
    except zipfile.BadZipFile:  # torn; the reader of workbooks says how
        return
    if not any(entry.filename.startswith(INSIDE) for entry in entries):
        raise packed()
    bounded(sum(entry.file_size for entry in entries), len(content), LARGEST)


def _sheets(book: CalamineWorkbook, form: Form) -> list[str]:
    """The sheets to look at. Raises Unreadable when the one that was named is not there."""
    seen = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if form.sheet is None:
        return _visible(book)
    named = [sheet.name for sheet in seen if fnmatchcase(sheet.name, form.sheet)]
    if not named:
        names = ", ".join(sheet.name for sheet in seen)
        raise Unreadable("The workbook has no sheet {sheet}; it has {names}.", sheet=form.sheet, names=names)
    return named


def _visible(book: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _table(book: CalamineWorkbook, name: str, form: Form, content: bytes) -> Rows | None:
    sheet = book.get_sheet_by_name(name)
    lines = list(_lines(sheet, _errors(content, name)))
    try:
        return table(iter(lines), form, "sheet", sheet=name)
    except Unreadable:  # nothing in it, or nothing where the header must be
        return None


def _lines(sheet: CalamineSheet, errors: dict[tuple[int, int], str]) -> Iterator[Line]:
    """Every row down to the last that holds something, with its number in the sheet. Its cells begin with the first
    column that is used, as those that are read do."""
    first = sheet.start[1] if sheet.start else 0
    filled = _filled(sheet, first)
    blank: list[Line] = []
    for number, cells in enumerate(sheet.iter_rows()):
        row = [errors.get((number, place + first)) or _text(cell) for place, cell in enumerate(cells)]
        for place, source in filled.get(number, {}).items():
            row += [""] * (place + 1 - len(row))
            row[place] = source
        line = number + 1, row, None
        if any(cell.strip() for cell in row):
            yield from blank
            yield line
            blank = []
        elif len(blank) < SEARCHED:  # a million formatted but empty rows are nothing
            blank.append(line)


def _filled(sheet: CalamineSheet, first: int) -> dict[int, dict[int, str]]:
    """Row → place, counted from the first column that is used → text for every cell that a merged range covers: it
    holds what its corner holds."""
    ranges = [
        ((top, max(left - first, 0)), (bottom, right - first))
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
        if right >= first
    ]
    corners = {start for start, _ in ranges}
    if not corners:
        return {}
    texts = {
        (number, place): _text(cell)
        for number, cells in enumerate(sheet.iter_rows())
        if any(corner[0] == number for corner in corners)
        for place, cell in enumerate(cells)
        if (number, place) in corners
    }
    filled: dict[int, dict[int, str]] = {}
    for (top, left), (bottom, right) in ranges:
        if left == 0 and right + first >= sheet.total_width and right > 1:  # a title or a footer, of no column
            filled.setdefault(top, {}).update(dict.fromkeys(range(right + 1), ""))
            continue
        for number in range(top, min(bottom, sheet.total_height) + 1):
            filled.setdefault(number, {}).update(dict.fromkeys(range(left, right + 1), texts.get((top, left), "")))
    return filled


def _text(cell: Any) -> str:
    """A cell as text: dates as ISO, whole numbers without a point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell)) if abs(cell) < KEPT else f"{cell:.5E}"  # as a spreadsheet shows it: cut
        return repr(cell)
    if isinstance(cell, datetime):
        if cell <= datetime.max - OFF:
            cell += OFF
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, time):
        return f"{cell:%H:%M:%S}"
    return str(cell)


def _errors(content: bytes, name: str) -> dict[tuple[int, int], str]:
    """(row, place) → what the sheet shows for cells that hold an error, such as #DIV/0!, which the reader of cells
    passes over. An old XLS keeps them in a way nobody reads here: they are empty there."""
    if not content.startswith(MARKS[0]):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            book_xml = ElementTree.fromstring(book.read("xl/workbook.xml"))
            links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
            named = {each.get("name"): each.get(RELATION) for each in book_xml.iter() if each.tag.endswith("}sheet")}
            targets = {each.get("Id"): each.get("Target") or "" for each in links}
            target = targets[named[name]].lstrip("/")
            xml = book.read(target if target.startswith("xl/") else f"xl/{target}")
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile):  # not an XLSX inside, or none that names its parts
        return {}
    return {
        (int(row) - 1, _place(letters.decode())): shown.decode("utf-8", "replace")
        for letters, row, shown in ERROR_CELL.findall(xml)
    }


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
