"""Raw files into one trustworthy warehouse: read, map, judge, merge, mart, publish."""
