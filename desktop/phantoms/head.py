"""The dimensions of one head, drawn once and used by every region. Distributions: docs/architecture.md, "Phantoms".

Head coordinates in mm: origin in the sella turcica, x left, y back, z up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop.phantoms.solids import Vector
from desktop.phantoms.variety import Anatomy, Sinus

VARIANTS = ("plain", "asymmetry", "fatty marrow", "degenerative sclerosis")


@dataclass(frozen=True)
class Head:
    """Anatomy parameters; HU are without noise."""

    slope_deg: float  # of the clivus, against the horizontal
    clivus_length: float
    clivus_width: float
    clivus_lean_deg: float  # of its sides, wider below when positive
    thick_above: float
    thick_below: float
    cortex_mm: float
    cortex_hu: float
    marrow_hu: float
    marrow_grain_hu: float
    dorsum: Vector  # top of the clivus' posterior surface
    sinus_floor: float  # z of the sphenoid sinus' floor
    sinus_half_width: float
    sinus_recess: bool  # air in the upper clivus
    petrous_air: tuple[bool, bool]
    mastoid_air: float
    airway_half_width: float
    airway_depth: float
    fossa: tuple[float, float]  # depth of Rosenmueller's fossa, right and left
    torus: tuple[float, float]  # radius of the torus tubarius, right and left
    adenoid_mm: float  # lymphoid tissue on the roof
    prevertebral_mm: float
    plane_mm: float  # fat between clivus and muscles
    plane_hu: float
    variant: str  # plain | asymmetry | fatty marrow | degenerative sclerosis
    notch: bool  # fossa navicularis
    carotid_x: tuple[float, float]
    carotid_r: tuple[float, float]
    muscle_hu: float
    mucosa_hu: float
    vessel_hu: float
    fat_hu: float
    brain_hu: float
    skull_mm: float
    scalp_mm: float
    septum_bend: float
    fullness: float  # of the face and neck
    # What `variety.Anatomy` adds to the measures above; it tells what each means.
    shaped: bool
    clivus_arch_per_mm: float
    sinus: Sinus
    sinus_depth: float
    adenoid_pad_mm: float
    airway_depth_share: float
    parapharyngeal_fat: float
    prevertebral_muscle: float
    plate: float
    marrow_tilt_hu: float
    marrow_islands: int
    dental_metal: int

    @property
    def basion(self) -> Vector:
        """Lower end of the clivus, on its posterior surface."""
        s = np.deg2rad(self.slope_deg)
        return (
            0.0,
            self.dorsum[1] + self.clivus_length * float(np.cos(s)),
            self.dorsum[2] - self.clivus_length * float(np.sin(s)),
        )

    @property
    def sphenoid_floor(self) -> Vector:
        """Lowest point of the sphenoid sinus, or where it would be."""
        return (0.0, -15.0, self.sinus_floor)

    def clivus_point(self, along: float, depth: float, x: float = 0.0) -> Vector:
        """Point `along` mm down from the dorsum, `depth` mm in front of the posterior surface."""
        s = np.deg2rad(self.slope_deg)
        cos, sin = float(np.cos(s)), float(np.sin(s))
        return (x, self.dorsum[1] + along * cos - depth * sin, self.dorsum[2] - along * sin - depth * cos)

    def clivus_thickness(self, along: float) -> float:
        """Thickness at `along` mm down from the dorsum."""
        return self.thick_above + (self.thick_below - self.thick_above) * along / self.clivus_length

    def arch_mm(self, x: float) -> float:
        """How far the clivus lies behind its middle, `x` mm off the midline."""
        return self.clivus_arch_per_mm * x * x

    def clivus_front(self, z: float) -> Vector:
        """Midline point of the anterior surface at height z."""
        low, high = 0.0, self.clivus_length
        for _ in range(30):
            middle = 0.5 * (low + high)
            if self.clivus_point(middle, self.clivus_thickness(middle))[2] > z:
                low = middle
            else:
                high = middle
        return self.clivus_point(low, self.clivus_thickness(low))


def draw_head(rng: np.random.Generator, contrast: bool, anatomy: Anatomy) -> Head:
    """Draw one head."""
    spread = anatomy.spread

    def length(mean: float, deviation: float, low: float, high: float) -> float:
        # Added, not multiplied, so that a spread of 1 changes no digit.
        low, high = (bound + (bound - mean) * (spread - 1) for bound in (low, high))
        return float(np.clip(rng.normal(mean, deviation * spread), low, high))

    def normal(mean: float, deviation: float, low: float, high: float) -> float:
        return float(np.clip(rng.normal(mean, deviation), low, high))

    def uniform(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    variant = str(rng.choice(VARIANTS, p=(0.4, 0.2, 0.2, 0.2)))
    uneven = 0.9 if variant == "asymmetry" else 0.35
    marrow = uniform(-60.0, 30.0) if variant == "fatty marrow" else normal(180.0, 90.0, -20.0, 350.0)
    sway = rng.normal(0.0, uneven, 3)
    carotid = length(25.0, 1.6, 22.0, 28.0)
    torus, fossa = length(5.5, 0.8, 4.0, 7.5), length(6.0, 2.0, 2.0, 10.0)
    return Head(
        slope_deg=length(57.0, 3.2, 50.0, 63.0),
        clivus_length=length(42.5, 1.8, 39.0, 46.0),
        clivus_width=length(27.5, 1.6, 24.0, 31.0),
        clivus_lean_deg=length(6.0, 5.0, -6.0, 16.0),
        thick_above=length(14.0, 2.0, 10.0, 18.0),
        thick_below=length(6.5, 0.9, 5.0, 8.5),
        cortex_mm=length(1.4, 0.25, 0.9, 2.0) * (0.8 if variant == "fatty marrow" else 1.0),
        cortex_hu=normal(1080.0, 110.0, 850.0, 1300.0),
        marrow_hu=marrow,
        marrow_grain_hu=uniform(30.0, 95.0),
        dorsum=(0.0, length(7.0, 1.2, 4.0, 10.0), length(4.0, 1.5, 1.0, 8.0)),
        sinus_floor=length(-16.5, 2.0, -21.0, -12.5),
        sinus_half_width=length(12.5, 2.2, 8.0, 16.0),
        sinus_recess=bool(rng.random() < 0.3),
        petrous_air=(bool(rng.random() < 0.3), bool(rng.random() < 0.3)),
        mastoid_air=uniform(0.25, 0.72),
        airway_half_width=length(10.0, 1.4, 7.0, 13.0),
        airway_depth=length(10.0, 2.5, 5.0, 15.0),
        fossa=(fossa * float(np.exp(-0.6 * sway[0])), fossa * float(np.exp(0.6 * sway[0]))),
        torus=(torus * float(np.exp(0.3 * sway[1])), torus * float(np.exp(-0.3 * sway[1]))),
        adenoid_mm=uniform(3.0, 9.0)
        if rng.random() < (0.55 if variant == "asymmetry" else 0.25)
        else uniform(0.5, 2.5),
        prevertebral_mm=length(6.5, 1.4, 3.5, 10.0),
        plane_mm=uniform(0.6, 2.4),
        plane_hu=uniform(-60.0, 45.0),
        variant=variant,
        notch=bool(rng.random() < 0.18),
        carotid_x=(carotid + normal(0.0, 0.8, -2.0, 2.0), carotid + normal(0.0, 0.8, -2.0, 2.0)),
        carotid_r=(normal(2.5, 0.25, 2.0, 3.0), normal(2.5, 0.25, 2.0, 3.0)),
        muscle_hu=normal(60.0, 3.0, 52.0, 68.0) + (9.0 if contrast else 0.0),
        mucosa_hu=uniform(85.0, 125.0) if contrast else uniform(38.0, 52.0),
        vessel_hu=anatomy.vessel_hu.draw(rng) if contrast else uniform(36.0, 46.0),
        fat_hu=normal(-98.0, 6.0, -115.0, -80.0),
        brain_hu=normal(34.0, 2.0, 29.0, 40.0) + (4.0 if contrast else 0.0),
        skull_mm=length(6.3, 0.9, 4.5, 9.0),
        scalp_mm=length(5.5, 1.2, 3.5, 9.0),
        septum_bend=length(0.0, 2.0, -5.0, 5.0),
        fullness=length(1.0, 0.07, 0.85, 1.2),
        shaped=anatomy.shaped,
        clivus_arch_per_mm=anatomy.clivus_arch_per_mm.draw(rng),
        sinus=anatomy.sinus.draw(rng),
        sinus_depth=anatomy.sinus_depth.draw(rng),
        adenoid_pad_mm=anatomy.adenoid_pad_mm.draw(rng),
        airway_depth_share=anatomy.airway_depth.draw(rng),
        parapharyngeal_fat=anatomy.parapharyngeal_fat.draw(rng),
        prevertebral_muscle=anatomy.prevertebral_muscle.draw(rng),
        plate=anatomy.plate.draw(rng),
        marrow_tilt_hu=anatomy.marrow_tilt_hu.draw(rng),
        marrow_islands=anatomy.marrow_islands.draw(rng),
        dental_metal=anatomy.dental_metal.draw(rng),
    )
