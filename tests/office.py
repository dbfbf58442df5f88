"""An office made of literal text: a site.toml, tables as CSV under the contract's own names, a load."""

import os
from collections.abc import Collection
from pathlib import Path

from board.core.warehouse import Warehouse, current
from board.core.words import Words
from etl import held, status
from etl.key import key
from etl.load import Outcome, load
from etl.publish import lock
from etl.sites import discover

EXAMPLES = int(os.environ.get("EXAMPLES", "5"))  # of generated offices; make test-long asks for more
SITE = """
name = {zh = "测试社区", en = "Test community"}
lane = "lane"
ladder = ["steward", "community", "street"]
[limits]
consultation = {working_days = 1, met_by = "first_response"}
general = {working_days = 3, met_by = "resolved"}
key = {working_days = 5, met_by = "deliberated"}
"""
UNITS = """
unit_id,parent_id,level,name,households
C,,community,Community,
L1,C,lane,Lane one,100
L2,C,lane,Lane two,50
"""

SNAPSHOTS = """
[snapshot]
pattern = "snapshot*.csv"
table = "ticket_event"
kind = "snapshots"
columns = {COLUMNS}
[[snapshot.changes]]
column = "state"
to = ["done"]
event = "resolved"
[[snapshot.changes]]
column = "state"
from = ["done"]
to = ["open"]
event = "reopened"
[[snapshot.changes]]
column = "state"
to = ["street"]
event = "escalated"
to_tier = "street"
"""
COLUMNS = """
select table_schema, table_name, column_name from information_schema.columns
order by table_schema, table_name, ordinal_position
"""
FILE = "(select file from run.file where file_id = t.file_id)"


class Office:
    """A data folder with real (not sample) sites in it."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def site(self, name: str = "town", toml: str = SITE, sources: str | None = None, **tables: str) -> "Office":
        """Write a site and one file a table; headers are the contract's names."""
        folder = self.data / "sites" / name
        (folder / "inbox").mkdir(parents=True, exist_ok=True)
        (folder / "site.toml").write_text(toml, "utf-8")
        for table, text in tables.items():
            self.file(f"{table}.csv", text, name)
        mapping = sources or "".join(self._section(table, text) for table, text in tables.items())
        (folder / "sources.toml").write_text(mapping, "utf-8")
        return self

    def _section(self, table: str, text: str) -> str:
        columns = ", ".join(f'{column} = "{column}"' for column in text.strip().splitlines()[0].split(","))
        if table == "snapshot":
            columns = columns.replace(', state = "state"', "")
            return SNAPSHOTS.replace("COLUMNS", columns)
        newest = 'newest_by = "newest"\n' if "newest" in columns else ""
        columns = columns.replace(', newest = "newest"', "")
        keep = 'keep = ["title"]\n' if "title" in columns else ""
        return f'[{table}]\npattern = "{table}*.csv"\ntable = "{table}"\n{newest}{keep}columns = {{{columns}}}\n'

    def file(self, name: str, text: str, site: str = "town") -> Path:
        """Drop a file into the inbox."""
        path = self.data / "sites" / site / "inbox" / name
        path.write_text(text.strip() + "\n", "utf-8")
        return path

    def load(self, fresh: bool = False, broken: int = 0) -> Outcome:
        """Load what is new; `broken` sites are expected to be refused."""
        folders, refused = discover(self.data)
        assert len(refused) == broken, refused
        with lock(self.data):
            return load(self.data, folders, "test", lambda *_: None, fresh=fresh)

    @property
    def warehouse(self) -> Warehouse:
        """What readers see now."""
        return current(self.data)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of a question, as plain tuples."""
        rows = self.warehouse.frame(sql).itertuples(index=False, name=None)
        return [tuple(None if cell != cell else cell for cell in row) for row in rows]

    def remap(self, old: str, new: str) -> None:
        """Change the first place in sources.toml where this stands; with nothing old, add to its end."""
        path = self.data / "sites" / "town" / "sources.toml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text + new, "utf-8")

    def correct(self, at: dict[str, str], name: str = "") -> None:
        """What a clerk does: write the held rows out, put new text in the place of old, drop the lists into the
        inbox (`name`: what is added to theirs)."""
        for path in self.held_lists():
            text = path.read_text("utf-8-sig")
            for old, new in at.items():
                assert old in text
                text = text.replace(old, new)
            self.file(f"{path.stem}{name}.csv", text)

    def held_lists(self) -> list[Path]:
        """The lists of held rows, as `held --out` writes them."""
        rows, folders = status.held(self.data), discover(self.data)[0]
        written = held.write(
            rows, folders, key(self.data, status.made_with(self.data)), self.data / "out", Words("en").reasons
        )
        return [path for path, _ in written]

    def tables(self, *schemas: str, without: Collection[str] = ()) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table of these schemas as text, `without` some columns, in an order that hangs on the rows
        alone; files by their names, since their numbers hang on when they came."""
        columns: dict[str, list[str]] = {}
        for schema, table, column in self.rows(COLUMNS):
            if schema in schemas and column not in without:
                columns.setdefault(f"{schema}.{table}", []).append(FILE if column == "file_id" else f'"{column}"')
        return {
            table: self.rows(
                f"select {', '.join(f'{each}::varchar' for each in listed)} from {table} as t order by all"
            )
            for table, listed in columns.items()
        }
