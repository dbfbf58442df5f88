"""The vocabulary a number is defined in: mart, clock, metric, rate, formula."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

TIME = ("day", "week", "month", "quarter", "year", "weekday", "hour")
SPANS = ("day", "week", "month", "quarter", "year")  # the time dimensions that have a beginning and an end
TICKET_DIMENSIONS = (
    "site", "community", "lane", "category", "channel", "class", "tier", "highest_tier", "entry", "outcome", "steward",
)  # fmt: skip


@dataclass(frozen=True)
class Clock:
    """When a row counts. With `day` alone it counts on that day. With `until` it stands from `day` up to that day
    (exclusive): a stock, counted at the end of a period, or, with `overlap`, for the days it shares with it. What lies
    `ahead` of the data's date is known by its day alone: mart.day ends there."""

    name: str
    day: str
    moment: str | None = None  # the column that has the time of day, too
    until: str | None = None
    overlap: bool = False
    ahead: bool = False
    only: str | None = None  # the rows this clock knows at all


@dataclass(frozen=True)
class Mart:
    """A table of the warehouse and the dimensions it may be grouped and filtered by (besides time and unit)."""

    name: str
    dimensions: tuple[str, ...]


@dataclass(frozen=True)
class Metric:
    """A number as one line of portable SQL over one mart: the count of the rows that it counts `only` (none said: all
    its clock knows), or what `sql` makes of them. In either, {cut} is the moment up to which steps count, {held_days}
    and {period_days} the days an overlapping row shares with the period and the period has."""

    name: str
    label: str
    about: str
    mart: Mart
    clock: Clock
    sql: str = ""
    only: str = ""
    unit: str = "count"  # count, share, hours, score, number
    per: float = 1  # the SQL's unit in one of the metric's: 60 turns minutes into hours
    better: str = "neither"  # higher, lower, neither
    ripens: bool = False
    site_has: str = ""  # what a site must have (see Site.has), else it is not applicable rather than 0
    settings: tuple[str, ...] = ()  # the settings of a site that it goes by, or that made its mart's columns
    needs_rows: bool = False  # not known, rather than 0, where no row counts
    follows_units: bool = False  # a denominator of workload: filtered by site and unit only
    n: "Metric | None" = None  # how many cases a median rests on
    warns: bool = False  # more of it is a warning, and may be red

    @property
    def line(self) -> str:
        """The line of SQL."""
        return self.sql or (f"count(*) filter (where {self.only})" if self.only else "count(*)")

    @property
    def parts(self) -> tuple["Metric", ...]:
        """The metrics asked of the warehouse."""
        return (self, self.n) if self.n else (self,)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What this metric may be grouped by."""
        return (*self.mart.dimensions, *_time(self.clock))


def _time(clock: Clock) -> tuple[str, ...]:
    if clock.until:
        return SPANS
    if clock.ahead:
        return ("day",)
    return TIME if clock.moment else TIME[:-1]


@dataclass(frozen=True)
class Rate:
    """Two counts, divided once after aggregation; its n is the whole."""

    name: str
    label: str
    about: str
    part: Metric
    whole: Metric
    better: str = "neither"
    unit: str = "share"
    ripens: bool = False
    warns: bool = False
    squares: Metric | None = None  # of a mean of scores: the sum of their squares

    @property
    def parts(self) -> tuple[Metric, ...]:
        """The metrics asked of the warehouse."""
        return (self.part, self.whole)

    @property
    def n(self) -> Metric:
        """How many cases it rests on: the whole."""
        return self.whole

    @property
    def site_has(self) -> str:
        """What a site must have for it to mean anything."""
        return self.part.site_has

    @property
    def clock(self) -> Clock:
        """The clock of the whole."""
        return self.whole.clock

    @property
    def mart(self) -> Mart:
        """The mart of the whole."""
        return self.whole.mart

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What part and whole may both be grouped by."""
        return tuple(name for name in self.part.dimensions if name in self.whole.dimensions)


@dataclass(frozen=True)
class Formula:
    """A number worked out from others after aggregation; the first part leads (clock, mart, filters)."""

    name: str
    label: str
    about: str
    of: tuple[Metric, ...]
    formula: Callable[..., float | None]  # the setting, if any, then one value of each, None where there is none
    said: str  # the formula as a reader sees it
    unit: str = "number"
    better: str = "neither"
    ripens: bool = False
    site_has: str = ""
    n: Metric | None = None  # how many cases it rests on, where that is one number
    warns: bool = False
    needs: tuple[str, ...] = ()  # dimensions that must be chosen: one value, or as a grouping
    setting: str = ""  # the setting of a site that it goes by; no number where sites differ in it

    @property
    def parts(self) -> tuple[Metric, ...]:
        """The metrics asked of the warehouse."""
        return (*self.of, self.n) if self.n else self.of

    @property
    def clock(self) -> Clock:
        """The clock of the leading part."""
        return self.parts[0].clock

    @property
    def mart(self) -> Mart:
        """The mart of the leading part."""
        return self.parts[0].mart

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What all parts may be grouped by."""
        return tuple(
            name for name in self.parts[0].dimensions if all(name in part.dimensions for part in self.parts[1:])
        )


@dataclass(frozen=True)
class Spread:
    """How a count is spread over the lanes, those without any among them."""

    name: str
    label: str
    about: str
    count: Metric
    lanes: Metric
    spread: Callable[[Sequence[float], float], float | None]  # the lanes' counts and the count of all → the number
    said: str  # the formula as a reader sees it
    unit: str = "share"
    better: str = "neither"
    ripens: bool = False
    site_has: str = ""
    warns: bool = False

    @property
    def n(self) -> Metric:
        """How many cases it rests on."""
        return self.count

    @property
    def parts(self) -> tuple[Metric, ...]:
        """The metrics asked of the warehouse beside those of the lanes."""
        return (self.count,)

    @property
    def clock(self) -> Clock:
        """The clock of the count."""
        return self.count.clock

    @property
    def mart(self) -> Mart:
        """The mart of the count."""
        return self.count.mart

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Those of the count that lanes stand whole in; not the lane itself."""
        return tuple(name for name in self.count.dimensions if name not in ("lane", "steward", "weekday", "hour"))


Measure = Metric | Rate | Formula | Spread
