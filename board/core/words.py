"""The two languages: English sentences stand in the code, their Chinese in zh.toml, codes in codes.toml."""

import json
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def catalogue() -> dict[str, str]:
    """Every English sentence of the board with its Chinese."""
    return {str(k): str(v) for k, v in tomllib.loads((HERE / "zh.toml").read_text("utf-8")).items()}


@cache
def codes() -> dict[str, dict[str, dict[str, str]]]:
    """Every code of the data contract, by dimension, with its words in both languages."""
    return tomllib.loads((HERE / "codes.toml").read_text("utf-8"))


class Told(Exception):
    """A refusal that knows its sentence: kept apart from its values (one of which may be another refusal, its reason)
    so that it can be said in either language."""

    def __init__(self, sentence: str, **values: Any) -> None:
        self.sentence = sentence
        self.values = {key: value if isinstance(value, Told) else str(value) for key, value in values.items()}
        super().__init__(sentence.format(**self.values))

    def of(self, file: object) -> "Told":
        """The same of a file, behind its name."""
        return Told("{file}: " + self.sentence, **{"file": file} | self.values)

    def packed(self) -> str:
        """Sentence and values as one text, to be kept in the warehouse."""
        return json.dumps(
            [self.sentence, self.values], ensure_ascii=False, default=lambda why: [why.sentence, why.values]
        )

    @classmethod
    def unpacked(cls, packed: str) -> "Told":
        """What packed() kept."""
        return cls._made(*json.loads(packed))

    @classmethod
    def _made(cls, sentence: str, values: dict[str, Any]) -> "Told":
        return cls(sentence, **{key: cls._made(*value) if isinstance(value, list) else value
                                for key, value in values.items()})  # fmt: skip


def half_up(value: float, digits: int) -> Decimal:
    """A number at so many digits, its half rounded up as people and spreadsheets do, whatever binary makes of it."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def percent(value: float, digits: int = 1) -> Decimal:
    """A fraction in per cent, at so many digits."""
    return half_up(value, digits + 2) * 100


def kind_of(dimension: str) -> str:
    """Whose codes a dimension's are."""
    return "tier" if dimension == "highest_tier" else dimension


@dataclass(frozen=True)
class Words:
    """One reader's language, and the words a site has added for its own codes."""

    lang: str
    labels: tuple[tuple[str, str, str], ...] = ()  # (dimension, code, word), the site's own

    def __call__(self, sentence: str, **values: Any) -> str:
        """The sentence in this language, its {names} filled in."""
        said = catalogue().get(sentence, sentence) if self.lang == "zh" else sentence
        return said.format(**values) if values else said

    def told(self, error: Told) -> str:
        """A refusal in this language, a rule's reason in it too."""
        values = {key: self.told(value) if isinstance(value, Told) else value for key, value in error.values.items()}
        if "reason" in values:
            values["reason"] = self.reason(values["reason"])
        if error.sentence.startswith("{file}: "):  # a file's own sentence, behind its name
            return values["file"] + self(": ") + self(error.sentence.removeprefix("{file}: "), **values)
        return self(error.sentence, **values)

    def reason(self, reason: str) -> str:
        """Why a row is held: a rule's sentence, or a sentence about one column (`sentence: column`)."""
        sentence, colon, column = reason.partition(": ")
        return self(sentence) + colon + column

    def reasons(self, reasons: str) -> str:
        """All the reasons of a held row, which stand in a line each."""
        return "; ".join(map(self.reason, reasons.split("\n")))

    def code(self, dimension: str, code: str) -> str:
        """The word for a code: the site's own, else the catalogue's, else the code itself."""
        for named, own, word in self.labels:
            if (named, own) == (kind_of(dimension), code):
                return word
        if code in ("unknown", "not_applicable"):
            return codes()["any"][code][self.lang]
        return codes().get(kind_of(dimension), {}).get(code, {}).get(self.lang, code)

    def number(self, value: float, digits: int = 0) -> str:
        """1,234 or 1,234.5, halves rounded up as people do; a true minus sign."""
        return f"{half_up(value, digits):,f}".replace("-", "\N{MINUS SIGN}")

    def share(self, value: float, digits: int = 1) -> str:
        """84.3 %, from a fraction."""
        return f"{percent(value, digits):,.{digits}f} %".replace("-", "\N{MINUS SIGN}")

    def points(self, value: float) -> str:
        """+2.1 percentage points, from a difference of fractions."""
        return self("{points} pp", points=f"{percent(value):+.1f}".replace("-", "\N{MINUS SIGN}"))

    def hours(self, value: float) -> str:
        """The unit people use: minutes below one hour, hours below two days, then days."""
        if value < 1:
            return self("{n} min", n=self.number(value * 60))
        if value < 48:
            return self("{n} h", n=self.number(value, 1))
        return self("{n} d", n=self.number(value / 24, 1))

    def day(self, value: date) -> str:
        """The day as the language writes it."""
        return f"{value:%Y-%m-%d}" if self.lang == "en" else f"{value.year}年{value.month}月{value.day}日"

    def moment(self, value: datetime) -> str:
        """Day and minute in the site's own clock; the same form in both languages."""
        return f"{value:%Y-%m-%d %H:%M}"

    def period(self, span: str, code: str) -> str:
        """The name of a day, week, month, quarter or year."""
        if span == "week":
            return self("{year} week {week}", year=code[:4], week=int(code[6:]))
        if span == "month":
            month = codes()["month_name"][code[5:]][self.lang]
            return self("{month} {year}", month=month, year=code[:4])
        if span == "quarter":
            return self("Q{quarter} {year}", quarter=code[6:], year=code[:4])
        if span == "year":
            return self("Year {year}", year=code)
        return self.day(date.fromisoformat(code))

    def tick(self, span: str, code: str) -> str:
        """A short name of a period, for an axis."""
        if span == "month":
            return self("{year}-{month:02}", year=code[2:4], month=int(code[5:]))
        if span == "week":
            return self("W{week:02}", week=int(code[6:]))
        return code[5:] if span == "day" else code
