"""The mid-sagittal plane: the one in which the bones mirror themselves best (Ardekani 1997, on bone in place of brain).

Neither airway nor tumour decide, since soft tissue does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from desktop.suggestion.grid import STEP_MM, Floats, Grid, Points

BONE_HU = (150.0, 500.0)
"""Counts as no bone, and as bone."""

LEAST_POINTS, FEW_POINTS, MOST_POINTS = 200, 1000, 3000
"""Of bone: too few for a head, enough for a first guess, and enough to tell the plane within a millimetre."""

LEAST_SYMMETRY = 0.42
"""Heads have 0.5 and more, half of a head 0.35 and less."""

TURN_DEG, ROLL_DEG, ASIDE_MM = 24.0, 18.0, 24.0
"""So far a plane is looked for: turned about the long axis, tilted to a side, and beside the middle of the bone."""

_COARSE = (6.0, 6.0, 4.0)
_FINER = ((3.0, 3.0, 2.0), (1.5, 1.5, 1.0), (0.75, 0.75, 0.5))


@dataclass(frozen=True, eq=False)
class Midline:
    """The mid-sagittal plane.

    Attributes:
        point: [3] on it, near the middle of the bone.
        left, front, up: [3] unit vectors: across the plane, and in it.
        symmetry: share of the bone whose mirror image is bone, 0 to 1.
    """

    point: Points
    left: Points
    front: Points
    up: Points
    symmetry: float


def find_midline(grid: Grid) -> Midline | None:
    """The plane; None where there is too little bone for a head."""
    bone = np.clip((grid.hu - BONE_HU[0]) / (BONE_HU[1] - BONE_HU[0]), 0, 1)
    z, y, x = np.nonzero(bone > 0.5)
    if len(z) < LEAST_POINTS:
        return None
    points = grid.first + STEP_MM * np.stack([x, y, z], axis=1)
    few, many = (points[:: max(1, len(points) // most)] for most in (FEW_POINTS, MOST_POINTS))
    middle = np.median(many, axis=0)
    soft = _blurred(_blurred(bone))
    size = np.array(soft.shape[::-1])

    def mirrored(points: Points, turn: float, roll: float, aside: float) -> float:
        normal = _normal(turn, roll)
        images = points - 2 * ((points - middle) @ normal - aside)[:, None] * normal
        cells = np.rint((images - grid.first) / STEP_MM).astype(np.intp)
        cells = cells[((cells >= 0) & (cells < size)).all(axis=1)]
        return float(soft[cells[:, 2], cells[:, 1], cells[:, 0]].sum()) / len(points)

    ranges = [np.arange(-most, most + step / 2, step) for most, step in zip(_REACH, _COARSE, strict=True)]
    best = max((mirrored(few, *plane), plane) for plane in product(*(r.tolist() for r in ranges)))
    for steps in _FINER:
        near = [(a - step, a, a + step) for a, step in zip(best[1], steps, strict=True)]
        best = max((mirrored(many, *plane), plane) for plane in product(*near))
    symmetry, (turn, roll, aside) = best
    left = _normal(turn, roll)
    up = np.array([0.0, 0.0, 1.0]) - left * left[2]
    up /= np.linalg.norm(up)
    return Midline(middle + aside * left, left, np.cross(left, up), up, symmetry)


_REACH = (TURN_DEG, ROLL_DEG, ASIDE_MM)


def _normal(turn_deg: float, roll_deg: float) -> Points:
    turn, roll = np.radians(turn_deg), np.radians(roll_deg)
    normal = np.array([np.cos(turn) * np.cos(roll), np.sin(turn), np.sin(roll) * np.cos(turn)])
    return np.asarray(normal / np.linalg.norm(normal))


def _blurred(values: Floats) -> Floats:
    """Over a neighbour on each side along every axis; at the edges over one."""
    for axis in range(3):
        along = np.moveaxis(values, axis, 0)
        blurred = 2 * along
        blurred[1:] += along[:-1]
        blurred[:-1] += along[1:]
        blurred[0] += along[0]
        blurred[-1] += along[-1]
        values = np.moveaxis(blurred / np.float32(4), 0, axis)
    return values
