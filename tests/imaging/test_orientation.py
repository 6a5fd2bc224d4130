"""Files in eight orientations and three tilts: a planted point comes back at its place, on its side of the screen."""

import itertools

import numpy as np
import pytest

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load

AXES = {"L": (1.0, 0.0, 0.0), "R": (-1.0, 0.0, 0.0), "P": (0.0, 1.0, 0.0), "A": (0.0, -1.0, 0.0)}
ORIENTATIONS = [(a, b) for a, b in itertools.product(AXES, AXES) if AXES[a][0] ** 2 != AXES[b][0] ** 2]
"""Head or feet first, supine, prone and both decubitus, rows or columns flipped or exchanged: all are among these."""

SHARP_HU = 3000


@pytest.mark.parametrize("tilt_deg", [-18.5, 0.0, 16.5])
@pytest.mark.parametrize(("across", "down"), ORIENTATIONS)
def test_a_planted_point_comes_back(write_stack, head, tmp_path, across, down, tilt_deg):
    angle = np.radians(tilt_deg)
    tilt = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    row_axis, column_axis = tilt @ AXES[across], tilt @ AXES[down]
    # The table moves along the body's axis whatever the gantry does.
    table = np.array([0, 0, 3.0 / np.cos(angle)])
    normal = tilt @ (0, 0, 1)
    places = 3.0 * np.arange(len(head))
    shift = np.array([n * table - place * normal for n, place in enumerate(places)])
    pixels = head.copy()
    index, row, column = 5, 11, 47
    pixels[index, row, column] = SHARP_HU
    files = write_stack(tmp_path, pixels, places, row_axis, column_axis, shift)
    origin = np.array([-20.0, -30.0, 5.0]) + index * table
    planted = origin + 0.5 * column * row_axis + 0.5 * row * column_axis
    assert len(files) == len(head)

    (series,) = scan(Source.open(tmp_path)).series
    volume = load(series)
    (found,) = np.argwhere(volume.hu == SHARP_HU)
    seen = volume.geometry.to_patient(int(found[0]), int(found[2]), int(found[1]))
    np.testing.assert_allclose(seen, planted, atol=0.01)  # half a pixel is 0.25 mm
    shown_column, shown_row = volume.geometry.to_pixel(int(found[0]), planted)
    np.testing.assert_allclose((shown_row, shown_column), found[1:], atol=0.02)
    middle = volume.geometry.to_patient(
        int(found[0]), (volume.geometry.columns - 1) / 2, (volume.geometry.rows - 1) / 2
    )
    on_the_right = found[2] > (volume.geometry.columns - 1) / 2
    at_the_bottom = found[1] > (volume.geometry.rows - 1) / 2
    assert on_the_right == (planted[0] > middle[0]), "the patient's left is on the right of the screen"
    assert at_the_bottom == (
        (planted - middle) @ column_axis * np.sign(column_axis[1]) > 0
        if across in "LR"
        else (planted - middle) @ row_axis * np.sign(row_axis[1]) > 0
    ), "the back is at the bottom"
    assert found[0] == index
    assert volume.geometry.gantry_tilt_deg == pytest.approx(-tilt_deg, abs=0.01)
    assert np.all(np.diff(volume.geometry.positions_mm) > 0)
    stored = head[0] if volume.hu.shape[1:] == head.shape[1:] else head[0].T
    assert sorted(volume.hu[0].ravel()) == sorted(stored.ravel())


def test_tilt_is_positive_when_slices_move_forward(write_stack, head, tmp_path):
    """The sign of the tag differs between vendors; ours is fixed."""
    shift = np.array([[0, -n, 0] for n in range(len(head))])
    write_stack(tmp_path, head, shift=shift, GantryDetectorTilt=-99)
    (series,) = scan(Source.open(tmp_path)).series
    assert series.geometry.gantry_tilt_deg == pytest.approx(np.degrees(np.arctan2(1, 3)))
