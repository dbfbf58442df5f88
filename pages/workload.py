"""Workload: how much falls on each lane and steward."""

from board.ui import blocks, shell

view = shell.open("Workload", "How much falls on each lane and steward.")

# How much is there for each?
blocks.kpis(
    view,
    [
        "received", "open", "per_steward", "open_per_steward", "per_100_households", "visits_per_steward", "stewards",
        "lanes",
    ],
)  # fmt: skip

by = blocks.choose(view, ["lane", "community"])
left, right = blocks.halves()

# Who carries most?
with left:
    blocks.ranking(view, "received", by)

# Who carries most for the homes there are?
with right:
    blocks.ranking(view, "per_100_households", by)

# All the numbers, to sort and take away
blocks.table(
    view, ["received", "open", "overdue", "households", "per_100_households", "per_steward", "visits", "activities"], by
)
