"""What every table has in common: titles above, a header of one or two rows, data rows, totals below."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, pairwise

from board.core.words import Told

NOTHING = "The file is empty."
LINE, PROBLEM = "line", "problem"
SEARCHED = 30  # rows among which the header is looked for
BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b"  # blanks of every width, none included
AGAIN = re.compile(r" #\d+$")  # what a column's name ends with where another before it has the same
EXACT = 2**53  # up to which a number with a point is exact, and without a fraction a whole one
TOTALS = ("合计", "总计", "小计", "共计", "total", "grand total", "subtotal", "sub total")
SUMS = ("小计", "合计", "总计")
SUMMED = re.compile(
    rf"(?:{'|'.join(SUMS)}|共计)[:：]?[（(]?[\d,.]+[\u4e00-\u9fff]{{0,2}}[）)]?"
)  # 合计：6件, 总计（6件）
FOOTERS = tuple(
    f"{word}{colon}"
    for word in (
        "制表",
        "制表人",
        "制表日期",
        "制表时间",
        "填表人",
        "填表日期",
        "填报人",
        "填报日期",
        "审核",
        "审核人",
        "复核人",
        "打印日期",
        "打印时间",
        "导出日期",
        "导出时间",
        "备注",
        "说明",
        "注",
    )
    for colon in ":："
)
# what stands in no total and no footer: a code with letters in it, a long number, a day with its hour
OF_A_ROW = re.compile(
    r"[A-Za-z]+[-_]?\d[\w-]*|\d{10,}|(?:19|20)\d\d\D{1,2}\d{1,2}\D{1,2}\d{1,2}\D{1,3}\d{1,2}(?:\D\d\d.*|[时点].*)"
)
Cells = list[str]
Line = tuple[int, Cells, str | None]  # where it starts, its cells, what is broken about it


class Unreadable(Told):
    """A file that cannot be read at all; one sentence says why."""


def cannot_open(error: OSError) -> Unreadable:
    """What is to be said of a file that the system does not open."""
    return Unreadable("The file cannot be opened: {why}.", why=error.strerror or error)


def packed() -> Unreadable:
    """What is to be said of an archive where a table should be."""
    return Unreadable("This is a packed file inside another or under another name; unpack it.")


@dataclass(frozen=True)
class Form:
    """What is known of a file before it is opened; what is not said is found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: tuple[int, ...] = ()  # the row or the two rows that name the columns, counted from 1
    wanted: frozenset[str] = frozenset()  # columns the mapping asks for: the header is where they stand


@dataclass
class Rows:
    """What a file holds: its columns and its rows (line, problem, then a text or None for each column).
    `ignored` counts titles, blank and total rows and those passed over (see Source.only_with), and is complete once
    the rows have been taken."""

    columns: tuple[str, ...]
    records: Iterator[list[str | None]]
    layout: str
    encoding: str = ""
    sheet: str = ""
    header: tuple[int, ...] = ()
    ignored: int = 0
    beside: tuple[str, ...] = ()  # the other sheets with the same columns, which were not read
    expected: int | None = None  # how many rows there must be, where the engine reads the file itself


def table(lines: Iterator[Line], form: Form, layout: str, encoding: str = "", sheet: str = "") -> Rows:
    """The rows of a table whose lines come one by one. Raises Unreadable when there is none."""
    top = list(islice(lines, SEARCHED if not form.header else max(form.header)))
    header = _header(top, form)
    if not header:
        raise Unreadable(NOTHING)
    names = _names([cells for line, cells, _ in top if line in header])
    above = [line for line, _, _ in top if line < header[0]]
    rows = Rows(names, iter(()), layout, encoding, sheet, header, ignored=len(above))
    rest = chain([line for line in top if line[0] > header[-1]], lines)
    rows.records = _data(rows, rest)
    return rows


def _data(rows: Rows, lines: Iterator[Line]) -> Iterator[list[str | None]]:
    width = len(rows.columns)
    for line, cells, problem in lines:
        if not any(cell.strip() for cell in cells) or _is_total(cells, width):
            rows.ignored += 1
        else:
            problem = problem or _fit(cells, width, rows.layout)
            if problem and len(cells) > width:  # nothing is lost: what is too much stays with the last cell
                cells = [*cells[: width - 1], ", ".join(cells[width - 1 :])]
            yield [str(line), problem, *cells[:width], *[None] * (width - len(cells))]


def _fit(cells: Cells, width: int, layout: str) -> str | None:
    """Too few cells, or more than the header names (empty ones at the end do no harm), make a broken row. A sheet
    has no cells to count: what stands beyond the header is the only harm there."""
    if not any(cell.strip() for cell in cells[width:]) and (len(cells) >= width or layout != "csv"):
        return None
    return f"has another number of cells than the header: {len(cells)} / {width}"


def _is_total(cells: Cells, width: int) -> bool:
    """Whether a row sums others up, or says who made and who checked the table. One that only begins like that, and
    then has a number with letters or a moment, or more than numbers in most columns, is one of data: a ticket's title
    may say anything."""
    first, *others = [cell for cell in cells if cell.strip()]
    if any(OF_A_ROW.fullmatch(cell.strip()) for cell in others):
        return False
    close = re.sub(r"\s", "", first)  # Chinese words are often spaced out
    spaced, summed = (" ".join(text.rstrip(":： ").lower().split()) for text in (first, close))
    is_data = 2 * len(others) >= width and not all(re.fullmatch(r"\s*[+-]?[\d\s.,]+[%％]?\s*", cell) for cell in others)
    is_sum = summed.endswith(SUMS) or SUMMED.fullmatch(close)
    return summed in TOTALS or spaced in TOTALS or (not is_data and bool(is_sum or close.startswith(FOOTERS)))


def _header(top: list[Line], form: Form) -> tuple[int, ...]:
    """The lines of the header: as declared; else the row, or two rows, holding most of the columns the mapping wants;
    else the first row with something in every cell up to the widest row's end, else the first row at all."""
    if form.header:
        return tuple(line for line, _, _ in top if line in form.header)
    filled = [(line, cells) for line, cells, _ in top if any(cell.strip() for cell in cells)]
    if form.wanted and filled:
        singles = [((line,), _wanted(form, [cells])) for line, cells in filled]
        pairs = [
            ((above[0], below[0]), _wanted(form, [above[1], below[1]]))
            for above, below in pairwise(filled)
            if below[0] == above[0] + 1
        ]
        best = max([*singles, *pairs], key=lambda found: (found[1], -len(found[0]), -found[0][0]))
        if best[1]:
            return best[0]
    return (_guess(filled),) if filled else ()


def _wanted(form: Form, rows: list[Cells]) -> int:
    return len(form.wanted & set(_names(rows)))


def _guess(filled: list[tuple[int, Cells]]) -> int:
    """The line most like a header where nobody says which: the first as wide as the table's usual row whose cells
    are all words."""
    widths = [sum(1 for cell in cells if cell.strip()) for _, cells in filled]
    usual = sorted(widths)[len(widths) // 2]
    for (line, cells), width in zip(filled, widths, strict=True):
        if width >= max(usual - 1, 1) and not any(re.fullmatch(r"[\d\s.,:/%-]+", cell) for cell in cells if cell):
            return line
    return filled[0][0]


def _names(rows: list[Cells]) -> tuple[str, ...]:
    """Column names, trimmed. Under a heading that spans columns the name is heading/name; a blank one is named by its
    place, a repeated one by its count."""
    width = max((len(cells) for cells in rows), default=0)
    padded = [[cell.strip(BLANK) for cell in cells] + [""] * (width - len(cells)) for cells in rows]
    while width and not any(cells[width - 1] for cells in padded):
        width -= 1
    names: list[str] = []
    seen: Counter[str] = Counter()
    for place in range(width):
        parts = list(dict.fromkeys(re.sub(r"\s*\n\s*", "", cells[place]) for cells in padded if cells[place]))
        plain = "/".join(parts) or f"column {place + 1}"
        seen[plain] += 1
        names.append(f"{plain} #{seen[plain]}" if seen[plain] > 1 else plain)
    return tuple(names)
