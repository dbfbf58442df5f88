"""The address is the view: codes in the query string, read with suspicion and written back in one form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from board.core.settings import LANGUAGES
from board.metrics.compare import KINDS
from board.metrics.periods import day_of

PARAMETERS = ("lang", "site", "since", "until", "compare", "unit", "channel", "category", "class", "by")
FILTERS = ("unit", "channel", "category", "class")
COMPARED = (*KINDS, "none")
ALL_SITES = "all"


@dataclass(frozen=True)
class Address:
    """What a link says; None or empty where it says nothing and the board chooses."""

    lang: str | None = None
    site: str | None = None
    since: date | None = None
    until: date | None = None
    everything: bool = False  # since= and until= given empty: all data, on purpose
    compare: str | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    by: str | None = None

    def codes(self, dimension: str) -> tuple[str, ...]:
        """What a filter is set to."""
        return dict(self.where).get(dimension, ())

    def filtered(self, dimension: str, codes: tuple[str, ...]) -> "Address":
        """The address with one filter set to these codes, or taken off."""
        others = tuple(item for item in self.where if item[0] != dimension)
        return replace(self, where=(*others, (dimension, codes)) if codes else others)

    def parameters(self) -> dict[str, str | list[str]]:
        """The query string that leads back here."""
        told: dict[str, str | list[str]] = {}
        for name in ("lang", "site", "compare", "by"):
            if getattr(self, name):
                told[name] = getattr(self, name)
        if self.everything:
            told["since"] = "all"
        elif self.since and self.until:
            told |= {"since": f"{self.since}", "until": f"{self.until}"}
        return told | {dimension: list(codes) for dimension, codes in self.where}


def read(query: Mapping[str, list[str]]) -> tuple[Address, list[str]]:
    """The address of a query string, and the parameters whose value cannot be one. Which sites, units and codes
    there are is for the frame to say."""
    wrong: list[str] = []

    def one(name: str, known: tuple[str, ...] | None = None) -> str | None:
        value = query.get(name, [""])[-1]
        if value and known and value not in known:
            wrong.append(name)
            return None
        return value or None

    def day(name: str) -> date | None:
        value = one(name)
        try:
            return day_of(value) if value else None
        except ValueError:
            wrong.append(name)
            return None

    everything = query.get("since", [""])[-1] == "all"
    since, until = (None, None) if everything else (day("since"), day("until"))
    if (since and until and since >= until) or (bool(since) != bool(until) and not wrong):
        wrong.append("until" if since else "since")
    if not (since and until and since < until):
        since = until = None
    where = tuple(
        (name, tuple(dict.fromkeys(code for code in query.get(name, []) if code)))
        for name in FILTERS
        if any(query.get(name, []))
    )
    address = Address(
        one("lang", LANGUAGES), one("site"), since, until, everything, one("compare", COMPARED), where, one("by")
    )
    return address, wrong
