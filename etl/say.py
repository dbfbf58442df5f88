"""What the commands of the loading say: progress, what became of each file, what a file looks like."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from board.core.words import Told, Words
from etl import status
from etl.inspect import Seen
from etl.load import Outcome, Watch

ACCOUNT = "{file}: read {read} = loaded {loaded} + unchanged {unchanged} + superseded {superseded} + held {held}"


def line(out: Console, sentence: str) -> None:
    """One line as it is: no colours, no breaks, and nothing in a file's name taken for markup."""
    out.print(_unbroken(sentence), highlight=False, soft_wrap=True, markup=False)


def complain(sentence: str) -> None:
    """One line on stderr."""
    print(_unbroken(sentence), file=sys.stderr)


def _unbroken(sentence: str) -> str:
    """Also where a file's name has a line break in it."""
    return " ".join(sentence.splitlines())


@contextmanager
def watched(out: Console, t: Words) -> Iterator[Watch]:
    """On a terminal a bar with rate and remaining time; elsewhere a plain line for each thing begun."""
    if not out.is_terminal:
        yield lambda what, done, of: line(out, f"{done * 100 // of if of else 100:3d} % {t(what)}")
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda what, done, of: progress.update(task, description=escape(t(what)), completed=done, total=of)


def done(out: Console, t: Words, outcome: Outcome, data: Path, has_totals: bool) -> None:
    """What a load did: the account of each file, what is worth knowing, what was refused, and what to look at next."""
    accounts = [(taken.job, taken.account, taken.ignored) for taken in outcome.taken if taken.account]
    files = Counter(job.name for job, _, _ in accounts)
    for job, account, ignored in accounts:
        line(out, account_of(t, told_apart(job.name, job.source.name, files), asdict(account) | {"ignored": ignored}))
    if outcome.version and any(account.held for _, account, _ in accounts) and status.held(data):
        line(out, t("Which rows are held and why: python -m etl held"))
    for site in outcome.left if outcome.version else ():
        line(out, t("{site}: sample, left because a real site is here.", site=site))
    for said in dict.fromkeys(map(t.told, outcome.notes)):  # two sections may say the same of one file
        line(out, said)
    for said in dict.fromkeys(map(t.told, outcome.refused)):
        complain(said)
    if outcome.version:
        line(out, t("Published version {version}.", version=outcome.version))
        if has_totals:
            line(out, t("Your published figures beside the computed ones: python -m board.metrics totals"))
    elif not outcome.refused:
        line(out, t("Nothing new: no file, mapping or setting has changed."))


def account_of(t: Words, file: str, counts: dict[str, Any]) -> str:
    """Where the rows of a file went, and how many rows of it were none."""
    told = t.told(Told(ACCOUNT, **counts | {"file": file}))
    return told + (t("; ignored {n}", n=counts["ignored"]) if counts["ignored"] else "")


def told_apart(file: str, section: str, files: Counter[str]) -> str:
    """A file's name, with the section that read it where several did."""
    return f"{file} [{section}]" if files[file] > 1 else file


def form(t: Words, seen: Seen) -> str:
    """Format, encoding or sheet, header and size in one line."""
    rows = seen.rows
    header = "+".join(map(str, rows.header))
    said = [
        (rows.layout, True), (rows.encoding, rows.encoding), (t("sheet {sheet}", sheet=rows.sheet), rows.sheet),
        (t("header in row {row}", row=header), header), (t("{n} rows", n=seen.count), True),
        (t("{n} ignored (titles, blanks, totals)", n=rows.ignored), rows.ignored),
        (t("{n} broken", n=seen.broken), seen.broken),
    ]  # fmt: skip
    return " · ".join(words for words, there in said if there)


def columns(t: Words, seen: Seen) -> Table:
    """What each column of a file holds and is likely to be, with examples."""
    table = Table(t("Column"), t("Holds"), t("Empty cells"), t("Likely"), t("Examples"), box=None, pad_edge=False)
    likely = {column: canonical for canonical, column in seen.names.items()}
    for column in seen.columns:
        shown = " | ".join(column.examples)
        cells = (column.name, t(column.kind), f"{column.empty:.0%}", likely.get(column.name, ""), shown)
        table.add_row(*(escape(cell) for cell in cells))
    return table
