"""Which part of the data a question is about: period, filters, and at what age it is looked at."""

from dataclasses import dataclass, replace
from datetime import date, datetime

Where = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Scope:
    """`since` inclusive, `until` exclusive, both on each metric's own clock (None: from or to the end of the
    data); `where` holds for each dimension (or `unit`, with its subtree) the codes that are let through; `cuts`
    says, site by site, up to which moment steps count (empty: all)."""

    since: date | None = None
    until: date | None = None
    where: Where = ()
    cuts: tuple[tuple[str, datetime], ...] = ()

    def only(self, dimension: str, *codes: str) -> "Scope":
        """The same scope with one dimension filtered to these codes instead of what it was."""
        others = tuple(item for item in self.where if item[0] != dimension)
        return replace(self, where=(*others, (dimension, codes)) if codes else others)

    def codes(self, dimension: str) -> tuple[str, ...]:
        """What a dimension is filtered to; nothing when it is not."""
        return dict(self.where).get(dimension, ())

    def within(self, since: date | None, until: date | None) -> "Scope":
        """The same filters over another period."""
        return replace(self, since=since, until=until, cuts=())
