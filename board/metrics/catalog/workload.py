"""How much falls on whom: households, stewards on duty, tickets for each."""

from collections.abc import Sequence
from math import ceil

from board.metrics.catalog.tickets import open_, received
from board.metrics.model import Clock, Formula, Mart, Metric, Spread

UNIT = Mart("unit", ("site", "community", "lane", "level"))
APPOINTMENT = Mart("appointment", ("site", "community", "lane", "role", "steward"))
STANDING = Clock("end", "open_from", until="open_until", only="is_listed")
INHABITED = Clock("end", "open_from", until="open_until", only="households > 0")
APPOINTED = Clock("end", "from_day", until="until_day")
LOOKED_AFTER = Clock("rec", "open_from", until="open_until", overlap=True, only="is_lane")
SERVING = Clock("rec", "from_day", until="until_day", overlap=True, only="is_lane")

households = Metric(
    "households", "Households", "Households of the units in scope at the end of the period.", UNIT, INHABITED,
    "sum(households)", follows_units=True, needs_rows=True,
)  # fmt: skip
stewards_serving = Metric(
    "stewards_serving", "Stewards on average",
    "Days of appointment at the lanes in the period, divided by its days; who has two lanes counts twice.",
    APPOINTMENT, SERVING, "sum(cast({held_days} as double) / {period_days})", unit="number", follows_units=True,
)  # fmt: skip


def per_head(cases: float | None, people: float | None) -> float | None:
    """How many cases fall on each; None where nobody is there."""
    return cases / people if cases is not None and people else None


def _per_100(tickets: float | None, homes: float | None) -> float | None:
    return per_head(None if tickets is None else 100 * tickets, homes)


per_100_households = Formula(
    "per_100_households", "Per 100 households",
    "Tickets received for every hundred households in scope, those of lanes without a number of households among them.",
    (received, households), _per_100, "100 × received / households",
)  # fmt: skip
per_steward = Formula(
    "per_steward", "Received per steward",
    "Tickets received for each steward on average in the period, those of places without stewards among "
    "them.",
    (received, stewards_serving), per_head, "received / stewards_serving",
)  # fmt: skip
open_per_steward = Formula(
    "open_per_steward", "Open per steward",
    "Tickets open at the end of the period for each steward on average, those of places without stewards "
    "among them.",
    (open_, stewards_serving), per_head, "open / stewards_serving",
)  # fmt: skip
_lanes = Metric("_lanes", "", "", UNIT, LOOKED_AFTER, follows_units=True)


def _of_busiest(counts: Sequence[float], total: float) -> float | None:
    busiest = sorted(counts, reverse=True)[: ceil(len(counts) / 5)]
    return sum(busiest) / total if counts and total else None


def _gini(counts: Sequence[float], total: float) -> float | None:
    n, of_lanes = len(counts), sum(counts)
    if not of_lanes:
        return None
    return 2 * sum(place * count for place, count in enumerate(sorted(counts), 1)) / (n * of_lanes) - (n + 1) / n


top20_share = Spread(
    "top20_share", "Share of the busiest fifth",
    "Of the tickets received, the share of the busiest fifth of the lanes; lanes without tickets are among them.",
    received, _lanes, _of_busiest, "received in the ⌈lanes / 5⌉ busiest lanes / received", better="lower",
)  # fmt: skip
gini = Spread(
    "gini", "Gini of the load", "How unevenly the tickets fall on the lanes: 0 all alike, near 1 all on one.",
    received, _lanes, _gini, "Gini coefficient of received over all lanes", unit="number", better="lower",
)  # fmt: skip
