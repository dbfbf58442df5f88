"""Resolution: how much is settled, how fast, and within its limit."""

from board.ui import blocks, runway, shell

view = shell.open("Resolution", "How much is settled, how fast, and within its limit.")

# How are we doing, against the period before?
blocks.kpis(
    view, ["received", "resolved", "resolution_rate", "on_time_rate", "hours_median", "hours_p90", "open", "overdue"]
)

left, right = blocks.halves()

# Is it getting better?
with left:
    blocks.trend(view, ["resolution_rate", "on_time_rate"])

# What must be done next?
with right:
    runway.runway(view)

by = blocks.choose(view, ["community", "lane", "category", "channel", "class"])
left, right = blocks.halves()

# Where is it settled in time, and where not?
with left:
    blocks.ranking(view, "on_time_rate", by)

# Where does it take long?
with right:
    blocks.ranking(view, "hours_median", by)

# All the numbers, to sort and take away
blocks.table(
    view,
    ["received", "resolved", "resolution_rate", "on_time_rate", "on_time_rate_a", "overdue", "hours_median"],
    by,
)
