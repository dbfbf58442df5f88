"""The house itself: units, and the people appointed to them."""

from board.metrics.catalog.workload import APPOINTED, APPOINTMENT, STANDING, UNIT
from board.metrics.model import Clock, Metric, Rate

MARKED = "case when count({mark}) > 0 then count(distinct case when {mark} then person end) end"  # null: not known
LANES = Clock("end", "open_from", until="open_until", only="is_lane")

units = Metric(
    "units", "Units", "Units of the site open at the end of the period.", UNIT, STANDING,
)  # fmt: skip
lanes = Metric(
    "lanes", "Lanes", "Units that play the lane, open at the end of the period.", UNIT, LANES,
)  # fmt: skip
lanes_outside = Metric(
    "lanes_outside", "Lanes outside their size",
    "Lanes with fewer or more households than the site says a lane should have.", UNIT, LANES,
    only="is_outside", better="lower", settings=("lane_households",),
)  # fmt: skip
stewards = Metric(
    "stewards", "Stewards", "Different people appointed at the end of the period.", APPOINTMENT, APPOINTED,
    "count(distinct person)",
)  # fmt: skip
party = Metric(
    "party", "Party members", "Different people appointed who are party members.", APPOINTMENT, APPOINTED,
    MARKED.format(mark="is_party"), needs_rows=True,
)  # fmt: skip
party_share = Rate(
    "party_share", "Party members' share", "The share of the people appointed who are party members.", party, stewards,
)  # fmt: skip
retired = Metric(
    "retired", "Retired cadres", "Different people appointed who are retired cadres.", APPOINTMENT, APPOINTED,
    MARKED.format(mark="is_retired"), needs_rows=True,
)  # fmt: skip
retired_share = Rate(
    "retired_share", "Retired cadres' share", "The share of the people appointed who are retired cadres.",
    retired, stewards,
)  # fmt: skip
