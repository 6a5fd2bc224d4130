"""How a crop looks to a model: the parts of an appearance are what their names say, and the same for ever."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from desktop.inference.appearance import VIEWS, WIDTH, _signs, appearance_of

CHANNELS = 16


def maps(cells=7, n=1):
    return np.random.default_rng(1).random((n, CHANNELS, cells, cells), dtype=np.float32)


def crops(n=1, hu=40.0):
    return np.full((n, 8, 8), hu, dtype=np.float32)


def direction(maps, rows, columns):
    """Of the mean over these cells of one crop, in signed sums."""
    found = maps[0, :, rows, columns].mean(axis=(1, 2)) @ _signs(CHANNELS)
    return found / np.linalg.norm(found)


@pytest.mark.parametrize("cells", [4, 7])
def test_parts_are_densities_quarters_and_cells(cells):
    features = maps(cells)
    found = appearance_of(crops(), features)[0]
    assert found.shape == (1 + 4 + cells**2, WIDTH)
    upper, lower = slice(0, (cells + 1) // 2), slice(cells // 2, cells)  # a middle row belongs to both
    for part, (rows, columns) in enumerate(((upper, upper), (upper, lower), (lower, upper), (lower, lower)), start=1):
        assert found[part] == pytest.approx(direction(features, rows, columns), abs=1e-5)
    row, column = divmod(cells + 2, cells)
    cell = direction(features, slice(row, row + 1), slice(column, column + 1))
    assert found[VIEWS[2]][cells + 2] == pytest.approx(cell, abs=1e-5)
    assert np.linalg.norm(found, axis=-1) == pytest.approx(1, abs=1e-5)


def test_densities_are_shares_of_classes():
    half = crops()
    half[0, :4] = -1000
    apart = [appearance_of(crop, maps())[0, 0] for crop in (half, crops(), crops(hu=-1000.0), crops(hu=41.0))]
    products = np.array(apart) @ apart[0]
    assert products == pytest.approx([1, np.sqrt(0.5), np.sqrt(0.5), np.sqrt(0.5)], abs=1e-5)
    assert apart[1] @ apart[2] == 0  # bone, air: nothing in common
    assert apart[1] @ apart[3] == 1  # 40 and 41 HU are one class


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_gain_of_the_maps_does_not_count(factor):
    assert appearance_of(crops(), maps() * factor) == pytest.approx(appearance_of(crops(), maps()), abs=1e-6)


def test_maps_of_zeros_are_zeros():
    assert not appearance_of(crops(), np.zeros_like(maps()))[0, 1:].any()


def test_the_signs_are_those_that_references_were_made_with():
    """A reference is compared with sums that later versions make."""
    signs = _signs(2048)
    assert set(np.unique(signs)) == {-1, 1}
    digest = hashlib.sha256(signs.astype(np.int8).tobytes()).hexdigest()
    assert digest == "3473c3b1cf1d631da2e1b02b5f29dc0bc9a24ce5871340b792812f33e6c4e837"
