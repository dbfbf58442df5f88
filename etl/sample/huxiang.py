"""D · huxiang: lane-neighbour leaders of a community whose compounds are being handed over, first half of 2022."""

from datetime import date, datetime, time, timedelta
from random import Random

from etl.sample import around
from etl.sample.chance import Clock
from etl.sample.paper import Exports, Row
from etl.sample.tickets import Plan, callbacks, tickets

TICKETS = 98
SINCE, UNTIL = date(2022, 1, 1), date(2022, 6, 21)
ROOT = "HX"
SECTORS = ["HX-P1", "HX-P2", "HX-P3"]
COMPOUNDS = [f"HX-X{number:02}" for number in range(1, 17)]
HANDED_OVER = COMPOUNDS[:11]


def exports(scale: float) -> Exports:
    """The site's files, with `scale` times the published number of tickets."""
    chance = Random("huxiang")
    people = around.appointments(chance, "lane_neighbour_leader", HANDED_OVER, "XL", SINCE)
    lanes = [(row["unit_id"], row["steward_id"]) for row in people]
    people += around.appointments(chance, "sector_leader", SECTORS, "PZ", SINCE)
    around.mark(chance, people, "party_member", 9)
    plan = Plan(
        prefix="HX", since=SINCE, until=UNTIL, lanes=lanes, steep=0.6,
        counts={outcome: round(count * scale) for outcome, count in
                {"self": 36, "up": 17, "up_open": 19, "in_hand": 26}.items()},
        categories={"property": 30, "water_power": 14, "parking": 14, "building": 12, "sanitation": 12, "noise": 8,
                    "facilities": 10},
        channels={"visit": 44, "wechat": 34, "meeting": 12, "phone": 10},
        tiers={"sector": 28, "community": 46, "street": 26},
        up_hours=(90, 0.8),
    )  # fmt: skip
    rows = tickets(chance, plan)
    settled = [row for row in rows if row["resolved_at"]]
    for row in chance.sample(settled, max(1, round(5 * scale))):
        row["category"], row["title"] = "livelihood", "便民市集选址"
    clock = Clock(chance, SINCE, UNTIL)
    walks = around.visits(chance, clock, lanes, 824, 2262)
    for row in walks:
        row["kind"] = "visit"
    return {
        "units": [("片区小区一览.csv", _units(chance))],
        "leaders": [("巷邻长名单.csv", people)],
        "tickets": [("诉求登记.csv", rows)],
        "callbacks": [("反馈.csv", callbacks(chance, plan, rows, 0.55))],
        "activities": [("走访活动.csv", around.numbered([*walks, *_gatherings(chance, clock)], "HD"))],
        "indicators": [("工作量统计.csv", _figures(chance))],
    }


def _units(chance: Random) -> list[Row]:
    """Sixteen compounds; five are not yet occupied and have no households."""
    community = {"unit_id": ROOT, "parent_id": None, "level": "community", "name": "胡巷社区", "households": None}
    sectors = [
        {"unit_id": code, "parent_id": ROOT, "level": "sector", "name": f"第 {n} 片区", "households": None}
        for n, code in enumerate(SECTORS, 1)
    ]
    compounds = [
        {
            "unit_id": code,
            "parent_id": SECTORS[n % 3],
            "level": "compound",
            "name": f"{n + 1} 号小区",
            "households": chance.randint(210, 520) if code in HANDED_OVER else 0,
        }
        for n, code in enumerate(COMPOUNDS)
    ]
    return [community, *sectors, *compounds]


def _gatherings(chance: Random, clock: Clock) -> list[Row]:
    """Twelve Wednesday-noon sessions, eight study visits, eleven questionnaires, thirty first vaccinations."""
    rows = around.gatherings(chance, clock, [ROOT], {"training": 8}, 96, (6, 14))
    rows += around.gatherings(chance, clock, HANDED_OVER, {"survey": 11}, 520, (1, 3))
    rows += around.gatherings(chance, clock, HANDED_OVER[:6], {"service": 6}, 30, (1, 2))
    first = date(2022, 3, 23)
    rows += [
        around.activity("meeting", ROOT, datetime.combine(first + timedelta(weeks=week), time(12, 30)),
                        chance.randint(9, 14), chance.randint(9, 14))
        for week in range(12)
    ]  # fmt: skip
    return rows


def _figures(chance: Random) -> list[Row]:
    flows = {"suggestions": 31, "presentations": 12, "summary_reports": 10}
    rows = [row for name, total in flows.items() for row in around.flow(chance, ROOT, name, 2022, 6, total)]
    months = [date(2022, month, 1) for month in range(1, 7)]
    rows += around.stock(ROOT, "resident_records", dict(zip(months, range(10300, 11350, 175), strict=False)))
    rows += around.stock(ROOT, "self_governance_teams", {months[0]: 2, months[3]: 3})
    rows += around.stock(ROOT, "compounds_handed_over", {months[0]: 9, months[2]: 11})
    return rows
