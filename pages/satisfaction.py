"""Satisfaction: what residents answered when they were asked."""

from board.ui import blocks, shell

view = shell.open("Satisfaction", "What residents answered when they were asked.")

# How content are they, and how many were asked?
blocks.kpis(view, ["callbacks", "coverage", "satisfaction_rate", "contact_rate", "solved_rate", "dissatisfied"])

# Is it getting better?
blocks.trend(view, ["satisfaction_rate", "solved_rate", "coverage"])

# Where are they least content?
by = blocks.choose(view, ["category", "community", "lane", "channel", "highest_tier"])
blocks.ranking(view, "dissatisfied", by)

# All the numbers, to sort and take away
blocks.table(view, ["callbacks", "satisfaction_rate", "contact_rate", "solved_rate", "dissatisfied"], by)
