"""Glossary: what every number means."""

from board.ui import records, shell

view = shell.open("Glossary", "What every number means.")

# What does it count, and when?
records.meanings(view)
