"""What a reader measured: distances, angles and ellipses.

All lie in the patient, so that none belongs to one view, and all are moved in the same way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, Self

from desktop.fields import Unfit
from desktop.messages import message

Point = tuple[float, float, float]
"""Patient coordinates in mm, as in DICOM: towards the left, the back and the head (PS3.3 C.7.6.2.1.1)."""

Vector = tuple[float, float, float]
"""A way in the patient, in mm, along the same axes."""

LEAST_MM = 0.1
"""Lines, legs and half axes below this, a fraction of any pixel, are slips of the hand."""

_SQUARE = 1e-3
"""Cosine of the angle between the axes of an ellipse, at most: files are rounded."""


def way(start: Point, end: Point) -> Vector:
    """The way from one point to another."""
    return _plus(end, start, -1)


class Degenerate(Unfit):
    """A measurement that nothing can be measured by; the message is a clause that follows "because"."""


class Measurement(Protocol):
    """What can be done with every measurement."""

    @property
    def handles(self) -> tuple[Point, ...]:
        """The points that can be moved by themselves."""

    def moved(self, by: Vector, handle: int | None = None) -> Self:
        """Moved as a whole, or with one of its handles.

        Raises:
            Degenerate: nothing could be measured by it any more.
        """


@dataclass(frozen=True)
class Distance:
    """A straight line between two points.

    Raises:
        Degenerate: it is shorter than `LEAST_MM`.
    """

    start: Point
    end: Point

    def __post_init__(self) -> None:
        if self.mm < LEAST_MM:
            raise Degenerate(message("a distance needs {least} mm or more", least=LEAST_MM))

    @property
    def handles(self) -> tuple[Point, ...]:
        return self.start, self.end

    @property
    def mm(self) -> float:
        """Its length."""
        return math.dist(self.start, self.end)

    def moved(self, by: Vector, handle: int | None = None) -> Distance:
        return Distance(*_with(self.handles, by, handle))


@dataclass(frozen=True)
class Angle:
    """The angle at `apex` between the legs to two other points.

    Raises:
        Degenerate: a leg is shorter than `LEAST_MM`.
    """

    first: Point
    apex: Point
    last: Point

    def __post_init__(self) -> None:
        if min(math.dist(self.first, self.apex), math.dist(self.last, self.apex)) < LEAST_MM:
            raise Degenerate(message("an angle needs two legs of {least} mm or more", least=LEAST_MM))

    @property
    def handles(self) -> tuple[Point, ...]:
        return self.first, self.apex, self.last

    @property
    def degrees(self) -> float:
        """From 0 to 180."""
        one, other = way(self.apex, self.first), way(self.apex, self.last)
        cosine = _dot(one, other) / (math.hypot(*one) * math.hypot(*other))
        return math.degrees(math.acos(max(-1.0, min(cosine, 1.0))))

    def moved(self, by: Vector, handle: int | None = None) -> Angle:
        return Angle(*_with(self.handles, by, handle))


@dataclass(frozen=True)
class Ellipse:
    """An ellipse in any plane of the patient.

    Attributes:
        half_a, half_b: from the centre to the rim, at a right angle.

    Raises:
        Degenerate: a half axis is shorter than `LEAST_MM`, or there is no right angle between them.
    """

    centre: Point
    half_a: Vector
    half_b: Vector

    def __post_init__(self) -> None:
        a, b = math.hypot(*self.half_a), math.hypot(*self.half_b)
        if min(a, b) < LEAST_MM:
            raise Degenerate(message("an ellipse needs two half axes of {least} mm or more", least=LEAST_MM))
        if abs(_dot(self.half_a, self.half_b)) > _SQUARE * a * b:
            raise Degenerate(message("the half axes of an ellipse must be at a right angle"))

    @property
    def handles(self) -> tuple[Point, ...]:
        """Both ends of the one axis, then of the other."""
        return tuple(_plus(self.centre, way, sign) for way in (self.half_a, self.half_b) for sign in (1, -1))

    @property
    def area_mm2(self) -> float:
        """Of the figure, not of the pixels in it."""
        return math.pi * math.hypot(*self.half_a) * math.hypot(*self.half_b)

    def moved(self, by: Vector, handle: int | None = None) -> Ellipse:
        """With a handle, only its own axis changes, and the other end of that stays where it is."""
        if handle is None:
            return Ellipse(_plus(self.centre, by), self.half_a, self.half_b)
        axis, sign = handle // 2, (1, -1)[handle % 2]
        halves = [self.half_a, self.half_b]
        half = halves[axis]
        grown = _dot(by, half) / _dot(half, half) / 2  # as a share of the half axis
        halves[axis] = _plus(half, half, sign * grown)
        return Ellipse(_plus(self.centre, half, grown), *halves)


def _with(points: tuple[Point, ...], by: Vector, handle: int | None) -> list[Point]:
    return [_plus(point, by) if handle in (None, number) else point for number, point in enumerate(points)]


def _plus(point: Point, way: Vector, times: float = 1.0) -> Point:
    x, y, z = (one + times * other for one, other in zip(point, way, strict=True))
    return x, y, z


def _dot(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
