"""Draw a phantom from its seed. Each concern has its own random stream, so that the truth changes nothing else."""

from __future__ import annotations

import itertools

import numpy as np

from desktop.phantoms import face, skullbase, throat, vault
from desktop.phantoms.acquisition import Acquisition, Technique, draw_technique, place, slice_axes
from desktop.phantoms.bodies import Body, Paintable
from desktop.phantoms.head import VARIANTS, Head, draw_head
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

WITH_MASS = "mass on intact clivus"
WITHOUT_MASS = {"plain": "no mass"} | {variant: variant for variant in VARIANTS[1:]}
MASS_AMONG_NEGATIVES = 0.67
# A mass often hides the fat plane without touching bone.
PLANE_LOST = 0.4
MIN_RANGE_MM, MAX_RANGE_MM = 13.0, 27.0
MIN_SLICES_IN_RANGE = 4
MOST_GROWTH_STEPS = 6


def draw_phantom(seed: int, *, invaded: bool | None = None, contrast: bool | None = None) -> Phantom:
    """Draw the phantom of `seed`; what is None is drawn too (half of them invaded). Same seed, same phantom.

    With the same seed, the invaded and the intact phantom share head, mass, scanner, ROI and noise.
    """
    chance, scan, cubes, build, hand, growth, truth_draws, details, innocent = (
        np.random.default_rng([seed, k]) for k in range(9)
    )
    drawn_invaded = bool(chance.random() < 0.5)
    is_invaded = drawn_invaded if invaded is None else invaded
    technique = draw_technique(scan, contrast)
    textures = Textures(
        warp=draw_cube(cubes, 8.0, (7.0, 16.0)),
        coarse=draw_cube(cubes, 1.5, (2.6, 8.0)),
        fine=draw_cube(cubes, 0.7, (1.8, 5.0)),
    )
    head, pose, acquisition, landmarks = _fit(build, technique, textures)
    stage = Stage(acquisition, pose, textures)
    range_mm = (
        float(np.asarray(landmarks["basion"]) @ acquisition.normal),
        float(np.asarray(landmarks["sphenoid floor"]) @ acquisition.normal),
    )
    roi = _roi(hand, acquisition, landmarks)
    mass = draw_mass(growth, head, technique.contrast)
    has_mass, plane_lost = bool(chance.random() < MASS_AMONG_NEGATIVES), bool(chance.random() < PLANE_LOST)
    kept = mass if is_invaded or has_mass else None
    bones, clivus = skullbase.base_bones(head, details)
    pterygoids = skullbase.pterygoids(head, details)
    within: list[Paintable] = [
        *throat.carotids_within(head),
        *skullbase.sinus(head, details, technique.contrast),
    ]
    if head.variant == "degenerative sclerosis":
        within.append(degenerative(innocent, head, clivus, mass.side, range_mm))
    if head.notch:
        within.append(notch(innocent, head, clivus, range_mm))
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
            drawn = draw_invasion(truth_draws, head, mass, where, range_mm)
            fitted = _fitted(drawn, stage, base, range_mm, _pixels(roi))
        plan, areas = fitted
    plane = skullbase.fat_plane(head, clivus, head.muscle_hu - 5 if kept and plane_lost else head.plane_hu)
    bodies = (
        *_soft(details, head),
        *([mass_body(mass, plan.foci if plan else ())] if kept else []),
        plane,
        *([contact_tissue(mass, plan.lesions)] if plan else []),
        *_hard(details, head, technique.contrast),
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
    return Phantom(seed, acquisition, truth, head, pose, kept, stage, bodies, base, plan.lesions if plan else ())


def _fit(
    rng: np.random.Generator, technique: Technique, textures: Textures
) -> tuple[Head, Pose, Acquisition, dict[str, Vector]]:
    """Draw heads until one has a range that the slices can hold."""
    while True:
        head, pose = draw_head(rng, technique.contrast), draw_pose(rng)
        heads = _landmarks(head)
        landmarks = dict(zip(heads, _to_patient(pose, textures, technique, list(heads.values())), strict=True))
        low, high = np.asarray(landmarks["basion"]), np.asarray(landmarks["sphenoid floor"])
        length = float((high - low) @ slice_axes(technique.tilt_deg)[2])
        if max(MIN_RANGE_MM, MIN_SLICES_IN_RANGE * technique.spacing_mm) <= length <= MAX_RANGE_MM:
            return head, pose, place(technique, low, high), landmarks


def _to_patient(pose: Pose, textures: Textures, technique: Technique, heads: list[Vector]) -> list[Vector]:
    points = patient_points(pose, textures.warp, slice_axes(technique.tilt_deg), np.asarray(heads))
    return [(float(p[0]), float(p[1]), float(p[2])) for p in points]


def _landmarks(head: Head) -> dict[str, Vector]:
    """Landmarks in head coordinates."""
    low_clivus = head.clivus_length * 0.7
    return {
        "basion": head.basion,
        "dorsum sellae": head.dorsum,
        "sphenoid floor": (0.0, -15.0, head.sinus_floor),
        "posterior clivus": head.clivus_point(head.clivus_length * 0.76, 0.0),
        "pterygoid right": (-13.0, -14.0, -30.0),
        "pterygoid left": (13.0, -14.0, -30.0),
        "carotid right": (-head.carotid_x[0], 14.0, -28.0),
        "carotid left": (head.carotid_x[1], 14.0, -28.0),
        "petrous right": (-38.0, 16.0, -14.0),
        "petrous left": (38.0, 16.0, -14.0),
        "clivus centre": head.clivus_point(low_clivus, head.clivus_thickness(low_clivus) / 2),
    }


def _roi(
    rng: np.random.Generator, acquisition: Acquisition, landmarks: dict[str, Vector]
) -> tuple[float, float, float, float]:
    """The rectangle of a careful reader: drawn from landmarks with a hand's jitter, held near 18 cm2."""
    at = {name: np.asarray(acquisition.pixel(np.asarray(p))) * acquisition.pixel_mm for name, p in landmarks.items()}
    jitter = rng.normal(0.0, 1.3, 4)
    left = at["carotid right"][0] + 1.5 + jitter[0]
    right = at["carotid left"][0] - 1.5 + jitter[1]
    front = 0.5 * (at["pterygoid right"][1] + at["pterygoid left"][1]) + jitter[2]
    back = at["posterior clivus"][1] + 1.0 + jitter[3]
    area_cm2 = (right - left) * (back - front) / 100.0
    grow = np.sqrt(np.clip(area_cm2, 15.5, 20.5) / area_cm2)
    width, height = (right - left) * grow, (back - front) * grow
    corner = ((left + right - width) / 2, (front + back - height) / 2)
    column, row, wide, high = (round(float(v / acquisition.pixel_mm), 2) for v in (*corner, width, height))
    return column, row, wide, high


def _pixels(roi: tuple[float, float, float, float]) -> Region:
    """Pixels of the rectangle: readers and networks see nothing else, so labels count nothing else."""
    column, row, width, height = roi
    return round(row), round(row + height), round(column), round(column + width)


def _soft(rng: np.random.Generator, head: Head) -> list[Body]:
    """Soft tissue and the airway, in painting order: what a mass lies over."""
    return [
        *vault.head_rest(rng),
        *vault.skin(head),
        *vault.cheek_fat(head),
        *throat.muscles(head, rng),
        *throat.tongue(head),
        *throat.pharynx_wall(head),
        *throat.vessels(head),
        *throat.airway(head, rng),
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
