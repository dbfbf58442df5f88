"""The SQL of every metric as it was reviewed; after a look at what changed: pytest … --snapshot-update."""

from datetime import date, datetime

import pytest
from syrupy.assertion import SnapshotAssertion

from board.metrics.catalog import METRICS, VARIANTS
from board.metrics.glossary import leaves
from board.metrics.model import Measure
from board.metrics.readings import UNADJUSTED, unadjusted
from board.metrics.scope import Scope
from board.metrics.statement import compile_question

CUT = (("town", datetime(2023, 5, 17, 12, 0)),)
MAY = Scope(date(2023, 5, 1), date(2023, 6, 1), (("site", ("town",)), ("unit", ("C",)), ("week", ("2023-W19",))), CUT)
READINGS = {
    **METRICS,
    **{f"{name} {variant}": each for name, variants in VARIANTS.items() for variant, each in variants.items()},
    **{f"{name} {UNADJUSTED}": unadjusted(each) for name, each in METRICS.items() if unadjusted(each) != each},
}


def statements(measure: Measure) -> str:
    """What is asked for all data, and for a period by a place and a time, filtered, at an earlier age."""
    parts, by = leaves(measure), (measure.dimensions[0], "month")
    return "\n;\n".join((compile_question(parts, (), Scope()).sql, compile_question(parts, by, MAY).sql))


@pytest.mark.parametrize("name", READINGS)
def test_the_statement_is_the_reviewed_one(name: str, snapshot: SnapshotAssertion) -> None:
    assert statements(READINGS[name]) == snapshot
