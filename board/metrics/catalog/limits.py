"""Whether limits were kept: due, on time in three readings, overdue."""

from board.metrics.catalog.tickets import REPORTED, RESOLVED, TICKET
from board.metrics.model import Clock, Measure, Metric, Rate

DUE = Clock("due", "due_day", "due_at", only="is_due")
AHEAD = Clock("due", "due_day", "due_at", ahead=True, only="due_at is not null and not is_due")
LIMITS = ("limits",)
OVERDUE = Clock("end", "overdue_from", until="overdue_until")

due = Metric(
    "due", "Due", "Valid tickets whose limit falls in the period and has passed.", TICKET, DUE, settings=LIMITS,
)  # fmt: skip
on_time = Metric(
    "on_time", "On time", "Of the tickets due in the period, those that met their limit.", TICKET, DUE,
    only="on_time", settings=LIMITS,
)  # fmt: skip
on_time_rate = Rate(
    "on_time_rate", "On-time rate", "Of the tickets due in the period, settled or not, the share that met their limit.",
    on_time, due, better="higher",
)  # fmt: skip
settled_with_limit = Metric(
    "settled_with_limit", "Settled, with a limit", "Tickets with a limit settled in the period.", TICKET, RESOLVED,
    only="due_at is not null", settings=LIMITS,
)  # fmt: skip
settled_on_time = Metric(
    "settled_on_time", "Settled, on time", "Tickets with a limit settled in the period that met it.", TICKET, RESOLVED,
    only="on_time", settings=LIMITS,
)  # fmt: skip
on_time_rate_a = Rate(
    "on_time_rate_a", "On-time rate A (settled)",
    "Of the tickets with a limit settled in the period, the share that met it; what is still overdue is left out.",
    settled_on_time, settled_with_limit, better="higher",
)  # fmt: skip
received_with_limit = Metric(
    "received_with_limit", "Received, with a limit", "Tickets with a limit received in the period.", TICKET, REPORTED,
    only="due_at is not null", settings=LIMITS,
)  # fmt: skip
received_on_time = Metric(
    "received_on_time", "Received, on time", "Tickets with a limit received in the period that met it.",
    TICKET, REPORTED, only="on_time", settings=LIMITS,
)  # fmt: skip
on_time_rate_c = Rate(
    "on_time_rate_c", "On-time rate C (received)",
    "Of the tickets with a limit received in the period, the share that met it; what is not yet due counts as not met.",
    received_on_time, received_with_limit, better="higher",
)  # fmt: skip
_first = "on_time_first"
_on_time_first = Metric("_on_time_first", "", "", TICKET, DUE, only=_first, settings=LIMITS)
_settled_on_time_first = Metric("_settled_on_time_first", "", "", TICKET, RESOLVED, only=_first, settings=LIMITS)
_received_on_time_first = Metric("_received_on_time_first", "", "", TICKET, REPORTED, only=_first, settings=LIMITS)
on_time_rate_a0 = Rate(
    "on_time_rate_a0", "On-time rate A0 (settled, first limit)",
    "Of the tickets with a limit settled in the period, the share that met the first limit, without extensions.",
    _settled_on_time_first, settled_with_limit, better="higher",
)  # fmt: skip
on_time_rate_b0 = Rate(
    "on_time_rate_b0", "On-time rate B0 (due, first limit)",
    "Of the tickets due in the period, settled or not, the share that met the first limit, without extensions.",
    _on_time_first, due, better="higher",
)  # fmt: skip
on_time_rate_c0 = Rate(
    "on_time_rate_c0", "On-time rate C0 (received, first limit)",
    "Of the tickets with a limit received in the period, the share that met the first limit, without extensions.",
    _received_on_time_first, received_with_limit, better="higher",
)  # fmt: skip
overdue = Metric(
    "overdue", "Overdue",
    "Open tickets at the end of the period whose limit has passed while what it asks for had not happened yet.",
    TICKET, OVERDUE, better="lower", warns=True, settings=LIMITS,
)  # fmt: skip
falling_due = Metric(
    "falling_due", "Falling due",
    "Tickets whose limit lies in the period and ahead of the data's date, and that have not met it yet.", TICKET, AHEAD,
    only="met_at is null", settings=LIMITS,
)  # fmt: skip
VARIANTS: dict[str, dict[str, Measure]] = {
    "on_time_rate": {
        "A": on_time_rate_a, "B": on_time_rate, "C": on_time_rate_c,
        "A0": on_time_rate_a0, "B0": on_time_rate_b0, "C0": on_time_rate_c0,
    }
}  # fmt: skip
