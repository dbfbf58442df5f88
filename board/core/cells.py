"""Cells that go into a spreadsheet."""

import re
from typing import Any

FORMULA = "=+@\t\r-"  # what one begins with; the dash last, so that it stands for itself in an expression


def safe(cell: Any) -> Any:
    """A cell; a text that a spreadsheet would run as a formula is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(tuple(FORMULA)) else cell


def unmarked(text: str) -> str:
    """A text as it was before `safe` marked it."""
    return re.sub(f"^'(?=[{FORMULA}])", "", text)
