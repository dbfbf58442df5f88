"""What changed: said of the right metric, with the right place, and only where chance hardly makes it."""

from datetime import date

import pytest

from board.metrics.findings import findings
from board.metrics.scope import Scope
from board.metrics.stats import counts_apart, shares_apart
from tests.office import UNITS, Office

JUNE = Scope(date(2023, 6, 1), date(2023, 7, 1))


def rows(month: int, category: str, n: int) -> str:
    return "".join(f"\n{category}{month}-{k},L1,{category},2023-{month:02}-{k % 28 + 1:02} 09:00" for k in range(n))


def test_a_clear_change_is_said_with_the_category_it_lies_in(office: Office) -> None:
    """May: 10 noise, 10 parking. June: 40 noise, 11 parking. 31 more, 30 of them noise: (51 - 20) / sqrt(71) = 3.7."""
    tickets = "ticket_id,unit_id,category,reported_at"
    tickets += rows(5, "noise", 10) + rows(5, "parking", 10) + rows(6, "noise", 40) + rows(6, "parking", 11)
    office.site(unit=UNITS, ticket=tickets).load()
    first, *others = [each for each in findings(office.warehouse, JUNE, "previous") if each.metric == "received"]
    assert (first.number, first.change, first.is_clear) == (51, 31, True) and not others
    assert (first.place, first.of_place) == (("category", "noise"), 30)


def test_what_chance_may_do_is_not_called_clear_and_nothing_is_said_of_nothing(office: Office) -> None:
    tickets = "ticket_id,unit_id,category,reported_at" + rows(5, "noise", 10) + rows(6, "noise", 12)
    office.site(unit=UNITS, ticket=tickets).load()
    found = {each.metric: each for each in findings(office.warehouse, JUNE, "previous")}
    assert not found["received"].is_clear and found["received"].change == 2
    assert "dissatisfied" not in found and "satisfaction_rate" not in found


def test_how_far_apart_numbers_lie() -> None:
    assert counts_apart(51, 20) == pytest.approx(31 / 71**0.5) and counts_apart(0, 0) == 0
    # 40 of 100 and 60 of 100: the common share is a half, its error sqrt(1/4 x 2/100)
    assert shares_apart(40, 100, 60, 100) == pytest.approx(0.2 / (0.25 * 0.02) ** 0.5)
    assert [shares_apart(*each) for each in ((5, 5, 3, 3), (0, 0, 1, 2), (0, 4, 0, 4))] == [0, 0, 0]
