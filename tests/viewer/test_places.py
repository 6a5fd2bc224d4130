"""Where things are: HU under the pointer, letters, the sagittal cut."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from desktop.imaging.pixels import AIR_HU
from desktop.imaging.reformat import Direction, ReformatGeometry, reformatted
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.imaging.windowing import Window
from desktop.viewer.panels.status import patient_text
from desktop.viewer.pictures.annotations import scale_length_mm

ROWS, COLUMNS = 70, 90
ORIENTATIONS = {
    "as usual": ([1, 0, 0], [0, 1, 0]),
    "feet first": ([-1, 0, 0], [0, 1, 0]),
    "prone": ([-1, 0, 0], [0, -1, 0]),
    "transposed": ([0, 1, 0], [1, 0, 0]),
    "on the side": ([0, -1, 0], [1, 0, 0]),
}


def planted(write_slice, folder, orientation, marker, origins=None):
    """Slices of water with one bright voxel: (slice, row, column) stored."""
    across, down = ORIENTATIONS[orientation]
    normal = np.cross(across, down)
    folder.mkdir()
    for number in range(6):
        pixels = np.zeros((ROWS, COLUMNS), np.int16)
        if number == marker[0]:
            pixels[marker[1], marker[2]] = 777
        origin = origins[number] if origins is not None else 4.0 * number * np.abs(normal)
        write_slice(
            folder / f"{number}",
            pixels,
            number=number,
            PixelSpacing=[0.8, 1.3],
            ImageOrientationPatient=[*across, *down],
            ImagePositionPatient=[float(x) for x in origin],
        )
    return load(scan(Source.open(folder)).series[0])


def greys_of(view):
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return data[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).min(axis=2).astype(float)


def brightest(view):
    """Centre of the brightest blob on screen, away from letters and scale bar, and not the line of the slice."""
    grey = greys_of(view)
    grey[np.median(grey, axis=1) > 60] = 0
    grey[:60] = grey[-60:] = 0
    grey[:, :40] = grey[:, -40:] = 0
    rows, columns = np.nonzero(grey > 0.6 * grey.max())
    return QPointF(columns.mean() + 0.5, rows.mean() + 0.5)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_hu_under_the_pointer_is_the_voxel_that_is_seen_there(window, hand, write_slice, tmp_path, orientation):
    """Found on the screen by its brightness, then pointed at: pixels that are not square, stored turned."""
    volume = planted(write_slice, tmp_path / "series", orientation, (2, 12, 70))
    window.case.open(volume)
    window.display.text_shown = False
    window.display.set_window(Window(390, 780))
    window.display.go_to(2)
    spot = brightest(window.views.axial)
    hand.move(window.views.axial, spot)
    assert window.status.hu.text() == "HU 777"
    expected = volume.series.geometry.to_patient(2, 70, 12)
    assert volume.geometry.to_patient(2, *_pixel(volume, expected)) == pytest.approx(expected)
    found = window.display.place.patient(volume)
    assert np.abs(found - expected).max() < 0.8  # within the voxel
    hand.move(window.views.axial, spot + QPointF(1.3 * window.views.axial.zoom, 0))
    assert window.status.hu.text() == "HU 0"


def _pixel(volume, point):
    column, row = volume.geometry.to_pixel(2, point)
    return float(column), float(row)


def test_every_corner_of_a_pixel_belongs_to_it(desk, hand, small):
    """Pixel i covers i to i + 1, centre at i + 0.5 from the image's corner."""
    for row, column in ((0, 0), (17, 23), (79, 59)):
        value = f"HU {small.hu[desk.display.index, row, column]:g}"
        for inset in (0.05, 0.5, 0.95):
            hand.move(desk.views.axial, hand.at(desk.views.axial, column + inset, row + inset))
            assert desk.status.hu.text() == value
    hand.move(desk.views.axial, hand.at(desk.views.axial, 60.5, 10))
    assert desk.status.hu.text() == "HU –"


def test_the_patient_position_is_of_the_pixels_centre(desk, hand, small):
    hand.move(desk.views.axial, hand.at(desk.views.axial, 10.5, 20.5))
    expected = small.geometry.to_patient(desk.display.index, 10, 20)
    assert desk.display.place.patient(small) == pytest.approx(expected)
    assert patient_text(np.array([-1.25, 2.0, -30.0])) == "R 1.2  P 2.0  F 30.0 mm"


def test_orientation_markers_come_from_the_header(window, small, drawn):
    window.case.open(small)
    expected = {"axial": "RLAP", "sagittal": "APHF", "coronal": "RLHF"}
    for name, letters in expected.items():
        drawn.clear()
        getattr(window.views, name).grab()
        assert {text for text in drawn if len(text) == 1} == set(letters)


def test_scale_bars_are_round_and_true():
    assert scale_length_mm(700, 3.0) == 50
    assert scale_length_mm(700, 30.0) == 5


def test_the_sagittal_view_shows_the_cut_head_up_and_front_left(window, hand, write_slice, tmp_path):
    volume = planted(write_slice, tmp_path / "series", "as usual", (4, 50, 30))
    window.case.open(volume)
    window.display.text_shown = False
    window.display.set_window(Window(390, 780))
    window.display.set_crosshair(30.5, 10, by_hand=True)
    window.display.go_to(0)
    spot = brightest(window.views.sagittal)
    hand.move(window.views.sagittal, spot)
    assert window.display.place.index == 4
    assert window.status.hu.text() == "HU 777"
    assert spot.x() > window.views.sagittal.width() / 2  # behind the middle
    assert spot.y() < window.views.sagittal.height() / 2  # above the middle


def test_slices_lie_at_their_positions_and_a_gap_stays_empty(write_slice, tmp_path):
    heights = [0.0, 4.0, 8.0, 20.0, 24.0, 28.0]
    volume = planted(write_slice, tmp_path / "series", "as usual", (3, 50, 30), [(0, 0, height) for height in heights])
    plane = ReformatGeometry.of(volume, Direction.SAGITTAL)
    assert plane.y_of(28.0) == 2.0
    assert plane.nearest(plane.y_of(19.0)) == 3
    assert plane.gaps() == [(pytest.approx(plane.y_of(18.0)), pytest.approx(8.0))]
    picture = reformatted(volume, plane, 30.5, 0)
    rows_per_mm = picture.shape[0] / plane.height_mm
    brightest_row = int(np.argmax(picture.max(axis=1)))
    assert plane.position_at((brightest_row + 0.5) / rows_per_mm) == pytest.approx(20.0, abs=2)
    assert (picture[int(plane.y_of(14.0) * rows_per_mm)] == AIR_HU).all()


EIGHT = {f"{90 * turn}°{', mirrored' * mirrored}": (turn, mirrored) for turn in range(4) for mirrored in (0, 1)}
MARKER = (4, 23, 41)


@pytest.mark.parametrize("tilt", [-18.5, 0.0, 16.5])
@pytest.mark.parametrize("orientation", EIGHT)
def test_a_voxel_is_seen_in_every_view_where_it_lies_in_the_patient(window, hand, tilted_stack, orientation, tilt):
    """Found on each screen by its brightness; what lies there maps back to its patient point within half a pixel."""
    volume, expected = tilted_stack(tilt, MARKER, stored=EIGHT[orientation])
    window.case.open(volume)
    window.display.text_shown = False
    window.display.set_window(Window(390, 780))
    index = volume.geometry.nearest(float(volume.geometry.normal @ expected))
    column, row = (float(x) for x in volume.geometry.to_pixel(index, expected))
    window.display.go_to(index)
    window.display.set_crosshair(column + 0.5, row + 0.5, by_hand=True)
    window.display.go_to(index - 3)  # the line of the slice would hide the voxel
    for view in (window.views.sagittal, window.views.coronal):
        found = view.place_at(brightest(view))
        assert found.index == index
        offset = found.patient(volume) - expected
        assert abs(offset @ volume.geometry.across) < 0.5 * volume.geometry.column_mm
        assert abs(offset @ volume.geometry.down) < 0.5 * volume.geometry.row_mm
    window.display.go_to(index)
    hand.move(window.views.axial, brightest(window.views.axial))
    assert window.status.hu.text() == "HU 777"
    assert np.abs(window.display.place.patient(volume) - expected).max() < 0.7


@pytest.mark.parametrize("sheared", [False, True], ids=["slices aslant", "slices upright but shifted"])
@pytest.mark.parametrize("tilt", [-18.5, 0.0, 16.5])
@pytest.mark.parametrize("direction", Direction)
def test_a_rod_along_the_body_is_straight_and_whole(tilted_stack, tilt, sheared, direction):
    """Slices of a tilted gantry lie aslant; resampled ones lie upright, each shifted against the one below."""
    volume, _ = tilted_stack(tilt, MARKER, rod=True, sheared=sheared)
    assert volume.geometry.gantry_tilt_deg == pytest.approx(tilt)
    plane = ReformatGeometry.of(volume, direction)
    middle = len(volume.hu) // 2
    rows, columns = np.nonzero(volume.hu[middle] == 777)
    cut = (float(columns[0]) + 0.5, float(rows[0]) + 0.5)
    picture = reformatted(volume, plane, cut[direction.through], middle)
    mm = plane.width_mm / picture.shape[1], plane.height_mm / picture.shape[0]
    half = round(plane.half_mm * plane.stretch / mm[1]) + 1
    inside = picture[half:-half]
    assert inside.max(axis=1).min() > 200  # whole: seen on every line
    x, y = inside.argmax(axis=1) * mm[0], np.arange(len(inside)) * mm[1]
    slope, start = np.polyfit(y, x, 1)
    assert np.abs(x - (slope * y + start)).max() < 1.2 * plane.along_mm  # straight, to a pixel
    aslant = direction is Direction.SAGITTAL and not sheared
    assert np.degrees(np.arctan(slope)) == pytest.approx(tilt if aslant else 0.0, abs=2)


@pytest.fixture
def tilted_stack(write_slice, tmp_path):
    """A function: slices of water with one bright voxel or a rod, and the voxel's patient point."""

    def make(tilt, marker, stored=(0, 0), rod=False, sheared=False):
        turn, mirrored = stored
        angle = np.radians(tilt)
        down = np.array([0, np.cos(angle), -np.sin(angle)]) if not sheared else np.array([0.0, 1.0, 0.0])
        across = np.array([1.0, 0.0, 0.0])
        feed = np.array([0, 0, 4.0]) if not sheared else np.array([0, -4 * np.tan(angle), 4.0])
        folder = tmp_path / "stack"
        folder.mkdir()
        point = None
        for number in range(9):
            pixels = np.zeros((ROWS, COLUMNS), np.int16)
            if number == marker[0] or rod:
                # Along the body the rod stays where it is; what is shifted are the slices.
                row = marker[1] + (0 if not sheared else round((number - marker[0]) * 4 * np.tan(angle) / 0.8))
                pixels[row, marker[2]] = 777
            origin = np.array([-50.0, -30.0, 20.0]) + number * feed
            if number == marker[0]:
                point = origin + marker[1] * 0.8 * down + marker[2] * 1.3 * across
            rows, columns, spacing = down, across, [0.8, 1.3]
            for _ in range(turn):
                # A quarter turn: what was the last column comes first.
                origin = origin + (pixels.shape[1] - 1) * spacing[1] * columns
                rows, columns, spacing = -columns, rows, spacing[::-1]
                pixels = np.rot90(pixels)
            if mirrored:
                origin = origin + (pixels.shape[1] - 1) * spacing[1] * columns
                columns, pixels = -columns, pixels[:, ::-1]
            write_slice(
                folder / f"{number}",
                pixels,
                number=number,
                PixelSpacing=spacing,
                ImageOrientationPatient=[float(x) for x in (*columns, *rows)],
                ImagePositionPatient=[float(x) for x in origin],
            )
        return load(scan(Source.open(folder)).series[0]), point

    return make


def test_the_tilt_is_shown_only_where_there_is_one(desk, write_slice, tmp_path, drawn):
    desk.views.sagittal.grab()
    assert not [text for text in drawn if "tilt" in text]
    assert desk.status.tilt.text() == ""
    tilted = planted(
        write_slice, tmp_path / "series", "as usual", (3, 50, 30), [(0, -2.0 * n, 4.0 * n) for n in range(6)]
    )
    desk.case.open(tilted)
    assert desk.status.tilt.text() == "gantry tilt 26.6°"
    for view in (desk.views.sagittal, desk.views.coronal):
        drawn.clear()
        view.grab()
        assert "tilt 26.6°, corrected" in drawn
