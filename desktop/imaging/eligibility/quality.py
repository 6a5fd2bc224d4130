"""Noise and sharpness of the images of the range, to compare with the training of a model.

Noise is the standard deviation within small squares of soft tissue, in HU, taken from the quietest quarter of the
squares, because anatomy adds to it. Sharpness is the distance in mm over which the values rise from 10 to 90 % at an
edge between air and tissue, taken from the steepest tenth of the edges, because edges that run obliquely through the
slice look blurred, and masks lie on skin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.imaging.volume import Volume

MEASURED_SLICES = 6
SQUARE_MM = 5.0
TISSUE_MEAN_HU = (-10.0, 110.0)
QUIETEST = 0.25
LEAST_SQUARES = 20

AIR_EDGE_HU = (-800, -300)
EDGE_STEP_HU = 1040.0
"""HU step from air to soft tissue."""

STEEPEST = 0.9
LEAST_EDGES = 100

_RISE_IN_SIGMAS = 2.563
"""Width of a Gaussian edge from 10 to 90 %, in standard deviations."""


@dataclass(frozen=True)
class Quality:
    """The measurements; None if there is no soft tissue or no air to measure."""

    noise_hu: float | None
    edge_width_mm: float | None


def measure(volume: Volume, inside: Sequence[int]) -> Quality:
    """Measure noise and sharpness on a few of the slices `inside`."""
    chosen = np.unique(np.linspace(inside[0], inside[-1], min(len(inside), MEASURED_SLICES)).astype(int))
    pixels = np.asarray(volume.hu[chosen], np.float32)
    geometry = volume.geometry
    return Quality(_noise(pixels, geometry.row_mm), _edge_width(pixels, geometry.row_mm, geometry.column_mm))


def _noise(pixels: npt.NDArray[np.float32], pixel_mm: float) -> float | None:
    side = max(4, round(SQUARE_MM / pixel_mm))
    count, rows, columns = pixels.shape
    rows, columns = rows - rows % side, columns - columns % side
    squares = pixels[:, :rows, :columns].reshape(count, rows // side, side, columns // side, side)
    mean = squares.mean(axis=(2, 4))
    tissue = (mean > TISSUE_MEAN_HU[0]) & (mean < TISSUE_MEAN_HU[1])
    if np.count_nonzero(tissue) < LEAST_SQUARES:
        return None
    return float(np.quantile(squares.swapaxes(2, 3)[tissue].std(axis=(1, 2)), QUIETEST))


def _edge_width(pixels: npt.NDArray[np.float32], row_mm: float, column_mm: float) -> float | None:
    inner = pixels[:, 1:-1, 1:-1]
    planes, rows, columns = np.nonzero((inner > AIR_EDGE_HU[0]) & (inner < AIR_EDGE_HU[1]))
    if len(planes) < LEAST_EDGES:
        return None
    down = (pixels[planes, rows + 2, columns + 1] - pixels[planes, rows, columns + 1]) / (2 * row_mm)
    across = (pixels[planes, rows + 1, columns + 2] - pixels[planes, rows + 1, columns]) / (2 * column_mm)
    slope = float(np.quantile(np.hypot(down, across), STEEPEST))
    return _RISE_IN_SIGMAS * EDGE_STEP_HU / (max(slope, 1.0) * float(np.sqrt(2 * np.pi)))
