"""Crops to learn from: the application's crop and a margin, so that it can be moved without black corners."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from desktop.imaging.geometry import Rectangle
from desktop.imaging.windowing import Window
from desktop.inference.crop import CROP_SIZE, crop_slices

MARGIN = CROP_SIZE // 4
"""Pixels around the application's crop; what the augmentation may reach."""

SIDE = CROP_SIZE + 2 * MARGIN
"""Pixels along a side of a crop with its margin."""

SIXTHS = 6
"""A crop with its margin, of whatever size, is six parts wide: one of margin, four of crop, one of margin."""

WINDOW = Window(level=60.0, width=600.0)
"""HU: the window in which the network sees crops (paper, "Image preprocessing and deep-learning analysis")."""

Floats = npt.NDArray[np.float32]


def crops_with_margin(hu: npt.NDArray[np.int16] | npt.NDArray[np.float32], rectangles: Sequence[Rectangle]) -> Floats:
    """Crops [slices, SIDE, SIDE] in HU around a rectangle of each slice, in the standard view.

    The inner `CROP_SIZE` pixels are the application's crop: the same function samples the same places.
    """
    return crop_slices(hu, list(map(_with_margin, rectangles)), SIDE)


def without_margin(hu: npt.NDArray[np.float16]) -> Floats:
    """The crops as the application sees them, of crops with margin [n, side, side]."""
    margin = hu.shape[1] // SIXTHS
    return hu[:, margin:-margin, margin:-margin].astype(np.float32)


def _with_margin(rectangle: Rectangle) -> Rectangle:
    column, row, width, height = rectangle
    share = MARGIN / CROP_SIZE
    return column - share * width, row - share * height, width * (1 + 2 * share), height * (1 + 2 * share)
