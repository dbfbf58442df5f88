"""Every metric of the board by name, in the order they are listed; one file a subject."""

from board.metrics.catalog import activities, callbacks, indicators, limits, tickets, units, workload
from board.metrics.model import Formula, Measure, Metric, Rate

SUBJECTS = (tickets, limits, callbacks, workload, units, activities, indicators)


def _all() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for subject in SUBJECTS:
        for measure in vars(subject).values():
            if isinstance(measure, Metric | Rate | Formula) and measure.name not in found:
                if measure.name.startswith("_"):
                    continue  # a part that means nothing by itself
                found[measure.name] = measure
    return found


METRICS = _all()
DIMENSIONS = (
    "site", "community", "lane", "category", "channel", "class", "tier", "highest_tier", "entry", "outcome", "steward",
    "role", "level", "kind", "network", "organisation", "name", "day", "week", "month", "quarter", "year", "weekday",
    "hour",
)  # fmt: skip
