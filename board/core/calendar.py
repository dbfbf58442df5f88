"""Which days are working days: the official calendar with its make-up days, and an honest fallback."""

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from importlib.metadata import version

import chinese_calendar

WORDS = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False,
         "上班": True, "休息": False, "是": True, "否": False}  # fmt: skip
FIXED_HOLIDAYS = {(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)}  # the days no year's notice has ever moved


class WrongDay(ValueError):
    """A line of a site's calendar.csv that names no day, or 0 where its columns are wrong."""

    def __init__(self, line: int) -> None:
        self.line = line


@dataclass(frozen=True)
class Day:
    """One day: whether it is worked, and whether an official calendar says so."""

    day: date
    working: bool
    official: bool


def days(first: date, last: date, kind: str, own: dict[date, bool] | None = None) -> list[Day]:
    """All days from first to last, both included. Kind `cn` follows the State Council's yearly notices as far
    as they are published and falls back to weekends and fixed holidays (official = False) beyond;
    `weekends` knows Saturday and Sunday only. `own`: the days a site knows better, and whether they are worked."""
    every = [first + timedelta(n) for n in range((last - first).days + 1)]
    return [Day(day, own[day], True) if own and day in own else _day(day, kind) for day in every]


def own_days(text: str) -> dict[date, bool]:
    """The days of a site's calendar.csv: columns day (2027-02-06) and working (yes or no; 上班 or 休息). Raises
    WrongDay."""
    found: dict[date, bool] = {}
    rows = csv.DictReader(text.splitlines())
    if text.strip() and not {"day", "working"} <= set(rows.fieldnames or ()):
        raise WrongDay(0)
    for row in rows:
        try:
            day = date(*map(int, re.split("[-/年月]", (row["day"] or "").strip().rstrip("日"))))
            found[day] = WORDS[(row["working"] or "").strip().lower()]
        except (ValueError, KeyError, TypeError) as error:
            raise WrongDay(rows.line_num) from error
    return found


def calendar_version(kind: str, own: str = "") -> str:
    """What the days of this kind were taken from, with a mark of the site's own calendar.csv; stored with limits."""
    named = f"chinesecalendar {version('chinesecalendar')}" if kind == "cn" else kind
    return f"{named} + calendar.csv {sha256(own.encode()).hexdigest()[:8]}" if own else named


@cache
def _day(day: date, kind: str) -> Day:
    if kind == "cn":
        try:
            return Day(day, chinese_calendar.is_workday(day), True)
        except NotImplementedError:  # a year without a published notice
            return Day(day, day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS, False)
    return Day(day, day.weekday() < 5, True)
