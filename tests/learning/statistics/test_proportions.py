"""Intervals of proportions against published ones: Newcombe 1998 (Table I), the paper's Table 2."""

import numpy as np
import pytest

from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.proportions import clopper_pearson, clustered_mean, clustered_share, wald, wilson


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0000, 0.1684),
        (1, 29, 0.0009, 0.1776),
        (22, 22, 0.8456, 1.0000),
    ],
)
def test_clopper_pearson_as_published(hits, trials, low, high):
    found = clopper_pearson(hits, trials)
    assert found.value == hits / trials
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(("hits", "trials", "low", "high"), [(36, 37, 0.858, 0.999), (14, 15, 0.681, 0.998)])
def test_clopper_pearson_gives_the_papers_intervals(hits, trials, low, high):
    found = clopper_pearson(hits, trials)
    assert (round(found.low, 3), round(found.high, 3)) == (low, high)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits, trials, low, high):
    found, upside_down = wilson(hits / trials, trials), wilson(1 - hits / trials, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert (upside_down.low, upside_down.high) == pytest.approx((1 - found.high, 1 - found.low))


@pytest.mark.parametrize(("hits", "trials", "low", "high"), [(81, 263, 0.2522, 0.3638), (1, 29, -0.0319, 0.1009)])
def test_wald_is_not_cut_at_0(hits, trials, low, high):
    found = wald(hits, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_wald_has_no_width_at_1_as_in_the_paper():
    assert (wald(22, 22).low, wald(22, 22).high) == (1, 1)


def test_nothing_has_no_share():
    nothing = "cannot be computed, because there is nothing to count"
    assert [str(found) for found in (clopper_pearson(0, 0), wald(0, 0), clustered_share([], []))] == [nothing] * 3
    assert isinstance(clustered_mean([], []), Undefined)


def test_one_trial_for_each_patient_is_wilson():
    assert clustered_share([True] * 28 + [False] * 9, range(37)) == wilson(28 / 37, 37)
    assert clustered_share([True] * 15, range(15)) == wilson(1, 15)


def test_trials_that_are_all_alike_within_a_patient_count_once():
    hits, patient = np.repeat([True] * 20 + [False] * 10, 6), np.repeat(np.arange(30), 6)
    found, by_patient = clustered_share(hits, patient), wilson(20 / 30, 30)
    assert found.low <= by_patient.low
    assert by_patient.high <= found.high
    assert found.high - found.low < 1.05 * (by_patient.high - by_patient.low)
    assert clustered_share(np.ones(180), patient).low <= wilson(1, 30).low


def test_trials_that_are_not_alike_count_more_but_never_more_than_they_are():
    hits, patient = np.tile([True, True, False], 60), np.repeat(np.arange(30), 6)
    found = clustered_share(hits, patient)
    assert found.high - found.low < wilson(2 / 3, 30).high - wilson(2 / 3, 30).low
    assert found.high - found.low >= wilson(2 / 3, 180).high - wilson(2 / 3, 180).low


def test_one_patient_tells_next_to_nothing():
    found = clustered_share([True, True, False, False], ["a"] * 4)
    assert found.value == 0.5
    assert found.high - found.low > 0.85


def test_a_mean_of_values_that_hardly_differ_is_narrow():
    draw = np.random.default_rng(1).uniform(0.2, 0.3, 200)
    found = clustered_mean(draw, range(200))
    assert found.low < draw.mean() < found.high
    assert found.high - found.low < 0.05 < wilson(0.25, 200).high - wilson(0.25, 200).low
