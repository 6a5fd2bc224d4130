"""What is suggested: range, ROI and landmarks, from the skull base that was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np

from desktop.imaging.geometry import Vector, held_inside
from desktop.imaging.volume import Volume
from desktop.messages import Message, counted, message
from desktop.reading.landmarks import PAPERS_ROI, RoiGuidance
from desktop.reading.region import FEW_SLICES, MINIMUM_RANGE_SLICES
from desktop.reading.roi import KeyRectangle, PositionRange, Roi
from desktop.suggestion.finding import SkullBase, skull_base_of
from desktop.suggestion.grid import Points

WIDTH_MM, DEPTH_MM = 49.0, 37.0
"""Of the ROI in the middle of the range, as readers of the paper's 18 cm² drew it on CTs of people."""

SHALLOWEST, DEEPEST = 0.75, 1.25
"""Of that depth, on any slice: readers' were 0.84 to 1.11 of it."""

BEHIND_MM = 1.0
"""The ROI's back edge lies so far behind the clivus' posterior surface."""

FLAT = 0.2
"""Of a clivus that rises less than this share of its length, the ROI follows only so much."""


class Landmark(StrEnum):
    """Landmarks of range and ROI."""

    BASION = "basion"
    SPHENOID_FLOOR = "sphenoid_floor"
    PTERYGOID_RIGHT = "pterygoid_right"
    PTERYGOID_LEFT = "pterygoid_left"
    CAROTID_RIGHT = "carotid_right"
    CAROTID_LEFT = "carotid_left"

    @property
    def label(self) -> Message:
        """The name as shown to people."""
        return _LABELS[self]


_LABELS = {
    Landmark.BASION: message("basion"),
    Landmark.SPHENOID_FLOOR: message("base of the sphenoid sinus"),
    Landmark.PTERYGOID_RIGHT: message("right pterygoid process"),
    Landmark.PTERYGOID_LEFT: message("left pterygoid process"),
    Landmark.CAROTID_RIGHT: message("right carotid canal"),
    Landmark.CAROTID_LEFT: message("left carotid canal"),
}
_BESIDE = {
    Landmark.PTERYGOID_RIGHT: (30.0, 26.0, -14.0),
    Landmark.PTERYGOID_LEFT: (30.0, 26.0, 14.0),
    Landmark.CAROTID_RIGHT: (12.0, 4.0, -23.0),
    Landmark.CAROTID_LEFT: (12.0, 4.0, 23.0),
}
"""(u, v, lateral) of `anatomy`: where the process begins, and where the canal enters the petrous bone."""


@dataclass(frozen=True, eq=False)
class Suggestion:
    """Range and ROI that anatomy says; they count only once a reader has accepted or moved them.

    Attributes:
        roi: key rectangles on the lowest, the middle and the highest slice of the range, in the stored slice.
        landmarks_mm: patient mm of each.
        confidence: 0 to 1: how far the tissues around the clivus are those expected.
        cautions: what the reader should know.
    """

    range: PositionRange
    roi: Roi
    landmarks_mm: dict[Landmark, Vector]
    confidence: float
    cautions: tuple[Message, ...]


def suggest(volume: Volume, guidance: RoiGuidance = PAPERS_ROI) -> Suggestion:
    """Range and ROI for a volume, the ROI as large as a model's guidance says.

    Raises:
        NoSuggestion: nothing in the volume looks enough like a skull base.
    """
    base, positions = skull_base_of(volume), volume.geometry.positions_mm
    low, high = base.ends_mm
    span = _range(positions, low, high)
    inside = span.indices(positions)
    keys = sorted({inside[0], inside[len(inside) // 2], inside[-1]})
    roi = Roi(tuple(key_rectangle(volume, base, guidance, index) for index in keys))
    return Suggestion(span, roi, _landmarks(base), base.clivus.score, _cautions(volume, len(inside), low, high))


def key_rectangle(volume: Volume, base: SkullBase, guidance: RoiGuidance, index: int) -> KeyRectangle:
    """The ROI on a slice: its back edge at the clivus, its middle in the mid-sagittal plane.

    Its front edge is that of the range's middle: the clivus leans to the front as it rises, the nasopharynx does not.
    """
    geometry = volume.geometry
    z = float(geometry.positions_mm[index])
    scale = sqrt(guidance.area_cm2 / PAPERS_ROI.area_cm2)
    width, usual = WIDTH_MM * scale, DEPTH_MM * scale
    back, front = _back(base, z), _back(base, sum(base.ends_mm) / 2) - usual
    depth = min(max(back - front, SHALLOWEST * usual), DEEPEST * usual)
    corner = np.array([_on_midline(base, back - depth / 2, z) - width / 2, back - depth, z])
    column, row = geometry.to_pixel(index, base.to_patient(corner))
    standard = held_inside(
        (float(column) + 0.5, float(row) + 0.5, width / geometry.column_mm, depth / geometry.row_mm),
        geometry.rows,
        geometry.columns,
    )
    return KeyRectangle(z, *volume.rectangle_to_stored(standard))


def _back(base: SkullBase, z: float) -> float:
    """The y of the ROI's back edge on a slice."""
    clivus = base.clivus
    along = clivus.along / max(float(clivus.along[2]), FLAT)
    return float((clivus.basion + (z - clivus.basion[2]) * along)[1]) + BEHIND_MM


def _on_midline(base: SkullBase, y: float, z: float) -> float:
    """The x at which the mid-sagittal plane crosses a row of a slice."""
    normal, point = base.midline.left, base.midline.point
    return float(point[0] - (normal[1] * (y - point[1]) + normal[2] * (z - point[2])) / normal[0])


def _range(positions: Points, low_mm: float, high_mm: float) -> PositionRange:
    """From the slice nearest to one landmark to that nearest to the other, and at least as many as a reading needs."""
    first, last = (int(np.argmin(np.abs(positions - end))) for end in (low_mm, high_mm))
    if last - first + 1 < MINIMUM_RANGE_SLICES:
        first = min(first, len(positions) - MINIMUM_RANGE_SLICES)
        last = first + MINIMUM_RANGE_SLICES - 1
    return PositionRange(float(positions[first]), float(positions[last]))


def _landmarks(base: SkullBase) -> dict[Landmark, Vector]:
    clivus = base.clivus
    points = {Landmark.BASION: clivus.basion, Landmark.SPHENOID_FLOOR: base.sphenoid_floor}
    points |= {name: clivus.at(*place) for name, place in _BESIDE.items()}
    found = {name: base.to_patient(point) for name, point in points.items()}
    return {name: (float(x), float(y), float(z)) for name, (x, y, z) in found.items()}


def _cautions(volume: Volume, slices: int, low_mm: float, high_mm: float) -> tuple[Message, ...]:
    positions, half = volume.geometry.positions_mm, volume.geometry.spacing_mm / 2
    cautions = []
    if low_mm < positions[0] - half:
        cautions.append(message("The CT begins above the lower end of the clivus: the range is cut off there."))
    if high_mm > positions[-1] + half:
        cautions.append(message("The CT ends below the base of the sphenoid sinus: the range is cut off there."))
    if slices < FEW_SLICES:
        cautions.append(
            counted(
                "Both ends lie nearly at one height, so the range holds {number} slice: a run of two says little here.",
                "Both ends lie nearly at one height, so the range holds {number} slices: a run of two says little "
                "here.",
                slices,
            )
        )
    return tuple(cautions)
