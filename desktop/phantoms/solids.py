"""Solids with a signed distance in head coordinates: mm, negative inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from desktop.phantoms.textures import Floats

Vector = tuple[float, float, float]
Doubles = npt.NDArray[np.float64]
Box = tuple[Doubles, Doubles]


class Part(Protocol):
    """One primitive shape."""

    def distance(self, x: Floats, y: Floats, z: Floats) -> Floats:
        """Signed distance in mm, about right near the surface."""
        ...

    def box(self) -> tuple[Doubles, Doubles]:
        """Low and high corner of a box around the shape."""
        ...


@dataclass(frozen=True)
class Ellipsoid:
    """`turn_deg` turns it about the x, y and z axis in that order; coats are `thin` times thinner."""

    centre: Vector
    radii: Vector
    turn_deg: Vector = (0.0, 0.0, 0.0)
    thin: float = 1.0

    def distance(self, x: Floats, y: Floats, z: Floats) -> Floats:
        p: Floats
        q: Floats
        r: Floats
        dx, dy, dz = (
            x - np.float32(self.centre[0]),
            y - np.float32(self.centre[1]),
            z - np.float32(self.centre[2]),
        )
        a, b, c = (np.float32(1.0 / r) for r in self.radii)
        if any(self.turn_deg):
            m = (rotation(*self.turn_deg).T / np.asarray(self.radii)[:, None]).astype(np.float32)
            p, q, r = (row[0] * dx + row[1] * dy + row[2] * dz for row in m)
        else:
            dx *= a
            dy *= b
            dz *= c
            p, q, r = dx, dy, dz
        p *= p
        q *= q
        r *= r
        p += q
        p += r
        np.sqrt(p, out=p)
        p -= np.float32(1.0)
        p *= np.float32(_edge_scale(self.radii) * self.thin)
        return p

    def box(self) -> tuple[Doubles, Doubles]:
        centre = np.asarray(self.centre)
        if any(self.turn_deg):
            half = np.sqrt(((rotation(*self.turn_deg) * np.asarray(self.radii)) ** 2).sum(axis=1))
        else:
            half = np.asarray(self.radii)
        return centre - half, centre + half


def _edge_scale(radii: Vector) -> float:
    # Exact along the shortest axis of a plate, the mean for something nearly round.
    low = min(radii)
    mean = float(np.prod(radii)) ** (1.0 / 3.0)
    return mean if mean < 1.35 * low else 1.15 * low


@dataclass(frozen=True)
class Block:
    """A box with half sizes `half`, turned like an ellipsoid."""

    centre: Vector
    half: Vector
    turn_deg: Vector = (0.0, 0.0, 0.0)

    def distance(self, x: Floats, y: Floats, z: Floats) -> Floats:
        p: Floats
        q: Floats
        r: Floats
        dx, dy, dz = (
            x - np.float32(self.centre[0]),
            y - np.float32(self.centre[1]),
            z - np.float32(self.centre[2]),
        )
        if any(self.turn_deg):
            m = rotation(*self.turn_deg).T.astype(np.float32)
            p, q, r = (row[0] * dx + row[1] * dy + row[2] * dz for row in m)
        else:
            p, q, r = dx, dy, dz
        for side, half in zip((p, q, r), self.half, strict=True):
            np.abs(side, out=side)
            side -= np.float32(half)
        np.maximum(p, q, out=p)
        np.maximum(p, r, out=p)
        return p

    def box(self) -> tuple[Doubles, Doubles]:
        centre = np.asarray(self.centre)
        half = np.abs(rotation(*self.turn_deg)) @ np.asarray(self.half)
        return centre - half, centre + half


@dataclass(frozen=True)
class Tube:
    """A capsule from `start` to `end`, radius `r0` to `r1`; `squash` > 1 widens it along an axis."""

    start: Vector
    end: Vector
    r0: float
    r1: float
    squash: Vector = (1.0, 1.0, 1.0)

    def distance(self, x: Floats, y: Floats, z: Floats) -> Floats:
        s = np.asarray(self.squash)
        a = np.asarray(self.start) / s
        d = np.asarray(self.end) / s - a
        length2 = max(float(d @ d), 1e-6)
        px = x * np.float32(1.0 / s[0])
        py = y * np.float32(1.0 / s[1])
        pz = z * np.float32(1.0 / s[2])
        px -= np.float32(a[0])
        py -= np.float32(a[1])
        pz -= np.float32(a[2])
        h = px * np.float32(d[0] / length2)
        h += py * np.float32(d[1] / length2)
        h += pz * np.float32(d[2] / length2)
        np.clip(h, 0.0, 1.0, out=h)
        px -= h * np.float32(d[0])
        py -= h * np.float32(d[1])
        pz -= h * np.float32(d[2])
        px *= px
        py *= py
        pz *= pz
        px += py
        px += pz
        np.sqrt(px, out=px)
        h *= np.float32(self.r1 - self.r0)
        h += np.float32(self.r0)
        px -= h
        return px

    def box(self) -> tuple[Doubles, Doubles]:
        ends = np.asarray([self.start, self.end])
        reach = max(self.r0, self.r1) * np.asarray(self.squash)
        return ends.min(axis=0) - reach, ends.max(axis=0) + reach


@dataclass(frozen=True)
class Wedge:
    """The points with normal . p <= offset for all faces, edges rounded; `corners` bound it."""

    normals: tuple[Vector, ...]
    offsets: tuple[float, ...]
    corners: tuple[Vector, ...]
    rounding_mm: float = 0.0

    def distance(self, x: Floats, y: Floats, z: Floats) -> Floats:
        return half_spaces(self.normals, self.offsets, x, y, z, self.rounding_mm)

    def box(self) -> tuple[Doubles, Doubles]:
        corners = np.asarray(self.corners)
        return corners.min(axis=0), corners.max(axis=0)


def half_spaces(
    normals: tuple[Vector, ...],
    offsets: tuple[float, ...],
    x: Floats,
    y: Floats,
    z: Floats,
    rounding_mm: float = 0.0,
) -> Floats:
    """Greatest of normal . p - offset over the faces; `rounding_mm` blends the faces where they meet."""
    worst: Floats | None = None
    for normal, offset in zip(normals, offsets, strict=True):
        face = np.full(x.shape, -offset, dtype=np.float32)
        for axis, factor in zip((x, y, z), normal, strict=True):
            if factor:
                face += axis * np.float32(factor)
        if worst is None:
            worst = face
        elif rounding_mm:
            near = np.maximum(np.float32(rounding_mm) - np.abs(worst - face), np.float32(0.0))
            np.maximum(worst, face, out=worst)
            worst += near * near * np.float32(0.25 / rounding_mm)
        else:
            np.maximum(worst, face, out=worst)
    assert worst is not None
    return worst


@dataclass(frozen=True)
class Clipped:
    """The part of `part` with normal . p <= offset for every face.

    `thin` shrinks what coats the faces by that factor, where bone is thinner than elsewhere.
    """

    part: Part
    normals: tuple[Vector, ...]
    offsets: tuple[float, ...]
    thin: float = 1.0

    def distance(self, x: Floats, y: Floats, z: Floats) -> Floats:
        inner = self.part.distance(x, y, z)
        faces = half_spaces(self.normals, self.offsets, x, y, z)
        if self.thin != 1.0:
            faces *= np.float32(self.thin)
        return np.maximum(inner, faces, out=inner)

    def box(self) -> tuple[Doubles, Doubles]:
        low, high = (np.array(corner) for corner in self.part.box())
        for normal, offset in zip(self.normals, self.offsets, strict=True):
            axis = int(np.argmax(np.abs(normal)))
            if np.count_nonzero(normal) == 1:
                if normal[axis] > 0:
                    high[axis] = min(high[axis], offset / normal[axis])
                else:
                    low[axis] = max(low[axis], offset / normal[axis])
        return low, high


@dataclass(frozen=True)
class Arched:
    """`part` bent backwards by `per_mm` times the squared distance from the midline, as far as `wide_mm` from it."""

    part: Part
    per_mm: float
    wide_mm: float

    def distance(self, x: Floats, y: Floats, z: Floats) -> Floats:
        off = np.minimum(np.abs(x), np.float32(self.wide_mm))
        off *= off
        off *= np.float32(-self.per_mm)
        off += y
        return self.part.distance(x, off, z)

    def box(self) -> tuple[Doubles, Doubles]:
        low, high = (np.array(corner) for corner in self.part.box())
        high[1] += self.per_mm * min(self.wide_mm, max(abs(low[0]), abs(high[0]))) ** 2
        return low, high


@dataclass(frozen=True)
class Common:
    """What two parts have in common; `thin` shrinks what coats the second, where bone is thinner than elsewhere."""

    first: Part
    second: Part
    thin: float = 1.0

    def distance(self, x: Floats, y: Floats, z: Floats) -> Floats:
        inner = self.first.distance(x, y, z)
        other = self.second.distance(x, y, z)
        other *= np.float32(self.thin)
        return np.maximum(inner, other, out=inner)

    def box(self) -> tuple[Doubles, Doubles]:
        return self.first.box()


def rotation(x_deg: float, y_deg: float, z_deg: float) -> Doubles:
    """Rotation matrix about x, then y, then z."""
    a, b, c = np.deg2rad([x_deg, y_deg, z_deg])
    rx = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    ry = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    rz = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    turned: Doubles = rz @ ry @ rx
    return turned
