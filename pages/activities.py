"""Activities: what lanes, stewards and organisations do besides tickets."""

from board.ui import blocks, shell

view = shell.open("Activities and turns", "What lanes, stewards and organisations do besides tickets.")

# How much is done, and for how many?
blocks.kpis(
    view,
    ["activities", "visits", "participants", "beneficiaries", "rotation_kept", "organisations", "networks", "proposed"],
)

left, right = blocks.halves()

with left:
    # Does it keep its pace, and do visits go with tickets?
    blocks.trend(view, ["activities", "visits", "received"])

    # Of what kind?
    blocks.ranking(view, "activities", "kind")

with right:
    # How far do proposals get?
    blocks.steps(view, ["assessed_share", "deliberated_share", "decided_share", "evaluated_share"])

    # Under which network?
    blocks.ranking(view, "activities", "network")

    # Who kept its turn?
    blocks.ranking(view, "rotation_kept", "organisation")

by = blocks.choose(view, ["lane", "community"])

# All the numbers, to sort and take away
blocks.table(view, ["activities", "visits", "participants", "beneficiaries", "received", "rotation_kept"], by)
