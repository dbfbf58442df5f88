"""Data quality: whether these numbers can be trusted, and what is missing."""

from board.ui import blocks, ledger, records, shell

view = shell.open("Data quality", "Whether these numbers can be trusted, and what is missing.")

# Do we get what was published?
records.totals(view)

# What came in, and what was held back?
records.loads(view)
records.files(view)
records.held(view)
records.waiting(view)

# Which tickets were taken out, by whom and why, and what does that do to the rates?
ledger.exclusions(view, ["received", "resolution_rate", "on_time_rate", "self_rate", "escalation_rate",
                         "first_response_rate", "reopen_rate", "repeat_rate", "coverage", "satisfaction_rate",
                         "solved_rate", "contact_rate"])  # fmt: skip

# What looks odd among what was loaded?
blocks.kpis(view, ["quick", "closed_unsettled"])
