"""Published figures: what their words allow, and that the samples meet every one."""

import pytest

from board.core.warehouse import Warehouse
from board.metrics.__main__ import main
from board.metrics.query import Refused
from board.metrics.totals import agrees, totals
from tests.office import UNITS, Office


@pytest.mark.parametrize(
    ("op", "value", "computed", "met"),
    [
        ("=", "513", 513, True),
        ("=", "513", 513.4, True),
        ("=", "513", 512, False),
        ("=", "-27.61%", 97 / 134 - 1, True),
        ("=", "-27.61%", -0.2762, False),
        (">=", "500", 500, True),
        (">=", "500", 549, True),
        (">=", "500", 550, False),
        (">=", "500", 499, False),
        ("<", "10000", 9000, True),
        ("<", "10000", 10000, False),
        ("<", "10000", 8999, False),
        ("~", "900", 945, True),
        ("~", "900", 946, False),
        (">", "50%", 0.501, True),
        (">", "50%", 0.5, False),
        ("up", "", 0.001, True),
        ("up", "", 0, False),
        ("down", "", -1, True),
    ],
)
def test_what_the_words_allow(op: str, value: str, computed: float, met: bool) -> None:
    assert agrees(op, value, computed) is met


def test_an_unknown_operator_and_a_value_that_is_no_number_are_refused() -> None:
    with pytest.raises(Refused, match="not by '!'"):
        agrees("!", "5", 5)
    with pytest.raises(Refused, match="is no number"):
        agrees("=", "many", 5)


def test_what_a_figure_compares_is_said_and_a_miss_without_a_note_is_a_failure(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    days = [*["2022-05-01"] * 2, *["2023-05-01"] * 5]
    office.site(ticket="ticket_id,reported_at\n" + "\n".join(f"T{n},{day}" for n, day in enumerate(days)))
    rows = "received,,2023-01-01,2024-01-01,ratio,=,150%,,,\nreceived,,2023-01-01,2024-01-01,ratio,up,,,,\n"
    rows += "received,,2023-01-01,2024-01-01,difference,up,,,,\nreceived,,2023-01-01,2024-01-01,,=,6,,,counted twice\n"
    head = "metric,where,since,until,compare,op,value,words,source,note\n"
    (office.data / "sites" / "town" / "control_totals.csv").write_text(head + rows)
    office.load()
    assert main(["totals"]) == 0  # the one miss is explained
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[-2:] for line in lines[:3]] == [["%", "met"], ["%", "met"], ["+3", "met"]]
    assert all("change over a year earlier" in line for line in lines[:3])
    assert "150 %" in lines[0] and "+150.0 %" in lines[1] and "as a share of it" in lines[0]
    assert "missed" in lines[3]
    (office.data / "sites" / "town" / "control_totals.csv").write_text(head + rows.replace("counted twice", ""))
    office.load()
    assert main(["totals"]) == 1


def test_without_published_figures_there_is_nothing_to_meet(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.site(ticket="ticket_id,reported_at\nT1,2023-05-01").load()
    assert main(["totals"]) == 0
    assert capsys.readouterr().out.startswith("No figure was published to compare with")


def test_a_value_of_more_digits_than_a_figure_has_is_no_number(office: Office) -> None:
    office.site(ticket="ticket_id,reported_at\nT1,2023-05-01").load()
    totals = office.data / "sites" / "town" / "control_totals.csv"
    totals.write_text("metric,where,since,until,compare,op,value\nreceived,,,,,=,0." + "0" * 40 + "\n")
    office.load()
    assert main(["totals"]) == 1


def test_a_row_that_asks_what_cannot_be_asked_says_so_and_the_others_stand(office: Office) -> None:
    office.site(unit=UNITS, ticket="ticket_id,unit_id,reported_at\nT1,L1,2023-05-08\n")
    head = "metric,where,since,until,compare,op,value,words,source,note\n"
    rows = ["received,,,,,=,1,,,", "receved,,,,,=,1,,,", "received,,yesterday,,,=,1,,,", "received,,,,,=,nan,,,",
            "received,category,,,,=,1,,,", "received,category=bogus,,,,=,1,,,", "received"]  # fmt: skip
    (office.data / "sites" / "town" / "control_totals.csv").write_text(head + "\n".join(rows))
    office.load()
    found = totals(office.warehouse)
    assert [total.met for total in found] == [True, *[False] * 6]
    assert [str(total.problem).split(";")[0] for total in found[1:6]] == [
        "There is no metric 'receved'", "'yesterday' is no day", "The published value 'nan' is no number.",
        "'category' is no filter", "There is no category 'bogus'",
    ]  # fmt: skip


def test_every_published_figure_of_every_sample_is_met(sample: Warehouse) -> None:
    found = totals(sample)
    assert [(total.site, total.metric, total.computed) for total in found if not total.met] == []
    assert {total.site for total in found} == {"laojie", "houjiatang", "guzhen", "huxiang", "shuyuanlu"}


def test_laojie_says_what_its_ten_are(sample: Warehouse) -> None:
    figures = {(total.metric, total.where): total for total in totals(sample, "laojie")}
    assert {name: figures[name, ""].computed for name in ("received", "self_resolved", "escalated", "resolved")} == {
        "received": 513, "self_resolved": 359, "escalated": 144, "resolved": 503,
    }  # fmt: skip
    assert figures["in_hand", ""].computed == figures["open", ""].computed == 10
    assert "仍在办理" in figures["in_hand", ""].note


def test_a_figure_of_a_site_without_any_row_is_missed_without_a_word_too_many(office: Office) -> None:
    columns = "metric,where,since,until,compare,op,value,words,source,note"
    office.site(unit=UNITS)
    (office.data / "sites" / "town" / "control_totals.csv").write_text(
        f"{columns}\nopen,,,,,=,10,,,\nreceived,,,,,=,5,,,"
    )
    office.load()
    assert [(total.computed, total.met, total.problem) for total in totals(office.warehouse)] == [
        (None, False, None), (0, False, None),
    ]  # fmt: skip
