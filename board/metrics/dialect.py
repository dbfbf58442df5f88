"""The few words in which engines differ, so that the catalog stays the same on each."""

import re


def duckdb(sql: str) -> str:
    """The portable line in DuckDB's words: quantile(x, p) and days(first, until)."""
    sql = re.sub(r"\bquantile\(", "quantile_cont(", sql)
    return re.sub(r"\bdays\(", "date_diff('day', ", sql)
