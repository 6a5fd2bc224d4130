"""Logistic regression: what is found is the optimum; folds are by patient."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from desktop.learning.fit_settings import Logistic
from desktop.learning.logistic import choose_penalty, fit_logistic, weights_of
from desktop.learning.patient_folds import FitRefused, patient_folds
from desktop.work import UNWATCHED, Work


@pytest.fixture(scope="module")
def points() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """90 points of 30 patients; two of twelve features tell something, one is constant."""
    draw = np.random.default_rng(0)
    patients = np.repeat(np.arange(30), 3)
    positive = patients % 3 == 0
    features = draw.normal(3.0, 2.0, (90, 12))
    features[:, :2] += positive[:, None] * 1.5
    features[:, 5] = 7.0
    return features, positive, [f"p{n}" for n in patients]


def test_the_optimum_is_scikit_learns(points):
    features, positive, patient = points
    penalty = 0.05
    layer = fit_logistic(features, positive, patient, penalty, "classes")
    counts = weights_of(positive, patient, "classes")
    mean = counts @ features
    deviation = np.sqrt(counts @ (features - mean) ** 2)
    deviation[5] = np.inf
    known = LogisticRegression(C=1 / penalty, tol=1e-8, max_iter=10_000)
    known.fit((features - mean) / deviation, positive, sample_weight=counts)
    expected = known.decision_function((features - mean) / deviation)
    np.testing.assert_allclose(layer.logits(features.astype(np.float32)), expected, atol=1e-3)
    assert layer.weight[5] == 0


def test_what_counts_alike(points):
    _, positive, _ = points
    patient = ["a"] * 80 + ["b"] * 10
    images = weights_of(positive, patient, "images")
    np.testing.assert_allclose(images, 1 / 90)
    classes = weights_of(positive, patient, "classes")
    assert classes[positive].sum() == pytest.approx(0.5)
    each = weights_of(positive, patient, "patients")
    for label in (True, False):
        in_a = np.array([key == "a" for key in patient]) & (positive == label)
        assert each[in_a].sum() == pytest.approx(0.25)


def test_folds_keep_patients_together_and_both_kinds_in_each(points):
    _, positive, patient = points
    fold = patient_folds(positive, patient, 5, 1)
    for key in set(patient):
        assert len({int(fold[n]) for n in range(90) if patient[n] == key}) == 1
    for n in range(5):
        assert len({patient[i] for i in np.flatnonzero((fold == n) & positive)}) == 2
        assert len({patient[i] for i in np.flatnonzero((fold == n) & ~positive)}) == 4
    assert not np.array_equal(fold, patient_folds(positive, patient, 5, 2))
    with pytest.raises(FitRefused, match="11 folds need 11 positive patients, and training has 10"):
        patient_folds(positive, patient, 11, 1)


def test_the_strongest_penalty_within_one_standard_error_of_the_least_loss_comes_first(points):
    features, positive, patient = points
    settings = Logistic(penalties=(1e-4, 0.01, 0.03, 0.1, 0.3, 30.0))
    done: list[tuple[int, int]] = []
    work = Work(progress=lambda fits, total: done.append((fits, total)))
    fold = patient_folds(positive, patient, 3, 0)
    tried = choose_penalty(features, positive, patient, fold, 90, settings, work)
    assert done == [(fits, 18) for fits in range(1, 19)]

    lost = {one.penalty: [left_out_loss(points, fold, n, one.penalty) for n in range(3)] for one in tried}
    assert [one.loss for one in tried] == pytest.approx([np.mean(lost[one.penalty]) for one in tried], rel=1e-4)
    errors = [np.std(lost[one.penalty]) / 2**0.5 for one in tried]
    assert [one.error for one in tried] == pytest.approx(errors, rel=1e-3)
    least = min(tried, key=lambda one: one.loss)
    alike = [one.penalty for one in tried if one.loss <= least.loss + least.error]
    assert tried[0].penalty == max(alike) > least.penalty, "or the points tell the two rules not apart"
    assert 30.0 not in alike, "nothing would be learned by it"
    assert [one.loss for one in tried[1:]] == sorted(one.loss for one in tried[1:])


def left_out_loss(points, fold, left_out, penalty):
    """The mean loss on the patients of a fold of a layer that learned from the others, both classes counting alike."""
    features, positive, patient = points
    learn = fold != left_out
    learned = [one for one, own in zip(patient, learn, strict=True) if own]
    layer = fit_logistic(features[learn], positive[learn], learned, penalty, "classes")
    margin = (features[~learn] @ layer.weight + layer.bias) * np.where(positive[~learn], 1, -1)
    losses = np.log1p(np.exp(-margin))
    return np.mean([losses[positive[~learn]].mean(), losses[~positive[~learn]].mean()])


def test_losses_are_taken_on_images_and_not_on_copies(points):
    features, positive, patient = points
    settings = Logistic(penalties=(0.03, 30.0))
    twice = (np.concatenate([features, features]), np.concatenate([positive, positive]), patient * 2)
    fold = patient_folds(positive, patient, 3, 0)
    once = choose_penalty(features, positive, patient, fold, 90, settings, UNWATCHED)
    again = choose_penalty(*twice, np.tile(fold, 2), 90, settings, UNWATCHED)
    assert [one.loss for one in once] == pytest.approx([one.loss for one in again], abs=1e-4)


@pytest.mark.parametrize("penalty", [0.3, 300.0])
def test_features_that_differ_in_the_seventh_digit_give_weights_that_do(penalty):
    """Two programs compute features alike but for rounding; a solver that stops early turns that into other weights."""
    draw = np.random.default_rng(1)
    positive = np.arange(300) % 3 == 0
    features = draw.normal(0.4, 0.2, (300, 400)) + positive[:, None] * draw.normal(0, 0.05, 400)
    patient = [f"p{n // 5}" for n in range(300)]
    rounded = features * (1 + 1e-7 * draw.standard_normal(features.shape))
    first, second = (fit_logistic(rows, positive, patient, penalty, "classes") for rows in (features, rounded))
    assert np.abs(first.weight - second.weight).max() < 1e-6
    assert abs(first.bias - second.bias) < 1e-6
