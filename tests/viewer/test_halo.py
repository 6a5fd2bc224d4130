"""Text over a picture can be read on any grey and on the heat map."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from desktop.report.heat import evidence_colours
from desktop.viewer.pictures.halo import Align, halo_text
from desktop.viewer.theme import AMBER, IMAGE_TEXT, MARKED, QUIET, SUGGESTED
from tests.viewer.contrast import ENOUGH, luminance


def heat(evidence: float) -> str:
    (colour,) = evidence_colours(np.array([[evidence]], np.float32), 1.0, 1.0)[0, :, :3]
    return QColor(*map(int, colour)).name()


@pytest.mark.parametrize("colour", [IMAGE_TEXT, MARKED, AMBER, QUIET, SUGGESTED])
@pytest.mark.parametrize("ground", ["#000000", "#5a5a5a", "#b4b4b4", "#ffffff", heat(-1), heat(1)])
def test_every_stroke_has_a_ground_of_enough_contrast_beside_it(qapp, colour, ground):
    alone = written(colour, "transparent")
    strokes = (np.abs(alone - QColor(colour).getRgb()) < 12).all(axis=2)  # the last channel: opaque ones
    assert strokes.any()
    shades = luminance(written(colour, ground)[..., :3])
    for row, column in np.argwhere(strokes):
        around = shades[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3]
        assert (shades[row, column] + 0.05) / (around.min() + 0.05) >= ENOUGH


def test_figures_on_bone_stand_on_one_ground(qapp):
    """Between thin strokes bone would look like strokes, and an 8 like a 3."""
    shades = luminance(written(IMAGE_TEXT, "#ffffff", plate=True)[..., :3])
    on_plate = shades[shades < 0.9]
    strokes = luminance(np.array(QColor(IMAGE_TEXT).getRgb()[:3], float))
    grounds = on_plate[np.abs(on_plate - strokes) > 0.1]
    assert (strokes + 0.05) / (np.median(grounds) + 0.05) >= ENOUGH


def written(colour: str, ground: str, plate: bool = False):
    """[rows, columns, 4] pixels of a text."""
    image = QImage(120, 40, QImage.Format.Format_RGBA8888)
    image.fill(QColor(ground))
    painter = QPainter(image)
    halo_text(painter, QRectF(image.rect()), Align.AlignCenter, "ROI 18.0", colour, plate)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(40, 120, 4).astype(float)
