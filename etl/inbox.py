"""Which files a load has to read: new ones, changed ones, and those whose mapping has changed."""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from duckdb import DuckDBPyConnection

from board.core.words import Told
from etl.merge import forget
from etl.sites import Folder, Source

NOT_WANTED = "{file}: No source in sources.toml wants this file; it was left alone."


@dataclass(frozen=True)
class Job:
    """One file to read for one source of one site."""

    folder: Folder
    source: Source
    path: Path
    content_hash: str

    @property
    def name(self) -> str:
        """The file as a reader knows it."""
        return f"{self.folder.site.id}/{self.path.name}"

    @property
    def date_in_name(self) -> str | None:
        """The export date in the file's name, where the source says how to find it."""
        found = re.search(self.source.newest_in_name, self.path.name) if self.source.newest_in_name else None
        return found.group(1) if found else None


@dataclass
class Found:
    """The files to read, those refused (also those refused before and still the same), and those nobody wants."""

    jobs: list[Job] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    unwanted: list[Told] = field(default_factory=list)


def find(con: DuckDBPyConnection, folders: list[Folder], only: dict[str, list[Path]] | None) -> Found:
    """The files of every inbox (or `only` these of each site), in name order. A file asked for by name that no
    source wants is refused; in an inbox it is left alone."""
    found = Found()
    for folder in folders:
        files = _inbox(folder) if only is None else only.get(folder.site.id, [])
        wanted: set[Path] = set()
        for source in folder.sources:
            paths = [path for path in files if path.match(source.pattern)]
            wanted.update(paths)
            _changed(con, folder, source, paths, found)
        left = [Told(NOT_WANTED, file=f"{folder.site.id}/{path.name}") for path in files if path not in wanted]
        (found.unwanted if only is None else found.refused).extend(left)
    return found


def _inbox(folder: Folder) -> list[Path]:
    return sorted(path for path in folder.inbox.rglob("*") if path.is_file() and not path.name.startswith("."))


def _changed(con: DuckDBPyConnection, folder: Folder, source: Source, paths: list[Path], found: Found) -> None:
    """A changed mapping takes the rows of its files out first, so that they are read as it now says; a file refused
    before is refused again without reading it."""
    seen = con.execute(
        "select content_hash, mapping_hash, file_id, refused from run.file where site_id = ? and source = ?",
        [folder.site.id, source.name],
    ).fetchall()
    for path in paths:
        try:
            content = sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            name = f"{folder.site.id}/{path.name}"
            found.refused.append(Told("{file}: The file cannot be opened: {why}.", file=name, why=error.strerror))
            continue
        known = [refused for old, mapping, _, refused in seen if (old, mapping) == (content, source.hash)]
        if known:
            found.refused += [Told.unpacked(refused) for refused in known[:1] if refused]
            continue
        forget(con, folder.site.id, [file_id for old, _, file_id, _ in seen if old == content])
        found.jobs.append(Job(folder, source, path, content))
