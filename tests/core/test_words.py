"""The catalogue says everything the code says, in both languages, and no more."""

import re
from datetime import date

import pytest

from board.core.words import Told, Words, catalogue, codes
from tests.core.sentences import spoken

ZH, EN = Words("zh"), Words("en")


def test_every_sentence_has_its_chinese() -> None:
    assert sorted(spoken() - set(catalogue())) == []


def test_the_catalogue_holds_nothing_that_is_not_said() -> None:
    assert sorted(set(catalogue()) - spoken()) == []


@pytest.mark.parametrize("sentence", sorted(catalogue()))
def test_both_languages_fill_in_the_same_values(sentence: str) -> None:
    values = [set(re.findall(r"{(\w+)(?::\w+)?}", said)) for said in (sentence, catalogue()[sentence])]
    assert values[0] == values[1]


def test_every_code_has_both_words() -> None:
    assert all(set(word) == {"zh", "en"} for kind in codes().values() for word in kind.values())


def test_numbers_as_the_languages_write_them() -> None:
    assert EN.number(1234) == "1,234"
    assert EN.share(0.8427) == "84.3 %"
    assert ZH.points(-0.021) == "\N{MINUS SIGN}2.1 个百分点"
    assert [EN.hours(value) for value in (0.5, 5, 60)] == ["30 min", "5.0 h", "2.5 d"]


def test_periods_have_names() -> None:
    assert [ZH.period(*each) for each in (("week", "2023-W50"), ("month", "2023-12"), ("quarter", "2023-Q4"))] == [
        "2023 年第 50 周", "2023 年 12 月", "2023 年第 4 季度",
    ]  # fmt: skip
    assert EN.period("month", "2023-12") == "December 2023"
    assert ZH.day(date(2023, 12, 1)) == "2023年12月1日"


def test_a_code_has_a_word_and_an_unknown_code_stays_itself() -> None:
    own = Words("zh", (("category", "noise", "噪音类"),))
    assert own.code("category", "noise") == "噪音类"
    assert EN.code("category", "noise") == "Noise"
    assert EN.code("category", "Pick up Dead Animal") == "Pick up Dead Animal"
    assert ZH.code("lane", "unknown") == "未知"


def test_a_refusal_is_kept_and_said_in_either_language() -> None:
    told = Told("{file}: The file has no column {missing}; it has {columns}.", file="a.csv", missing="x", columns="y")
    kept = Told.unpacked(told.packed())
    assert str(kept) == "a.csv: The file has no column x; it has y."
    assert ZH.told(kept) == "a.csv：文件缺少列 x；现有列为 y。"
    assert ZH.reason("is no date: reported_at") == "不是日期: reported_at"


def test_halves_are_rounded_up_as_people_do() -> None:
    t = Words("en")
    assert (t.share(0.6375), t.share(0.6365), t.number(2.5), t.number(0.25, 1)) == ("63.8 %", "63.7 %", "3", "0.3")
    assert t.points(-0.0005) == "−0.1 pp" and t.share(1234.5678) == "123,456.8 %"
