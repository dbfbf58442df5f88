"""E · shuyuanlu: three tiers of leaders down to the neighbours, of a street, to August 2023."""

from datetime import date
from random import Random

from etl.sample import around
from etl.sample.chance import Clock
from etl.sample.paper import Exports, Row
from etl.sample.tickets import Plan, callbacks, doubles, events, tickets

TICKETS = 2480
SINCE, UNTIL = date(2023, 1, 1), date(2023, 8, 14)
ROOT = "SYL"
COMMUNITIES = [f"SYL-{number}" for number in range(1, 8)]
SECTORS = [f"{COMMUNITIES[n % 7]}-P{n // 7 + 1}" for n in range(51)]
GROUPS = [f"{SECTORS[n % 51]}-Z{n // 51 + 1}" for n in range(217)]
NEIGHBOURS = [f"{GROUPS[n % 217]}-L{n // 217 + 1}" for n in range(1112)]


def exports(scale: float) -> Exports:
    """The site's files, with `scale` times the usual number of tickets."""
    chance = Random("shuyuanlu")
    changes = [date(2023, month, 20) for month in range(2, 8)]
    people = around.appointments(chance, "neighbour_leader", NEIGHBOURS, "LZ", SINCE, changes)
    lanes = [(row["unit_id"], row["steward_id"]) for row in people if row["ended_on"] is None]
    people += around.appointments(chance, "group_leader", GROUPS, "ZZ", SINCE)
    people += around.appointments(chance, "sector_leader", SECTORS, "PZ", SINCE)
    around.mark(chance, people, "party_member", 611)
    around.mark(chance, people, "retired_cadre", 274)
    plan = Plan(
        prefix="SY", since=SINCE, until=UNTIL, lanes=lanes, higher=COMMUNITIES, steep=0.6,
        counts={outcome: round(count * scale) for outcome, count in
                {"self": 1390, "up": 470, "up_open": 55, "above_self": 260, "above_up": 210, "above_open": 25,
                 "in_hand": 70}.items()},
        categories={"sanitation": 19, "facilities": 17, "neighbours": 13, "noise": 11, "elderly_care": 10, "parking": 9,
                    "safety": 8, "water_power": 7, "policy": 6},
        channels={"wechat": 48, "opinion_box": 14, "notebook": 12, "meeting": 10, "visit": 16},
        above={"hotline_12345": 1},
        tiers={"group": 40, "sector": 30, "community": 22, "street": 8},
    )  # fmt: skip
    rows = tickets(chance, plan)
    log = events(chance, plan, rows, 0.04)
    clock = Clock(chance, SINCE, UNTIL)
    gatherings = around.gatherings(
        chance, clock, COMMUNITIES, {"meeting": 56, "publicity": 62, "service": 48, "festival": 14}, 9650, (8, 50)
    )
    walks = around.visits(chance, clock, lanes, 3600, 4900)
    structure = _units(chance)
    answers = callbacks(chance, plan, rows, 0.48)
    seconds, excluded = doubles(chance, plan, rows, 9, "书院路街道社会事务办")
    return {
        "units": [("网格结构.tsv", structure)],
        "leaders": [("三长名册.csv", people)],
        "tickets": [("民情工单.jsonl", [*rows, *seconds])],
        "events": [("办理流程.csv", log)],
        "callbacks": [("满意度回访.csv", answers)],
        "activities": [("活动走访.csv", around.numbered([*gatherings, *walks], "H"))],
        "exclusions": [("剔除台账.csv", excluded)],
    }


def _units(chance: Random) -> list[Row]:
    def unit(code: str, level: str, name: str, homes: int | None = None) -> Row:
        parent = None if code == ROOT else code.rsplit("-", 1)[0]
        return {"unit_id": code, "parent_id": parent, "level": level, "name": name, "households": homes}

    return [
        unit(ROOT, "street", "书院路街道"),
        *(unit(code, "community", f"第 {code[-1]} 社区") for code in COMMUNITIES),
        *(unit(code, "sector", _name(code, "片")) for code in SECTORS),
        *(unit(code, "group", _name(code, "组")) for code in GROUPS),
        *(unit(code, "neighbours", _name(code, "邻"), chance.randint(5, 15)) for code in NEIGHBOURS),
    ]


def _name(code: str, word: str) -> str:
    places = [part.lstrip("PZL") for part in code.split("-")[1:]]
    return f"{'-'.join(places)} {word}"
