"""Landmarks of a head, the rectangle that a careful reader draws by them, and where the range crosses the bones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop.phantoms.acquisition import Acquisition
from desktop.phantoms.head import Head
from desktop.phantoms.pose import Pose
from desktop.phantoms.render import Region
from desktop.phantoms.solids import Doubles, Vector

Landmarks = dict[str, Vector]

USUAL_PTERYGOID_Z, USUAL_CAROTID_Z = -30.0, -28.0
# Between skull and oropharynx, where these can be marked.
PTERYGOID_Z, CAROTID_Z = (-44.0, -18.0), (-45.0, -20.0)
# Of the pterygoid process in the middle of the range of a straight head.
STRAIGHT_PTERYGOID_Z, MOST_SHIFT_MM = -25.0, 8.0


@dataclass(frozen=True)
class Level:
    """A plane of the scanner in head coordinates, without the warp: the points p with slope . p = offset."""

    slope: Vector
    offset: float

    @classmethod
    def of(cls, pose: Pose, normal: Doubles, position_mm: float) -> Level:
        """The plane at a position along the scanner's normal."""
        x, y, z = (float(share) for share in normal @ pose.to_patient)
        return cls((x, y, z), position_mm - float(normal @ np.asarray(pose.sella_mm)))

    def z(self, x: float, y: float) -> float:
        """Height of the plane over a point."""
        return (self.offset - self.slope[0] * x - self.slope[1] * y) / self.slope[2]

    def along(self, head: Head, depth: float) -> float:
        """Where it crosses the clivus at `depth` mm in front of the posterior surface, mm down from the dorsum."""
        top, step = np.asarray(head.clivus_point(0.0, depth)), np.asarray(head.clivus_point(1.0, depth))
        slope = np.asarray(self.slope)
        along = (self.offset - slope @ top) / (slope @ (step - top))
        return float(np.clip(along, 0.0, head.clivus_length))


@dataclass(frozen=True)
class Crossing:
    """Where the range crosses what a tumour may invade, in head coordinates.

    Attributes:
        clivus_z: lowest and highest z of the clivus' anterior surface.
        pterygoid_shift_mm: by which it lies higher on the pterygoid processes than in a straight head.
    """

    clivus_z: tuple[float, float]
    pterygoid_shift_mm: float = 0.0


def crossing(head: Head, low: Level, middle: Level, high: Level) -> Crossing:
    """Where a range from `low` to `high` crosses the bones of a bent head."""
    depth = head.clivus_thickness(0.8 * head.clivus_length)
    ends = sorted(head.clivus_point(level.along(head, depth), depth)[2] for level in (low, high))
    shift = middle.z(0.0, -13.0) - STRAIGHT_PTERYGOID_Z
    return Crossing((ends[0], ends[1]), float(np.clip(shift, -MOST_SHIFT_MM, MOST_SHIFT_MM)))


def find_landmarks(head: Head, middle: Level | None = None) -> Landmarks:
    """Landmarks in head coordinates.

    Args:
        middle: of the range, where a reader of a bent head marks what crosses the range; without it these are marked
            where a straight head has its range.
    """
    low_clivus = head.clivus_length * 0.7
    behind = middle.along(head, 0.0) if middle else head.clivus_length * 0.76

    def mark(x: float, y: float, usual: float, limits: tuple[float, float]) -> Vector:
        return (x, y, float(np.clip(middle.z(x, y), *limits)) if middle else usual)

    return {
        "basion": head.basion,
        "dorsum sellae": head.dorsum,
        "sphenoid floor": head.sphenoid_floor,
        "posterior clivus": head.clivus_point(behind, 0.0),
        "pterygoid right": mark(-13.0, -14.0, USUAL_PTERYGOID_Z, PTERYGOID_Z),
        "pterygoid left": mark(13.0, -14.0, USUAL_PTERYGOID_Z, PTERYGOID_Z),
        "carotid right": mark(-head.carotid_x[0], 14.0, USUAL_CAROTID_Z, CAROTID_Z),
        "carotid left": mark(head.carotid_x[1], 14.0, USUAL_CAROTID_Z, CAROTID_Z),
        "petrous right": (-38.0, 16.0, -14.0),
        "petrous left": (38.0, 16.0, -14.0),
        "clivus centre": head.clivus_point(low_clivus, head.clivus_thickness(low_clivus) / 2),
    }


def draw_roi(
    rng: np.random.Generator, acquisition: Acquisition, landmarks: Landmarks
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


def pixels(roi: tuple[float, float, float, float]) -> Region:
    """Pixels of the rectangle: readers and networks see nothing else, so labels count nothing else."""
    column, row, width, height = roi
    return round(row), round(row + height), round(column), round(column + width)
