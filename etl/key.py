"""The key that personal values are hashed with: LANE_BOARD_KEY, else a file made on first use."""

import os
import secrets
from pathlib import Path


def key(data: Path) -> str:
    """The data folder's key, 64 hex digits, readable by its owner alone."""
    given = os.environ.get("LANE_BOARD_KEY")
    if given:
        return given
    file = data / "warehouse" / "key"
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as made:
            made.write(secrets.token_hex(32))
    return file.read_text().strip()
