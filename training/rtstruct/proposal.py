"""Range, rectangle and slices proposed from the tumour's contours and the bone and air around it.

A reader has to look at each of them: the rules know neither the skull's tilt nor what a tumour has destroyed. They were
set on phantoms with true marks (`python tests/proofs/rtstruct_cohort.py` prints how far they lie from them); no real
planning CT with contours was at hand.

All is looked for in a strip along the middle of the head, from the tumour's front to `BEHIND_MM` behind its rear, where
the clivus lies:

- The roof of the nasopharynx is the highest slice of the tumour with air in the strip. The range ends above where the
  air of the sphenoid sinus begins, or `ROOF_MM` above the roof.
- Below, the bone of the clivus ends in a gap over the dens or the arch of the atlas. The range begins `TIP_MM` above.
- The rectangle has the size that the window offers, in the middle of the head. Its rear edge is the posterior end of
  the clivus, as it lies in the lower part of the range.
- A slice is a candidate for invasion where at least `CANDIDATE_MM2` of the tumour are bone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.imaging.eligibility.skull_base import BODY_HU
from desktop.imaging.volume import Volume
from desktop.learning.cohort.problem import CohortRefused
from desktop.messages import message
from desktop.reading.roi import PositionRange, Roi

BONE_HU = 200
"""Marrow is bone too: the network's window ends at 360."""

STRIP_MM = 16.0
"""Width of the strip; a clivus is 25 to 30 mm wide."""

BEFORE_MM, BEHIND_MM = 10.0, 25.0
BONY = 0.4
"""Share of the strip's width that is bone where a row of it counts as bone."""

GAP_MM, TIP_MM = 3.0, 5.0
"""Less bone than this from front to back is a gap; and the clivus' lower end is thin."""

AIRY, ROOF_MM = 0.04, 12.0
"""Share of air in the strip from which a slice shows an airway or a sinus."""

LONGEST_MM = 45.0
"""Of a range: the length of a clivus."""

WIDTH_MM, DEPTH_MM = 50.0, 36.0
"""Of the rectangle, 18 cm2; see `desktop.viewer.desk.case`."""

REAR_PERCENTILE = 75

CANDIDATE_MM2 = 50.0

Masks = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Proposal:
    """What a reader is asked to confirm; `candidates` is [slices] of the whole volume."""

    range: PositionRange
    roi: Roi
    candidates: Masks


def propose(volume: Volume, tumour: Masks) -> Proposal:
    """Propose marks for a tumour [slices, rows, columns] in the standard view.

    Raises:
        CohortRefused: no bone lies behind the tumour, or the range would have too few slices.
    """
    geometry, hu = volume.geometry, volume.hu
    positions = geometry.positions_mm
    with_tumour = np.flatnonzero(tumour.any(axis=(1, 2)))
    rows = np.flatnonzero(tumour.any(axis=(0, 2)))
    middle = int(np.median(np.nonzero(hu[with_tumour[len(with_tumour) // 2]] > BODY_HU)[1]))
    half = round(STRIP_MM / 2 / geometry.column_mm)
    strip = hu[:, :, max(0, middle - half) : middle + half + 1]
    front = max(0, int(rows[0] - BEFORE_MM / geometry.row_mm))
    behind = int(rows[-1] + BEHIND_MM / geometry.row_mm)
    air = (strip[:, front:behind] < BODY_HU).mean(axis=(1, 2))
    bone = (strip[:, rows[0] : behind] > BONE_HU).mean(axis=2) > BONY
    low, high = _ends(positions, with_tumour, air, bone.sum(axis=1) * geometry.row_mm)
    inside = np.flatnonzero((positions >= low) & (positions <= high))
    rears = [np.flatnonzero(bone[index])[-1] + rows[0] + 1 for index in inside if bone[index].any()]
    if not rears or len(inside) < 2:
        raise CohortRefused(
            message(
                "No clivus is found behind the tumour, from {low:.0f} to {high:.0f} mm: mark this CT in the window.",
                low=low,
                high=high,
            )
        )
    overlap = (tumour & (hu > BONE_HU)).sum(axis=(1, 2)) * geometry.row_mm * geometry.column_mm
    rear = float(np.percentile(rears, REAR_PERCENTILE))
    return Proposal(
        PositionRange(float(positions[inside[0]]), float(positions[inside[-1]])),
        _roi(volume, middle + 0.5, rear, float(positions[inside[0]])),
        overlap >= CANDIDATE_MM2,
    )


def _ends(positions: Floats, with_tumour: npt.NDArray[np.intp], air: Floats, depth_mm: Floats) -> tuple[float, float]:
    """Lower and upper end of the range in mm; `depth_mm` is the bone from front to back."""
    airy = [index for index in with_tumour if air[index] >= AIRY]
    roof = int(airy[-1] if airy else with_tumour[-1])
    top = roof
    while top + 1 < len(air) and air[top + 1] < AIRY and positions[top + 1] <= positions[roof] + ROOF_MM:
        top += 1
    high = float(positions[top])
    gaps = [index for index in range(roof) if depth_mm[index] < GAP_MM and positions[index] >= high - LONGEST_MM]
    low = float(positions[gaps[-1]]) + TIP_MM if gaps else high - LONGEST_MM / 2
    return low, high


def _roi(volume: Volume, middle: float, rear: float, position_mm: float) -> Roi:
    geometry = volume.geometry
    width, depth = WIDTH_MM / geometry.column_mm, DEPTH_MM / geometry.row_mm
    left = min(max(0.0, middle - width / 2), geometry.columns - width)
    front = min(max(0.0, rear - depth), geometry.rows - depth)
    return Roi.everywhere(*volume.rectangle_to_stored((left, front, width, depth)), position_mm=position_mm)
