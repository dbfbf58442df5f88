"""What a changed mapping no longer lets in, taken out of the rows that stay: those of files that are not there any more
or hold something else now."""

from duckdb import DuckDBPyConnection

from etl.contract import FREE_TEXT, NAMES, TABLES
from etl.judge import row_hash
from etl.map import IS_PERSON, person
from etl.sites import Folder
from etl.sources import Source
from etl.sqltext import name, value


def withhold(con: DuckDBPyConnection, folder: Folder, key: str) -> None:
    """Null the free text that no source keeps and the names that none reads any more, hash the columns that have become
    personal. Rows of a section that is gone go by all those that are there for their table. Called before files are
    read again, so that their rows find the keys they have now."""
    site = folder.site.id
    for table in TABLES.values():
        told = (FREE_TEXT | NAMES) & set(table.columns)
        same = [source for source in folder.sources if source.table == table.name]
        files = f"select file_id from log.{table.name} where site_id = ?"
        sections = con.execute(f"select distinct source from run.file where file_id in ({files})", [site]).fetchall()
        for (source,) in sections:
            own = [each for each in same if each.name == source] or same
            now = {column: "null" for column in told if not own or not all(column in _kept(each) for each in own)}
            now |= {column: _hashed(name(column), key) for each in own for column in each.personal}
            if now:
                changes = ", ".join(f"{name(column)} = {cell}" for column, cell in now.items())
                files = "select file_id from run.file where site_id = ? and source = ?"
                con.execute(f"update log.{table.name} set {changes} where file_id in ({files})", [site, source])
        said = row_hash(table.name)
        con.execute(f"update log.{table.name} set row_hash = {said} where site_id = ? and row_hash <> {said}", [site])


def _kept(source: Source) -> frozenset[str]:
    """The columns of free text and names that a source lets in."""
    return source.keep | (NAMES & source.columns.keys())


def _hashed(column: str, key: str) -> str:
    return f"case when regexp_full_match({column}, {value(IS_PERSON)}) then {column} else {person(column, key)} end"
