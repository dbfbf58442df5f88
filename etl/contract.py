"""The canonical tables every office's export is mapped to: columns, types and keys."""

from dataclasses import dataclass

from board.core.settings import ANSWERS, CLASSES, LEVELS, TIERS

EVENTS = (
    "reported", "responded", "escalated", "handed_down", "returned", "extended", "resolved", "reopened", "closed",
    "excluded", "restored", "proposed", "assessed", "deliberated", "decided", "evaluated",
)  # fmt: skip
KINDS = (
    "visit", "patrol", "publicity", "meeting", "training", "festival", "service", "survey", "inspection",
)  # fmt: skip
TYPES = {
    "text": "varchar",
    "stamp": "timestamp",
    "day": "date",
    "last_day": "date",  # where a file says a month: the last one of it
    "month": "date",  # its first day
    "whole": "bigint",
    "number": "double",
    "yes_no": "boolean",
    "person": "ubigint",  # never kept in clear, whatever the mapping says: a keyed hash
}


@dataclass(frozen=True)
class Table:
    """One canonical table: its columns in contract order (name → type) and its key within a site."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]


def _table(name: str, key: str, columns: str) -> Table:
    typed = dict(pair.split(":") for pair in columns.split())
    return Table(name, typed, tuple(key.split()))


TABLES = {
    table.name: table
    for table in (
        _table(
            "unit",
            "unit_id",
            "unit_id:text parent_id:text level:text name:text households:whole residents:whole"
            " open_from:day open_until:day",
        ),
        _table(
            "steward",
            "steward_id unit_id started_on",
            "steward_id:text unit_id:text started_on:day role:text display_name:text party_member:yes_no"
            " retired_cadre:yes_no ended_on:last_day",
        ),
        _table(
            "ticket",
            "ticket_id",
            "ticket_id:text unit_id:text steward_id:text channel:text category:text class:text title:text"
            " reporter:person entry:text reported_at:stamp first_response_at:stamp escalated_at:stamp tier:text"
            " resolved_at:stamp closed_at:stamp due_at:stamp",
        ),
        _table(
            "ticket_event",
            "ticket_id happened_at seq",
            "ticket_id:text happened_at:stamp seq:whole event:text from_tier:text to_tier:text note:text",
        ),
        _table(  # states of a ticket in time, which the mapping turns into events
            "snapshot",
            "section ticket_id happened_at seq",
            "section:text ticket_id:text happened_at:stamp seq:whole state:text",
        ),
        _table(
            "callback",
            "ticket_id asked_at",
            "ticket_id:text asked_at:stamp reached:yes_no contacted:yes_no solved:yes_no satisfaction:text"
            " comment:text",
        ),
        _table(
            "activity",
            "activity_id",
            "activity_id:text unit_id:text steward_id:text organisation:text kind:text network:text"
            " started_at:stamp participants:whole beneficiaries:whole note:text",
        ),
        _table(
            "duty",
            "unit_id organisation starts_on",
            "unit_id:text organisation:text starts_on:day ends_on:last_day",
        ),
        _table(
            "exclusion",
            "ticket_id excluded_on",
            "ticket_id:text excluded_on:day kind:text by:text reason:text evidence:text",
        ),
        _table(
            "indicator",
            "unit_id month name",
            "unit_id:text month:month name:text value:number kind:text",
        ),
    )
}
CODES: dict[tuple[str, str], set[str]] = {  # columns that take the contract's own codes only
    ("unit", "level"): set(LEVELS),
    ("ticket", "class"): set(CLASSES),
    ("ticket", "entry"): {"steward", "above"},
    ("ticket", "tier"): set(TIERS),
    ("ticket_event", "event"): set(EVENTS),
    ("ticket_event", "from_tier"): set(TIERS),
    ("ticket_event", "to_tier"): set(TIERS),
    ("callback", "satisfaction"): set(ANSWERS),
    ("activity", "kind"): set(KINDS),
    ("indicator", "kind"): {"flow", "stock"},
}
TELLING = {("unit", "level"), ("ticket_event", "event"), ("activity", "kind")}  # whose word says what a row is
NAMES = {"display_name"}  # of people, in clear where they are mapped
FREE_TEXT = {"title", "note", "comment", "reason", "evidence"}  # dropped unless the source says keep
HASHED = {column for table in TABLES.values() for column, kind in table.columns.items() if kind == "person"}
