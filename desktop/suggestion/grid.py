"""A stack in even steps: what the search for anatomy looks at, whatever the pixels, the spacing and the gantry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.imaging.pixels import Hounsfield
from desktop.imaging.volume import Volume

Floats = npt.NDArray[np.float32]
Points = npt.NDArray[np.float64]

STEP_MM = 2.0

HU_LIMITS = (-1000.0, 3000.0)
"""Air, which also surrounds the slices, and the densest bone. Values beyond, and what is no number, tell nothing."""


@dataclass(frozen=True, eq=False)
class Grid:
    """HU in the stack's own directions.

    Points [..., 3] are in mm along `across`, `down` and `normal` of the stack: x to the right of the picture, y down,
    z to the head. A slice is a plane of one z, its position.

    Attributes:
        hu: [z, y, x] in steps of `STEP_MM`, two at least along each.
        first: [3] of the first value.
        axes: [3, 3] across, down and normal as patient directions, in rows.
    """

    hu: Floats
    first: Points
    axes: Points

    @staticmethod
    def of(volume: Volume) -> Grid | None:
        """The grid of a volume; None where it is thinner than two steps."""
        geometry = volume.geometry
        axes = np.array([geometry.across, geometry.down, geometry.normal])
        every_row, every_column = (max(1, round(STEP_MM / mm)) for mm in (geometry.row_mm, geometry.column_mm))
        step_y, step_x = every_row * geometry.row_mm, every_column * geometry.column_mm
        row, column = (float(np.mean(_sampled(every))) for every in (every_row, every_column))
        # Of the first cell of each slice; the slices of a tilted stack do not lie one above the other.
        x = geometry.origins @ axes[0] + column * geometry.column_mm
        y = geometry.origins @ axes[1] + row * geometry.row_mm
        positions = geometry.positions_mm
        xs = np.arange(x.min(), x.max() + (geometry.columns // every_column - 1) * step_x, STEP_MM)
        ys = np.arange(y.min(), y.max() + (geometry.rows // every_row - 1) * step_y, STEP_MM)
        zs = np.arange(positions[0], positions[-1], STEP_MM)
        if min(len(zs), len(ys), len(xs)) < 2:
            return None

        def slices() -> Iterator[Floats]:
            for index, pixels in enumerate(volume.hu):
                coarse = _pooled(pixels, every_row, every_column)
                even = _resampled(coarse, (xs - x[index]) / step_x, axis=1)
                yield _resampled(even, (ys - y[index]) / step_y, axis=0)

        return Grid(_between(slices(), positions, zs), np.array([xs[0], ys[0], zs[0]]), axes)

    @property
    def size_mm(self) -> Points:
        """[3] from the first value to the last."""
        return STEP_MM * (np.array(self.hu.shape[::-1]) - 1)

    def at(self, points: Points) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """HU at points [..., 3], trilinear, and whether each lies inside; outside, the nearest value."""
        places = (points - self.first) / STEP_MM
        last = np.array(self.hu.shape[::-1]) - 1
        inside = np.asarray(((places >= -0.5) & (places <= last + 0.5)).all(axis=-1))
        low = np.clip(np.floor(places), 0, last - 1).astype(np.intp)
        share = np.clip(places - low, 0, 1).astype(np.float32)
        _, rows, columns = self.hu.shape
        flat, corner = self.hu.ravel(), (low[..., 2] * rows + low[..., 1]) * columns + low[..., 0]
        # Halved along x, then y, then z.
        values = [
            flat[corner + offset]
            for offset in np.array(list(np.ndindex(2, 2, 2))) @ np.array([rows * columns, columns, 1])
        ]
        for axis in range(3):
            part = share[..., axis]
            values = [a + (b - a) * part for a, b in zip(values[::2], values[1::2], strict=True)]
        return values[0], inside

    def to_patient(self, points: Points) -> Points:
        """Patient mm of points [..., 3]."""
        return np.asarray(points @ self.axes)


def _sampled(every: int) -> list[int]:
    """Which pixels of a cell of so many count: two are enough against noise."""
    return sorted({0, every // 2})


def _pooled(pixels: Hounsfield, every_row: int, every_column: int) -> Floats:
    """A slice in cells of so many pixels."""
    rows, columns = (size - size % every for size, every in zip(pixels.shape, (every_row, every_column), strict=True))
    parts = [
        pixels[row:rows:every_row, column:columns:every_column].astype(np.float32)
        for row in _sampled(every_row)
        for column in _sampled(every_column)
    ]
    low, high = HU_LIMITS
    return np.clip(np.nan_to_num(sum(parts[1:], parts[0]) / len(parts), nan=low), low, high)


def _resampled(image: Floats, places: Points, axis: int) -> Floats:
    """Linear along an axis; air outside."""
    size = image.shape[axis]
    low = np.clip(np.floor(places).astype(np.intp), 0, max(size - 2, 0))
    shape = [1, 1]
    shape[axis] = -1
    share = np.clip(places - low, 0, 1).astype(np.float32).reshape(shape)
    found = np.take(image, low, axis) * (1 - share) + np.take(image, np.minimum(low + 1, size - 1), axis) * share
    outside = ((places < -0.5) | (places > size - 0.5)).reshape(shape)
    return np.where(outside, np.float32(HU_LIMITS[0]), found)


def _between(slices: Iterator[Floats], positions: Points, zs: Points) -> Floats:
    """[z, y, x] linear between neighbouring slices, of which no more than two are kept."""
    lower, upper, index = next(slices), next(slices), 0
    values = np.empty((len(zs), *lower.shape), np.float32)
    for number, z in enumerate(zs):
        while positions[index + 1] <= z and index < len(positions) - 2:
            lower, upper, index = upper, next(slices), index + 1
        share = np.float32((z - positions[index]) / (positions[index + 1] - positions[index]))
        values[number] = lower + (upper - lower) * share
    return values
