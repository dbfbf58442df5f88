"""The door: one call."""

from board.ui import shell
from etl.opening import build_sample

shell.run(build_sample)
