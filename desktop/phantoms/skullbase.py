"""Clivus, sphenoid, petrous bones, condyles and pterygoid processes."""

from __future__ import annotations

import numpy as np

from desktop.phantoms.bodies import Body, Layer
from desktop.phantoms.head import Head
from desktop.phantoms.solids import Arched, Block, Clipped, Ellipsoid, Part, Tube, Vector, Wedge


def bone_layers(head: Head, cortex_mm: float | None = None, marrow_hu: float | None = None) -> tuple[Layer, ...]:
    """Cortex and grainy marrow."""
    cortex = head.cortex_mm if cortex_mm is None else cortex_mm
    marrow = head.marrow_hu if marrow_hu is None else marrow_hu
    return (
        Layer(0, head.cortex_hu, 60, 60),
        Layer(cortex, marrow, head.marrow_grain_hu, 0.8 * head.marrow_grain_hu, edge_mm=1.1),
    )


def clivus_solid(head: Head) -> Wedge:
    """The clivus without its surroundings: a slab that thins downwards."""
    s = np.deg2rad(head.slope_deg)
    down = np.array([0.0, np.cos(s), -np.sin(s)])
    front = np.array([0.0, -np.sin(s), -np.cos(s)])
    top = np.asarray(head.dorsum)
    tip = np.asarray(head.basion)
    a0, a1 = top + front * head.thick_above, tip + front * head.thick_below
    along = (a1 - a0) / np.linalg.norm(a1 - a0)
    face = np.array([0.0, along[2], -along[1]])
    face = face if face @ front > 0 else -face
    half = head.clivus_width / 2
    lean = np.deg2rad(head.clivus_lean_deg)
    sides = [np.array([k * np.cos(lean), *(-np.sin(lean) * down[1:])]) for k in (-1.0, 1.0)]
    middle = 0.5 * (top + tip)
    normals = [-front, face, -down, down, *sides]
    offsets = [
        float(-front @ top),
        float(face @ a0),
        float(-down @ top),
        float(down @ (tip + down)),
        *(float(n @ (middle + np.array([k * half, 0, 0]))) for n, k in zip(sides, (-1.0, 1.0), strict=True)),
    ]
    wide = half + 4
    corners = [(k * wide, float(p[1]), float(p[2])) for p in (top, tip + down, a0, a1 + down) for k in (-1, 1)]
    as_vector = [(float(n[0]), float(n[1]), float(n[2])) for n in normals]
    return Wedge(tuple(as_vector), tuple(offsets), tuple(corners), rounding_mm=5.0)


def sinus_parts(head: Head, rng: np.random.Generator) -> tuple[Part, ...]:
    """Air of the sphenoid sinus: two unequal cells over the floor, sometimes reaching into the clivus."""
    share = float(rng.uniform(0.38, 0.62))
    width = 2 * head.sinus_half_width
    height = float(rng.uniform(8.0, 10.5))
    parts: list[Part] = []
    left = -head.sinus_half_width
    for portion in (share, 1 - share):
        half = width * portion / 2 - 0.4
        depth = float(rng.uniform(11.0, 15.0)) * head.sinus_depth
        parts.append(
            Ellipsoid(
                (left + half, -17 + float(rng.uniform(-1, 2)), head.sinus_floor + height),
                (half * 1.25, depth, height),
            )
        )
        left += width * portion
    if head.sinus_recess:
        along = float(rng.uniform(9, 13))
        parts.append(
            Ellipsoid(
                head.clivus_point(along, head.clivus_thickness(along) * 0.62, float(rng.uniform(-4, 4))),
                (float(rng.uniform(4, 7)), 5.0, 6.0),
            )
        )
    return tuple(parts)


def base_bones(head: Head, rng: np.random.Generator) -> tuple[list[Body], Body]:
    """Bones of the base in painting order, and the clivus with the sphenoid body among them."""
    b = head.basion
    body_floor = head.sinus_floor - float(rng.uniform(2.0, 4.0))
    # Rounded below, as the rostrum is, and long enough to leave no gap before the clivus.
    half = 0.5 * (1.0 - body_floor)
    back = head.clivus_front(head.sinus_floor)[1] + 1.0
    wide = min(head.sinus_half_width + 4.0, 17.5) / half
    sphenoid = Tube((0, -22, 1.0 - half), (0, back, 1.0 - half), half, half, (wide, 1.0, 1.0))
    slab: Part = clivus_solid(head)
    if head.clivus_arch_per_mm:
        slab = Arched(slab, head.clivus_arch_per_mm, head.clivus_width / 2 + 3.0)
    clivus = Body("clivus", (slab, sphenoid), bone_layers(head), rough_fine_mm=0.1, rough_coarse_mm=0.3)
    bodies: list[Body] = []
    for k, side in enumerate((-1, 1)):
        apex: Vector = (side * (head.clivus_width / 2 + 2.5), head.clivus_point(20, 3)[1] - 3, -15)
        outer: Vector = (side * 52, 26, -14)
        middle: Vector = (side * 32, 13, -13)
        bodies.append(
            Body(
                "petrous",
                (Tube(middle, outer, 10, 14, (1, 1, 1.05)), Tube(apex, middle, 5.5, 9)),
                (Layer(0, 1150, 60, 80), Layer(2.0, 900, 120, 170)),
                rough_coarse_mm=0.9,
            )
        )
        air = head.petrous_air[k]
        tip = Tube(apex, ((apex[0] + middle[0]) / 2, apex[1] + 3, -15), 3.0, 4.0)
        bodies.append(
            Body(
                "petrous apex",
                (tip,),
                (Layer(0, 420, 90, 90, cells=0.55 if air else 0.0),),
                rough_coarse_mm=0.6,
            )
        )
        canals: tuple[Part, ...] = (
            Tube((side * 16, 17, -13), (side * 30, 17, -12), 2.6, 2.2),
            Ellipsoid((side * 47, 15, -15), (4, 6, 6)),
            Ellipsoid((side * 34, 9, -13), (2.5, 2.5, 1.6)),
        )
        bodies.append(Body("ear canals", canals, (Layer(0, 15),)))
        bodies.append(
            Body(
                "ear air",
                (
                    Ellipsoid((side * 47, 15, -15), (2.5, 5, 5)),
                    Tube((side * 48, 17, -20), (side * 92, 20, -22), 3.0, 3.6),
                ),
                (Layer(0, -900),),
            )
        )
        mastoid: tuple[Part, ...] = (
            Ellipsoid((side * 56, 32, -20), (12, 16, 14)),
            Tube((side * 55, 28, -25), (side * 52, 28, -47), 9, 5),
        )
        bodies.append(
            Body(
                "mastoid",
                mastoid,
                (Layer(0, 1100, 60, 60), Layer(1.6, 500, 120, 100, cells=head.mastoid_air)),
                rough_coarse_mm=0.8,
            )
        )
        condyle = Ellipsoid((side * 14, b[1] + 8, b[2] - 3.5), (5.5, 10.5, 6.5), (0, 0, side * 28))
        jugular_wall = Tube((side * 16, b[1] + 3, b[2] + 3), (side * 26, b[1] + 10, b[2] + 4), 4.5, 5)
        bodies.append(Body("condyle", (condyle, jugular_wall), bone_layers(head, marrow_hu=380), rough_coarse_mm=0.4))
        wing: tuple[Part, ...] = (
            Tube((side * 16, -16, -17), (side * 38, -24, -15), 3.5, 2.5, (1, 1.4, 1)),
            Tube((side * 38, -24, -15), (side * 60, -28, -4), 2.5, 2.5, (1, 1.3, 1.6)),
        )
        bodies.append(Body("greater wing", wing, bone_layers(head, 1.2, 350), rough_coarse_mm=0.4))
        bodies.append(
            Body(
                "foramen ovale",
                (Tube((side * 24, -7, -26), (side * 23, -6, -10), 2.6, 2.3, (1, 1.4, 1)),),
                (Layer(0, 30, edge_mm=1.2),),
            )
        )
    bodies.append(clivus)
    bodies.extend(_fissures(head, rng))
    return bodies, clivus


def _fissures(head: Head, rng: np.random.Generator) -> list[Body]:
    """Gaps beside the clivus: petro-occipital fissure, foramina lacerum and jugulare, hypoglossal canal."""
    b = head.basion
    bodies: list[Body] = []
    for side in (-1, 1):
        edge = head.clivus_width / 2
        middle = head.clivus_point(head.clivus_length * 0.55, 3.0)
        size = float(rng.uniform(0.7, 1.3))
        back = head.arch_mm(edge)
        fissure = Block((side * (edge + 2.0), middle[1] + back, middle[2]), (0.75 * size, 7, 7), (0, 0, side * -25))
        lacerum = Ellipsoid(
            (side * (edge + 1.0), head.clivus_front(-20.0)[1] - 2 + back, -21), (3.4 * size, 4.2 * size, 4.0)
        )
        bodies.append(Body("fissure", (fissure, lacerum), (Layer(0, 70, 10, 20, edge_mm=1.3),), rough_coarse_mm=0.4))
        jugular = Ellipsoid((side * 25, b[1] - 2, b[2] + 6), (5.0 * size, 3.8, 8))
        bodies.append(
            Body(
                "jugular foramen",
                (jugular,),
                (Layer(0, head.vessel_hu * 0.85, edge_mm=1.2),),
                rough_coarse_mm=0.4,
            )
        )
        canal = Tube((side * 8, b[1] + 8, b[2] + 2), (side * 19, b[1] + 1, b[2] + 2), 1.6, 1.8)
        bodies.append(Body("hypoglossal canal", (canal,), (Layer(0, 40, edge_mm=1.2),)))
    return bodies


def fat_plane(head: Head, clivus: Body, hu: float) -> Body:
    """Thin plane in front of the clivus' cortex; gone where the lesion's own tissue is painted over it."""
    thick = head.plane_mm
    return Body("prevertebral plane", clivus.parts[:1], (Layer(-thick, hu, 10, 14, edge_mm=1.6),), rough_coarse_mm=0.5)


def pterygoids(head: Head, rng: np.random.Generator) -> list[Body]:
    """The two pterygoid processes: base, medial and lateral plate."""
    bodies: list[Body] = []
    for side in (-1, 1):
        thick = float(rng.uniform(0.9, 1.5)) * head.plate
        x = float(rng.uniform(12.0, 14.5))
        inward, outward = float(rng.normal(3, 5)), float(rng.normal(38, 9))
        long = float(rng.uniform(6.5, 9.5))
        turns: tuple[Vector, ...] = ((0, 0, side * 15), (0, side * 4, side * inward), (0, side * -6, -side * outward))
        base, medial, lateral = (
            (side * (x + 1.5), -15, -20),
            (side * (x - 1), -12.5, -34),
            (side * (x + 5.5), -10.5, -34),
        )
        front = (side * (x + 1), -18, -34)
        parts: tuple[Part, ...]
        if head.shaped:
            parts = (
                Ellipsoid(base, (6.0, 6.0, 7.0), turns[0]),
                Ellipsoid(medial, (1.3 * thick, 8.5, 14), turns[1]),
                Ellipsoid(lateral, (1.3 * thick, 1.2 * long, 13), turns[2]),
                Ellipsoid(front, (4.5, 1.9, 14)),
            )
        else:
            parts = (
                Block(base, (4.5, 4.5, 5), turns[0]),
                Block(medial, (thick, 7, 12), turns[1]),
                Block(lateral, (thick, long, 11), turns[2]),
                Block(front, (3.5, 1.6, 12)),
            )
        bodies.append(
            Body(
                "pterygoid",
                parts,
                (Layer(0, 1000, 60, 60), Layer(1.3, 420, 90, 60)),
                rough_coarse_mm=0.3,
            )
        )
    return bodies


def sinus(head: Head, rng: np.random.Generator, contrast: bool) -> list[Body]:
    """Sphenoid sinus: thin walls (the later cell's is the septum), mucosa, air; some with thick mucosa."""
    mucosa = float(rng.uniform(0.2, 0.8)) if rng.random() < 0.8 else float(rng.uniform(1.5, 4.0))
    lining = 45.0 if contrast else 30.0
    walls = (Layer(-0.9, 700, 60, 60), Layer(0, lining))
    parts = sinus_parts(head, rng)
    if head.sinus == "absent":
        return []
    if head.sinus == "small":
        parts = (Ellipsoid((float(rng.uniform(-3, 3)), -25, head.sinus_floor + 6.5), (7.0, 6.0, 6.5)),)
    if head.sinus == "opaque":
        filling = float(rng.uniform(15.0, 60.0))
        return [
            Body("sphenoid sinus", (part,), (*walls, Layer(0.8, filling, 6, 12)), rough_coarse_mm=0.5) for part in parts
        ]
    bodies = [Body("sphenoid sinus", (part,), (*walls, Layer(mucosa, -980)), rough_coarse_mm=0.5) for part in parts]
    if head.sinus == "fluid level":
        # Patients lie on their back.
        level = -17.0 + float(rng.uniform(-6.0, 7.0))
        pools = tuple(Clipped(part, ((0.0, -1.0, 0.0),), (-level,)) for part in parts)
        bodies.append(Body("sinus fluid", pools, (Layer(0.4, float(rng.uniform(8.0, 35.0))),)))
    return bodies
