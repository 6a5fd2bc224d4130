"""The sagittal cut through a stack: sheared by the gantry's tilt, spread by position. No Qt.

The plane of the cut is spanned by the slices' own row direction (to the back) and the stack's normal (to the head),
so a slice is always a level line. With a tilted gantry each slice starts a little further to the front or back than
the one below; drawing every slice where it lies in the patient shears the picture back to the right anatomy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.adjacency import NEIGHBOUR_TOLERANCE
from desktop.imaging.geometry import Floats
from desktop.imaging.pixels import AIR_HU
from desktop.imaging.volume import Volume

_FINEST_MM = 0.5
"""Rows of the picture are not finer than this: more shows nothing more."""

_LONE_SLICE_MM = 2.0


@dataclass(frozen=True)
class CutPlane:
    """Where slices lie in the sagittal view, in mm: x to the back, y downwards from the picture's upper edge.

    Attributes:
        starts_mm: [slices] x of each slice's front edge.
        sides_mm: [slices] how far each slice lies to the right of the lowest, along the rows' other direction.
        positions_mm: [slices] positions.
        half_mm: half of what one slice stands for.
        bridged_mm: slices farther apart than this leave tissue unseen between them.
    """

    starts_mm: Floats
    sides_mm: Floats
    positions_mm: Floats
    half_mm: float
    bridged_mm: float
    row_mm: float
    column_mm: float
    rows: int

    @staticmethod
    def of(volume: Volume) -> CutPlane:
        """The plane for a volume."""
        geometry = volume.geometry
        along = geometry.origins @ np.asarray(geometry.down)
        aside = geometry.origins @ np.asarray(geometry.across)
        thickness = volume.series.slice_thickness_mm or 0.0
        spacing = geometry.spacing_mm or thickness or _LONE_SLICE_MM
        return CutPlane(
            along - along.min(),
            aside - aside[0],
            geometry.positions_mm,
            spacing / 2,
            max(spacing, thickness) * (1 + NEIGHBOUR_TOLERANCE),
            geometry.row_mm,
            geometry.column_mm,
            geometry.rows,
        )

    @property
    def width_mm(self) -> float:
        """Width of the picture."""
        return float(self.starts_mm.max()) + self.rows * self.row_mm

    @property
    def height_mm(self) -> float:
        """Height of the picture."""
        return float(self.positions_mm[-1] - self.positions_mm[0]) + 2 * self.half_mm

    def y_of(self, position_mm: float) -> float:
        """Where a position lies in the picture."""
        return float(self.positions_mm[-1]) + self.half_mm - position_mm

    def position_at(self, y_mm: npt.ArrayLike) -> Floats:
        """The inverse of `y_of`."""
        return np.asarray(float(self.positions_mm[-1]) + self.half_mm - np.asarray(y_mm, dtype=np.float64))

    def nearest(self, y_mm: float) -> int:
        """Index of the slice nearest to a height in the picture."""
        return int(np.argmin(np.abs(self.positions_mm - self.position_at(y_mm))))

    def row_at(self, x_mm: float, index: int) -> float:
        """Row of slice `index`, counted from the image's outer corner, at x."""
        return (x_mm - float(self.starts_mm[index])) / self.row_mm

    def column_on(self, index: int, column: float, reference: int) -> float:
        """The column on slice `index` in line with `column` on slice `reference`, in edges of pixels."""
        return column - float(self.sides_mm[index] - self.sides_mm[reference]) / self.column_mm

    def gaps(self) -> list[tuple[float, float]]:
        """Places without a slice: (upper y, height) in mm."""
        between = np.diff(self.positions_mm)
        return [
            (self.y_of(self.positions_mm[i + 1] - self.half_mm), float(between[i]) - 2 * self.half_mm)
            for i in np.flatnonzero(between > self.bridged_mm)
        ]


def sagittal(volume: Volume, plane: CutPlane, column: float, reference: int) -> npt.NDArray[np.float32]:
    """HU [rows, columns] of the cut at `column` of slice `reference`, over the whole of the plane's picture.

    Between neighbouring slices the picture is interpolated; across a gap nothing is made up.
    """
    steps = max(1, round(plane.width_mm / plane.row_mm))
    lines = np.full((len(volume.hu), steps), AIR_HU, np.float32)
    centres = (np.arange(steps) + 0.5) * (plane.width_mm / steps)
    for index in range(len(lines)):
        pixel = int(np.floor(plane.column_on(index, column, reference)))
        if 0 <= pixel < volume.geometry.columns:
            rows = (centres - plane.starts_mm[index]) / plane.row_mm - 0.5
            line = volume.hu[index, :, pixel].astype(np.float32)
            lines[index] = np.interp(rows, np.arange(plane.rows), line, left=AIR_HU, right=AIR_HU)
    return _between_slices(lines, plane)


def _between_slices(lines: npt.NDArray[np.float32], plane: CutPlane) -> npt.NDArray[np.float32]:
    height = max(1, round(plane.height_mm / max(_FINEST_MM, plane.row_mm)))
    wanted = plane.position_at((np.arange(height) + 0.5) * (plane.height_mm / height))
    positions = plane.positions_mm
    above = np.clip(np.searchsorted(positions, wanted), 1, max(1, len(positions) - 1))
    if len(positions) == 1:
        return np.repeat(lines, height, axis=0)
    below = above - 1
    gap = positions[above] - positions[below]
    share = np.clip((wanted - positions[below]) / np.where(gap > 0, gap, 1), 0, 1)
    # Across a gap each slice stands for its own half only.
    joined = gap <= plane.bridged_mm
    share = np.where(joined, share, share > 0.5)[:, None]
    picture = lines[below] * (1 - share) + lines[above] * share
    lone = ~joined & (np.minimum(wanted - positions[below], positions[above] - wanted) > plane.half_mm)
    picture[lone] = AIR_HU
    return np.asarray(picture, dtype=np.float32)
