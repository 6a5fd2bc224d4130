"""The ROC by series, from the runs."""

import numpy as np
import pytest
from sklearn.metrics import roc_curve

from training.paper.cnn_curve import best_cutoff, roc_points


def test_the_points(found):
    assert [(point.cutoff, point.hits, point.alarms) for point in found.curve] == [(2, 14, 0), (1, 14, 9), (0, 15, 22)]


def test_scikit_learn_has_the_same_points(study):
    runs, positive = study.series.scores["CNN"], study.series.positive
    across, up, cutoffs = roc_curve(positive, runs, drop_intermediate=False)
    points = roc_points(positive, runs)
    assert [point.cutoff for point in points] == cutoffs[1:].tolist()
    assert [point.false_positive_rate for point in points] == pytest.approx(across[1:])
    assert [point.sensitivity for point in points] == pytest.approx(up[1:])


def test_the_area_under_it_is_the_auc(found):
    across = [0.0, *(point.false_positive_rate for point in found.curve)]
    up = [0.0, *(point.sensitivity for point in found.curve)]
    assert np.trapezoid(up, across) == pytest.approx(found.auc("CNN"))
    assert f"{found.auc('CNN'):.3f}" == "0.953"


def test_the_readers_are_points_by_series(found):
    assert {reader: (point.hits, point.alarms) for reader, point in found.readers.items()} == {
        "senior": (12, 3),
        "junior": (11, 11),
    }


def test_the_best_cutoff_is_where_youdens_index_is_highest():
    positive, runs = np.array([True, True, True, False, False]), np.array([3, 3, 1, 1, 0])
    assert best_cutoff(positive, runs).cutoff == 3
    assert best_cutoff(positive, runs).youden == pytest.approx(2 / 3)
