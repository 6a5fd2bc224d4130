"""Draw a phantom from its seed. Each concern has its own random stream, so that the truth changes nothing else."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from desktop.phantoms import face, metal, pharynx, skullbase, throat, vault
from desktop.phantoms.acquisition import Acquisition, Technique, draw_technique, place, slice_axes
from desktop.phantoms.bodies import Body, Paintable
from desktop.phantoms.head import VARIANTS, Head, draw_head
from desktop.phantoms.marks import Crossing, Landmarks, Level, crossing, draw_roi, find_landmarks, pixels
from desktop.phantoms.marrow import uneven_marrow
from desktop.phantoms.phantom import Phantom, Truth, invaded_areas
from desktop.phantoms.pose import Pose, draw_pose, patient_points
from desktop.phantoms.render import Region, Stage, Textures
from desktop.phantoms.solids import Vector
from desktop.phantoms.textures import draw_cube
from desktop.phantoms.tumour import (
    INVADED_AREA_MM2,
    Plan,
    contact_tissue,
    degenerative,
    draw_invasion,
    draw_mass,
    larger,
    mass_body,
    notch,
)
from desktop.phantoms.variety import PLAIN, Variety

WITH_MASS = "mass on intact clivus"
WITHOUT_MASS = {"plain": "no mass"} | {variant: variant for variant in VARIANTS[1:]}
# A mass often hides the fat plane without touching bone.
PLANE_LOST = 0.4
MOST_GROWTH_STEPS = 6
# By which the warp can change the length of a range: 1.7 times 2.5 deviations at each end, in a large head.
MOST_WARP_MM = 10.0
# In a range: the paper's cut-off is a run of two.
LEAST_SLICES = 2


def draw_phantom(
    seed: int, *, invaded: bool | None = None, contrast: bool | None = None, variety: Variety = PLAIN
) -> Phantom:
    """Draw the phantom of `seed`; what is None is drawn too (half of them invaded). Same arguments, same phantom.

    With the same seed, the invaded and the intact phantom share head, mass, scanner, ROI and noise.
    """
    chance, scan, cubes, build, hand, growth, truth_draws, details, innocent, dental = (
        np.random.default_rng([seed, variety.first_stream + k]) for k in range(10)
    )
    drawn_invaded = bool(chance.random() < 0.5)
    is_invaded = drawn_invaded if invaded is None else invaded
    technique = draw_technique(scan, contrast, variety.scan)
    textures = Textures(
        warp=draw_cube(cubes, 8.0, (7.0, 16.0)),
        coarse=draw_cube(cubes, 1.5, (2.6, 8.0)),
        fine=draw_cube(cubes, 0.7, (1.8, 5.0)),
    )
    laid = _lay(build, technique, textures, variety)
    head, pose, acquisition, landmarks, range_mm = laid.head, laid.pose, laid.acquisition, laid.landmarks, laid.range_mm
    stage = Stage(acquisition, pose, textures)
    roi = draw_roi(hand, acquisition, landmarks)
    mass = draw_mass(growth, head, technique.contrast, laid.crossing)
    has_mass = bool(chance.random() < variety.anatomy.mass_among_intact)
    plane_lost = bool(chance.random() < PLANE_LOST)
    kept = mass if is_invaded or has_mass else None
    bones, clivus = skullbase.base_bones(head, details)
    pterygoids = skullbase.pterygoids(head, details)
    within: list[Paintable] = [
        *uneven_marrow(head, clivus, details),
        *throat.carotids_within(head),
        *skullbase.sinus(head, details, technique.contrast),
    ]
    if head.variant == "degenerative sclerosis":
        within.append(degenerative(innocent, head, clivus, mass.side, range_mm))
    if head.notch:
        within.append(notch(innocent, head, clivus, range_mm, laid.crossing))
    base = (*bones, *pterygoids, *within)
    plan: Plan | None = None
    areas: tuple[float, ...] = (0.0,) * acquisition.slice_count
    if is_invaded:
        where = {
            "clivus": (clivus,),
            "pterygoid": tuple(pterygoids) + tuple(b for b in bones if b.name == "greater wing"),
            "foramen": (clivus, *(b for b in bones if b.name in ("petrous", "greater wing"))),
        }
        fitted = None
        while fitted is None:
            drawn = draw_invasion(truth_draws, head, mass, where, range_mm, laid.crossing)
            fitted = _fitted(drawn, stage, base, range_mm, pixels(roi))
        plan, areas = fitted
    plane = skullbase.fat_plane(head, clivus, head.muscle_hu - 5 if kept and plane_lost else head.plane_hu)
    crowns = metal.draw_crowns(head.dental_metal, dental)
    bodies = (
        *_soft(details, head),
        *([mass_body(mass, plan.foci if plan else ())] if kept else []),
        plane,
        *([contact_tissue(mass, plan.lesions)] if plan else []),
        *_hard(details, head, technique.contrast),
        *metal.crown_bodies(crowns),
        *base,
        *(plan.lesions if plan else ()),
    )
    if kept:
        landmarks["mass centre"] = _to_patient(pose, textures, technique, [kept.centre])[0]
    truth = Truth(
        invaded=is_invaded,
        pattern=plan.pattern if plan else WITH_MASS if kept else WITHOUT_MASS[head.variant],
        slice_invaded=_labels(areas),
        roi_px=roi,
        range_mm=range_mm,
        landmarks_mm=landmarks,
        invaded_area_mm2=areas,
    )
    places = _to_patient(pose, textures, technique, [crown.centre for crown in crowns]) if crowns else []
    return Phantom(
        seed,
        variety,
        acquisition,
        truth,
        head,
        pose,
        kept,
        stage,
        bodies,
        base,
        plan.lesions if plan else (),
        metal.draw_streaks(acquisition, places, crowns, dental),
    )


@dataclass(frozen=True)
class _Laid:
    """A head in the scanner.

    Attributes:
        landmarks: patient LPS mm.
        range_mm: low and high position.
    """

    head: Head
    pose: Pose
    acquisition: Acquisition
    landmarks: Landmarks
    range_mm: tuple[float, float]
    crossing: Crossing


def _lay(rng: np.random.Generator, technique: Technique, textures: Textures, variety: Variety) -> _Laid:
    """Draw heads until one has a range that the slices can hold, and lay the slices over it."""
    posture = variety.posture
    normal = slice_axes(technique.tilt_deg)[2]
    shortest, longest = max(posture.range_mm[0], posture.range_slices * technique.spacing_mm), posture.range_mm[1]
    while True:
        head, pose = draw_head(rng, technique.contrast, variety.anatomy), draw_pose(rng, posture)
        straight = float(normal @ pose.to_patient @ np.subtract(head.sphenoid_floor, head.basion))
        if not shortest - MOST_WARP_MM <= straight <= longest + MOST_WARP_MM:
            continue
        landmarks = _in_patient(find_landmarks(head), pose, textures, technique)
        low, high = np.asarray(landmarks["basion"]), np.asarray(landmarks["sphenoid floor"])
        length = float((high - low) @ normal)
        if not shortest <= length <= longest:
            continue
        acquisition, ends = place(technique, low, high), (float(low @ normal), float(high @ normal))
        positions = acquisition.positions_mm
        if np.count_nonzero((positions >= ends[0]) & (positions <= ends[1])) >= LEAST_SLICES:
            break
    crossed = Crossing((head.basion[2], head.sinus_floor))
    if variety.anatomy.shaped:
        first, middle, last = (Level.of(pose, normal, at) for at in (ends[0], sum(ends) / 2, ends[1]))
        landmarks = _in_patient(find_landmarks(head, middle), pose, textures, technique)
        crossed = crossing(head, first, middle, last)
    return _Laid(head, pose, acquisition, landmarks, ends, crossed)


def _in_patient(heads: Landmarks, pose: Pose, textures: Textures, technique: Technique) -> Landmarks:
    return dict(zip(heads, _to_patient(pose, textures, technique, list(heads.values())), strict=True))


def _to_patient(pose: Pose, textures: Textures, technique: Technique, heads: list[Vector]) -> list[Vector]:
    points = patient_points(pose, textures.warp, slice_axes(technique.tilt_deg), np.asarray(heads))
    return [(float(p[0]), float(p[1]), float(p[2])) for p in points]


def _soft(rng: np.random.Generator, head: Head) -> list[Body]:
    """Soft tissue and the airway, in painting order: what a mass lies over."""
    return [
        *vault.head_rest(rng),
        *vault.skin(head),
        *vault.cheek_fat(head),
        *throat.muscles(head, rng),
        *throat.tongue(head),
        pharynx.rounded_wall(head) if head.shaped else throat.pharynx_wall(head),
        *throat.prevertebral(head),
        *(pharynx.fat_planes(head, rng) if head.shaped else ()),
        *throat.vessels(head),
        *(pharynx.air(head, rng) if head.shaped else throat.airway(head, rng)),
    ]


def _hard(rng: np.random.Generator, head: Head, contrast: bool) -> list[Body]:
    """Skull and what fills it, face and spine, in painting order: what lies over a mass."""
    return [
        *vault.skull(head),
        *vault.brain(head),
        *face.orbits(head),
        *face.upper_jaw(head),
        *face.sinuses(head, rng),
        *face.nose(head, rng, contrast),
        *face.jaw(head),
        *throat.spine(head),
    ]


def _fitted(
    plan: Plan, stage: Stage, base: tuple[Paintable, ...], range_mm: tuple[float, float], region: Region
) -> tuple[Plan, tuple[float, ...]] | None:
    """Lesions grown until two adjacent slices are invaded in the ROI, and the areas; None: out of reach."""
    for _ in range(MOST_GROWTH_STEPS):
        areas = invaded_areas(stage, base, plan.lesions, range_mm, region)
        labels = _labels(areas)
        if any(a and b for a, b in itertools.pairwise(labels)):
            return plan, areas
        plan = Plan(plan.pattern, tuple(larger(lesion, 1.15) for lesion in plan.lesions), plan.foci)
    return None


def _labels(areas: tuple[float, ...]) -> tuple[bool, ...]:
    return tuple(area >= INVADED_AREA_MM2 for area in areas)
