"""Where pixels are in the patient: planes, stacks and the turn to the standard view.

Patient coordinates are DICOM's (PS3.3 C.7.6.2.1.1): millimetres, +x to the patient's left, +y to the back,
+z to the head. Pixel coordinates are (column, row) with whole numbers at pixel centres. A rectangle is given
by its edges instead, in units of pixels counted from the image's outer corner: pixel i covers i to i + 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = tuple[float, float, float]
Rectangle = tuple[float, float, float, float]
Floats = npt.NDArray[np.float64]

AXIAL_LIMIT_DEG = 35.0
"""A plane whose normal is closer to the body axis than this is axial; head scans are tilted by up to 30 degrees."""


def _unit(vector: npt.ArrayLike) -> Floats:
    array = np.asarray(vector, dtype=np.float64)
    return array / np.linalg.norm(array)


def stack_normal(row: npt.ArrayLike, column: npt.ArrayLike) -> Floats:
    """Unit normal [3] of a plane, turned so that its largest component is positive: in axial stacks, towards the
    head."""
    normal = _unit(np.cross(np.asarray(row, float), np.asarray(column, float)))
    return normal if normal[np.argmax(np.abs(normal))] > 0 else -normal


def position_of(across: Vector, down: Vector, origin: Vector) -> float:
    """Position of one slice in mm, along its normal; like `StackGeometry`, but without arrays."""
    (a, b, c), (d, e, f) = across, down
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    length = max(normal, key=abs)
    sign = 1 if length > 0 else -1
    return sign * sum(n * x for n, x in zip(normal, origin, strict=True)) / hypot(*normal)


@dataclass(frozen=True)
class StandardTurn:
    """The transpose and flips that bring a stored slice to the standard view: front up, patient's left on the right.

    The transpose comes first.
    """

    transpose: bool
    flip_rows: bool
    flip_columns: bool

    @staticmethod
    def of(row: npt.ArrayLike, column: npt.ArrayLike) -> StandardTurn:
        """The turn for a plane with these directions of increasing column (`row`) and row (`column`)."""
        across, down = _unit(row), _unit(column)
        right, below = _screen_axes(stack_normal(row, column))
        transpose = bool(abs(across @ right) < abs(down @ right))
        if transpose:
            across, down = down, across
        return StandardTurn(transpose, bool(down @ below < 0), bool(across @ right < 0))

    def apply(self, pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Stored pixels [..., rows, columns] in the standard view; a view on the same memory."""
        if self.transpose:
            pixels = np.swapaxes(pixels, -1, -2)
        if self.flip_rows:
            pixels = pixels[..., ::-1, :]
        if self.flip_columns:
            pixels = pixels[..., ::-1]
        return pixels

    def rectangle_to_standard(self, rectangle: Rectangle, rows: int, columns: int) -> Rectangle:
        """(column, row, width, height) of a stored slice of `rows` x `columns`, in the standard view."""
        column, row, width, height = rectangle
        if self.transpose:
            column, row, width, height = row, column, height, width
            rows, columns = columns, rows
        if self.flip_rows:
            row = rows - row - height
        if self.flip_columns:
            column = columns - column - width
        return column, row, width, height

    def rectangle_to_stored(self, rectangle: Rectangle, rows: int, columns: int) -> Rectangle:
        """The inverse of `rectangle_to_standard`; `rows` x `columns` is the stored slice's size again."""
        column, row, width, height = rectangle
        shown_rows, shown_columns = (columns, rows) if self.transpose else (rows, columns)
        if self.flip_rows:
            row = shown_rows - row - height
        if self.flip_columns:
            column = shown_columns - column - width
        if self.transpose:
            column, row, width, height = row, column, height, width
        return column, row, width, height


def pixels_touched(rectangle: Rectangle, around: tuple[float, float] = (0.0, 0.0)) -> tuple[slice, slice]:
    """Rows and columns of a slice that a rectangle touches, with so many columns and rows more `around` it."""
    column, row, width, height = rectangle
    across, down = around
    return (
        slice(max(0, int(row - down)), int(np.ceil(row + height + down))),
        slice(max(0, int(column - across)), int(np.ceil(column + width + across))),
    )


def held_inside(rectangle: Rectangle, rows: int, columns: int) -> Rectangle:
    """The rectangle pushed back into a slice of this size, and cut to it where it is larger."""
    column, row, width, height = rectangle
    width, height = min(width, columns), min(height, rows)
    return min(max(column, 0.0), columns - width), min(max(row, 0.0), rows - height), width, height


def _screen_axes(normal: Floats) -> tuple[Floats, Floats]:
    """Patient directions that belong to the right and to the bottom of the screen for this kind of plane."""
    kind = int(np.argmax(np.abs(normal)))
    left, back, head = np.eye(3)
    return {0: (back, -head), 1: (left, -head), 2: (left, back)}[kind]


@dataclass(frozen=True, eq=False)
class StackGeometry:
    """The geometry of parallel slices, ordered by position.

    Attributes:
        origins: [slices, 3] mm, the patient position of each slice's first pixel's centre.
        across, down: unit vectors of increasing column and of increasing row.
        column_mm, row_mm: distance between the centres of neighbouring columns and of neighbouring rows.
        rows, columns: size of a slice in pixels.
    """

    origins: Floats
    across: Vector
    down: Vector
    column_mm: float
    row_mm: float
    rows: int
    columns: int

    @cached_property
    def normal(self) -> Floats:
        """Unit vector [3] along which positions are counted."""
        normal = stack_normal(self.across, self.down)
        normal.flags.writeable = False
        return normal

    @property
    def positions_mm(self) -> Floats:
        """[slices] place of each slice along the normal, ascending."""
        return self.origins @ self.normal

    @property
    def spacing_mm(self) -> float:
        """The usual distance between neighbours along the normal (median); 0 for a single slice."""
        gaps = np.diff(self.positions_mm)
        return float(np.median(gaps)) if gaps.size else 0.0

    @cached_property
    def gantry_tilt_deg(self) -> float:
        """Angle between the slices' normal and the line from the first slice to the last, towards the front; 0 for one
        slice.

        Computed from positions and orientation, not from GantryDetectorTilt, which vendors fill differently; in patient
        directions, however the pixels are stored. Positive if the slices move to the front on the way to the head.
        """
        return -self._lean_deg(1)

    @property
    def sideways_shear_deg(self) -> float:
        """The same angle sideways, which no gantry produces; positive if the slices move to the patient's left."""
        return self._lean_deg(0)

    def _lean_deg(self, axis: int) -> float:
        """The angle towards the right (0) or the bottom (1) of the standard view."""
        normal, travel = self.normal, self.origins[-1] - self.origins[0]
        along = float(travel @ normal)
        if along <= 0:
            return 0.0
        right, below = _screen_axes(normal)
        across = _unit(right - (right @ normal) * normal)
        down = np.cross(normal, across)
        way = across if axis == 0 else down * np.sign(down @ below)
        return float(np.degrees(np.arctan2(travel @ way, along)))

    @property
    def is_axial(self) -> bool:
        """Whether the slices lie across the body axis, a tilted gantry included."""
        return bool(self.normal[2] > np.cos(np.radians(AXIAL_LIMIT_DEG)))

    def to_patient(self, index: int, column: npt.ArrayLike, row: npt.ArrayLike) -> Floats:
        """Patient mm [..., 3] of pixel coordinates (whole numbers are pixel centres) on slice `index`."""
        columns = np.asarray(column, dtype=np.float64)[..., None] * self.column_mm
        rows = np.asarray(row, dtype=np.float64)[..., None] * self.row_mm
        return np.asarray(self.origins[index] + columns * np.asarray(self.across) + rows * np.asarray(self.down))

    def to_pixel(self, index: int, point: npt.ArrayLike) -> tuple[Floats, Floats]:
        """(column, row) on slice `index` of patient points [..., 3]; the inverse of `to_patient` in the plane."""
        offset = np.asarray(point, dtype=np.float64) - self.origins[index]
        return offset @ np.asarray(self.across) / self.column_mm, offset @ np.asarray(self.down) / self.row_mm

    def area_cm2(self, rectangle: Rectangle) -> float:
        """Area in cm2 of (column, row, width, height) in pixels."""
        return rectangle[2] * self.column_mm * rectangle[3] * self.row_mm / 100

    def nearest(self, position_mm: float) -> int:
        """Index of the slice nearest to a position."""
        return int(np.argmin(np.abs(self.positions_mm - position_mm)))

    def turned(self, turn: StandardTurn) -> StackGeometry:
        """This geometry after `turn` was applied to the pixels."""
        across, down = np.asarray(self.across), np.asarray(self.down)
        column_mm, row_mm, rows, columns = self.column_mm, self.row_mm, self.rows, self.columns
        if turn.transpose:
            across, down = down, across
            column_mm, row_mm, rows, columns = row_mm, column_mm, columns, rows
        origins = self.origins
        if turn.flip_rows:
            origins, down = origins + down * row_mm * (rows - 1), -down
        if turn.flip_columns:
            origins, across = origins + across * column_mm * (columns - 1), -across
        return StackGeometry(origins, _vector(across), _vector(down), column_mm, row_mm, rows=rows, columns=columns)


def _vector(array: Floats) -> Vector:
    return float(array[0]), float(array[1]), float(array[2])


_LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
_LETTER_LIMIT = 0.3
"""Components of a direction below this (about 17 degrees) get no letter."""


def orientation_marker(direction: npt.ArrayLike) -> str:
    """The orientation marker of a patient direction, the strongest component first, for example "L" or "PH"."""
    vector = _unit(direction)
    order = np.argsort(-np.abs(vector))
    letters = [_LETTERS[axis][int(vector[axis] < 0)] for axis in order if abs(vector[axis]) > _LETTER_LIMIT]
    return "".join(letters)
