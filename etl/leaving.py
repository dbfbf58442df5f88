"""What a rebuild leaves behind: rows of files that are gone, or that hold less than they did."""

from collections import Counter
from pathlib import Path

from duckdb import DuckDBPyConnection
from duckdb import Error as EngineError

from board.core.warehouse import Damaged, NoWarehouse, OtherRelease, Warehouse, current
from board.core.words import Told
from etl.contract import TABLES
from etl.inbox import DROPPED, Job, Key, named
from etl.publish import readable
from etl.sqltext import name, value

LOADED = """
select site_id, source, file, sum(rows) as rows
from (
    {rows}
) as counted join run.file using (file_id)
group by all having sum(n) > 0 order by all
""".format(
    rows=" union all ".join(
        [
            *(f"select file_id, 1 as n, count(*) as rows from log.{table} group by file_id" for table in TABLES),
            "select distinct file_id, 1, 0 from run.held",
        ]
    )
)
LEAVING = """
select site_id, source, file, mapping_hash, count(*), count(*) filter (where there is null)
from before.log.{table} as rows join before.run.file using (site_id, file_id)
anti join log.{table} as same using (site_id, {keys}, row_hash)
left join (select site_id, {keys}, true as there from log.{table}) as now using (site_id, {keys})
group by all
"""  # rows of the version before that no row says now, and those of them under whose key there is none
GONE = "{file}: It is not in the inbox any more; rows that leave: {n}."
SHRUNK = "{file}: Not all rows that were loaded from it are loaded from it now; rows that leave: {n}."
ELSEWHERE = "{file}: It lies outside the inbox, which alone is read anew; rows that leave: {n}."


def standing(data: Path) -> Warehouse | None:
    """What is compared with: the current version; where it is damaged, the newest that can be read; None where there
    is none, or another release made it."""
    try:
        current(data).frame(LOADED)
        return current(data)
    except (NoWarehouse, OtherRelease):
        return None
    except (Damaged, EngineError):
        return readable(data)


def loaded(version: Warehouse | None) -> dict[Key, int]:
    """Site, source and file of all that a version holds, or lists as held, and how many rows of each are current."""
    rows = version.frame(LOADED).to_numpy() if version else ()
    return {(site, source, file): int(count) for site, source, file, count in rows}


def leaving(con: DuckDBPyConnection, version: Warehouse, before: dict[Key, int], jobs: list[Job]) -> list[Told]:
    """What leaves with a rebuild: of each file that is not read again the rows that no other says, and of each that
    holds less than it did those of which nothing is left. Of a changed mapping nothing is said: it makes other rows."""
    read = {job.key: job.source.hash for job in jobs}
    here = {(site, file) for site, _, file in read}
    gone = Counter({(site, file): 0 for (site, _, file), rows in before.items() if rows and (site, file) not in here})
    shrunk: Counter[tuple[str, str]] = Counter()
    dropped: Counter[tuple[str, str, str]] = Counter()
    sections = {job.folder.site.id: {source.name for source in job.folder.sources} for job in jobs}
    left = _left(con, version)
    if left is None:
        left = [(*each, "", rows, 0) for each, rows in before.items()]
    for site, source, file, mapping, rows, keys in left:
        if (site, file) in gone:
            gone[site, file] += rows
        elif keys and read.get((site, source, file)) == mapping:
            shrunk[site, file] += keys
        elif rows and source not in sections.get(site, ()):
            dropped[site, file, source] += rows
    return [
        *(
            Told(DROPPED, file=named(site, file), section=source, n=f"{rows:,}")
            for (site, file, source), rows in dropped.items()
        ),
        *(Told(SHRUNK, file=named(site, file), n=f"{rows:,}") for (site, file), rows in shrunk.items()),
        *(
            Told(ELSEWHERE, file=file, n=f"{rows:,}")
            if Path(file).is_absolute()
            else Told(GONE, file=named(site, file), n=f"{rows:,}")
            for (site, file), rows in gone.items()
        ),
    ]


def _left(con: DuckDBPyConnection, version: Warehouse) -> list[tuple[str, str, str, str, int, int]] | None:
    """Site, source, file, hash of the mapping, and the numbers of LEAVING; None where the version before has other
    columns."""
    try:
        con.execute(f"attach {value(str(version.path))} as before (read_only)")
        found = []
        for table in TABLES.values():
            keys = ", ".join(map(name, table.key))
            found += con.execute(LEAVING.format(table=table.name, keys=keys)).fetchall()
    except EngineError:  # made by another release
        return None
    finally:
        con.execute("detach database if exists before")
    return found
