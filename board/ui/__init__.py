"""The screen: the frame every page stands in, and the blocks it is made of."""
