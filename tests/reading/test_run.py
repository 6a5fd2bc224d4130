"""Run, score and verdict."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.reading.run import Cutoff, Run, Verdict, conclude, decide, longest_run, score


def test_the_longest_run_counts_neighbours_and_their_millimetres():
    positions = np.arange(8) * 2.5
    run = longest_run(positions, [True, False, True, True, True, False, True, True], 2.5)
    assert run == Run(3, 7.5, 2)


def test_a_gap_ends_a_run_and_a_doubled_slice_cannot_make_one():
    assert longest_run([0, 3, 9, 12], [True] * 4, 3).slices == 2
    assert longest_run([0, 0], [True, True], 3).slices == 1
    assert longest_run([0, 0], [True, True], 0).slices == 1, "not even where the range has no spacing"
    assert longest_run([0, 3, 3, 6], [False, True, True, False], 3).slices == 1
    assert longest_run([0, 3.2, 6.1], [True] * 3, 3).slices == 3, "rounded positions are neighbours"
    assert score([0, 0, 6], [0.9, 0.9, 0.9], 3, 2) == 0.0
    assert score([0, 0], [0.9, 0.9], 0, 2) == 0.0


@given(
    st.lists(st.sampled_from([0.0, 0.005, 1.0, 3.0, 3.0, 3.1, 6.0]), min_size=0, max_size=12),
    st.lists(st.booleans(), min_size=13, max_size=13),
    st.sampled_from([0.0, 1.0, 3.0]),
)
def test_a_run_is_the_longest_of_positive_slices_one_spacing_apart(gaps, hits, spacing):
    positions = [0.0, *np.cumsum(gaps).tolist()]
    positive = hits[: len(positions)]
    stretches = [
        last - first + 1
        for first in range(len(positions))
        for last in range(first, len(positions))
        if all(positive[first : last + 1])
        and all(gap > 0 and abs(gap - spacing) <= 0.1 * spacing for gap in np.diff(positions[first : last + 1]))
    ]
    run = longest_run(positions, positive, spacing)
    assert run.slices == max(stretches, default=0)
    assert run.mm == run.slices * spacing
    covered = positions[run.first : run.first + run.slices]
    assert len(set(covered)) == run.slices, "every slice of a run has a place of its own"


@given(
    st.lists(st.floats(0, 1, width=32), min_size=1, max_size=12),
    st.sampled_from([0.5, 1.0, 2.0, 2.5, 3.0, 4.0]),
    st.sampled_from([1.0, 2.0, 4.0, 6.0]),
    st.floats(0.01, 1),
)
def test_a_cutoff_in_mm_is_a_number_of_slices_at_every_spacing(probabilities, spacing, mm, threshold):
    positions, cutoff = np.arange(len(probabilities)) * spacing, Cutoff(1, threshold, mm)
    found = conclude(positions, np.array(probabilities), spacing, cutoff, True)
    assert (found.verdict is Verdict.POSITIVE) == (found.run.mm >= mm)
    assert (found.verdict is Verdict.POSITIVE) == (found.score >= threshold)


def test_a_cutoff_in_mm_keeps_its_number_of_slices_and_forgives_rounding():
    assert [Cutoff(2, 0.5, 4.0).slices_at(spacing) for spacing in (0.5, 1.25, 1.99, 2.0, 2.01, 3.0, 5.0)] == [
        8,
        4,
        2,
        2,
        2,
        2,
        2,
    ]
    assert Cutoff(1, 0.5, 4.0).slices_at(5.0) == 1
    assert Cutoff(2, 0.5, 4.0).slices_at(0.0) == 2, "a range without a spacing"
    assert [Cutoff(2, 0.5).slices_at(spacing) for spacing in (0.5, 5.0)] == [2, 2]
    assert (Cutoff(2, 0.5).score_name, Cutoff(1, 0.5, 4.0).score_name) == ("s_2", "s_4mm")


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
    assert decide(Run(slices, 3.0 * slices, 0), 2, answerable) is verdict


def test_a_conclusion_holds_all_that_slices_say_together():
    positions, probabilities = [0.0, 3.0, 6.0, 12.0], np.array([0.9, 0.6, 0.2, 0.8], np.float32)
    found = conclude(positions, probabilities, 3.0, Cutoff(2, 0.5), answerable=True)
    assert found.positive == (True, True, False, True)
    assert found.run == Run(2, 6.0, 0)
    assert found.score == pytest.approx(0.6)
    assert found.verdict is Verdict.POSITIVE
    assert conclude(positions, probabilities, 3.0, Cutoff(3, 0.5), answerable=True).verdict is Verdict.NEGATIVE
    assert conclude(positions, probabilities, 3.0, Cutoff(2, 0.5), answerable=False).verdict is Verdict.INDETERMINATE
