"""Two on the same cases."""

import numpy as np
import pytest

from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.roc import auc
from training.statistics.comparison import (
    delong_paired,
    mcnemar_clustered,
    mcnemar_exact,
    obuchowski_paired,
    recovered_difference,
)

POSITIVE = [True] * 15 + [False] * 22
CNN = [0] + [2] * 14 + [0] * 13 + [1] * 9
SENIOR = [0] * 3 + [1] * 12 + [1] * 2 + [0] * 11 + [1] + [0] * 8
"""Calls of the paper's senior reader, placed among the CNN's as its p = 0.050 demands."""


def test_paired_delong_gives_the_papers_p():
    found = delong_paired(POSITIVE, CNN, SENIOR)
    assert found.difference.value == pytest.approx(auc(POSITIVE, CNN) - auc(POSITIVE, SENIOR))
    assert found.p == pytest.approx(0.0496, abs=5e-5)
    assert found.statistic == pytest.approx(3.856, abs=5e-4)
    assert found.difference.low == pytest.approx(0, abs=5e-3)


def test_series_of_the_same_patient_do_not_add_to_what_is_known():
    twice = [np.repeat(given, 2) for given in (POSITIVE, CNN, SENIOR, np.arange(37))]
    assert obuchowski_paired(*twice).p == pytest.approx(delong_paired(POSITIVE, CNN, SENIOR).p)
    assert delong_paired(*twice[:3]).p < 0.01


def test_models_that_do_not_differ_have_no_p_but_an_interval():
    assert isinstance(delong_paired(POSITIVE, CNN, CNN), Undefined)
    found = recovered_difference(POSITIVE, CNN, CNN, range(37))
    assert found.value == 0
    assert -0.2 < found.low < 0 < found.high < 0.2


def test_the_reported_difference_contains_the_normal_one_near_1():
    found, normal = recovered_difference(POSITIVE, CNN, SENIOR, range(37)), delong_paired(POSITIVE, CNN, SENIOR)
    assert found.value == pytest.approx(normal.difference.value)
    assert found.low < normal.difference.low


@pytest.mark.parametrize(
    ("only_one", "only_other", "p"), [(4, 0, 0.125), (1, 9, 0.021484375), (5, 5, 1), (0, 0, 1), (0, 6, 0.03125)]
)
def test_exact_mcnemar(only_one, only_other, p):
    assert mcnemar_exact(only_one, only_other) == pytest.approx(p)


def test_clustered_mcnemar_with_one_case_for_each_patient_is_exact_mcnemar():
    draw = np.random.default_rng(2)
    one, other = draw.random((2, 50)) < [[0.9], [0.7]]
    p = mcnemar_exact(int((one & ~other).sum()), int((other & ~one).sum()))
    assert mcnemar_clustered(one, other, range(50)) == pytest.approx(p)


def test_clustered_mcnemar_counts_a_patient_once():
    assert mcnemar_clustered([True] * 8, [False] * 8, [1, 1, 2, 2, 3, 3, 4, 4]) == pytest.approx(mcnemar_exact(4, 0))
    assert mcnemar_clustered([True] * 3, [False, True, True], [1, 1, 2]) == 1


def test_clustered_mcnemar_adds_up_all_signs():
    # Patients differ by 3, 1 and -1, in all by 3; with other signs by 5, 3, 3 or 1, or the same the other way round.
    one = [True] * 3 + [True] + [False]
    other = [False] * 3 + [False] + [True]
    assert mcnemar_clustered(one, other, [1, 1, 1, 2, 3]) == pytest.approx(6 / 8)
