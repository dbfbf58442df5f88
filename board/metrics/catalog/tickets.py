"""What came in, what was settled, by whom, and how long it took."""

from board.metrics.model import TICKET_DIMENSIONS, Clock, Mart, Metric, Rate

TICKET = Mart("ticket", TICKET_DIMENSIONS)
REPEAT = Mart("repeat", TICKET_DIMENSIONS)
REPORTED = Clock("rec", "reported_day", "reported_at")
RESOLVED = Clock("res", "resolved_day", "resolved_at", only="resolved_day is not null")
OPEN = Clock("end", "reported_day", until="open_until")

THERE = "reported_at <= {cut}"
UP = "(escalated_from is not null and escalated_from <= {cut})"
SETTLED = "(resolved_at is not null and resolved_at <= {cut})"


def _outcome(name: str, label: str, about: str, condition: str, better: str = "neither") -> Metric:
    """A count of tickets of sites with a ladder; null where there are tickets and none has an outcome."""
    only = f"outcome <> 'not_applicable' and {THERE} and {condition}"
    sql = f"sum(case when outcome = 'not_applicable' then null when {only} then 1 else 0 end)"
    return Metric(name, label, about, TICKET, REPORTED, sql, only, better=better, ripens=True, site_has="ladder",
                  settings=("ladder",))  # fmt: skip


received = Metric(
    "received", "Received", "Valid tickets reported in the period.", TICKET, REPORTED,
)  # fmt: skip
resolved = Metric(
    "resolved", "Resolved", "Valid tickets whose standing settlement falls in the period.", TICKET, RESOLVED,
)  # fmt: skip
open_ = Metric(
    "open", "Open", "Valid tickets reported by the end of the period and not settled by then.", TICKET, OPEN,
    better="lower",
)  # fmt: skip
_received = Metric(
    "_received", "Received", "Received, as far as reported up to the moment looked at.", TICKET, REPORTED,
    only=THERE, ripens=True,
)  # fmt: skip
settled = Metric(
    "settled", "Settled of those received", "Of the tickets received in the period, those settled by the data's date.",
    TICKET, REPORTED, only=SETTLED, ripens=True,
)  # fmt: skip
resolution_rate = Rate(
    "resolution_rate", "Resolution rate", "The share of the tickets received in the period settled by the data's date.",
    settled, _received, better="higher", ripens=True,
)  # fmt: skip
with_outcome = Metric(
    "with_outcome", "With an outcome", "Received tickets of sites that have a ladder of tiers.", TICKET, REPORTED,
    only=f"outcome <> 'not_applicable' and {THERE}", ripens=True, settings=("ladder",),
)  # fmt: skip
self_resolved = _outcome(
    "self_resolved", "Self-resolved",
    "Received tickets settled by the steward, neither come from above nor ever above the steward.",
    f"not {UP} and {SETTLED}",
)  # fmt: skip
self_rate = Rate(
    "self_rate", "Self-resolved share",
    "The share of received tickets settled by the steward, neither come from above nor ever above.",
    self_resolved, with_outcome, ripens=True,
)  # fmt: skip
escalated = _outcome(
    "escalated", "Escalated",
    "Received tickets that came from above or were above the steward at any time, wherever they were settled.",
    UP,
)  # fmt: skip
escalation_rate = Rate(
    "escalation_rate", "Escalated share",
    "The share of received tickets that came from above or were above the steward at any time.",
    escalated, with_outcome, ripens=True,
)  # fmt: skip
in_hand = _outcome(
    "in_hand", "In hand",
    "Received tickets the steward still holds: not settled, neither come from above nor ever above the steward.",
    f"not {UP} and not {SETTLED}", better="lower",
)  # fmt: skip
hours_median = Metric(
    "hours_median", "Median time to settle", "Half of the tickets settled in the period took at most this long.",
    TICKET, RESOLVED, "quantile(minutes, 0.5)", unit="hours", per=60, better="lower",
    n=resolved,
)  # fmt: skip
days_median = Metric(
    "days_median", "Median working days to settle",
    "Half of the tickets settled in the period took at most so many working days after the day of receipt.",
    TICKET, RESOLVED, "quantile(working_days, 0.5)", unit="number", better="lower", n=resolved,
)  # fmt: skip
hours_p90 = Metric(
    "hours_p90", "90th percentile of time to settle",
    "Nine in ten of the tickets settled in the period took at most this long.",
    TICKET, RESOLVED, "quantile(minutes, 0.9)", unit="hours", per=60, better="lower",
    n=resolved,
)  # fmt: skip
answerable = Metric(
    "answerable", "Received where responses are told",
    "Tickets received in the period from a source that tells first responses.", TICKET, REPORTED,
    only=f"is_answerable and {THERE}", ripens=True, site_has="answers",
)  # fmt: skip
answered_in_time = Metric(
    "answered_in_time", "Answered within a working day",
    "Of these, the tickets whose first response came by the end of the first working day after the day of receipt.",
    TICKET, REPORTED, only="is_answerable and is_answered_in_time and answered_at <= {cut}",
    ripens=True, site_has="answers",
)  # fmt: skip
first_response_rate = Rate(
    "first_response_rate", "First response in time",
    "The share of the tickets received in the period that had a first response within one working day.",
    answered_in_time, answerable, better="higher", ripens=True,
)  # fmt: skip
with_reporter = Metric(
    "with_reporter", "Received with a reporter", "Tickets received in the period of which it is known who reported.",
    TICKET, REPORTED, only="has_reporter",
)  # fmt: skip
repeated = Metric(
    "repeated", "Repeated", "Tickets whose reporter had reported the same category within the site's days before.",
    REPEAT, REPORTED, only="is_repeat", better="lower", settings=("repeat_days",),
)  # fmt: skip
repeat_rate = Rate(
    "repeat_rate", "Repeat rate",
    "The share of the tickets with a reporter who had reported the same category within the site's days before.",
    repeated, with_reporter, better="lower",
)  # fmt: skip
quick = Metric(
    "quick", "Settled within 10 minutes", "Tickets settled in the period less than ten minutes after their report.",
    TICKET, RESOLVED, only="is_quick",
)  # fmt: skip
closed_unsettled = Metric(
    "closed_unsettled", "Closed, never settled", "Received tickets closed without a settlement; they stay open.",
    TICKET, REPORTED, only="is_closed_unsettled", better="lower",
)  # fmt: skip
