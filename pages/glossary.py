"""Glossary: what every number means."""

from board.ui import meanings, shell

view = shell.open("Glossary", "What every number means.")

# What does it count, and when?
meanings.every_metric(view)
