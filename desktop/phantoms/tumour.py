"""The nasopharyngeal mass and its effect on bone. Distributions: docs/architecture.md, "Phantoms".

The mass is drawn in the same way whether or not bone is invaded; invasion is a separate lesion painted over
bone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from desktop.phantoms.bodies import Body, Hit, Layer, Points, cover, union
from desktop.phantoms.head import Head
from desktop.phantoms.marks import Crossing
from desktop.phantoms.solids import Box, Ellipsoid, Part, Vector
from desktop.phantoms.textures import Floats

# Bone counts as invaded where its HU changed by this much inside the window in which slices are judged (level
# 60, width 600, paper): less drowns in noise and marrow grain. Tumour in marrow of the tumour's own HU, or
# dense bone turned denser, cannot be seen there by anybody, so no label may ask for it.
VISIBLE_HU = 100.0
WINDOW_HU = (-240.0, 360.0)
# A slice counts as invaded from this area of invaded bone on: about 6 x 2.5 mm, the smallest defect that a
# reader tells from partial volume and a vessel's canal at 4 mm thickness.
INVADED_AREA_MM2 = 15.0
TAPER_MM = 1.0


@dataclass(frozen=True)
class Mass:
    """One mass: where it rests on the clivus and how large it is."""

    side: int
    contact: Vector  # point of the clivus' anterior surface under the mass
    centre: Vector
    radii: Vector
    hu: float
    lobe: Vector | None  # a second focus towards the parapharyngeal space


def draw_mass(rng: np.random.Generator, head: Head, contrast: bool, crossed: Crossing) -> Mass:
    """Draw a mass on the clivus within the range, independent of whether it will invade."""
    side = int(rng.choice([-1, 1]))
    longest = float(np.clip(rng.lognormal(np.log(25.0), 0.3), 12.0, 45.0)) / 2
    height = float(rng.uniform(0.7, 1.0)) * longest
    deep = float(np.clip(rng.uniform(0.45, 0.75) * longest, 4.0, 15.0))
    x = side * float(rng.uniform(0.0, 12.0))
    share = float(rng.uniform(0.25, 0.75))
    low, high = crossed.clivus_z
    z = low + share * (high - low)
    front = head.clivus_front(z)
    contact = (x, front[1] + head.arch_mm(x), front[2])
    gap = float(rng.uniform(-1.5, 1.5))
    s = np.deg2rad(head.slope_deg)
    reach = 0.8 * deep + gap
    centre = (x * 1.1, contact[1] - reach * float(np.sin(s)), contact[2] - 0.6 * reach * float(np.cos(s)))
    lobe = (side * float(rng.uniform(14, 21)), float(rng.uniform(-10, 4)), z + float(rng.uniform(-4, 5)))
    return Mass(
        side,
        contact,
        centre,
        (longest, deep, height),
        float(rng.uniform(78, 118)) if contrast else float(rng.uniform(45, 65)),
        lobe if rng.random() < 0.5 else None,
    )


def mass_body(mass: Mass, toward: tuple[Vector, ...] = ()) -> Body:
    """Soft tissue of the mass; `toward`: foci that it also fills."""
    parts: list[Part] = [Ellipsoid(mass.centre, mass.radii, (0, 0, 10 * mass.side))]
    if mass.lobe is not None:
        parts.append(Ellipsoid(mass.lobe, (mass.radii[0] * 0.55, mass.radii[1] * 0.8, mass.radii[2] * 0.7)))
    parts.extend(Ellipsoid(p, (8, 7, 8)) for p in toward)
    return Body("mass", tuple(parts), (Layer(0, mass.hu, 4, 6, edge_mm=1.6),), rough_coarse_mm=1.3, rough_fine_mm=0.3)


@dataclass(frozen=True)
class Lesion:
    """Bone changed inside `parts`, where `bones` are, between the positions of `range_mm`."""

    kind: str  # 'erosion' | 'permeative' | 'sclerosis' | 'haze'
    parts: tuple[Part, ...]
    bones: tuple[Body, ...]
    hu: float
    strength: float
    range_mm: tuple[float, float]
    soft_mm: float = 2.0
    rough: float = 1.0
    hu_around: float = 55.0  # of the soft tissue beside the bone

    def share(self, at: Points, beyond_mm: float = 0.0) -> Floats:
        """How much of each point is changed bone, 0 .. 1; `beyond_mm` adds a rim outside the bone."""
        low, high = self.range_mm
        taper = float(np.clip(min(at.position_mm - low, high - at.position_mm) / TAPER_MM + 0.5, 0.0, 1.0))
        if taper == 0.0:
            return np.zeros_like(at.x)
        depth = union(self.parts, at)
        depth += at.coarse * np.float32(1.2 * self.rough)
        depth += at.fine * np.float32(0.4 * self.rough)
        share = cover(depth, self.soft_mm)
        bone = self.bones[0].distance(at)
        for body in self.bones[1:]:
            np.minimum(bone, body.distance(at), out=bone)
        share *= cover(bone, 0.9, -beyond_mm)
        share *= np.float32(taper)
        return share

    def boxes(self) -> list[Box]:
        """One box round the lesion."""
        boxes = [part.box() for part in self.parts]
        margin = 2.5 * 1.6 + self.soft_mm
        return [(np.min([b[0] for b in boxes], axis=0) - margin, np.max([b[1] for b in boxes], axis=0) + margin)]

    def paint(self, image: Floats, at: Points, hits: Sequence[Hit]) -> None:
        """Change the bone in `image` in place; air of a sinus stays air."""
        # Lysis takes the blurred rim of the cortex too; else half of it would stay as a line.
        share = self.share(at, 0.7 if self.kind in ("erosion", "permeative") else 0.0)
        share *= np.clip((image + np.float32(350.0)) * np.float32(0.01), 0.0, 1.0)
        share *= np.float32(self.strength)
        texture = at.coarse + np.float32(0.5) * at.fine
        if self.kind == "permeative":
            share *= np.clip((texture + np.float32(0.6)) * np.float32(2.5), 0.0, 1.0)
        if self.kind in ("sclerosis", "haze"):
            target = np.maximum(image, np.float32(self.hu) + np.float32(70.0) * texture)
        else:
            target = np.float32(self.hu) + np.float32(6.0) * texture
        target -= image
        target *= share
        image += target


@dataclass(frozen=True)
class Plan:
    """An invasion before it is fitted to the slices: pattern, lesions and the foci that the mass fills."""

    pattern: str
    lesions: tuple[Lesion, ...]
    foci: tuple[Vector, ...]


def draw_invasion(
    rng: np.random.Generator,
    head: Head,
    mass: Mass,
    bones: dict[str, tuple[Body, ...]],
    range_mm: tuple[float, float],
    crossed: Crossing,
) -> Plan:
    """Draw where and how the mass invades."""
    pattern = str(
        rng.choice(
            ["erosion", "permeative", "sclerosis", "pterygoid", "foraminal", "mixed"],
            p=[0.25, 0.18, 0.15, 0.12, 0.12, 0.18],
        )
    )
    x, y, z = mass.contact
    tall = float(rng.uniform(5.0, 10.0))
    depth = float(rng.uniform(4.0, 12.0))
    wide = float(rng.uniform(5.0, 12.0))
    y -= head.arch_mm(x)
    x = float(np.clip(x + rng.normal(0, 2), -9, 9))
    y += head.arch_mm(x)
    bite: tuple[Part, ...] = (Ellipsoid((x, y, z), (wide, depth, tall), (90 - head.slope_deg, 0, 0)),)
    fade = float(rng.uniform(0.85, 1.0))
    clival = bones["clivus"]

    def lesion(kind: str, parts: tuple[Part, ...], where: tuple[Body, ...]) -> Lesion:
        hu = float(rng.uniform(520, 900)) if kind == "sclerosis" else mass.hu
        return Lesion(kind, parts, where, hu, fade, range_mm, float(rng.uniform(1.2, 3.0)))

    if pattern in ("erosion", "permeative", "sclerosis"):
        return Plan(pattern, (lesion(pattern, bite, clival),), ())
    if pattern == "mixed":
        first, second = rng.permutation(["erosion", "permeative", "sclerosis"])[:2]
        shift = (float(rng.uniform(-8, 8)), float(rng.uniform(-1, 3)), float(rng.uniform(-3, 3)))
        other: tuple[Part, ...] = (
            Ellipsoid((x + shift[0], y + shift[1] + 1, z + shift[2]), (wide, depth * 1.2, tall)),
        )
        return Plan(pattern, (lesion(str(second), other, clival), lesion(str(first), bite, clival)), ())
    if pattern == "pterygoid":
        focus = (
            mass.side * float(rng.uniform(12, 17)),
            float(rng.uniform(-14, -10)),
            float(rng.uniform(-30, -22)) + crossed.pterygoid_shift_mm,
        )
        kind = str(rng.choice(["erosion", "permeative", "sclerosis"], p=[0.45, 0.35, 0.2]))
        where = bones["pterygoid"]
    else:
        focus = (
            mass.side * (head.clivus_width / 2 - float(rng.uniform(0, 4))),
            head.clivus_front(-24.0)[1] + head.arch_mm(head.clivus_width / 2 - 2.0) + float(rng.uniform(-4, 3)),
            float(rng.uniform(-25, -20)),
        )
        kind = str(rng.choice(["erosion", "permeative"]))
        where = bones["foramen"]
    parts: tuple[Part, ...] = (
        Ellipsoid(focus, (float(rng.uniform(6, 10)), float(rng.uniform(5, 9)), float(rng.uniform(6, 10)))),
    )
    return Plan(pattern, (lesion(kind, parts, where),), (focus,))


def contact_tissue(mass: Mass, lesions: tuple[Lesion, ...]) -> Body:
    """Tumour in front of the changed bone, where it has taken the fat plane's place."""
    parts = tuple(
        replace(p, radii=(p.radii[0] + 1.0, p.radii[1] + 1.0, p.radii[2] + 1.0))
        for lesion in lesions
        for p in lesion.parts
        if isinstance(p, Ellipsoid)
    )
    return Body("contact", parts, (Layer(0, mass.hu, 4, 6, edge_mm=2.0),), rough_coarse_mm=1.3)


def degenerative(
    rng: np.random.Generator, head: Head, clivus: Body, away_from: int, range_mm: tuple[float, float]
) -> Lesion:
    """Faint sclerosis without tumour contact: under the posterior cortex, on the side away from the mass."""
    along = head.clivus_length * float(rng.uniform(0.7, 0.95))
    x, y, z = head.clivus_point(along, float(rng.uniform(0.0, 2.5)), -away_from * float(rng.uniform(2, 10)))
    point = (x, y + head.arch_mm(x), z)
    part = Ellipsoid(point, (float(rng.uniform(4, 9)), float(rng.uniform(2, 4)), float(rng.uniform(3, 6))))
    return Lesion("haze", (part,), (clivus,), float(rng.uniform(320, 560)), 0.75, range_mm, 4.0, rough=0.3)


def notch(
    rng: np.random.Generator, head: Head, clivus: Body, range_mm: tuple[float, float], crossed: Crossing
) -> Lesion:
    """Fossa navicularis: a smooth midline pit of the anterior cortex, a variant that looks like erosion."""
    low, high = crossed.clivus_z
    z = low + float(rng.uniform(0.2, 0.7)) * (high - low)
    front = head.clivus_front(z)
    part = Ellipsoid(
        (float(rng.normal(0, 1)), front[1], front[2]),
        (float(rng.uniform(2.0, 4.0)), float(rng.uniform(1.5, 3.5)), float(rng.uniform(2.5, 5.0))),
    )
    return Lesion("erosion", (part,), (clivus,), head.muscle_hu - 5, 1.0, range_mm, 0.9, rough=0.15)


def larger(lesion: Lesion, factor: float) -> Lesion:
    """The same lesion with ellipsoids scaled."""
    parts = tuple(
        replace(p, radii=(p.radii[0] * factor, p.radii[1] * factor, p.radii[2] * factor))
        for p in lesion.parts
        if isinstance(p, Ellipsoid)
    )
    return replace(lesion, parts=parts, strength=min(1.0, lesion.strength * factor))
