"""What a page is looked at with: one reader's language, site, period, filters and colours."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from board.charts.theme import Scheme
from board.core.warehouse import Warehouse
from board.core.words import Words
from board.metrics.periods import Period, between
from board.metrics.reference import Site
from board.metrics.scope import Scope
from board.ui.address import Address

DIMENSION_LABELS = {
    "site": "Site", "community": "Community", "lane": "Lane", "category": "Category", "channel": "Channel",
    "class": "Class", "tier": "Tier", "highest_tier": "Highest tier", "entry": "Entry", "outcome": "Outcome",
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
    dark: bool
    units: dict[str, str] = field(default_factory=dict)  # unit → name, of the site looked at
    higher: frozenset[str] = frozenset()  # units above the lanes

    @property
    def period(self) -> Period | None:
        """The period looked at; None for all data."""
        since, until = self.scope.since, self.scope.until
        return between(since, until) if since and until else None

    @property
    def compared(self) -> Period | None:
        """The period compared with, if any."""
        if self.period is None or self.compare is None:
            return None
        return self.period.previous() if self.compare == "previous" else self.period.year_earlier()

    def over(self, since: date | None, until: date | None) -> "View":
        """The same view of another period."""
        return replace(self, scope=self.scope.within(since, until))

    def label(self, dimension: str, code: str) -> str:
        """The word for a code in this view: a unit's name, a site's own word, a period's name."""
        t = self.t
        if code == "unknown":
            return t.code(dimension, code)
        if dimension in ("lane", "community", "unit"):
            named = self.units.get(code, code)
            return t("{unit} itself", unit=named) if dimension == "lane" and code in self.higher else named
        if dimension == "site":
            return self.sites[code].settings.name[t.lang] if code in self.sites else code
        if dimension in ("day", "week", "month", "quarter", "year"):
            return t.period(dimension, code)
        return t.code(dimension, code)

    def dimension(self, dimension: str) -> str:
        """The word for a dimension; lanes and stewards are called what the site calls them."""
        if self.site and dimension == "lane":
            return self.site.settings.lane_name[self.t.lang].capitalize()
        if self.site and dimension == "steward":
            return self.site.settings.steward_name[self.t.lang].capitalize()
        return self.t(DIMENSION_LABELS[dimension])

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


def name(t: Words, period: Period) -> str:
    """A period in words; a custom one by its first and last day."""
    if period.kind == "custom":
        return f"{t.day(period.since)} – {t.day(period.until - timedelta(1))}"
    return t.period(period.kind, period.code)
