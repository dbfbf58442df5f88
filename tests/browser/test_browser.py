"""What a reader meets in a real Chromium: every page, cold and warm, wide and on a phone, in both languages."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest

from board.core.settings import PROJECT
from board.core.words import Words
from board.metrics.__main__ import main
from etl.__main__ import main as etl
from tests.browser.conftest import Visitor
from tests.browser.server import Server
from tests.office import UNITS, Office

PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))
SEEN = [("zh", "light", 390), ("en", "dark", 1440)]  # each of a kind once; the other looks in make test-long
LOOKS = [
    pytest.param(*look, marks=[] if look in SEEN else pytest.mark.long)
    for look in product(("zh", "en"), ("light", "dark"), (1440, 390))
]
COLD = [("en", 1440, "Guzhen community"), ("zh", 390, "古镇社区")]
REAL = [("newyork", "zh", 1440), ("boston", "en", 390)]


def in_turn(kinds: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Every page with one of these, in turn."""
    return [(page, *kinds[place % len(kinds)]) for place, page in enumerate(PAGES)]


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
@pytest.mark.parametrize("page", PAGES)
def test_every_page(server: Server, visit: Visitor, page: str, lang: str, scheme: str, width: int) -> None:
    visit(server, f"{page}?lang={lang}", width, scheme).check()


@pytest.mark.parametrize(("page", "lang", "width", "name"), in_turn(COLD))
def test_a_cold_deep_link_opens_in_its_frame(
    sample_data: Path, visit: Visitor, page: str, lang: str, width: int, name: str
) -> None:
    cold = Server(sample_data).start()
    try:
        seen = visit(cold, f"{page}?lang={lang}&site=guzhen", width)
        seen.check()
        assert f"/{page}?" in seen.page.url
        if width > 1000:  # on a phone it is folded away
            assert seen.page.locator("[data-testid=stSidebar]").get_by_text("Glossary").count() == 1
        assert name in seen.page.locator("[data-testid=stMainBlockContainer]").inner_text()
    finally:
        cold.stop()


def test_the_door_leads_to_the_overview_with_its_parameters(server: Server, visit: Visitor) -> None:
    seen = visit(server, "?lang=en&site=huxiang")
    seen.check()
    assert seen.page.url.endswith("/overview?lang=en&site=huxiang")
    assert seen.title == "Overview"


def test_the_language_is_the_browsers_unless_the_link_says_otherwise(server: Server, visit: Visitor) -> None:
    assert visit(server, "overview", locale="zh-CN").title == "总览"
    assert visit(server, "overview", locale="de-DE").title == "Overview"
    assert visit(server, "overview?lang=zh", locale="en-US").title == "总览"


def test_the_language_switch_keeps_the_view(server: Server, visit: Visitor) -> None:
    seen = visit(server, "escalation?lang=en&site=laojie&since=2023-01-01&until=2024-01-01")
    before = list(seen.cards().values())
    seen.page.get_by_role("button", name="中文").click()
    seen.page.wait_for_function("document.querySelector('h1').innerText === '上报与流转'")
    seen.settle()
    assert "lang=zh" in seen.page.url and "site=laojie" in seen.page.url and "since=2023-01-01" in seen.page.url
    assert [value for value in seen.cards().values()] == before


def test_a_link_gives_the_same_numbers_to_a_reader_of_the_other_language(server: Server, visit: Visitor) -> None:
    link = "overview?site=laojie&since=2023-10-01&until=2024-01-01&channel=wechat&channel=phone"
    english, chinese = visit(server, f"{link}&lang=en"), visit(server, f"{link}&lang=zh")
    for label, other in (("Received", "受理件数"), ("On-time rate", "按时办结率"), ("Open", "未结件数")):
        assert english.cards()[label] == chinese.cards()[other]


def test_the_numbers_on_the_page_are_those_of_the_command(
    server: Server,
    visit: Visitor,
    sample_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LANE_BOARD_DATA", str(sample_data))
    scope = [
        "--since",
        "2022-10-01",
        "--until",
        "2022-11-01",
        "--where",
        "site=houjiatang",
        "--where",
        "category=noise",
    ]
    assert main(["show", "received", "resolved", "open", "on_time_rate", *scope, "--format", "json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["rows"]
    seen = visit(server, "overview?lang=en&site=houjiatang&since=2022-10-01&until=2022-11-01&category=noise")
    seen.check()
    assert [seen.cards()[name] for name in ("Received", "Resolved", "Open")] == [
        f"{row[name]:,}" for name in ("received", "resolved", "open")
    ]
    assert seen.cards()["On-time rate"] == Words("en").share(row["on_time_rate"])


def test_choosing_a_site_and_a_filter_changes_the_address_and_the_pages_keep_it(server: Server, visit: Visitor) -> None:
    seen = visit(server, "overview?lang=en&site=laojie&since=2023-12-01&until=2024-01-01")
    received = seen.cards()["Received"]
    seen.page.get_by_role("button", name="Filters").click()
    seen.page.get_by_test_id("stPopoverBody").get_by_role("combobox", name="Category").click()
    seen.page.get_by_role("option", name="Sanitation").click()
    seen.page.wait_for_url("**category=sanitation**")
    seen.settle()
    assert seen.cards()["Received"] != received
    seen.page.keyboard.press("Escape")
    seen.page.get_by_test_id("stSidebar").get_by_role("link", name="Workload").click()
    seen.page.wait_for_url("**/workload?**category=sanitation**")
    seen.settle()
    assert seen.page.get_by_role("button", name="Category: Sanitation").count() == 1
    seen.page.go_back()
    seen.page.wait_for_url("**/overview?**category=sanitation**")
    seen.settle()
    assert seen.title == "Overview"
    seen.page.go_back()
    seen.page.wait_for_function("!location.search.includes('category')")
    seen.settle()
    assert seen.cards()["Received"] == received
    seen.check()


def test_a_bad_link_falls_back_with_a_note(server: Server, visit: Visitor) -> None:
    seen = visit(server, "resolution?lang=en&site=nowhere&since=junk&unit=%27%3B--&by=colour")
    seen.check()
    notes = seen.page.locator("[data-testid=stAlert]").all_inner_texts()
    assert len(notes) == 4
    assert len(seen.cards()) == 8


def test_a_table_taken_away_holds_the_numbers_of_the_command(
    server: Server,
    visit: Visitor,
    sample_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen = visit(server, "escalation?lang=en&site=laojie&since=2023-01-01&until=2024-01-01&by=category")
    with seen.page.expect_download() as waiting:
        seen.page.get_by_role("button", name="Download CSV").last.click()
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    lines = [line for line in csv.reader(io.StringIO(text)) if not line[0].startswith("#")]
    taken = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    assert "# data as of 2023-12-31 21:37" in text and "# received = Received" in text
    monkeypatch.setenv("LANE_BOARD_DATA", str(sample_data))
    names = ["received", "self_resolved", "escalated", "in_hand", "self_rate"]
    scope = ["--where", "site=laojie", "--since", "2023-01-01", "--until", "2024-01-01"]
    main(["show", *names, "--by", "category", *scope, "--format", "json"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [[row["category"], *(float(row[name]) for name in names)] for row in taken] == [
        [row["category"], *(float(row[name]) for name in names)] for row in rows
    ]


@pytest.fixture(scope="module")
def real_server(real_data: Path) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANE_BOARD_DATA", str(real_data))
        etl(["load"])
    started = Server(real_data).start()
    yield started
    started.stop()


@pytest.mark.real
@pytest.mark.parametrize(("page", "site", "lang", "width"), in_turn(REAL))
def test_every_page_on_real_logs(
    real_server: Server, visit: Visitor, page: str, site: str, lang: str, width: int
) -> None:
    seen = visit(real_server, f"{page}?lang={lang}&site={site}&since=all", width)
    seen.check()
    if page == "resolution" and site == "boston":
        assert (seen.cards()["On-time rate"], seen.cards()["Overdue"]) == ("84.3 %", "3,316")


def test_the_first_opening_builds_the_sample_before_the_readers_eyes(tmp_path: Path, visit: Visitor) -> None:
    empty = Server(tmp_path).start()
    try:
        seen = visit(empty, "overview?lang=en")
        seen.page.wait_for_selector("[data-testid=stMetric]", timeout=90_000)
        seen.settle().check()
        assert seen.cards()["Received"] == "37"
    finally:
        empty.stop()


def test_a_second_load_during_reading_is_seen_at_the_next_click(tmp_path: Path, visit: Visitor) -> None:
    office = Office(tmp_path)
    rows = "ticket_id,unit_id,reported_at\n" + "".join(f"T{n},L1,2023-05-{n + 1:02} 10:00\n" for n in range(9))
    office.site(unit=UNITS, ticket=rows).load()
    reading = Server(tmp_path).start()
    try:
        seen = visit(reading, "overview?lang=en&since=all")
        assert seen.cards()["Received"] == "9"
        office.file("ticket2.csv", "ticket_id,unit_id,reported_at\nX,L2,2023-05-20 10:00")
        office.load()
        seen.page.get_by_test_id("stSidebar").get_by_role("link", name="Resolution").click()
        seen.page.wait_for_url("**/resolution?**")
        seen.settle().check()
        assert seen.cards()["Received"] == "10"
    finally:
        reading.stop()
