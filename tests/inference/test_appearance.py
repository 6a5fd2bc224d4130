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
    assert found.shape == (2 + 4 + cells**2, WIDTH)
    upper, lower = slice(0, (cells + 1) // 2), slice(cells // 2, cells)  # a middle row belongs to both
    for part, (rows, columns) in enumerate(((upper, upper), (upper, lower), (lower, upper), (lower, lower)), start=2):
        assert found[part] == pytest.approx(direction(features, rows, columns), abs=1e-5)
    row, column = divmod(cells + 2, cells)
    cell = direction(features, slice(row, row + 1), slice(column, column + 1))
    assert found[VIEWS[2]][cells + 2] == pytest.approx(cell, abs=1e-5)
    assert np.linalg.norm(found, axis=-1) == pytest.approx(1, abs=1e-5)


def test_densities_are_shares_of_pairs():
    half = crops()
    half[0, :4] = -1000
    apart = [appearance_of(crop, maps())[0, 0] for crop in (half, crops(), crops(hu=-1000.0), crops(hu=41.0))]
    products = np.array(apart) @ apart[0]
    alike = np.sqrt((4 * 7 + 3 * 8) / (2 * 7 * 8))  # pairs across and down of one half; 8 of the others cross over
    assert products == pytest.approx([1, alike, alike, alike], abs=1e-5)
    assert apart[1] @ apart[2] == 0  # brain, air: nothing in common
    assert apart[1] @ apart[3] == 1  # 40 and 41 HU are one class


def test_what_lies_beside_what_tells_crops_of_the_same_densities():
    """Shares of densities alone are the same in both."""
    half, striped = crops(hu=-1000.0), crops(hu=-1000.0)
    half[0, :4] = striped[0, ::2] = 40
    near, far = (appearance_of(half, maps())[0, part] @ appearance_of(striped, maps())[0, part] for part in (0, 1))
    assert near < 0.9
    assert far < 0.9


@pytest.mark.parametrize("turned", [np.fliplr, np.flipud, np.transpose])
def test_densities_do_not_depend_on_the_side(turned):
    crop = np.random.default_rng(2).normal(scale=300, size=(8, 8)).astype(np.float32)
    own, other = (appearance_of(one[None], maps())[0, VIEWS[0]] for one in (crop, turned(crop)))
    assert own == pytest.approx(other, abs=1e-6)


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_gain_of_the_maps_does_not_count(factor):
    assert appearance_of(crops(), maps() * factor) == pytest.approx(appearance_of(crops(), maps()), abs=1e-6)


def test_maps_of_zeros_are_zeros():
    assert not appearance_of(crops(), np.zeros_like(maps()))[0, 2:].any()


def test_the_signs_are_those_that_references_were_made_with():
    """A reference is compared with sums that later versions make."""
    signs = _signs(2048)
    assert set(np.unique(signs)) == {-1, 1}
    digest = hashlib.sha256(signs.astype(np.int8).tobytes()).hexdigest()
    assert digest == "3473c3b1cf1d631da2e1b02b5f29dc0bc9a24ce5871340b792812f33e6c4e837"
