"""Figures that come from elsewhere, one name each: a flow adds up over months, a stock is its last value."""

from board.metrics.model import Clock, Formula, Mart, Metric

INDICATOR = Mart("indicator", ("site", "community", "lane", "name"))
MONTH = Clock("month", "day", only="kind = 'flow'")
LAST = Clock("month", "day", until="until_day", only="kind = 'stock'")

_flow = Metric("_flow", "", "", INDICATOR, MONTH, "sum(value)", unit="number")
_stock = Metric("_stock", "", "", INDICATOR, LAST, "sum(value)", unit="number")


def _either(flow: float | None, stock: float | None) -> float | None:
    return stock if flow is None else flow


indicator = Formula(
    "indicator", "External indicator", "A figure reported by month: the sum of a flow, the last value of a stock.",
    (_flow, _stock), _either, "sum of the months of a flow; last value of a stock", needs=("name",),
)  # fmt: skip
