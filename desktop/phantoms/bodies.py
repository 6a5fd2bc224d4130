"""Bodies made of solids, and how they are painted over an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from desktop.phantoms.solids import Box, Part
from desktop.phantoms.textures import Floats

# Number of a box and the rows and columns of the image at hand that it covers.
Hit = tuple[int, slice, slice]
FAR_MM = 60.0


class Points(Protocol):
    """Points at which shapes are sampled: head coordinates in mm and two textures, arrays of one shape."""

    x: Floats
    y: Floats
    z: Floats
    fine: Floats
    coarse: Floats
    position_mm: float


class Paintable(Protocol):
    """Something drawn over an image."""

    def boxes(self) -> list[Box]:
        """Boxes round everything painted, in head coordinates without the warp; `Hit` numbers them."""
        ...

    def paint(self, image: Floats, at: Points, hits: Sequence[Hit]) -> None:
        """Draw over `image` in place; `hits` are the boxes that reach into it."""
        ...


class Coat(Protocol):
    """Paint that depends on the depth below a body's surface."""

    @property
    def depth_mm(self) -> float:
        """Where it begins; negative outside the surface."""
        ...

    @property
    def edge_mm(self) -> float:
        """Width of its edge."""
        ...

    def paint(self, image: Floats, depth: Floats, at: Points) -> None:
        """Draw over `image` in place; `depth` is the signed distance to the surface in mm."""
        ...


@dataclass(frozen=True)
class Layer:
    """Paint of everything deeper than `depth_mm` (negative: a coat outside the surface).

    HU is `hu` plus the textures times `fine_hu` and `coarse_hu`; where `cells` is above 0 that share of the
    volume, in the texture's blobs, has `cell_hu` instead.
    """

    depth_mm: float
    hu: float
    fine_hu: float = 0.0
    coarse_hu: float = 0.0
    cells: float = 0.0
    cell_hu: float = -950.0
    edge_mm: float = 0.9

    def paint(self, image: Floats, depth: Floats, at: Points) -> None:
        """Draw over `image` in place."""
        share = cover(depth, self.edge_mm, self.depth_mm)
        if self.fine_hu or self.coarse_hu or self.cells:
            hu = at.fine * np.float32(self.fine_hu)
            if self.coarse_hu:
                hu += at.coarse * np.float32(self.coarse_hu)
            hu += np.float32(self.hu)
            if self.cells:
                level = np.float32(1.35 - 2.7 * self.cells)
                hole = np.clip((at.coarse + np.float32(0.35) * at.fine - level) * np.float32(3.0), 0.0, 1.0)
                hu += hole * (np.float32(self.cell_hu) - hu)
            hu -= image
            hu *= share
            image += hu
        else:
            share_hu = np.float32(self.hu) - image
            share_hu *= share
            image += share_hu


@dataclass(frozen=True)
class Body:
    """Union of `parts` less `carved`, its surface made uneven by the textures (mm), painted in `layers`."""

    name: str
    parts: tuple[Part, ...]
    layers: tuple[Coat, ...]
    carved: tuple[Part, ...] = ()
    rough_fine_mm: float = 0.0
    rough_coarse_mm: float = 0.0

    def distance(self, at: Points) -> Floats:
        """Signed distance in mm of the union."""
        return self._finish(union(self.parts, at), at)

    def _finish(self, depth: Floats, at: Points) -> Floats:
        for part in self.carved:
            np.maximum(depth, -part.distance(at.x, at.y, at.z), out=depth)
        if self.rough_fine_mm:
            depth += at.fine * np.float32(self.rough_fine_mm)
        if self.rough_coarse_mm:
            depth += at.coarse * np.float32(self.rough_coarse_mm)
        return depth

    def boxes(self) -> list[Box]:
        """One box for each part."""
        coat = max([0.0] + [layer.edge_mm / 2 - layer.depth_mm for layer in self.layers])
        margin = coat + 2.5 * (self.rough_fine_mm + self.rough_coarse_mm)
        return [(low - margin, high + margin) for low, high in (part.box() for part in self.parts)]

    def paint(self, image: Floats, at: Points, hits: Sequence[Hit]) -> None:
        """Draw the body over `image` in place."""
        if len(self.parts) == 1:
            depth = self.parts[0].distance(at.x, at.y, at.z)
        else:
            depth = np.full(image.shape, FAR_MM, dtype=np.float32)
            for number, *cut in hits:
                near = depth[tuple(cut)]
                part = self.parts[number]
                np.minimum(near, part.distance(*(a[tuple(cut)] for a in (at.x, at.y, at.z))), out=near)
        depth = self._finish(depth, at)
        for layer in self.layers:
            layer.paint(image, depth, at)


def union(parts: Sequence[Part], at: Points) -> Floats:
    """Signed distance of the nearest part."""
    depth = parts[0].distance(at.x, at.y, at.z)
    for part in parts[1:]:
        np.minimum(depth, part.distance(at.x, at.y, at.z), out=depth)
    return depth


def cover(depth: Floats, edge_mm: float, offset_mm: float = 0.0) -> Floats:
    """Share of a pixel covered, 0 .. 1, from the distance to the surface at `offset_mm` depth."""
    share = depth * np.float32(-1.0 / edge_mm)
    share += np.float32(0.5 - offset_mm / edge_mm)
    return np.clip(share, 0.0, 1.0, out=share)
