"""Which mapped rows may be loaded: every rule of rules.toml, and all the reasons a row broke."""

import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path

from etl.sqltext import value

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

    A rule that sees a null is broken unless it says otherwise; a cell that could not be read is reason
    enough, so the rules about the missing value of an unreadable cell are not repeated to the reader.
    `loading_at` is a timestamp literal in the site's clock."""
    checks = ", ".join(
        f"case when not coalesce({condition.replace('loading_at', loading_at)}, false) then {value(sentence)} end"
        for sentence, condition in rules()[table].items()
    )
    return f"""
        select * exclude (problems),
            case when len(problems) > 0 then problems
            else list_filter([{checks}], lambda reason: reason is not null) end as reasons
        from {staged}"""
