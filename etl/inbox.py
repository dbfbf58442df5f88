"""Which files a load has to read: new ones, changed ones, and those whose mapping has changed."""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from duckdb import DuckDBPyConnection

from board.core.words import Told
from etl.merge import forget
from etl.sites import Folder, Source

DATE = re.compile(r"\d{4}-?[01]\d-?[0-3]\d(?:\d{6})?")
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
        """The export date in the file's name, where the source says how to find it; None when it holds no date."""
        found = re.search(self.source.newest_in_name, self.path.name) if self.source.newest_in_name else None
        return found.group(1) if found and DATE.fullmatch(found.group(1) or "") else None


@dataclass
class Found:
    """The files to read, those refused (also those refused before and still the same), and what was left alone."""

    jobs: list[Job] = field(default_factory=list)
    refused: list[Told] = field(default_factory=list)
    unwanted: list[Told] = field(default_factory=list)


def find(con: DuckDBPyConnection, folders: list[Folder], only: dict[str, list[Path]] | None) -> Found:
    """The files of every inbox (or `only` these of each site), in name order. A file asked for by name that no
    source wants is refused; in an inbox it is left alone."""
    found = Found()
    for folder in folders:
        files = _inbox(folder) if only is None else only.get(folder.site.id, [])
        if only is None and not files:
            found.unwanted.append(Told("{file}: There is no file in this inbox.", file=f"{folder.site.id}/inbox"))
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
    """A file is known when it was last read with this content and mapping; one that was refused then is refused
    again. A changed mapping takes the rows of its files out first, so that they are read as it now says."""
    seen = con.execute(
        "select file, content_hash, mapping_hash, file_id, refused from run.file "
        "where site_id = ? and source = ? order by file_id",
        [folder.site.id, source.name],
    ).fetchall()
    latest = {file: (content, mapping, refused) for file, content, mapping, _, refused in seen}
    for path in paths:
        try:
            content = sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            name = f"{folder.site.id}/{path.name}"
            found.refused.append(Told("{file}: The file cannot be opened: {why}.", file=name, why=error.strerror))
            continue
        last_content, last_mapping, refused = latest.get(path.name, ("", "", None))
        if (last_content, last_mapping) == (content, source.hash):
            found.refused += [Told.unpacked(refused)] if refused else []
            continue
        outdated = [file_id for _, old, mapping, file_id, _ in seen if old == content and mapping != source.hash]
        forget(con, folder.site.id, outdated)
        found.jobs.append(Job(folder, source, path, content))
