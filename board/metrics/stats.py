"""How sure a number is: intervals, bands of a ranking, control charts, and what a lane's size leads one to expect.

Distributions come from scipy and statsmodels; here stands only which of them answers which question."""

from typing import TypeAlias

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

LEVEL = 0.95
FEWEST_SCORES = 10  # answers from which a weighted score has an interval
SIGMAS = 3.0
RUN = 8  # points in a row on one side of the centre
TREND = 6  # points in a row each above, or each below, the one before
RARE = 0.01  # probability below which a lane's count is called quiet or busy

Numbers: TypeAlias = "pd.Series[float]"


def rate_interval(part: Numbers, whole: Numbers) -> pd.DataFrame:
    """Wilson's interval at LEVEL of rates of two counts: `low` and `high` as fractions, NaN where the whole is 0.
    Source: Wilson 1927; Brown, Cai and DasGupta 2001 recommend it for small n."""
    known = whole > 0
    low, high = proportion_confint(part.where(known), whole.where(known), alpha=1 - LEVEL, method="wilson")
    return pd.DataFrame({"low": low, "high": high}, index=part.index, dtype="float64")


def score_interval(total: Numbers, squares: Numbers, n: Numbers) -> pd.DataFrame:
    """Student's interval at LEVEL of mean scores between 0 and 1, from the sums of the scores and of their squares:
    `low` and `high`, NaN below FEWEST_SCORES."""
    enough = n.where(n >= FEWEST_SCORES)
    mean = total / enough
    spread = ((squares - enough * mean**2) / (enough - 1)).clip(lower=0)
    reach = stats.t.ppf((1 + LEVEL) / 2, enough - 1) * np.sqrt(spread / enough)
    return pd.DataFrame({"low": (mean - reach).clip(lower=0), "high": (mean + reach).clip(upper=1)}, index=n.index)


def bands(values: Numbers, intervals: pd.DataFrame, better: str) -> "pd.Series[int]":
    """The band of each lane, 1 first; NA without an interval. A band begins with the best lane left and takes each
    following one whose interval overlaps that lane's: within it nothing says who is better. `better` neither: the
    greatest comes first."""
    order = (
        values.where(intervals["low"].notna()).dropna().sort_values(ascending=better == "lower", kind="stable").index
    )
    found = pd.Series(pd.NA, index=values.index, dtype="Int64")
    left, band = list(order), 0
    while left:
        band += 1
        low, high = intervals.loc[left[0], ["low", "high"]]
        overlaps = [lane for lane in left if intervals.at[lane, "low"] <= high and intervals.at[lane, "high"] >= low]
        found[overlaps] = band
        left = [lane for lane in left if lane not in set(overlaps)]
    return found


def counts_apart(now: float, before: float) -> float:
    """How many standard errors two counts of one mean lie apart, as Poisson counts do."""
    return float(abs(now - before) / np.sqrt(now + before)) if now + before > 0 else 0.0


def shares_apart(part: float, whole: float, part_before: float, whole_before: float) -> float:
    """How many standard errors two shares lie apart, if both were drawn from their common one."""
    common = (part + part_before) / (whole + whole_before) if whole and whole_before else 0
    if not 0 < common < 1:  # all alike, or none to compare with
        return 0.0
    return float(abs(proportions_ztest([part, part_before], [whole, whole_before])[0]))


def p_chart(part: Numbers, whole: Numbers) -> pd.DataFrame:
    """A rate of two counts period by period: `value`, `centre` (all parts by all wholes), `low` and `high` three sigmas
    from it, which are wider where the whole is smaller, and `signal` (see _signals); NaN where there is no sample.
    Source: Shewhart; Montgomery, Introduction to Statistical Quality Control."""
    n = whole.where(whole > 0)
    centre = part.sum() / whole.sum() if whole.sum() else float("nan")
    return _chart(part / n, centre, (centre * (1 - centre) / n) ** 0.5, highest=1)


def u_chart(count: Numbers, exposure: Numbers) -> pd.DataFrame:
    """Counts by exposure (households, appointment-days) period by period; columns as of p_chart."""
    n = exposure.where(exposure > 0)
    centre = count.where(n.notna()).sum() / n.sum() if n.sum() else float("nan")
    return _chart(count / n, centre, (centre / n) ** 0.5, highest=np.inf)


def _chart(value: Numbers, centre: float, sigma: Numbers, highest: float) -> pd.DataFrame:
    low, high = (centre - SIGMAS * sigma).clip(lower=0), (centre + SIGMAS * sigma).clip(upper=highest)
    chart = pd.DataFrame({"value": value, "centre": centre, "low": low, "high": high})
    return chart.assign(signal=_signals(chart))


def _signals(chart: pd.DataFrame) -> "pd.Series[str]":
    """Why a point is worth a question, '' where it is not: `beyond` the limits, the end of a `run` of RUN on one side
    of the centre, or of a `trend` of TREND. Periods without a sample neither break nor lengthen a run."""
    points = chart.dropna(subset=["value"])
    side, step = points["value"] - points["centre"], points["value"].diff()
    found = pd.Series("", index=chart.index)
    found[points.index[_in_a_row(step) >= TREND - 1]] = "trend"
    found[points.index[_in_a_row(side) >= RUN]] = "run"
    found[points.index[(points["value"] > points["high"]) | (points["value"] < points["low"])]] = "beyond"
    return found


def _in_a_row(steps: Numbers) -> "pd.Series[int]":
    """How many of the same sign, none of them 0, stand in a row up to each point."""
    signs = (steps > 0).astype(int) - (steps < 0).astype(int)
    begun = (signs != signs.shift()) | (signs == 0)
    return (signs != 0).astype(int).groupby(begun.cumsum()).cumsum()


def expected(counts: pd.DataFrame, sizes: Numbers) -> pd.DataFrame:
    """What each lane's size leads one to expect in each period: the period's reports of all lanes of known size, shared
    out by size. `counts`: a row a lane, a column a period; `sizes`: households by lane. NaN without a size."""
    known = sizes.where(sizes > 0).reindex(counts.index)
    return pd.DataFrame(
        np.outer(known / known.sum(), counts[known.notna()].sum()), index=counts.index, columns=counts.columns
    )


def unusual(counts: pd.DataFrame, sizes: Numbers) -> "pd.Series[str]":
    """`quiet` or `busy` for lanes whose sum over all periods is rarer than RARE for their size, '' for others. Lanes
    differ by more than chance: the spread between them is estimated first (negative binomial, by moments), so that no
    lane is singled out for being one of many that differ."""
    observed, mean = counts.sum(axis=1).astype(float), expected(counts, sizes).sum(axis=1, min_count=1)
    size = _dispersion(observed[mean.notna()], mean.dropna())
    if np.isinf(size):
        least, most = stats.poisson.cdf(observed, mean), stats.poisson.sf(observed - 1, mean)
    else:
        chance = size / (size + mean)
        least, most = stats.nbinom.cdf(observed, size, chance), stats.nbinom.sf(observed - 1, size, chance)
    return pd.Series(np.select([least < RARE, most < RARE], ["quiet", "busy"], ""), index=counts.index)


def _dispersion(observed: Numbers, mean: Numbers) -> float:
    """The negative binomial's size, by moments; infinite where lanes differ no more than by chance (Poisson)."""
    if len(mean) < 2 or not (mean > 0).any():
        return float("inf")
    excess = float(((observed - mean) ** 2 - mean).sum() / (mean**2).sum())
    return 1 / excess if excess > 0 else float("inf")
