"""The rectangle over nasopharynx and clivus, and the range of slices."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from desktop.errors import InputRefused

TARGET_AREA_CM2 = 18.0
"""The paper's "approximately 18 cm2" (section "Image preprocessing and deep-learning analysis")."""

USUAL_AREA_CM2 = (14.0, 22.0)
"""Outside this the rectangle is probably not drawn as in the paper; the reader is told, not stopped."""

JUDGEABLE_AREA_CM2 = (6.0, 50.0)
"""Outside this a rectangle cannot hold nasopharynx and clivus, or they are lost in it: no verdict."""

POSITION_TOLERANCE_MM = 0.01
"""Positions are rounded in headers and files; a slice this close to an end of the range belongs to it."""


class RoiRefused(InputRefused):
    """A rectangle that cannot be judged."""


class RangeRefused(InputRefused):
    """A range that cannot be judged."""


@dataclass(frozen=True)
class Roi:
    """A rectangle in the stored slice, the same on every slice of the range.

    `column` and `row` are its left and upper edge in pixels counted from the image's outer corner (pixel i covers
    i to i + 1, so column=200, width=100 takes the pixels 200 to 299); fractions are allowed.

    Raises:
        RoiRefused: width or height is not above zero.
    """

    column: float
    row: float
    width: float
    height: float

    def __post_init__(self) -> None:
        if not (all(map(isfinite, self.rectangle)) and self.width > 0 and self.height > 0):
            raise RoiRefused(
                f"The ROI {self.rectangle} is no rectangle: column, row, width and height must be numbers, and the "
                "last two above zero."
            )

    @property
    def rectangle(self) -> tuple[float, float, float, float]:
        """(column, row, width, height)."""
        return self.column, self.row, self.width, self.height

    def area_cm2(self, row_mm: float, column_mm: float) -> float:
        """Area in cm2, for the distances between rows and between columns in mm."""
        return self.width * column_mm * self.height * row_mm / 100

    def require_inside(self, rows: int, columns: int) -> None:
        """Refuse a rectangle that reaches outside a slice of `rows` x `columns` pixels.

        Raises:
            RoiRefused: it does.
        """
        if self.column < 0 or self.row < 0 or self.column + self.width > columns or self.row + self.height > rows:
            raise RoiRefused(
                f"The ROI (columns {self.column:g} to {self.column + self.width:g}, rows {self.row:g} to "
                f"{self.row + self.height:g}) reaches outside the slice of {columns} x {rows} pixels: "
                "draw it over nasopharynx and clivus."
            )


@dataclass(frozen=True)
class PositionRange:
    """The first and last slice judged, by position in mm.

    Raises:
        RangeRefused: `low_mm` is above `high_mm`.
    """

    low_mm: float
    high_mm: float

    def __post_init__(self) -> None:
        if not (isfinite(self.low_mm) and isfinite(self.high_mm) and self.low_mm <= self.high_mm):
            raise RangeRefused(
                f"The range goes from {self.low_mm:g} to {self.high_mm:g} mm: give two positions, the lower first."
            )

    def contains(self, position_mm: float) -> bool:
        """Whether a slice at this position is judged."""
        return self.low_mm - POSITION_TOLERANCE_MM <= position_mm <= self.high_mm + POSITION_TOLERANCE_MM
