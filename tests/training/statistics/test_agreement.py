"""On 1,000 random data sets, many with ties, some tiny, our measures agree with others' implementations."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from MLstatkit import Delong_test
from scipy.special import expit, logit
from sklearn import calibration, metrics
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.proportions import clopper_pearson, wald
from desktop.learning.statistics.reported import Cases, rates
from desktop.learning.statistics.roc import auc, delong
from training.statistics.calibration import brier, calibration_intercept, calibration_slope
from training.statistics.comparison import delong_paired, mcnemar_clustered, mcnemar_exact
from training.statistics.curve import roc_curve
from training.statistics.reliability import reliability

SETS = 1000
CHUNKS = 10


def data_set(number: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels [n] and the probabilities [2, n] of two models; n from 4, every second set with many ties."""
    draw = np.random.default_rng([31, number])
    cases = int(draw.choice([4, 5, 8, 15, 37, 60]))
    labels = draw.random(cases) < draw.uniform(0.2, 0.8)
    labels[:2] = True, False
    logits = draw.normal(0, 1, cases) + draw.normal(0, 1, (2, cases)) + labels * draw.uniform(-0.5, 3)
    return labels, expit(np.round(logits * draw.choice([1, 2])) if number % 2 else logits)


@pytest.fixture(params=range(CHUNKS))
def data_sets(request):
    return [data_set(number) for number in range(request.param, SETS, CHUNKS)]


def test_auc_and_curve_are_scikit_learns(data_sets):
    for labels, (one, _) in data_sets:
        assert auc(labels, one) == pytest.approx(metrics.roc_auc_score(labels, one))
        curve, (wrongly, rightly, cutoffs) = roc_curve(labels, one), metrics.roc_curve(labels, one)
        places = np.searchsorted(-curve.cutoffs, -cutoffs[1:])
        assert np.allclose(curve.points[1:][places], np.column_stack([wrongly, rightly])[1:])
        assert metrics.auc(*curve.points.T) == pytest.approx(auc(labels, one))


def test_delong_is_mlstatkits(data_sets):
    compared = 0
    for labels, (one, other) in data_sets:
        if min(labels.sum(), (~labels).sum()) < 2:
            assert isinstance(delong(labels, one), Undefined)
            continue
        ours = delong_paired(labels, one, other)
        theirs = Delong_test(labels, one, other, n_boot=50, random_state=0)
        assert delong(labels, one).value == pytest.approx(theirs[4])
        for score, ends in ((one, theirs[2]), (other, theirs[3])):
            found = delong(labels, score)
            assert (max(0, found.low), min(1, found.high)) == pytest.approx(ends)
        if isinstance(ours, Undefined):
            assert theirs[6]["method"] == "bootstrap" or theirs[6]["var_diff"] < 1e-16
            continue
        assert (ours.statistic, ours.p) == pytest.approx((theirs[0] ** 2, theirs[1]))
        compared += 1
    assert compared > len(data_sets) / 2


def test_rates_are_scikit_learns(data_sets):
    for labels, (one, _) in data_sets:
        called = one >= 0.5
        found = rates(Cases.of("patient", labels), called)
        wanted = {
            "accuracy": metrics.accuracy_score(labels, called),
            "sensitivity": metrics.recall_score(labels, called),
            "specificity": metrics.recall_score(~labels, ~called),
            "ppv": metrics.precision_score(labels, called, zero_division=np.nan),
            "npv": metrics.precision_score(~labels, ~called, zero_division=np.nan),
        }
        for name, value in wanted.items():
            ours = getattr(found, name)
            assert np.isnan(value) if isinstance(ours, Undefined) else ours.value == pytest.approx(value)


def test_proportions_and_mcnemar_are_statsmodels(data_sets):
    for labels, (one, other) in data_sets:
        right, other_right = (one >= 0.5) == labels, (other >= 0.5) == labels
        hits, trials = int(right.sum()), len(right)
        found, normal = clopper_pearson(hits, trials), wald(hits, trials)
        assert (found.low, found.high) == pytest.approx(proportion_confint(hits, trials, method="beta"))
        ends = proportion_confint(hits, trials, method="normal")
        assert (max(0, normal.low), min(1, normal.high)) == pytest.approx(ends)
        only_one, only_other = int((right & ~other_right).sum()), int((other_right & ~right).sum())
        wanted = mcnemar([[0, only_one], [only_other, 0]], exact=True).pvalue
        assert mcnemar_exact(only_one, only_other) == pytest.approx(wanted)
        assert mcnemar_clustered(right, other_right, range(trials)) == pytest.approx(wanted)


def test_brier_and_the_reliability_curve_are_scikit_learns(data_sets):
    for labels, (one, _) in data_sets:
        assert brier(labels, one, range(len(labels))).value == pytest.approx(metrics.brier_score_loss(labels, one))
        points = reliability(labels, one, range(len(labels)))
        observed, predicted = calibration.calibration_curve(labels, one, n_bins=10)
        assert [point.predicted for point in points] == pytest.approx(predicted)
        assert [point.observed.value for point in points] == pytest.approx(observed)
        assert sum(point.count for point in points) == len(labels)


def test_calibration_is_statsmodels(data_sets):
    compared = 0
    for labels, (one, _) in data_sets:
        everyone, given, ones = range(len(labels)), logit(one), np.ones(len(labels))
        intercept, slope = calibration_intercept(labels, one, everyone), calibration_slope(labels, one, everyone)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PerfectSeparationWarning)  # it warns where cases are nearly apart, too
            if not isinstance(intercept, Undefined):
                wanted = GLM(labels * 1.0, ones, family=Binomial(), offset=given).fit().params
                assert intercept.value == pytest.approx(wanted[0], abs=1e-4)
            if not isinstance(slope, Undefined):
                wanted = GLM(labels * 1.0, np.column_stack([ones, given]), family=Binomial()).fit(maxiter=500).params
                assert slope.value == pytest.approx(wanted[1], rel=1e-3, abs=1e-4)
                compared += 1
    assert compared > len(data_sets) / 2
