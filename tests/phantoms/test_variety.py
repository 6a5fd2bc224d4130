"""Kinds of phantoms: the plain kind never changes, and the truth of the rich kind holds however the head lies."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.phantoms import PLAIN, RICH, Phantom, draw_phantom
from desktop.phantoms.series_files import instance_uid, series_uid, series_uids

PATTERNS = {"erosion": 1, "foraminal": 19, "sclerosis": 3, "permeative": 12, "mixed": 7, "pterygoid": 50}
"""Seeds of rich heads by pattern of invasion; 7 moves, 12 has a crown."""

BEFORE_THE_KINDS = (
    ((3, None, None), "sclerosis", (204.45, 234.18, 103.89, 75.21), (-230.4435, -217.4213), 4),
    ((21, True, None), "pterygoid", (210.43, 226.26, 103.77, 103.17), (148.2191, 165.8191), 8),
    ((102, False, True), "mass on intact clivus", (211.86, 222.74, 95.02, 84.22), (-103.8766, -78.5407), 0),
)
"""Plain phantoms (seed, invaded, contrast) when there was one kind: pattern, ROI, range, invaded slices."""

HU_BEFORE = {
    3: (81.95, 500.75, 49.14, -107.87, 65.61, 717.98, -73.16, -92.76, 68.0, -1012.44, 98.94, -78.13),
    21: (93.12, 774.62, -715.93, -962.4, -323.86, 233.27, 108.94, 693.41, 34.25, -982.36, 97.46, 261.2),
    102: (57.76, 696.17, -978.4, -890.37, 664.58, 81.67, 901.02, -799.69, -387.44, 961.45, 101.49, 94.52),
}
"""HU of every 17th row and 19th column of their ROI in the middle slice of the range, the first twelve."""


def roi_region(phantom: Phantom) -> tuple[int, int, int, int]:
    column, row, width, height = phantom.truth.roi_px
    return round(row), round(row + height), round(column), round(column + width)


def in_range(phantom: Phantom) -> np.ndarray:
    low, high = phantom.truth.range_mm
    return np.flatnonzero((phantom.positions_mm >= low) & (phantom.positions_mm <= high))


@pytest.fixture(scope="module")
def invaded() -> dict[str, Phantom]:
    return {pattern: draw_phantom(seed, invaded=True, variety=RICH) for pattern, seed in PATTERNS.items()}


@pytest.mark.parametrize(("drawn", "pattern", "roi", "range_mm", "slices"), BEFORE_THE_KINDS)
def test_plain_phantoms_are_what_they_were(drawn, pattern, roi, range_mm, slices) -> None:
    seed, is_invaded, contrast = drawn
    phantom = draw_phantom(seed, invaded=is_invaded, contrast=contrast)
    assert phantom.variety == PLAIN
    assert phantom.truth.pattern == pattern
    assert phantom.truth.roi_px == pytest.approx(roi)
    assert phantom.truth.range_mm == pytest.approx(range_mm, abs=1e-4)
    assert sum(phantom.truth.slice_invaded) == slices
    middle = int(np.argmin(np.abs(phantom.positions_mm - sum(range_mm) / 2)))
    hu = phantom.hu(slice(middle, middle + 1), roi_region(phantom))[0][::17, ::19]
    assert hu.ravel()[:12] == pytest.approx(HU_BEFORE[seed], abs=0.01)


def test_ranges_are_short_and_long_and_every_mark_lies_in_the_pictures() -> None:
    lengths = []
    for seed in range(200):
        phantom = draw_phantom(seed, invaded=False, variety=RICH)
        a, truth = phantom.acquisition, phantom.truth
        lengths.append(truth.range_mm[1] - truth.range_mm[0])
        assert len(in_range(phantom)) >= 2
        assert phantom.positions_mm[0] < truth.range_mm[0] < truth.range_mm[1] < phantom.positions_mm[-1]
        for name, point in truth.landmarks_mm.items():
            column, row = a.pixel(np.asarray(point))
            assert 0 <= column < a.columns, name
            assert 0 <= row < a.rows, name
            if name not in ("dorsum sellae", "petrous right", "petrous left"):
                assert phantom.positions_mm[0] <= np.asarray(point) @ a.normal <= phantom.positions_mm[-1], name
        area_cm2 = truth.roi_px[2] * truth.roi_px[3] * a.pixel_mm**2 / 100
        assert 15.0 <= area_cm2 <= 21.0
    assert 2.0 <= min(lengths) < 5.0
    assert 26.0 < max(lengths) <= 30.0
    assert 10.0 < np.median(lengths) < 22.0


def test_invaded_bone_lies_in_the_roi_and_labels_follow_the_mask(invaded: dict[str, Phantom]) -> None:
    for pattern, phantom in invaded.items():
        truth = phantom.truth
        assert truth.pattern == pattern
        positive = np.flatnonzero(truth.slice_invaded)
        assert set(positive) <= set(in_range(phantom))
        assert 1 in np.diff(positive), "two adjacent slices"
        first, last = positive[0], positive[-1]
        masks = phantom.invaded_mask(slice(first, last + 1), roi_region(phantom))
        areas = masks.sum(axis=(1, 2)) * phantom.acquisition.pixel_mm**2
        assert np.allclose(areas, np.asarray(truth.invaded_area_mm2)[first : last + 1])
        assert np.array_equal(areas >= 15.0, np.asarray(truth.slice_invaded)[first : last + 1])


def test_invasion_changes_nothing_else(invaded: dict[str, Phantom]) -> None:
    for pattern, phantom in invaded.items():
        intact = draw_phantom(PATTERNS[pattern], invaded=False, variety=RICH)
        assert intact.acquisition == phantom.acquisition
        assert intact.head == phantom.head
        assert intact.pose == phantom.pose
        assert intact.truth.roi_px == phantom.truth.roi_px
        assert intact.truth.range_mm == phantom.truth.range_mm
        assert not any(intact.truth.slice_invaded)


@pytest.mark.parametrize("pattern", ["mixed", "permeative"])
def test_movement_and_metal_are_the_same_in_any_cut(invaded: dict[str, Phantom], pattern: str) -> None:
    phantom = invaded[pattern]
    assert phantom.acquisition.motion.far_mm or len(phantom.streaks.points)
    levels = [phantom.acquisition.motion.position_mm, *phantom.streaks.points[:, 2]]
    index = int(np.argmin(np.abs(phantom.positions_mm - levels[-1])))
    cut = slice(index, index + 1)
    r0, r1, c0, c1 = roi_region(phantom)
    small, large = phantom.hu(cut, (r0, r1, c0, c1)), phantom.hu(cut, (r0 - 31, r1 + 17, c0 - 20, c1 + 40))
    assert np.array_equal(small, large[:, 31:-17, 20:-40])
    again = draw_phantom(phantom.seed, invaded=True, variety=RICH)
    assert again.truth == phantom.truth
    assert np.array_equal(again.hu(cut, (r0, r1, c0, c1)), small)


def test_crowns_throw_streaks_over_their_level_only(invaded: dict[str, Phantom]) -> None:
    phantom = invaded["permeative"]
    a, streaks = phantom.acquisition, phantom.streaks
    image = np.zeros((a.rows, a.columns), dtype=np.float32)
    streaks.add(image, a, float(streaks.points[0, 2]), (0, a.rows), (0, a.columns))
    assert 5.0 < image.std() < 120.0
    far = np.zeros_like(image)
    streaks.add(far, a, float(streaks.points[:, 2].max()) + 30.0, (0, a.rows), (0, a.columns))
    assert not far.any()


def test_kinds_of_one_seed_are_different_patients() -> None:
    plain, rich = draw_phantom(5, contrast=True), draw_phantom(5, contrast=True, variety=RICH)
    assert plain.head != rich.head
    assert series_uid(plain) != series_uid(rich)
    assert instance_uid(plain, 0) != instance_uid(rich, 0)
    assert {series_uid(plain), series_uid(rich)} < series_uids(5)
    assert series_uid(draw_phantom(6)) not in series_uids(5)
