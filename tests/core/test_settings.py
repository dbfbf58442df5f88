"""What site.toml may say, and the one sentence it gets when it says something else."""

import re

import pytest

from board.core.settings import ANSWERS, SettingsError, language, parse_site


def test_a_site_with_hardly_anything_said() -> None:
    site = parse_site("town", 'name = "Town"')
    assert site.name == {"zh": "Town", "en": "Town"}
    assert site.lane == ("lane",) and site.ladder == () and site.limits == {}
    assert site.timezone == "Asia/Shanghai" and not site.sample


def test_weights_of_answers_fill_up_with_the_defaults() -> None:
    site = parse_site("town", 'name = "Town"\nsatisfaction = {mostly = 0.6}')
    assert site.satisfaction == ANSWERS | {"mostly": 0.6}


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("name = ", "site.toml of town is not valid TOML"),
        ("sample = true", "missing: `name`"),
        ('name = "T"\nlane = "road"', "unknown value 'road' - at `lane`"),
        ('name = "T"\nladder = ["steward", "mayor"]', "unknown value 'mayor' - at `ladder"),
        ('name = "T"\ntimezone = "Mars/Olympus"', "timezone 'Mars/Olympus' is not known"),
        (
            'name = "T"\nlimits = {general = {working_days = 0}}',
            "expected `int` >= 1 - at `limits.general.working_days`",
        ),
        ('name = "T"\nlimits = {general = {working_days = 3, met_by = "luck"}}', "unknown value 'luck' - at `limits"),
        ('name = "T"\nsatisfaction = {mostly = 2}', "expected `float` <= 1.0 - at `satisfaction"),
        (
            'name = "T"\nas_of = "yesterday"',
            "not a moment; write it as 2023-12-31T18:00:00, without quotes - at `as_of`",
        ),
        ("name = 5", "expected `str | table`, got `int` - at `name`"),
        ("name = {}", "at `name`"),
        ('name = "T"\nlane_households = [15, 5]', "the fewest comes first"),
        (
            'name = "T"\nlimits = {key = {working_days = 3}, general = {working_days = 3, metby = ""}}',
            "unknown setting `metby` - at `limits.general`",
        ),
        ('name = "T"\nlimits = {general = true}', "expected `table`, got `bool` - at `limits"),
        ('name = "T"\nladder = ["community"]', "the ladder must begin with steward"),
        ('name = "T"\nsample = "no"', "expected `bool`, got `str` - at `sample`"),
        ('name = "T"\ncolour = "red"', "unknown setting `colour`"),
    ],
)
def test_a_setting_that_cannot_be_used(toml: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(sentence)):
        parse_site("town", toml)


def test_a_folder_name_that_is_no_site_id() -> None:
    with pytest.raises(SettingsError, match="not a site id"):
        parse_site("../etc", 'name = "T"')


def test_the_language_asked_for_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language("zh") == "zh"
    assert language() == "en"
    monkeypatch.setenv("LANE_BOARD_LANG", "zh_CN.UTF-8")
    assert language() == "zh"
