"""Weeks, months, assessment months, quarters and years: their codes, the one before, and that of a year earlier."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

KINDS = ("week", "month", "quarter", "year")  # shortest first
EXAMPLES = {
    "day": "2023-12-31", "week": "2023-W50", "month": "2023-12", "quarter": "2023-Q4", "year": "2023",
    "weekday": "1 … 7", "hour": "00 … 23",
}  # fmt: skip
CYCLES = {"weekday": tuple(map(str, range(1, 8))), "hour": tuple(f"{hour:02}" for hour in range(24))}


@dataclass(frozen=True)
class Period:
    """From `since` (inclusive) to `until` (exclusive); a kind of KINDS, `assessment` for a month that begins on a day
    of the site's choice, or `custom` for any other span."""

    kind: str
    since: date
    until: date

    @property
    def code(self) -> str:
        """2023-W50, 2023-12, 2023-Q4, 2023; any other span as since..until."""
        return _code(self.kind, self.since) if self.kind in KINDS else f"{self.since}..{self.until}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until - self.since).days

    def touches(self, other: "Period") -> bool:
        """Whether they have a day in common."""
        return self.since < other.until and other.since < self.until

    def previous(self) -> "Period":
        """The period of the same kind before this one; for a custom span the equally long one before."""
        if self.kind == "custom":
            return Period("custom", self.since - timedelta(self.days), self.since)
        return around(self.kind, self.since - timedelta(1), self.since.day)

    def next(self) -> "Period":
        """The period of the same kind after this one; for a custom span the equally long one after."""
        if self.kind == "custom":
            return Period("custom", self.until, self.until + timedelta(self.days))
        return around(self.kind, self.until, self.since.day)

    def year_earlier(self) -> "Period":
        """The same month, assessment month, quarter or year a year earlier; the same ISO week number (W53: W52); a
        custom span between the same dates a year earlier, to the end of a month where it ends with one."""
        if self.kind == "custom":
            ends_month = self.until.day == 1
            until = _year_back(self.until) if ends_month else _year_back(self.until - timedelta(1)) + timedelta(1)
            return Period("custom", _year_back(self.since), until)
        if self.kind != "week":
            return around(self.kind, _year_back(self.since), self.since.day)
        year, week, _ = self.since.isocalendar()
        weeks_then = date(year - 1, 12, 28).isocalendar().week
        return around("week", date.fromisocalendar(year - 1, min(week, weeks_then), 1))


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def day_of(text: str) -> date:
    """A day as the commands and the address write it, 2023-12-31. Raises ValueError, also for years in which nothing
    can have been logged."""
    day = date.fromisoformat(text)
    if not 1900 <= day.year <= 2199:
        raise ValueError(f"{text} lies outside 1900 to 2199")
    return day


def is_code(kind: str, code: str) -> bool:
    """Whether this is the code of a day, week, month, quarter or year, or of a weekday or an hour."""
    if kind in CYCLES:
        return code in CYCLES[kind]
    try:
        return code == f"{day_of(code)}" if kind == "day" else parse(code).kind == kind
    except ValueError:
        return False


def around(kind: str, day: date, begins: int = 1) -> Period:
    """The period of this kind that a day lies in; `begins`: the day of the month, 1 to 28, on which assessment months
    do."""
    if kind == "day":
        return Period(kind, day, day + timedelta(1))
    if kind == "assessment":
        first = (day - timedelta(begins - 1)).replace(day=begins)
        return Period(kind, first, (first + timedelta(31)).replace(day=begins))
    if kind == "week":
        first = day - timedelta(day.weekday())
        return Period(kind, first, first + timedelta(7))
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = first.month - 1 + months
    return Period(kind, first, date(first.year + after // 12, after % 12 + 1, 1))


def between(since: date, until: date, begins: int = 1) -> Period:
    """The week, month, quarter, year or assessment month that begins and ends there, else a custom span."""
    for kind in (*KINDS, "assessment"):
        period = around(kind, since, begins)
        if (period.since, period.until) == (since, until):
            return period
    return Period("custom", since, until)


def last_complete(kind: str, last_day: date, begins: int = 1) -> Period:
    """The last period of this kind that has ended by the end of `last_day`."""
    return around(kind, last_day + timedelta(1), begins).previous()


def parse(code: str) -> Period:
    """The period of a code: 2023-W50, 2023-12, 2023-Q4, 2023. Raises ValueError."""
    if re.fullmatch(r"\d{4}-W\d\d", code):
        return around("week", date.fromisocalendar(int(code[:4]), int(code[6:]), 1))
    if re.fullmatch(r"\d{4}-\d\d", code):
        return around("month", date(int(code[:4]), int(code[5:]), 1))
    if re.fullmatch(r"\d{4}-Q[1-4]", code):
        return around("quarter", date(int(code[:4]), int(code[6:]) * 3, 1))
    if re.fullmatch(r"\d{4}", code):
        return around("year", date(int(code), 1, 1))
    raise ValueError(f"{code} is no week, month, quarter or year")


def begin(kind: str, code: str) -> date:
    """The first day of a day, week, month, quarter or year by its code."""
    return day_of(code) if kind == "day" else parse(code).since


def codes(kind: str, since: date, until: date) -> list[str]:
    """The codes of all periods of a kind that touch the span, in order, so that a gap shows as a gap."""
    found, period = [], around(kind, since)
    while period.since < until:
        found.append(_code(kind, period.since))
        period = around(kind, period.until)
    return found


def _code(kind: str, day: date) -> str:
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return {
        "day": f"{day}",
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "year": f"{day.year}",
    }[kind]
