"""What changed in a period: the few changes that chance explains least, and where most of each lies."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from board.core.warehouse import Warehouse
from board.metrics.catalog import METRICS
from board.metrics.compare import ask_compared
from board.metrics.model import Measure, Rate
from board.metrics.scope import Scope
from board.metrics.sites import sites_of
from board.metrics.stats import counts_apart, shares_apart

WATCHED = {  # metric → the dimensions in which to look for where its change lies
    "received": ("category", "lane"), "resolved": (), "on_time_rate": (), "self_rate": (), "satisfaction_rate": (),
    "open": ("tier", "lane"), "overdue": ("category", "lane"), "dissatisfied": ("category",),
}  # fmt: skip
CLEAR = 2.0  # standard errors from which a change is said to be one
FEWEST, MOST = 3, 5


@dataclass(frozen=True)
class Finding:
    """One metric against the period before: its number, the difference (shares as fractions), and the code (dimension,
    code) in which the count changed most, by so much. `is_clear` where chance hardly makes such a difference."""

    metric: str
    number: float
    change: float
    is_clear: bool
    place: tuple[str, str] | None = None
    of_place: float = 0


def findings(warehouse: Warehouse, scope: Scope, kind: str) -> list[Finding]:
    """The three to five changes that lie furthest beyond chance, furthest first; those within it only to make three."""
    measures = [METRICS[name] for name in WATCHED]
    parts = [part for measure in measures if isinstance(measure, Rate) for part in measure.parts]
    [row] = ask_compared(warehouse, [*measures, *parts], (), scope, kind, loose=True).to_dict("records")
    errors = {
        measure.name: _apart(row, measure)
        for measure in measures
        if not pd.isna(row[f"{measure.name}_change"])
        if row[measure.name] or row[f"{measure.name}_before"]
    }
    ranked = sorted(errors, key=lambda name: -errors[name])
    kept = [name for place, name in enumerate(ranked[:MOST]) if errors[name] >= CLEAR or place < FEWEST]
    return [
        Finding(name, float(row[name]), float(row[f"{name}_change"]), errors[name] >= CLEAR,
                *_place(warehouse, name, scope, kind, float(row[f"{name}_change"])))
        for name in kept
    ]  # fmt: skip


def _apart(row: dict[Any, Any], measure: Measure) -> float:
    """How many standard errors a number lies from the one before."""
    if not isinstance(measure, Rate):
        return counts_apart(row[measure.name], row[f"{measure.name}_before"])
    part, whole = measure.part.name, measure.whole.name
    return shares_apart(row[part], row[whole], row[f"{part}_before"], row[f"{whole}_before"])


def _place(
    warehouse: Warehouse, name: str, scope: Scope, kind: str, change: float
) -> tuple[tuple[str, str] | None, float]:
    """Where most of a change lies: the code whose own change, the same way, is greatest; none for less than a third."""
    found: tuple[tuple[str, str] | None, float] = (None, 0)
    is_one_site = len(sites_of(warehouse, scope)) == 1
    for dimension in WATCHED[name] if change else ():
        if dimension == "lane" and not is_one_site:  # whose codes mean something within a site only
            continue
        frame = ask_compared(warehouse, [METRICS[name]], (dimension,), scope, kind, loose=True)
        frame = frame[frame[dimension] != "unknown"]
        frame["own"] = frame[f"{name}_change"].astype("float64") * (1 if change > 0 else -1)
        best = frame.sort_values("own", ascending=False).to_dict("records")[:1]
        if len(frame) > 1 and best[0]["own"] > max(abs(found[1]), abs(change) / 3):
            found = (dimension, str(best[0][dimension])), float(best[0][f"{name}_change"])
    return found
