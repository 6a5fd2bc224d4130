"""Figures and intervals against known values; those of the paper are in shared/paper.md and its Table 2."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.measures import auc, clopper_pearson, delong, delong_deviation, slice_auc, slice_share

RUNS = [0] + [2] * 14 + [0] * 13 + [1] * 9
"""Run lengths behind the paper's CNN: 15 positive series, one of them missed, then 22 negative ones."""
INVADED = [True] * 15 + [False] * 22


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (36, 37, 0.858, 0.999),
        (14, 15, 0.681, 0.998),
        (22, 22, 0.846, 1.0),
        (14, 14, 0.768, 1.0),
        (25, 30, 0.653, 0.944),
    ],
)
def test_clopper_pearson_gives_the_papers_intervals(hits, trials, low, high):
    found = clopper_pearson(hits, trials)
    assert found.value == hits / trials
    assert (round(found.low, 3), round(found.high, 3)) == (low, high)


def test_delong_gives_the_papers_auc_and_error():
    assert auc(INVADED, RUNS) == pytest.approx(0.95303, abs=5e-6)
    error = delong_deviation(INVADED, RUNS)
    assert error == pytest.approx(0.0471, abs=5e-5)
    value = auc(INVADED, RUNS)
    assert (round(value - 1.959964 * error, 3), round(value + 1.959964 * error, 3)) == (0.861, 1.045)


def test_auc_and_delong_by_definition_with_ties():
    draw = np.random.default_rng(3)
    labels = draw.random(60) < 0.4
    scores = np.round(draw.normal(labels * 1.0, 1.0), 1)
    assert auc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))
    ill, well = scores[labels], scores[~labels]
    wins = (ill[:, None] > well[None, :]) + 0.5 * (ill[:, None] == well[None, :])
    variance = wins.mean(axis=1).var(ddof=1) / len(ill) + wins.mean(axis=0).var(ddof=1) / len(well)
    assert delong_deviation(labels, scores) == pytest.approx(np.sqrt(variance))


def test_delongs_interval_stays_within_its_bounds():
    found = delong(INVADED, RUNS)
    assert 0.7 < found.low < found.value < found.high < 1
    logit = np.log(found.value / (1 - found.value))
    assert logit - np.log(found.low / (1 - found.low)) == pytest.approx(np.log(found.high / (1 - found.high)) - logit)


def test_a_perfect_auc_does_not_claim_certainty():
    found = delong([True] * 10 + [False] * 20, [1.0] * 10 + [0.0] * 20)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.025**0.1)
    assert delong([True, True, False, False], [1, 1, 1, 1]).low == 0


def test_slices_of_one_patient_are_not_counted_as_independent():
    draw = np.random.default_rng(5)
    patient = np.repeat(np.arange(40), 10)
    labels = np.repeat(np.arange(40) % 2 == 0, 10)
    scores = labels + np.repeat(draw.normal(0, 1, 40), 10) + draw.normal(0, 0.1, 400)
    by_patient = slice_auc(labels, scores, patient, 400, 1)
    alone = slice_auc(labels, scores, np.arange(400), 400, 1)
    assert by_patient.value == alone.value == auc(labels, scores)
    assert by_patient.high - by_patient.low > 2 * (alone.high - alone.low)
    assert slice_auc(labels, scores, patient, 400, 1) == by_patient


def test_share_of_slices():
    found = slice_share([True, True, False, False], [1, 1, 2, 2], 500, 0)
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)


def test_auc_of_one_kind_is_not_a_number():
    assert np.isnan(auc([True, True], [0.1, 0.2]))
