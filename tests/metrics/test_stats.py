"""Intervals, bands, charts and expectations on numbers worked out by hand or taken from the literature."""

import numpy as np
import pandas as pd
import pytest

from board.metrics import stats


def _of(*values: float | None) -> "pd.Series[float]":
    return pd.Series(values, dtype="float64")


def test_wilsons_interval_by_its_formula() -> None:
    """9 of 10, z = 1.96: centre (0.9 + 1.9207 / 10) / (1 + 3.8415 / 10) = 0.78904, reach 0.19307."""
    [low, high] = stats.rate_interval(_of(9), _of(10)).loc[0]
    assert low == pytest.approx(0.5958, abs=1e-4) and high == pytest.approx(0.9821, abs=1e-4)


def test_all_and_none_are_no_certainties_and_nothing_has_no_interval() -> None:
    found = stats.rate_interval(_of(0, 4, 0), _of(4, 4, 0))
    assert found["low"][0] == pytest.approx(0) and found["high"][0] == pytest.approx(0.4899, abs=1e-4)
    assert found["low"][1] == pytest.approx(0.5101, abs=1e-4) and found["high"][1] == pytest.approx(1)
    assert found.loc[2].isna().all()


def test_a_scores_interval_rests_on_its_variance() -> None:
    """Ten answers, five of 1 and five of 0.8: mean 0.9, variance 0.01 · 10 / 9, standard error 0.03333, t(9) 2.262."""
    found = stats.score_interval(_of(9.0, 8.1, 10.0), _of(8.2, 7.3, 10.0), _of(10, 9, 10))
    assert found.loc[0].tolist() == pytest.approx([0.9 - 2.2622 * 0.033333, 0.9 + 2.2622 * 0.033333], abs=1e-4)
    assert found.loc[1].isna().all()  # nine answers
    assert found.loc[2].tolist() == [1, 1]


def test_a_band_takes_all_whose_interval_meets_that_of_its_best() -> None:
    values = pd.Series({"A": 0.9, "B": 0.8, "C": 0.5, "D": 0.45, "E": 0.3, "F": np.nan})
    intervals = pd.DataFrame(
        {"low": [0.8, 0.7, 0.4, 0.1, 0.25, np.nan], "high": [0.95, 0.85, 0.6, 0.85, 0.35, np.nan]}, index=values.index
    )
    # D, of few cases, could be as good as A; C could not; E could not be as good as C.
    assert stats.bands(values, intervals, "higher").tolist() == [1, 1, 2, 1, 3, pd.NA]
    # The other way round E comes first and D with it; C next, then B and with it A.
    assert stats.bands(values, intervals, "lower").tolist() == [3, 3, 2, 1, 1, pd.NA]


def test_a_p_chart_has_wider_limits_for_smaller_wholes() -> None:
    """20 of 200 + 5 of 50 + nothing: centre 0.1; sigma √(0.09 / 200) = 0.0212 and √(0.09 / 50) = 0.0424."""
    found = stats.p_chart(_of(20, 5, 0), _of(200, 50, 0))
    assert found["centre"].tolist() == pytest.approx([0.1, 0.1, 0.1])
    assert found["high"].tolist()[:2] == pytest.approx([0.16364, 0.22728], abs=1e-5)
    assert found["low"].tolist()[:2] == pytest.approx([0.03636, 0], abs=1e-5)
    assert np.isnan(found["value"][2]) and found["signal"].tolist() == ["", "", ""]


def test_a_u_chart_of_reports_by_households() -> None:
    """30 reports of 100 households in ten periods, then 60: centre 3.6 / 11 …; the last lies beyond its limit."""
    found = stats.u_chart(_of(*[30] * 10, 60), _of(*[100] * 11))
    assert found["centre"][0] == pytest.approx(360 / 1100)
    assert found["high"][0] == pytest.approx(360 / 1100 + 3 * (360 / 1100 / 100) ** 0.5)
    assert found["signal"].tolist() == [""] * 7 + ["run"] * 3 + ["beyond"]


def test_a_run_and_a_trend_are_signals_at_their_end() -> None:
    n = _of(*[1000] * 9)
    run = stats.p_chart(_of(510, 510, 510, 510, 510, 510, 510, 510, 420), n)
    assert run["signal"].tolist() == [""] * 7 + ["run", "beyond"]
    trend = stats.p_chart(_of(480, 490, 495, 500, 505, 510, 505, 500, 505), n)
    assert trend["signal"].tolist() == ["", "", "", "", "", "trend", "", "", ""]


def test_what_a_lanes_size_leads_one_to_expect() -> None:
    """40 reports in spring, 20 in autumn; 300 and 100 households; of the third lane nobody knows the size."""
    counts = pd.DataFrame({"spring": [25, 15, 7], "autumn": [15, 5, 7]}, index=["A", "B", "C"])
    found = stats.expected(counts, pd.Series({"A": 300, "B": 100, "C": 0}))
    assert found.loc["A"].tolist() == [30, 15] and found.loc["B"].tolist() == [10, 5] and found.loc["C"].isna().all()


def test_lanes_that_are_quiet_or_busy_for_their_size() -> None:
    """Nine lanes of one size, eight with about 20 reports and one with none; the tenth tells no size."""
    counts = pd.DataFrame({"year": [18, 22, 20, 19, 21, 20, 23, 17, 0, 20]}, index=list("ABCDEFGHIJ"))
    sizes = pd.Series(100.0, index=list("ABCDEFGHI"))
    found = stats.unusual(counts, sizes)
    assert found["I"] == "quiet" and (found.drop("I") == "").all()


def test_lanes_that_differ_as_much_by_nature_are_not_singled_out() -> None:
    counts = pd.DataFrame({"year": [5, 60, 10, 80, 30, 45, 15, 70]}, index=list("ABCDEFGH"))
    assert (stats.unusual(counts, pd.Series(100.0, index=counts.index)) == "").all()
