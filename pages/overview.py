"""Overview: what came in, what was settled, and what needs a decision."""

from board.ui import blocks, news, shell

view = shell.open("Overview", "What came in, what was settled, and what needs a decision.")

# How are we doing, against the period before?
blocks.kpis(
    view,
    ["received", "resolved", "on_time_rate", "self_rate", "satisfaction_rate", "open", "overdue", "hours_median"],
)

left, right = blocks.halves()

# What changed?
with left:
    news.changes(view)

# What needs me?
with right:
    news.decisions(view, ["overdue", "dissatisfied", "repeated", "closed_unsettled"])

left, right = blocks.halves()

with left:
    # What comes in, what goes out, and what stays?
    blocks.trend(view, ["received", "resolved", "open"])

    # Where is it stuck?
    blocks.ranking(view, "open", "tier", colours=True)

    # Where does most come from?
    blocks.ranking(view, "received", "lane")

with right:
    # Who settles it: the stewards themselves, or those above them?
    blocks.parts(view, ["self_resolved", "escalated", "in_hand"])

    # What is it about?
    blocks.ranking(view, "received", "category")
