"""Net benefit, predictive values elsewhere, and the size of a study."""

import numpy as np
import pytest
from scipy import stats

from desktop.learning.statistics.estimate import Estimate, Undefined
from desktop.learning.statistics.proportions import clopper_pearson
from training.statistics.decision import decision_curve
from training.statistics.prevalence import npv_at, ppv_at
from training.statistics.sample_size import SampleSize, sample_size


def test_net_benefit_by_hand():
    found = decision_curve([True, True, False, False], [0.9, 0.3, 0.6, 0.1], [0.2, 0.5])
    assert found.model == pytest.approx([2 / 4 - 1 / 4 * 0.25, 1 / 4 - 1 / 4])
    assert found.treat_all == pytest.approx([0.5 - 0.5 * 0.25, 0])
    assert found.treat_none.tolist() == [0, 0]


def test_a_model_that_calls_all_is_to_treat_all():
    found = decision_curve([True, False, False], [1.0, 1.0, 1.0], [0.1, 0.3, 0.9])
    assert found.model == pytest.approx(found.treat_all)


def test_why_there_is_no_decision_curve():
    assert decision_curve([True], [0.5], [1.0]) == Undefined("a threshold is not between 0 and 1")
    assert decision_curve([], [], [0.5]) == Undefined("there is nothing to count")


def test_predictive_values_follow_bayes():
    sensitivity, specificity = Estimate(0.9, 0.8, 0.95), Estimate(0.95, 0.9, 0.98)
    ppv, npv = ppv_at(sensitivity, specificity, 0.1), npv_at(sensitivity, specificity, 0.1)
    assert ppv.value == pytest.approx(0.09 / (0.09 + 0.045))
    assert npv.value == pytest.approx(0.855 / (0.855 + 0.01))
    worst, best = ppv_at(Estimate(0.8, 0.8, 0.8), Estimate(0.9, 0.9, 0.9), 0.1), 0.1 * 0.95 / (0.1 * 0.95 + 0.9 * 0.02)
    assert worst.value < ppv.low < ppv.value < ppv.high < best


def test_a_sensitivity_without_error_leaves_the_specificitys():
    found = ppv_at(Estimate(0.9, 0.9, 0.9), Estimate(0.95, 0.9, 0.98), 0.1)
    assert found.low == pytest.approx(0.09 / (0.09 + 0.9 * 0.1))
    assert found.high == pytest.approx(0.09 / (0.09 + 0.9 * 0.02))


def test_predictive_values_at_the_edges():
    all_right, none = clopper_pearson(20, 20), clopper_pearson(0, 20)
    assert (ppv_at(all_right, all_right, 0.1).value, ppv_at(all_right, all_right, 0.1).high) == (1, 1)
    assert ppv_at(all_right, all_right, 0.1).low < 0.5
    assert ppv_at(none, all_right, 0.1) == Undefined("nothing is called positive")
    assert npv_at(all_right, none, 0.1) == Undefined("nothing is called negative")
    assert ppv_at(none, none, 0.1).low == pytest.approx(0, abs=1e-9)
    assert ppv_at(all_right, all_right, 1.0) == Undefined("the prevalence is not between 0 and 1")


def test_36_hits_of_36_exceed_nine_in_ten():
    assert sample_size(1.0, 0.9) == SampleSize(36, 36)
    assert clopper_pearson(35, 35).low < 0.9 < clopper_pearson(36, 36).low


def test_the_size_is_the_smallest_from_which_on_the_bound_is_exceeded():
    found = sample_size(0.9, 0.8, share=0.42)
    bounds = np.array([clopper_pearson(int(0.9 * n + 1e-9), n).low for n in range(1, 400)])
    assert found.cases == np.flatnonzero(bounds <= 0.8)[-1] + 2
    assert found.patients == int(np.ceil(found.cases / 0.42))


def test_assurance_is_the_probability_of_such_a_result():
    found = sample_size(0.9, 0.8, assurance=0.8)

    def chance(cases: int) -> float:
        hits = np.arange(cases + 1)
        exceeds = np.array([clopper_pearson(int(h), cases).low > 0.8 for h in hits])
        return float(stats.binom.pmf(hits, cases, 0.9)[exceeds].sum())

    assert found.cases > sample_size(0.9, 0.8).cases
    assert chance(found.cases) >= 0.8 > chance(found.cases - 1)


def test_why_no_size_is_enough():
    assert sample_size(0.8, 0.8) == Undefined("the bound is not below the proportion expected")
    assert sample_size(0.8, 0.7999) == Undefined("more than 100000 cases are needed")
    assert sample_size(0.8, 0.7, assurance=1.0) == Undefined("a share or a probability is not between 0 and 1")
