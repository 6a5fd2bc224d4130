"""The HU that an ellipse contains, against numpy: oblong pixels, uneven spacing, tilt, padding, edges and gaps."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from desktop.imaging.reformat import Direction
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.reading.measurement import Ellipse, way
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.planes import AxialPlane, ReformatPlane

ROWS, COLUMNS, ROW_MM, COLUMN_MM = 50, 40, 0.9, 1.3
EVEN = tuple(3.0 * number for number in range(12))
UNEVEN = (0.0, 2.9, 6.0, 9.2, 12.1, 15.0, 18.2, 21.3, 24.2, 27.2, 30.0, 33.1)
ALL = ["axial", *Direction]


@pytest.fixture
def stack(write_slice, tmp_path):
    """A function: slices of the HU that another one gives for patient points [rows, columns, 3]."""

    def make(hu_of, positions=EVEN, tilt=0.0, **attributes):
        angle = np.radians(tilt)
        across, down = np.array([1.0, 0, 0]), np.array([0, np.cos(angle), -np.sin(angle)])
        row, column = np.mgrid[:ROWS, :COLUMNS]
        folder = tmp_path / "stack"
        folder.mkdir()
        for number, position in enumerate(positions):
            origin = np.array([-20.0, -30.0, position / np.cos(angle)])
            points = origin + row[..., None] * ROW_MM * down + column[..., None] * COLUMN_MM * across
            write_slice(
                folder / f"{number}",
                np.round(hu_of(points)).astype(np.int16),
                number=number,
                PixelSpacing=[ROW_MM, COLUMN_MM],
                ImageOrientationPatient=[*across.tolist(), *down.tolist()],
                ImagePositionPatient=origin.tolist(),
                **attributes,
            )
        return load(scan(Source.open(folder)).series[0])

    return make


def plane_of(volume, which):
    display = Display()
    display.open(volume, 5, (COLUMNS / 2 + 0.5, ROWS / 2 + 0.5))
    return AxialPlane(volume, display) if which == "axial" else ReformatPlane(volume, display, which)


def drawn(plane, x, y, half_x, half_y):
    """An ellipse at shares of the picture, with half axes in mm."""
    middle = QPointF(plane.size_mm[0] * x, plane.size_mm[1] * y)
    centre, right, top = map(plane.patient_at, (middle, middle + QPointF(half_x, 0), middle - QPointF(0, half_y)))
    return Ellipse(centre, way(centre, right), way(centre, top))


def inside(ellipse, points):
    """Which of the patient points [..., 3] it contains."""
    offset = points - np.array(ellipse.centre)
    shares = [offset @ np.array(half) / np.dot(half, half) for half in (ellipse.half_a, ellipse.half_b)]
    return shares[0] ** 2 + shares[1] ** 2 <= 1


def noise(points):
    return np.random.default_rng(int(points[0, 0, 2] * 10)).normal(40, 25, points.shape[:2])


def test_on_a_slice_they_are_the_pixels_whose_centres_it_contains(stack):
    volume = stack(noise)
    ellipse = drawn(plane_of(volume, "axial"), 0.4, 0.6, 11.7, 6.3)
    row, column = np.mgrid[:ROWS, :COLUMNS]
    expected = volume.hu[5][inside(ellipse, volume.geometry.to_patient(5, column, row))]
    assert sorted(plane_of(volume, "axial").hu_in(ellipse)) == sorted(expected.astype(float))
    assert len(expected) == pytest.approx(ellipse.area_mm2 / ROW_MM / COLUMN_MM, rel=0.05)


@pytest.mark.parametrize("positions", [EVEN, UNEVEN], ids=["even", "uneven"])
@pytest.mark.parametrize("direction", Direction)
def test_in_a_reformat_they_are_the_values_shown_interpolated_between_slices(stack, direction, positions):
    volume = stack(noise, positions)
    plane = plane_of(volume, direction)
    ellipse = drawn(plane, 0.45, 0.55, 9.0, 8.0)
    section = volume.hu[:, :, COLUMNS // 2] if direction is Direction.SAGITTAL else volume.hu[:, ROWS // 2, :]
    rows, columns = plane.hu().shape
    x, y = (np.arange(columns) + 0.5) * plane.size_mm[0] / columns, (np.arange(rows) + 0.5) * plane.size_mm[1] / rows
    at = positions[-1] + 1.5 - y  # the picture begins half a slice above the highest one
    picture = np.array([np.interp(at, positions, line.astype(float)) for line in section.T]).T
    points = np.array([[plane.patient_at(QPointF(a, b)) for a in x] for b in y])
    expected = picture[inside(ellipse, points)]
    found = plane.hu_in(ellipse)
    assert len(found) == len(expected) > 100
    assert found.mean() == pytest.approx(expected.mean(), abs=0.01)
    assert found.std() == pytest.approx(expected.std(), abs=0.01)


@pytest.mark.parametrize("tilt", [0.0, 18.5, -12.0])
@pytest.mark.parametrize("which", ALL)
def test_a_slope_has_the_mean_of_its_middle_and_the_spread_of_its_ends(stack, which, tilt):
    """In any plane, tilted or not: of what grows evenly, mean and SD in an ellipse are known without any pixels."""
    angle = np.radians(tilt)
    normal, down = np.array([0, np.sin(angle), np.cos(angle)]), np.array([0, np.cos(angle), -np.sin(angle)])
    along = down if which is Direction.SAGITTAL else np.array([1.0, 0, 0])
    slope = 12 * along + (5 * down if which == "axial" else 9 * normal)
    volume = stack(lambda points: 100 + points @ slope, UNEVEN, tilt)
    plane = plane_of(volume, which)
    ellipse = drawn(plane, 0.5, 0.5, 11.0, 9.0)
    found = plane.hu_in(ellipse)
    assert found.mean() == pytest.approx(100 + np.dot(ellipse.centre, slope), abs=3)
    spread = np.hypot(np.dot(ellipse.half_a, slope), np.dot(ellipse.half_b, slope)) / 2
    assert found.std() == pytest.approx(spread, rel=0.03)


@pytest.mark.parametrize("which", ALL)
@pytest.mark.parametrize("tilt", [0.0, 18.5])
@pytest.mark.parametrize(
    "attributes",
    [{"PixelPaddingValue": -2000}, {"PixelPaddingValue": -1024}, {}],
    ids=["padding far below air", "padding as dark as air", "padding that nothing names"],
)
def test_padding_is_kept_out(stack, which, tilt, attributes):
    """A half of the ellipse lies where nothing was measured."""
    padding = attributes.get("PixelPaddingValue", -2000)
    axis = 1 if which is Direction.SAGITTAL else 0
    volume = stack(lambda points: np.where(points[..., axis] > 0, padding, 40), tilt=tilt, **attributes)
    plane = plane_of(volume, which)
    found = plane.hu_in(drawn(plane, 0.5, 0.5, 12.0, 6.0))
    assert found.size > 25
    assert (found.mean(), found.std()) == (40, 0)


@pytest.mark.parametrize("which", ALL)
@pytest.mark.parametrize("tilt", [0.0, 18.5])
@pytest.mark.parametrize(("x", "y"), [(0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1), (1, 1)])
def test_outside_the_picture_there_is_nothing_to_count(stack, which, tilt, x, y):
    volume = stack(lambda points: np.full(points.shape[:2], 40), tilt=tilt)
    plane = plane_of(volume, which)
    if tilt and which is Direction.SAGITTAL:  # the slices are shifted: where they end is not the picture's edge
        x = 0.1 if x == 0 else 0.9 if x == 1 else x
    found = plane.hu_in(drawn(plane, x, y, 9.0, 9.0))
    assert found.size
    assert (found.mean(), found.std()) == (40, 0)
    assert plane.hu_in(drawn(plane, 3, 3, 9.0, 9.0)).size == 0


@pytest.mark.parametrize("direction", Direction)
def test_what_lies_between_slices_far_apart_is_not_made_up(stack, direction):
    volume = stack(lambda points: np.full(points.shape[:2], 40), (0.0, 3.0, 6.0, 9.0, 12.0, 15.0, 27.0, 30.0, 33.0))
    plane = plane_of(volume, direction)
    across = plane.hu_in(drawn(plane, 0.5, 0.5, 9.0, 16.0))
    assert (across.mean(), across.std()) == (40, 0)


@pytest.mark.parametrize("direction", Direction)
def test_they_are_those_of_its_own_reformat_while_the_next_one_is_shown(stack, direction):
    volume = stack(noise)
    plane = plane_of(volume, direction)
    ellipse = drawn(plane, 0.5, 0.5, 9.0, 9.0)
    before = plane.hu_in(ellipse)
    plane._display.set_crosshair(COLUMNS / 2 + 1.5, ROWS / 2 + 1.5, by_hand=True)
    assert (plane.hu_in(ellipse) == before).all()
