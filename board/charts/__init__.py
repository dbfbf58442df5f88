"""Frame in, Plotly figure out; one theme for page and report."""
