"""Other readings of a metric: one of its variants under its name, or all of them side by side with their order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from board.core.warehouse import Warehouse
from board.metrics.catalog import VARIANTS
from board.metrics.catalog.steps import CYCLE, DELIBERATION
from board.metrics.catalog.tickets import REPEAT, TICKET
from board.metrics.model import Formula, Mart, Measure, Metric, Rate
from board.metrics.query import Refused, ask
from board.metrics.scope import Scope

ALL = "all"
UNADJUSTED = "unadjusted"  # as if no ticket had been excluded
EVERY = {mart: Mart(f"every_{mart.name}", mart.dimensions) for mart in (TICKET, REPEAT, CYCLE, DELIBERATION)}


@dataclass(frozen=True)
class Reading:
    """A metric as it is to be asked and named; `variant` is '' for the metric as the site has it, `asked` the name it
    was asked by."""

    measure: Measure
    asked: str
    variant: str = ""


def readings(measures: Sequence[Measure], variant: str | None) -> list[Reading]:
    """Metrics in another reading, those that have it, under the name they were asked by; with ALL the metric itself
    and, under `<name>_<variant>`, each of its variants. Raises Refused when none of them has it."""
    if variant is None:
        return [Reading(measure, measure.name) for measure in measures]
    if variant != ALL and not any(variant in variants(measure) for measure in measures):
        name, known = measures[0].name, variants(measures[0])
        if not known:
            raise Refused("{metric} has one reading only.", metric=name)
        raise Refused("{metric} has no variant '{asked}'; there are {known}.",
                      metric=name, asked=variant, known=", ".join(known))  # fmt: skip
    return [reading for measure in measures for reading in _of(measure, variant)]


def variants(measure: Measure) -> dict[str, Measure]:
    """Every other reading of a metric, by the mark it is asked for with."""
    every = unadjusted(measure)
    return VARIANTS.get(measure.name, {}) | ({UNADJUSTED: every} if every != measure else {})


def unadjusted(measure: Measure) -> Measure:
    """The metric as if no ticket had been excluded; itself where it counts no tickets."""
    if isinstance(measure, Metric):
        return _of_every_ticket(measure)
    if isinstance(measure, Rate):
        return replace(measure, part=_of_every_ticket(measure.part), whole=_of_every_ticket(measure.whole),
                       squares=measure.squares and _of_every_ticket(measure.squares))  # fmt: skip
    if isinstance(measure, Formula):
        return replace(
            measure, of=tuple(map(_of_every_ticket, measure.of)), n=measure.n and _of_every_ticket(measure.n)
        )
    return replace(measure, count=_of_every_ticket(measure.count))


def _of_every_ticket(metric: Metric) -> Metric:
    return replace(metric, mart=EVERY.get(metric.mart, metric.mart), n=metric.n and _of_every_ticket(metric.n))


def _of(measure: Measure, variant: str) -> list[Reading]:
    known = variants(measure)
    if variant == ALL:
        named = {name: replace(each, name=f"{measure.name}_{name}") for name, each in known.items()}
        others = [Reading(each, measure.name, name) for name, each in named.items()]
        return [Reading(measure, measure.name), *others]
    if variant not in known:
        return [Reading(measure, measure.name)]
    return [Reading(replace(known[variant], name=measure.name), measure.name, variant)]


def effect(warehouse: Warehouse, measures: Sequence[Measure], scope: Scope) -> pd.DataFrame:
    """What the exclusion ledger does to metrics: a row each that counts tickets, with its name in `metric`, `counted`
    (as it is), `unadjusted` (as if no ticket had been excluded) and `change` (the first less the second)."""
    known = [measure for measure in measures if unadjusted(measure) != measure]
    every = [replace(unadjusted(measure), name=f"{measure.name}_{UNADJUSTED}") for measure in known]
    row = ask(warehouse, [*known, *every], (), scope, loose=True).iloc[0]
    frame = pd.DataFrame(
        {
            "metric": [measure.name for measure in known],
            "counted": [row[measure.name] for measure in known],
            "unadjusted": [row[measure.name] for measure in every],
        }
    )
    frame[["counted", "unadjusted"]] = frame[["counted", "unadjusted"]].astype("float64")
    return frame.assign(change=frame["counted"] - frame["unadjusted"])


def ranks(frame: pd.DataFrame, measure: Measure) -> "pd.Series[int]":
    """The place of each row by a metric, 1 for the best (for the greatest, where neither is better); rows of one value
    share the first of their places, rows without a sample have none."""
    return frame[measure.name].rank(ascending=measure.better == "lower", method="min").astype("Int64")
