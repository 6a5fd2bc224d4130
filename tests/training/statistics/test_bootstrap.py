"""The bootstrap draws patients, not slices."""

import numpy as np
import pytest

from training.statistics.bootstrap import bootstrap_auc
from training.statistics.estimate import Undefined
from training.statistics.roc import auc, delong


def test_patients_are_drawn_whole():
    draw = np.random.default_rng(5)
    patient, labels = np.repeat(np.arange(40), 10), np.repeat(np.arange(40) % 2 == 0, 10)
    scores = labels + np.repeat(draw.normal(0, 1, 40), 10) + draw.normal(0, 0.1, 400)
    by_patient, alone = (
        bootstrap_auc(labels, scores, patient, seed=1),
        bootstrap_auc(labels, scores, range(400), seed=1),
    )
    assert by_patient.value == alone.value == auc(labels, scores)
    assert by_patient.high - by_patient.low > 2 * (alone.high - alone.low)
    assert bootstrap_auc(labels, scores, patient, seed=1) == by_patient


def test_with_many_patients_it_is_delongs():
    draw = np.random.default_rng(9)
    labels = draw.random(800) < 0.4
    scores = np.round(draw.normal(labels, 1), 1)
    found, wanted = bootstrap_auc(labels, scores, range(800), seed=2), delong(labels, scores)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=0.004)


def test_one_patient_of_a_kind_cannot_be_drawn_from():
    assert bootstrap_auc([True, True, False, False], [1, 2, 3, 4], [1, 1, 2, 3], seed=0) == Undefined(
        "there is 1 positive patient where 2 or more are needed"
    )
