"""Every English sentence the board can say, gathered from the code itself."""

import ast
from pathlib import Path

from board.core.settings import PROJECT, SLIPS
from board.metrics import definitions, glossary, wording
from board.metrics.catalog import METRICS, SUBJECTS
from board.ui import behind, filters, ledger, records, shell, view
from etl import judge

SAYING = {
    "t",
    "Told",
    "Refused",
    "Unreadable",
    "WrongColumns",
    "SettingsError",
    "WrongSetting",
    "_known",
    "Busy",
    "WaitsForLoad",
    "Damaged",
    "NothingBefore",
    "Unwritable",
    "BadKey",
    "OtherRelease",
    "_refuse",
}
KEPT_APART = {
    "is no date", "is no whole number", "is no number", "is neither yes nor no", "the export time is no date",
    "is a date that dates must say how to read, day or month first",
    "does not fit its expression", "is not a record", "has another number of cells than the header",
    "is no valid JSON", "has a quote that is not closed", "holds bytes that are no text",
    "is an error of the spreadsheet",
    "was cut short by a spreadsheet", "stamp", "whole", "number", "yes_no", "code", "text", "empty", "marts",
}  # fmt: skip


def spoken() -> set[str]:
    """Literals given to a speaking call, and the words of every record that a page shows."""
    found = {sentence for path in _files() for sentence in _literals(path)}
    for measure in METRICS.values():
        found |= {measure.label, measure.about}
    for pages in shell.GROUPS.values():
        found |= {title for title, _ in pages.values()}
    found |= set(SLIPS.values()) | set(shell.GROUPS) | set(SUBJECTS) | set(records.SAID.values())
    found |= set(view.DIMENSION_LABELS.values()) | set(filters.COMPARISONS.values())
    found |= (
        set(wording.CLOCKS.values())
        | set(wording.COMPARED.values())
        | set(definitions.MET_BY.values())
        | set(definitions.CALENDARS.values())
        | set(glossary.BETTER.values())
        | set(glossary.UNITS.values())
        | set(glossary.NEEDS.values())
        | set(records.COUNTS)
        | set(behind.LABELS.values())
        | set(records.WHY.values())
        | set(ledger.ENTRIES.values())
        | set(ledger.TOLD_BY.values())
    )
    found |= {sentence for rules in judge.rules().values() for sentence in rules}
    return found | KEPT_APART | _pages()


def _files() -> list[Path]:
    return [path for room in ("board", "etl") for path in (PROJECT / room).rglob("*.py")]


def _literals(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        first = named.get(first.id, first) if isinstance(first, ast.Name) else first
        speaks = called in SAYING or (called == "self" and path.name == "words.py")
        if speaks and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.add(first.value.removeprefix("{file}: "))
        elif speaks and isinstance(first, ast.IfExp):
            parts = [named[part.id] if isinstance(part, ast.Name) else part for part in (first.body, first.orelse)]
            found |= {part.value.removeprefix("{file}: ") for part in parts if isinstance(part, ast.Constant)}
    return found


def _pages() -> set[str]:
    """Titles and questions that pages open with."""
    found = set()
    for path in (PROJECT / "pages").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "open":
                found |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    return found
