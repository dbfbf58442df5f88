"""The indicators of an office, worked out from its raw files by pandas alone: what the definitions say, written a
second time by other means, to check the board by. Nothing of board/ or etl/ is used; site.toml and sources.toml are."""

import json
import re
import tomllib
from datetime import date, timedelta
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any

import chinese_calendar
import numpy as np
import pandas as pd

TIERS = ["steward", "group", "sector", "grid", "property", "community", "street", "partner", "department"]
WEIGHTS = {"very_satisfied": 1.0, "satisfied": 1.0, "mostly": 0.8}
STEPS = ("proposed", "assessed", "deliberated", "decided", "evaluated")
DAY = timedelta(days=1)
STAMPS = [
    "reported_at", "first_response_at", "escalated_at", "resolved_at", "closed_at", "due_at", "happened_at", "asked_at",
    "started_at", "started_on", "ended_on", "starts_on", "ends_on", "excluded_on", "month",
]  # fmt: skip
TICKET = [
    "ticket_id", "unit_id", "category", "channel", "class", "entry", "reporter", "tier", "reported_at",
    "first_response_at", "escalated_at", "resolved_at", "closed_at", "due_at",
]  # fmt: skip


class Office:
    """One site's folder: its files as tables under the names of the contract, and the numbers they give."""

    def __init__(self, folder: Path) -> None:
        self.settings: dict[str, Any] = tomllib.loads((folder / "site.toml").read_text("utf-8"))
        self.tables = _tables(folder)
        self.ladder: list[str] = self.settings["ladder"]
        self.lane_levels = np.atleast_1d(self.settings["lane"]).tolist()

    def table(self, name: str, columns: list[str]) -> pd.DataFrame:
        """A table with all of these columns, also where the office has none of them."""
        frame = self.tables.get(name, pd.DataFrame()).reindex(columns=columns)
        return frame.astype({column: "datetime64[us]" for column in columns if column in STAMPS})

    @cached_property
    def events(self) -> pd.DataFrame:
        """The log of steps in its order."""
        frame = self.table("ticket_event", ["ticket_id", "happened_at", "seq", "event", "from_tier", "to_tier"])
        return frame.assign(seq=frame["seq"].astype(float)).sort_values(["ticket_id", "happened_at", "seq"])

    @cached_property
    def as_of(self) -> pd.Timestamp:
        """The latest stamp of something that happened."""
        tickets = self.table("ticket", [*TICKET])
        stamps = [
            tickets[name] for name in ("reported_at", "first_response_at", "escalated_at", "resolved_at", "closed_at")
        ]
        stamps += [self.events["happened_at"], self.table("callback", ["asked_at"])["asked_at"]]
        stamps += [self.table("activity", ["started_at"])["started_at"]]
        return max(pd.to_datetime(each).max() for each in stamps if each.notna().any())

    @cached_property
    def first_day(self) -> date:
        """The day of the earliest stamp."""
        tickets, activities = self.table("ticket", ["reported_at"]), self.table("activity", ["started_at"])
        return min(pd.to_datetime(each).min() for each in (tickets["reported_at"], activities["started_at"])).date()

    # ---- units

    @cached_property
    def units(self) -> pd.DataFrame:
        """Every unit with its ancestors from itself up and the lane it lies in (itself where none)."""
        frame = self.table("unit", ["unit_id", "parent_id", "level", "households"]).set_index("unit_id")
        frame["households"] = frame["households"].astype(float)
        above: dict[str, list[str]] = {}
        for unit in frame.index:
            line, at = [unit], frame.at[unit, "parent_id"]
            while isinstance(at, str) and at:
                line.append(at)
                at = frame.at[at, "parent_id"]
            above[unit] = line
        lanes = {unit: next((each for each in line if frame.at[each, "level"] in self.lane_levels), unit)
                 for unit, line in above.items()}  # fmt: skip
        parents = {up for unit, line in above.items() if frame.at[unit, "households"] > 0 for up in line[1:]}
        frame["counted"] = frame["households"].where(~frame.index.isin(parents))
        return frame.assign(
            above=pd.Series(above), lane=pd.Series(lanes), is_lane=frame["level"].isin(self.lane_levels)
        )

    # ---- working days

    @cached_property
    def workdays(self) -> pd.Series:
        """Day → number of working days up to and including it."""
        last = max(self.as_of, pd.to_datetime(self.table("ticket", ["due_at"])["due_at"]).max() or self.as_of)
        days = pd.date_range(date(self.first_day.year, 1, 1), last.date() + 60 * DAY, freq="D")
        return pd.Series([chinese_calendar.is_workday(day.date()) for day in days], index=days).cumsum()

    def worked(self, day: pd.Timestamp) -> bool:
        """Whether a day is a working day."""
        return chinese_calendar.is_workday(day.date())

    def end_of(self, working_day: int) -> pd.Timestamp:
        """The last second of the n-th working day."""
        day = self.workdays.index[self.workdays.searchsorted(working_day)]
        return day + timedelta(hours=23, minutes=59, seconds=59)

    def day_0(self, reported: pd.Timestamp) -> int:
        """The number of the working day that a report counts from."""
        return int(self.workdays[reported.normalize()]) + (0 if self.worked(reported) else 1)

    # ---- tickets

    @cached_property
    def tickets(self) -> pd.DataFrame:
        """Every valid ticket with what the definitions make of it."""
        gone = set(self.table("exclusion", ["ticket_id"])["ticket_id"])
        steps = dict(tuple(self.events.groupby("ticket_id")))
        rows = self.table("ticket", TICKET).to_dict("records")
        return pd.DataFrame(
            [self._ticket(row, steps.get(row["ticket_id"])) for row in rows if row["ticket_id"] not in gone]
        )

    def _ticket(self, row: dict[str, Any], steps: pd.DataFrame | None) -> dict[str, Any]:
        answered, settled, closed = row["first_response_at"], row["resolved_at"], row["closed_at"]
        consulted, highest, up_at = pd.NaT, self._rank(row["tier"]), row["escalated_at"]
        if steps is not None:

            def of(*events: str) -> pd.DataFrame:
                return steps[steps["event"].isin(events)]

            answered = _earliest(answered, of("responded")["happened_at"].min())
            verdicts = of("resolved", "reopened")
            if len(verdicts):
                settled = verdicts["happened_at"].iloc[-1] if verdicts["event"].iloc[-1] == "resolved" else pd.NaT
            closings = of("closed", "reopened")
            if len(closings):
                closed = closings["happened_at"].iloc[-1] if closings["event"].iloc[-1] == "closed" else pd.NaT
            consulted = of("deliberated")["happened_at"].min()
            highest = max([highest, *map(self._rank, [*steps["from_tier"], *steps["to_tier"]])])
            up_at = _earliest(up_at, of("escalated")["happened_at"].min())
        above = row["entry"] == "above"
        escalated = above or highest > 1 or pd.notna(up_at)
        reported = row["reported_at"]
        limit, met_by = self._limit(row)
        met = {"first_response": _earliest(answered, settled), "deliberated": _earliest(consulted, settled)}.get(
            met_by, settled
        )
        first = self.day_0(reported)
        unit = row["unit_id"] if row["unit_id"] in self.units.index else "unknown"
        return row | {
            "lane": self.units.at[unit, "lane"] if unit != "unknown" else unit,
            "line": self.units.at[unit, "above"] if unit != "unknown" else [],
            "outcome": "escalated" if escalated else "self_resolved" if pd.notna(settled) else "in_hand",
            "settled_at": settled,
            "shut_at": closed,
            "answered_at": answered,
            "limit": limit,
            "met_at": met,
            "minutes": (settled - reported) // timedelta(minutes=1) if pd.notna(settled) else None,
            "days": max(int(self.workdays[settled.normalize()]) - first, 0) if pd.notna(settled) else None,
            "answered_in_time": pd.notna(answered) and answered <= self.end_of(first + 1),
            "on_time": pd.notna(limit) and pd.notna(met) and met <= limit,
            "is_due": pd.notna(limit) and limit < self.as_of,
        }

    def _rank(self, tier: object) -> int:
        order = [*self.ladder, *(each for each in TIERS if each not in self.ladder)]
        return order.index(tier) + 1 if tier in order else 1

    def _limit(self, row: dict[str, Any]) -> tuple[pd.Timestamp, str]:
        limits = self.settings.get("limits", {})
        own = limits.get(row["class"]) or limits.get("default")
        if pd.notna(row["due_at"]):
            whole_day = row["due_at"] == row["due_at"].normalize()
            due = row["due_at"] + timedelta(hours=23, minutes=59, seconds=59) if whole_day else row["due_at"]
            return due, own["met_by"] if own else "resolved"
        if not own:
            return pd.NaT, "resolved"
        return self.end_of(self.day_0(row["reported_at"]) + own["working_days"]), own["met_by"]

    @cached_property
    def repeats(self) -> set[str]:
        """The tickets whose reporter had reported the same category within the days before."""
        days = timedelta(days=self.settings.get("repeat_days", 30))
        rows = self.tickets[self.tickets["reporter"].notna()].sort_values(["reported_at", "ticket_id"])
        before = rows.groupby(["reporter", "category"], dropna=False)["reported_at"].shift()
        return set(rows.loc[rows["reported_at"] - before <= days, "ticket_id"])

    @cached_property
    def settlements(self) -> pd.DataFrame:
        """Every settlement of the log, and whether a reopening followed within the days."""
        days = timedelta(days=self.settings.get("reopen_days", 30))
        rows = self.events[self.events["event"].isin(["resolved", "reopened"])].merge(self.tickets, on="ticket_id")
        after = rows.groupby("ticket_id")[["event", "happened_at"]].shift(-1)
        again = (after["event"] == "reopened") & (after["happened_at"] <= rows["happened_at"] + days)
        return rows.assign(again=again)[rows["event"] == "resolved"]

    @cached_property
    def answers(self) -> pd.DataFrame:
        """The last answered call-back of each ticket, and when the first was."""
        names = ["ticket_id", "asked_at", "reached", "contacted", "solved", "satisfaction"]
        rows = self.table("callback", names).sort_values("asked_at", kind="stable")
        told = rows[["contacted", "solved", "satisfaction"]].notna().any(axis=1)
        rows = rows[(rows["reached"] == "yes") | (rows["reached"].isna() & told)]
        last = rows.groupby("ticket_id").tail(1).merge(self.tickets, on="ticket_id")
        return last.merge(rows.groupby("ticket_id")["asked_at"].min().rename("called_at"), on="ticket_id")

    # ---- numbers

    def numbers(
        self, since: date | None = None, until: date | None = None, category: str = "", lane: str = ""
    ) -> dict[str, float | None]:
        """Every indicator of a period (`until` exclusive) and of one category or one lane."""
        begin, end = since or self.first_day, min(until or date.max, self.as_of.date() + DAY)

        def there(frame: pd.DataFrame, stamp: str) -> pd.DataFrame:
            stamps = pd.to_datetime(frame[stamp])
            kept = stamps.notna()
            if since:
                kept &= stamps >= pd.Timestamp(since)
            if until:
                kept &= stamps < pd.Timestamp(until)
            return frame[kept]

        def of(frame: pd.DataFrame) -> pd.DataFrame:
            kept = pd.Series(True, index=frame.index)
            if category:
                kept &= frame["category"].fillna("unknown") == category
            return frame[kept & (frame["lane"] == lane)] if lane else frame[kept]

        tickets = of(self.tickets)
        numbers: dict[str, float | None] = {}
        numbers |= self._tickets(tickets, there, end)
        numbers |= self._answers(of(self.answers), there, numbers)
        numbers |= self._steps(of(self.settlements), of(self.events.merge(self.tickets, on="ticket_id")), there)
        numbers |= self._people(begin, end, lane, numbers)
        if not category:
            numbers |= self._activities(there, lane, numbers)
        return numbers

    def _tickets(self, tickets: pd.DataFrame, there: Any, end: date) -> dict[str, float | None]:
        came, settled = there(tickets, "reported_at"), there(tickets, "settled_at")
        due = there(tickets[tickets["is_due"]], "limit")
        ahead = there(tickets[tickets["limit"].notna() & ~tickets["is_due"] & tickets["met_at"].isna()], "limit")
        limited = came["limit"].notna()
        last = pd.Timestamp(end)
        left = tickets[(tickets["reported_at"] < last) & ~(tickets["settled_at"] < last)]
        late = tickets[tickets["is_due"] & (tickets["limit"] < last) & ~(tickets["met_at"] < last)]
        late = late[late["met_at"].isna() | (late["met_at"] > late["limit"])]
        found: dict[str, float | None] = {
            "received": len(came), "resolved": len(settled), "open": len(left), "overdue": len(late),
            "settled": came["settled_at"].notna().sum(), "with_outcome": len(came),
            **{name: (came["outcome"] == name).sum() for name in ("self_resolved", "escalated", "in_hand")},
            "hours_median": _quantile(settled["minutes"], 0.5, 60), "hours_p90": _quantile(settled["minutes"], 0.9, 60),
            "days_median": _quantile(settled["days"], 0.5, 1),
            "answerable": len(came), "answered_in_time": came["answered_in_time"].sum(),
            "with_reporter": came["reporter"].notna().sum(), "repeated": came["ticket_id"].isin(self.repeats).sum(),
            "quick": (settled["settled_at"] - settled["reported_at"] < timedelta(minutes=10)).sum(),
            "closed_unsettled": (came["shut_at"].notna() & came["settled_at"].isna()).sum(),
            "falling_due": len(ahead), "due": len(due), "on_time": due["on_time"].sum(),
            "settled_with_limit": settled["limit"].notna().sum(), "settled_on_time": settled["on_time"].sum(),
            "received_with_limit": limited.sum(), "received_on_time": came["on_time"].sum(),
        }  # fmt: skip
        n = found
        rates = {
            "resolution_rate": ("settled", "received"), "self_rate": ("self_resolved", "received"),
            "escalation_rate": ("escalated", "received"), "first_response_rate": ("answered_in_time", "answerable"),
            "repeat_rate": ("repeated", "with_reporter"), "on_time_rate": ("on_time", "due"),
            "on_time_rate_a": ("settled_on_time", "settled_with_limit"),
            "on_time_rate_c": ("received_on_time", "received_with_limit"),
        }  # fmt: skip
        found |= {name: _share(n[part], n[whole]) for name, (part, whole) in rates.items()}
        return found | {f"on_time_rate_{each}0": found[f"on_time_rate{rest}"] for each, rest in
                        (("a", "_a"), ("b", ""), ("c", "_c"))}  # fmt: skip

    def _answers(self, answers: pd.DataFrame, there: Any, known: dict[str, float | None]) -> dict[str, float | None]:
        asked, covered = there(answers, "asked_at"), there(answers, "settled_at")
        weights = WEIGHTS | self.settings.get("satisfaction", {})
        points = asked["satisfaction"].dropna().map(lambda answer: weights.get(answer, 0.0)).astype(float)
        found: dict[str, float | None] = {
            "callbacks": len(asked), "called_back": len(covered),
            "coverage": _share(len(covered), known["resolved"]),
            "rated": len(points), "satisfaction": round(points.sum(), 9) if len(points) else None,
            "satisfaction_rate": _share(round(points.sum(), 9), len(points)),
            "dissatisfied": asked["satisfaction"].isin(["dissatisfied", "very_dissatisfied"]).sum(),
        }  # fmt: skip
        for word, whole, rate in (
            ("contacted", "asked_contact", "contact_rate"),
            ("solved", "asked_solved", "solved_rate"),
        ):
            found |= {word: (asked[word] == "yes").sum(), whole: asked[word].notna().sum()}
            found[rate] = _share(found[word], found[whole])
        three = [found[name] for name in ("contact_rate", "solved_rate", "satisfaction_rate")]
        parts = self.settings.get("composite", {"contact": 0.1, "solved": 0.5, "satisfaction": 0.4})
        unknown = any(each is None for each in three)
        total = None if unknown else sum(w * x for w, x in zip(parts.values(), three, strict=True))
        return found | {"composite": total}

    def _steps(self, settlements: pd.DataFrame, events: pd.DataFrame, there: Any) -> dict[str, float | None]:
        names = ("settlements", "reopened", "reopen_rate", *STEPS, *(f"{step}_share" for step in STEPS[1:]))
        if self.events.empty:
            return dict.fromkeys(names)
        made = there(settlements, "happened_at")
        firsts = events.groupby(["ticket_id", "event"], as_index=False)["happened_at"].min()
        taken = there(firsts, "happened_at")["event"].value_counts()
        again = made["again"].sum()
        proposed = there(firsts[firsts["event"] == "proposed"], "happened_at")["ticket_id"]
        reached = firsts[firsts["ticket_id"].isin(proposed)]["event"].value_counts()
        shares = {f"{step}_share": _share(reached.get(step, 0), len(proposed)) for step in STEPS[1:]}
        return {"settlements": len(made), "reopened": again, "reopen_rate": _share(again, len(made)),
                **{name: taken.get(name, 0) for name in STEPS}, **shares}  # fmt: skip

    def _people(self, begin: date, end: date, lane: str, known: dict[str, float | None]) -> dict[str, float | None]:
        units = self.units
        lanes = units[units["is_lane"]]
        here = units[units["lane"] == lane] if lane else units
        names = ["steward_id", "unit_id", "started_on", "ended_on", "party_member", "retired_cadre"]
        people = self.table("steward", names).merge(units[["lane", "is_lane"]], left_on="unit_id", right_index=True)
        people = people[people["lane"] == lane] if lane else people
        first, last = pd.Timestamp(begin), pd.Timestamp(end) - DAY
        left = people["ended_on"].fillna(pd.Timestamp("2999-01-01"))
        now = people[(people["started_on"] <= last) & (left >= last)]
        shared = (np.minimum(left, last) - np.maximum(people["started_on"], first)).dt.days + 1
        serving = (shared.clip(lower=0) * people["is_lane"]).sum() / ((last - first).days + 1)
        marked = self.table("steward", names)
        homes = here["counted"].sum() or None
        fewest, most = self.settings.get("lane_households", (None, None))
        outside = 0 if fewest is None else (~here[here["is_lane"]]["households"].between(fewest, most)).sum()
        found: dict[str, float | None] = {
            "households": homes, "stewards_serving": serving or None, "units": len(here),
            "lanes": int(here["is_lane"].sum()), "lanes_outside": outside, "stewards": now["steward_id"].nunique(),
            "per_100_households": _share(100 * known["received"], homes) if homes else None,
            "per_steward": _share(known["received"], serving), "open_per_steward": _share(known["open"], serving),
        }  # fmt: skip
        for name, column in (("party", "party_member"), ("retired", "retired_cadre")):
            told = marked[column].notna().any() and len(now)
            found[name] = now.loc[now[column] == "yes", "steward_id"].nunique() if told else None
            found[f"{name}_share"] = _share(found[name], found["stewards"]) if told else None
        return found | {"lane_count": len(lanes)}

    def load(self, since: date | None = None, until: date | None = None) -> dict[str, float | None]:
        """How the tickets of a period fall on the lanes, those without any among them."""
        stamps = self.tickets["reported_at"]
        kept = (stamps >= pd.Timestamp(since or date.min.replace(year=1900))) & (
            stamps < pd.Timestamp(until or "2999-01-01")
        )
        counts = self.tickets[kept]["lane"].value_counts()
        lanes = self.units.index[self.units["is_lane"]]
        each = np.sort(counts.reindex(lanes).fillna(0).to_numpy())
        if not kept.sum():
            return {"top20_share": None, "gini": None}
        apart = np.abs(each[:, None] - each[None, :]).sum()  # the mean difference, not the sum by places
        gini = apart / (2 * len(each) * each.sum()) if each.sum() else None
        return {"top20_share": each[-ceil(len(each) / 5) :].sum() / kept.sum(), "gini": gini}

    def _activities(self, there: Any, lane: str, known: dict[str, float | None]) -> dict[str, float | None]:
        names = ["unit_id", "organisation", "kind", "network", "started_at", "participants", "beneficiaries"]
        rows = self.table("activity", names).merge(
            self.units[["lane", "above"]], left_on="unit_id", right_index=True, how="left"
        )
        every = rows
        rows = there(rows[rows["lane"] == lane] if lane else rows, "started_at")
        visits = rows["kind"].isin(["visit", "patrol"])
        duties = self.table("duty", ["unit_id", "organisation", "starts_on", "ends_on"])
        duties = duties[duties["ends_on"] < self.as_of.normalize()]
        duties = duties[duties["unit_id"].map(self.units["lane"]) == lane] if lane else duties
        ended = there(duties, "ends_on")
        kept = sum(
            ((every["organisation"] == turn["organisation"])
             & every["above"].map(lambda line, unit=turn["unit_id"]: isinstance(line, list) and unit in line)
             & (every["started_at"] >= turn["starts_on"]) & (every["started_at"] < turn["ends_on"] + DAY)).any()
            for turn in ended.to_dict("records")
        )  # fmt: skip
        return {
            "activities": (~visits).sum(), "visits": visits.sum(),
            "participants": rows["participants"].astype(float).sum(),
            "beneficiaries": rows["beneficiaries"].astype(float).sum(),
            "organisations": rows["organisation"].nunique(), "networks": rows["network"].nunique(),
            "visits_per_steward": _share(visits.sum(), known["stewards_serving"]),
            "turns": len(ended), "turns_kept": kept, "rotation_kept": _share(kept, len(ended)),
        }  # fmt: skip

    def indicators(self, since: date | None = None, until: date | None = None) -> dict[str, float]:
        """External figures by name: a flow added up, of a stock the last."""
        rows = self.table("indicator", ["month", "name", "value", "kind"])
        rows = rows.assign(value=rows["value"].astype(float)).sort_values("month")
        if until:
            rows = rows[rows["month"] < pd.Timestamp(until)]
        flows = rows[(rows["kind"] == "flow") & (rows["month"] >= pd.Timestamp(since or "1900-01-01"))]
        stocks = rows[rows["kind"] == "stock"].groupby("name")["value"].last()
        return {**flows.groupby("name")["value"].sum().to_dict(), **stocks.to_dict()}


def _share(part: Any, whole: Any) -> float | None:
    return None if part is None or not whole else float(part) / float(whole)


def _quantile(values: pd.Series, at: float, per: float) -> float | None:
    return float(np.quantile(values.astype(float), at)) / per if len(values) else None


def _earliest(*stamps: Any) -> Any:
    known = [stamp for stamp in stamps if pd.notna(stamp)]
    return min(known) if known else pd.NaT


def _tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Every table of the contract that the office's files give, each row in its newest state."""
    sections = tomllib.loads((folder / "sources.toml").read_text("utf-8"))
    return {section["table"]: _table(folder / "inbox", section) for section in sections.values()}


def _table(inbox: Path, section: dict[str, Any]) -> pd.DataFrame:
    files = [_renamed(_raw(file, section), section) for file in sorted(inbox.glob(section["pattern"]))]
    frame = pd.concat(files, ignore_index=True)
    if "newest_by" in section:  # whole lists exported again: the last state counts
        frame = frame.drop_duplicates("ticket_id", keep="last")
    return frame


def _raw(file: Path, section: dict[str, Any]) -> pd.DataFrame:
    if file.suffix == ".json":
        return pd.json_normalize(json.loads(file.read_text("utf-8")))
    if file.suffix == ".jsonl":
        return pd.json_normalize([json.loads(line) for line in file.read_text("utf-8").splitlines()])
    return pd.read_csv(file, sep=section.get("delimiter", ","), encoding=section["encoding"], dtype=str)


def _renamed(raw: pd.DataFrame, section: dict[str, Any]) -> pd.DataFrame:
    found: dict[str, Any] = {}
    for name, spec in section["columns"].items():
        spec = spec if isinstance(spec, dict) else {"from": spec}
        cells = (
            pd.Series(spec["value"], index=raw.index)
            if "value" in spec
            else raw.get(spec["from"], pd.Series(index=raw.index))
        )
        cells = cells.replace("", np.nan).replace(section.get("values", {}).get(name, {}))
        found[name] = _moments(cells, spec.get("dates") or section.get("dates", [])) if name in STAMPS else cells
        if name in ("party_member", "retired_cadre", "reached", "contacted", "solved"):
            found[name] = cells.replace({"是": "yes", "否": "no"})
    return pd.DataFrame(found)


def _moments(cells: pd.Series, forms: list[str]) -> pd.Series:
    """Moments in any of these forms; a form with a time also stands for days alone."""
    found = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]")
    for form in [*forms, *(re.split("[ T]", form)[0] for form in forms)]:
        told = pd.to_datetime(cells, format=form, errors="coerce")
        found = found.fillna(told.astype("datetime64[us]"))
    assert found.notna().equals(cells.notna()), (
        f"not every cell is a moment: {cells[found.isna() & cells.notna()].head()}"
    )
    return found
