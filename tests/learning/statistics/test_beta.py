"""The beta distribution: scipy's."""

from __future__ import annotations

import pytest
from scipy import special, stats

from desktop.learning.statistics.beta import quantile, share_below
from desktop.learning.statistics.clusters import t_quantile
from desktop.learning.statistics.proportions import clopper_pearson


@pytest.mark.parametrize("a", [0.5, 1, 3, 40, 900])
@pytest.mark.parametrize("b", [0.5, 2, 17, 350])
def test_shares_and_quantiles_are_scipys(a, b):
    for x in (0.0, 1e-6, 0.1, 0.5, 0.93, 1.0):
        assert share_below(x, a, b) == pytest.approx(float(special.betainc(a, b, x)), rel=1e-10, abs=1e-14)
    for share in (0.025, 0.5, 0.975):
        assert quantile(share, a, b) == pytest.approx(float(special.betaincinv(a, b, share)), rel=1e-9)


@pytest.mark.parametrize("freedom", [1, 2, 5, 29, 400, 20_000])
def test_students_t_follows(freedom):
    assert t_quantile(freedom) == pytest.approx(float(special.stdtrit(freedom, 0.975)), rel=1e-9)


@pytest.mark.parametrize(("hits", "trials"), [(0, 1), (1, 1), (0, 8), (27, 29), (36, 37), (500, 1000)])
def test_exact_intervals_follow(hits, trials):
    expected = stats.binomtest(hits, trials).proportion_ci(0.95, "exact")
    found = clopper_pearson(hits, trials)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
