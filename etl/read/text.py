"""CSV and its relatives, read so that a broken record costs itself and nothing else."""

import csv
import io
from codecs import getincrementaldecoder, register_error
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from etl.read.parts import Part
from etl.read.table import SEARCHED, Form, Line, Rows, Unreadable, table

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MEANT = {"gbk": "gb18030", "gb2312": "gb18030"}  # read as the widest: strict GBK rejects real files
GUESSED = {"utf-8": 0.1, "gb18030": 1.0}  # in this order; with more torn of those beyond ASCII it is none of it
DELIMITERS = (",", "\t", ";", "|")
CHUNK = 2**20
SLIP = 2  # bytes that may be torn in any file
TORN = 0.01  # share of a file's characters that may be torn before the file is no text
BY_CHANCE = 20  # characters beyond ASCII that may read as UTF-8 though they are not
WIDE = 20  # one in so many characters at least is a delimiter, a digit or a line's end
LONGEST = 1_000  # lines a quoted cell may span; one that spans more was never closed
UNCLOSED = "has a quote that is not closed"
NO_TEXT = "holds bytes that are no text"
TORN_BYTE = "\udcff"  # stands for a byte that is no text, and nowhere else
KEEPING = "mark torn bytes"
csv.field_size_limit(2**24)  # one cell of free text; a larger one is torn


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Go on behind bytes that are no text, leaving as many marks."""
    assert isinstance(error, UnicodeDecodeError)
    return TORN_BYTE * (error.end - error.start), error.end


register_error(KEEPING, _mark)


def encoding_of(part: Part, declared: str | None) -> str:
    """The encoding of a file: by its mark; else as declared, where it is not plainly another; else UTF-8 where hardly
    any of its characters beyond ASCII are torn in it; else GB18030. A few broken bytes make it no other one: their
    rows will be held. Raises Unreadable."""
    head = part.head()
    marked = next((codec for mark, codec in BOMS if head.startswith(mark)), None) or _wide(head)
    wanted = marked or MEANT.get(declared or "", declared)
    if wanted == "utf-16" and not marked:  # of its two orders the one in which lines end
        wanted = max(("utf-16-le", "utf-16-be"), key=lambda codec: head.decode(codec, "ignore").count("\n"))
    is_other = not marked and wanted not in (None, "utf-8", "utf-8-sig") and _is_utf8(part)
    if wanted and not is_other and _fits(part, head, wanted):
        return wanted
    found = None if marked else _guessed(part, head)
    if found and not wanted:
        return found
    if found:
        raise Unreadable(
            "This is not text in {encoding} but in {found}; leave `encoding` out.", encoding=declared, found=found
        )
    raise Unreadable("This is not text in {encoding}.", encoding=marked or declared or "UTF-8 / GB18030")


def _guessed(part: Part, head: bytes) -> str | None:
    """What a file without a mark is most likely written in; None where it is no text."""
    return next((codec for codec, most in GUESSED.items() if _fits(part, head, codec, most)), None)


def _fits(part: Part, head: bytes, codec: str, most: float = 1.0) -> bool:
    """Whether hardly a character is torn in this encoding: of all of them, and at `most` so many of those beyond
    ASCII."""
    torn, beyond, length = _torn(part, codec)
    slip = torn <= SLIP and torn < beyond - torn
    return (slip or torn <= min(most * beyond, max(SLIP, TORN * length))) and not _is_binary(head, codec)


def _is_utf8(part: Part) -> bool:
    """Whether the first stretch of a file with characters beyond ASCII reads as UTF-8, as no other encoding's do by
    chance."""
    decoder = getincrementaldecoder("utf-8")(KEEPING)
    with part.open() as stream:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            said = decoder.decode(chunk)
            beyond = _beyond(said)
            if beyond > BY_CHANCE:
                return said.count(TORN_BYTE) <= GUESSED["utf-8"] * beyond
    return False


def _beyond(text: str) -> int:
    """How many of its characters lie beyond ASCII."""
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))


def _is_binary(head: bytes, codec: str) -> bool:
    """Whether characters that no text has are more than a slip, which its row will tell."""
    text = head.decode(codec, "ignore")
    return text.count("\0") > max(1, len(text) // 1000)


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: of every two bytes of a delimiter or a digit the same one is zero."""
    first, second = head[::2].count(0), head[1::2].count(0)
    if max(first, second) * WIDE < len(head) or min(first, second) * WIDE > max(first, second):
        return None
    return "utf-16-le" if second > first else "utf-16-be"


def _torn(part: Part, codec: str) -> tuple[int, int, int]:
    """How many characters of a file are none in this encoding, how many lie beyond ASCII, and how many there are."""
    decoder = getincrementaldecoder(codec)(KEEPING)
    torn = beyond = length = 0
    with part.open() as stream:
        while True:
            chunk = stream.read(CHUNK)
            said = decoder.decode(chunk, final=not chunk)
            length += len(said)
            torn += 0 if said.isascii() else said.count(TORN_BYTE)
            beyond += _beyond(said)
            if not chunk:
                return torn, beyond, length


def rows(part: Part, form: Form, encoding: str) -> Rows:
    """The rows of a CSV file. Raises Unreadable."""
    with opened(part, encoding) as lines:
        mark = form.delimiter or delimiter_of(list(islice(lines, SEARCHED)), form)
    return table(_streamed(part, encoding, mark), form, "csv", encoding)


@contextmanager
def opened(part: Part, encoding: str) -> Iterator[io.TextIOWrapper]:
    """The lines of a file as they end in it; bytes that are no text stay recognisable."""
    with part.open() as stream, io.TextIOWrapper(stream, encoding, KEEPING, newline="") as lines:
        yield lines


def delimiter_of(top: list[str], form: Form) -> str:
    """The delimiter under which the first lines hold most of the wanted columns, else most cells."""

    def worth(mark: str) -> tuple[int, int]:
        try:
            records = list(csv.reader(top, delimiter=mark))
        except csv.Error:  # a cell longer than any cell is
            return 0, 0
        best = max((len(form.wanted & {cell.strip() for cell in cells}) for cells in records), default=0)
        return best, sum(len(cells) for cells in records)

    return max(DELIMITERS, key=worth)


def _streamed(part: Part, encoding: str, mark: str) -> Iterator[Line]:
    with opened(part, encoding) as lines:
        yield from records(lines, mark)


def records(lines: Iterable[str], mark: str) -> Iterator[Line]:
    """Record after record with the line it starts on. Where a record cannot be right, only its first line is broken
    and reading goes on with the next one."""
    source, width = _Lines(iter(lines)), 0
    for line in source:
        number, problem = source.number, None
        cells = [line.rstrip("\r\n")] if '"' in line else line.rstrip("\r\n").split(mark)
        if '"' in line:
            found, taken = _quoted(line, source, mark)
            if found and (taken == 1 or len(found) == width or (not width and len(found) > 1)):
                cells = found
            else:
                source.back(taken - 1)
                problem = UNCLOSED
        if TORN_BYTE in line or "\0" in line:
            problem = problem or NO_TEXT
            cells = [cell.encode("utf-8", "replace").decode().replace("\0", "?") for cell in cells]
        width = width if problem else max(width, len(cells))
        yield number, cells, problem


def _quoted(line: str, source: "_Lines", mark: str) -> tuple[list[str], int]:
    """The cells of a record with quotes in it and how many lines it took; no cells where it is not well formed."""
    taken = [line]

    def following() -> Iterator[str]:
        yield line
        for more in islice(source, LONGEST):
            taken.append(more)
            yield more

    try:
        return next(csv.reader(following(), delimiter=mark, strict=True)), len(taken)
    except csv.Error:
        return [], len(taken)


class _Lines:
    """The lines of a file, some of which may be given back to be read once more."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.number = 0
        self.given: deque[str] = deque(maxlen=LONGEST + 2)
        self.ahead: deque[str] = deque()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.ahead.popleft() if self.ahead else next(self.lines)
        self.given.append(line)
        self.number += 1
        return line

    def back(self, count: int) -> None:
        """The last lines shall come again."""
        for _ in range(count):
            self.ahead.appendleft(self.given.pop())
        self.number -= count
