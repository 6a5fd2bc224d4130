"""Whether a map points at invaded bone."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.phantoms import draw_phantom
from training.demo.pointing import point


class _Grid:
    map_stride, crop_size = 32, 224


@pytest.mark.parametrize("right", [True, False])
def test_a_map_points_right_when_its_maximum_is_near_invaded_bone(cases, right):
    case = cases[1]
    masks = draw_phantom(case.seed, invaded=True).invaded_mask(
        slice(case.first, case.first + len(case.hu)), case.region
    )
    index = int(masks.sum(axis=(1, 2)).argmax())
    row, column = np.argwhere(masks[index]).mean(axis=0)
    left, top, width, height = case.rectangle
    cell = np.clip([round((row - top) / height * 7), round((column - left) / width * 7)], 0, 6)
    maps = np.zeros((len(case.hu), 7, 7), dtype=np.float32)
    maps[(index, *(cell if right else (cell + 4) % 7))] = 1
    wanted = np.arange(len(maps)) == index
    found = point(case, maps, wanted, _Grid(), 7.0)
    assert found.hits.tolist() == [right]
    assert 0 < found.chance[0] < 0.7


def test_nothing_wanted_gives_nothing(cases):
    found = point(
        cases[0], np.zeros((len(cases[0].hu), 7, 7), np.float32), np.zeros(len(cases[0].hu), bool), _Grid(), 5
    )
    assert len(found.hits) == len(found.chance) == 0
