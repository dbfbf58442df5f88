"""What the log of steps alone tells: settlements that did not last, and deliberation step by step."""

from dataclasses import replace

from board.metrics.model import TICKET_DIMENSIONS, Clock, Mart, Measure, Metric, Rate

CYCLE = Mart("cycle", TICKET_DIMENSIONS)
DELIBERATION = Mart("deliberation", TICKET_DIMENSIONS)
SETTLED = Clock("settlement", "settled_day", "settled_at", only="settled_day is not null")
STEPPED = Clock("event", "happened_day", "happened_at")
PROPOSED = Clock("proposal", "happened_day", "happened_at", only="event = 'proposed'")
WINDOWS = (7, 15, 30, 60, 90)  # days that offices count reopenings by

settlements = Metric(
    "settlements", "Settlements",
    "Settlements made in the period by the log of steps, whether or not they still stand.", CYCLE, SETTLED,
    only="settled_at <= {cut}", ripens=True, site_has="steps",
)  # fmt: skip
reopened = Metric(
    "reopened", "Reopened", "Of the settlements made in the period, those reopened within the site's days.",
    CYCLE, SETTLED, only="is_reopened and settled_at <= {cut} and reopened_at <= {cut}",
    better="lower", ripens=True, site_has="steps", settings=("reopen_days",),
)  # fmt: skip
reopen_rate = Rate(
    "reopen_rate", "Reopening rate",
    "The share of the settlements made in the period that were reopened within the site's days.",
    reopened, settlements, better="lower", ripens=True,
)  # fmt: skip


def _step(event: str, label: str, about: str) -> Metric:
    return Metric(
        event, label, about, DELIBERATION, STEPPED, only=f"event = '{event}'", site_has="steps",
    )  # fmt: skip


proposed = _step("proposed", "Proposed", "Tickets first proposed for deliberation in the period.")
assessed = _step("assessed", "Needs assessed", "Tickets whose needs were first assessed in the period.")
deliberated = _step("deliberated", "Deliberated", "Tickets first deliberated on in the period.")
decided = _step("decided", "Decided", "Tickets first decided on together in the period.")
evaluated = _step("evaluated", "Evaluated", "Tickets whose effect was first evaluated in the period.")
_MADE = "happened_at <= {cut}"
_proposed = replace(proposed, name="_proposed", clock=PROPOSED, only=_MADE, ripens=True)


def _of_proposed(step: Metric, label: str, about: str) -> Rate:
    """The share of the proposed that got as far as a step, whenever that was."""
    part = replace(_proposed, name=f"_proposed_and_{step.name}", only=f"{_MADE} and {step.name}_at <= {{cut}}")
    return Rate(f"{step.name}_share", label, about, part, _proposed, ripens=True)


assessed_share = _of_proposed(
    assessed, "Proposals assessed", "Of the tickets proposed in the period, the share whose needs were assessed.",
)  # fmt: skip
deliberated_share = _of_proposed(
    deliberated, "Proposals deliberated", "Of the tickets proposed in the period, the share that were deliberated on.",
)  # fmt: skip
decided_share = _of_proposed(
    decided, "Proposals decided", "Of the tickets proposed in the period, the share that were decided on together.",
)  # fmt: skip
evaluated_share = _of_proposed(
    evaluated, "Proposals evaluated", "Of the tickets proposed in the period, the share whose effect was evaluated.",
)  # fmt: skip


def _within(days: int) -> Rate:
    """The reopening rate with another window than the site's."""
    soon = f"reopened_at <= settled_at + interval '{days}' day"
    part = replace(
        reopened, name="_reopened",
        only=f"{soon} and settled_at <= {{cut}} and reopened_at <= {{cut}}", settings=(),
    )  # fmt: skip
    return replace(reopen_rate, part=part)


VARIANTS: dict[str, dict[str, Measure]] = {"reopen_rate": {str(days): _within(days) for days in WINDOWS}}
