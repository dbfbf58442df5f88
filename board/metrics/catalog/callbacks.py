"""What residents answered when they were asked afterwards."""

from board.metrics.catalog.tickets import RESOLVED, TICKET
from board.metrics.model import Clock, Metric, Rate

ASKED = Clock("asked", "asked_day", "asked_at", only="asked_day is not null")

callbacks = Metric(
    "callbacks", "Call-backs",
    "Residents who answered when asked; of each ticket the last call-back that was answered counts.", TICKET, ASKED,
)  # fmt: skip
called_back = Metric(
    "called_back", "Resolved and called back", "Tickets settled in the period with a call-back by the data's date.",
    TICKET, RESOLVED, "count(*) filter (where called_at <= {cut} and resolved_at <= {cut})", ripens=True,
)  # fmt: skip
_resolved = Metric(
    "_resolved", "Resolved", "Resolved, as far as settled up to the moment looked at.", TICKET, RESOLVED,
    "count(*) filter (where resolved_at <= {cut})", ripens=True,
)  # fmt: skip
coverage = Rate(
    "coverage", "Call-back coverage", "Of the tickets settled in the period, the share with a valid call-back.",
    called_back, _resolved, better="higher", ripens=True,
)  # fmt: skip
asked_contact = Metric(
    "asked_contact", "Asked about contact", "Call-backs in which the resident said whether the handler was in touch.",
    TICKET, ASKED, "count(contacted)",
)  # fmt: skip
contacted = Metric(
    "contacted", "Contacted", "Call-backs in which the resident said the handler had been in touch.",
    TICKET, ASKED, "count(*) filter (where contacted)",
)  # fmt: skip
contact_rate = Rate(
    "contact_rate", "Contact rate", "Of the residents who answered it, the share the handler had been in touch with.",
    contacted, asked_contact, better="higher",
)  # fmt: skip
asked_solved = Metric(
    "asked_solved", "Asked whether solved", "Call-backs in which the resident said whether the matter was solved.",
    TICKET, ASKED, "count(solved)",
)  # fmt: skip
solved = Metric(
    "solved", "Solved", "Call-backs in which the resident said the matter was solved.", TICKET, ASKED,
    "count(*) filter (where solved)",
)  # fmt: skip
solved_rate = Rate(
    "solved_rate", "Solved rate", "Of the residents who answered it, the share who said the matter was solved.",
    solved, asked_solved, better="higher",
)  # fmt: skip
rated = Metric(
    "rated", "Rated", "Call-backs in which the resident said how satisfied they were.", TICKET, ASKED,
    "count(*) filter (where is_rated)",
)  # fmt: skip
satisfaction = Metric(
    "satisfaction", "Satisfaction points", "The answers' weights, added up: as configured for the site.",
    TICKET, ASKED, "sum(weight)", unit="score",
)  # fmt: skip
satisfaction_rate = Rate(
    "satisfaction_rate", "Satisfaction rate", "The weights of the answers divided by the residents who gave one.",
    satisfaction, rated, better="higher",
)  # fmt: skip
dissatisfied = Metric(
    "dissatisfied", "Dissatisfied", "Call-backs in which the resident was dissatisfied or very dissatisfied.",
    TICKET, ASKED, "count(*) filter (where is_dissatisfied)", better="lower",
)  # fmt: skip
