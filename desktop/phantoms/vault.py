"""The outline of the head, the brain case and the brain."""

from __future__ import annotations

import numpy as np

from desktop.phantoms.bodies import Body, Coat, Layer
from desktop.phantoms.folds import SULCI, SUTURES
from desktop.phantoms.head import Head
from desktop.phantoms.solids import Arched, Clipped, Common, Ellipsoid, Part, Tube, Vector, Wedge


def skin(head: Head) -> list[Body]:
    """Skin, subcutaneous fat and a first filling of muscle."""
    f = head.fullness
    coat = head.skull_mm + head.scalp_mm
    parts: tuple[Part, ...] = (
        Ellipsoid((0, 14, 26), (66 + coat, 82 + coat, 62 + coat)),
        Tube((0, 17, -8), (0, 24, -58), 61 + coat, 51 + coat * 1.3, (1.0, 1.12, 1.0)),
        Ellipsoid((0, -31, -38), (69 * f, 56, 60)),
        Ellipsoid((0, -54, 2), (44, 27, 26)),
        Tube((0, -50, -76), (0, -62, -92), 24 * f, 17, (1.7, 1.1, 1.0)),
        Tube((0, 28, -60), (0, 40, -190), 56 * f, 55 * f, (1.1, 1.0, 1.0)),
        Tube((0, -74, -8), (0, -92, -37), 7, 10.5, (1.2, 1.0, 1.0)),
        Ellipsoid((0, -78, -64), (24, 11, 17)),
    )
    ears = tuple(Ellipsoid((s * (64 + coat * 0.6), 24, -20), (4, 15, 28), (0, 0, s * 28)) for s in (-1, 1))
    return [
        Body("ears", ears, (Layer(0, 35), Layer(2.6, -60)), rough_coarse_mm=0.9),
        Body(
            "skin",
            parts,
            (
                Layer(0, 35, edge_mm=1.2),
                Layer(1.8, head.fat_hu, 6, 5),
                Layer(1.6 + head.scalp_mm * 0.8, head.muscle_hu - 22, 12, 24),
            ),
            rough_coarse_mm=0.12,
        ),
    ]


def head_rest(rng: np.random.Generator) -> list[Body]:
    """A curved holder behind the head: a thin shell round foam; some heads lie without one."""
    inner = float(rng.uniform(93.0, 99.0))
    centre = 112.0 - inner + float(rng.uniform(0.0, 4.0))
    thick = float(rng.uniform(6.0, 16.0))
    hollow = Tube((0, centre, -260), (0, centre, 260), inner, inner)
    outer = Clipped(
        Tube((0, centre, -260), (0, centre, 260), inner + thick, inner + thick),
        ((0.0, -1.0, 0.0),),
        (-float(rng.uniform(35.0, 75.0)),),
    )
    if rng.random() < 0.3:
        return []
    return [
        Body(
            "head rest",
            (outer,),
            (Layer(0, float(rng.uniform(-250, 120))), Layer(1.6, -940)),
            carved=(hollow,),
        )
    ]


def cheek_fat(head: Head) -> list[Body]:
    """Fat of the face and between the deep muscles."""
    fat = (Layer(0, head.fat_hu, 8, 14, edge_mm=3.0),)
    bodies = []
    for side in (-1, 1):
        parts: tuple[Part, ...] = (
            Ellipsoid((side * 43, -42, -36), (14, 18, 26), (0, 0, side * -25)),
            Ellipsoid((side * 44, -26, 0), (10, 22, 20)),
            Ellipsoid((side * 38, -26, -30), (9, 13, 14)),
            Ellipsoid((side * 35, -30, -70), (12, 20, 13)),
        )
        bodies.append(Body("cheek fat", parts, fat, rough_coarse_mm=1.4))
        neck: tuple[Part, ...] = (Ellipsoid((side * 34, 52, -80), (15, 17, 36)),)
        bodies.append(Body("neck fat", neck, (Layer(0, head.fat_hu, 8, 40, edge_mm=4.0),), rough_coarse_mm=2.0))
    return bodies


def posterior_fossa(head: Head) -> Part:
    """Cavity behind the clivus, which bounds it in front."""
    s = np.deg2rad(head.slope_deg)
    front: Vector = (0.0, -float(np.sin(s)), -float(np.cos(s)))
    top = np.asarray(head.dorsum)
    floor = head.basion[2] - 8.0
    cavity = Ellipsoid((0, 53, floor + 34), (56, 43, 34))
    turn = np.deg2rad(36.0)
    edge = head.clivus_width / 2 + 2.0
    petrous = [(s * float(np.sin(turn)), -float(np.cos(turn)), 0.0) for s in (-1, 1)]
    back = head.arch_mm(edge)
    offset = float(np.asarray(front) @ top)
    offsets = [
        float(n @ np.array([s * edge, top[1] + 6.0 + back, 0.0]))
        for n, s in zip(map(np.asarray, petrous), (-1, 1), strict=True)
    ]
    if not back:
        return Clipped(cavity, (front, *petrous), (offset, *offsets), thin=2.5)
    wall = Arched(Wedge((front,), (offset,), ()), head.clivus_arch_per_mm, edge)
    return Common(Clipped(cavity, tuple(petrous), tuple(offsets), thin=2.5), wall, thin=2.5)


def skull(head: Head) -> list[Body]:
    """The brain case as one shell with diploe, and what fills it."""
    cavity: tuple[Part, ...] = (
        Ellipsoid((0, 14, 38), (66, 81, 47)),
        posterior_fossa(head),
        Ellipsoid((0, 48, 8), (54, 46, 34)),
        Ellipsoid((39, -6, 0), (23, 29, 20), (0, 0, 14), thin=2.2),
        Ellipsoid((-39, -6, 0), (23, 29, 20), (0, 0, -14), thin=2.2),
    )
    t = head.skull_mm
    bone = (
        Layer(-t, 1150, 40, 60),
        Layer(-t + 1.9, 560, 90, 130, edge_mm=1.6),
        Layer(-1.7, 1200, 40, 60, edge_mm=1.4),
    )
    brain = (Layer(0, 12), Layer(1.8, head.brain_hu, 2.0, 4.0, edge_mm=2.5))
    layers: tuple[Coat, ...] = (*bone, SUTURES, *brain, SULCI) if head.shaped else (*bone, *brain)
    return [Body("skull", cavity, layers, rough_coarse_mm=0.22)]


def brain(head: Head) -> list[Body]:
    """Cisterns, ventricles, falx, brain stem and the basilar artery."""
    b = head.basion
    csf = Layer(0, 7, 0, 2, edge_mm=1.6)
    pons = head.clivus_point(18, -14)
    medulla = (0.0, b[1] + 14, b[2] - 2)
    cistern: tuple[Part, ...] = (
        Tube(head.clivus_point(6, -5), head.clivus_point(head.clivus_length, -6), 5.5, 6.5, (2.0, 1, 1)),
        Ellipsoid((0, 3, 11), (15, 13, 7)),
        Ellipsoid((0, 22, 14), (18, 7, 8)),
    )
    canal: tuple[Part, ...] = (
        Tube((0, b[1] + 17, b[2] + 4), (0, b[1] + 16, b[2] - 8), 15.5, 15.0),
        Tube((0, b[1] + 16, b[2] - 8), (0, b[1] + 14, b[2] - 120), 12.0, 10.5),
    )
    stem: tuple[Part, ...] = (
        Ellipsoid(pons, (16, 12, 14)),
        Tube(pons, medulla, 9, 6.5, (1.2, 1, 1)),
        Tube(medulla, (0, b[1] + 13, b[2] - 120), 6, 5, (1.25, 1, 1)),
        Ellipsoid((0, 26, 10), (15, 9, 10)),
    )
    fourth = (pons[0], pons[1] + 15, pons[2] - 3)
    wet: tuple[Part, ...] = (
        Ellipsoid(fourth, (6, 4, 8)),
        Ellipsoid((9, 5, 46), (5, 26, 8), (0, 0, -8)),
        Ellipsoid((-9, 5, 46), (5, 26, 8), (0, 0, 8)),
        Ellipsoid((0, 12, 26), (2.2, 10, 8)),
        Ellipsoid((42, -22, 14), (16, 3, 5), (0, 0, 25)),
        Ellipsoid((-42, -22, 14), (16, 3, 5), (0, 0, -25)),
    )
    basilar = Tube(head.clivus_point(8, -3.5), head.clivus_point(36, -4.5), 1.8, 1.6)
    falx = Ellipsoid((0, 14, 38), (0.9, 80, 46))
    return [
        Body("cisterns", cistern, (csf,), rough_coarse_mm=0.8),
        Body("canal", canal, (Layer(-1.0, head.fat_hu + 90, edge_mm=1.5), Layer(0, 10, edge_mm=1.2))),
        Body("brain stem", stem, (Layer(0, head.brain_hu - 2, 2, 2, edge_mm=1.5),), rough_coarse_mm=0.4),
        Body("ventricles", wet, (csf,), rough_coarse_mm=0.6),
        Body("basilar artery", (basilar,), (Layer(0, head.vessel_hu),)),
        Body(
            "falx",
            (falx,),
            (Layer(0, 52 if head.vessel_hu < 60 else 95),),
            carved=(Ellipsoid((0, 14, 26), (9, 62, 34)),),
            rough_coarse_mm=0.2,
        ),
    ]
