"""The crop: one slice's ROI as the network sees it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt

from desktop.imaging.geometry import Rectangle

CROP_SIZE = 224
"""Pixels along each side of a crop (the input of ResNet50)."""


def resampling_matrix(start: float, length: float, samples: int, pixels: int) -> npt.NDArray[np.float32]:
    """Weights [samples, pixels] that read `samples` values evenly over `start` to `start + length`.

    Antialiased bilinear: a triangle as wide as the step between samples, but at least one pixel to each side.
    Coordinates count from the image's outer edge, so pixel i covers i to i + 1. At the image's border the weights
    inside it are made to sum to one.
    """
    step = length / samples
    centres = start + (np.arange(samples) + 0.5) * step
    distance = np.abs(centres[:, None] - (np.arange(pixels) + 0.5)[None, :])
    weights = np.maximum(0.0, 1.0 - distance / max(step, 1.0))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def crop_slices(
    hu: npt.NDArray[np.int16] | npt.NDArray[np.float32], rectangles: Sequence[Rectangle], size: int = CROP_SIZE
) -> npt.NDArray[np.float32]:
    """Resample a rectangle of each slice to `size` x `size`.

    Args:
        hu: [slices, rows, columns] Hounsfield units in the standard view.
        rectangles: [slices] (column, row, width, height) in the standard view, inside the slice.

    Returns:
        [slices, size, size] float32, still in HU: the window belongs to the graph.
    """
    crops = np.empty((len(hu), size, size), np.float32)
    start = 0
    # Slices with the same rectangle share its weights.
    for rectangle, alike in groupby(rectangles):
        stop = start + len(list(alike))
        crops[start:stop] = _resampled(hu[start:stop], rectangle, size)
        start = stop
    return crops


def _resampled(
    hu: npt.NDArray[np.int16] | npt.NDArray[np.float32], rectangle: Rectangle, size: int
) -> npt.NDArray[np.float32]:
    column, row, width, height = rectangle
    # Only the pixels that can have weight: the rectangle and one filter radius around it.
    rows = _reach(row, height, size, hu.shape[1])
    columns = _reach(column, width, size, hu.shape[2])
    down = resampling_matrix(row - rows.start, height, size, rows.stop - rows.start)
    across = resampling_matrix(column - columns.start, width, size, columns.stop - columns.start)
    return np.asarray(down @ hu[:, rows, columns].astype(np.float32) @ across.T, dtype=np.float32)


def _reach(start: float, length: float, samples: int, pixels: int) -> slice:
    radius = max(length / samples, 1.0) + 1
    return slice(max(0, int(start - radius)), min(pixels, int(np.ceil(start + length + radius))))
