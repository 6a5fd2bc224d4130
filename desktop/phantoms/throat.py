"""Airway from the choanae to the larynx, its walls, the muscles around it, vessels and glands."""

from __future__ import annotations

import itertools

import numpy as np

from desktop.phantoms.bodies import Body, Layer
from desktop.phantoms.head import Head
from desktop.phantoms.solids import Block, Ellipsoid, Part, Tube


def muscles(head: Head, rng: np.random.Generator) -> list[Body]:
    """Chewing muscles, parotids and the fat between them."""
    m = head.muscle_hu
    meat = (Layer(0, m, 5, 7, edge_mm=1.4),)
    bodies: list[Body] = []
    for s in (-1, 1):
        fat = head.parapharyngeal_fat
        gap = Tube((s * 21, -4, -22), (s * 25, -2, -66), 7.5 * fat, 8 * fat, (1, 1.7, 1))
        bodies.append(
            Body(
                "parapharyngeal fat",
                (gap,),
                (Layer(0, head.fat_hu + 8, 8, 12, edge_mm=2.0),),
                rough_coarse_mm=1.2,
            )
        )
        lateral_pterygoid: tuple[Part, ...] = (Tube((s * 20, -14, -29), (s * 46, 5, -27), 8.5, 4.5, (1, 1, 1.2)),)
        medial_pterygoid: tuple[Part, ...] = (Tube((s * 17, -10, -38), (s * 43, -1, -72), 6.5, 6, (1, 1.5, 1)),)
        masseter: tuple[Part, ...] = (Tube((s * 59, -26, -30), (s * 54, -12, -76), 5.5, 7, (1, 2.2, 1)),)
        temporalis: tuple[Part, ...] = (Tube((s * 49, -24, 20), (s * 47, -19, -34), 8, 5, (1, 2.0, 1)),)
        for name, parts in (
            ("lateral pterygoid", lateral_pterygoid),
            ("medial pterygoid", medial_pterygoid),
            ("masseter", masseter),
            ("temporalis", temporalis),
        ):
            bodies.append(Body(name, parts, meat, rough_coarse_mm=0.6))
        gland = float(rng.uniform(-25, 30)) + (20 if head.vessel_hu > 60 else 0)
        parotid: tuple[Part, ...] = (
            Ellipsoid((s * 59, 8, -48), (9, 15, 22)),
            Ellipsoid((s * 48, 14, -46), (9, 7, 18)),
        )
        bodies.append(Body("parotid", parotid, (Layer(0, gland, 14, 14, edge_mm=1.5),), rough_coarse_mm=1.0))
        neck: tuple[Part, ...] = (
            Tube((s * 52, 34, -50), (s * 50, 18, -130), 7, 9, (1.2, 2.0, 1)),
            Tube((s * 20, 66, -45), (s * 18, 70, -150), 14, 14, (1.1, 1.1, 1)),
            Tube((s * 40, 50, -52), (s * 36, 56, -150), 10, 11),
        )
        bodies.append(Body("neck muscles", neck, meat, rough_coarse_mm=1.0))
    return bodies


def tongue(head: Head) -> list[Body]:
    """Tongue, soft palate and floor of the mouth."""
    m = head.muscle_hu
    parts: tuple[Part, ...] = (Ellipsoid((0, -44, -70), (22, 28, 20)),)
    soft: tuple[Part, ...] = (
        Tube((0, -22, -44), (0, -8, -58), 3.6, 3.0, (3.2, 1, 1)),
        Ellipsoid((0, -6, -62), (4, 3.5, 6)),
    )
    return [
        Body("tongue", parts, (Layer(0, m - 6, 10, 14, edge_mm=2.0),), rough_coarse_mm=0.8),
        Body("soft palate", soft, (Layer(0, m - 6, 5, 5),), rough_coarse_mm=0.4),
    ]


def back_wall(head: Head, z: float) -> float:
    """y of the posterior wall of the airway at height z: in front of the clivus, then of the atlas."""
    b = head.basion
    front = head.clivus_front(max(z, b[2] - 2))[1]
    return float(min(front, b[1] - 11.0) - head.prevertebral_mm - (3.0 if z > -34 else 1.0))


def pharynx_wall(head: Head) -> Body:
    """Soft tissue round the nasopharynx, before the air is cut out of it."""
    w = head.airway_half_width
    wall: tuple[Part, ...] = (
        Block((0, -8, -33), (w + 6, 15, 12)),
        Tube((0, -6, -40), (0, -2, -110), w + 5, w + 6, (1.0, 0.9, 1)),
    )
    tissue = head.muscle_hu - 4
    return Body("pharynx wall", wall, (Layer(0, tissue, 5, 6, edge_mm=1.5),), rough_coarse_mm=1.0)


def prevertebral(head: Head) -> list[Body]:
    """The muscles between clivus, atlas and pharynx."""
    bodies: list[Body] = []
    b, thick = head.basion, head.prevertebral_muscle
    for s in (-1, 1):
        longus: tuple[Part, ...] = (
            Tube(
                (s * 7, *head.clivus_point(31, head.clivus_thickness(31) + 3)[1:]),
                (s * 9, b[1] - 13, b[2] - 12),
                4.0 * thick,
                4.6 * thick,
                (1.5, 1, 1),
            ),
            Tube((s * 9, b[1] - 13, b[2] - 12), (s * 11, b[1] - 10, b[2] - 90), 4.6 * thick, 5 * thick, (1.5, 1, 1)),
        )
        bodies.append(
            Body(
                "longus capitis",
                longus,
                (Layer(-0.6, head.fat_hu + 95, edge_mm=1.8), Layer(0, head.muscle_hu + 2, 4, 4)),
                rough_coarse_mm=0.9,
            )
        )
    return bodies


def airway(head: Head, rng: np.random.Generator) -> list[Body]:
    """Air of the nasopharynx with the two fossae behind the tori, and of the oropharynx."""
    w = head.airway_half_width
    y_back = back_wall(head, -32.0)
    depth = y_back + 22
    air: list[Part] = [
        Ellipsoid((0, (y_back - 22) / 2, -34), (w, depth / 2 + 1, 11.5 - head.adenoid_mm * 0.5), (12, 0, 0)),
        Block((0, -20, -33), (w * 0.95, 6, 9.5)),
        Tube((0, y_back - 7, -44), (0, b_y(head) - 24, -105), 6, 7, (1.3, 0.8, 1)),
    ]
    for k, s in enumerate((-1, 1)):
        air.append(
            Tube(
                (s * (w - 4), y_back - 4, -31),
                (s * (w + head.fossa[k] * 0.8), y_back - 2.5 + float(rng.uniform(-1, 1.5)), -30),
                2.6,
                1.2,
                (1, 1, 2.4),
            )
        )
    walls = (Layer(-1.0, head.mucosa_hu, 4, 4, edge_mm=1.4), Layer(0, -985))
    roof = Ellipsoid((float(rng.uniform(-2, 2)), y_back - 2, -25.5), (w * 0.9, 7, head.adenoid_mm + 1.5))
    lymphoid = Body(
        "adenoid",
        (roof,),
        (Layer(0, head.mucosa_hu, 4, 4), Layer(1.2, head.muscle_hu - 2, 4, 4)),
        rough_coarse_mm=0.7,
    )
    return [Body("airway", tuple(air), walls, rough_coarse_mm=0.45), *tori(head, y_back), lymphoid]


def tori(head: Head, y_back: float) -> list[Body]:
    """The two tori tubarii at the sides of air that ends at `y_back`."""
    bodies: list[Body] = []
    w = head.airway_half_width
    for k, s in enumerate((-1, 1)):
        r = head.torus[k]
        bodies.append(
            Body(
                "torus",
                (
                    Tube(
                        (s * (w + 1.5), y_back - 12, -30),
                        (s * (w + 0.5), y_back - 10, -42),
                        r,
                        r * 0.7,
                        (0.85, 1.15, 1),
                    ),
                ),
                (Layer(0, head.mucosa_hu, 4, 4), Layer(1.3, head.muscle_hu - 5, 4, 4, edge_mm=1.6)),
                rough_coarse_mm=0.8,
            )
        )
    return bodies


def b_y(head: Head) -> float:
    """y of the basion."""
    return head.basion[1]


def vessels(head: Head) -> list[Body]:
    """Carotids up to the skull, and jugular veins."""
    bodies: list[Body] = []
    b = head.basion
    for k, s in enumerate((-1, 1)):
        x, r = head.carotid_x[k], head.carotid_r[k]
        neck: tuple[Part, ...] = (Tube((s * (x + 2), b[1] - 8, -110), (s * x, b[1] - 12, -32), r + 0.3, r),)
        blood = Layer(0, head.vessel_hu)
        bodies.append(Body("carotid", neck, (Layer(-1.0, head.fat_hu + 80, edge_mm=1.6), blood)))
        vein = Tube((s * (x + 5), b[1] - 5, -36), (s * (x + 6), b[1] - 2, -120), r + 1.6, r + 2.4)
        bodies.append(
            Body(
                "jugular",
                (vein,),
                (Layer(0, head.vessel_hu * 0.85 if head.vessel_hu > 60 else head.vessel_hu),),
            )
        )
    return bodies


def carotids_within(head: Head) -> list[Body]:
    """Carotids in bone: canal, foramen lacerum, cavernous sinus and siphon."""
    bodies: list[Body] = []
    for k, s in enumerate((-1, 1)):
        x, r = head.carotid_x[k], head.carotid_r[k]
        course = [
            (s * x, head.basion[1] - 12, -32.0),
            (s * (x + 1), 12.0, -20.0),
            (s * 14.0, 1.0, -17.0),
            (s * 12.0, -1.0, -7.0),
            (s * 11.5, -13.0, -4.0),
            (s * 11.0, -8.0, 4.0),
        ]
        parts = tuple(Tube(p, q, r, r) for p, q in itertools.pairwise(course))
        bodies.append(Body("carotid within", parts, (Layer(-0.5, 60), Layer(0, head.vessel_hu))))
    return bodies


def spine(head: Head) -> list[Body]:
    """Atlas, axis with its dens, and styloids."""
    b = head.basion
    y, z = b[1], b[2]
    bone = (Layer(0, 1050, 60, 60), Layer(1.5, 380, 110, 90))
    arch = [(17 * np.sin(t), y + 4 - 15 * np.cos(t)) for t in np.linspace(-1.15, 1.15, 6)]
    back = [(20 * np.sin(t), y + 14 + 22 * np.cos(t)) for t in np.linspace(-1.4, 1.4, 6)]
    ring: list[Part] = []
    for line, r in ((arch, 3.0), (back, 2.8)):
        ring.extend(
            Tube((float(p[0]), float(p[1]), z - 17), (float(q[0]), float(q[1]), z - 17), r, r, (1, 1, 1.5))
            for p, q in itertools.pairwise(line)
        )
    for s in (-1, 1):
        ring.append(Ellipsoid((s * 18, y + 8, z - 16.5), (7.5, 9.5, 8)))
        ring.append(Tube((s * 24, y + 10, z - 18), (s * 37, y + 11, z - 19), 4, 3))
    dens: tuple[Part, ...] = (
        Tube((0, y + 0.5, z - 7 - 5), (0, y + 0.5, z - 36), 4.6, 5.6),
        Block((0, y + 1, z - 43), (10, 8, 9)),
        Ellipsoid((17, y + 8, z - 33), (8, 8, 6)),
        Ellipsoid((-17, y + 8, z - 33), (8, 8, 6)),
        Tube((15, y + 16, z - 40), (0, y + 42, z - 44), 4, 4),
        Tube((-15, y + 16, z - 40), (0, y + 42, z - 44), 4, 4),
        Block((0, y + 1, z - 64), (10, 8, 9)),
        Block((0, y + 1, z - 85), (10, 8, 9)),
    )
    styloid = tuple(Tube((s * 34, 17, -28), (s * 29, 4, -56), 1.9, 1.0) for s in (-1, 1))
    return [
        Body("atlas", tuple(ring), bone, rough_coarse_mm=0.4),
        Body("axis", dens, bone, rough_coarse_mm=0.4),
        Body("styloid", styloid, (Layer(0, 950),)),
    ]
