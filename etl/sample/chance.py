"""Believable chance: days with weekends and seasons, working hours, long-tailed durations, busy and quiet lanes."""

import math
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from board.core.calendar import days

HOURS = {7: 2, 8: 9, 9: 13, 10: 12, 11: 8, 12: 4, 13: 4, 14: 8, 15: 9, 16: 9, 17: 7, 18: 6, 19: 5, 20: 3, 21: 1}


class Clock:
    """Draws moments between two days (`until` exclusive): working days, make-up Saturdays included, are busier
    than rest days, summer and the weeks before the New Year busier than the rest."""

    def __init__(self, chance: Random, since: date, until: date) -> None:
        self.chance, self.since, self.until = chance, since, until
        self.days = [day.day for day in days(since, until - timedelta(1), "cn")]
        weights = [_weight(day.day, day.working) for day in days(since, until - timedelta(1), "cn")]
        self.weights = list(accumulate(weights))

    @property
    def end(self) -> datetime:
        """The first moment that no longer belongs to the sample."""
        return datetime.combine(self.until, time())

    def moment(self, last: int | None = None) -> datetime:
        """A moment someone reports something; within the `last` days of the span, where given."""
        if last:
            day = self.until - timedelta(1 + self.chance.randrange(last))
        else:
            day = self.chance.choices(self.days, cum_weights=self.weights)[0]
        return self.at(day)

    def at(self, day: date) -> datetime:
        """A moment of this day in the hours people are up."""
        hour = self.chance.choices(list(HOURS), list(HOURS.values()))[0]
        return datetime.combine(day, time(hour, self.chance.randrange(60), self.chance.randrange(60)))

    def after(self, moment: datetime, median_hours: float, spread: float) -> datetime:
        """A long-tailed while later, moved into waking hours."""
        then = moment + timedelta(hours=self.chance.lognormvariate(math.log(median_hours), spread))
        if 7 <= then.hour < 22:
            return then.replace(microsecond=0)
        morning = then.date() + timedelta(then.hour >= 22)
        return datetime.combine(morning, time(8 + self.chance.randrange(3), self.chance.randrange(60)))


def _weight(day: date, working: bool) -> float:
    season = 1 + 0.22 * math.sin((day.timetuple().tm_yday - 95) / 365 * 2 * math.pi)
    week = {0: 1.15, 4: 0.95}.get(day.weekday(), 1.0) if working else 0.42
    return season * week


def busy(chance: Random, count: int, steep: float = 0.8) -> list[float]:
    """How much each of `count` lanes has to do: a few much, many little, in no order."""
    weights = [1 / (rank + 1.5) ** steep for rank in range(count)]
    chance.shuffle(weights)
    return weights


def share(chance: Random, total: int, parts: int, least: int = 0) -> list[int]:
    """A total split into whole parts of at least `least`, unevenly."""
    weights = [chance.uniform(0.5, 1.5) for _ in range(parts)]
    spare = total - least * parts
    cuts = [round(spare * part / sum(weights)) for part in accumulate(weights)]
    return [least + after - before for before, after in zip([0, *cuts], cuts, strict=False)]
