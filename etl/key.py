"""The key that personal values are hashed with: LANE_BOARD_KEY, else a file made on first use."""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from board.core.words import Told

SHORTEST = 32


class BadKey(Told):
    """A key that nothing can be hashed with."""


def key(data: Path) -> str:
    """The data folder's key, 64 hex digits, readable by its owner alone. Raises BadKey."""
    given = os.environ.get("LANE_BOARD_KEY")
    if given:
        if not given.strip() or not given.isprintable():
            raise BadKey("LANE_BOARD_KEY is blank, or no text in UTF-8; set another, or none.")
        return given
    file = data / "warehouse" / "key"
    if not file.exists():
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as made:
            made.write(secrets.token_hex(32))
        os.replace(new, file)  # whole or not at all
    kept = file.read_bytes().strip()
    if len(kept) < SHORTEST or not kept.isascii():
        raise BadKey(
            "The key in {file} is damaged; put back the one that was saved, or remove it and rebuild.", file=file
        )
    return kept.decode()


def mark(secret: str) -> str:
    """What a version keeps of the key it was made with, so that another one is noticed."""
    return sha256(f"lane board/{secret}".encode()).hexdigest()[:16]


def is_exposed(data: Path) -> bool:
    """Whether others than its owner may read the file that the key lies in."""
    file = data / "warehouse" / "key"
    return os.name == "posix" and file.exists() and bool(file.stat().st_mode & 0o077)
