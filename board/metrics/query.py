"""Any metrics by any dimensions over a scope: one SQL statement out, one frame back."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from board.core.warehouse import Warehouse
from board.core.words import Told
from board.metrics import dialect
from board.metrics.catalog import DIMENSIONS, METRICS
from board.metrics.model import SPANS, TIME, Clock, Formula, Mart, Measure, Metric, Rate
from board.metrics.scope import Scope

ALL = Scope()
EVER = "timestamp '9999-12-31 00:00:00'"
FILTERS = ("unit", *DIMENSIONS)


class Refused(Told):
    """A question that has no answer, and why, in one sentence."""


@dataclass(frozen=True)
class Question:
    """One SELECT with the values bound to it."""

    sql: str
    parameters: tuple[Any, ...]


@dataclass
class _Draft:
    """Pieces of the statement in order, with their parameters."""

    parameters: list[Any] = field(default_factory=list)

    def bind(self, value: Any) -> str:
        self.parameters.append(value)
        return "?"

    def among(self, values: Sequence[str]) -> str:
        return "in (" + ", ".join(self.bind(value) for value in values) + ")"


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
    for measure in measures:
        _check(measure, by, scope, loose)
    parts = list(dict.fromkeys(part for measure in measures for part in measure.parts))
    question = compile_question(parts, by, scope)
    frame = warehouse.frame(question.sql, question.parameters)
    return _finish(frame, measures, parts, by, scope, _has_ladder(warehouse, scope))


def _check(measure: Measure, by: Sequence[str], scope: Scope, loose: bool) -> None:
    for dimension in by:
        if dimension not in measure.dimensions:
            _refuse("{metric} has no dimension '{asked}'; it has {known}.", measure, dimension, measure.dimensions)
    leading = measure.parts[0]
    for dimension, _ in scope.where:
        if dimension not in FILTERS or (not loose and not applies(leading, dimension)):
            _refuse("{metric} cannot be filtered by '{asked}'; it has {known}.", measure, dimension,
                    ("unit", *leading.dimensions))  # fmt: skip
    for needed in measure.needs if isinstance(measure, Formula) else ():
        if needed not in by and len(scope.codes(needed)) != 1:
            raise Refused("{metric} adds nothing up over '{name}': choose one, or group by it.",
                          metric=measure.name, name=needed)  # fmt: skip


def _refuse(sentence: str, measure: Measure, asked: str, known: Sequence[str]) -> None:
    near = difflib.get_close_matches(asked, known, 1, 0.7)
    hint = f" ({near[0]}?)" if near else ""
    raise Refused(sentence, metric=measure.name, asked=asked + hint, known=", ".join(known))


def applies(metric: Metric, dimension: str) -> bool:
    """Whether a filter on this dimension acts on this metric."""
    if metric.follows_units:
        return dimension in ("unit", "site", "community", "lane", *SPANS)
    return dimension == "unit" or dimension in metric.dimensions


def compile_question(parts: Sequence[Metric], by: Sequence[str], scope: Scope) -> Question:
    """One select for each (mart, clock), put side by side and joined on the dimensions after aggregation."""
    draft = _Draft()
    groups = _groups(parts, scope)
    cuts = _cuts(scope, draft)
    selects = [
        _select(mart, clock, metrics, parts, by, scope, kept, number, len(groups), draft)
        for number, ((mart, clock, kept), metrics) in enumerate(groups.items())
    ]
    keys = [_quoted(dimension) for dimension in by]
    results = [f"max({_quoted(part.name)}) as {_quoted(part.name)}" for part in parts]
    results += [f"max(seen_{number}) as seen_{number}" for number in range(len(groups))]
    union = "\nunion all\n".join(selects)
    sql = f"{cuts}select {', '.join([*keys, *results])}\nfrom (\n{union}\n) as answers"
    if keys:
        sql += f"\ngroup by {', '.join(keys)}\norder by {', '.join(keys)}"
    return Question(dialect.duckdb(sql), tuple(draft.parameters))


def _groups(parts: Sequence[Metric], scope: Scope) -> dict[tuple[Mart, Clock, tuple[str, ...]], list[Metric]]:
    """The metrics that one select can answer together: same mart, same clock, same filters."""
    groups: dict[tuple[Mart, Clock, tuple[str, ...]], list[Metric]] = {}
    for part in parts:
        kept = tuple(dimension for dimension, _ in scope.where if applies(part, dimension))
        groups.setdefault((part.mart, part.clock, kept), []).append(part)
    return groups


def _cuts(scope: Scope, draft: _Draft) -> str:
    if not scope.cuts:
        return ""
    rows = " union all ".join(
        f"select cast({draft.bind(site)} as varchar) as site, cast({draft.bind(moment)} as timestamp) as moment"
        for site, moment in scope.cuts
    )
    return f"with cut as ({rows})\n"


def _select(
    mart: Mart, clock: Clock, metrics: list[Metric], parts: Sequence[Metric], by: Sequence[str], scope: Scope,
    kept: tuple[str, ...], number: int, groups: int, draft: _Draft,
) -> str:  # fmt: skip
    """The aggregate of one mart on one clock, with nulls in the places of the others' numbers."""
    where = {dimension: codes for dimension, codes in scope.where if dimension in kept}
    joins, tests = _time(clock, by, scope, where, draft)
    if scope.cuts:
        joins.append("left join cut on cut.site = t.site")
    if clock.only:
        tests.append(clock.only)
    tests += [_filter(dimension, codes, draft) for dimension, codes in where.items() if dimension not in TIME]
    if "hour" in where and clock.hour:
        tests.append(f"t.{clock.hour} {draft.among(where['hour'])}")
    columns = [f"{_column(dimension, clock)} as {_quoted(dimension)}" for dimension in by]
    mine = {metric.name for metric in metrics}
    columns += [
        f"{_line(part, scope)} as {_quoted(part.name)}" if part.name in mine else f"null as {_quoted(part.name)}"
        for part in parts
    ]
    columns += [f"{'count(*)' if other == number else '0'} as seen_{other}" for other in range(groups)]
    sql = f"select {', '.join(columns)}\nfrom mart.{mart.name} as t"
    sql += "".join(f"\n{join}" for join in joins)
    sql += f"\nwhere {' and '.join(tests)}" if tests else ""
    keys = ", ".join(_column(dimension, clock) for dimension in by)
    return sql + (f"\ngroup by {keys}" if keys else "")


def _time(
    clock: Clock, by: Sequence[str], scope: Scope, where: dict[str, tuple[str, ...]], draft: _Draft
) -> tuple[list[str], list[str]]:
    """The joins and tests that put rows into the period and its parts. The parameters are bound in this order:
    joins first, tests after."""
    spans = [dimension for dimension in (*by, *where) if dimension in TIME and dimension not in ("hour", "day")]
    if clock.until:
        return [_periods(clock, by, scope, where, draft)], []
    joins, tests = [], []
    if spans:
        joins.append(f"join mart.day as d on d.site = t.site and d.day = t.{clock.day}")
    if scope.since:
        tests.append(f"t.{clock.day} >= {draft.bind(scope.since)}")
    if scope.until:
        tests.append(f"t.{clock.day} < {draft.bind(scope.until)}")
    for dimension, codes in where.items():
        if dimension == "day":
            tests.append(f"cast(t.{clock.day} as varchar) {draft.among(codes)}")
        elif dimension in spans:
            tests.append(f"d.{dimension} {draft.among(codes)}")
    return joins, tests


def _periods(clock: Clock, by: Sequence[str], scope: Scope, where: dict[str, tuple[str, ...]], draft: _Draft) -> str:
    """For rows that stand for a while: the periods asked for, site by site, none later than the site's data."""
    spans = [dimension for dimension in by if dimension in SPANS]
    tests = ["d.day >= s.first_day"] if not scope.since else [f"d.day >= {draft.bind(scope.since)}"]
    if scope.until:
        tests.append(f"d.day < {draft.bind(scope.until)}")
    for dimension, codes in where.items():
        if dimension in SPANS:
            tests.append(f"cast(d.{dimension} as varchar) {draft.among(codes)}")
    keys = "".join(f", d.{dimension}" for dimension in spans)
    periods = (
        f"select d.site{keys}, min(d.day) as first, max(d.day) as last\nfrom mart.day as d\n"
        f"join mart.site as s on s.site = d.site\nwhere {' and '.join(tests)}\ngroup by d.site{keys}"
    )
    reached = f"t.{clock.until} > {'p.first' if clock.overlap else 'p.last'}"
    return f"join (\n{periods}\n) as p on p.site = t.site and t.{clock.day} <= p.last and {reached}"


def _column(dimension: str, clock: Clock) -> str:
    if dimension == "hour":
        return f"t.{clock.hour}"
    if dimension not in TIME:
        return f"t.{_quoted(dimension)}"
    if clock.until:
        return f"cast(p.{dimension} as varchar)"
    return f"cast(t.{clock.day} as varchar)" if dimension == "day" else f"d.{dimension}"


def _filter(dimension: str, codes: tuple[str, ...], draft: _Draft) -> str:
    if dimension == "unit":
        return (
            "exists (select 1 from mart.unit_tree as a where a.site = t.site and a.unit = t.unit "
            f"and a.ancestor {draft.among(codes)})"
        )
    return f"t.{_quoted(dimension)} {draft.among(codes)}"


def _line(metric: Metric, scope: Scope) -> str:
    """The metric's own line with its placeholders filled."""
    until = metric.clock.until
    shared = f"days(greatest(t.{metric.clock.day}, p.first), least(t.{until}, p.last + 1))"
    return metric.sql.replace("{cut}", "cut.moment" if scope.cuts else EVER).replace("{held_days}", shared).replace(
        "{period_days}", "(days(p.first, p.last) + 1)"
    )  # fmt: skip


def _quoted(name: str) -> str:
    return f'"{name}"'


def _has_ladder(warehouse: Warehouse, scope: Scope) -> bool:
    """Whether any site in scope has a ladder, and so outcomes to count."""
    sites = warehouse.frame("select site from mart.site where has_ladder")["site"]
    chosen = scope.codes("site")
    return any(not chosen or site in chosen for site in sites)


def _finish(
    frame: pd.DataFrame,
    measures: Sequence[Measure],
    parts: Sequence[Metric],
    by: Sequence[str],
    scope: Scope,
    has_ladder: bool,
) -> pd.DataFrame:
    """Missing counts as 0, shares divided, formulas worked out."""
    seen = {part.name: frame[f"seen_{number}"] > 0
            for number, group in enumerate(_groups(parts, scope).values()) for part in group}  # fmt: skip
    numbers: dict[str, pd.Series[float]] = {}
    for part in parts:
        column = pd.to_numeric(frame[part.name]).astype("float64") / part.per
        if part.unit == "count" and part.needs_ladder:  # rows are there and none has an outcome: not applicable
            column = column.where(column.notna() | seen[part.name], 0 if has_ladder else float("nan"))
        elif part.unit == "count":
            column = column.fillna(0)
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
