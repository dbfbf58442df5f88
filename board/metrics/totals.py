"""Published figures beside computed ones."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pandas as pd

from board.core.warehouse import Warehouse
from board.core.words import Told, half_up
from board.metrics.compare import earlier
from board.metrics.query import Refused, ask, clause, find, span
from board.metrics.reference import check_codes, published
from board.metrics.scope import Scope
from board.metrics.sites import sites, sites_of


@dataclass(frozen=True)
class Total:
    """One published figure: where it stands, what it says, what we compute, and whether that agrees."""

    site: str
    metric: str
    where: str
    since: str
    until: str
    compare: str
    op: str
    value: str
    computed: float | None
    met: bool
    problem: Told | None  # why the row cannot be computed
    words: str
    source: str
    note: str

    @property
    def is_share(self) -> bool:
        """Whether it was printed in per cent."""
        return self.value.endswith("%")

    @property
    def digits(self) -> int:
        """How many digits were printed behind the point."""
        return len(_printed(self.value).partition(".")[2])


def totals(warehouse: Warehouse, site: str | None = None) -> list[Total]:
    """Every published figure of every site (or of one); a row that asks what cannot be asked says so and is missed."""
    return [
        _total(warehouse, known, row)
        for known in sites(warehouse)
        if site in (None, known)
        for row in published(warehouse, known)
    ]


DIGITS = 9  # behind the point, that a published figure may have
COLUMNS = ("metric", "where", "since", "until", "compare", "op", "value", "words", "source", "note")


def _total(warehouse: Warehouse, site: str, row: dict[str, str]) -> Total:
    said = {column: (row.get(column) or "").strip() for column in COLUMNS}
    computed, met, problem = None, False, None
    try:
        missing = [column for column in COLUMNS[:7] if column not in row]
        if missing:
            raise Refused("control_totals.csv has no column {missing}.", missing=", ".join(missing))
        scope = _scope(site, said)
        check_codes(warehouse, scope)
        computed = _computed(warehouse, said["metric"], scope, said["compare"])
        met = computed is not None and agrees(said["op"], said["value"], computed)
    except Refused as refused:
        problem = refused
    return Total(site=site, computed=computed, met=met, problem=problem, **said)


def _scope(site: str, said: dict[str, str]) -> Scope:
    since, until = span(said["since"] or None, said["until"] or None)
    scope = Scope(since, until).only("site", site)
    for dimension, codes in map(clause, filter(None, said["where"].split(";"))):
        scope = scope.only(dimension, *codes)
    return scope


def _computed(warehouse: Warehouse, name: str, scope: Scope, compare: str) -> float | None:
    """The figure, or its difference or ratio to the year before, both as they stand now."""
    measure = find(name)
    now = ask(warehouse, [measure], (), scope)[name].iloc[0]
    if not compare:
        return _number(now)
    period = earlier(sites_of(warehouse, scope), scope, "year")
    before = _number(ask(warehouse, [measure], (), scope.within(period.since, period.until))[name].iloc[0])
    value = _number(now)
    if value is None or before is None:
        return None
    if compare == "difference":
        return value - before
    if compare == "ratio":
        return value / before - 1 if before else None
    raise Refused("A control total compares by difference or ratio, not by '{compare}'.", compare=compare)


def _number(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]


def _printed(value: str) -> str:
    """A published value as a bare number."""
    return value.removesuffix("%").strip().replace(",", "")


def agrees(op: str, value: str, computed: float) -> bool:
    """Whether a computed figure is what the words of the published one allow. `=` at the printed precision; `>=`
    at least (under 1.1 times); `<` nearly (from 0.9 times); `~` within 5 %; `>` more than; `up`, `down` against 0."""
    if op in ("up", "down"):
        return computed > 0 if op == "up" else computed < 0
    printed = _printed(value)
    ours = Decimal(repr(computed)) * (100 if value.endswith("%") else 1)
    try:
        said = Decimal(printed)
    except InvalidOperation as error:
        raise Refused("The published value '{value}' is no number.", value=value) from error
    digits = len(printed.partition(".")[2])
    if not said.is_finite() or abs(said) > 10**12 or digits > DIGITS:
        raise Refused("The published value '{value}' is no number.", value=value)
    tests = {
        "=": half_up(float(ours), digits) == said,
        ">=": said <= ours < said * Decimal("1.1"),
        "<": said * Decimal("0.9") <= ours < said,
        "~": abs(ours - said) <= abs(said) * Decimal("0.05"),
        ">": ours > said,
    }
    if op not in tests:
        raise Refused("A control total is compared by one of {known}, not by '{op}'.", op=op,
                      known=", ".join([*tests, "up", "down"]))  # fmt: skip
    return tests[op]
