"""The key that personal values are hashed with: LANE_BOARD_KEY, else a file made on first use."""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from board.core.words import Told

SHORTEST = 32
MADE_WITH = "select key_mark from run.load order by load_id desc limit 1"  # its mark


class BadKey(Told):
    """A key that nothing can be hashed with."""


def key(data: Path, made_with: str | None) -> str:
    """What personal values are hashed with, in 32 hex digits: few enough that most are hashed in one block. Made of the
    data folder's key, by default a file of 64 hex digits, readable by its owner alone. `made_with`: the mark of the one
    that the version was made with; None where there is no version, so that a file may be made. Raises BadKey, also for
    another one: people and held rows in the version would meet those that come no more."""
    given, file = os.environ.get("LANE_BOARD_KEY"), data / "warehouse" / "key"
    if not given and not file.exists() and made_with is None:
        _make(file)
    kept = _checked(given) if given else _kept(file) if file.exists() else ""
    secret = sha256(kept.encode()).hexdigest()[:32]
    if made_with not in (None, mark(secret)):
        raise BadKey(
            "The key (LANE_BOARD_KEY, or data/warehouse/key) is not the one that the version was made with: put that "
            "back, or make everything anew with: python -m etl rebuild"
        )
    return secret


def _checked(given: str) -> str:
    if not given.strip() or not given.isprintable():
        raise BadKey("LANE_BOARD_KEY is blank, or no text in UTF-8; set another, or none.")
    return given


def _make(file: Path) -> None:
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as made:
        made.write(secrets.token_hex(32))
    os.replace(new, file)  # whole or not at all


def _kept(file: Path) -> str:
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
