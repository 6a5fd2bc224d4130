"""What is suggested lies where the phantom's truth says, in any orientation; and elsewhere nothing is suggested."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom.data
import pytest

from desktop.imaging.geometry import StandardTurn
from desktop.imaging.pixels import Hounsfield
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import UnreadableSeries, Volume, load
from desktop.phantoms import Phantom
from desktop.reading.landmarks import PAPERS_ROI
from desktop.suggestion import NoSuggestion, finding, suggest
from desktop.suggestion.grid import STEP_MM, Grid
from desktop.suggestion.suggestion import DEEPEST, SHALLOWEST, Landmark

END_MM, CENTRE_MM = 6.0, 8.0
"""As near as `tests/proofs/suggestion.py` asks for."""


@pytest.fixture(params=["study", "invaded", "bent"])
def head(request: pytest.FixtureRequest) -> tuple[Phantom, Volume]:
    """A phantom, and what was read of it."""
    phantom, volume = {"study": ("phantom", "volume")}.get(request.param, (request.param, f"{request.param}_head"))
    return request.getfixturevalue(phantom), request.getfixturevalue(volume)


def centre_off_mm(phantom: Phantom, volume: Volume, position: float) -> float:
    """From the middle of the suggested ROI to that of the true one."""
    column, row, width, height = volume.rectangle_to_standard(suggest(volume).roi.at(position))
    own, true = (column + width / 2, row + height / 2), phantom.truth.roi_px
    return float(np.hypot(own[0] - true[0] - true[2] / 2, own[1] - true[1] - true[3] / 2)) * volume.geometry.row_mm


def test_range_roi_and_landmarks_lie_where_they_should(head):
    phantom, volume = head
    found, (low, high) = suggest(volume), phantom.truth.range_mm
    assert abs(found.range.low_mm - low) <= END_MM
    assert abs(found.range.high_mm - high) <= END_MM
    assert centre_off_mm(phantom, volume, found.range.middle_mm) <= CENTRE_MM
    basion = np.subtract(found.landmarks_mm[Landmark.BASION], phantom.truth.landmarks_mm["basion"])
    assert np.linalg.norm(basion) <= CENTRE_MM
    right, left = (found.landmarks_mm[each][0] for each in (Landmark.CAROTID_RIGHT, Landmark.CAROTID_LEFT))
    assert 25 < left - right < 60
    positions = volume.geometry.positions_mm[list(found.range.indices(volume.geometry.positions_mm))]
    assert [key.position_mm for key in found.roi.keys][::2] == [positions[0], positions[-1]][: len(found.roi.keys)]


def test_a_range_of_few_slices_is_suggested_and_cautioned(bent_head, volume):
    few = suggest(bent_head)
    assert len(few.range.indices(bent_head.geometry.positions_mm)) < 4
    assert any("a run of two says little" in str(caution) for caution in few.cautions)
    assert not suggest(volume).cautions


@pytest.mark.parametrize("turn", [(True, False, False), (False, True, True), (True, True, False)])
def test_rectangles_are_those_of_the_stored_slice_however_it_is_turned(invaded_head, turn):
    turned = replace(invaded_head, turn=StandardTurn(*turn))
    for upright, stored in zip(suggest(invaded_head).roi.keys, suggest(turned).roi.keys, strict=True):
        assert turned.rectangle_to_standard(stored.rectangle) == pytest.approx(upright.rectangle)


def test_the_roi_has_the_area_that_a_model_asks_for(invaded_head):
    for guidance in (PAPERS_ROI, replace(PAPERS_ROI, area_cm2=30.0)):
        areas = [invaded_head.geometry.area_cm2(key.rectangle) for key in suggest(invaded_head, guidance).roi.keys]
        assert areas[len(areas) // 2] == pytest.approx(guidance.area_cm2, rel=0.05)
        assert all(SHALLOWEST - 0.01 < area / guidance.area_cm2 < DEEPEST + 0.01 for area in areas)


def test_its_back_edge_follows_the_clivus_and_its_front_edge_does_not(invaded_head):
    """Readers' rectangles on CTs of people are deeper below than above."""
    keys = [invaded_head.rectangle_to_standard(key.rectangle) for key in suggest(invaded_head).roi.keys]
    fronts, backs = ([row + part * height for _, row, _, height in keys] for part in (0, 1))
    assert np.ptp(fronts) * invaded_head.geometry.row_mm < 0.5
    assert (backs[0] - backs[-1]) * invaded_head.geometry.row_mm > 3


def one_side(hu: Hounsfield) -> Hounsfield:
    hu[:, :, : hu.shape[2] // 2] = -1000
    return hu


def metal(hu: Hounsfield) -> Hounsfield:
    hu[:, ::3] = np.where(np.arange(0, hu.shape[1], 3) % 2, 3000, -1000)[:, None]
    return hu


DAMAGES: dict[str, Callable[[Hounsfield], Hounsfield]] = {
    "one value": np.zeros_like,
    "no number": lambda hu: np.full(hu.shape, np.nan, np.float32),
    "infinite": lambda hu: np.full(hu.shape, np.inf, np.float32),
    "air": lambda hu: np.full_like(hu, -1000),
    "metal": metal,
    "one side": one_side,
    "upside down": lambda hu: hu[::-1].copy(),
    "front to back": lambda hu: hu[:, ::-1].copy(),
    "inverted": lambda hu: np.asarray(-hu, np.int16),
    "offset": lambda hu: np.asarray(hu - 1000, np.int16),
    "noise": lambda hu: np.random.default_rng(0).normal(scale=600, size=hu.shape).astype(np.float32),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_nothing_is_suggested_for_what_is_no_head(invaded_head, name):
    with pytest.raises(NoSuggestion, match=r"^No range and no ROI are suggested, since .*: mark them"):
        suggest(replace(invaded_head, hu=DAMAGES[name](invaded_head.hu.copy())))


@pytest.mark.parametrize("head", ["invaded_head", "bent_head"])
def test_a_head_that_would_fit_better_upside_down_is_refused(head, request, monkeypatch):
    """One in fifty heads upside down was taken for one upright, with a score like that of a head."""
    volume = request.getfixturevalue(head)
    monkeypatch.setattr(finding, "LEAST_SCORE", 0.3)
    monkeypatch.setattr(finding, "LEAST_SCALE", 0.0)
    monkeypatch.setattr(finding, "ESSENTIAL", ())
    suggest(replace(volume))
    with pytest.raises(NoSuggestion, match="looks more like a head upside down"):
        suggest(replace(volume, hu=volume.hu[::-1].copy()))


def cut(volume: Volume, kept: slice) -> Volume:
    geometry = replace(volume.geometry, origins=volume.geometry.origins[kept])
    return replace(volume, hu=volume.hu[kept], geometry=geometry)


@pytest.mark.parametrize("part", ["brain", "neck", "base without neck", "three slices"])
def test_nothing_is_suggested_where_a_part_of_the_skull_base_is_missing(invaded, invaded_head, part):
    low, high = np.searchsorted(invaded_head.geometry.positions_mm, invaded.truth.range_mm)
    kept = {
        "brain": slice(high + 4, None),
        "neck": slice(None, low),
        "base without neck": slice((low + high) // 2, None),
        "three slices": slice(low, low + 3),
    }[part]
    with pytest.raises(NoSuggestion):
        suggest(cut(invaded_head, kept))


def test_nothing_is_suggested_for_other_pictures_than_axial_ct(invaded_head):
    series, geometry = invaded_head.series, invaded_head.geometry
    with pytest.raises(NoSuggestion, match="not a CT"):
        suggest(replace(invaded_head, series=replace(series, modality="MR")))
    with pytest.raises(NoSuggestion, match="not axial"):
        suggest(replace(invaded_head, geometry=replace(geometry, down=(0.0, 0.0, -1.0))))


def test_a_volume_is_let_go_whatever_was_found(invaded_head):
    """The refusal that was remembered kept the whole volume in memory."""
    volume = replace(invaded_head, hu=np.zeros_like(invaded_head.hu))
    for _ in range(2):
        with pytest.raises(NoSuggestion):
            suggest(volume)
    gone = weakref.ref(volume)
    del volume
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("spacing", [0.625, 1.0, 2.0, 3.0, 0.7, 5.0])
@pytest.mark.parametrize("first", [-118.2, 0.0, 1e4 / 3])
def test_a_grid_reaches_from_the_first_slice_to_the_last_whatever_the_rounding(invaded_head, spacing, first):
    """A height just at the last slice asked for a slice beyond it, and ended the work without a word."""
    count, base = 21, invaded_head.geometry
    positions = first + spacing * np.arange(count)
    origins = np.stack([np.zeros(count), np.zeros(count), positions], axis=1)
    geometry = replace(base, origins=origins, rows=40, columns=40, row_mm=1.0, column_mm=1.0)
    ramp = np.broadcast_to(np.arange(count, dtype=np.int16)[:, None, None] * 10, (count, 40, 40))
    grid = Grid.of(replace(invaded_head, hu=ramp.copy(), geometry=geometry))
    heights = grid.first[2] + STEP_MM * np.arange(len(grid.hu))
    expected = (heights - first) / spacing * 10
    assert grid.hu[:, 5, 5] == pytest.approx(expected, abs=0.02)
    assert heights[-1] <= positions[-1] < heights[-1] + STEP_MM + 1e-6


def test_nothing_is_suggested_for_the_public_test_files_that_pydicom_brings():
    """Single slices, other modalities, damaged files: none of them is a head from neck to brain."""
    folder = Path(pydicom.data.__file__).parent / "test_files"
    found = scan(Source.open(folder)).series
    assert len(found) > 5
    for series in found:
        try:
            volume = load(series)
        except UnreadableSeries:
            continue
        with pytest.raises(NoSuggestion):
            suggest(volume)
