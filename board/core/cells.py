"""Cells that go into a spreadsheet."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula, marked as text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
