"""Run, score and verdict."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.reading.run import Cutoff, Run, Verdict, decide, longest_run, score


def test_the_longest_run_counts_neighbours_and_their_millimetres():
    positions = np.arange(8) * 2.5
    run = longest_run(positions, [True, False, True, True, True, False, True, True], 2.5)
    assert run == Run(3, 7.5, 2)


def test_a_gap_ends_a_run_and_a_doubled_slice_cannot_make_one():
    assert longest_run([0, 3, 9, 12], [True] * 4, 3).slices == 2
    assert longest_run([0, 0], [True, True], 3).slices == 1
    assert longest_run([0, 3.2, 6.1], [True] * 3, 3).slices == 3, "rounded positions are neighbours"


def test_no_positive_slice_is_no_run():
    assert longest_run([0, 3], [False, False], 3) == Run(0, 0.0, 0)
    assert longest_run([], [], 3) == Run(0, 0.0, 0)


@given(
    st.lists(st.floats(0, 1, width=32), min_size=0, max_size=12),
    st.lists(st.sampled_from([2.0, 4.0, 0.0]), min_size=12, max_size=12),
    st.floats(0.01, 1),
    st.integers(1, 4),
)
def test_a_run_of_k_at_a_threshold_is_exactly_a_score_at_or_above_it(probabilities, gaps, threshold, k):
    positions = np.cumsum(gaps)[: len(probabilities)]
    run = longest_run(positions, [p >= threshold for p in probabilities], 2.0)
    assert (run.slices >= k) == (score(positions, probabilities, 2.0, k) >= threshold)


@pytest.mark.parametrize(
    ("slices", "answerable", "verdict"),
    [(1, True, Verdict.NEGATIVE), (2, True, Verdict.POSITIVE), (5, False, Verdict.INDETERMINATE)],
)
def test_the_verdict(slices, answerable, verdict):
    assert decide(Run(slices, 3.0 * slices, 0), Cutoff(2, 0.5), answerable) is verdict
