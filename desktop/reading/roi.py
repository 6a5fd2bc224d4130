"""The ROI over nasopharynx and clivus, and the range of slices."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from math import isfinite
from typing import TYPE_CHECKING

from desktop.errors import InputRefused
from desktop.messages import message

if TYPE_CHECKING:  # the command line imports this module, and must be able to report a damaged numpy
    import numpy as np
    import numpy.typing as npt

    from desktop.imaging.geometry import Rectangle

    Positions = Sequence[float] | npt.NDArray[np.float64]

POSITION_TOLERANCE_MM = 0.01
"""Positions are rounded in headers and files: a slice this close to an end of the range belongs to it, and a slice this
close to a key rectangle has that rectangle."""

SAME_PX = 1e-6
"""Interpolation rounds: rectangles whose edges differ by less than this are the same."""


class RoiRefused(InputRefused):
    """An ROI that cannot be judged."""


class RangeRefused(InputRefused):
    """A range that cannot be judged."""


@dataclass(frozen=True)
class KeyRectangle:
    """The ROI as placed on one slice.

    `column` and `row` are its left and upper edge in pixels of the stored slice, counted from the image's outer corner
    (pixel i covers i to i + 1, so column=200, width=100 takes the pixels 200 to 299); fractions are allowed.

    Attributes:
        position_mm: of the slice, along the normal of the stack.

    Raises:
        RoiRefused: a value is not finite, or width or height is not above zero.
    """

    position_mm: float
    column: float
    row: float
    width: float
    height: float

    def __post_init__(self) -> None:
        if not (all(map(isfinite, astuple(self))) and self.width > 0 and self.height > 0):
            raise RoiRefused(
                message(
                    "The ROI at {position_mm:g} mm with column {column:g}, row {row:g}, width {width:g} and height "
                    "{height:g} is not a rectangle: all must be numbers, and width and height above zero.",
                    position_mm=self.position_mm,
                    column=self.column,
                    row=self.row,
                    width=self.width,
                    height=self.height,
                )
            )

    @property
    def rectangle(self) -> Rectangle:
        """(column, row, width, height)."""
        return self.column, self.row, self.width, self.height


@dataclass(frozen=True)
class Roi:
    """One or several key rectangles; between them the ROI is interpolated in mm, beyond them the nearest counts.

    Attributes:
        keys: by ascending position; a single one is the ROI of every slice.

    Raises:
        RoiRefused: there is no key rectangle, or they do not ascend.
    """

    keys: tuple[KeyRectangle, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise RoiRefused(message("The ROI has no rectangle: place it over nasopharynx and clivus."))
        for lower, upper in zip(self.keys, self.keys[1:], strict=False):
            if upper.position_mm - lower.position_mm <= POSITION_TOLERANCE_MM:
                raise RoiRefused(
                    message(
                        "The ROI has key rectangles at {lower_mm:g} and then at {upper_mm:g} mm: give each slice one "
                        "at most, the lowest position first.",
                        lower_mm=lower.position_mm,
                        upper_mm=upper.position_mm,
                    )
                )

    @staticmethod
    def everywhere(column: float, row: float, width: float, height: float, position_mm: float = 0.0) -> Roi:
        """One rectangle for every slice; `position_mm`, where it was placed, counts only once another is added.

        Raises:
            RoiRefused: it is not a rectangle.
        """
        return Roi((KeyRectangle(position_mm, column, row, width, height),))

    def at(self, position_mm: float) -> Rectangle:
        """(column, row, width, height) in the stored slice at a position."""
        upper = bisect_right(self.keys, position_mm, key=lambda key: key.position_mm)
        if upper in (0, len(self.keys)):
            return self.keys[min(upper, len(self.keys) - 1)].rectangle
        below, above = self.keys[upper - 1], self.keys[upper]
        share = (position_mm - below.position_mm) / (above.position_mm - below.position_mm)
        column, row, width, height = (
            start + (end - start) * share for start, end in zip(below.rectangle, above.rectangle, strict=True)
        )
        return column, row, width, height

    def same_at(self, other: Roi, positions_mm: Iterable[float]) -> bool:
        """Whether both have the same rectangles at these positions, whatever the keys that they come from."""
        return self == other or all(
            abs(mine - its) < SAME_PX
            for position in positions_mm
            for mine, its in zip(self.at(position), other.at(position), strict=True)
        )

    def key_at(self, position_mm: float) -> KeyRectangle | None:
        """The key rectangle that was placed on the slice at a position, if there is one."""
        return next((key for key in self.keys if abs(key.position_mm - position_mm) <= POSITION_TOLERANCE_MM), None)

    def with_rectangle(self, position_mm: float, rectangle: Rectangle) -> Roi:
        """The ROI after a drag on the slice at a position: a single rectangle moves on every slice, one of several only
        there.

        Raises:
            RoiRefused: `rectangle` is invalid.
        """
        if len(self.keys) == 1:
            return Roi.everywhere(*rectangle, position_mm=position_mm)
        return self.with_key(position_mm, rectangle)

    def with_key(self, position_mm: float, rectangle: Rectangle) -> Roi:
        """This ROI with a key rectangle on the slice at a position, replacing one that is there already.

        Raises:
            RoiRefused: `rectangle` is invalid.
        """
        replaced = self.key_at(position_mm)
        others = (key for key in self.keys if key is not replaced)
        return Roi.of((*others, KeyRectangle(position_mm, *rectangle)))

    def without_key(self, position_mm: float) -> Roi:
        """This ROI without the key rectangle at a position; the last one stays."""
        replaced = self.key_at(position_mm)
        return Roi(tuple(key for key in self.keys if key is not replaced)) if len(self.keys) > 1 else self

    @staticmethod
    def of(keys: Iterable[KeyRectangle]) -> Roi:
        """An ROI from key rectangles in any order.

        Raises:
            RoiRefused: there is no rectangle, or two are on one slice.
        """
        return Roi(tuple(sorted(keys, key=lambda key: key.position_mm)))

    def require_inside(self, rows: int, columns: int) -> None:
        """Refuse an ROI that reaches outside a slice of `rows` x `columns` pixels.

        Between key rectangles that lie inside the slice, the interpolated ones do too.

        Raises:
            RoiRefused: a key rectangle reaches outside.
        """
        for key in self.keys:
            right, bottom = key.column + key.width, key.row + key.height
            if key.column < 0 or key.row < 0 or right > columns or bottom > rows:
                raise RoiRefused(
                    message(
                        "The ROI (columns {left:g} to {right:g}, rows {top:g} to {bottom:g}) reaches outside the slice "
                        "of {columns} x {rows} pixels: draw it over nasopharynx and clivus.",
                        left=key.column,
                        right=right,
                        top=key.row,
                        bottom=bottom,
                        columns=columns,
                        rows=rows,
                    )
                )


@dataclass(frozen=True)
class PositionRange:
    """The first and last slice judged, by position in mm.

    Raises:
        RangeRefused: `low_mm` is above `high_mm`, or one of them is not finite.
    """

    low_mm: float
    high_mm: float

    def __post_init__(self) -> None:
        if not (isfinite(self.low_mm) and isfinite(self.high_mm) and self.low_mm <= self.high_mm):
            raise RangeRefused(
                message(
                    "The range goes from {low_mm:g} to {high_mm:g} mm: give two positions, the lower first.",
                    low_mm=self.low_mm,
                    high_mm=self.high_mm,
                )
            )

    @property
    def middle_mm(self) -> float:
        """Halfway between the ends."""
        return (self.low_mm + self.high_mm) / 2

    def contains(self, position_mm: float) -> bool:
        """Whether a slice at this position is judged."""
        return self.low_mm - POSITION_TOLERANCE_MM <= position_mm <= self.high_mm + POSITION_TOLERANCE_MM

    def indices(self, positions_mm: Positions) -> tuple[int, ...]:
        """The slices judged, by index in their ascending positions. Each step of the window asks for them."""
        first = bisect_left(positions_mm, self.low_mm - POSITION_TOLERANCE_MM)
        return tuple(range(first, bisect_right(positions_mm, self.high_mm + POSITION_TOLERANCE_MM)))
