"""Escalation: what stewards settle themselves, and what goes up the ladder."""

from board.ui import blocks, shell

view = shell.open("Escalation", "What stewards settle themselves, and what goes up the ladder.")

# How much was settled below, how much went up?
blocks.kpis(view, ["received", "self_resolved", "escalated", "in_hand", "self_rate", "escalation_rate"])

# How do the parts move?
blocks.parts(view, ["self_resolved", "escalated", "in_hand"])

left, right = blocks.halves()

# How high does it go?
with left:
    blocks.ranking(view, "escalated", "highest_tier", colours=True)

# From which side did it come?
with right:
    blocks.ranking(view, "escalated", "entry")

# Who and what goes up most?
by = blocks.choose(view, ["category", "community", "lane", "channel"])
blocks.ranking(view, "escalation_rate", by)
blocks.table(view, ["received", "self_resolved", "escalated", "in_hand", "self_rate", "escalation_rate"], by)
