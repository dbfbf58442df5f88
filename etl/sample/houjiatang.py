"""B · houjiatang: micro-unit leaders of a street with six communities, 2021 and 2022."""

from datetime import date
from random import Random

from etl.sample import around
from etl.sample.chance import Clock
from etl.sample.paper import Exports, Row
from etl.sample.tickets import Plan, callbacks, events, tickets

TICKETS = 4480
SINCE, UNTIL = date(2021, 1, 1), date(2023, 1, 1)
ROOT = "HJT"
COMMUNITIES = [f"HJT-{number}" for number in range(1, 7)]
SECTORS = [f"{community}-P{number}" for community in COMMUNITIES for number in range(1, 5)]
MICRO_UNITS = [f"{sector}-{number:02}" for sector in SECTORS for number in range(1, 64)]
SETTLED = {2021: {"urgent": 431, "livelihood": 19}, 2022: {"urgent": 512, "livelihood": 25}}


def exports(scale: float) -> Exports:
    """The site's files, with `scale` times the usual number of tickets."""
    chance = Random("houjiatang")
    people = _people(chance)
    lanes = [
        (row["unit_id"], row["steward_id"])
        for row in people
        if row["role"] == "micro_unit_leader" and row["ended_on"] is None
    ]
    plan = Plan(
        prefix="HJ", since=SINCE, until=UNTIL, lanes=lanes, higher=COMMUNITIES, steep=0.55,
        counts={outcome: round(count * scale) for outcome, count in
                {"self": 2660, "up": 900, "up_open": 60, "above_self": 420, "above_up": 330, "above_open": 25,
                 "in_hand": 85}.items()},
        categories={"sanitation": 20, "facilities": 17, "property": 15, "noise": 12, "parking": 10, "safety": 8,
                    "policy": 8, "neighbours": 6, "pets": 4},
        channels={"qr_code": 34, "steward": 26, "notice_board": 8, "discussion": 12, "visit": 20},
        above={"hotline_12345": 1},
        tiers={"sector": 46, "community": 40, "street": 14},
        classes={"consultation": 3, "general": 10, "key": 1.6},
    )  # fmt: skip
    rows = tickets(chance, plan)
    log = events(chance, plan, rows)
    for year, settled in SETTLED.items():
        _settle(chance, rows, year, {category: round(count * scale) for category, count in settled.items()})
    clock = Clock(chance, SINCE, UNTIL)
    gatherings = around.gatherings(
        chance, clock, COMMUNITIES, {"publicity": 150, "meeting": 190, "service": 120, "training": 36}, 21800, (8, 70)
    )
    walks = around.visits(chance, clock, lanes, 5200, 7400)
    return {
        "units": [("微单元台账.csv", _units(chance))],
        "leaders": [("四长名册.csv", people)],
        "tickets": [
            (f"工单_{year}.csv", [row for row in rows if row["reported_at"].year == year]) for year in (2021, 2022)
        ],
        "events": [
            (f"流转_{year}.csv", [row for row in log if row["happened_at"].year == year]) for year in (2021, 2022)
        ],
        "callbacks": [("回访.csv", callbacks(chance, plan, rows, 0.5, {2021: 0.86, 2022: 0.94}))],
        "activities": [("活动.csv", around.numbered([*gatherings, *walks], "A"))],
        "indicators": [("街道指标.csv", _figures(chance))],
    }


def _units(chance: Random) -> list[Row]:
    street = [(ROOT, None, "street", "侯家塘街道", None)]
    communities = [(code, ROOT, "community", f"第 {n} 社区", None) for n, code in enumerate(COMMUNITIES, 1)]
    sectors = [(code, code.rsplit("-", 1)[0], "sector", f"{code[4]} 社区 {code[-1]} 片", None) for code in SECTORS]
    units = [
        (code, code.rsplit("-", 1)[0], "micro_unit", f"{code[4]}-{code[7]}-{code[-2:]} 微单元", chance.randint(5, 15))
        for code in MICRO_UNITS
    ]
    names = ("unit_id", "parent_id", "level", "name", "households")
    return [dict(zip(names, row, strict=True)) for row in (*street, *communities, *sectors, *units)]


def _people(chance: Random) -> list[Row]:
    """1,542 people: a leader a micro-unit, a sector and a community, and building leaders who are micro-unit leaders
    of the same building."""
    changes = [date(2021 + month // 12, month % 12 + 1, 15) for month in range(3, 23)]
    people = around.appointments(chance, "micro_unit_leader", MICRO_UNITS, "WD", SINCE, changes)
    people += around.appointments(chance, "sector_leader", SECTORS, "PZ", SINCE)
    people += around.appointments(chance, "grid_leader", COMMUNITIES, "WG", SINCE)
    around.mark(chance, people, "party_member", 826)
    around.mark(chance, people, "retired_cadre", 903)
    both = [row for row in people if row["role"] == "micro_unit_leader" and row["ended_on"] is None][::12]
    second = [
        row | {"role": "building_leader", "unit_id": row["unit_id"].rsplit("-", 1)[0], "started_on": date(2021, 3, 1)}
        for row in both
    ]
    return [*people, *second]


def _settle(chance: Random, rows: list[Row], year: int, counts: dict[str, int]) -> None:
    """Make exactly so many of the tickets settled in a year urgent, or key livelihood matters."""
    settled = [row for row in rows if row["settled_on"] and row["settled_on"].year == year]
    chosen = iter(chance.sample(settled, sum(counts.values())))
    for category, count in counts.items():
        for _ in range(count):
            row = next(chosen)
            row["category"] = category
            row["title"] = {"urgent": "临时困难救助", "livelihood": "增设充电棚"}[category]


def _figures(chance: Random) -> list[Row]:
    """Fires down by 3; fraud cases down 27.61 %, of which 134 and 97 are the smallest such pair; disputes down."""
    yearly = {"fires": (11, 8), "fraud_cases": (134, 97), "disputes": (214, 168)}
    return [
        row
        for name, totals in yearly.items()
        for year, total in zip((2021, 2022), totals, strict=True)
        for row in around.flow(chance, ROOT, name, year, 12, total)
    ]
