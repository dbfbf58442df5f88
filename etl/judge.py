"""Which mapped rows may be loaded: every rule of rules.toml, and all the reasons a row broke."""

import re
import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path

from etl.contract import CODES, TABLES
from etl.map import TOLD, called, unread
from etl.personal import OF_SOMEBODY, TELEPHONE
from etl.read import PROBLEM
from etl.sources import Source
from etl.sqltext import name, value, values

FILE = Path(__file__).with_name("rules.toml")


@cache
def rules() -> dict[str, dict[str, list[str]]]:
    """Table → sentence → the conditions a good row passes, in rules.toml's order."""
    tables = tomllib.loads(FILE.read_text("utf-8"))
    return {
        table: {sentence: [tests] if isinstance(tests, str) else tests for sentence, tests in rules.items()}
        for table, rules in tables.items()
    }


@cache
def version() -> str:
    """A hash of the rules, stored with each load."""
    return sha256(FILE.read_bytes() + f"{OF_SOMEBODY}{TELEPHONE}".encode()).hexdigest()[:16]


def needed(table: str) -> set[str]:
    """The columns without which a row is held, whatever else it says."""
    tests = [test for tests in rules()[table].values() for test in tests if "coalesce" not in test]
    return {column for test in tests for column in re.findall(r"(\w+)(?= is not null| in \{)", test)}


def row_hash(table: str) -> str:
    """The hash of a row's cells, by which it is told whether it says something else than before."""
    return f"hash({', '.join(map(name, TABLES[table].columns))})"


def judged(source: Source, staged: str, loading_at: str) -> str:
    """The SELECT over a staging SELECT that adds `reasons` (list of sentences, with the columns they are about; null
    for a good row) and `row_hash`.

    Of a row that is broken itself nothing else is said. A rule that sees a null is broken unless it says otherwise.
    `loading_at` is a timestamp literal in the site's clock."""
    columns = ", ".join(map(name, TABLES[source.table].columns))
    tests = [(sentence, test) for sentence, tests in rules()[source.table].items() for test in tests]
    passes = {test: _passes(source, test, loading_at) for _, test in tests}
    checks = ", ".join(_check(source, sentence, test, passes[test]) for sentence, test in tests)
    said = f"coalesce({PROBLEM}, concat_ws(chr(10), case when problems <> '' then problems end, {checks}))"
    is_good = " and ".join((f"{PROBLEM} is null", "problems = ''", *passes.values()))
    broken = f"case when not ({is_good}) then {said} end"  # most rows are good: for them nothing is put together
    return f"""
        select line, newest, held_id, held_file, held_line, is_passed_over, {columns},
            case when broken <> '' then str_split(broken, chr(10)) end as reasons, {row_hash(source.table)} as row_hash
        from (select * exclude (broken), {broken} as broken from ({staged}))"""


def _passes(source: Source, test: str, loading_at: str) -> str:
    """Whether a row passes a rule's condition, with what that leaves open filled in."""
    for (table, column), codes in CODES.items():
        if table == source.table:
            test = test.replace(f"{{{column}}}", f"({values(sorted(codes))})")
    return f"coalesce({test.replace('loading_at', loading_at)}, false)"


def _check(source: Source, sentence: str, test: str, passes: str) -> str:
    """Null, or the rule's sentence when the row breaks it and every cell the test looks at could be read."""
    columns = TABLES[source.table].columns
    about = [column for column in columns if re.search(rf"\b{column}\b", test)]
    readable = "".join(f" and not {unread(column)}" for column in about if columns[column] in TOLD)
    reason = f"{sentence}: {called(source, about) or ', '.join(about)}"
    return f"case when not {passes}{readable} then {value(reason)} end"
