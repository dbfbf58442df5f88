"""Workload: how much falls on each lane and steward."""

from board.ui import blocks, shell

view = shell.open("Workload", "How much falls on each lane and steward.")

# How much is there for each?
blocks.kpis(
    view,
    [
        "received",
        "open",
        "per_steward",
        "open_per_steward",
        "per_100_households",
        "visits_per_steward",
        "stewards",
        "lanes",
    ],
)

# Who carries most?
by = blocks.choose(view, ["lane", "community"])
blocks.ranking(view, "received", by)
blocks.ranking(view, "per_100_households", by)

# All the numbers, to sort and take away
blocks.table(
    view, ["received", "open", "overdue", "households", "per_100_households", "per_steward", "visits", "activities"], by
)
