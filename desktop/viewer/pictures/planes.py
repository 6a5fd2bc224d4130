"""Where the displayed volume lies in each view, in mm from the picture's upper left corner."""

from __future__ import annotations

from bisect import bisect_right
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

from desktop.imaging.geometry import Floats, Rectangle
from desktop.imaging.pixels import measured
from desktop.imaging.reformat import Direction, ReformatGeometry, reformat_measured, reformatted
from desktop.imaging.volume import Volume
from desktop.reading.measurement import Ellipse, Point
from desktop.viewer.desk.display import Display, Place

_LONE_SLICE_MM = 2.0


class Plane(Protocol):
    """What a view shows of a volume now.

    Attributes:
        size_mm: width and height.
        body_mm: the part in which the body lies.
        sides: patient directions of the left, right, upper and lower side.
        reach_mm: how far from the plane a point still belongs to it.
    """

    volume: Volume
    size_mm: tuple[float, float]
    body_mm: QRectF
    sides: tuple[Floats, Floats, Floats, Floats]
    reach_mm: float

    def place_at(self, point: QPointF) -> Place | None:
        """The pixel of a slice at a plane point; None outside the picture."""

    def patient_at(self, point: QPointF) -> Point:
        """Patient mm of a plane point, between the slices too."""

    def seen(self, point: Point) -> tuple[QPointF, float]:
        """The plane point at which a patient point is seen, and how far behind or before the plane it lies, in mm."""

    def hu_in(self, ellipse: Ellipse) -> Floats:
        """[n] HU of the picture's pixels whose centres an ellipse in this plane contains, without what is padding.

        They are those of its own slice or reformat, also while a neighbour is shown that it still belongs to.
        """


class AxialPlane:
    """The slice on screen, in the standard view."""

    def __init__(self, volume: Volume, display: Display) -> None:
        self.volume, self._display, geometry = volume, display, volume.geometry
        self._pixel_mm = geometry.column_mm, geometry.row_mm
        self.size_mm = geometry.columns * geometry.column_mm, geometry.rows * geometry.row_mm
        self.body_mm = self.area_of(volume.body)
        across, down = np.asarray(geometry.across), np.asarray(geometry.down)
        self.sides = -across, across, -down, down
        self.reach_mm = (geometry.spacing_mm or _LONE_SLICE_MM) / 2
        self._positions_mm = tuple(map(float, geometry.positions_mm))

    @property
    def position_mm(self) -> float:
        """Of the slice on screen."""
        return self._positions_mm[self._display.index]

    def point_of(self, column: float, row: float) -> QPointF:
        """Plane point of pixel coordinates that count from the image's outer corner."""
        return QPointF(column * self._pixel_mm[0], row * self._pixel_mm[1])

    def pixel_at(self, point: QPointF) -> tuple[float, float]:
        """The inverse of `point_of`."""
        return point.x() / self._pixel_mm[0], point.y() / self._pixel_mm[1]

    def area_of(self, rectangle: Rectangle) -> QRectF:
        """Plane rectangle of one in the standard view."""
        column, row, width, height = rectangle
        return QRectF(self.point_of(column, row), self.point_of(column + width, row + height))

    def place_at(self, point: QPointF) -> Place | None:
        (column, row), geometry = self.pixel_at(point), self.volume.geometry
        inside = 0 <= column < geometry.columns and 0 <= row < geometry.rows
        return Place(self._display.index, column, row) if inside else None

    def patient_at(self, point: QPointF) -> Point:
        column, row = self.pixel_at(point)
        return _point(self.volume.geometry.to_patient(self._display.index, column - 0.5, row - 0.5))

    def seen(self, point: Point) -> tuple[QPointF, float]:
        geometry, index = self.volume.geometry, self._display.index
        column, row = geometry.to_pixel(index, point)
        depth = (np.asarray(point) - geometry.origins[index]) @ geometry.normal
        return self.point_of(float(column) + 0.5, float(row) + 0.5), float(depth)

    def hu_in(self, ellipse: Ellipse) -> Floats:
        geometry = self.volume.geometry
        index = geometry.nearest(float(np.asarray(ellipse.centre) @ geometry.normal))
        column, row = geometry.to_pixel(index, ellipse.centre)
        centre = self.point_of(float(column) + 0.5, float(row) + 0.5)
        hu = self.volume.hu[index]
        window, found = _contained(self, ellipse, centre, hu.shape)
        found &= measured(hu[window], self.volume.series.slices[index].form)
        return np.asarray(hu[window][found], np.float64)


class ReformatPlane:
    """The reformat through the crosshair's column, front on the left, or row, the patient's left on the right."""

    def __init__(self, volume: Volume, display: Display, direction: Direction) -> None:
        self.volume, self._display, self.direction = volume, display, direction
        self._cuts = {each: ReformatGeometry.of(volume, each) for each in Direction}
        self.cut = cut = self._cuts[direction]
        self.size_mm = cut.width_mm, cut.height_mm
        first, length = (volume.body[at] * cut.along_mm for at in (direction.along, direction.along + 2))
        self.body_mm = QRectF(first, 0, float(cut.starts_mm.max()) + length, cut.height_mm)
        self.sides = -cut.level, cut.level, cut.upright, -cut.upright
        geometry = volume.geometry
        axes = np.asarray(geometry.across), np.asarray(geometry.down)
        self._along, self._through = axes[direction.along], axes[direction.through]
        self._through_mm = (geometry.column_mm, geometry.row_mm)[direction.through]
        self.reach_mm = max(self._through_mm, 0.5)
        self._positions_mm = tuple(map(float, cut.positions_mm))
        self._by_slice = np.column_stack([geometry.origins, cut.starts_mm, cut.shifts_px])

    @property
    def number(self) -> int:
        """Which reformat is shown: its pixel on the lowest slice."""
        return int(np.floor(self.crosshair_on(0)[self.direction.through]))

    def crosshair_on(self, index: int) -> tuple[float, float]:
        """Column and row of the crosshair's upright line on a slice; on the one on screen, the crosshair."""
        crosshair, reference = self._display.crosshair, self._display.index
        column, row = (
            self._cuts[each].through_on(index, crosshair[each.through], reference)
            for each in (Direction.SAGITTAL, Direction.CORONAL)
        )
        return column, row

    def hu(self) -> npt.NDArray[np.float32]:
        """HU [rows, columns] of the reformat shown."""
        return reformatted(self.volume, self.cut, self.number + 0.5, 0)

    def place_at(self, point: QPointF) -> Place | None:
        width, height = self.size_mm
        if not (0 <= point.x() < width and 0 <= point.y() < height):
            return None
        index = self.cut.nearest(point.y())
        along = self.cut.along_at(point.x(), index)
        through = self.crosshair_on(index)[self.direction.through]
        if not 0 <= along < self.cut.along_count:
            return None
        column, row = (along, through) if self.direction is Direction.CORONAL else (through, along)
        return Place(index, column, row)

    def patient_at(self, point: QPointF) -> Point:
        origin, start_mm, shift_px = self._slice_at(float(self.cut.position_at(point.y())))
        along_mm = point.x() - start_mm - self.cut.along_mm / 2
        through_mm = (self.number - shift_px) * self._through_mm
        return _point(origin + along_mm * self._along + through_mm * self._through)

    def seen(self, point: Point) -> tuple[QPointF, float]:
        position = float(np.asarray(point) @ self.volume.geometry.normal)
        origin, start_mm, shift_px = self._slice_at(position)
        offset = np.asarray(point) - origin
        along_mm = float(offset @ self._along) + self.cut.along_mm / 2
        depth = float(offset @ self._through) - (self.number - shift_px) * self._through_mm
        return QPointF(start_mm + along_mm, self.cut.y_of(position)), depth

    def hu_in(self, ellipse: Ellipse) -> Floats:
        centre, depth = self.seen(ellipse.centre)
        at = self.number + round(depth / self._through_mm) + 0.5, 0
        hu = reformatted(self.volume, self.cut, *at)
        window, found = _contained(self, ellipse, centre, hu.shape)
        found &= reformat_measured(self.volume, self.cut, *at)[window]
        return np.asarray(hu[window][found], np.float64)

    def _slice_at(self, position_mm: float) -> tuple[Floats, float, float]:
        """Origin, start and shift of a slice that lay at this position, between or beyond those there are."""
        positions = self._positions_mm
        held = min(max(position_mm, positions[0]), positions[-1])
        upper = min(max(bisect_right(positions, held), 1), len(positions) - 1)
        lower = max(upper - 1, 0)
        share = (held - positions[lower]) / (positions[upper] - positions[lower]) if upper > lower else 0.0
        *origin, start, shift = self._by_slice[lower] + share * (self._by_slice[upper] - self._by_slice[lower])
        return np.array(origin) + (position_mm - held) * self.volume.geometry.normal, float(start), float(shift)


def _contained(
    plane: Plane, ellipse: Ellipse, centre: QPointF, shape: tuple[int, ...]
) -> tuple[tuple[slice, slice], npt.NDArray[np.bool_]]:
    """A part of the plane's picture, and in it the pixels that have their centre in an ellipse about `centre`."""
    middle = plane.seen(ellipse.centre)[0]
    ends = [plane.seen(end)[0] - middle for end in ellipse.handles[::2]]
    axes = np.array([[end.x() for end in ends], [end.y() for end in ends]])
    (rows, columns), (width, height) = shape, plane.size_mm
    pixel = np.array([width / columns, height / rows])
    reach, at = np.hypot(axes[:, 0], axes[:, 1]), np.array([centre.x(), centre.y()])
    left, top = np.clip(np.floor((at - reach) / pixel), 0, (columns, rows)).astype(int)
    right, bottom = np.clip(np.ceil((at + reach) / pixel), 0, (columns, rows)).astype(int)
    x = (np.arange(left, right) + 0.5) * pixel[0] - at[0]
    y = (np.arange(top, bottom) + 0.5) * pixel[1] - at[1]
    (x_a, y_a), (x_b, y_b) = np.linalg.inv(axes)  # from mm to shares of the half axes
    a = x_a * x[None, :] + y_a * y[:, None]
    b = x_b * x[None, :] + y_b * y[:, None]
    return (slice(top, bottom), slice(left, right)), np.asarray(a**2 + b**2 <= 1)


def _point(patient: Floats) -> Point:
    return float(patient[0]), float(patient[1]), float(patient[2])
