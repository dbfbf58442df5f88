"""How sure the rates of an answer are, and which of its rows nothing tells apart."""

from collections.abc import Sequence

import pandas as pd

from board.core.warehouse import Warehouse
from board.metrics import stats
from board.metrics.model import Rate
from board.metrics.query import ask
from board.metrics.scope import Scope


def ranked(warehouse: Warehouse, measure: Rate, by: Sequence[str], scope: Scope, loose: bool = False) -> pd.DataFrame:
    """What ask() answers, with the ends `low` and `high` of each rate's interval (fractions; NaN without a sample, for
    a mean of scores below ten answers) and its `band` (1 first, NA without an interval; see stats.bands)."""
    counts = [measure.part, measure.whole, *([measure.squares] if measure.squares else [])]
    frame = ask(warehouse, [measure, *counts], by, scope, loose)
    part, whole, *squares = (frame[count.name].astype("float64") for count in counts)
    found = stats.score_interval(part, squares[0], whole) if squares else stats.rate_interval(part, whole)
    kept = frame[[*by, measure.name, f"{measure.name}_n"]].join(found)
    return kept.assign(band=stats.bands(kept[measure.name], found, measure.better))
