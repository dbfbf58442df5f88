"""Any metrics by any dimensions over a scope: what may be asked, and the answer as one frame."""

import difflib
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from board.core.warehouse import Warehouse
from board.core.words import Told
from board.metrics.catalog import DIMENSIONS, METRICS
from board.metrics.model import Formula, Measure, Metric, Rate
from board.metrics.periods import day_of
from board.metrics.scope import Scope
from board.metrics.statement import applies, compile_question, groups_of

ALL = Scope()
FILTERS = ("unit", *DIMENSIONS)


class Refused(Told):
    """A question that has no answer, and why, in one sentence."""


def span(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """The two ends of a period as the commands and the published figures write them; None where nothing is written.
    Raises Refused for what is no day, or a period without one."""
    first, after = _day(since), _day(until)
    if first and after and first >= after:
        raise Refused("The period from {since} to {until} has no day in it; `until` is the day after the last.",
                      since=since, until=until)  # fmt: skip
    return first, after


def clause(text: str) -> tuple[str, tuple[str, ...]]:
    """A filter as the commands and the published figures write it, `dimension=code` or `dimension=code|code`. Raises
    Refused."""
    dimension, equals, codes = text.partition("=")
    if not equals:
        raise Refused("'{clause}' is no filter; write it as category=noise.", clause=text)
    return dimension.strip(), tuple(code.strip() for code in codes.split("|"))


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else day_of(text)
    except ValueError as error:
        raise Refused("'{text}' is no day; write it as 2023-12-31.", text=text) from error


def find(name: str) -> Measure:
    """The metric of this name. Raises Refused, with the nearest names, when there is none."""
    if name in METRICS:
        return METRICS[name]
    near = ", ".join(difflib.get_close_matches(name, METRICS, 3))
    if near:
        raise Refused("There is no metric '{name}'; did you mean {near}?", name=name, near=near)
    raise Refused("There is no metric '{name}'; list shows them all.", name=name)


def ask(
    warehouse: Warehouse,
    measures: Sequence[Measure],
    by: Sequence[str] = (),
    scope: Scope = ALL,
    loose: bool = False,
) -> pd.DataFrame:
    """One row for each combination of codes that occurs, sorted; columns: `by`, then each metric (counts Int64, a
    missing one 0; all others float, no sample NaN) and, for rates and medians, `<name>_n`.

    Raises Refused when a metric has not all dimensions or filters; with `loose`, as on a page with its shared
    filters, a metric simply goes without the filters it does not have."""
    by = tuple(dict.fromkeys(by))
    for measure in measures:
        _check(measure, by, scope, loose)
    parts = list(dict.fromkeys(part for measure in measures for part in measure.parts))
    question = compile_question(parts, by, scope)
    frame = warehouse.frame(question.sql, question.parameters)
    return _finish(warehouse, frame, measures, parts, by, scope)


def _check(measure: Measure, by: Sequence[str], scope: Scope, loose: bool) -> None:
    for dimension in by:
        if dimension not in measure.dimensions:
            _refuse("{metric} has no dimension '{asked}'{hint}; it has {known}.", measure, dimension,
                    measure.dimensions)  # fmt: skip
    leading = measure.parts[0]
    for dimension, _ in scope.where:
        if dimension not in FILTERS or (not loose and not applies(leading, dimension)):
            _refuse("{metric} cannot be filtered by '{asked}'{hint}; it has {known}.", measure, dimension,
                    ("unit", *leading.dimensions))  # fmt: skip
    for needed in measure.needs if isinstance(measure, Formula) else ():
        if needed not in by and len(scope.codes(needed)) != 1:
            raise Refused("{metric} adds nothing up over '{name}': choose one, or group by it.",
                          metric=measure.name, name=needed)  # fmt: skip


def _refuse(sentence: str, measure: Measure, asked: str, known: Sequence[str]) -> None:
    near = [] if asked in FILTERS else difflib.get_close_matches(asked, known, 1, 0.7)
    hint = f" ({near[0]}?)" if near else ""
    raise Refused(sentence, metric=measure.name, asked=asked, hint=hint, known=", ".join(known))


def ask_each(
    warehouse: Warehouse, measures: Sequence[Measure], grain: str, codes: Sequence[str], scope: Scope
) -> pd.DataFrame:
    """What ask() answers by time, loosely, with one row for each of these periods, in their order; the numbers of a
    metric that does not know this dimension are missing."""
    known = [measure for measure in measures if grain in measure.dimensions]
    frame = pd.DataFrame({grain: codes})
    if known:
        answer = ask(warehouse, known, (grain,), scope, loose=True)
        frame = frame.merge(answer, on=grain, how="left")
        fill_counts(warehouse, known, (grain,), scope, frame, ~frame[grain].isin(answer[grain]))
    return frame.assign(**{measure.name: float("nan") for measure in measures if measure not in known})


def fill_counts(
    warehouse: Warehouse,
    measures: Sequence[Measure],
    by: Sequence[str],
    scope: Scope,
    frame: pd.DataFrame,
    missing: "pd.Series[bool]",
    suffix: str = "",
) -> None:
    """Give the counts of the groups that are `missing` in an answer what they are where no row was counted; in
    place."""
    sites = _sites(warehouse, scope)
    for measure in measures:
        if isinstance(measure, Metric) and measure.unit == "count":
            column = frame[f"{measure.name}{suffix}"].astype("float64")
            filled = column.mask(missing, _where_none(sites, measure, by, scope, frame))
            frame[f"{measure.name}{suffix}"] = filled.astype("Int64")
        if measure.n and not suffix:
            frame[f"{measure.name}_n"] = frame[f"{measure.name}_n"].mask(missing, 0)


def _sites(warehouse: Warehouse, scope: Scope) -> pd.DataFrame:
    """What decides whether nothing means 0, for each site that a scope lets through."""
    sites = warehouse.frame("select site, has_ladder, as_of from mart.site").set_index("site")
    chosen = scope.codes("site")
    return sites[sites.index.isin(chosen)] if chosen else sites


def _where_none(
    sites: pd.DataFrame, measure: Metric, by: Sequence[str], scope: Scope, frame: pd.DataFrame
) -> "pd.Series[float]":
    """What a count is where no row was counted: 0, or no number where it cannot be one: an outcome at a site without
    a ladder, a stock of a period that nothing is known of yet, homes that nobody has counted."""
    known = sites["has_ladder"] if measure.needs_ladder else pd.Series(not measure.needs_rows, index=sites.index)
    if measure.clock.until:
        begun = sites["as_of"].notna() if scope.since is None else sites["as_of"] >= pd.Timestamp(scope.since)
        known = known & begun
    if "site" in by:
        applies_to = [bool(known.get(site, False)) for site in frame["site"]]
    else:
        applies_to = [bool(known.any())] * len(frame)
    return pd.Series([0.0 if each else float("nan") for each in applies_to], index=frame.index, dtype="float64")


def _finish(
    warehouse: Warehouse,
    frame: pd.DataFrame,
    measures: Sequence[Measure],
    parts: Sequence[Metric],
    by: Sequence[str],
    scope: Scope,
) -> pd.DataFrame:
    """Missing counts as 0, shares divided, formulas worked out."""
    sites = _sites(warehouse, scope)
    seen = {part.name: frame[f"seen_{number}"] > 0
            for number, group in enumerate(groups_of(parts, scope).values()) for part in group}  # fmt: skip
    numbers: dict[str, pd.Series[float]] = {}
    for part in parts:
        column = pd.to_numeric(frame[part.name]).astype("float64") / part.per
        if part.unit == "count":  # where rows were counted and gave no number, it is not applicable
            column = column.where(seen[part.name], _where_none(sites, part, by, scope, frame))
        numbers[part.name] = column
    made = frame[list(by)].copy()
    for measure in measures:
        made[measure.name] = _value(measure, numbers)
        if measure.n:
            made[f"{measure.name}_n"] = numbers[measure.n.name].astype("Int64")
    return made


def _value(measure: Measure, numbers: dict[str, "pd.Series[float]"]) -> "pd.Series[Any]":
    if isinstance(measure, Rate):
        whole = numbers[measure.whole.name]
        return numbers[measure.part.name] / whole.where(whole > 0)
    if isinstance(measure, Formula):
        columns = [numbers[part.name] for part in measure.parts]
        rows = zip(*columns, strict=True)
        told = [measure.formula(*(None if cell != cell else cell for cell in row)) for row in rows]
        return pd.Series(told, index=columns[0].index, dtype="float64")
    return numbers[measure.name].astype("Int64") if measure.unit == "count" else numbers[measure.name]
