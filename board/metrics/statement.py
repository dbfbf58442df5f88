"""A question as one SQL statement: a select for each mart and clock, joined on the dimensions after aggregation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from board.metrics import dialect
from board.metrics.model import SPANS, TIME, Clock, Mart, Metric
from board.metrics.scope import Scope

EVER = "timestamp '9999-12-31 00:00:00'"


@dataclass(frozen=True)
class Question:
    """One SELECT with the values bound to it."""

    sql: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True)
class Group:
    """Metrics that one select can answer together: same mart, same clock, and the filters that act on them."""

    mart: Mart
    clock: Clock
    where: tuple[tuple[str, tuple[str, ...]], ...]

    def codes(self, dimension: str) -> tuple[str, ...]:
        """What a dimension is filtered to; nothing when it is not."""
        return dict(self.where).get(dimension, ())


@dataclass
class _Draft:
    """A question while its statement is written, with the parameters bound so far, in their order."""

    parts: Sequence[Metric]
    by: Sequence[str]
    scope: Scope
    parameters: list[Any] = field(default_factory=list)

    def bind(self, value: Any) -> str:
        self.parameters.append(value)
        return "?"

    def among(self, values: Sequence[str]) -> str:
        return "in (" + ", ".join(self.bind(value) for value in values) + ")"


def applies(metric: Metric, dimension: str) -> bool:
    """Whether a filter on this dimension acts on this metric."""
    if metric.follows_units:
        return dimension in ("unit", "site", "community", "lane", *SPANS)
    return dimension == "unit" or dimension in metric.dimensions


def columns_of(parts: Sequence[Metric]) -> dict[Metric, str]:
    """The column of an answer that each metric stands in: by its name, numbered where two readings of one are asked
    for together."""
    named: dict[Metric, str] = {}
    for part in parts:
        taken = sum(other.name == part.name for other in named)
        named[part] = f"{part.name}_{taken + 1}" if taken else part.name
    return named


def compile_question(parts: Sequence[Metric], by: Sequence[str], scope: Scope) -> Question:
    """One select for each (mart, clock), put side by side and joined on the dimensions after aggregation; the columns
    are those of `by` and of columns_of(parts)."""
    draft, groups = _Draft(parts, by, scope), groups_of(parts, scope)
    cuts = _cuts(draft)
    selects = [_select(draft, group, groups) for group in groups]
    keys = [_quoted(dimension) for dimension in by]
    results = [f"max({_quoted(column)}) as {_quoted(column)}" for column in columns_of(parts).values()]
    results += [f"max(seen_{number}) as seen_{number}" for number in range(len(groups))]
    union = "\nunion all\n".join(selects)
    sql = f"{cuts}select {', '.join([*keys, *results])}\nfrom (\n{union}\n) as answers"
    if keys:
        sql += f"\ngroup by {', '.join(keys)}\norder by {', '.join(keys)}"
    return Question(dialect.duckdb(sql), tuple(draft.parameters))


def groups_of(parts: Sequence[Metric], scope: Scope) -> dict[Group, list[Metric]]:
    """The groups that these metrics fall into, in the order in which they first occur."""
    groups: dict[Group, list[Metric]] = {}
    for part in parts:
        kept = tuple((dimension, codes) for dimension, codes in scope.where if applies(part, dimension))
        groups.setdefault(Group(part.mart, part.clock, kept), []).append(part)
    return groups


def _cuts(draft: _Draft) -> str:
    if not draft.scope.cuts:
        return ""
    rows = " union all ".join(
        f"select cast({draft.bind(site)} as varchar) as site, cast({draft.bind(moment)} as timestamp) as moment"
        for site, moment in draft.scope.cuts
    )
    return f"with cut as ({rows})\n"


def _select(draft: _Draft, group: Group, groups: dict[Group, list[Metric]]) -> str:
    """The aggregate of one mart on one clock, with nulls in the places of the others' numbers."""
    clock, by = group.clock, draft.by
    joins, tests = _rows(draft, group)
    columns = [f"{_column(dimension, clock)} as {_quoted(dimension)}" for dimension in by]
    columns += [
        f"{_line(part, draft.scope) if part in groups[group] else 'null'} as {_quoted(column)}"
        for part, column in columns_of(draft.parts).items()
    ]
    columns += [f"{'count(*)' if other == group else '0'} as seen_{number}" for number, other in enumerate(groups)]
    sql = f"select {', '.join(columns)}\nfrom mart.{group.mart.name} as t"
    sql += "".join(f"\n{join}" for join in joins)
    sql += f"\nwhere {' and '.join(tests)}" if tests else ""
    keys = ", ".join(_column(dimension, clock) for dimension in by)
    return sql + (f"\ngroup by {keys}" if keys else "")


def _rows(draft: _Draft, group: Group) -> tuple[list[str], list[str]]:
    """The joins and tests that leave the rows of a mart that a clock knows within the scope."""
    clock = group.clock
    joins, tests = _time(draft, group)
    if draft.scope.cuts:
        joins.append("left join cut on cut.site = t.site")
    if clock.only:
        tests.append(clock.only)
    tests += [_filter(dimension, codes, draft) for dimension, codes in group.where if dimension not in TIME]
    if group.codes("hour") and clock.moment:
        tests.append(f"{_column('hour', clock)} {draft.among(group.codes('hour'))}")
    return joins, tests


def _time(draft: _Draft, group: Group) -> tuple[list[str], list[str]]:
    """The joins and tests that put rows into the period and its parts. The parameters are bound in this order:
    joins first, tests after."""
    clock, scope = group.clock, draft.scope
    asked = (*draft.by, *(dimension for dimension, _ in group.where))
    spans = [dimension for dimension in asked if dimension in TIME and dimension not in ("hour", "day")]
    if clock.until:
        return [_periods(draft, group)], []
    joins, tests = [], []
    if spans:
        joins.append(f"join mart.day as d on d.site = t.site and d.day = t.{clock.day}")
    if scope.since:
        tests.append(f"t.{clock.day} >= {draft.bind(scope.since)}")
    if scope.until:
        tests.append(f"t.{clock.day} < {draft.bind(scope.until)}")
    for dimension, codes in group.where:
        if dimension == "day":
            tests.append(f"cast(t.{clock.day} as varchar) {draft.among(codes)}")
        elif dimension in spans:
            tests.append(f"d.{dimension} {draft.among(codes)}")
    return joins, tests


def _periods(draft: _Draft, group: Group) -> str:
    """For rows that stand for a while: the periods asked for, site by site, none later than the site's data."""
    clock, scope = group.clock, draft.scope
    spans = [dimension for dimension in draft.by if dimension in SPANS]
    tests = ["d.day >= s.first_day"] if not scope.since else [f"d.day >= {draft.bind(scope.since)}"]
    if scope.until:
        tests.append(f"d.day < {draft.bind(scope.until)}")
    for dimension, codes in group.where:
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
        return f"lpad(cast(hour(t.{clock.moment}) as varchar), 2, '0')"
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


def compile_rows(
    metric: Metric, scope: Scope, closed: Sequence[tuple[str, str]] = (), most: int | None = None
) -> Question:
    """The rows that a metric counts, whole, in the order of their keys; of rows that stand for a while those there at
    the end of the period. Without those of `closed` (site, category), and no more than `most`."""
    rows = _counted(metric, scope)
    tests = ["not (site = ? and category = ?)" for _ in closed] if "category" in metric.mart.dimensions else []
    sql = f"select * from (\n{rows.sql}\n) as counted"
    sql += f"\nwhere {' and '.join(tests)}" if tests else ""
    sql += "\norder by 1, 2" + ("" if most is None else f"\nlimit {most:d}")
    codes = [code for place in closed for code in place] if tests else []
    return Question(sql, (*rows.parameters, *codes))


def compile_row_count(metric: Metric, scope: Scope) -> Question:
    """How many rows a metric counts."""
    rows = _counted(metric, scope)
    return Question(f"select count(*) as n from (\n{rows.sql}\n) as counted", rows.parameters)


def _counted(metric: Metric, scope: Scope) -> Question:
    draft = _Draft([metric], (), scope)
    [group] = groups_of([metric], scope)
    cuts = _cuts(draft)
    joins, tests = _rows(draft, group)
    if metric.only:
        tests.append(_filled(metric.only, metric.clock, scope))
    sql = f"{cuts}select t.*\nfrom mart.{metric.mart.name} as t" + "".join(f"\n{join}" for join in joins)
    sql += f"\nwhere {' and '.join(tests)}" if tests else ""
    return Question(dialect.duckdb(sql), tuple(draft.parameters))


def _line(metric: Metric, scope: Scope) -> str:
    """The metric's own line with its placeholders filled."""
    return _filled(metric.line, metric.clock, scope)


def _filled(sql: str, clock: Clock, scope: Scope) -> str:
    until = clock.until
    shared = f"days(greatest(t.{clock.day}, p.first), least(t.{until}, p.last + 1))"
    return sql.replace("{cut}", "cut.moment" if scope.cuts else EVER).replace("{held_days}", shared).replace(
        "{period_days}", "(days(p.first, p.last) + 1)"
    )  # fmt: skip


def _quoted(name: str) -> str:
    return f'"{name}"'
