"""The ROC curve, and cut-offs that are not chosen on the cases they judge."""

import numpy as np

from desktop.learning.statistics.estimate import Undefined
from training.statistics.curve import roc_curve, youden, youden_in_folds

POSITIVE = [True] * 15 + [False] * 22
RUNS = [0] + [2] * 14 + [0] * 13 + [1] * 9


def test_the_papers_run_lengths_have_three_cutoffs():
    curve = roc_curve(POSITIVE, RUNS)
    assert curve.cutoffs.tolist() == [2, 1, 0]
    assert curve.sensitivity.tolist() == [14 / 15, 14 / 15, 1]
    assert np.allclose(curve.specificity, [1, 13 / 22, 0])
    assert np.allclose(curve.points, [[0, 0], [0, 14 / 15], [9 / 22, 14 / 15], [1, 1]])


def test_youden_chooses_the_papers_cutoff():
    assert youden(POSITIVE, RUNS) == 2


def test_of_equal_cutoffs_the_lowest_misses_least():
    assert youden([True, False, True, False], [3, 2, 1, 0]) == 1


def test_in_folds_each_case_is_called_by_the_others_cutoff():
    positive, scores, fold = [True, False] * 4, [5, 1, 5, 1, 9, 7, 9, 7], [0, 0, 0, 0, 1, 1, 1, 1]
    assert youden_in_folds(positive, scores, fold).tolist() == [False] * 4 + [True] * 4
    assert youden(positive, scores) == 5


def test_a_fold_without_which_one_kind_is_missing_is_named():
    assert youden_in_folds([True, False, False, False], [1, 2, 3, 4], ["a", "a", "b", "b"]) == Undefined(
        "without fold a there is no positive case where 1 or more are needed"
    )
    assert isinstance(roc_curve([True], [1]), Undefined)
