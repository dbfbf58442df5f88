"""C · guzhen: four networks in three grids of one community, to September 2024."""

from datetime import date, datetime, time, timedelta
from random import Random

from etl.sample import around
from etl.sample.chance import Clock
from etl.sample.paper import Exports, Row
from etl.sample.tickets import Plan, callbacks, tickets

TICKETS = 94
SINCE, UNTIL = date(2024, 1, 1), date(2024, 9, 18)
ROOT = "GZ"
GRIDS = ["GZ-W1", "GZ-W2", "GZ-W3"]
NETWORKS = ("party", "safety", "service", "autonomy")
ORGANISATIONS = ("应急志愿队", "巾帼服务队", "银龄互助社", "环境促进会", "文体联谊会")
MISSED = {(3, 1), (6, 2)}  # month and grid of the turns that nobody kept


def exports(scale: float) -> Exports:
    """The site's files, with `scale` times the usual number of tickets."""
    chance = Random("guzhen")
    people = around.appointments(chance, "grid_worker", [grid for grid in GRIDS for _ in range(3)], "WG", SINCE)
    around.mark(chance, people, "party_member", 5)
    lanes = [(row["unit_id"], row["steward_id"]) for row in people]
    plan = Plan(
        prefix="GZ", since=SINCE, until=UNTIL, lanes=lanes, steep=0.4,
        counts={outcome: round(count * scale) for outcome, count in
                {"self": 49, "up": 32, "up_open": 7, "in_hand": 6}.items()},
        categories={"property": 24, "sanitation": 18, "parking": 14, "facilities": 14, "neighbours": 12, "safety": 10,
                    "water_power": 8},
        channels={"patrol": 40, "mini_program": 30, "visit": 20, "phone": 10},
        tiers={"property": 58, "community": 42},
        up_hours=(70, 0.9),
    )  # fmt: skip
    rows = tickets(chance, plan)
    for row in rows:
        row["due_at"] = _agreed(chance, row)
    clock = Clock(chance, SINCE, UNTIL)
    duties = _duties()
    kept = [_kept(chance, clock, duty) for duty in duties if (duty["starts_on"].month, _grid(duty)) not in MISSED]
    gatherings = around.gatherings(
        chance, clock, GRIDS, {"publicity": 16, "meeting": 12, "inspection": 14}, 1960, (6, 30)
    )
    for row in gatherings:
        row["network"] = chance.choice(NETWORKS)
    walks = around.visits(chance, clock, lanes, 640, 905)
    for row in walks:
        row["network"] = "safety" if row["kind"] == "patrol" else "service"
    return {
        "grids": [("网格信息.csv", _units())],
        "workers": [("网格员.csv", people)],
        "tickets": [("小程序工单.json", rows)],
        "callbacks": [("效果追踪.csv", callbacks(chance, plan, rows, 0.7))],
        "activities": [("四网活动.csv", around.numbered([*gatherings, *walks, *kept], "HD"))],
        "duties": [("轮值表.csv", duties)],
    }


def _units() -> list[Row]:
    homes = (412, 388, 455)
    community = {"unit_id": ROOT, "parent_id": None, "level": "community", "name": "古镇社区", "households": None}
    return [
        community,
        *(
            {"unit_id": code, "parent_id": ROOT, "level": "grid", "name": f"第 {n} 网格", "households": homes[n - 1]}
            for n, code in enumerate(GRIDS, 1)
        ),
    ]


def _agreed(chance: Random, row: Row) -> datetime | None:
    """Complex matters carry the day by which the resident was promised a reply."""
    if not row["escalated_at"]:
        return None
    return datetime.combine(row["escalated_at"].date() + timedelta(chance.randint(4, 10)), time(18))


def _duties() -> list[Row]:
    """A month a turn and grid, the five organisations one after the other; the last turn has not ended yet."""
    return [
        {
            "unit_id": grid,
            "organisation": ORGANISATIONS[(month + place) % 5],
            "starts_on": date(2024, month, 1),
            "ends_on": date(2024, month + 1, 1) - timedelta(1),
        }
        for month in range(1, 10)
        for place, grid in enumerate(GRIDS)
    ]


def _grid(duty: Row) -> int:
    return int(duty["unit_id"][-1])


def _kept(chance: Random, clock: Clock, duty: Row) -> Row:
    last = min(duty["ends_on"], UNTIL - timedelta(1))
    moment = clock.at(duty["starts_on"] + timedelta(chance.randrange((last - duty["starts_on"]).days + 1)))
    kind = chance.choice(("service", "publicity", "festival"))
    return around.activity(
        kind, duty["unit_id"], moment.replace(minute=30, second=0), chance.randint(8, 26), chance.randint(20, 90),
        organisation=duty["organisation"], network="autonomy",
    )  # fmt: skip
