"""What surrounds the tickets: people appointed, activities and visits, monthly figures."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random

from etl.sample.chance import Clock, busy, share
from etl.sample.paper import Row


def appointments(
    chance: Random, role: str, units: Sequence[str], prefix: str, first: date, change: Sequence[date] = ()
) -> list[Row]:
    """One person a unit, appointed within the year before `first`; on each day of `change` somebody leaves and
    somebody else takes over the next day."""
    rows = []
    for number, unit in enumerate(units, 1):
        person = f"{prefix}{number:04}"
        rows.append(_person(chance, person, unit, role, first - timedelta(chance.randrange(1, 300))))
    for number, day in enumerate(change, 1):
        leaver = chance.choice([row for row in rows if row["ended_on"] is None])
        leaver["ended_on"] = day
        rows.append(_person(chance, f"{prefix}9{number:03}", leaver["unit_id"], role, day + timedelta(1)))
    return rows


def _person(chance: Random, person: str, unit: str, role: str, day: date) -> Row:
    return {
        "steward_id": person,
        "unit_id": unit,
        "started_on": day,
        "role": role,
        "display_name": f"{person[:2]}{person[-4:]}",
        "party_member": chance.random() < 0.45,
        "retired_cadre": chance.random() < 0.3,
        "ended_on": None,
    }


def mark(chance: Random, people: list[Row], column: str, count: int) -> None:
    """Make exactly `count` of the people who still serve have a quality; all appointments of one agree."""
    serving = sorted({row["steward_id"] for row in people if row["ended_on"] is None})
    chosen = set(chance.sample(serving, count))
    for row in people:
        row[column] = row["steward_id"] in chosen


def visits(chance: Random, clock: Clock, lanes: Sequence[tuple[str, str]], count: int, reached: int) -> list[Row]:
    """Home visits and patrols of stewards in their lanes, reaching exactly so many people; some lanes have none."""
    weights = [0.0 if chance.random() < 0.06 else weight for weight in busy(chance, len(lanes), 0.4)]
    people = share(chance, reached, count, 1)
    rows = []
    for number in range(count):
        unit, steward = chance.choices(lanes, weights)[0]
        kind = "visit" if chance.random() < 0.75 else "patrol"
        rows.append(activity(kind, unit, clock.moment(), 1, people[number], steward=steward))
    return rows


def gatherings(
    chance: Random, clock: Clock, units: Sequence[str], kinds: dict[str, int], served: int, seats: tuple[int, int]
) -> list[Row]:
    """Activities of exactly so many of each kind, serving exactly so many people between them."""
    wanted = [kind for kind, count in kinds.items() for _ in range(count)]
    people = share(chance, served, len(wanted), 1)
    rows = []
    for kind, number in zip(wanted, people, strict=True):
        moment = clock.moment().replace(minute=0, second=0)
        rows.append(activity(kind, chance.choice(units), moment, chance.randint(*seats), number))
    return rows


def activity(
    kind: str,
    unit: str,
    at: datetime,
    participants: int,
    beneficiaries: int,
    steward: str | None = None,
    organisation: str | None = None,
    network: str | None = None,
) -> Row:
    """One activity, numbered later."""
    return {
        "unit_id": unit, "steward_id": steward, "organisation": organisation, "kind": kind, "network": network,
        "started_at": at, "participants": participants, "beneficiaries": beneficiaries,
    }  # fmt: skip


def numbered(rows: Iterable[Row], prefix: str) -> list[Row]:
    """Activities by time, numbered in that order."""
    made = sorted(rows, key=lambda row: (row["started_at"], row["unit_id"], row["kind"]))
    for number, row in enumerate(made, 1):
        row["activity_id"] = f"{prefix}{number:05}"
    return made


def flow(chance: Random, unit: str, name: str, year: int, months: int, total: int) -> list[Row]:
    """Monthly figures that add up to a total."""
    parts = share(chance, total, months)
    return [_figure(unit, date(year, month, 1), name, part, "flow") for month, part in enumerate(parts, 1)]


def stock(unit: str, name: str, values: dict[date, int]) -> list[Row]:
    """A level at the beginning of some months; the last one stands."""
    return [_figure(unit, month, name, value, "stock") for month, value in values.items()]


def _figure(unit: str, month: date, name: str, value: int, kind: str) -> Row:
    return {"unit_id": unit, "month": month, "name": name, "value": value, "kind": kind}
