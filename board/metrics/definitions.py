"""How the sites define what their numbers rest on: a sentence for each setting, said wherever a number goes by it."""

from collections.abc import Callable, Sequence

from msgspec.structs import asdict

from board.core.settings import Site as Settings
from board.core.words import Words
from board.metrics.model import Formula, Measure
from board.metrics.sites import Site

MET_BY = {
    "first_response": "met by the first response", "resolved": "met by settling",
    "deliberated": "met by a consultation",
}  # fmt: skip
CALENDARS = {"cn": "working days as the State Council's notices have them", "weekends": "working days Monday to Friday"}


def settings_of(measure: Measure) -> tuple[str, ...]:
    """The settings of a site that a metric goes by."""
    own = (measure.setting,) if isinstance(measure, Formula) and measure.setting else ()
    return tuple(dict.fromkeys((*own, *(name for part in measure.parts for name in part.settings))))


def definitions(t: Words, known: Sequence[Site], measures: Sequence[Measure]) -> list[str]:
    """A sentence for each setting that these metrics go by, as these sites have it; where they differ, for each. What
    moves days is said with all that counts by the day."""
    names = dict.fromkeys((*(name for measure in measures for name in settings_of(measure)), "day_ends"))
    lines: list[str] = []
    for name in names:
        said: dict[str, list[str]] = {}
        for site in known:
            said.setdefault(SAID[name](t, site.settings), []).append(site.settings.name[t.lang])
        for sentence, whose in said.items():
            if sentence:
                lines.append(sentence if len(said) == 1 else f"{t(', ').join(whose)}{t(': ')}{sentence}")
    return lines


def _limits(t: Words, site: Settings) -> str:
    if not site.limits:
        return t("no limits are set, those of the source count")
    said = [
        t("{class_} {n} ({met_by})", class_=t("all others") if name == "default" else t.code("class", name),
          n=limit.working_days, met_by=t(MET_BY[limit.met_by]))
        for name, limit in site.limits.items()
    ]  # fmt: skip
    return t("limits in working days: {limits}; {calendar}", limits=t(", ").join(said),
             calendar=t(CALENDARS[site.calendar]))  # fmt: skip


def _satisfaction(t: Words, site: Settings) -> str:
    weights = [f"{t.code('satisfaction', answer)} {weight:g}" for answer, weight in site.satisfaction.items() if weight]
    return t("satisfaction counts {weights}, other answers 0", weights=t(", ").join(weights))


def _composite(t: Words, site: Settings) -> str:
    shares = {name: t.share(weight, 0) for name, weight in asdict(site.composite).items()}
    return t("the composite weighs contact {contact}, solved {solved}, satisfaction {satisfaction}", **shares)


def _reopen(t: Words, site: Settings) -> str:
    return t("reopened counts within {n} days of the settlement", n=site.reopen_days)


def _repeat(t: Words, site: Settings) -> str:
    return t("repeated counts within {n} days, by reporter and category", n=site.repeat_days)


def _ladder(t: Words, site: Settings) -> str:
    if not site.ladder:
        return t("no ladder is set: outcomes do not apply")
    return t("ladder: {tiers}", tiers=" → ".join(t.code("tier", tier) for tier in site.ladder))


def _size(t: Words, site: Settings) -> str:
    if not site.lane_households:
        return t("no size of a lane is set")
    fewest, most = site.lane_households
    return t("a lane should have {fewest} to {most} households", fewest=fewest, most=most)


def _day(t: Words, site: Settings) -> str:
    if site.day_ends is None:
        return ""
    return t("the day ends at {time}: what comes later counts on the next", time=f"{site.day_ends:%H:%M:%S}")


SAID: dict[str, Callable[[Words, Settings], str]] = {
    "limits": _limits, "satisfaction": _satisfaction, "composite": _composite, "reopen_days": _reopen,
    "repeat_days": _repeat, "ladder": _ladder, "lane_households": _size, "day_ends": _day,
}  # fmt: skip
