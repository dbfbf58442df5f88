"""Every metric of the board by name, in the order they are listed; one file a subject."""

from board.metrics.catalog import activities, callbacks, indicators, limits, steps, tickets, units, workload
from board.metrics.model import Measure


def _subjects() -> dict[str, dict[str, Measure]]:
    """Subject (its file's own sentence) → metric name → metric; what a file borrows stays with its owner, and a part
    whose name begins with _ means nothing by itself."""
    found: dict[str, dict[str, Measure]] = {}
    seen: set[str] = set()
    for module in (tickets, limits, callbacks, steps, workload, units, activities, indicators):
        measures = [each for each in vars(module).values() if isinstance(each, Measure) and each.name[0] != "_"]
        own = {measure.name: measure for measure in measures if measure.name not in seen}
        found[(module.__doc__ or "").strip().rstrip(".")] = own
        seen |= set(own)
    return found


SUBJECTS = _subjects()
METRICS: dict[str, Measure] = {name: measure for own in SUBJECTS.values() for name, measure in own.items()}
VARIANTS: dict[str, dict[str, Measure]] = {  # metric name → variant → the metric in that reading
    **limits.VARIANTS,
    **callbacks.VARIANTS,
    **steps.VARIANTS,
}
DIMENSIONS = (
    "site", "community", "lane", "category", "channel", "class", "tier", "highest_tier", "entry", "outcome", "steward",
    "role", "level", "kind", "network", "organisation", "name", "day", "week", "month", "quarter", "year", "weekday",
    "hour",
)  # fmt: skip
