"""Directions, positions and the turn to the standard view."""

import itertools

import numpy as np
import pytest

from desktop.imaging.geometry import StackGeometry, StandardTurn, orientation_marker

AXES = {"+x": (1.0, 0.0, 0.0), "-x": (-1.0, 0.0, 0.0), "+y": (0.0, 1.0, 0.0), "-y": (0.0, -1.0, 0.0)}
ORIENTATIONS = [
    (AXES[a], AXES[b]) for a, b in itertools.product(AXES, AXES) if a[1] != b[1]
]  # the eight ways in which an axial slice can be stored


@pytest.mark.parametrize(("across", "down"), ORIENTATIONS)
@pytest.mark.parametrize("tilt_deg", [-18.5, 0.0, 16.5])
def test_a_planted_point_keeps_its_place_in_the_patient_and_its_side_of_the_screen(across, down, tilt_deg):
    """Eight orientations and both tilts: the pixel, its patient position and the screen side agree."""
    angle = np.radians(tilt_deg)
    turn_x = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    across_t, down_t = turn_x @ across, turn_x @ down
    rows, columns = 40, 50
    stored = StackGeometry(
        np.array([[10.0, -20.0, 5.0], [10.0, -20.0, 8.0]]),
        tuple(across_t),
        tuple(down_t),
        column_mm=0.7,
        row_mm=0.9,
        rows=rows,
        columns=columns,
    )
    pixels = np.zeros((rows, columns))
    pixels[7, 31] = 1
    point = stored.to_patient(0, 31, 7)
    turn = StandardTurn.of(across_t, down_t)
    shown, geometry = turn.apply(pixels), stored.turned(turn)
    assert shown.shape == (geometry.rows, geometry.columns)
    (row,), (column,) = np.nonzero(shown)
    np.testing.assert_allclose(geometry.to_patient(0, column, row), point, atol=1e-9)
    np.testing.assert_allclose(geometry.to_pixel(0, point), (column, row), atol=1e-9)
    assert geometry.across[0] > 0.9, "the patient's left is on the right of the screen"
    assert geometry.down[1] > 0.9, "the front is at the top"
    assert geometry.is_axial
    np.testing.assert_allclose(geometry.positions_mm, stored.positions_mm)
    assert np.all(np.diff(geometry.positions_mm) > 0), "positions grow towards the head"


@pytest.mark.parametrize(("across", "down"), ORIENTATIONS)
def test_rectangles_turn_with_the_pixels_and_back(across, down):
    turn = StandardTurn.of(across, down)
    pixels = np.zeros((40, 50))
    pixels[5:15, 20:26] = 1
    column, row, width, height = turn.rectangle_to_standard((20, 5, 6, 10), 40, 50)
    shown = turn.apply(pixels)
    assert shown[int(row) : int(row + height), int(column) : int(column + width)].sum() == pixels.sum()
    assert turn.rectangle_to_stored((column, row, width, height), 40, 50) == (20, 5, 6, 10)


def test_gantry_tilt_is_read_from_positions():
    down = (0.0, np.cos(np.radians(18.5)), -np.sin(np.radians(18.5)))
    origins = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 3.0]])
    geometry = StackGeometry(origins, (1.0, 0.0, 0.0), down, 1, 1, rows=4, columns=4)
    assert geometry.gantry_tilt_deg == pytest.approx(18.5)
    assert geometry.spacing_mm == pytest.approx(3 * np.cos(np.radians(18.5)))


@pytest.mark.parametrize(("across", "down"), ORIENTATIONS)
@pytest.mark.parametrize(("tilt", "shear"), [(18.5, 0.0), (-25.0, 0.0), (0.0, 12.0), (10.0, -40.0)])
def test_tilt_and_shear_do_not_depend_on_how_pixels_are_stored(across, down, tilt, shear):
    across, down = np.array(across, float), np.array(down, float)
    left, back, up = np.eye(3)
    step = 3 * up - 3 * np.tan(np.radians(tilt)) * back + 3 * np.tan(np.radians(shear)) * left
    origins = np.arange(5)[:, None] * step
    geometry = StackGeometry(origins, tuple(across), tuple(down), 1, 1, rows=4, columns=4)
    assert geometry.gantry_tilt_deg == pytest.approx(tilt)
    assert geometry.sideways_shear_deg == pytest.approx(shear)


def test_letters_name_the_strongest_direction_first():
    assert orientation_marker((1, 0, 0)) == "L"
    assert orientation_marker((0, -1, 0)) == "A"
    assert orientation_marker((0, 0.8, 0.6)) == "PH"
