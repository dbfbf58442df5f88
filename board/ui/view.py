"""What a page is looked at with: one reader's language, site, period, filters and colours."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from board.charts.theme import Scheme
from board.core.warehouse import Warehouse
from board.core.words import Words
from board.metrics.compare import earlier, is_logged, working_days
from board.metrics.model import SPANS, Measure
from board.metrics.periods import KINDS, Period
from board.metrics.scope import Scope
from board.metrics.sites import Site, period_of
from board.metrics.statement import applies
from board.ui.address import Address

DIMENSION_LABELS = {
    "unit": "Unit", "site": "Site", "community": "Community", "lane": "Lane", "category": "Category",
    "channel": "Channel", "class": "Class", "tier": "Tier", "highest_tier": "Highest tier",
    "entry": "Entry", "outcome": "Outcome",
    "steward": "Steward", "role": "Role", "level": "Level", "kind": "Kind", "network": "Network",
    "organisation": "Organisation", "name": "Indicator", "day": "Day", "week": "Week", "month": "Month",
    "quarter": "Quarter", "year": "Year", "weekday": "Weekday", "hour": "Hour",
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """Everything a block needs to answer its question. `site` is None when all sites are looked at."""

    t: Words
    warehouse: Warehouse
    site: Site | None
    sites: dict[str, Site]
    scope: Scope
    compare: str | None
    address: Address
    scheme: Scheme
    units: dict[tuple[str, str], str] = field(default_factory=dict)  # site, unit → name
    higher: frozenset[tuple[str, str]] = frozenset()  # units above the lanes

    @property
    def period(self) -> Period | None:
        """The period looked at; None for all data."""
        since, until = self.scope.since, self.scope.until
        return period_of(self.looked, since, until) if since and until else None

    @property
    def compared(self) -> Period | None:
        """The period compared with, if any."""
        if self.period is None or self.compare is None:
            return None
        before = earlier(self.looked, self.scope, self.compare)
        return before if is_logged(self.looked, self.period, before) else None

    @property
    def looked(self) -> list[Site]:
        """The sites in view."""
        return [self.site] if self.site else list(self.sites.values())

    @property
    def outside(self) -> bool:
        """Whether the period lies wholly before or after what the sites in view have logged."""
        logged, period = [site.logged for site in self.looked if site.logged], self.period
        return period is not None and bool(logged) and not any(span.touches(period) for span in logged)

    @property
    def is_past(self) -> bool:
        """Whether the data go on after the end of the period."""
        until = self.scope.until
        return until is not None and any(site.logged and site.logged.until > until for site in self.looked)

    def over(self, since: date | None, until: date | None) -> "View":
        """The same view of another period."""
        return replace(self, scope=self.scope.within(since, until))

    def label(self, dimension: str, code: str, site: str | None = None) -> str:
        """The word for a code in this view: a unit's name (of the site in view, else of `site`), a site's own word, a
        period's name."""
        t = self.t
        if code == "unknown":
            return t.code(dimension, code)
        if dimension in ("lane", "community", "unit"):
            place = (self.site.id if self.site else site or "", code)
            named = self.units.get(place, code)
            return t("{unit} itself", unit=named) if dimension == "lane" and place in self.higher else named
        if dimension == "site":
            return self.sites[code].settings.name[t.lang] if code in self.sites else code
        if dimension in SPANS:
            return t.period(dimension, code)
        return t.code(dimension, code)

    def dimension(self, dimension: str) -> str:
        """The word for a dimension; lanes and stewards are called what the site calls them."""
        if self.site and dimension == "lane":
            return self.site.settings.lane_name[self.t.lang].capitalize()
        if self.site and dimension == "steward":
            return self.site.settings.steward_name[self.t.lang].capitalize()
        return self.t(DIMENSION_LABELS[dimension])

    def row_label(self, by: str, row: "pd.Series[Any]") -> str:
        """The word for a row of an answer; with all sites in view a unit is named within its site."""
        label = self.label(by, str(row[by]), row.get("site"))
        return f"{self.label('site', row['site'])} · {label}" if "site" in row and by != "site" else label

    def skipped(self, measure: Measure) -> list[str]:
        """The filters that are set and do not act on a metric."""
        chosen = [dimension for dimension, _ in self.address.where]
        return [self.dimension(dimension) for dimension in chosen if not applies(measure.parts[0], dimension)]

    def has(self, what: str) -> bool:
        """Whether any site in view has what a metric needs (see Metric.site_has)."""
        return any(site.has(what) for site in self.looked)

    @property
    def place(self) -> str:
        """The name of what is looked at, for titles."""
        chosen = self.address.codes("unit")
        if chosen:
            return self.t("; ").join(self.label("unit", code) for code in chosen)
        return self.site.settings.name[self.t.lang] if self.site else self.t("All sites")

    @property
    def when(self) -> str:
        """The name of the period, for titles."""
        return name(self.t, self.period) if self.period else self.t("All data")

    @property
    def against(self) -> list[str]:
        """The period, the one it is held against, and their working days where these are not as many."""
        t, period, before = self.t, self.period, self.compared
        if period is None or self.compare is None or self.outside:
            return [self.when]
        if before is None:
            return [self.when, t("not all was logged that early: no comparison")]
        said = [t("{period} against {earlier}", period=self.when, earlier=name(t, before))]
        if self.site:
            now, then = (working_days(self.site, each) for each in (period, before))
            said += [t("{now} working days against {then}", now=now, then=then)] if now != then else []
        return said


def name(t: Words, period: Period) -> str:
    """A period in words; one that begins on any day by its first and last."""
    if period.kind not in KINDS:
        days = f"{t.day(period.since)} – {t.day(period.until - timedelta(1))}"
        return days if period.kind == "custom" else t("assessment month {days}", days=days)
    return t.period(period.kind, period.code)
