"""Which slices are neighbours, and which parts of a stack are regular."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.adjacency import RegularPart, neighbours, regular_parts, regular_stretches, spacing_over


@pytest.mark.parametrize(
    ("positions", "spacing", "expected"),
    [
        ([0, 3, 6.2, 9.6], 3, [True, True, False]),
        ([0, 2.7, 6, 8.6], 3, [True, True, False]),
        ([0, 6, 6, 9], 3, [False, False, True]),
        ([0, 0], 0, [False]),
        ([5], 3, []),
    ],
)
def test_neighbours_lie_one_spacing_apart_within_a_tenth(positions, spacing, expected):
    assert neighbours(positions, spacing).tolist() == expected


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ([], []),
        ([1], []),
        ([1, 1], []),
        ([1, 4], [(0, 1)]),
        ([0, 3, 6, 9], [(0, 3)]),
        ([0, 4, 8, 12, 19, 26], [(0, 3), (3, 5)]),
        ([0, 3, 6, 12, 15, 18], [(0, 2), (2, 3), (3, 5)]),
        ([0, 3, 6, 6, 9, 12], [(0, 2), (3, 5)]),
        ([0, 3, 6, 9.2, 12.3, 15.2], [(0, 5)]),
        ([0, 3, 6, 9, 12, 15.8, 19.6], [(0, 4), (4, 6)]),
        # a slow drift: the parts share slices
        ([0, 3, 6.2, 9.6, 13.3], [(0, 3), (1, 4)]),
    ],
)
def test_regular_stretches(positions, expected):
    assert regular_stretches(positions) == expected


def regular(positions, first, last):
    """The rule itself, without any short cut."""
    gaps = np.diff(positions[first : last + 1])
    return bool(neighbours(positions[first : last + 1], float(np.median(gaps))).all())


GAPS = st.lists(
    st.one_of(st.sampled_from([0.0, 3.0, 3.0, 3.0, 4.0, 6.0]), st.floats(2.4, 3.7)), min_size=0, max_size=14
)


@given(GAPS)
def test_regular_stretches_are_all_the_longest_parts_with_one_spacing(gaps):
    positions = np.concatenate([[0.0], np.cumsum(gaps)])
    count = len(positions)
    ranges = [(i, j) for i in range(count) for j in range(i + 1, count) if regular(positions, i, j)]
    longest = [(i, j) for i, j in ranges if not any((k <= i and j <= m) and (k, m) != (i, j) for k, m in ranges)]
    assert regular_stretches(positions) == longest
    assert regular_stretches(positions.tolist()) == longest


def test_a_long_stack_takes_no_time():
    positions = 0.5 * np.arange(3000)
    positions[1500:] += 0.5
    assert regular_stretches(positions) == [(0, 1499), (1499, 1500), (1500, 2999)]


def test_two_slices_show_no_spacing():
    assert regular_parts([0, 3, 6, 12, 15, 18]) == [RegularPart(0, 2, 3.0), RegularPart(3, 5, 3.0)]
    assert regular_parts([0, 3]) == []


@pytest.mark.parametrize(
    ("positions", "low", "high", "spacing"),
    [
        ([0, 3, 6, 9], 3, 6, 3),
        # across a missing slice, and beside it
        ([0, 3, 6, 12, 15, 18], 6, 12, 3),
        ([0, 3, 6, 12, 15, 18], 0, 18, 3),
        # 4 mm at the base and 7 mm above it
        ([0, 4, 8, 12, 19, 26], 8, 12, 4),
        ([0, 4, 8, 12, 19, 26], 12, 19, 7),
        ([0, 4, 8, 12, 19, 26], 4, 19, 4),
        ([0, 4, 8, 12, 19, 26, 33], 8, 33, 7),
        # far from any regular part
        ([0, 3, 6, 13, 18, 27, 29, 31], 13, 18, 2),
        # no regular part at all: the most usual distance
        ([0, 3, 9, 12, 18, 21], 3, 9, 3),
        ([0, 3], 0, 3, 3),
        ([5, 5], 5, 5, 0),
        ([5], 5, 5, 0),
        ([], 0, 1, 0),
    ],
)
def test_the_spacing_over_a_range_is_told_by_the_whole_stack(positions, low, high, spacing):
    assert spacing_over(positions, low, high) == spacing


@given(GAPS, st.integers(0, 14), st.integers(2, 14))
def test_what_is_regular_by_itself_is_regular_in_its_stack(gaps, first, length):
    """Of three slices and more; for these the whole stack changes nothing but the spacing within its tolerance."""
    positions = np.concatenate([[0.0], np.cumsum(gaps)])
    last = first + length
    if last >= len(positions) or not regular(positions, first, last):
        return
    spacing = spacing_over(positions, positions[first], positions[last])
    assert neighbours(positions[first : last + 1], spacing).all()
