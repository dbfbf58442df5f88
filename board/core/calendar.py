"""Which days are working days: the official calendar with its make-up days, and an honest fallback."""

from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

import chinese_calendar

FIXED_HOLIDAYS = {(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)}  # the days no year's notice has ever moved


@dataclass(frozen=True)
class Day:
    """One day: whether it is worked, and whether an official calendar says so."""

    day: date
    working: bool
    official: bool


def days(first: date, last: date, kind: str) -> list[Day]:
    """All days from first to last, both included. Kind `cn` follows the State Council's yearly notices as far
    as they are published and falls back to weekends and fixed holidays (official = False) beyond;
    `weekends` knows Saturday and Sunday only."""
    count = (last - first).days + 1
    return [_day(first + timedelta(n), kind) for n in range(count)]


def calendar_version(kind: str) -> str:
    """What the days of this kind were taken from, to be stored with every limit."""
    return f"chinesecalendar {version('chinesecalendar')}" if kind == "cn" else kind


def _day(day: date, kind: str) -> Day:
    if kind == "cn":
        try:
            return Day(day, chinese_calendar.is_workday(day), True)
        except NotImplementedError:  # a year without a published notice
            return Day(day, day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS, False)
    return Day(day, day.weekday() < 5, True)
