"""How the sites define what their numbers rest on: a sentence for each setting, said wherever a number goes by it."""

from collections.abc import Callable, Sequence

from msgspec.structs import asdict

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
            said.setdefault(SAID[name](t, site), []).append(site.settings.name[t.lang])
        for sentence, whose in said.items():
            if sentence:
                lines.append(sentence if len(said) == 1 else f"{t(', ').join(whose)}{t(': ')}{sentence}")
        apart = [t(each.label) for each in measures if isinstance(each, Formula) and each.setting == name]
        if apart and len(said) > 1:
            lines.append(t("{metric}: no number of these sites together, which differ in it",
                           metric=t(", ").join(dict.fromkeys(apart))))  # fmt: skip
    return lines


def configured(t: Words, known: Sequence[Site], measures: Sequence[Measure]) -> list[str]:
    """The same as lines that stand among others: each says that it is a definition."""
    return [f"{t('As configured')}{t(': ')}{said}" for said in definitions(t, known, measures)]


def _limits(t: Words, site: Site) -> str:
    limits, calendar = site.settings.limits, t(CALENDARS[site.settings.calendar])
    if not limits:
        return t("no limits are set, those of the source count")
    said = [
        t("{class_} {n} ({met_by})", class_=t("all others") if name == "default" else t.code("class", name),
          n=limit.working_days, met_by=t(MET_BY[limit.met_by]))
        for name, limit in limits.items()
    ]  # fmt: skip
    lines = [t("limits in working days: {limits}; {calendar}", limits=t(", ").join(said), calendar=calendar)]
    if site.calendar_csv:
        lines.append(t("except the days in its own calendar.csv"))
    if site.settings.intake_until:
        at = f"{site.settings.intake_until:%H:%M:%S}"
        lines.append(t("received later than {time} counts from the next working day", time=at))
    if any(limit.extended_by is not None for limit in limits.values()):
        each = t(", ").join(
            f"{t('all others') if name == 'default' else t.code('class', name)} {limit.extension}"
            for name, limit in limits.items()
        )
        lines.append(t("an extension adds {days} working days", days=each))
    return t("; ").join(lines)


def _satisfaction(t: Words, site: Site) -> str:
    weights = [
        f"{t.code('satisfaction', answer)} {weight:g}"
        for answer, weight in site.settings.satisfaction.items()
        if weight
    ]
    return t("satisfaction counts {weights}, other answers 0", weights=t(", ").join(weights))


def _composite(t: Words, site: Site) -> str:
    shares = {name: t.share(weight, 0) for name, weight in asdict(site.settings.composite).items()}
    return t("the composite weighs contact {contact}, solved {solved}, satisfaction {satisfaction}", **shares)


def _reopen(t: Words, site: Site) -> str:
    return t("reopened counts within {n} days of the settlement", n=site.settings.reopen_days)


def _repeat(t: Words, site: Site) -> str:
    return t(
        "repeated counts within {n} days, by reporter and category (tickets without a category are of one)",
        n=site.settings.repeat_days,
    )


def _ladder(t: Words, site: Site) -> str:
    if not site.settings.ladder:
        return t("no ladder is set: outcomes do not apply")
    return t("ladder: {tiers}", tiers=" → ".join(t.code("tier", tier) for tier in site.settings.ladder))


def _size(t: Words, site: Site) -> str:
    if not site.settings.lane_households:
        return t("no size of a lane is set")
    fewest, most = site.settings.lane_households
    return t("a lane should have {fewest} to {most} households", fewest=fewest, most=most)


def _day(t: Words, site: Site) -> str:
    if site.settings.day_ends is None:
        return ""
    return t("the day ends at {time}: what comes later counts on the next", time=f"{site.settings.day_ends:%H:%M:%S}")


SAID: dict[str, Callable[[Words, Site], str]] = {
    "limits": _limits, "satisfaction": _satisfaction, "composite": _composite, "reopen_days": _reopen,
    "repeat_days": _repeat, "ladder": _ladder, "lane_households": _size, "day_ends": _day,
}  # fmt: skip
