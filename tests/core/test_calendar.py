"""Working days, make-up days, and years nobody has published yet."""

from datetime import date

from board.core.calendar import calendar_version, days


def working(first: date, last: date, kind: str = "cn") -> list[str]:
    return [f"{day.day:%m-%d}" for day in days(first, last, kind) if day.working]


def test_the_long_holiday_of_2023_and_its_two_make_up_days() -> None:
    assert working(date(2023, 9, 28), date(2023, 10, 9)) == ["09-28", "10-07", "10-08", "10-09"]


def test_spring_festival_weekends_that_are_worked() -> None:
    assert working(date(2026, 2, 14), date(2026, 2, 14)) == ["02-14"]
    assert working(date(2026, 1, 4), date(2026, 1, 4)) == ["01-04"]


def test_a_year_without_a_notice_falls_back_and_says_so() -> None:
    new_year, monday, saturday = (day for day in days(date(2027, 1, 1), date(2027, 1, 4), "cn") if day.day.day != 3)
    assert not new_year.working and not monday.working and saturday.working
    assert not any(day.official for day in (new_year, monday, saturday))


def test_weekends_only() -> None:
    assert working(date(2023, 9, 29), date(2023, 10, 2), "weekends") == ["09-29", "10-02"]


def test_the_calendar_names_its_version() -> None:
    assert calendar_version("cn") == "chinesecalendar 1.11.0"
    assert calendar_version("weekends") == "weekends"
