"""Everything the pages are made of, one room a trade."""
