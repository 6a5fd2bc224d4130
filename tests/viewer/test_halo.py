"""Text over a picture can be read on any grey."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from desktop.viewer.pictures.halo import Align, halo_text
from desktop.viewer.theme import ACCENT, AMBER, IMAGE_TEXT, QUIET

ENOUGH = 4.5
"""To 1: WCAG 2.2, success criterion 1.4.3."""


def luminance(rgb):
    """Relative luminance (WCAG 2.2) of [..., 3] colours, 0 to 255."""
    share = np.asarray(rgb) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("colour", [IMAGE_TEXT, ACCENT, AMBER, QUIET])
@pytest.mark.parametrize("ground", [0, 90, 180, 255])
def test_every_stroke_has_a_ground_of_enough_contrast_beside_it(qapp, colour, ground):
    image = QImage(120, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(ground, ground, ground))
    painter = QPainter(image)
    halo_text(painter, QRectF(image.rect()), Align.AlignCenter, "ROI 18.0", colour)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(40, 120, 4)[..., 2::-1].astype(float)
    stroke = np.abs(pixels - QColor(colour).getRgb()[:3]).max(axis=2) < 12
    assert stroke.any()
    shades = luminance(pixels)
    for row, column in np.argwhere(stroke):
        around = shades[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3]
        assert (shades[row, column] + 0.05) / (around.min() + 0.05) >= ENOUGH
