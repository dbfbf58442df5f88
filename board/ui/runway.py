"""The runway: what falls due on each coming working day, counted from the data's date."""

from datetime import date, timedelta

import streamlit as st

from board.charts.figures import Line, bars
from board.core import calendar
from board.metrics.catalog import METRICS
from board.metrics.sites import Site
from board.ui import asked, behind
from board.ui.view import View

AHEAD = 10  # working days
METRIC = "falling_due"


def runway(view: View) -> None:
    """A bar a coming working day, and a day of rest only where something falls due on it; of the site in view, or of
    none where several are looked at, whose data end on different days."""
    t, site = view.t, view.site
    if site is None or site.as_of is None:
        return
    with st.container(border=True):
        st.subheader(" · ".join([t("What falls due next"), view.place]), anchor=False)
        days = _days(site)
        codes = [f"{day}" for day in days]
        ahead = view.over(min(days), max(days) + timedelta(1)).scope
        found = asked.over_time(view.warehouse, [METRICS[METRIC]], "day", codes, ahead)[METRIC]
        shown = [(day, int(n)) for (day, is_worked), n in zip(days.items(), found, strict=True) if is_worked or n]
        if not any(n for _, n in shown):
            st.info(t("Nothing falls due in the next {n} working days.", n=AHEAD), icon=":material/check_circle:")
            return
        labels = [_label(view, day, days[day]) for day, _ in shown]
        hover = [f"{label}<br>{t.number(n)}" for label, (_, n) in zip(labels, shown, strict=True)]
        line = Line(METRIC, t(METRICS[METRIC].label), [n for _, n in shown], hover)
        chart = bars(view.scheme, labels, line, [t.number(n) for _, n in shown])
        behind.chart(chart, "runway", line.label, [behind.Click(METRIC, (("day", f"{day}"),)) for day, _ in shown])
        st.caption(t("Counted from {moment}, the data's date; {n} working days ahead.",
                     moment=t.moment(site.as_of), n=AHEAD))  # fmt: skip


def _days(site: Site) -> dict[date, bool]:
    """The days from the data's date to the last of the coming working days, and whether each is worked."""
    assert site.as_of
    first = site.as_of.date()
    every = calendar.days(
        first, first + timedelta(AHEAD * 4), site.settings.calendar, calendar.own_days(site.calendar_csv)
    )
    worked = [day.day for day in every if day.working][:AHEAD]
    return {day.day: day.working for day in every if not worked or day.day <= worked[-1]}


def _label(view: View, day: date, is_worked: bool) -> str:
    weekday = view.t.code("weekday", str(day.isoweekday()))
    rest = "" if is_worked else f" ({view.t('day of rest')})"
    return f"{weekday} {day:%m-%d}{rest}"
