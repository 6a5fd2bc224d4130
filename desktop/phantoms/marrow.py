"""Uneven marrow of the clivus: more fat at one side, islands of fat or of dense bone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop.phantoms.bodies import Body, Hit, Points, cover
from desktop.phantoms.head import Head
from desktop.phantoms.solids import Box, Ellipsoid
from desktop.phantoms.textures import Floats

# Between the sides, from one to the other.
TILT_OVER_MM = 6.0
# A large sphenoid sinus or a vein leaves fatty places of up to a centimetre; bone islands are small.
FATTY_RADIUS_MM, DENSE_RADIUS_MM = (2.5, 6.0), (1.2, 3.0)
FATTY_HU, DENSE_HU = (-70.0, 40.0), (550.0, 1000.0)
DENSE_SHARE = 0.35


@dataclass(frozen=True)
class Marrow:
    """Marrow of `bone`, changed deeper than its cortex."""

    bone: Body
    cortex_mm: float
    tilt_hu: float
    islands: tuple[tuple[Ellipsoid, float], ...]  # and their HU

    def boxes(self) -> list[Box]:
        """One box round the bone."""
        boxes = [part.box() for part in self.bone.parts]
        return [(np.min([box[0] for box in boxes], axis=0), np.max([box[1] for box in boxes], axis=0))]

    def paint(self, image: Floats, at: Points, hits: Sequence[Hit]) -> None:
        """Change the marrow in `image` in place."""
        inside = cover(self.bone.distance(at), 1.1, self.cortex_mm)
        if self.tilt_hu:
            image += inside * np.float32(self.tilt_hu) * np.tanh(at.x * np.float32(1.0 / TILT_OVER_MM))
        for island, hu in self.islands:
            share = cover(island.distance(at.x, at.y, at.z) + np.float32(0.8) * at.coarse, 1.5)
            share *= inside
            image += share * (np.float32(hu) - image)


def uneven_marrow(head: Head, clivus: Body, rng: np.random.Generator) -> list[Marrow]:
    """The clivus' marrow where it is not even."""
    if not head.marrow_tilt_hu and not head.marrow_islands:
        return []
    islands = []
    for _ in range(head.marrow_islands):
        along, x = head.clivus_length * float(rng.uniform(0.2, 0.95)), float(rng.uniform(-10.0, 10.0))
        _, y, z = head.clivus_point(along, head.clivus_thickness(along) * float(rng.uniform(0.3, 0.7)))
        dense = rng.random() < DENSE_SHARE
        radius = rng.uniform(*(DENSE_RADIUS_MM if dense else FATTY_RADIUS_MM), 3)
        island = Ellipsoid((x, y + head.arch_mm(x), z), (float(radius[0]), float(radius[1]), float(radius[2])))
        islands.append((island, float(rng.uniform(*(DENSE_HU if dense else FATTY_HU)))))
    return [Marrow(clivus, head.cortex_mm, head.marrow_tilt_hu, tuple(islands))]
