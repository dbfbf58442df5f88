"""What was done besides tickets: activities, visits, and the organisations' turns."""

from board.metrics.catalog.workload import per_head, stewards_serving
from board.metrics.model import Clock, Formula, Mart, Metric, Rate

ACTIVITY = Mart("activity", ("site", "community", "lane", "kind", "network", "organisation", "steward"))
DUTY = Mart("duty", ("site", "community", "lane", "organisation"))
STARTED = Clock("act", "started_day", "started_at")
ENDED = Clock("duty", "last_day", only="has_ended")

activities = Metric(
    "activities", "Activities", "Activities begun in the period, home visits and patrols left out.", ACTIVITY, STARTED,
    only="not is_visit",
)  # fmt: skip
visits = Metric(
    "visits", "Visits", "Home visits and patrols begun in the period.", ACTIVITY, STARTED,
    only="is_visit",
)  # fmt: skip
participants = Metric(
    "participants", "Participants", "People who took part, once for each activity or visit.", ACTIVITY, STARTED,
    "sum(participants)", "participants <> 0",
)  # fmt: skip
beneficiaries = Metric(
    "beneficiaries", "Beneficiaries", "People who were served, once for each activity or visit.", ACTIVITY, STARTED,
    "sum(beneficiaries)", "beneficiaries <> 0",
)  # fmt: skip
organisations = Metric(
    "organisations", "Organisations", "Different organisations that held an activity in the period.", ACTIVITY, STARTED,
    "count(distinct nullif(host, ''))",
)  # fmt: skip
networks = Metric(
    "networks", "Networks", "Different networks under which an activity was held in the period.", ACTIVITY, STARTED,
    "count(distinct case when network <> 'unknown' then network end)",
)  # fmt: skip
visits_per_steward = Formula(
    "visits_per_steward", "Visits per steward",
    "Visits for each steward on average in the period, those at places without stewards among them.",
    (visits, stewards_serving), per_head, "visits / stewards_serving",
)  # fmt: skip
turns = Metric(
    "turns", "Turns ended", "Turns of an organisation in a unit that ended in the period.", DUTY, ENDED,
)  # fmt: skip
turns_kept = Metric(
    "turns_kept", "Turns kept",
    "Turns ended in the period in which the organisation held an activity or visit in the unit or below it.",
    DUTY, ENDED, only="is_kept",
)  # fmt: skip
rotation_kept = Rate(
    "rotation_kept", "Rotation kept",
    "The share of ended turns in which the organisation held an activity or visit there.",
    turns_kept, turns, better="higher",
)  # fmt: skip
