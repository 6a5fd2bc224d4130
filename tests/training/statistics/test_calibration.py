"""Calibration where it is known, where it cannot be told, and the curve."""

import numpy as np
import pytest
from scipy.special import expit

from desktop.learning.statistics.estimate import Undefined
from training.statistics.calibration import brier, calibration_intercept, calibration_slope
from training.statistics.reliability import reliability


def drawn(intercept: float, slope: float, cases: int = 3000):
    """Labels whose true logit is intercept + slope * that of the probability."""
    draw = np.random.default_rng(8)
    logits = draw.normal(0, 1.5, cases)
    return draw.random(cases) < expit(intercept + slope * logits), expit(logits), np.arange(cases)


@pytest.mark.parametrize(("intercept", "slope"), [(0, 1), (0.7, 1), (0, 0.5), (0, 2)])
def test_the_slope_is_found(intercept, slope):
    found = calibration_slope(*drawn(intercept, slope))
    assert found.low < slope < found.high
    assert found.high - found.low < 0.5


@pytest.mark.parametrize("intercept", [-1, 0, 0.7])
def test_the_intercept_is_found(intercept):
    found = calibration_intercept(*drawn(intercept, 1))
    assert found.value == pytest.approx(intercept, abs=0.12)
    assert 0.15 < found.high - found.low < 0.25


def test_slices_of_one_patient_widen_the_intervals():
    labels, probabilities, patient = drawn(0, 1, 150)
    often = [np.repeat(given, 5) for given in (labels, probabilities, patient)]
    for measure in (calibration_intercept, calibration_slope, brier):
        once, many = measure(labels, probabilities, patient), measure(*often)
        alone = measure(often[0], often[1], range(750))
        assert many.value == pytest.approx(once.value, abs=1e-6)
        assert many.high - many.low > 0.95 * (once.high - once.low) > 1.5 * (alone.high - alone.low)


def test_brier_by_hand():
    assert brier([True, False, False], [0.8, 0.4, 0.0], range(3)).value == pytest.approx((0.04 + 0.16) / 3)


def test_certain_and_right_is_not_certain_to_be_right():
    found = brier([True] * 10 + [False] * 10, [1.0] * 10 + [0.0] * 10, range(20))
    assert (found.value, found.low) == (0, 0)
    assert found.high > 0.1


def test_why_the_slope_cannot_be_computed():
    apart = calibration_slope([True, True, False, False], [0.9, 0.6, 0.6, 0.1], range(4))
    assert apart == Undefined("the probabilities of positive and negative cases are fully apart")
    assert calibration_slope([True, False, True], [0.5] * 3, range(3)) == Undefined("all probabilities are the same")
    assert calibration_slope([True, False, True], [0.2, 0.4, 0.6], [1, 1, 2]) == Undefined(
        "there are fewer than three patients"
    )
    assert calibration_slope([True] * 3, [0.2, 0.4, 0.6], range(3)) == Undefined(
        "there is no negative case where 1 or more are needed"
    )


def test_a_logit_is_no_probability():
    refused = Undefined("a probability is not a number from 0 to 1")
    for measure in (calibration_intercept, calibration_slope, brier, reliability):
        assert measure([True, False], [2.0, 0.1], range(2)) == refused


def test_why_the_intercept_cannot_be_computed():
    few = calibration_intercept([True, False, False], [0.5] * 3, range(3))
    assert few == Undefined("there are too few cases of one kind to bound it")
    assert isinstance(calibration_intercept([True, False], [0.5, 0.5], ["a", "a"]), Undefined)


def test_the_curve_has_a_point_where_there_are_cases():
    low, high = reliability([False, False, True, True, False], [0.0, 0.1, 0.05, 0.95, 1.0], range(5))
    assert (low.count, high.count) == (3, 2)
    assert (low.predicted, high.predicted) == (pytest.approx(0.05), pytest.approx(0.975))
    assert (low.observed.value, high.observed.value) == (pytest.approx(1 / 3), 0.5)
    assert low.observed.low < 1 / 3 < low.observed.high
    assert isinstance(reliability([], [], []), Undefined)
