"""Contours become the pixels whose centres they surround, on the slices that they were drawn on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydicom import Dataset

from desktop.imaging.volume import Volume
from tests.training.rtstruct.conftest import contour, saved, square, structures
from training.rtstruct.rasterise import Target, rasterise
from training.rtstruct.structure_set import StructureSetRefused, read_structure_set

PIXELS = 16 * 16
"""In the square of 8 mm."""


@pytest.fixture
def drawn(tmp_path):
    """A function that draws contours on a CT."""

    def draw(volume: Volume, contours: list[Dataset] | dict[str, list[Dataset]]) -> Target:
        rois = contours if isinstance(contours, dict) else {"GTVp": contours}
        path = saved(structures(rois), tmp_path / "rs" / "rs.dcm")
        return rasterise(read_structure_set(path, "a file"), volume)

    return draw


def areas(target: Target) -> list[int]:
    return target.mask.sum(axis=(1, 2)).tolist()


def test_a_square_takes_the_pixels_whose_centres_lie_in_it(ct, drawn):
    target = drawn(ct(), [contour(square(6, 4.1, 12.1), 2), contour(square(9, 4.1, 12.1), 3)])
    assert areas(target) == [0, PIXELS, PIXELS, 0, 0, 0, 0, 0]
    rows, columns = np.nonzero(target.mask[1])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (9, 24, 9, 24)
    assert target.notes == ()


def test_holes_are_kept_whether_drawn_apart_or_by_a_keyhole(ct, drawn):
    inner = square(6, 6.1, 10.1)
    hole = PIXELS - 8 * 8
    volume = ct()
    apart = [contour(square(6, 4.1, 12.1)), contour(inner)]
    assert areas(drawn(volume, apart))[1] == hole
    outer = square(6, 4.1, 12.1)
    keyhole = [*outer, outer[0], inner[0], *inner[::-1], outer[0]]
    assert areas(drawn(volume, [contour(keyhole)]))[1] == hole


def test_several_tumours_are_united(ct, drawn):
    both = {"GTVp1": [contour(square(6, 4.1, 12.1))], "GTVp2": [contour(square(6, 8.1, 16.1))]}
    assert areas(drawn(ct(), both))[1] == 2 * PIXELS - 8 * 8


def test_contours_between_slices_go_to_the_nearest(ct, drawn):
    assert areas(drawn(ct(), [contour(square(7.4, 4.1, 12.1), 2)])) == [0, PIXELS, 0, 0, 0, 0, 0, 0]


def test_of_planes_closer_than_slices_the_nearest_counts(ct, drawn):
    planes = [contour(square(z, 4.1, 12.1 if z == 6 else 8.1)) for z in (5.0, 6.0, 7.0)]
    assert areas(drawn(ct(), planes))[1] == PIXELS


def test_a_single_slice_left_out_is_filled_and_longer_gaps_are_told(ct, drawn):
    target = drawn(ct(), [contour(square(z, 4.1, high)) for z, high in ((3, 12.1), (9, 8.1), (18, 12.1))])
    assert areas(target) == [PIXELS, 64, 64, 0, 0, PIXELS, 0, 0]
    assert [str(note) for note in target.notes] == [
        "1 slice without contours was filled from its neighbours",
        "2 slices within the tumour have no contours",
    ]


def test_slices_stored_the_other_way_round_are_in_the_standard_view(ct, drawn):
    volume = ct(lambda n: [31.5, 31.5, 3.0 * n], ImageOrientationPatient=[-1.0, 0, 0, 0, -1.0, 0])
    rows, columns = np.nonzero(drawn(volume, [contour(square(6, 4.1, 12.1), 2)]).mask[1])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (9, 24, 9, 24)


def test_contours_of_a_tilted_gantry_lie_in_its_slices(ct, drawn):
    s, c = math.sin(math.radians(15)), math.cos(math.radians(15))
    volume = ct(ImageOrientationPatient=[1.0, 0, 0, 0, c, s])
    points = [(x, y * c, 6 + y * s) for x, y, _ in square(0, 4.1, 12.1)]
    assert areas(drawn(volume, [contour(points, 2)]))[1] == PIXELS
    with pytest.raises(StructureSetRefused, match=r"spans \d\.\d mm across the slices"):
        drawn(volume, [contour(square(6, 4.1, 12.1), 2)])


@pytest.mark.parametrize(
    ("contours", "reason"),
    [
        ([contour(square(60, 4, 12))], "lie beside the CT"),
        ([contour(square(6, 400, 410))], "lie beside the CT"),
        ([contour(square(6, -12, -4))], "lie beside the CT"),
        ([contour(square(6), 77)], "drawn on the slice .*77, which is not there"),
        ([contour(square(6), 5)], "9.0 mm from the slice that it was drawn on"),
    ],
)
def test_contours_that_miss_the_ct_are_refused(ct, drawn, contours, reason):
    with pytest.raises(StructureSetRefused, match=reason) as refusal:
        drawn(ct(), contours)
    assert "\n" not in str(refusal.value)


def test_another_frame_of_reference_is_refused(ct, drawn):
    with pytest.raises(StructureSetRefused, match="another frame of reference"):
        drawn(ct(FrameOfReferenceUID="1.2.3"), [contour(square(6), 2)])


def test_contours_beyond_the_ends_are_told(ct, drawn):
    target = drawn(ct(), [contour(square(z, 4.1, 12.1)) for z in (24, 27, 30)])
    assert areas(target)[-1] == PIXELS
    assert [str(note) for note in target.notes] == ["2 planes of contours lie above or below the CT"]
