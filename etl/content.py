"""What is in a file: the hash of its bytes, taken anew only when the disk says that it may be another."""

import time
from dataclasses import astuple, dataclass
from hashlib import file_digest
from pathlib import Path

SETTLED = 3_000_000_000  # nanoseconds; some disks keep times to two seconds only


@dataclass(frozen=True)
class State:
    """What tells, without reading it, that a file is not the one it was: its size in bytes, when its bytes and when
    anything about it changed (nanoseconds), and which of the disk's files it is."""

    size: int
    modified: int
    changed: int
    number: int

    @property
    def told(self) -> str | None:
        """In one text, as the run log keeps it; none where the file changed so lately that it may do so again without
        showing it."""
        if time.time_ns() - max(self.modified, self.changed) < SETTLED:
            return None
        return " ".join(map(str, astuple(self)))


def state(path: Path) -> State:
    """How a file stands now. Raises OSError."""
    stat = path.stat()
    return State(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


class Content:
    """A file as it was found. Raises OSError when it cannot be opened."""

    def __init__(self, path: Path, known: dict[str, str]) -> None:
        """`known`: told state → hash, of files read before."""
        self.path = path
        self.state = state(path)
        self.told = self.state.told  # before it is read: what changes then shows
        self._hash = known.get(self.told) if self.told else None
        with path.open("rb"):
            pass

    def hash(self, told: str | None = None) -> str:
        """SHA-256 of its bytes, in hexadecimal; they are read once, when it is first asked for, or not at all where
        it is `told`. Raises OSError."""
        if self._hash is None:
            self._hash = told or self._read()
        return self._hash

    def _read(self) -> str:
        with self.path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
