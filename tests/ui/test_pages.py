"""Every page in both languages, on every kind of site, without a browser: no exception, words in the right language."""

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from board.core.settings import PROJECT
from board.ui.address import Address, read
from tests.office import UNITS, Office

PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))
CHINESE = {"overview": "总览", "resolution": "办结与时限", "escalation": "上报与流转", "workload": "巷与管家负荷",
           "satisfaction": "群众满意", "activities": "活动与轮值",
           "quality": "数据质量", "glossary": "指标词典"}  # fmt: skip


def opened(page: str, **parameters: str) -> AppTest:
    """The page as a reader sees it."""
    app = AppTest.from_file(str(PROJECT / "dashboard.py"), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, app.exception
    return app


@pytest.fixture
def on_sample(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANE_BOARD_DATA", str(sample_data))


@pytest.mark.usefixtures("on_sample")
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_in_both_languages_with_its_banner_and_date(page: str, lang: str) -> None:
    app = opened(page, lang=lang)
    assert (app.title[0].value == CHINESE[page]) == (lang == "zh")
    text = " ".join(element.value for element in (*app.caption, *app.markdown))
    assert ("示例数据：仅公开总数取自报道，其余为模拟" in text) == (lang == "zh")
    assert "2023-12-31 21:37" in text


@pytest.mark.usefixtures("on_sample")
@pytest.mark.parametrize("site", ["laojie", "houjiatang", "guzhen", "huxiang", "shuyuanlu", "all"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_on_every_site(page: str, site: str) -> None:
    opened(page, site=site, lang="en")


@pytest.mark.usefixtures("on_sample")
def test_the_cards_say_what_the_metrics_say() -> None:
    app = opened("escalation", site="laojie", since="2023-01-01", until="2024-01-01", lang="en")
    cards = {card.label: card.value for card in app.metric}
    assert [cards[label] for label in ("Received", "Self-resolved", "Escalated", "In hand")] == [
        "513",
        "359",
        "144",
        "10",
    ]
    assert cards["Self-resolved share"] == "70.0 %"


@pytest.mark.usefixtures("on_sample")
@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("site", "atlantis"),
        ("since", "2023-99-99"),
        ("unit", "X"),
        ("channel", "drum"),
        ("lang", "fr"),
        ("compare", "x"),
    ],
)
def test_a_bad_value_in_the_address_falls_back_with_a_note(parameter: str, value: str) -> None:
    parameters = {"lang": "en"} | {parameter: value}
    app = opened("overview", **parameters)
    assert any(f"'{parameter}'" in note.value or f"“{parameter}”" in note.value for note in app.warning)
    assert len(app.metric) == 8


@pytest.mark.usefixtures("on_sample")
def test_a_filter_is_shown_as_a_chip_and_can_be_taken_off() -> None:
    app = opened("overview", lang="en", category="noise")
    [chip] = [button for button in app.button if button.key == "chip-category-noise"]
    assert chip.label == "Category: Noise"
    chip.click().run()
    assert not app.exception
    assert not [button for button in app.button if str(button.key).startswith("chip-")]


TICKET = "ticket_id,unit_id,reported_at\nT1,L1,2023-05-01 10:00\n"
ODD = {
    "one ticket": {"unit": UNITS, "ticket": TICKET},
    "no ticket": {"unit": UNITS},
    "no units": {"ticket": TICKET},
    "no ladder": {"unit": UNITS, "ticket": TICKET, "toml": 'name = "Town"'},
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("page", PAGES)
def test_odd_sites_say_something_sensible(office: Office, page: str, kind: str) -> None:
    office.site(**ODD[kind]).load()
    app = opened(page, lang="en")
    assert app.title and not app.error


def test_without_a_warehouse_the_sample_is_built_and_says_so(office: Office) -> None:
    app = opened("overview", lang="en")
    assert app.metric[0].value != ""
    assert len(office.rows("select site from mart.site")) == 5


def test_a_real_site_that_nobody_has_loaded_is_not_replaced_by_the_sample(office: Office) -> None:
    office.site(ticket=TICKET)
    app = AppTest.from_file(str(PROJECT / "dashboard.py"), default_timeout=60)
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    assert [note.value for note in app.info] == [
        "There is no warehouse yet. Load the site's files with: python -m etl load"
    ]


def test_a_published_figure_that_cannot_be_asked_is_shown_as_such(office: Office) -> None:
    office.site(unit=UNITS, ticket=TICKET)
    head = "metric,where,since,until,compare,op,value,words,source,note"
    totals = "\n".join([head, "received,,,,,=,1,,,", "bogus,x,then,,,?,,,,", "received"])
    (office.data / "sites" / "town" / "control_totals.csv").write_text(totals)
    office.load()
    app = opened("quality", lang="en")
    assert list(app.dataframe[0].value["Result"]) == ["met", *["cannot be computed"] * 2]


def test_a_damaged_version_gets_one_sentence(office: Office) -> None:
    office.site(ticket=TICKET).load()
    (office.data / "warehouse" / "CURRENT").write_text("elsewhere")
    app = AppTest.from_file(str(PROJECT / "dashboard.py"), default_timeout=60)
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    assert [note.value for note in app.error] == [
        "warehouse/CURRENT cannot be read; go back to the version before with: python -m etl rollback, or make it anew "
        "with: python -m etl rebuild"
    ]


@pytest.mark.usefixtures("on_sample")
def test_what_a_filter_does_not_act_on_says_so() -> None:
    app = opened("workload", site="laojie", since="2023-01-01", until="2024-01-01", category="sanitation", lang="en")
    assert any("Visits, Activities: Not applied: ~~Category~~" in each.value for each in app.caption)


@pytest.mark.usefixtures("on_sample")
def test_a_time_before_the_data_is_no_comparison_and_one_after_them_is_said() -> None:
    first = opened("overview", site="laojie", since="2023-01-01", until="2024-01-01", lang="en")
    assert [card.delta for card in first.metric] == [""] * 8
    later = opened("overview", site="laojie", since="2030-01-01", until="2030-02-01", lang="en")
    assert later.info[0].value == "Nothing has been logged in this period yet: choose another one."


@pytest.mark.usefixtures("on_sample")
def test_with_all_sites_units_keep_their_names() -> None:
    app = opened("workload", site="all", lang="zh", by="lane")
    names = list(app.dataframe[-1].value.iloc[:, 0])
    assert "老街社区（示例） · 1 号楼" in names and "老街社区（示例） · 老街社区本级" in names


def test_an_address_is_written_as_it_is_read() -> None:
    query = {"lang": ["zh"], "site": ["laojie"], "since": ["2023-12-01"], "until": ["2024-01-01"], "compare": ["year"],
             "channel": ["phone", "wechat"], "by": ["lane"]}  # fmt: skip
    address, wrong = read(query)
    assert wrong == []
    assert address.since == date(2023, 12, 1) and address.codes("channel") == ("phone", "wechat")
    written = {name: [value] if isinstance(value, str) else value for name, value in address.parameters().items()}
    assert written == query


def test_an_address_that_says_nothing_or_nonsense() -> None:
    assert read({}) == (Address(), [])
    assert read({"since": ["2023-12-01"]}) == (Address(), ["until"])
    assert read({"since": ["2024-01-01"], "until": ["2023-01-01"]}) == (Address(), ["until"])
    assert read({"since": ["all"]})[0].everything


def test_a_load_that_published_nothing_is_said_on_the_quality_page(office: Office) -> None:
    office.site(ticket=TICKET).load()
    bad = "\n".join(f"X{number},L1,someday" for number in range(30))
    office.file("ticket_bad.csv", f"ticket_id,unit_id,reported_at\n{bad}")
    assert office.load().version is None
    app = AppTest.from_file(str(PROJECT / "dashboard.py"), default_timeout=60).switch_page("pages/quality.py")
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    assert ["Refused by the last load: Nothing was published: 30 of 30" in each.value for each in app.warning] == [True]
