"""A file as it lies there, or each file packed inside it."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from etl.read.table import Unreadable, cannot_open

LARGEST = 2**33  # bytes a packed file may unfold to
DENSEST = 500  # times its own size; honest text shrinks by less
SMALL = 2**20  # bytes that do no harm however dense they are
HEAD = 2**16
LOCKED = 1  # the flag of a member that is packed with a password
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError)


@contextmanager
def _telling() -> Iterator[None]:
    """Refuse a file that cannot be opened or unpacked, with one sentence. Raises Unreadable."""
    try:
        yield
    except BROKEN as error:
        raise Unreadable("The archive is damaged: {why}.", why=error) from error
    except OSError as error:
        raise cannot_open(error) from error


@dataclass(frozen=True)
class Part:
    """One table: a file, or a member of an archive."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """The name patterns are matched against."""
        return self.member.rpartition("/")[2] or self.path.name

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The bytes, from the beginning. Raises Unreadable."""
        with _telling(), self._stream() as stream:
            yield stream

    @contextmanager
    def _stream(self) -> Iterator[BinaryIO]:
        if not self.member:
            with self.path.open("rb") as stream:
                yield stream
        elif self.path.suffix.lower() == ".gz":
            most = min(LARGEST, max(SMALL, DENSEST * self.path.stat().st_size))
            with gzip.open(self.path) as stream:
                yield io.BufferedReader(_Bounded(stream, most))
        else:
            with zipfile.ZipFile(self.path) as archive:
                entry = next(entry for entry in archive.infolist() if _name(entry) == self.member)
                if entry.flag_bits & LOCKED:
                    raise Unreadable("The archive is locked with a password; pack it again without one.")
                with archive.open(entry) as inside:
                    yield inside  # type: ignore[misc]

    def head(self) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(HEAD)

    def content(self) -> bytes:
        """All bytes at once; for formats that cannot be read from a stream."""
        with self.open() as stream:
            return stream.read()


class _Bounded(io.RawIOBase):
    """A stream that stops when it has unfolded to more than it may."""

    def __init__(self, stream: gzip.GzipFile, most: int) -> None:
        self.stream, self.left = stream, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        taken = self.stream.readinto(buffer)
        self.left -= taken
        if self.left < 0:
            raise _too_large()
        return taken


def bounded(size: int, packed: int, largest: int) -> None:
    """Raises Unreadable when an archive unfolds to more bytes than it may."""
    if size > largest or size > max(SMALL, DENSEST * packed):
        raise _too_large()


def _too_large() -> Unreadable:
    return Unreadable("The archive unfolds to more than a table can be; it was not opened.")


def parts(path: Path) -> list[Part]:
    """The tables in a file: itself, or the members of a zip or gzip. Raises Unreadable."""
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return [Part(path, path.stem)]
    if suffix != ".zip":
        return [Part(path)]
    with _telling(), zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    wanted = [entry for entry in entries if not _is_litter(_name(entry))]
    bounded(sum(entry.file_size for entry in wanted), sum(entry.compress_size for entry in wanted), LARGEST)
    names = [_name(entry) for entry in wanted]
    if len(set(names)) < len(names):
        raise Unreadable("The archive holds two files of one name.")
    return [Part(path, name) for name in names]


def _is_litter(name: str) -> bool:
    """Whether a system left a file beside those that were packed."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith((".", "~$"))


def _name(entry: zipfile.ZipInfo) -> str:
    """Its path in the archive, as paths are written."""
    return PurePosixPath(_said(entry)).as_posix()


def _said(entry: zipfile.ZipInfo) -> str:
    """Chinese Windows packs names in its own code page and does not say so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return entry.filename
