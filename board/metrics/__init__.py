"""What the numbers mean: every metric defined once, asked in one way."""
