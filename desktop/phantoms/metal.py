"""Crowns and fillings of metal, and the streaks that they throw over everything at their level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop.phantoms.acquisition import Acquisition
from desktop.phantoms.bodies import Body, Layer
from desktop.phantoms.face import TOOTH_ROWS, dental_arch
from desktop.phantoms.solids import Doubles, Ellipsoid, Vector
from desktop.phantoms.textures import Floats

METAL_HU = 6000.0
# Rays at each side of a crown are starved as far as the beam and the crown reach.
REACH_MM = 4.0
# Streaks come from single views: about so many directions differ.
DIRECTIONS = 120
# Strength beside a crown, and the distance at which half is left.
STREAK_HU, HALF_AT_MM = 160.0, 22.0
# Between two crowns rays are starved twice.
SHADOW_HU, SHADOW_WIDTH = -260.0, 1.5


def draw_crowns(count: int, rng: np.random.Generator) -> tuple[Ellipsoid, ...]:
    """Crowns on premolars and molars."""
    crowns = []
    for _ in range(count):
        row = TOOTH_ROWS[int(rng.integers(len(TOOTH_ROWS)))]
        share = float(rng.choice([-1.0, 1.0])) * float(rng.uniform(0.5, 1.0))
        x, y = dental_arch(row, share)
        radius = float(rng.uniform(1.6, 3.6))
        crowns.append(Ellipsoid((x, y, row.z + float(rng.uniform(-2.0, 2.0))), (radius, radius, 0.8 * radius)))
    return tuple(crowns)


def crown_bodies(crowns: Sequence[Ellipsoid]) -> list[Body]:
    """The crowns as they are painted."""
    return [Body("crowns", tuple(crowns), (Layer(0, METAL_HU),))] if crowns else []


@dataclass(frozen=True, eq=False)
class Streaks:
    """Streaks of crowns at `points` (column and row in mm from the first pixel, position in mm) [n, 3].

    Opposite directions from a crown are the same ray, so `profiles` [n, DIRECTIONS] cover half a turn.
    """

    points: Doubles
    strengths: Doubles
    profiles: Floats

    def add(
        self, image: Floats, a: Acquisition, position_mm: float, rows: tuple[int, int], columns: tuple[int, int]
    ) -> None:
        """Add the streaks to a slice's rows and columns in place."""
        for (u, v, w), strength, profile in zip(self.points, self.strengths, self.profiles, strict=True):
            level = strength * float(np.exp(-(((position_mm - w) / (REACH_MM + a.thickness_mm / 2)) ** 2)))
            if level < 0.02:
                continue
            across = (np.arange(*columns) * a.pixel_mm - u).astype(np.float32)[None, :]
            down = (np.arange(*rows) * a.pixel_mm - v).astype(np.float32)[:, None]
            turn = np.arctan2(down, across)
            turn *= np.float32(DIRECTIONS / np.pi)
            low = np.floor(turn)
            turn -= low
            index = low.astype(np.intp) % DIRECTIONS
            hu = profile[index]
            hu += turn * (profile[(index + 1) % DIRECTIONS] - hu)
            distance = np.hypot(across, down)
            hu *= np.float32(level) / (np.float32(1.0) + distance * np.float32(1.0 / HALF_AT_MM))
            hu *= np.clip(distance - np.float32(2.0), 0.0, 1.0)
            image += hu


def draw_streaks(
    a: Acquisition, places: Sequence[Vector], crowns: Sequence[Ellipsoid], rng: np.random.Generator
) -> Streaks:
    """The streaks of crowns that lie at `places`, patient LPS mm."""
    columns_rows = [a.pixel(np.asarray(place)) for place in places]
    points = np.array(
        [
            (column * a.pixel_mm, row * a.pixel_mm, float(np.asarray(place) @ a.normal))
            for (column, row), place in zip(columns_rows, places, strict=True)
        ]
    ).reshape(-1, 3)
    noise = rng.standard_normal((len(crowns), DIRECTIONS))
    # Neighbouring views share most of their path, and few directions are starved much.
    smooth = (noise + 0.6 * (np.roll(noise, 1, axis=1) + np.roll(noise, -1, axis=1))) / np.sqrt(1.72)
    profiles = STREAK_HU * 0.45 * smooth * np.abs(smooth)
    for one, other in ((one, other) for one in range(len(crowns)) for other in range(len(crowns)) if one != other):
        to = points[other] - points[one]
        if abs(to[2]) > REACH_MM:
            continue
        at = float(np.arctan2(to[1], to[0])) * DIRECTIONS / np.pi
        away = (np.arange(DIRECTIONS) - at + DIRECTIONS / 2) % DIRECTIONS - DIRECTIONS / 2
        profiles[one] += SHADOW_HU * np.exp(-((away / SHADOW_WIDTH) ** 2))
    strengths = np.array([crown.radii[0] / 3.0 for crown in crowns])
    return Streaks(points, strengths, profiles.astype(np.float32))
