"""Published figures beside computed ones."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from board.core.warehouse import Warehouse
from board.metrics.compare import earlier
from board.metrics.query import Refused, ask, find
from board.metrics.reference import published, sites
from board.metrics.scope import Scope


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
    words: str
    source: str
    note: str


def totals(warehouse: Warehouse, site: str | None = None) -> list[Total]:
    """Every published figure of every site (or of one). Raises Refused when a row asks what cannot be asked."""
    return [
        _total(warehouse, known, row)
        for known in sites(warehouse)
        if site in (None, known)
        for row in published(warehouse, known)
    ]


def _total(warehouse: Warehouse, site: str, row: dict[str, str]) -> Total:
    scope = Scope(_day(row["since"]), _day(row["until"])).only("site", site)
    for clause in filter(None, row["where"].split(";")):
        dimension, _, code = clause.partition("=")
        scope = scope.only(dimension.strip(), *code.strip().split("|"))
    computed = _computed(warehouse, row["metric"], scope, row["compare"])
    met = computed is not None and agrees(row["op"], row["value"], computed)
    return Total(
        site=site, computed=computed, met=met, **{key: row[key] for key in row if key in Total.__annotations__}
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _computed(warehouse: Warehouse, name: str, scope: Scope, compare: str) -> float | None:
    """The figure, or its difference or ratio to the year before, both as they stand now."""
    measure = find(name)
    now = ask(warehouse, [measure], (), scope)[name].iloc[0]
    if not compare:
        return _number(now)
    period = earlier(scope, "year")
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
    return None if value is None or value != value else float(value)  # type: ignore[arg-type]


def agrees(op: str, value: str, computed: float) -> bool:
    """Whether a computed figure is what the words of the published one allow. `=` at the printed precision; `>=`
    at least (under 1.1 times); `<` nearly (from 0.9 times); `~` within 5 %; `>` more than; `up`, `down` against 0."""
    if op in ("up", "down"):
        return computed > 0 if op == "up" else computed < 0
    printed = value.removesuffix("%").strip()
    ours = Decimal(repr(computed)) * (100 if value.endswith("%") else 1)
    try:
        said = Decimal(printed)
    except InvalidOperation as error:
        raise Refused("The published value '{value}' is no number.", value=value) from error
    precision = Decimal(1).scaleb(-len(printed.partition(".")[2]))
    tests = {
        "=": ours.quantize(precision, ROUND_HALF_UP) == said,
        ">=": said <= ours < said * Decimal("1.1"),
        "<": said * Decimal("0.9") <= ours < said,
        "~": abs(ours - said) <= abs(said) * Decimal("0.05"),
        ">": ours > said,
    }
    if op not in tests:
        raise Refused("A control total is compared by one of {known}, not by '{op}'.", op=op,
                      known=", ".join([*tests, "up", "down"]))  # fmt: skip
    return tests[op]
