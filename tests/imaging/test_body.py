"""Where the body lies in its slices, which the views are fitted to."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.imaging.body import body_box

ROW_MM, COLUMN_MM = 1.0, 0.5


@pytest.fixture
def head():
    """An ellipse of tissue, columns 150 to 350 and rows 60 to 200 of 400 x 500, in air; taller in one slice."""
    hu = np.full((30, 400, 500), -1000, np.int16)
    row, column = np.ogrid[:400, :500]
    for number in range(30):
        lower = 200 if number != 17 else 230
        middle, half = (60 + lower) / 2, (lower - 60) / 2
        hu[number][((column - 250) / 100) ** 2 + ((row - middle) / half) ** 2 <= 1] = 40
    return hu


def test_the_body_in_all_slices_with_a_margin(head):
    left, top, width, height = body_box(head, ROW_MM, COLUMN_MM)
    # The margin is 8 mm; where an ellipse is narrower than 25 mm counts as outside.
    assert left == pytest.approx(150 - 16, abs=6)
    assert left + width == pytest.approx(350 + 16, abs=6)
    assert top == pytest.approx(60 - 8, abs=6)
    assert top + height == pytest.approx(200 + 8, abs=36)


def test_a_table_and_a_headrest_stay_outside(head):
    before = body_box(head, ROW_MM, COLUMN_MM)
    head[:, 330:336, 20:480] = 200  # the table's upper shell
    head[:, 370:376, 20:480] = 200
    head[:, 330:376, 20:26] = head[:, 330:376, 474:480] = 200
    head[:, 100:330, 120:124] = 100  # a side of the headrest, thin
    column, row, width, height = body_box(head, ROW_MM, COLUMN_MM)
    assert (row, height) == before[1::2]
    assert column + width <= before[0] + before[2]


def test_shoulders_in_the_lower_slices_do_not_make_the_head_small(head):
    before = body_box(head, ROW_MM, COLUMN_MM)
    head[:8, 80:190, 10:490] = 40
    assert body_box(head, ROW_MM, COLUMN_MM) == pytest.approx(before, abs=8)
    head[:, 80:190, 10:490] = 40
    _, _, width, _ = body_box(head, ROW_MM, COLUMN_MM)
    assert width >= 480, "a chest is shown whole"


@pytest.mark.parametrize("value", [-1000, 40])
def test_nothing_but_air_or_nothing_but_body_is_the_whole_slice(value):
    assert body_box(np.full((1, 64, 48), value, np.int16), 1.0, 1.0) == (0, 0, 48, 64)


def test_of_odd_sizes_and_single_slices(head):
    odd = head[17:18, 1:, 1:]
    left, top, width, height = body_box(odd, ROW_MM, COLUMN_MM)
    assert 0 <= left < left + width <= odd.shape[2]
    assert 0 <= top < top + height <= odd.shape[1]
