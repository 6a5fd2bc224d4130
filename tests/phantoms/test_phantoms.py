"""Phantoms: same seed, same phantom; cuts equal the whole; the truth is consistent and leaks nothing."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from desktop.phantoms import Phantom, draw_phantom

SEEDS = range(100, 114)


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Phantom, Phantom]]:
    """For each seed the invaded and the intact phantom."""
    return [(draw_phantom(seed, invaded=True), draw_phantom(seed, invaded=False)) for seed in SEEDS]


def in_range(phantom: Phantom) -> np.ndarray:
    low, high = phantom.truth.range_mm
    return np.flatnonzero((phantom.positions_mm >= low) & (phantom.positions_mm <= high))


def roi_region(phantom: Phantom) -> tuple[int, int, int, int]:
    column, row, width, height = phantom.truth.roi_px
    return round(row), round(row + height), round(column), round(column + width)


def test_same_seed_same_phantom() -> None:
    first, second = draw_phantom(7), draw_phantom(7)
    assert first.truth == second.truth
    assert first.acquisition == second.acquisition
    index = int(in_range(first)[1])
    cut = slice(index, index + 1)
    assert hashlib.sha256(first.hu(cut).tobytes()).digest() == hashlib.sha256(second.hu(cut).tobytes()).digest()


def test_other_seed_other_head() -> None:
    assert draw_phantom(7).head != draw_phantom(8).head


@pytest.mark.parametrize("seed", [3, 21, 47])
def test_a_cut_has_the_values_of_the_whole(seed: int) -> None:
    phantom = draw_phantom(seed, invaded=True)
    index = int(in_range(phantom)[2])
    cut = slice(index, index + 2)
    whole = phantom.hu(cut)
    assert whole.dtype == np.float32
    assert whole.shape == (2, phantom.acquisition.rows, phantom.acquisition.columns)
    for region in (roi_region(phantom), (0, 37, 0, 41), (301, 512, 203, 512), (250, 251, 250, 251)):
        r0, r1, c0, c1 = region
        assert np.array_equal(phantom.hu(cut, region), whole[:, r0:r1, c0:c1])
    r0, r1, c0, c1 = roi_region(phantom)
    mask = phantom.invaded_mask(cut)
    assert np.array_equal(phantom.invaded_mask(cut, (r0, r1, c0, c1)), mask[:, r0:r1, c0:c1])


def test_slices_do_not_depend_on_which_are_asked_for() -> None:
    phantom = draw_phantom(5)
    region = roi_region(phantom)
    both = phantom.hu(slice(4, 6), region)
    assert np.array_equal(both[1:], phantom.hu(slice(5, 6), region))


def test_truth_is_consistent(pairs: list[tuple[Phantom, Phantom]]) -> None:
    for invaded, intact in pairs:
        for phantom in (invaded, intact):
            truth, a = phantom.truth, phantom.acquisition
            assert len(truth.slice_invaded) == a.slice_count == len(phantom.positions_mm)
            assert 20 <= a.slice_count <= 60
            assert np.all(np.diff(phantom.positions_mm) > 0)
            assert phantom.positions_mm[0] < truth.range_mm[0] < truth.range_mm[1] < phantom.positions_mm[-1]
            assert len(in_range(phantom)) >= 3
            column, row, width, height = truth.roi_px
            assert 14.0 <= width * height * a.pixel_mm**2 / 100 <= 22.0
            assert min(column, row) >= 0
            assert column + width <= a.columns
            assert row + height <= a.rows
        positive = np.flatnonzero(invaded.truth.slice_invaded)
        assert set(positive) <= set(in_range(invaded))
        assert 1 in np.diff(positive), "two adjacent slices"
        assert invaded.truth.invaded
        assert not intact.truth.invaded
        assert not any(intact.truth.slice_invaded)


def test_mask_agrees_with_labels(pairs: list[tuple[Phantom, Phantom]]) -> None:
    for invaded, intact in pairs[:4]:
        masks = invaded.invaded_mask(region=roi_region(invaded))
        areas = masks.sum(axis=(1, 2)) * invaded.acquisition.pixel_mm**2
        at = in_range(invaded)
        assert np.allclose(areas[at], np.asarray(invaded.truth.invaded_area_mm2)[at])
        assert not intact.invaded_mask(slice(0, 3)).any()


def test_invasion_changes_nothing_else(pairs: list[tuple[Phantom, Phantom]]) -> None:
    """Scanner, head, ROI, range and noise are the same with and without invasion: nothing to cheat with."""
    for invaded, intact in pairs:
        assert invaded.acquisition == intact.acquisition
        assert invaded.head == intact.head
        assert invaded.pose == intact.pose
        assert invaded.truth.roi_px == intact.truth.roi_px
        assert invaded.truth.range_mm == intact.truth.range_mm
        assert invaded.mass is not None
        assert intact.mass in (None, invaded.mass)
    share = np.mean([intact.mass is not None for _, intact in pairs])
    assert 0.4 <= share <= 0.9
    invaded, intact = pairs[0]
    above = slice(invaded.acquisition.slice_count - 1, None)
    assert np.array_equal(invaded.hu(above), intact.hu(above))


def test_drawn_classes_and_contrast_follow_the_request() -> None:
    drawn = [draw_phantom(seed) for seed in range(200, 230)]
    assert 0.25 <= np.mean([p.truth.invaded for p in drawn]) <= 0.75
    assert len({p.truth.pattern for p in drawn}) >= 6
    assert len({p.acquisition.vendor for p in drawn}) == 4
    assert draw_phantom(200, contrast=True).acquisition.contrast
    assert not draw_phantom(200, contrast=False).acquisition.contrast


def test_hounsfield_units_are_those_of_a_head() -> None:
    phantom = draw_phantom(11, invaded=False, contrast=True)
    index = int(in_range(phantom)[len(in_range(phantom)) // 2])
    image = phantom.hu(slice(index, index + 1))[0]
    assert image.min() >= -1024
    assert image.max() <= 3071
    assert abs(float(np.median(image[:8, :8])) + 1000) < 40, "air"
    share = {"soft": np.mean((image > -20) & (image < 130)), "bone": np.mean(image > 300)}
    assert 0.15 < share["soft"] < 0.7
    assert 0.02 < share["bone"] < 0.3
