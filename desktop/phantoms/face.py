"""Nose, maxillary and ethmoid sinuses, orbits, jaw, cheek bone, teeth and tongue."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from desktop.phantoms.bodies import Body, Layer
from desktop.phantoms.head import Head
from desktop.phantoms.solids import Block, Ellipsoid, Part, Tube, Vector


@dataclass(frozen=True)
class Arch:
    """The line of a jaw's teeth at height z: from `front` it runs `depth` mm backwards at both sides."""

    half_width: float
    front: float
    depth: float
    z: float


TOOTH_ROWS = (Arch(20.0, -73.0, 31.0, -62.0), Arch(19.0, -70.0, 30.0, -74.0))
SPONGY = (Layer(0, 1000, 60, 60), Layer(1.3, 400, 100, 90))


def orbits(head: Head) -> list[Body]:
    """Bony orbit, fat, globe, optic nerve and rectus muscles."""
    bodies: list[Body] = []
    for s in (-1, 1):
        cone: tuple[Part, ...] = (Tube((s * 32, -52, 0), (s * 15, -20, 0), 17, 5),)
        open_front: tuple[Part, ...] = (Block((s * 32, -85, 0), (40, 27, 40), (0, 0, s * 18)),)
        bodies.append(Body("orbit wall", cone, (Layer(-1.8, 900, 60, 60),), carved=open_front, rough_coarse_mm=0.3))
        bodies.append(Body("orbit", cone, (Layer(0, head.fat_hu, 4, 4),), rough_coarse_mm=0.3))
        muscles: tuple[Part, ...] = tuple(
            Tube((s * 32 + dx, -54, dz), (s * 16, -22, 0), 1.9, 1.2)
            for dx, dz in ((11, 0), (-11, 0), (0, 11), (0, -11))
        )
        bodies.append(Body("eye muscles", muscles, (Layer(0, head.muscle_hu),)))
        bodies.append(Body("optic nerve", (Tube((s * 31, -50, 0), (s * 11, -14, 1), 2.2, 2.0),), (Layer(0, 38),)))
        lids = Ellipsoid((s * 32, -66, 0), (15, 6.5, 11))
        bodies.append(Body("eyelids", (lids,), (Layer(0, 40, 4, 8, edge_mm=2.0),)))
        bodies.append(Body("globe", (Ellipsoid((s * 32, -58.5, 0), (12, 12, 12)),), (Layer(0, 55), Layer(1.2, 12))))
        bodies.append(Body("lens", (Ellipsoid((s * 32, -67.5, 0), (4.5, 2, 4.5)),), (Layer(0, 95),)))
    return bodies


def upper_jaw(head: Head) -> list[Body]:
    """Alveolar arch, palate and the bone between the sinuses and the nose."""
    alveolus: list[Part] = _arch(Arch(19.0, -71.0, 33.0, -50.0), 4.8, (1.0, 1.0, 1.7), 5)
    alveolus.append(Tube((17, -66, -40), (15, -66, -18), 3.5, 2.5))
    alveolus.append(Tube((-17, -66, -40), (-15, -66, -18), 3.5, 2.5))
    palate: tuple[Part, ...] = (Block((0, -46, -44), (17, 25, 1.3)),)
    return [
        Body("maxilla", tuple(alveolus), SPONGY, rough_coarse_mm=0.5),
        Body("palate", palate, (Layer(0, 900, 60, 60),), rough_coarse_mm=0.4),
    ]


def sinuses(head: Head, rng: np.random.Generator) -> list[Body]:
    """Maxillary, ethmoid and frontal sinuses."""
    bodies: list[Body] = []
    for s in (-1, 1):
        w = float(rng.uniform(11, 14))
        tall = float(rng.uniform(14, 18))
        air: tuple[Part, ...] = (
            Ellipsoid((s * (17 + w), -52, -24), (w + 1, 15, tall), (0, 0, s * -20)),
            Ellipsoid((s * (16 + w * 0.7), -40, -25), (w * 0.75, 15, tall * 0.9), (0, 0, s * -8)),
            Ellipsoid((s * (16 + w), -48, -36), (w * 0.75, 13, 9)),
        )
        lining = float(rng.uniform(0.2, 0.8)) if rng.random() < 0.7 else float(rng.uniform(1.5, 6.0))
        bodies.append(
            Body(
                "maxillary sinus",
                air,
                (Layer(-1.3, 900, 60, 60), Layer(0, 32), Layer(lining, -980)),
                rough_coarse_mm=0.45,
            )
        )
    block: tuple[Part, ...] = (Block((0, -43, -3), (12, 19, 9)), Block((0, -43, 5), (9, 16, 4)))
    bodies.append(Body("ethmoid", block, (Layer(-0.8, 650, 60, 60), Layer(0.3, 40)), rough_coarse_mm=0.3))
    for s in (-1, 1):
        for n in range(8):
            cell = Ellipsoid(
                (
                    s * float(rng.uniform(6.0, 9.5)),
                    -56 + 8.6 * (n // 2) + float(rng.normal(0, 1.8)),
                    -8 + 9.5 * (n % 2) + float(rng.normal(0, 1.5)),
                ),
                (float(rng.uniform(4.0, 7.0)), float(rng.uniform(3.8, 7.5)), float(rng.uniform(4.5, 8.0))),
                (0, 0, float(rng.uniform(-40, 40))),
            )
            bodies.append(Body("ethmoid cell", (cell,), (Layer(-0.6, 420), Layer(0.2, -970)), rough_coarse_mm=0.5))
    frontal = Ellipsoid(
        (float(rng.uniform(-3, 3)), -67, 14), (float(rng.uniform(8, 20)), 3.5, float(rng.uniform(6, 12)))
    )
    bodies.append(Body("frontal sinus", (frontal,), (Layer(-1.5, 1000), Layer(0.3, -970)), rough_coarse_mm=0.8))
    return bodies


def nose(head: Head, rng: np.random.Generator, contrast: bool) -> list[Body]:
    """Nasal cavity with its septum and turbinates, nasal bones and nostrils."""
    mucosa = 78.0 if contrast else 42.0
    bodies = _passages(rng, mucosa) if head.shaped else _box_cavity(mucosa)
    nostrils: tuple[Part, ...] = (
        Tube((5, -66, -34), (6.5, -91, -44), 5.5, 4.5, (0.8, 1, 1)),
        Tube((-5, -66, -34), (-6.5, -91, -44), 5.5, 4.5, (0.8, 1, 1)),
    )
    bodies.append(Body("nostrils", nostrils, (Layer(0, -970),), rough_coarse_mm=0.5))
    bend = head.septum_bend
    septum: tuple[Part, ...] = (
        Tube((0, -22, -22), (bend, -50, -26), 1.3, 1.5, (1, 1, 14)),
        Tube((bend, -50, -26), (0, -88, -33), 1.5, 1.8, (1, 1, 10)),
    )
    bodies.append(Body("septum", septum, (Layer(0, mucosa + 10, 6, 6), Layer(0.9, 330)), rough_coarse_mm=0.25))
    cycle = float(rng.uniform(-0.8, 0.8))
    for s in (-1, 1):
        swell = 1.0 + 0.25 * cycle * s
        low = float(rng.uniform(4.6, 6.0)) * swell
        mid = float(rng.uniform(2.8, 4.0)) * swell
        lower = Tube((s * 8.8, -65, -36), (s * 9.5, -28, -35), low, low * 0.8, (1, 1, 1.45))
        middle = Tube((s * 6.0, -60, -20), (s * 7.5, -28, -22), mid, mid * 0.9, (1, 1, 2.2))
        for name, part, thick in (("lower turbinate", lower, low), ("middle turbinate", middle, mid)):
            bodies.append(Body(name, (part,), (Layer(0, mucosa, 8, 8), Layer(thick - 0.9, 380)), rough_coarse_mm=0.6))
    bones: tuple[Part, ...] = (
        Tube((3, -69, 2), (4, -84, -14), 1.8, 1.3),
        Tube((-3, -69, 2), (-4, -84, -14), 1.8, 1.3),
        Tube((8, -66, 2), (13, -66, -20), 2.0, 2.0),
        Tube((-8, -66, 2), (-13, -66, -20), 2.0, 2.0),
    )
    bodies.append(Body("nasal bones", bones, (Layer(0, 950),)))
    return bodies


def _box_cavity(mucosa: float) -> list[Body]:
    cavity: tuple[Part, ...] = (
        Block((0, -45, -32), (14.5, 25, 10.0)),
        Block((0, -44, -17), (8.5, 24, 10)),
    )
    choanae: tuple[Part, ...] = (Block((0, -10, -32), (12.5, 12, 9)),)
    walls = (Layer(-1.0, 500, 60, 60, edge_mm=1.5), Layer(0.0, mucosa))
    air: tuple[Part, ...] = (Block((0, -44, -32), (13.2, 25, 9.0)), Block((0, -43, -17), (7.5, 24, 10)))
    return [
        Body("nasal wall", cavity, walls, carved=choanae, rough_coarse_mm=0.6),
        Body("nasal cavity", air, (Layer(0, -970),), rough_coarse_mm=0.6),
    ]


def _passages(rng: np.random.Generator, mucosa: float) -> list[Body]:
    """Two passages, wide at the floor and narrow below the roof, that open through the choanae; swollen or wide."""
    parts: list[Part] = []
    wide, tall = float(rng.uniform(0.85, 1.15)), float(rng.uniform(0.9, 1.1))
    for s in (-1, 1):
        parts += [
            Tube((s * 6.5 * wide, -70, -37), (s * 7.0 * wide, -22, -35), 6.2 * wide, 6.8 * wide, (1, 1, 1.05 * tall)),
            Tube((s * 5.0 * wide, -68, -28), (s * 5.8 * wide, -22, -29), 4.6 * wide, 5.6 * wide, (1, 1, 1.5 * tall)),
            Tube((s * 3.4, -64, -17), (s * 3.6, -32, -15), 2.9, 2.7, (1, 1, 2.6 * tall)),
        ]
    choanae: tuple[Part, ...] = (Tube((0, -23, -32), (0, 4, -33), 11.5, 12.5, (1.2, 1, 1)),)
    swelling = float(rng.uniform(0.4, 2.2))
    walls = (Layer(-1.0, 520, 60, 60, edge_mm=1.5), Layer(0.0, mucosa, 6, 8))
    return [
        Body("nasal wall", tuple(parts), walls, carved=choanae, rough_coarse_mm=0.5),
        Body("nasal passages", tuple(parts), (Layer(swelling, -970, edge_mm=1.2),), rough_coarse_mm=0.5),
    ]


def jaw(head: Head) -> list[Body]:
    """Mandible with condyles, coronoids and teeth, zygomatic arch."""
    bone = (Layer(0, 1250, 60, 60), Layer(2.0, 380, 120, 120))
    bodies: list[Body] = []
    for s in (-1, 1):
        jaw_parts: tuple[Part, ...] = (
            Tube((s * 50, 0, -46), (s * 47, -5, -78), 3.0, 3.4, (1, 3.6, 1)),
            Tube((s * 49, 5, -44), (s * 50, 8, -28), 3.0, 3.2, (1, 1.3, 1)),
            Tube((s * 49, -8, -44), (s * 46, -16, -22), 3.0, 1.4, (1, 2.0, 1)),
            Tube((s * 46, -10, -82), (s * 26, -48, -88), 5.0, 5.0, (1, 1, 2.0)),
            Tube((s * 26, -48, -88), (0, -64, -88), 5.5, 5.5, (1, 1, 2.0)),
            Tube((s * 44, 10, -25), (s * 56, 8, -25), 4.0, 4.0),
        )
        bodies.append(Body("jaw", jaw_parts, bone, rough_coarse_mm=0.3))
        arch: tuple[Part, ...] = (
            Tube((s * 42, -56, -24), (s * 61, -34, -20), 4.0, 2.6, (1, 1, 1.9)),
            Tube((s * 61, -34, -20), (s * 65, -12, -19), 2.4, 2.0, (1, 1, 2.0)),
            Tube((s * 65, -12, -19), (s * 61, 8, -18), 2.0, 2.6, (1, 1, 2.0)),
            Tube((s * 50, -48, -22), (s * 48, -46, 6), 3.5, 2.6),
        )
        bodies.append(Body("zygoma", arch, bone, rough_coarse_mm=0.3))
    teeth = [part for row in TOOTH_ROWS for part in _arch(row, 3.2, (1, 1, 1.8), 7)]
    bodies.append(Body("teeth", tuple(teeth), (Layer(0, 1800), Layer(2.2, 1300))))
    return bodies


def dental_arch(arch: Arch, share: float) -> tuple[float, float]:
    """x and y of a point of a dental arch; `share` runs from -1 at its right end to 1 at its left."""
    angle = share * 1.45
    return (
        float(arch.half_width * np.sin(angle)),
        float(arch.front + arch.depth * (1 - np.cos(angle)) / (1 - np.cos(1.45))),
    )


def _arch(arch: Arch, radius: float, squash: Vector, count: int) -> list[Part]:
    """Pieces along a dental arch."""
    points = [dental_arch(arch, float(share)) for share in np.linspace(-1.0, 1.0, 2 * count + 1)]
    return [Tube((*one, arch.z), (*other, arch.z), radius, radius, squash) for one, other in itertools.pairwise(points)]
