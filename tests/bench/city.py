"""A city's exports of any size: 1,200 lanes, three years, skewed as real ones are, with call-backs and activities."""

from datetime import date
from pathlib import Path

import duckdb

LANES = 1_200
SITE = """
name = {zh = "大城", en = "Large city"}
lane = "lane"
ladder = ["steward", "community", "street", "department"]
[limits]
consultation = {working_days = 1, met_by = "first_response"}
general = {working_days = 3, met_by = "resolved"}
key = {working_days = 5, met_by = "resolved"}
"""
SOURCES = """
[units]
pattern = "units*.csv"
table = "unit"
columns = {unit_id = "unit", parent_id = "parent", level = "level", name = "name", households = "households"}
[stewards]
pattern = "stewards*.csv"
table = "steward"
columns = {steward_id = "steward", unit_id = "unit", started_on = "since", role = "role"}
[tickets]
pattern = "tickets*.csv"
table = "ticket"
newest_by = "exported"
dates = ["%Y-%m-%d %H:%M:%S"]
columns = {ticket_id = "ticket", unit_id = "unit", steward_id = "steward", channel = "channel", category = "category", class = "class", entry = "entry", reporter = "reporter", reported_at = "reported", first_response_at = "responded", escalated_at = "escalated", tier = "tier", resolved_at = "resolved", closed_at = "closed"}
[callbacks]
pattern = "callbacks*.csv"
table = "callback"
newest_by = "exported"
dates = ["%Y-%m-%d %H:%M:%S"]
columns = {ticket_id = "ticket", asked_at = "asked", reached = "reached", contacted = "contacted", solved = "solved", satisfaction = "satisfaction"}
[activities]
pattern = "activities*.csv"
table = "activity"
dates = ["%Y-%m-%d %H:%M:%S"]
columns = {activity_id = "activity", unit_id = "unit", steward_id = "steward", kind = "kind", started_at = "started", participants = "participants"}
"""
UNITS = """
select 'S' as unit, null as parent, 'street' as level, 'City' as name, null as households
union all select 'C' || c, 'S', 'community', 'Community ' || c, null from range(40) as t(c)
union all select 'L' || l, 'C' || l % 40, 'lane', 'Lane ' || l, 20 + hash(l) % 180 from range({lanes}) as t(l)
"""
STEWARDS = "select 'P' || l as steward, 'L' || l as unit, '2019-01-01' as since, 'lane_steward' as role from range({lanes}) as t(l)"
# One number a ticket decides all of it, so that the same size is always the same city. Lanes and categories are
# skewed by a power of a uniform draw, hours have two peaks, nine in ten are settled, one in four goes up.
TICKETS = """
with draws as (
    select n, (hash(n) % 1000003) / 1000003.0 as a, (hash(n * 7 + 1) % 1000003) / 1000003.0 as b,
        (hash(n * 13 + 5) % 1000003) / 1000003.0 as c, (hash(n * 17 + 3) % 1000003) / 1000003.0 as d
    from range({first}, {last}) as t(n)
),
placed as (
    select *, (power(a, 2.2) * {lanes})::int as lane,
        timestamp '2021-01-01' + to_seconds(floor(n * {step})::bigint)
            + to_minutes((case when c < 0.55 then 480 + d * 240 else 780 + d * 480 end)::bigint) as reported
    from draws
),
lived as (
    select *, b < 0.25 as up, c < 0.9 as done, reported + to_minutes((5 + d * 300)::bigint) as responded,
        reported + to_minutes((30 + power(d, 4) * 20000)::bigint) as resolved
    from placed
)
select
    'T' || lpad(n::varchar, 9, '0') as ticket, 'L' || lane as unit, 'P' || lane as steward,
    ['phone', 'wechat', 'qr_code', 'visit', 'hotline_12345'][1 + (power(c, 1.5) * 5)::int % 5] as channel,
    ['sanitation', 'noise', 'parking', 'facilities', 'property', 'safety', 'pets', 'policy'][1 + (power(b, 2) * 8)::int % 8]
        as category,
    ['general', 'general', 'consultation', 'key'][1 + n % 4] as class,
    case when b < 0.12 then 'above' else 'steward' end as entry,
    'title ' || n % 1000 as title, '139' || lpad((hash(n) % 5000000)::varchar, 8, '0') as reporter,
    strftime(reported, '%Y-%m-%d %H:%M:%S') as reported, strftime(responded, '%Y-%m-%d %H:%M:%S') as responded,
    case when up then strftime(reported + interval 40 minutes, '%Y-%m-%d %H:%M:%S') end as escalated,
    case when not up then 'steward' when b < 0.17 then 'community' when b < 0.22 then 'street' else 'department' end as tier,
    case when {settled} or done then strftime(greatest(responded, resolved), '%Y-%m-%d %H:%M:%S') end as resolved,
    case when {settled} or done then strftime(greatest(responded, resolved) + interval 1 hour, '%Y-%m-%d %H:%M:%S') end as closed,
    '{exported}' as exported
from lived
"""
CALLBACKS = """
select 'T' || lpad((n * 3)::varchar, 9, '0') as ticket,
    strftime(timestamp '2021-01-20' + to_seconds(floor(n * 3 * {step})::bigint), '%Y-%m-%d %H:%M:%S') as asked,
    case when n % 10 < 8 then 'yes' else 'no' end as reached, case when n % 7 then 'yes' else 'no' end as contacted,
    case when n % 6 then 'yes' else 'no' end as solved,
    ['very_satisfied', 'satisfied', 'mostly', 'neutral', 'dissatisfied'][1 + (power((hash(n) % 1000) / 1000.0, 2) * 5)::int % 5]
        as satisfaction, '{exported}' as exported
from range({first}, {last}) as t(n)
"""
ACTIVITIES = """
select 'A' || lpad(n::varchar, 9, '0') as activity, 'L' || hash(n) % {lanes} as unit, 'P' || hash(n) % {lanes} as steward,
    ['visit', 'visit', 'patrol', 'meeting', 'publicity'][1 + n % 5] as kind,
    strftime(timestamp '2021-01-01' + to_seconds(floor(n * 5 * {step})::bigint) + interval 9 hours, '%Y-%m-%d %H:%M:%S')
        as started, 1 + hash(n) % 40 as participants
from range({first}, {last}) as t(n)
"""
SPAN = (date(2023, 12, 20) - date(2021, 1, 1)).days * 86_400


def write(data: Path, tickets: int) -> Path:
    """Write the site `city` with this many tickets, a third as many call-backs and a fifth as many activities; its
    inbox."""
    folder = data / "sites" / "city"
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(SITE, "utf-8")
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    common = {"lanes": LANES, "step": SPAN / tickets, "exported": "2023-12-31 00:00:00", "settled": "false"}
    _file(inbox / "units.csv", UNITS, common)
    _file(inbox / "stewards.csv", STEWARDS, common)
    for year in range(3):
        first, last = tickets * year // 3, tickets * (year + 1) // 3
        _file(inbox / f"tickets_{2021 + year}.csv", TICKETS, common | {"first": first, "last": last})
    _file(inbox / "callbacks.csv", CALLBACKS, common | {"first": 0, "last": tickets // 3})
    _file(inbox / "activities.csv", ACTIVITIES, common | {"first": 0, "last": tickets // 5})
    return inbox


def write_week(inbox: Path, tickets: int, rows: int = 10_000) -> Path:
    """Next week's export: seven in ten rows new, three the last ones again, settled by now."""
    first = tickets - rows * 3 // 10
    common = {"lanes": LANES, "step": SPAN / tickets, "exported": "2024-01-07 00:00:00", "settled": "true"}
    path = inbox / "tickets_week.csv"
    _file(path, TICKETS, common | {"first": first, "last": first + rows})
    return path


def _file(path: Path, sql: str, values: dict[str, object]) -> None:
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        con.execute(f"copy ({sql.format(**values)}) to '{path}' (header, delimiter ',')")
