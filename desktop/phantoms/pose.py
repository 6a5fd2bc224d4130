"""The pose of the head: from head coordinates (mm, origin in the sella, x left, y back, z up) to patient LPS mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop.phantoms.solids import Doubles, Vector, rotation
from desktop.phantoms.textures import Cube, Floats
from desktop.phantoms.variety import Posture

# Far apart in the cube, so that the three components of the warp are unrelated.
WARP_SHIFTS = (0.0, 10.7, 21.3)


@dataclass(frozen=True)
class Pose:
    """Rotation, size and organic warp of one head."""

    turn_deg: Vector
    scale: Vector
    sella_mm: Vector
    warp_mm: float

    @property
    def to_head(self) -> Doubles:
        """Matrix from patient offsets to head coordinates [3, 3]."""
        matrix: Doubles = np.diag(1.0 / np.asarray(self.scale)) @ rotation(*self.turn_deg).T
        return matrix

    @property
    def to_patient(self) -> Doubles:
        """Matrix from head coordinates to patient offsets [3, 3]."""
        matrix: Doubles = rotation(*self.turn_deg) @ np.diag(np.asarray(self.scale))
        return matrix


def draw_pose(rng: np.random.Generator, posture: Posture) -> Pose:
    """Draw a pose: rotations of a head in its rest, its size and proportions."""
    size = posture.size.draw(rng)
    return Pose(
        turn_deg=(posture.bend_deg.draw(rng), posture.roll_deg.draw(rng), posture.turn_deg.draw(rng)),
        scale=(
            float(size * rng.normal(1.0, 0.025)),
            float(size * rng.normal(1.0, 0.025)),
            float(size * rng.normal(1.0, 0.025)),
        ),
        sella_mm=(
            float(rng.normal(0.0, 5.0)),
            float(rng.normal(-15.0, 8.0)),
            float(rng.uniform(-400.0, 300.0)),
        ),
        warp_mm=float(rng.uniform(0.9, 1.7)),
    )


def patient_points(pose: Pose, warp: Cube, axes: tuple[Doubles, Doubles, Doubles], heads: Doubles) -> Doubles:
    """Patient LPS mm [n, 3] of head coordinates [n, 3]; `axes` are row axis, column axis and normal."""
    sella = np.asarray(pose.sella_mm)
    found = sella + heads @ pose.to_patient.T
    for _ in range(4):
        gantry = np.array([[float(p @ axis) for p in found] for axis in axes], dtype=np.float32)
        shifts = [warp.points(gantry[0], gantry[1], gantry[2], start) for start in WARP_SHIFTS]
        found = sella + (heads - pose.warp_mm * np.array(shifts, dtype=np.float64).T) @ pose.to_patient.T
    return found


def head_coordinates(
    pose: Pose, warp: Cube, u_mm: Floats, v_mm: Floats, w_mm: float, patient_yz: tuple[Doubles, Doubles]
) -> tuple[Floats, Floats, Floats]:
    """Head x, y and z of one plane, each [r, c]; `patient_yz` are the rows' patient y and z [r]."""
    matrix = pose.to_head
    sella = np.asarray(pose.sella_mm)
    across = u_mm.astype(np.float64) - sella[0]
    out: list[Floats] = []
    for axis in range(3):
        down = matrix[axis, 1] * (patient_yz[0] - sella[1]) + matrix[axis, 2] * (patient_yz[1] - sella[2])
        grid = warp.plane(u_mm, v_mm, w_mm, WARP_SHIFTS[axis])
        grid *= np.float32(pose.warp_mm)
        grid += (matrix[axis, 0] * across).astype(np.float32)[None, :]
        grid += down.astype(np.float32)[:, None]
        out.append(grid)
    return out[0], out[1], out[2]
