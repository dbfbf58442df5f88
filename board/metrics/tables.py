"""Answers as tables on a terminal: numbers with their n, interval and change, variants side by side, totals."""

import sys
from collections.abc import Sequence
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from board.core.words import Words
from board.metrics import wording
from board.metrics.model import Measure
from board.metrics.readings import Reading
from board.metrics.sites import Site
from board.metrics.totals import Total

Row = dict[str, Any]


def rows(frame: pd.DataFrame) -> list[Row]:
    """The rows of an answer, None where there is no sample."""
    return [
        {str(key): None if pd.isna(cell) else cell for key, cell in row.items()} for row in frame.to_dict("records")
    ]


def answer(
    t: Words, frame: pd.DataFrame, readings: Sequence[Reading], by: Sequence[str], units: dict[str, str],
    known: Sequence[Site],
) -> None:  # fmt: skip
    """Each metric with what the answer has of it: interval and band, n, the period before and the change."""
    table = Table(*by, box=None)
    for reading in readings:
        for name in (f"{t(reading.measure.label)} {reading.variant}".strip(), *_beside(t, reading.measure, frame)):
            table.add_column(name, justify="right", overflow="fold")
    for row in rows(frame):
        cells = [_label(t, units, dimension, row[dimension]) for dimension in by]
        for measure in (reading.measure for reading in readings):
            cells += [_value(t, measure, row, known), *_beside(t, measure, frame, row, known).values()]
        table.add_row(*cells)
    draw(table)


def _beside(
    t: Words, measure: Measure, frame: pd.DataFrame, row: Row | None = None, known: Sequence[Site] = ()
) -> dict[str, str]:
    """What stands beside a number: column → cell (empty where no row is given)."""
    name, row = measure.name, row or {}
    found: dict[str, str] = {}
    if f"{name}_low" in frame:
        low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
        found[t("95 % interval")] = "" if low is None or high is None else f"{t.share(low)} – {t.share(high)}"
    if f"{name}_band" in frame:
        found[t("band")] = t.number(row[f"{name}_band"]) if row.get(f"{name}_band") else ""
    if measure.n:
        found["n"] = t.number(row.get(f"{name}_n") or 0)
    if f"{name}_change" in frame:
        change = row.get(f"{name}_change")
        found[t("before")] = wording.value(t, measure, row.get(f"{name}_before"), wording.applies(measure, known, row))
        found[t("change")] = wording.change(t, measure, change) if change is not None else ""
    return found


def side_by_side(
    t: Words, frame: pd.DataFrame, readings: Sequence[Reading], by: Sequence[str], units: dict[str, str],
    known: Sequence[Site],
) -> None:  # fmt: skip
    """A table for each metric, a column for each of its readings: value and place, n below."""
    for asked in dict.fromkeys(reading.asked for reading in readings):
        own = [reading for reading in readings if reading.asked == asked]
        shown = t("value #place") if f"{asked}_rank" in frame else t("value")
        table = Table(*by, box=None, title=f"{t(own[0].measure.label)} ({shown})", title_justify="left")
        for reading in own:
            table.add_column(reading.variant or t("as configured"), justify="right", overflow="fold")
        for row in rows(frame):
            cells = [_label(t, units, dimension, row[dimension]) for dimension in by]
            table.add_row(*cells, *(_with_place(t, reading.measure, row, known) for reading in own))
        draw(table)


def _value(t: Words, measure: Measure, row: Row, known: Sequence[Site]) -> str:
    return wording.value(t, measure, row[measure.name], wording.applies(measure, known, row))


def _with_place(t: Words, measure: Measure, row: Row, known: Sequence[Site]) -> str:
    place = row.get(f"{measure.name}_rank")
    value = _value(t, measure, row, known) + (f" #{place}" if place else "")
    return f"{value}\nn = {t.number(row[f'{measure.name}_n'] or 0)}" if measure.n else value


def _label(t: Words, units: dict[str, str], dimension: str, code: str) -> str:
    """A code, as filters take it, and the word for it."""
    word = units.get(code, code) if dimension in ("community", "lane") else t.code(dimension, code)
    return code if word == code else f"{code} {word}"


def totals(t: Words, found: Sequence[Total]) -> None:
    """Published figures beside computed ones."""
    table = Table(t("site"), t("metric"), t("where"), t("published"), t("computed"), "", t("note"), box=None)
    for total in found:
        said = f"{total.op} {total.value}".strip()
        where = " · ".join(filter(None, [total.where, wording.compared(t, total)]))
        table.add_row(
            total.site, total.metric, where, said, wording.beside(t, total), wording.verdict(t, total), total.note
        )
    draw(table)


def draw(table: Table) -> None:
    """As it is: nothing in the name of a lane is taken for markup."""
    Console(width=None if sys.stdout.isatty() else 200, markup=False, emoji=False).print(table)
