"""What can be asked about: the units of a site, the codes that occur in each dimension, and what was published."""

import csv
import difflib
import io
from dataclasses import dataclass
from typing import Any

from board.core.warehouse import Warehouse
from board.core.words import codes as words
from board.core.words import kind_of
from board.metrics.catalog import METRICS
from board.metrics.model import TIME
from board.metrics.periods import EXAMPLES, KINDS, Period, is_code, last_complete
from board.metrics.query import FILTERS, Refused, ask
from board.metrics.scope import Scope
from board.metrics.sites import Site

LISTED = 30  # codes that a refusal names
ENOUGH = 30  # received tickets that make a period worth opening on


@dataclass(frozen=True)
class Unit:
    """A unit as a filter offers it: its code, name, level and depth below the site's root."""

    code: str
    name: str
    level: str
    depth: int


def opening_period(warehouse: Warehouse, site: Site) -> Period | None:
    """The shortest of week, month, quarter, year whose last complete one holds enough tickets; None: all data."""
    if site.last_day is None:
        return None
    for kind in KINDS:
        period = last_complete(kind, site.last_day)
        scope = Scope(period.since, period.until).only("site", site.id)
        if int(ask(warehouse, [METRICS["received"]], (), scope)["received"].iloc[0]) >= ENOUGH:
            return period
    return None


def units(warehouse: Warehouse, site: str) -> list[Unit]:
    """The units of a site from the root down, each above its own, in the order of their codes."""
    rows = warehouse.frame(
        "select unit, parent, name, level from mart.unit where site = ? order by unit", [site]
    ).to_dict("records")
    below: dict[str, list[dict[Any, Any]]] = {}
    for row in rows:
        below.setdefault(row["parent"], []).append(row)
    found: list[Unit] = []

    def descend(parent: str, depth: int) -> None:
        for row in below.get(parent, []):
            found.append(Unit(row["unit"], row["name"], row["level"], depth))
            descend(row["unit"], depth + 1)

    descend("", 0)
    return found


def names_of_units(warehouse: Warehouse) -> dict[str, str]:
    """Unit → name; without those whose code means another unit at another site."""
    frame = warehouse.frame("select unit, any_value(name) as name from mart.unit group by 1 having count(*) = 1")
    return dict(zip(frame["unit"], frame["name"], strict=True))


def codes(warehouse: Warehouse, site: str | None, dimension: str) -> list[str]:
    """The codes of a ticket dimension that occur at a site (None: anywhere), the commonest first."""
    scope = Scope().only("site", site) if site else Scope()
    frame = ask(warehouse, [METRICS["received"]], (dimension,), scope)
    return [str(code) for code in frame.sort_values("received", ascending=False, kind="stable")[dimension]]


def published(warehouse: Warehouse, site: str) -> list[dict[str, str]]:
    """The rows of the site's control_totals.csv."""
    text = warehouse.frame("select totals_csv from mart.site where site = ?", [site])["totals_csv"].iloc[0]
    return list(csv.DictReader(io.StringIO(text)))


def check_codes(warehouse: Warehouse, scope: Scope) -> None:
    """Raises Refused for a filter on a code that neither the contract nor this version knows: a mistyped code would
    be answered with 0, which reads like a number."""
    for dimension, asked in scope.where:
        known = _known_codes(warehouse, dimension)
        for code in asked:
            if dimension in TIME and not is_code(dimension, code):
                raise Refused("'{code}' is no {dimension}; write it as {example}.", code=code, dimension=dimension,
                              example=EXAMPLES[dimension])  # fmt: skip
            if known is not None and code not in known:
                near = ", ".join(_near(warehouse, dimension, code, known))
                said = {"dimension": dimension, "code": code}
                if near:
                    raise Refused("There is no {dimension} '{code}'; did you mean {near}?", near=near, **said)
                some = sorted(known)[:LISTED]
                raise Refused("There is no {dimension} '{code}'; known are {known}.",
                              known=", ".join([*some, *(["…"] if len(known) > len(some) else [])]), **said)  # fmt: skip


def _near(warehouse: Warehouse, dimension: str, code: str, known: set[str]) -> list[str]:
    """The codes that were perhaps meant: of the units so called, else those written nearly so."""
    called = [unit for unit, name in names_of_units(warehouse).items() if name == code and unit in known]
    return (called if dimension in ("unit", "community", "lane") else []) or difflib.get_close_matches(code, known, 3)


def _known_codes(warehouse: Warehouse, dimension: str) -> set[str] | None:
    """Every code of a dimension; None for dimensions of time, whose codes are dates."""
    if dimension in TIME or dimension not in FILTERS:
        return None
    if dimension == "unit":
        return set(warehouse.frame("select distinct ancestor from mart.unit_tree")["ancestor"])
    found = {"unknown", *words().get(kind_of(dimension), {})}
    for mart in {part.mart for each in METRICS.values() for part in each.parts if dimension in part.mart.dimensions}:
        found |= set(warehouse.frame(f'select distinct "{dimension}" as code from mart.{mart.name}')["code"])
    return found - {"unknown"} if dimension == "site" else found
