"""What a changed mapping no longer lets in, taken out of the rows that stay: those of files that are not there any more
or hold something else now."""

from duckdb import DuckDBPyConnection

from etl.contract import FREE_TEXT, TABLES
from etl.judge import row_hash
from etl.map import IS_HASHED, hashed
from etl.sites import Folder
from etl.sqltext import name, value, values


def withhold(con: DuckDBPyConnection, folder: Folder, key: str) -> None:
    """Null the free text that no source keeps any more, hash the columns that have become personal."""
    site = value(folder.site.id)
    for table in TABLES.values():
        for column in FREE_TEXT & set(table.columns):
            keeping = [source.name for source in folder.sources if source.table == table.name and column in source.keep]
            of_others = f" and source not in ({values(keeping)})" if keeping else ""
            con.execute(
                f"update log.{table.name} set {name(column)} = null "
                f"where {name(column)} is not null and site_id = {site}{of_others}"
            )
        for source in folder.sources:
            for column in source.personal if source.table == table.name else ():
                con.execute(
                    f"update log.{table.name} set {name(column)} = {hashed(name(column), key)} "
                    f"where site_id = {site} and source = {value(source.name)} "
                    f"and not regexp_full_match({name(column)}, {value(IS_HASHED)})"
                )
        now = row_hash(table.name)
        con.execute(f"update log.{table.name} set row_hash = {now} where site_id = {site} and row_hash <> {now}")
