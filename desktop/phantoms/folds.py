"""What breaks the smoothness of the vault: sulci of the brain and sutures of the skull."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop.phantoms.bodies import Points
from desktop.phantoms.solids import Vector
from desktop.phantoms.textures import Floats


@dataclass(frozen=True)
class Sulci:
    """Cerebrospinal fluid between gyri, along a gyroid: a surface that winds through space without crossing itself."""

    depth_mm: float
    reach_mm: float
    wave_mm: Vector
    half_width: float  # values of the gyroid, which runs from -1.5 to 1.5, at the wall of a sulcus
    hu: float
    edge_mm: float = 1.5

    def paint(self, image: Floats, depth: Floats, at: Points) -> None:
        """Draw over `image` in place, from the surface of the brain to the depth of a sulcus."""
        rows, columns = np.nonzero((depth < -self.depth_mm) & (depth > -self.reach_mm))
        if not len(rows):
            return
        bend = at.coarse[rows, columns] * np.float32(0.3)
        x, y, z = (
            axis[rows, columns] * np.float32(2 * np.pi / wave) + bend
            for axis, wave in zip((at.x, at.y, at.z), self.wave_mm, strict=True)
        )
        gyroid = np.sin(x) * np.cos(y) + np.sin(y) * np.cos(z) + np.sin(z) * np.cos(x)
        share = np.clip(np.float32(1.5) - np.abs(gyroid) * np.float32(1.5 / self.half_width), 0.0, 1.0)
        # They narrow towards their ends.
        share *= np.clip((depth[rows, columns] + np.float32(self.reach_mm)) * np.float32(0.2), 0.0, 1.0)
        image[rows, columns] += share * (np.float32(self.hu) - image[rows, columns])


@dataclass(frozen=True)
class Sutures:
    """Thin gaps in the skull along wavy planes, each given by its normal and a point."""

    depth_mm: float
    planes: tuple[tuple[Vector, Vector], ...]
    hu: float
    half_width_mm: float = 0.9
    wave_mm: float = 0.8
    edge_mm: float = 0.9

    def paint(self, image: Floats, depth: Floats, at: Points) -> None:
        """Draw over bone in `image` in place."""
        wall = (depth <= np.float32(-self.depth_mm)) & (depth > 0)
        rows, columns = np.nonzero(wall)
        if not len(rows):
            return
        x, y, z = (axis[rows, columns] for axis in (at.x, at.y, at.z))
        bend = np.float32(self.wave_mm) * at.coarse[rows, columns]
        near = np.full(x.shape, np.float32(self.half_width_mm))
        for normal, point in self.planes:
            offset = np.float32(np.dot(normal, point))
            away = np.float32(normal[0]) * np.abs(x) + np.float32(normal[1]) * y + np.float32(normal[2]) * z
            np.minimum(near, np.abs(away - offset + bend), out=near)
        share = np.float32(1.0) - near * np.float32(1.0 / self.half_width_mm)
        wall_hu = image[rows, columns]
        # Where the skull is thinner than that, scalp lies here and stays as it is.
        share *= np.clip((wall_hu - np.float32(self.hu)) * np.float32(0.005), 0.0, 1.0)
        image[rows, columns] += share * (np.float32(self.hu) - wall_hu)


SULCI = Sulci(depth_mm=1.8, reach_mm=16.0, wave_mm=(29.0, 26.0, 31.0), half_width=0.3, hu=5.0)
"""Gyri are about 11 mm wide; the sulci of a middle-aged brain 2 to 3 mm wide and 15 mm deep."""

SUTURES = Sutures(
    depth_mm=-9.0,
    planes=(
        ((0.0, 0.94, 0.34), (0.0, -28.0, 60.0)),  # coronal
        ((0.6, 0.7, 0.39), (38.0, 70.0, 25.0)),  # lambdoid
        ((0.45, 0.89, 0.0), (48.0, 44.0, -18.0)),  # occipitomastoid
        ((0.0, 0.35, 0.94), (62.0, 5.0, 22.0)),  # squamous
        ((0.5, -0.87, 0.0), (50.0, -22.0, 0.0)),  # sphenosquamous
    ),
    hu=250.0,
)
"""Mirrored at the midline, as `abs(x)` is used; as deep as the thickest skull."""
