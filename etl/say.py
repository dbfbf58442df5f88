"""What the commands of the loading say: progress, what became of each file, what a file looks like."""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from board.core.words import Told, Words
from etl import status
from etl.draft import callbacks
from etl.inbox import named
from etl.inspect import Seen, shown_name
from etl.load import Outcome, Watch

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ACCOUNT = "{file}: read {read} = loaded {loaded} + unchanged {unchanged} + superseded {superseded} + held {held}"


def console(stderr: bool = False) -> Console:
    """Where text is shown as it is: nothing in a file's name or a cell is taken for markup."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def line(out: Console, sentence: str) -> None:
    """One line, not broken."""
    out.print(_unbroken(sentence), soft_wrap=True)


def complain(sentence: str) -> None:
    """One line on stderr."""
    print(_unbroken(sentence), file=sys.stderr)


def _say(sentence: str) -> None:
    """One line on stdout."""
    print(_unbroken(sentence))


def _unbroken(sentence: str) -> str:
    """Also where a file's name has a line break in it, or what a terminal would obey."""
    return CONTROL.sub(" ", " ".join(sentence.splitlines()))


@contextmanager
def watched(out: Console, t: Words) -> Iterator[Watch]:
    """On a terminal a bar with rate and remaining time; elsewhere a plain line for each thing begun."""
    if not out.is_terminal:
        begun = ""

        def plain(what: str, done: int, of: int) -> None:
            nonlocal begun
            if what != begun:
                line(out, f"{done * 100 // of if of else 100:3d} % {t(what)}")
            begun = what

        yield plain
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda what, done, of: progress.update(task, description=t(what), completed=done, total=of)


def done(out: Console, t: Words, outcome: Outcome, data: Path, has_totals: bool) -> None:
    """What a load did: the account of each file, what is worth knowing, what was refused, and what to look at next."""
    accounts = [(taken.job, taken.account, taken.ignored) for taken in outcome.taken if taken.account]
    files = Counter(taken.job.name for taken in outcome.taken)
    for job, account, ignored in accounts:
        line(out, _account(t, _told_apart(job.name, job.source.name, files), asdict(account) | {"ignored": ignored}))
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
        for site, rows in outcome.waiting:
            line(out, t("{site}: {n} rows wait for their ticket or unit; the quality page lists them.",
                        site=site, n=f"{rows:,}"))  # fmt: skip
        if has_totals:
            line(out, t("Your published figures beside the computed ones: python -m board.metrics totals"))
    elif not outcome.refused:
        line(out, t("Nothing new: no file, mapping or setting has changed."))


def _account(t: Words, file: str, counts: dict[str, Any]) -> str:
    """Where the rows of a file went, and how many rows of it were none."""
    told = t.told(Told(ACCOUNT, **counts | {"file": file}))
    return told + (t("; ignored {n}", n=counts["ignored"]) if counts["ignored"] else "")


def _told_apart(file: str, section: str, files: Counter[str]) -> str:
    """A file's name, with the section that read it where several did."""
    return f"{file} [{section}]" if files[file] > 1 else file


def stands(t: Words, now: dict[str, Any]) -> None:
    """What is loaded, and where each row of each file went (see status.status)."""
    if now["last_attempt"].get("ended_at", "") is None:
        _say(t("The load begun at {when} has not ended.", when=now["last_attempt"]["started_at"]))
    for why in dict.fromkeys(t.told(Told.unpacked(packed)) for packed in now["last_attempt"].get("refused", [])):
        _say(t("Refused by the last load: {why}", why=why))
    for note in dict.fromkeys(t.told(Told.unpacked(packed)) for packed in now["last_attempt"].get("notes", [])):
        _say(t("Noted by the last load: {note}", note=note))
    _say(t("Version {version}, loaded {when}", version=now["version"], when=now["last_load"]["started_at"]))
    for site in now["sites"]:
        waiting = t(" (listed on the quality page)") if site["waiting"] else ""
        if site["as_of"]:
            said = t("{site}: {tickets} tickets, data as of {as_of}, held {held}, waiting {waiting}", **site)
        else:
            said = t("{site}: nothing that happened is loaded; held {held}, waiting {waiting}", **site)
        _say(said + waiting)
    files = Counter(named(file["site"], file["file"]) for file in now["files"])
    sections = Counter((file["site"], file["source"]) for file in now["files"])
    for file in now["files"]:
        name = _told_apart(named(file["site"], file["file"]), file["source"], files)
        ordered = file["in_order"] and not file["refused"] and sections[file["site"], file["source"]] > 1
        order = f" ({t('taken in name order')})" if ordered else ""
        _say(f"  {t.told(Told.unpacked(file['refused'])) if file['refused'] else _account(t, name, file)}{order}")


def held(t: Words, rows: list[dict[str, Any]], shown: Iterable[tuple[dict[str, Any], dict[str, str] | None]]) -> None:
    """The held rows with their cells as they may be shown (see held.shown), and how many there are for which reason."""
    sections = {(row["site"], row["file"], row["source"]) for row in rows}
    files = Counter(named(site, file) for site, file, _ in sections)
    for row, cells in shown:
        file, reasons = _told_apart(named(row["site"], row["file"]), row["source"], files), t.reasons(row["reasons"])
        _say(t("{file}, line {line}: {reasons}", file=file, line=row["line"], reasons=reasons))
        said = " · ".join(f"{column} {cell}" for column, cell in (cells or {}).items())
        _say(
            "    "
            + (
                t("its file is not there, or says something else by now")
                if cells is None
                else said or t("nothing stands in it")
            )
        )
    _say(t("held rows: {n}", n=len(rows)))
    for reason, n in Counter(reason for row in rows for reason in row["reasons"].split("\n")).most_common():
        _say(f"{n:6,d}  {t.reason(reason)}")


def seen(out: Console, t: Words, file: Seen) -> None:
    """What a file is, and what each of its columns holds and is likely to be."""
    line(out, f"{file.part.member or file.part.path.name}: " + _form(t, file))
    if file.is_headless:
        row = file.rows.header[0]
        line(out, t("Row {row} looks like one of data: write the names of the columns into a row above it.", row=row))
    out.print(_columns(t, file))


def _form(t: Words, seen: Seen) -> str:
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


def _columns(t: Words, seen: Seen) -> Table:
    """What each column of a file holds and is likely to be, with examples."""
    table = Table(t("Column"), t("Holds"), t("Empty cells"), t("Likely"), t("Examples"), box=None, pad_edge=False)
    asked = callbacks(seen)
    names = (*(asked.names.items() if asked else ()), *seen.names.items())
    likely = {column: canonical for canonical, column in names}
    for column in seen.columns:
        shown = " | ".join(column.examples)
        cells = (shown_name(seen, column), t(column.kind), f"{column.empty:.0%}", likely.get(column.name, ""), shown)
        table.add_row(*map(_unbroken, cells))
    return table
