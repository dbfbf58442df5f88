"""One file into rows of text, whatever an office exports: CSV, Excel, JSON, packed or not."""

from collections.abc import Iterator

import pyarrow as pa
from duckdb import DuckDBPyConnection
from duckdb import Error as EngineError

from etl.read import quick, records, sheet, text
from etl.read.parts import Part, parts
from etl.read.table import AGAIN, BLANK, LINE, NOTHING, PROBLEM, Form, Rows, Unreadable, cannot_open, packed

__all__ = [
    "AGAIN",
    "LINE",
    "NOTHING",
    "PROBLEM",
    "Form",
    "Part",
    "Rows",
    "Unreadable",
    "cannot_open",
    "columns_of",
    "parts",
    "raw",
    "read",
]

BATCH = 50_000  # rows handed over at once: what a file costs in memory, however long it is
GZIP = b"\x1f\x8b"
WEB = ("<!doctype", "<html", "<?xml")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
PDF = b"%PDF"


def read(con: DuckDBPyConnection, part: Part, form: Form, found: quick.Found | None = None) -> Rows:
    """Lay the rows of a file out as the relation `rows` of this connection: `line`, `problem`, then `c0`, `c1`… for
    the columns in their order, all text and trimmed. A large clean CSV (`found`) stays where it is and is read by the
    engine when it is asked for; it must then give `expected` rows, in order and without `line`, or be read again
    without being `found`, cell by cell. Raises Unreadable."""
    if found:
        try:
            con.execute(f"create or replace temp view rows as {found.scan}")
            return found.rows
        except EngineError:  # the careful way knows what is wrong with it, and says so
            pass
    rows = columns_of(part, form)
    names = [LINE, PROBLEM, *(f"c{place}" for place in range(len(rows.columns)))]
    con.execute(f"create or replace temp table cells ({', '.join(f'{name} varchar' for name in names)})")
    con.execute("create or replace temp view rows as from cells")
    for batch in _batches(rows.records, names):
        con.register("batch", batch)
        con.execute("insert into cells from batch")
        con.unregister("batch")
    return rows


def raw(columns: tuple[str, ...]) -> str:
    """The SQL of the whole text of a row of the relation `rows`."""
    cells = ", ".join(f"coalesce(c{place}, '')" for place in range(len(columns)))
    return f"concat_ws(chr(31), {cells})"


def columns_of(part: Part, form: Form) -> Rows:
    """The header of a file and its rows still to come, whatever its format. Raises Unreadable."""
    head = part.head()
    if not head.strip():
        raise Unreadable(NOTHING)
    if sheet.is_workbook(head):
        return sheet.rows(part, form)
    if head.startswith(GZIP):
        raise packed()
    if head.startswith(PICTURES):
        raise Unreadable("This is a picture, not a table.")
    if head.startswith(PDF):
        raise Unreadable("This is a PDF, not a table; export it again as XLSX or CSV.")
    encoding = text.encoding_of(part, form.encoding)
    start = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith(WEB):
        raise Unreadable("This is a web page, not a table; export it again as CSV.")
    if start[:1] in ("[", "{"):
        return records.rows(part, form, encoding)
    return text.rows(part, form, encoding)


def _batches(rows: Iterator[list[str | None]], names: list[str]) -> Iterator[pa.Table]:
    batch: list[list[str | None]] = []
    for row in rows:
        batch.append([cell and cell.strip(BLANK) for cell in row])
        if len(batch) == BATCH:
            yield _arrow(batch, names)
            batch = []
    if batch:
        yield _arrow(batch, names)


def _arrow(batch: list[list[str | None]], names: list[str]) -> pa.Table:
    turned = zip(*batch, strict=True)
    return pa.table([pa.array(cells, pa.string()) for cells in turned], names=names)
