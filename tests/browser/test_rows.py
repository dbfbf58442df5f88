"""From any number to its rows: a card, a bar, a point and a cell each open as many rows as they say."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator
from python_calamine import CalamineWorkbook

from tests.browser.conftest import Visit, Visitor
from tests.browser.server import Server

YEAR = "lang=en&site=laojie&since=2023-01-01&until=2024-01-01"


def drawer(seen: Visit) -> Locator:
    """The drawer that has opened, once its rows are there."""
    opened = seen.page.get_by_role("dialog")
    opened.get_by_text(re.compile(r"^[\d,]+ rows?")).wait_for()
    return opened


def rows(seen: Visit) -> int:
    """How many rows the drawer says there are."""
    said = drawer(seen).get_by_text(re.compile(r"^[\d,]+ rows?")).inner_text()
    return int(said.split()[0].replace(",", ""))


def close(seen: Visit) -> None:
    seen.page.keyboard.press("Escape")
    seen.page.get_by_role("dialog").wait_for(state="detached")
    seen.settle()


def click(seen: Visit, place: Locator) -> None:
    """Click in the middle of what a chart has drawn."""
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    seen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_card_opens_its_rows_part_and_whole(server: Server, visit: Visitor, width: int) -> None:
    seen = visit(server, f"escalation?{YEAR}", width)
    seen.page.locator(".st-key-rows-of-escalated button").click()
    assert rows(seen) == 144
    close(seen)
    seen.page.locator(".st-key-rows-of-self_rate button").click()
    assert rows(seen) == 513
    drawer(seen).get_by_role("radio", name="Part").click()
    drawer(seen).get_by_text("359 rows").wait_for()
    seen.check()


@pytest.mark.parametrize("page", ["overview", "resolution", "escalation", "workload", "activities"])
def test_a_bar_opens_as_many_rows_as_it_says_again_and_again(server: Server, visit: Visitor, page: str) -> None:
    seen = visit(server, f"{page}?{YEAR}")
    chart = seen.page.locator("[class*=st-key-ranking-]").first
    said = chart.locator(".bartext").first.text_content() or ""
    number = int(re.sub(r".*\(n = ([\d,]+)\)", r"\1", said).replace(",", ""))
    for _ in range(2):
        click(seen, chart.locator(".bars path").first)
        assert rows(seen) == number
        close(seen)
    seen.check()


def test_what_changed_and_what_needs_a_decision_open_their_rows(server: Server, visit: Visitor) -> None:
    seen = visit(server, "overview?lang=en&site=houjiatang&since=2022-12-19&until=2022-12-26")
    assert 3 <= seen.page.locator("[class*=st-key-changed-]").count() <= 5
    link = seen.page.locator(".st-key-decide-overdue button")
    number = int(re.sub(r"[^\d]", "", link.inner_text()))
    link.click()
    assert rows(seen) == number == 106
    close(seen)
    seen.page.locator("[class*=st-key-changed-] button").first.click()
    assert rows(seen) >= 0
    seen.check()


def test_the_runway_opens_what_falls_due_on_a_day(server: Server, visit: Visitor) -> None:
    seen = visit(server, "resolution?lang=en&site=houjiatang")
    chart = seen.page.locator("[class*=st-key-runway]")
    said = [int(each or 0) for each in chart.locator(".bartext").all_text_contents()]
    click(seen, chart.locator(".bars path").nth(said.index(max(said))))
    assert rows(seen) == max(said)
    seen.check()


def test_a_point_opens_the_rows_of_its_period(server: Server, visit: Visitor) -> None:
    seen = visit(server, f"overview?{YEAR}")
    click(seen, seen.page.locator("[class*=st-key-trend-received] .scatterlayer .points path").first)
    title = drawer(seen).locator("h2, [data-testid=stHeading], header").first.inner_text()
    assert re.search("(Received|Resolved) · January 2023", title)  # which lie on each other there
    seen.check()


def test_a_cell_opens_its_rows_and_they_can_be_taken_away(server: Server, visit: Visitor) -> None:
    seen = visit(server, f"escalation?{YEAR}&by=category")
    table = seen.page.locator("[class*=st-key-grid-table-] canvas").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 300, "y": 37 + 17}, force=True)  # below it lies what scrolls it
    number = rows(seen)
    assert number > 0
    with seen.page.expect_download() as waiting:
        drawer(seen).get_by_role("button", name="Download CSV").click()
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    lines = [line for line in csv.reader(io.StringIO(text)) if not line[0].startswith("#")]
    assert len(lines) == number + 1 and "# from 2023-01-01 to before 2024-01-01" in text
    with seen.page.expect_download() as waiting:
        drawer(seen).get_by_role("button", name="Download XLSX").click()
    book = CalamineWorkbook.from_path(str(waiting.value.path()))
    assert book.get_sheet_by_name("Data").to_python() == lines
    assert "version 1" in "".join(line[0] for line in book.get_sheet_by_name("About").to_python())
    seen.check()
