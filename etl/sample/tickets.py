"""Tickets, their events and call-backs from a plan that fixes how many had which outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from etl.sample.chance import Clock, busy
from etl.sample.paper import Row

TITLES = {
    "sanitation": ("垃圾桶满溢", "楼道堆放杂物", "下水道有异味", "墙面小广告"),
    "facilities": ("路灯不亮", "井盖松动", "健身器材损坏", "路面破损"),
    "noise": ("夜间施工噪音", "广场音响声音大", "邻居装修噪音", "商铺喇叭扰民"),
    "parking": ("车辆堵塞通道", "消防通道停车", "电动车乱停", "车位不足"),
    "neighbours": ("漏水引起纠纷", "晾晒占用公共空间", "宠物引起争执"),
    "property": ("电梯故障", "门禁损坏", "绿化无人修剪", "保洁不及时"),
    "safety": ("飞线充电", "线路老化", "高空坠物隐患", "树枝伸向窗户"),
    "water_power": ("水压不足", "停电咨询", "燃气检修预约"),
    "elderly_care": ("独居老人需要探望", "申请助餐", "代办证件"),
    "building": ("屋顶渗漏", "外墙脱落", "楼梯扶手松动"),
    "pets": ("遛狗不牵绳", "流浪猫聚集"),
    "policy": ("医保缴费咨询", "养老认证咨询", "入学政策咨询", "居住证办理咨询"),
    "urgent": ("突发漏水", "临时困难救助", "就医协助"),
    "livelihood": ("增设充电棚", "加装扶手", "便民市集选址"),
    "commerce": ("占道经营", "油烟扰民", "招牌松动"),
}
SATISFACTION = ("very_satisfied", "satisfied", "mostly", "neutral", "dissatisfied", "very_dissatisfied")


@dataclass(frozen=True)
class Plan:
    """What a site's tickets are like. Counts are exact; everything else is drawn."""

    prefix: str
    since: date
    until: date
    lanes: Sequence[tuple[str, str]]  # unit, steward
    counts: dict[str, int]  # self, up, up_open, above_self, above_up, above_open, in_hand
    categories: dict[str, float]
    channels: dict[str, float]
    tiers: dict[str, float]  # where tickets that went up are settled
    above: dict[str, float] = field(default_factory=dict)  # channels of tickets that came down
    classes: dict[str, float] = field(default_factory=lambda: {"consultation": 2, "general": 7, "key": 1})
    higher: Sequence[str] = ()  # units above the lanes that a few tickets belong to
    self_hours: tuple[float, float] = (7, 1.25)
    up_hours: tuple[float, float] = (46, 0.95)
    steep: float = 0.8


def tickets(chance: Random, plan: Plan) -> list[Row]:
    """The tickets of a plan by time of report, numbered in that order."""
    clock = Clock(chance, plan.since, plan.until)
    weights = busy(chance, len(plan.lanes), plan.steep)
    rows = [
        _ticket(chance, plan, clock, outcome, weights) for outcome, count in plan.counts.items() for _ in range(count)
    ]
    rows.sort(key=lambda row: row["reported_at"])
    for number, row in enumerate(rows, 1):
        row["ticket_id"] = f"{plan.prefix}{row['reported_at']:%y%m}{number:05}"
    return rows


def _ticket(chance: Random, plan: Plan, clock: Clock, outcome: str, weights: list[float]) -> Row:
    from_above, settled = outcome.startswith("above"), outcome in ("self", "up", "above_self", "above_up")
    rises = outcome in ("up", "up_open", "above_up")
    row = _times(chance, plan, clock, settled, rises, open_for=45 if outcome == "in_hand" else 75)
    unit, steward = chance.choices(plan.lanes, weights)[0]
    if plan.higher and chance.random() < 0.03:
        unit, steward = chance.choice(plan.higher), ""
    category = _pick(chance, plan.categories)
    kind = "consultation" if category == "policy" else _pick(chance, plan.classes)
    tier = _pick(chance, plan.tiers) if rises else "steward"
    return row | {
        "unit_id": unit,
        "steward_id": steward,
        "category": category,
        "class": kind,
        "channel": _pick(chance, plan.above if from_above else plan.channels),
        "entry": "above" if from_above else "steward",
        "title": chance.choice(TITLES[category]),
        "reporter": f"居民{chance.randrange(1, 4000):05}",
        "tier": tier,
        "from_above": from_above,
    }


def _times(chance: Random, plan: Plan, clock: Clock, settled: bool, rises: bool, open_for: int) -> Row:
    """Report, first response, step up, settlement and closing in that order, all before the sample's end."""
    while True:
        old = chance.random() < 0.15
        reported = clock.moment(None if settled or old else min(open_for, (plan.until - plan.since).days))
        answered = clock.after(reported, 0.8, 1.1)
        up = clock.after(answered, 3, 1.0) if rises else None
        resolved = clock.after(up or answered, *(plan.up_hours if rises else plan.self_hours)) if settled else None
        closed = clock.after(resolved, 20, 0.7) if resolved else None
        if (resolved or up or answered) < clock.end:
            return {
                "reported_at": reported,
                "first_response_at": answered,
                "escalated_at": up,
                "resolved_at": resolved,
                "closed_at": closed if closed and closed < clock.end else None,
            }


def _pick(chance: Random, weights: dict[str, float]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def events(chance: Random, plan: Plan, rows: list[Row], reopen: float = 0.03, deliberate: float = 0.5) -> list[Row]:
    """The event log of these tickets: steps up and down, settlements, reopenings, and the five steps of deliberation
    for a part of the key matters. Reopened tickets that had time were settled again; each ticket gets `settled_on`,
    the day of its standing settlement."""
    clock, log = Clock(chance, plan.since, plan.until), []
    for row in rows:
        steps = _steps(clock, row)
        if row["class"] == "key" and row["resolved_at"] and chance.random() < deliberate:
            steps += _deliberation(row)
        if row["resolved_at"] and chance.random() < reopen:
            steps += _reopening(clock, row)
        steps.sort(key=lambda step: step[0])
        last = [step for step in steps if step[1] in ("resolved", "reopened")][-1:]
        row["settled_on"] = last[0][0].date() if last and last[0][1] == "resolved" else None
        log += [
            {
                "ticket_id": row["ticket_id"],
                "happened_at": at,
                "seq": seq,
                "event": event,
                "from_tier": old,
                "to_tier": new,
            }
            for seq, (at, event, old, new) in enumerate(steps, 1)
        ]
    return sorted(log, key=lambda event: (event["happened_at"], event["ticket_id"], event["seq"]))


Step = tuple[datetime, str, str | None, str | None]


def _steps(clock: Clock, row: Row) -> list[Step]:
    """What happened to one ticket, in order."""
    start: datetime = row["reported_at"]
    steps: list[Step] = [(start, "reported", None, "community" if row["from_above"] else "steward")]
    if row["from_above"]:
        steps.append((start + (row["first_response_at"] - start) / 2, "handed_down", "community", "steward"))
    steps.append((row["first_response_at"], "responded", None, None))
    if row["escalated_at"]:
        steps.append((row["escalated_at"], "escalated", "steward", row["tier"]))
    if row["resolved_at"]:
        steps.append((row["resolved_at"], "resolved", None, None))
    if row["closed_at"]:
        steps.append((row["closed_at"], "closed", None, None))
    return steps


def _deliberation(row: Row) -> list[Step]:
    names = ("proposed", "assessed", "deliberated", "decided", "evaluated")
    start, whole = row["first_response_at"], row["resolved_at"] - row["first_response_at"]
    return [(start + whole * part / 6, name, None, None) for part, name in enumerate(names, 1)]


def _reopening(clock: Clock, row: Row) -> list[Step]:
    again = clock.after(row["resolved_at"], 90, 0.6)
    if again >= clock.end:
        return []
    steps: list[Step] = [(again, "reopened", None, None)]
    settled = clock.after(again, 30, 0.8)
    return [*steps, (settled, "resolved", None, None)] if settled < clock.end else steps


def doubles(chance: Random, plan: Plan, rows: list[Row], count: int, office: str) -> tuple[list[Row], list[Row]]:
    """Tickets that were reported twice, and the entries of the ledger that take the second report out."""
    twice = chance.sample([row for row in rows if not row["from_above"]], min(count, len(rows) // 20))
    seconds = [
        row | {"ticket_id": f"{row['ticket_id']}D", "reported_at": row["reported_at"] + timedelta(minutes=minutes)}
        for row in twice
        for minutes in [chance.randrange(3, 50)]
    ]
    entries = [
        {
            "ticket_id": second["ticket_id"],
            "excluded_on": min(row["reported_at"].date() + timedelta(chance.randrange(1, 6)), plan.until),
            "kind": "重复工单", "by": office, "reason": "同一诉求重复上报", "evidence": f"原工单 {row['ticket_id']}",
        }
        for row, second in zip(twice, seconds, strict=True)
    ]  # fmt: skip
    return seconds, sorted(entries, key=lambda entry: (entry["excluded_on"], entry["ticket_id"]))


def callbacks(
    chance: Random, plan: Plan, rows: list[Row], cover: float = 0.6, good: dict[int, float] | None = None
) -> list[Row]:
    """Call-backs after settlement: some not reached and tried again; answers worse where it took long. `good` is
    the chance that a matter counts as solved, by year."""
    end, made = Clock(chance, plan.since, plan.until).end, []
    for row in rows:
        if row["resolved_at"] is None or chance.random() > cover:
            continue
        asked = row["resolved_at"] + timedelta(days=chance.randrange(1, 5), minutes=chance.randrange(300))
        if asked >= end:
            continue
        if chance.random() < 0.12:
            made.append({"ticket_id": row["ticket_id"], "asked_at": asked, "reached": False})
            asked += timedelta(days=1, minutes=17)
            if asked >= end or chance.random() < 0.3:
                continue
        hours = (row["resolved_at"] - row["reported_at"]).total_seconds() / 3600
        made.append(_answer(chance, row, asked, hours, (good or {}).get(asked.year, 0.92)))
    return sorted(made, key=lambda row: (row["asked_at"], row["ticket_id"]))


def _answer(chance: Random, row: Row, asked: datetime, hours: float, good: float) -> Row:
    solved = chance.random() < good - (0.08 if hours > 96 else 0)
    weights = (46, 38, 9, 4, 2, 1) if solved else (3, 12, 20, 25, 28, 12)
    answer: dict[str, Any] = {
        "contacted": chance.random() < 0.95,
        "solved": solved,
        "satisfaction": chance.choices(SATISFACTION, weights)[0],
    }
    return {"ticket_id": row["ticket_id"], "asked_at": asked, "reached": True} | answer
