"""Where the data lies, which language is spoken, and what a site says of itself in site.toml."""

import locale
import os
import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from board.core.words import Told

PROJECT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh", "en")
LEVELS = (
    "street", "community", "sector", "grid", "compound", "lane", "building", "group", "neighbours", "micro_unit",
)  # fmt: skip
TIERS = (
    "steward", "group", "sector", "grid", "property", "community", "street", "partner", "department",
)  # fmt: skip
MET_BY = ("first_response", "resolved", "deliberated")
ANSWERS = {
    "very_satisfied": 1.0, "satisfied": 1.0, "mostly": 0.8, "neutral": 0.0,
    "dissatisfied": 0.0, "very_dissatisfied": 0.0,
}  # fmt: skip
SITE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
TOP_KEYS = {
    "name", "district", "timezone", "sample", "default_site", "as_of", "lane", "lane_name", "steward_name",
    "lane_households", "ladder", "calendar", "limits", "satisfaction", "labels",
}  # fmt: skip


class SettingsError(Told):
    """A setting that cannot be used; one sentence for the person who wrote it."""


@dataclass(frozen=True)
class Limit:
    """How many working days a class of ticket has, and which step meets the limit."""

    working_days: int
    met_by: str = "resolved"


@dataclass(frozen=True)
class Site:
    """One street office or community, as its site.toml describes it."""

    id: str
    name: dict[str, str]
    district: dict[str, str]
    timezone: str
    sample: bool
    default_site: bool
    lane: tuple[str, ...]
    lane_name: dict[str, str]
    steward_name: dict[str, str]
    ladder: tuple[str, ...]
    calendar: str
    as_of: datetime | None = None
    lane_households: tuple[int, int] | None = None
    limits: dict[str, Limit] = field(default_factory=dict)
    satisfaction: dict[str, float] = field(default_factory=dict)
    labels: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)


def data_folder() -> Path:
    """The folder that holds sites/ and warehouse/: LANE_BOARD_DATA, else data/ in the project."""
    return Path(os.environ.get("LANE_BOARD_DATA") or PROJECT / "data").expanduser().resolve()


def language(asked: str | None = None) -> str:
    """The language to speak: what was asked, else LANE_BOARD_LANG, else the locale, else Chinese."""
    for wish in (asked, os.environ.get("LANE_BOARD_LANG"), locale.getlocale()[0]):
        if wish and wish[:2].lower() in LANGUAGES:
            return wish[:2].lower()
    return "zh"


def parse_site(site_id: str, text: str) -> Site:
    """The site that a site.toml describes. Raises SettingsError with one sentence when it cannot be used."""
    if not SITE_ID.fullmatch(site_id):
        raise SettingsError("The folder name '{folder}' is not a site id: use a-z, 0-9, - and _.", folder=site_id)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            "{file} of {site} is not valid TOML: {why}", file="site.toml", site=site_id, why=error
        ) from error
    try:
        return _site(site_id, raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError("{file} of {site}: {why}", file="site.toml", site=site_id, why=_said(error)) from error


def _said(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)


def _site(site_id: str, raw: dict[str, Any]) -> Site:
    unknown = set(raw) - TOP_KEYS
    if unknown:
        raise ValueError(f"unknown setting {', '.join(sorted(unknown))}; known are {', '.join(sorted(TOP_KEYS))}")
    levels = raw.get("lane", ["lane"])
    lane = (levels,) if isinstance(levels, str) else tuple(levels)
    _among("lane", lane, LEVELS)
    ladder = tuple(raw.get("ladder", ()))
    _among("ladder", ladder, TIERS)
    zone = raw.get("timezone", "Asia/Shanghai")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"timezone '{zone}' is not known") from error
    size = raw.get("lane_households")
    name = _both(raw["name"])
    return Site(
        id=site_id,
        name=name,
        district=_both(raw.get("district", "")),
        timezone=zone,
        sample=bool(raw.get("sample", False)),
        default_site=bool(raw.get("default_site", False)),
        as_of=_moment(raw.get("as_of")),
        lane=lane,
        lane_name=_both(raw.get("lane_name", {"zh": "巷", "en": "lane"})),
        steward_name=_both(raw.get("steward_name", {"zh": "管家", "en": "steward"})),
        lane_households=(int(size[0]), int(size[1])) if size else None,
        ladder=ladder,
        calendar=_one_of("calendar", raw.get("calendar", "cn"), ("cn", "weekends")),
        limits={name: _limit(name, limit) for name, limit in raw.get("limits", {}).items()},
        satisfaction=_weights(raw.get("satisfaction", {})),
        labels={
            kind: {code: _both(label) for code, label in codes.items()} for kind, codes in raw.get("labels", {}).items()
        },
    )


def _moment(value: Any) -> datetime | None:
    if value is not None and (not isinstance(value, datetime) or value.tzinfo):
        raise ValueError("as_of must be a date and time, as in as_of = 2024-01-31T23:59:59")
    return value


def _both(text: Any) -> dict[str, str]:
    """One text a language; a plain string serves both."""
    if isinstance(text, str):
        return {lang: text for lang in LANGUAGES}
    return {lang: str(text.get(lang) or next(iter(text.values()))) for lang in LANGUAGES}


def _one_of(name: str, value: Any, known: tuple[str, ...]) -> str:
    _among(name, (value,), known)
    return str(value)


def _among(name: str, values: tuple[Any, ...], known: tuple[str, ...]) -> None:
    for value in values:
        if value not in known:
            raise ValueError(f"{name} '{value}' is not one of {', '.join(known)}")


def _limit(name: str, raw: dict[str, Any]) -> Limit:
    days = raw["working_days"]
    if not isinstance(days, int) or not 1 <= days <= 999:
        raise ValueError(f"limit {name}: working_days must be a whole number from 1 to 999")
    return Limit(days, _one_of(f"limit {name}: met_by", raw.get("met_by", "resolved"), MET_BY))


def _weights(raw: dict[str, Any]) -> dict[str, float]:
    _among("satisfaction", tuple(raw), tuple(ANSWERS))
    weights = ANSWERS | {answer: float(weight) for answer, weight in raw.items()}
    for answer, weight in weights.items():
        if not 0 <= weight <= 1:
            raise ValueError(f"satisfaction: the weight of {answer} must lie between 0 and 1")
    return weights
