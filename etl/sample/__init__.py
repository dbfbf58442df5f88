"""The five sample sites' exports."""


def write(a, b, c):
    return []
