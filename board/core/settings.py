"""Where the data lies, which language is spoken, and what a site says of itself in site.toml."""

import locale
import os
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec.structs import astuple

from board.core.words import Told

PROJECT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh", "en")
LEVELS = (
    "street", "community", "sector", "grid", "compound", "lane", "building", "group", "neighbours", "micro_unit",
)  # fmt: skip
TIERS = (
    "steward", "group", "sector", "grid", "property", "community", "street", "partner", "department",
)  # fmt: skip
CLASSES = ("consultation", "general", "key")
ANSWERS = {
    "very_satisfied": 1.0, "satisfied": 1.0, "mostly": 0.8, "neutral": 0.0,
    "dissatisfied": 0.0, "very_dissatisfied": 0.0,
}  # fmt: skip
SITE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

SLIPS = {  # what msgspec says of a setting → what we say
    r"Object contains unknown field `(?P<name>.*)`": "unknown setting `{name}`",
    r"Object missing required field `(?P<name>.*)`": "missing: `{name}`",
    r"Invalid enum value '?(?P<value>.*?)'?": "unknown value '{value}'",
    r"Expected `(?P<wanted>.*)`, got `(?P<got>.*)`": "expected `{wanted}`, got `{got}`",
    r"Expected `(?P<wanted>.*?)` (?P<limit>[<>]=? .*)": "expected `{wanted}` {limit}",
    r"Expected `(?P<wanted>.*?)` of length (?P<limit>.*)": "expected `{wanted}` of length {limit}",
    r"Invalid RFC3339 encoded time": "not a time; write it as 17:30:00, without quotes",
    r"Invalid RFC3339 encoded datetime": "not a moment; write it as 2023-12-31T18:00:00, without quotes",
}
Level = Literal[LEVELS]  # type: ignore[valid-type]
Tier = Literal[TIERS]  # type: ignore[valid-type]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Days = Annotated[int, msgspec.Meta(ge=1, le=366)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Both = Text | Annotated[dict[Literal[LANGUAGES], Text], msgspec.Meta(min_length=1)]  # type: ignore[valid-type]
Shape = TypeVar("Shape")


class SettingsError(Told):
    """A setting that cannot be used; one sentence for the person who wrote it."""


class WrongSetting(Told, ValueError):
    """What is wrong with a setting, to be said behind the file it stands in."""


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many working days a class of ticket has, and which step meets the limit."""

    working_days: Annotated[int, msgspec.Meta(ge=1, le=999)]
    met_by: Literal["first_response", "resolved", "deliberated"] = "resolved"
    extended_by: Annotated[int, msgspec.Meta(ge=0, le=999)] | None = None  # working days; none said: as many again

    @property
    def extension(self) -> int:
        """How many working days an extension adds."""
        return self.working_days if self.extended_by is None else self.extended_by


class Composite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each of the three rates weighs in the composite; together 1."""

    contact: Share = 0.1
    solved: Share = 0.5
    satisfaction: Share = 0.4


class _SiteToml(msgspec.Struct, forbid_unknown_fields=True):
    """What site.toml may say, and of which type."""

    name: Both
    district: Both | Literal[""] = ""
    timezone: str = "Asia/Shanghai"
    sample: bool = False
    default_site: bool = False
    as_of: datetime | None = None
    lane: Level | Annotated[list[Level], msgspec.Meta(min_length=1)] = "lane"
    lane_name: Both | None = None
    lane_households: tuple[Count, Count] | None = None
    steward_name: Both | None = None
    ladder: list[Tier] = []
    calendar: Literal["cn", "weekends"] = "cn"
    intake_until: time | None = None
    day_ends: time | None = None
    assessment_month_begins: Annotated[int, msgspec.Meta(ge=1, le=28)] = 1
    limits: dict[Literal["consultation", "general", "key", "default"], Limit] = {}
    satisfaction: dict[Literal[tuple(ANSWERS)], Share] = {}  # type: ignore[valid-type]
    composite: Composite = Composite()
    reopen_days: Days = 30
    repeat_days: Days = 30
    sensitive_categories: list[Text] = []
    labels: dict[str, dict[str, Both]] = {}


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
    intake_until: time | None
    day_ends: time | None  # what comes later belongs to the next day
    assessment_month_begins: int  # the day of the month
    as_of: datetime | None
    lane_households: tuple[int, int] | None
    limits: dict[str, Limit]
    satisfaction: dict[str, float]
    composite: Composite
    reopen_days: int  # within which a reopening, or a repetition, counts as one
    repeat_days: int
    sensitive_categories: tuple[str, ...]  # counted, never opened as rows
    labels: dict[str, dict[str, dict[str, str]]]

    @property
    def tiers(self) -> tuple[str, ...]:
        """All tiers from the steward up; one the ladder does not name lies above it, never with the steward."""
        return (*self.ladder, *(tier for tier in TIERS if tier not in self.ladder))

    def day_of(self, moment: datetime) -> date:
        """The day on which something that happened then is counted."""
        is_late = self.day_ends is not None and moment.time() > self.day_ends
        return moment.date() + timedelta(is_late)


def data_folder() -> Path:
    """The folder that holds sites/ and warehouse/: LANE_BOARD_DATA, else data/ in the project."""
    return Path(os.environ.get("LANE_BOARD_DATA") or PROJECT / "data").expanduser().resolve()


def language(asked: str | None = None) -> str:
    """The language to speak: what was asked, else LANE_BOARD_LANG, else the locale, else Chinese."""
    for wish in (asked, os.environ.get("LANE_BOARD_LANG"), locale.getlocale()[0]):
        if wish and wish[:2].lower() in LANGUAGES:
            return wish[:2].lower()
    return "zh"


def read_toml(file: Path, site: str) -> str:
    """The text of a settings file, with or without a byte-order mark. Raises SettingsError."""
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError(
            "{site} has no {file}; put it into {folder}.", site=site, file=file.name, folder=file.parent
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError("{file} of {site} is not UTF-8; save it as UTF-8.", site=site, file=file.name) from error
    except OSError as error:
        raise SettingsError(
            "{file} of {site}: {why}", site=site, file=file.name, why=error.strerror or error
        ) from error


def shaped(shape: type[Shape], raw: Any) -> Shape:
    """Raw TOML values as the shape they must have. Raises WrongSetting naming the key at fault."""
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        raise _slip(_with_key(str(error), shape, raw)) from error


def _slip(said: str) -> WrongSetting:
    """What msgspec says, in our words, and where: `$.limits.key` is the table [limits.key]."""
    what, _, where = said.replace("`$.", "`").replace("object", "table").partition(" - at ")
    slip = WrongSetting("{what}", what=what)
    for theirs, ours in SLIPS.items():
        found = re.fullmatch(theirs, what)
        if found:
            slip = WrongSetting(ours, **found.groupdict())
    return WrongSetting("{what} - at {where}", what=slip, where=where) if where else slip


def _with_key(said: str, shape: type[Any], raw: Any) -> str:
    """What msgspec says, with the key at fault where it only says that it is one of a table's ([...])."""
    for table in re.findall(r"`\$\.(\w+)\[\.\.\.\]", said):
        for key, value in raw[table].items():
            try:
                msgspec.convert(raw | {table: {key: value}}, shape)
            except msgspec.ValidationError:
                return said.replace("[...]", f".{key}", 1)
    return said


def parse_site(site_id: str, text: str) -> Site:
    """The site that a site.toml describes. Raises SettingsError with one sentence when it cannot be used."""
    if not SITE_ID.fullmatch(site_id):
        raise SettingsError("The folder name '{folder}' is not a site id: use a-z, 0-9, - and _.", folder=site_id)
    try:
        return _site(site_id, shaped(_SiteToml, tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            "{file} of {site} is not valid TOML: {why}", file="site.toml", site=site_id, why=error
        ) from error
    except ValueError as error:
        raise SettingsError("{file} of {site}: {why}", file="site.toml", site=site_id, why=error) from error


def unknown_timezone(name: str) -> WrongSetting:
    """What is to be said of a time zone that Python or the engine does not know."""
    return WrongSetting("timezone '{name}' is not known", name=name)


def _site(site_id: str, raw: _SiteToml) -> Site:
    try:
        ZoneInfo(raw.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise unknown_timezone(raw.timezone) from error
    if raw.ladder and raw.ladder[0] != "steward":
        raise WrongSetting("the ladder must begin with steward")
    if len(set(raw.ladder)) < len(raw.ladder):
        raise WrongSetting("the ladder names a tier twice")
    if raw.as_of and raw.as_of.tzinfo:
        raise WrongSetting("as_of is in the site's own clock, without an offset")
    if raw.lane_households and not 0 <= raw.lane_households[0] <= raw.lane_households[1]:
        raise WrongSetting("lane_households: the fewest comes first, then the most")
    if round(sum(astuple(raw.composite)), 9) != 1:
        raise WrongSetting("composite: the three weights make 1 together")
    return Site(
        id=site_id,
        name=_both(raw.name),
        district=_both(raw.district),
        timezone=raw.timezone,
        sample=raw.sample,
        default_site=raw.default_site,
        as_of=raw.as_of,
        lane=(raw.lane,) if isinstance(raw.lane, str) else tuple(raw.lane),
        lane_name=_both(raw.lane_name or {"zh": "巷", "en": "lane"}),
        steward_name=_both(raw.steward_name or {"zh": "管家", "en": "steward"}),
        lane_households=raw.lane_households,
        ladder=tuple(raw.ladder),
        calendar=raw.calendar,
        intake_until=raw.intake_until,
        day_ends=raw.day_ends,
        assessment_month_begins=raw.assessment_month_begins,
        limits={str(name): limit for name, limit in raw.limits.items()},
        satisfaction=ANSWERS | raw.satisfaction,
        composite=raw.composite,
        reopen_days=raw.reopen_days,
        repeat_days=raw.repeat_days,
        sensitive_categories=tuple(raw.sensitive_categories),
        labels={kind: {code: _both(word) for code, word in codes.items()} for kind, codes in raw.labels.items()},
    )


def _both(text: Any) -> dict[str, str]:
    """One text a language; a plain string serves both, and so does the only one given."""
    if isinstance(text, str):
        return dict.fromkeys(LANGUAGES, text)
    return {lang: text.get(lang) or next(iter(text.values())) for lang in LANGUAGES}
