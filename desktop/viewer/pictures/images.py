"""From Hounsfield units and maps to images on screen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from desktop.imaging.windowing import Window


def windowed_image(
    hu: npt.NDArray[np.int16] | npt.NDArray[np.float32], window: Window, inverted: bool = False
) -> QImage:
    """HU [rows, columns] as greys in a window, in the format that Qt scales fastest; inverted, bone is black."""
    grey = window.grey(hu).astype(np.uint32)
    if inverted:
        grey = 255 - grey
    pixels = grey * 0x010101 | 0xFF000000
    rows, columns = pixels.shape
    # The copy owns its memory: a QImage over a numpy buffer would outlive it.
    return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()


def coloured_image(colours: npt.NDArray[np.uint8]) -> QImage:
    """Red, green, blue and alpha [rows, columns, 4] as an image."""
    colours = np.ascontiguousarray(colours)
    rows, columns, _ = colours.shape
    image = QImage(colours.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
