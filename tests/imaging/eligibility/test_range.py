"""The checks of range and rectangle: coverage, spacing, thickness, overlap, metal, and the place itself."""

import numpy as np
import pytest

from desktop.imaging.eligibility import check_range, range_spacing
from desktop.phantoms import draw_phantom
from desktop.reading.roi import PositionRange

EVEN = 3.0 * np.arange(12)
RECTANGLE = (20.0, 20.0, 24.0, 24.0)


def ranged(volume, low, high, rectangle, *maximum):
    """The checks with one rectangle for all slices."""
    inside = PositionRange(low, high).indices(volume.geometry.positions_mm)
    return check_range(volume, low, high, [rectangle] * len(inside), *maximum)


@pytest.fixture
def block():
    """[12, 64, 64] HU with a skull's bone, soft tissue and air in and around `RECTANGLE`."""
    hu = np.full((12, 64, 64), 40, np.int16)
    hu[:, 20:26] = 1000
    hu[:, 40:44, 20:44] = -1000
    return hu


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [(0, 33, "pass"), (-1.5, 34.5, "pass"), (-1.6, 33, "fail"), (0, 34.6, "fail"), (-9, 12, "fail")],
)
def test_the_series_covers_the_range(make_volume, block, named, low, high, status):
    check = named(ranged(make_volume(block), low, high, RECTANGLE), "range covered")
    assert check.status == status


@pytest.mark.parametrize(
    ("positions", "low", "high", "status", "words"),
    [
        (EVEN, 3, 30, "pass", "3.00 mm apart throughout"),
        ([*EVEN[:6], *(EVEN[6:] + 3)], 0, 15, "pass", ""),
        ([*EVEN[:6], *(EVEN[6:] + 3)], 21, 36, "pass", ""),
        ([*EVEN[:6], *(EVEN[6:] + 3)], 6, 27, "fail", "6.00 mm lie between 15.0 and 21.0 mm (1 such place)"),
        # a hole at an end of the range is a hole in it
        ([*EVEN[:6], *(EVEN[6:] + 3)], 18, 36, "pass", ""),
        ([*EVEN[:6], *(EVEN[6:] + 6)], 18, 36, "fail", "6.00 mm lie between 18.0 and 24.0 mm"),
        ([*EVEN[:6], *(EVEN[6:] + 6)], 0, 20, "fail", "5.00 mm lie between 15.0 and 20.0 mm"),
        # its own spacing, not the whole stack's
        ([0, 4, 8, 12, *(12 + 7 * np.arange(1, 9))], 0, 12, "pass", "4.00 mm apart"),
        ([0, 4, 8, 12, *(12 + 7 * np.arange(1, 9))], 0, 33, "fail", "7.00 mm lie between"),
        ([*EVEN[:6], *EVEN[5:11]], 0, 12, "pass", ""),
        ([*EVEN[:6], *EVEN[5:11]], 6, 27, "fail", "two slices lie at 15.0 mm (1 such place)"),
        (EVEN, 4, 5, "fail", "No slice lies in the range"),
        (EVEN, 3, 3, "fail", "no two slices"),
        (EVEN, 2.995, 6.005, "pass", ""),
        # two slices across a missing one have a distance of their own, but the stack has another
        ([*EVEN[:6], *(EVEN[6:] + 3)], 15, 21, "fail", "3.00 mm apart, but 6.00 mm lie between 15.0 and 21.0 mm (1 su"),
        ([0, 3, 6, 12, 15, 21, 24, 27, 30, 33, 36, 39], 6, 12, "fail", "6.00 mm lie between 6.0 and 12.0 mm"),
        ([0, 3, 6, 8, 11, 14, 17, 20, 23, 26, 29, 32], 6, 8, "fail", "2.00 mm lie between 6.0 and 8.0 mm"),
        ([0, 4, 8, 12, *(12 + 7 * np.arange(1, 9))], 8, 12, "pass", "4.00 mm apart"),
        ([0, 4, 8, 12, *(12 + 7 * np.arange(1, 9))], 12, 19, "pass", "7.00 mm apart"),
    ],
)
def test_spacing_over_the_range(make_volume, block, named, positions, low, high, status, words):
    check = named(ranged(make_volume(block, positions), low, high, RECTANGLE), "spacing over the range")
    assert (check.status, words in str(check.message)) == (status, True), check


@pytest.mark.parametrize(
    ("thickness", "positions", "status"),
    [
        (3.0, EVEN, "pass"),
        (4.0, EVEN, "pass"),
        (4.02, EVEN, "fail"),
        ([9.0] + [3.0] * 10 + [9.0], EVEN, "pass"),
        ([3.0] * 5 + [9.0] + [3.0] * 6, EVEN, "fail"),
        (None, EVEN, "warn"),
        ([3.0] * 5 + [None] + [3.0] * 6, EVEN, "warn"),
        ([None] + [3.0] * 11, EVEN, "pass"),
        (3.0, EVEN / 3 * 4.02, "fail"),
    ],
)
def test_thickness_over_the_range(make_volume, block, named, thickness, positions, status):
    volume = make_volume(block, positions, thickness=thickness)
    checks = ranged(volume, positions[1], positions[10], RECTANGLE)
    assert named(checks, "thickness over the range").status == status


def test_a_model_may_allow_thicker_slices_in_the_range(make_volume, block, named):
    volume = make_volume(block, 5.0 * np.arange(12), thickness=5.0)
    for limit, status in ((4.0, "fail"), (5.0, "pass")):
        assert named(ranged(volume, 0, 55, RECTANGLE, limit), "thickness over the range").status == status


@pytest.mark.parametrize(
    ("thickness", "status"), [(None, "pass"), (2.0, "pass"), (3.0, "pass"), (4.0, "pass"), (4.2, "warn"),
                              (6.0, "warn"), (6.2, "fail"), (12.0, "fail")]
)  # fmt: skip
def test_slices_3_mm_apart_may_not_show_the_same_tissue(make_volume, block, named, thickness, status):
    checks = ranged(make_volume(block, thickness=thickness), 0, 33, RECTANGLE)
    assert named(checks, "overlap over the range").status == status


@pytest.mark.parametrize(
    ("thickness", "status", "words"),
    [
        (3.0, "pass", "No tissue"),
        (5.0, "pass", "No tissue"),
        (2.74, "pass", "No tissue"),
        (2.68, "warn", "0.32 mm of tissue"),
        (2.0, "warn", "Slices of 2 mm lie 3.00 mm apart, so 1.00 mm of tissue"),
        (1.98, "fail", "slices may be missing"),
        (1.5, "fail", "1.50 mm of tissue between two of them were not imaged"),
        ([3.0] * 5 + [1.0] + [3.0] * 6, "fail", "2.00 mm"),
        ([1.0] + [3.0] * 11, "pass", "No tissue"),
        (None, "pass", "not known"),
    ],
)
def test_tissue_between_the_slices(make_volume, block, named, thickness, status, words):
    """A series of which every second file is missing is even, thin and without overlap."""
    check = named(ranged(make_volume(block, thickness=thickness), 3, 33, RECTANGLE), "coverage between slices")
    assert (check.status, words in str(check.message)) == (status, True), check


def test_even_holes_show_by_the_slices_around_them_where_no_thickness_is_stated(make_volume, block, named):
    positions = [0, 3, 6, 12, 18, 24, 30, 33, 36, 39, 42, 45]
    for thickness in (None, 3.0):
        checks = ranged(make_volume(block, positions, thickness=thickness), 6, 30, RECTANGLE, 8.0)
        assert named(checks, "spacing over the range").status == "pass"
        assert named(checks, "coverage between slices").status == "fail"
    thick = ranged(make_volume(block, positions, thickness=6.0), 6, 30, RECTANGLE, 8.0)
    assert named(thick, "coverage between slices").status == "pass", "what is stated counts first"


@pytest.mark.parametrize(
    ("missing", "status", "words"),
    [
        ([], "pass", "All slices"),
        ([15.0], "fail", "1 slice of the range or next to it could not be read (15.0 mm)"),
        ([12.0, 15.0], "fail", "2 slices of the range or next to it could not be read (12.0 to 15.0 mm)"),
        ([6.0], "fail", "(6.0 mm)"),
        ([27.0], "fail", "(27.0 mm)"),
        ([3.0], "pass", ""),
        ([0.0, 3.0, 30.0, 33.0], "pass", ""),
    ],
)
def test_slices_of_the_range_that_could_not_be_read(make_volume, block, named, missing, status, words):
    kept = [place for place in EVEN if place not in missing]
    volume = make_volume(block[: len(kept)], kept, missing_mm=tuple(missing))
    check = named(ranged(volume, 9, 24, RECTANGLE), "all slices read over the range")
    assert (check.status, words in str(check.message)) == (status, True), check


def test_every_second_slice_lost_does_not_double_the_spacing(make_volume, block, named):
    volume = make_volume(block[:6], EVEN[::2], missing_mm=tuple(EVEN[1::2]), thickness=None)
    assert range_spacing(volume, 0, 30) == 3
    checks = ranged(volume, 0, 30, RECTANGLE)
    assert named(checks, "all slices read over the range").status == "fail"
    assert "6.00 mm lie between 0.0 and 6.0 mm (5 such places)" in str(named(checks, "spacing over the range").message)


@pytest.mark.parametrize(
    ("row", "column", "pixels", "slice_index", "status", "words"),
    [
        (30, 30, 0, 5, "pass", "No metal"),
        (30, 30, 20, 5, "pass", "No metal"),
        (30, 30, 21, 5, "fail", "on 1 slice, most at 15.0 mm (5 mm²)"),
        (30, 30, 21, 0, "pass", ""),
        (20, 20, 21, 5, "fail", ""),
        (2, 2, 60, 5, "pass", ""),
        (2, 2, 84, 5, "warn", "next to the ROI on 1 slice, most at 15.0 mm (21 mm²)"),
        (2, 2, 84, 11, "pass", ""),
    ],
)
def test_metal(make_volume, block, named, row, column, pixels, slice_index, status, words):
    flat = np.zeros(12 * 14 if pixels > 21 else 21, bool)
    flat[:pixels] = True
    patch = flat.reshape(-1, 14 if pixels > 21 else 3)
    block[slice_index, row : row + patch.shape[0], column : column + patch.shape[1]][patch] = 3071
    check = named(ranged(make_volume(block), 3, 30, RECTANGLE), "metal")
    assert (check.status, words in str(check.message)) == (status, True), check


def test_dense_bone_is_no_metal(make_volume, block, named):
    block[:, 20:26] = 2700
    assert named(ranged(make_volume(block), 0, 33, RECTANGLE), "metal").status == "pass"


@pytest.mark.parametrize(
    ("change", "slices", "status", "words"),
    [
        (lambda hu: None, slice(0, 0), "pass", "skull base"),
        (
            lambda hu: hu.fill(-1000),
            slice(None),
            "fail",
            "12 of the 12 slices of the range (0.0 to 33.0 mm) the ROI lies in air",
        ),
        (lambda hu: hu.fill(40), slice(None), "fail", "there is no bone"),
        (lambda hu: hu.fill(40), slice(0, 7), "fail", "On 7 of the 12 slices of the range (0.0 to 18.0 mm)"),
        (lambda hu: hu.fill(40), slice(0, 6), "warn", "On 6 of the 12 slices of the range (0.0 to 15.0 mm)"),
        (lambda hu: hu.fill(40), slice(3, 4), "warn", "On 1 of the 12 slices of the range (9.0 mm)"),
        (lambda hu: hu.fill(1000), slice(None), "fail", "no soft tissue"),
        (lambda hu: np.putmask(hu, hu == -1000, 40), slice(None), "warn", "no air"),
    ],
)
def test_where_the_rectangle_lies(make_volume, block, named, change, slices, status, words):
    if slices != slice(0, 0):
        change(block[slices])
    check = named(ranged(make_volume(block), 0, 33, RECTANGLE), "skull base in view")
    assert (check.status, words in str(check.message)) == (status, True), check


def test_bone_of_a_neck_is_not_a_skull(make_volume, block, named):
    block[block == 1000] = 40
    block[:, 20:25, 30:38] = 1000  # a vertebra: 40 of 4,096 pixels
    check = named(ranged(make_volume(block), 0, 33, RECTANGLE), "skull base in view")
    assert (check.status, "neck" in str(check.message)) == ("fail", True)


@pytest.mark.parametrize(("pixels", "status"), [(60, "pass"), (30, "warn"), (8, "fail")])
def test_how_much_bone_there_is_in_the_rectangle(make_volume, block, named, pixels, status):
    block[:, 20:26, 20:44] = 40
    block[:, 30:33, 22:42].reshape(12, -1)
    inside = np.zeros((24, 24), bool)
    inside.flat[:pixels] = True
    block[:, 20:44, 20:44][:, inside] = 1000
    assert named(ranged(make_volume(block), 0, 33, RECTANGLE), "skull base in view").status == status


@pytest.mark.parametrize(("column", "status"), [(5.0, "warn"), (20.0, "pass"), (35.0, "warn")])
def test_a_rectangle_beside_the_middle_is_doubtful(make_volume, block, named, column, status):
    """20 pixels of 2 mm to either side of the middle."""
    block[:, 40:44] = -1000
    volume = make_volume(block, pixel_mm=2.0)
    assert named(ranged(volume, 0, 33, (column, 20.0, 24.0, 24.0)), "skull base in view").status == status


@pytest.mark.parametrize("seed", range(500040, 500044))
def test_a_phantom_passes_at_its_skull_base_and_not_elsewhere(make_volume, named, seed):
    phantom = draw_phantom(seed, invaded=bool(seed % 2))
    low, high = phantom.truth.range_mm
    positions = phantom.positions_mm
    near = np.flatnonzero((positions >= low - 4) & (positions <= high + 4))
    hu = np.rint(phantom.hu(slice(near[0], near[-1] + 1))).astype(np.int16)
    volume = make_volume(hu, positions[near], pixel_mm=phantom.acquisition.pixel_mm,
                         thickness=phantom.acquisition.thickness_mm)  # fmt: skip
    checks = ranged(volume, low, high, phantom.truth.roi_px)
    assert {check.status for check in checks} == {"pass"}, checks
    width = phantom.truth.roi_px[2]
    moved = ranged(volume, low, high, (2.0, 2.0, width, 60.0))
    assert named(moved, "skull base in view").status == "fail", "in the air before the head"
    top = np.rint(phantom.hu(slice(-1, None))).astype(np.int16)
    if float(positions[-1]) > high + 25:
        brain = make_volume(np.repeat(top, 4, axis=0), pixel_mm=phantom.acquisition.pixel_mm)
        assert named(ranged(brain, 0, 9, phantom.truth.roi_px), "skull base in view").status == "fail"


def test_single_values_stand_in_for_whole_numbers(make_volume, block, named):
    checks = ranged(make_volume(block.astype(np.float32)), 0, 33, RECTANGLE)
    told = {check.name for check in checks if check.status != "pass"}
    assert told <= {"a picture for every slice", "pictures of one piece"}, "a block is one picture with straight edges"
    assert str(named(checks, "metal").measured) == "0 mm² in the ROI, 0 mm² elsewhere"
