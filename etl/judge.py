"""Which mapped rows may be loaded: every rule of rules.toml, and all the reasons a row broke."""

import re
import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path

from etl.contract import CODES, TABLES
from etl.sqltext import value, values

FILE = Path(__file__).with_name("rules.toml")


@cache
def rules() -> dict[str, dict[str, str]]:
    """Table → sentence → the condition a good row passes, in rules.toml's order."""
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def version() -> str:
    """A hash of the rules, stored with each load."""
    return sha256(FILE.read_bytes()).hexdigest()[:16]


def judged(table: str, staged: str, loading_at: str) -> str:
    """The SELECT that adds `reasons` (list of sentences, empty for a good row) to the relation `staged`.

    A rule that sees a null is broken unless it says otherwise. `loading_at` is a timestamp literal in the site's
    clock."""
    checks = ", ".join(_check(table, sentence, test, loading_at) for sentence, test in rules()[table].items())
    return f"""
        select * exclude (problems, unread),
            problems || list_filter([{checks}], lambda reason: reason is not null) as reasons
        from {staged}"""


def _check(table: str, sentence: str, test: str, loading_at: str) -> str:
    """Null, or the rule's sentence when the row breaks it and every cell the rule looks at could be read."""
    about = [column for column in TABLES[table].columns if re.search(rf"\b{column}\b", test)]
    for column in about:
        if (table, column) in CODES:
            test = test.replace(f"{{{column}}}", f"({values(sorted(CODES[table, column]))})")
    broken = f"not coalesce({test.replace('loading_at', loading_at)}, false)"
    return f"case when {broken} and not list_has_any(unread, [{values(about)}]) then {value(sentence)} end"
