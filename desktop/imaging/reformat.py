"""Sagittal and coronal reformats of a stack: sheared by the gantry's tilt, spread by position. No Qt.

A reformat holds one direction of the slices (rows run to the back, columns to the left) and the body axis, so a slice
is always a level line, and a straight line along the body stays straight and whole. With a tilted gantry each slice
starts a little further to the front or back than the one below, or lies aslant in the patient, or both; drawing every
slice where it lies shears the picture back to the right anatomy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop.adjacency import NEIGHBOUR_TOLERANCE
from desktop.imaging.geometry import Floats, StackGeometry
from desktop.imaging.pixels import AIR_HU, Hounsfield, measured
from desktop.imaging.volume import Volume

_FINEST_MM = 0.5
"""Smallest row height in mm: finer rows would show nothing more."""

_LONE_SLICE_MM = 2.0

_SAME_MM = 1e-3
"""mm. Slices shifted by less than this count as not shifted; headers are rounded more coarsely."""

_ROUNDING = 1e-4
"""Of float32, in sums of shares."""


class Direction(Enum):
    """Which reformat. The value is the index in (column, row) that runs along the image."""

    SAGITTAL = 1
    CORONAL = 0

    @property
    def along(self) -> int:
        """Which of (column, row) runs along the picture."""
        return self.value

    @property
    def through(self) -> int:
        """Which of (column, row) is the same all over the reformat."""
        return 1 - self.value


@dataclass(frozen=True, eq=False)
class ReformatGeometry:
    """Where slices lie in a reformat, in mm: x along the slices, y downwards from the picture's upper edge.

    "Along" counts pixels in the picture's x, "through" counts them from one reformat to the next.

    Attributes:
        level, upright: patient directions of growing x and of falling y.
        starts_mm: [slices] x of each slice's first edge.
        shifts_px: [slices] how much smaller the number through of one reformat is than on the lowest slice.
        positions_mm: [slices] positions.
        half_mm: half of what one slice stands for.
        bridged_mm: slices farther apart than this leave tissue unseen between them.
        stretch: mm of the picture for a mm of position: above 1 where slices lie aslant in the patient.
    """

    direction: Direction
    level: Floats
    upright: Floats
    starts_mm: Floats
    shifts_px: Floats
    positions_mm: Floats
    half_mm: float
    bridged_mm: float
    stretch: float
    along_mm: float
    along_count: int
    through_count: int

    @staticmethod
    def of(volume: Volume, direction: Direction) -> ReformatGeometry:
        """The planes of one direction for a volume."""
        geometry = volume.geometry
        axes = np.asarray(geometry.across), np.asarray(geometry.down)
        sizes_mm = geometry.column_mm, geometry.row_mm
        counts = geometry.columns, geometry.rows
        level, other = axes[direction.along], axes[direction.through]
        # From one reformat to the next: across the slices' own direction and the body axis.
        across = np.cross(level, _body_axis(geometry))
        across /= np.linalg.norm(across) * np.sign(across @ other)
        upright = np.cross(across, level)
        upright /= np.sign(upright @ geometry.normal)
        along = geometry.origins @ level
        aside = (geometry.origins - geometry.origins[0]) @ across
        thickness = volume.series.slice_thickness_mm or 0.0
        spacing = geometry.spacing_mm or thickness or _LONE_SLICE_MM
        return ReformatGeometry(
            direction,
            level,
            upright,
            along - along.min(),
            aside / (float(across @ other) * sizes_mm[direction.through]),
            geometry.positions_mm,
            spacing / 2,
            max(spacing, thickness) * (1 + NEIGHBOUR_TOLERANCE),
            1 / float(upright @ geometry.normal),
            sizes_mm[direction.along],
            counts[direction.along],
            counts[direction.through],
        )

    @property
    def upright_stack(self) -> bool:
        """Whether all slices start at one place, so that a reformat is made of the same pixels of each."""
        return bool(np.abs(self.starts_mm).max() < _SAME_MM and np.ptp(self.shifts_px) * self.along_mm < _SAME_MM)

    @property
    def width_mm(self) -> float:
        """Width of the picture."""
        return float(self.starts_mm.max()) + self.along_count * self.along_mm

    @property
    def height_mm(self) -> float:
        """Height of the picture."""
        return (float(self.positions_mm[-1] - self.positions_mm[0]) + 2 * self.half_mm) * self.stretch

    def y_of(self, position_mm: float) -> float:
        """Where a position lies in the picture."""
        return (float(self.positions_mm[-1]) + self.half_mm - position_mm) * self.stretch

    def position_at(self, y_mm: npt.ArrayLike) -> Floats:
        """The inverse of `y_of`."""
        y = np.asarray(y_mm, dtype=np.float64) / self.stretch
        return np.asarray(float(self.positions_mm[-1]) + self.half_mm - y)

    def nearest(self, y_mm: float) -> int:
        """Index of the slice nearest to a height in the picture."""
        return int(np.argmin(np.abs(self.positions_mm - self.position_at(y_mm))))

    def x_of(self, index: int, along: float) -> float:
        """Where a number along, in edges of pixels on slice `index`, lies in the picture."""
        return float(self.starts_mm[index]) + along * self.along_mm

    def along_at(self, x_mm: float, index: int) -> float:
        """The inverse of `x_of`."""
        return (x_mm - float(self.starts_mm[index])) / self.along_mm

    def through_on(self, index: int, through: float, reference: int) -> float:
        """The number through on slice `index` of the reformat that has `through` on slice `reference`, in edges."""
        return through - float(self.shifts_px[index] - self.shifts_px[reference])

    def gaps(self) -> list[tuple[float, float]]:
        """Places without a slice: (upper y, height) in mm."""
        between = np.diff(self.positions_mm)
        return [
            (
                self.y_of(self.positions_mm[i + 1] - self.half_mm),
                (float(between[i]) - 2 * self.half_mm) * self.stretch,
            )
            for i in np.flatnonzero(between > self.bridged_mm)
        ]


def _body_axis(geometry: StackGeometry) -> Floats:
    """The patient axis that the stack is built along: from feet to head for axial slices, tilted or not."""
    normal = geometry.normal
    return np.asarray(np.eye(3)[int(np.argmax(np.abs(normal)))])


def reformatted(volume: Volume, plane: ReformatGeometry, through: float, reference: int) -> npt.NDArray[np.float32]:
    """HU [rows, columns] of the reformat at `through` of slice `reference`, over the whole of the plane's picture.

    Between neighbouring slices the picture is interpolated; across a gap nothing is made up.
    """
    hu, there = _section(volume, plane, through, reference)
    return _drawn(hu.astype(np.float32), there, plane)


def reformat_measured(volume: Volume, plane: ReformatGeometry, through: float, reference: int) -> npt.NDArray[np.bool_]:
    """[rows, columns] where the same reformat shows measured values alone: no padding, nothing outside the slices."""
    hu, there = _section(volume, plane, through, reference)
    forms = (item.form for item in volume.series.slices)
    lines = np.array([measured(line, form) for line, form in zip(hu, forms, strict=True)], np.float32)
    return _drawn(lines, there, plane) > 1 - _ROUNDING


def _section(
    volume: Volume, plane: ReformatGeometry, through: float, reference: int
) -> tuple[Hounsfield, npt.NDArray[np.bool_]]:
    """The pixels [slices, along] that a reformat is made of, and [slices] whether it meets the slice at all."""
    pixels: npt.NDArray[Any] = np.moveaxis(volume.hu, 2 - plane.direction.through, 1)  # [slices, through, along]
    slices = range(len(pixels))
    numbers = np.floor([plane.through_on(index, through, reference) for index in slices]).astype(np.intp)
    there = (numbers >= 0) & (numbers < plane.through_count)
    return pixels[slices, np.where(there, numbers, 0)], there


def _drawn(
    section: npt.NDArray[np.float32], there: npt.NDArray[np.bool_], plane: ReformatGeometry
) -> npt.NDArray[np.float32]:
    """The picture of a section, with air where there is no slice."""
    if plane.upright_stack and there.all():
        return _between_slices(section, plane)
    steps = max(1, round(plane.width_mm / plane.along_mm))
    lines = np.full((len(section), steps), AIR_HU, np.float32)
    centres = (np.arange(steps) + 0.5) * (plane.width_mm / steps)
    for index in np.flatnonzero(there):
        numbers = (centres - plane.starts_mm[index]) / plane.along_mm - 0.5
        line = section[index]
        lines[index] = np.interp(numbers, np.arange(plane.along_count), line, left=AIR_HU, right=AIR_HU)
    return _between_slices(lines, plane)


def _between_slices(lines: npt.NDArray[np.float32], plane: ReformatGeometry) -> npt.NDArray[np.float32]:
    height = max(1, round(plane.height_mm / max(_FINEST_MM, plane.along_mm)))
    wanted = plane.position_at((np.arange(height) + 0.5) * (plane.height_mm / height))
    positions = plane.positions_mm
    above = np.clip(np.searchsorted(positions, wanted), 1, max(1, len(positions) - 1))
    if len(positions) == 1:
        return np.repeat(lines, height, axis=0)
    below = above - 1
    gap = positions[above] - positions[below]
    share = np.clip((wanted - positions[below]) / np.where(gap > 0, gap, 1), 0, 1)
    # Next to a gap, each slice covers only its own half.
    joined = gap <= plane.bridged_mm
    share = np.where(joined, share, share > 0.5)[:, None]
    picture = lines[below] * (1 - share) + lines[above] * share
    lone = ~joined & (np.minimum(wanted - positions[below], positions[above] - wanted) > plane.half_mm)
    picture[lone] = AIR_HU
    return np.asarray(picture, dtype=np.float32)
