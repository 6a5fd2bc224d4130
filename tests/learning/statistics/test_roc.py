"""AUC and DeLong's variance against published values."""

import numpy as np
import pytest

from desktop.learning.statistics.auc_intervals import newcombe_auc
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.roc import auc, delong, delong_covariance, obuchowski_covariance

RUNS = [0] + [2] * 14 + [0] * 13 + [1] * 9
"""Run lengths behind the paper's CNN: 15 positive series, one of them missed, then 22 negative ones."""
INVADED = [True] * 15 + [False] * 22
RATED = np.repeat(np.tile([1, 2, 3, 4, 5], 2), [33, 6, 6, 11, 2, 3, 2, 2, 11, 33])
"""CT images rated for disease: 58 normal, then 51 abnormal ones (Hanley and McNeil 1982, Table I)."""
DISEASED = [False] * 58 + [True] * 51


def test_delong_gives_the_papers_auc_error_and_interval():
    found = delong(INVADED, RUNS)
    assert found.value == auc(INVADED, RUNS) == pytest.approx(0.95303, abs=5e-6)
    assert np.sqrt(delong_covariance(INVADED, RUNS)[0, 0]) == pytest.approx(0.0471, abs=5e-5)
    assert (round(found.low, 3), round(found.high, 3)) == (0.861, 1.045)


def test_delong_as_stata_documents_it_for_hanley_and_mcneils_images():
    found = delong(DISEASED, RATED)
    assert found.value == pytest.approx(0.8932, abs=5e-5)
    assert np.sqrt(delong_covariance(DISEASED, RATED)[0, 0]) == pytest.approx(0.0307, abs=5e-5)
    assert (round(found.low, 5), round(found.high, 5)) == (0.83295, 0.95339)


def test_covariance_by_definition_with_ties():
    draw = np.random.default_rng(3)
    labels = draw.random(60) < 0.4
    scores = np.round(draw.normal(labels * 1.0, 1.0, (2, 60)), 1)
    ill, well = scores[:, labels], scores[:, ~labels]
    wins = (ill[:, :, None] > well[:, None, :]) + 0.5 * (ill[:, :, None] == well[:, None, :])
    wanted = np.cov(wins.mean(axis=2)) / labels.sum() + np.cov(wins.mean(axis=1)) / (~labels).sum()
    assert delong_covariance(labels, scores) == pytest.approx(wanted)


def test_the_same_slice_counted_ten_times_is_no_more_than_one():
    draw = np.random.default_rng(4)
    labels = draw.random(40) < 0.5
    scores = draw.normal(labels, 1)
    many = obuchowski_covariance(np.repeat(labels, 10), np.repeat(scores, 10), np.repeat(np.arange(40), 10))
    assert many == pytest.approx(delong_covariance(labels, scores))


def test_obuchowski_knows_what_both_kinds_of_a_patient_have_in_common():
    draw = np.random.default_rng(6)
    found = []
    for _ in range(400):
        patient, labels = np.repeat(np.arange(40), 2), np.tile([True, False], 40)
        scores = draw.normal(0, 2, 40)[patient] + draw.normal(labels, 1)
        found.append((auc(labels, scores), obuchowski_covariance(labels, scores, patient)[0, 0]))
    values, variances = np.array(found).T
    assert variances.mean() == pytest.approx(values.var(), rel=0.15)


def test_the_reported_interval_stays_within_0_and_1():
    found = newcombe_auc(INVADED, RUNS, range(37))
    assert 0.8 < found.low < found.value == auc(INVADED, RUNS) < found.high < 1


def test_newcombes_equation_holds_at_both_ends():
    """The ends are where the distance from the AUC is as many standard errors, taken there, as 95 % demand."""
    found, others = newcombe_auc(DISEASED, RATED, range(109)), (51 + 58) / 2 - 1
    for end in (found.low, found.high):
        spread = 1 + others * ((1 - end) / (2 - end) + end / (1 + end))
        assert (found.value - end) ** 2 == pytest.approx(1.959964**2 * end * (1 - end) * spread / (51 * 58), rel=1e-5)
    wanted = delong(DISEASED, RATED)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=0.03)


def test_an_auc_of_1_does_not_claim_certainty():
    found = newcombe_auc([True] * 10 + [False] * 20, [1.0] * 10 + [0.0] * 20, range(30))
    assert (found.value, found.high) == (1, 1)
    assert 0.75 < found.low < 0.9
    upside_down = newcombe_auc([True] * 10 + [False] * 20, [0.0] * 10 + [1.0] * 20, range(30))
    assert (upside_down.value, upside_down.low) == (0, 0)
    assert upside_down.high == pytest.approx(1 - found.low)


def test_scores_that_do_not_differ_say_nothing():
    found = newcombe_auc([True] * 10 + [False] * 20, [1] * 30, range(30))
    assert found.value == 0.5
    assert found.low < 0.31
    assert found.high > 0.69


def test_slices_of_one_patient_that_are_all_alike_count_once():
    draw = np.random.default_rng(4)
    labels = draw.random(40) < 0.5
    scores = draw.normal(labels, 1)
    once = newcombe_auc(labels, scores, range(40))
    often = newcombe_auc(np.repeat(labels, 10), np.repeat(scores, 10), np.repeat(np.arange(40), 10))
    assert (often.low, often.high) == pytest.approx((once.low, once.high), abs=0.01)
    alone = newcombe_auc(np.repeat(labels, 10), np.repeat(scores, 10), range(400))
    assert alone.high - alone.low < 0.5 * (once.high - once.low)


def test_the_reported_interval_is_wider_than_delongs_when_few_are_in_the_wrong_order():
    found = newcombe_auc([True] * 13 + [False] * 17, [1] + [3] * 12 + [2] + [0] * 16, range(30))
    assert found.value == pytest.approx(1 - 1 / 221)
    assert found.low < 0.9 < 0.97 < delong([True] * 13 + [False] * 17, [1] + [3] * 12 + [2] + [0] * 16).low


def test_why_there_is_none():
    assert str(auc([True, True], [1, 2])) == (
        "cannot be computed, because there is no negative case where 1 or more are needed"
    )
    assert delong([True, False, False], [1, 2, 3]) == Undefined("there is 1 positive case where 2 or more are needed")
    assert auc([True, False], [1, float("nan")]) == Undefined("a score is not a number")
    assert newcombe_auc([True, True, False, False], [1, 2, 3, 4], ["a", "a", "b", "c"]) == Undefined(
        "there is 1 patient with a positive case where 2 or more are needed"
    )
