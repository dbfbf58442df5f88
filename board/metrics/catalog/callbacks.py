"""What residents answered when they were asked afterwards."""

from dataclasses import replace
from functools import partial

from msgspec.structs import astuple

from board.core.settings import Composite
from board.metrics.catalog.tickets import RESOLVED, TICKET
from board.metrics.model import Clock, Formula, Measure, Metric, Rate

ASKED = Clock("asked", "asked_day", "asked_at", only="asked_day is not null")

callbacks = Metric(
    "callbacks", "Call-backs",
    "Residents who answered when asked; of each ticket the last call-back that was answered counts.", TICKET, ASKED,
)  # fmt: skip
called_back = Metric(
    "called_back", "Resolved and called back", "Tickets settled in the period with a call-back by the data's date.",
    TICKET, RESOLVED, only="called_at <= {cut} and resolved_at <= {cut}", ripens=True,
)  # fmt: skip
_resolved = Metric(
    "_resolved", "Resolved", "Resolved, as far as settled up to the moment looked at.", TICKET, RESOLVED,
    only="resolved_at <= {cut}", ripens=True,
)  # fmt: skip
coverage = Rate(
    "coverage", "Call-back coverage", "Of the tickets settled in the period, the share with a valid call-back.",
    called_back, _resolved, better="higher", ripens=True,
)  # fmt: skip
asked_contact = Metric(
    "asked_contact", "Asked about contact", "Call-backs in which the resident said whether the handler was in touch.",
    TICKET, ASKED, only="contacted is not null",
)  # fmt: skip
contacted = Metric(
    "contacted", "Contacted", "Call-backs in which the resident said the handler had been in touch.",
    TICKET, ASKED, only="contacted",
)  # fmt: skip
contact_rate = Rate(
    "contact_rate", "Contact rate", "Of the residents who answered it, the share the handler had been in touch with.",
    contacted, asked_contact, better="higher",
)  # fmt: skip
asked_solved = Metric(
    "asked_solved", "Asked whether solved", "Call-backs in which the resident said whether the matter was solved.",
    TICKET, ASKED, only="solved is not null",
)  # fmt: skip
solved = Metric(
    "solved", "Solved", "Call-backs in which the resident said the matter was solved.", TICKET, ASKED,
    only="solved",
)  # fmt: skip
solved_rate = Rate(
    "solved_rate", "Solved rate", "Of the residents who answered it, the share who said the matter was solved.",
    solved, asked_solved, better="higher",
)  # fmt: skip
rated = Metric(
    "rated", "Rated", "Call-backs in which the resident said how satisfied they were.", TICKET, ASKED,
    only="satisfaction <> ''",
)  # fmt: skip
satisfaction = Metric(
    "satisfaction", "Satisfaction points", "The answers' weights, added up: as configured for the site.",
    TICKET, ASKED, "sum(weight)", "weight is not null", unit="score", settings=("satisfaction",),
)  # fmt: skip
_squares = Metric("_squares", "", "", TICKET, ASKED, "sum(weight * weight)", "weight is not null", unit="score")
satisfaction_rate = Rate(
    "satisfaction_rate", "Satisfaction rate", "The weights of the answers divided by the residents who gave one.",
    satisfaction, rated, better="higher", squares=_squares,
)  # fmt: skip


def _composite(weights: Composite | None, *counts: float | None) -> float | None:
    pairs = list(zip(counts[::2], counts[1::2], strict=True))
    if weights is None or not all(part is not None and whole for part, whole in pairs):
        return None
    shares = [part / whole for part, whole in pairs if part is not None and whole]
    return float(sum(weight * share for weight, share in zip(astuple(weights), shares, strict=True)))


_COUNTS = (contacted, asked_contact, solved, asked_solved, satisfaction, rated)
_SAID = "weights × (contact_rate, solved_rate, satisfaction_rate)"
composite = Formula(
    "composite", "Composite of three rates",
    "Contact, solved and satisfaction rate, each with its weight: as configured for the site.",
    _COUNTS, _composite, _SAID, unit="share", better="higher", n=callbacks, setting="composite",
)  # fmt: skip
dissatisfied = Metric(
    "dissatisfied", "Dissatisfied", "Call-backs in which the resident was dissatisfied or very dissatisfied.",
    TICKET, ASKED, only="satisfaction in ('dissatisfied', 'very_dissatisfied')", better="lower",
)  # fmt: skip


def _with_weights(**weights: float) -> Rate:
    """The satisfaction rate with other weights for these answers than the site's."""

    def points(name: str, other: str, power: int) -> Metric:
        told = " ".join(f"when '{answer}' then {round(weight**power, 9)}" for answer, weight in weights.items())
        return replace(satisfaction, name=name, sql=f"sum(case satisfaction {told} else {other} end)")

    return replace(
        satisfaction_rate, part=points("_points", "weight", 1), squares=points("_squares", "weight * weight", 2)
    )


def _weighing(contact: float, solved: float, satisfied: float) -> Formula:
    """The composite with other weights than the site's."""
    return replace(composite, formula=partial(_composite, Composite(contact, solved, satisfied)), setting="")


VARIANTS: dict[str, dict[str, Measure]] = {
    "satisfaction_rate": {
        "mostly=0.6": _with_weights(mostly=0.6), "mostly=0.8": _with_weights(mostly=0.8),
        "mostly=0.9": _with_weights(mostly=0.9), "mostly=1": _with_weights(mostly=1),
        "mostly=0.8,neutral=0.6": _with_weights(mostly=0.8, neutral=0.6),
    },
    "composite": {"10/50/40": _weighing(0.1, 0.5, 0.4), "30/35/35": _weighing(0.3, 0.35, 0.35)},
}  # fmt: skip
