"""The charts themselves: what is drawn and what is not."""

from board.charts.figures import Line, trend
from board.charts.theme import LIGHT


def test_a_line_without_a_value_has_no_label() -> None:
    lines = [Line("a", "A", [0.5, 0.6], ["", ""]), Line("b", "B", [None, None], ["", ""])]
    assert [note.text for note in trend(LIGHT, ["1", "2"], lines, True, False).layout.annotations] == ["A"]
