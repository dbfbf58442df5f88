"""A · laojie: lane stewards and building leaders of one community, 2023."""

from datetime import date, datetime
from random import Random

from etl.sample import around
from etl.sample.chance import Clock
from etl.sample.paper import Exports, Row
from etl.sample.tickets import Plan, callbacks, tickets

TICKETS = 513
SINCE, UNTIL = date(2023, 1, 1), date(2024, 1, 1)
ROOT = "LJ"
LANES = [f"LJ-X{number:02}" for number in range(1, 17)]
BUILDINGS = [f"LJ-L{number:02}" for number in range(1, 25)]
EXPORTED = datetime(2023, 11, 30, 23, 59, 59)  # the first of two overlapping exports of the ticket list


def exports(scale: float) -> Exports:
    """The site's files, with `scale` times the published number of tickets."""
    chance = Random("laojie")
    units = _units(chance)
    people = around.appointments(chance, "lane_steward", LANES, "GJ", SINCE, [date(2023, 6, 30)])
    people += around.appointments(chance, "building_leader", BUILDINGS, "LD", SINCE, [date(2023, 9, 15)])
    around.mark(chance, people, "party_member", 22)
    around.mark(chance, people, "retired_cadre", 14)
    lanes = [(row["unit_id"], row["steward_id"]) for row in people if row["ended_on"] is None]
    plan = Plan(
        prefix="LJ", since=SINCE, until=UNTIL, lanes=lanes, higher=[ROOT],
        counts={"self": round(359 * scale), "up": round(144 * scale), "in_hand": max(1, round(10 * scale))},
        categories={"sanitation": 22, "facilities": 18, "neighbours": 12, "parking": 11, "noise": 9, "building": 8,
                    "safety": 7, "elderly_care": 6, "policy": 5, "commerce": 4},
        channels={"patrol": 30, "visit": 22, "wechat": 20, "phone": 16, "meeting": 5, "walk_in": 7},
        tiers={"community": 82, "partner": 18},
    )  # fmt: skip
    rows = tickets(chance, plan)
    clock = Clock(chance, SINCE, UNTIL)
    gatherings = around.gatherings(
        chance, clock, [ROOT, *LANES[:6]],
        {"publicity": 18, "meeting": 14, "service": 11, "festival": 7, "training": 4, "inspection": 3}, 8215, (12, 60),
    )  # fmt: skip
    walks = around.visits(chance, clock, lanes, 1180, 1420)
    early = [_as_of(row, EXPORTED) for row in rows if row["reported_at"] <= EXPORTED]
    late = [row for row in rows if row["reported_at"] >= datetime(2023, 11, 1) or _as_of(row, EXPORTED) != row]
    return {
        "units": [("单元清单.csv", units)],
        "stewards": [("管家名册.csv", people)],
        "tickets": [("问题清单_20231130.csv", early), ("问题清单_20231231.csv", late)],
        "callbacks": [("回访记录.csv", callbacks(chance, plan, rows, 0.62))],
        "activities": [("活动走访.csv", around.numbered([*gatherings, *walks], "HD"))],
        "indicators": [("月报指标.csv", _figures(chance))],
    }


def _units(chance: Random) -> list[Row]:
    community = {"unit_id": ROOT, "parent_id": None, "level": "community", "name": "老街社区", "households": None}
    lanes = [
        {
            "unit_id": code,
            "parent_id": ROOT,
            "level": "lane",
            "name": f"{number} 号巷",
            "households": chance.randint(28, 74),
        }
        for number, code in enumerate(LANES, 1)
    ]
    buildings = [
        {
            "unit_id": code,
            "parent_id": ROOT,
            "level": "building",
            "name": f"{number} 号楼",
            "households": chance.randint(18, 56),
        }
        for number, code in enumerate(BUILDINGS, 1)
    ]
    return [community, *lanes, *buildings]


def _as_of(row: Row, moment: datetime) -> Row:
    """The ticket as an export of that moment showed it: steps that came later are still empty."""
    steps = ("first_response_at", "escalated_at", "resolved_at", "closed_at")
    seen = row | {step: row[step] if row[step] and row[step] <= moment else None for step in steps}
    return seen | {"tier": row["tier"] if seen["escalated_at"] else "steward"}


def _figures(chance: Random) -> list[Row]:
    totals = {"people_mobilised": 115, "hot_issues_settled": 14, "micro_wishes": 12}
    return [row for name, total in totals.items() for row in around.flow(chance, ROOT, name, 2023, 12, total)]
