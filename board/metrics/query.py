"""Any metrics by any dimensions over a scope: what may be asked, and the answer as one frame."""

import difflib
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from board.core.warehouse import Warehouse
from board.core.words import Told
from board.metrics.catalog import DIMENSIONS, METRICS
from board.metrics.model import SPANS, Formula, Measure, Metric, Rate, Spread
from board.metrics.periods import begin, day_of
from board.metrics.scope import Scope
from board.metrics.sites import Site, sites_of
from board.metrics.statement import applies, columns_of, compile_question, groups_of

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
    made = _finish(warehouse, frame, measures, parts, by, scope, loose)
    for measure in measures:
        if isinstance(measure, Spread):
            made[measure.name] = _spread(warehouse, measure, made, by, scope, loose)
    return made


def _spread(
    warehouse: Warehouse, measure: Spread, frame: pd.DataFrame, by: Sequence[str], scope: Scope, loose: bool
) -> "pd.Series[float]":
    """A spread for each row of an answer: every lane of its group with its count, 0 where it has none."""
    count, there = measure.count.name, [dimension for dimension in by if dimension in measure.lanes.dimensions]
    place = ["site", "lane"]
    lanes = ask(warehouse, [measure.lanes], (*there, *place), scope, loose=True)
    lanes = lanes[lanes[measure.lanes.name] > 0]
    counts = ask(warehouse, [measure.count], (*by, *place), scope, loose)
    groups = frame[[*by]].assign(group=range(len(frame)))
    every = groups.merge(lanes, on=there) if there else groups.merge(lanes, how="cross")
    every = every.merge(counts, on=list(dict.fromkeys((*by, *place))), how="left")
    found = {group: rows.astype("float64").fillna(0) for group, rows in every.groupby("group")[count]}
    totals = frame[f"{measure.name}_n"].astype("float64")
    told = [measure.spread(list(found.get(group, ())), totals.iloc[group]) for group in range(len(frame))]
    return pd.Series(told, index=frame.index, dtype="float64")


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
    known = sites_of(warehouse, scope)
    for measure in measures:
        if isinstance(measure, Metric) and measure.unit == "count":
            column = frame[f"{measure.name}{suffix}"].astype("float64")
            filled = column.mask(missing, _where_none(known, measure, by, scope, frame))
            frame[f"{measure.name}{suffix}"] = filled.astype("Int64")
        if measure.n and not suffix:
            frame[f"{measure.name}_n"] = frame[f"{measure.name}_n"].mask(missing, 0)


def _where_none(
    sites: Sequence[Site], measure: Metric, by: Sequence[str], scope: Scope, frame: pd.DataFrame
) -> "pd.Series[float]":
    """What a count is where no row was counted: 0, or no number where it cannot be one: an outcome at a site without
    a ladder, a stock of a period that nothing is known of yet, homes that nobody has counted."""
    ends = {site.id: site.logged.until for site in sites if site.logged}
    counted = {site.id for site in sites if site.has(measure.site_has) and not measure.needs_rows}
    if measure.clock.until:
        counted &= {site for site, end in ends.items() if not scope.since or end > scope.since}
    known = frame["site"].isin(counted) if "site" in by else pd.Series(bool(counted), index=frame.index)
    for kind in SPANS if measure.clock.until and counted else ():
        if kind in by:
            begins = frame[kind].map({code: begin(kind, code) for code in frame[kind].unique()})
            last = max(ends[site] for site in counted)
            known &= begins < (frame["site"].map(ends).fillna(date.min) if "site" in by else last)
    return known.map({True: 0.0, False: float("nan")}).astype("float64")


def _finish(
    warehouse: Warehouse,
    frame: pd.DataFrame,
    measures: Sequence[Measure],
    parts: Sequence[Metric],
    by: Sequence[str],
    scope: Scope,
    loose: bool,
) -> pd.DataFrame:
    """Missing counts as 0, shares divided, formulas worked out."""
    sites = sites_of(warehouse, scope)
    seen = {part: frame[f"seen_{number}"] > 0
            for number, group in enumerate(groups_of(parts, scope).values()) for part in group}  # fmt: skip
    numbers: dict[Metric, pd.Series[float]] = {}
    for part, name in columns_of(parts).items():
        column = pd.to_numeric(frame[name]).astype("float64") / part.per
        if part.unit == "count":  # where rows were counted and gave no number, it is not applicable
            column = column.where(seen[part], _where_none(sites, part, by, scope, frame))
        numbers[part] = column
    made = frame[list(by)].copy()
    for measure in measures:
        settings = None
        if isinstance(measure, Formula) and measure.setting:
            settings = _settings(warehouse, measure, sites, made[list(by)], scope, loose)
        made[measure.name] = _value(measure, numbers, settings)
        if measure.n:
            made[f"{measure.name}_n"] = numbers[measure.n].astype("Int64")
    return made


def _settings(
    warehouse: Warehouse, measure: Formula, sites: Sequence[Site], groups: pd.DataFrame, scope: Scope, loose: bool
) -> list[Any]:
    """The setting that a formula goes by, group by group; None for a group with cases of sites that differ in it."""
    known = {site.id: getattr(site.settings, measure.setting) for site in sites}
    if len(set(known.values())) == 1:
        return [*set(known.values())] * len(groups)
    by, met = tuple(groups.columns), dict[tuple[str, ...], set[Any]]()
    cases = ask(warehouse, measure.of, (*by, "site"), scope, loose)
    cases = cases[(cases[[part.name for part in measure.of]] > 0).any(axis=1)]
    for row in cases.to_dict("records"):
        met.setdefault(tuple(row[dimension] for dimension in by), set()).add(known[row["site"]])
    found = [met.get(group, set()) for group in groups.itertuples(index=False, name=None)]
    return [next(iter(each)) if len(each) == 1 else None for each in found]


def _value(measure: Measure, numbers: dict[Metric, "pd.Series[float]"], settings: list[Any] | None) -> "pd.Series[Any]":
    if isinstance(measure, Rate):
        whole = numbers[measure.whole]
        return numbers[measure.part] / whole.where(whole > 0)
    if isinstance(measure, Formula):
        columns = [numbers[part] for part in measure.of]
        rows = zip(*([settings] if settings else []), *columns, strict=True)
        told = [measure.formula(*(None if cell != cell else cell for cell in row)) for row in rows]
        return pd.Series(told, index=columns[0].index, dtype="float64")
    if isinstance(measure, Spread):  # worked out when the lanes are known
        return pd.Series(float("nan"), index=numbers[measure.count].index)
    assert isinstance(measure, Metric)
    return numbers[measure].astype("Int64") if measure.unit == "count" else numbers[measure]
