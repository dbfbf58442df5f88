"""The sites of a version: their settings, when their data begin and end, and what their logs know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from board.core.settings import Site as Settings
from board.core.settings import parse_site
from board.core.warehouse import Warehouse
from board.metrics.periods import Period, between
from board.metrics.scope import Scope

COLUMNS = "site, site_toml, as_of, first_day, last_day, has_ladder, has_steps, has_answers, calendar_csv"
VERSIONS = 4  # whose sites are remembered


@dataclass(frozen=True)
class Site:
    """One site of this version: its settings and when its data begin and end (in the site's own clock)."""

    id: str
    settings: Settings
    as_of: datetime | None
    first_day: date | None
    last_day: date | None
    has_ladder: bool
    has_steps: bool  # whether it has a log of steps
    has_answers: bool  # whether it tells first responses
    calendar_csv: str  # the days it knows better than the calendar

    def has(self, what: str) -> bool:
        """Whether it has what a metric needs (see Metric.site_has): anything has nothing."""
        return not what or bool(getattr(self, f"has_{what}"))

    @property
    def logged(self) -> Period | None:
        """The days its log covers; None where nothing has been logged."""
        if self.first_day is None or self.as_of is None:
            return None
        return Period("custom", self.first_day, self.settings.day_of(self.as_of) + timedelta(1))


@lru_cache(VERSIONS)
def sites(warehouse: Warehouse) -> dict[str, Site]:
    """The sites of this version, by id; not to be changed."""
    frame = warehouse.frame(f"select {COLUMNS} from mart.site order by site")
    return {row["site"]: _site(row) for row in frame.to_dict("records")}


def sites_of(warehouse: Warehouse, scope: Scope) -> list[Site]:
    """The sites that a scope lets through."""
    chosen = scope.codes("site")
    return [site for site in sites(warehouse).values() if not chosen or site.id in chosen]


def assessed_from(known: Iterable[Site]) -> int:
    """The day of the month on which the assessment month of all these sites begins; 1 where they differ in it."""
    days = {site.settings.assessment_month_begins for site in known}
    return days.pop() if len(days) == 1 else 1


def period_of(known: Iterable[Site], since: date, until: date) -> Period:
    """The week, month, quarter, year or, of these sites, assessment month that begins and ends there, else a custom
    span."""
    return between(since, until, assessed_from(known))


def _site(row: dict[Any, Any]) -> Site:
    return Site(
        id=row["site"],
        settings=parse_site(row["site"], row["site_toml"]),
        as_of=_or_none(row["as_of"], lambda moment: moment.to_pydatetime()),
        first_day=_or_none(row["first_day"], lambda moment: moment.date()),
        last_day=_or_none(row["last_day"], lambda moment: moment.date()),
        has_ladder=bool(row["has_ladder"]),
        has_steps=bool(row["has_steps"]),
        has_answers=bool(row["has_answers"]),
        calendar_csv=row["calendar_csv"],
    )


def _or_none(value: Any, read: Any) -> Any:
    return None if value is None or value != value else read(value)


def own_words(known: Iterable[Site], lang: str) -> tuple[tuple[str, str, str], ...]:
    """The words that sites have for codes of their own, as Words takes them."""
    labels = [site.settings.labels for site in known]
    return tuple((kind, code, word[lang]) for each in labels for kind, codes in each.items()
                 for code, word in codes.items())  # fmt: skip


def opening_site(known: dict[str, Site]) -> str | None:
    """The site the board opens on: default_site, else the one with the latest last_day."""
    chosen = [site.id for site in known.values() if site.settings.default_site]
    dated = sorted(known.values(), key=lambda site: (site.last_day or date.min, site.id), reverse=True)
    return chosen[0] if chosen else (dated[0].id if dated else None)
