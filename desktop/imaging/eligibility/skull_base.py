"""Whether ROI and range lie at the skull base, as far as bone, soft tissue and air can tell.

Limits were set on 70 phantoms with their true marks and on a real planning CT of head and neck, marked at the skull
base and moved slice by slice to vertex and shoulders. Each limit states what was measured, per slice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from desktop.imaging.eligibility import names
from desktop.imaging.eligibility.check import Check, Status, places
from desktop.imaging.eligibility.head_position import Within
from desktop.imaging.geometry import Rectangle, pixels_touched
from desktop.imaging.volume import Volume
from desktop.messages import message

BODY_HU, BONE_HU = -300, 300
SOFT_HU = (-30, 150)

MINIMUM_BODY = 0.5
"""Share of the rectangle that is not air. Skull base: 0.71 and more."""

MINIMUM_BONE, USUAL_BONE = 0.02, 0.08
"""Share of the rectangle that is bone. Skull base: 0.07 and more on each slice, 0.16 and more over the range. Brain
above it: 0.00."""

MINIMUM_SOFT = 0.05
"""Share of the rectangle that is soft tissue. Skull base: 0.16 and more."""

MINIMUM_SKULL = 0.05
"""Share of bone in the whole cross-section. Skull base: 0.11 and more, with the headrest counted as body. Neck and
shoulders: 0.03 to 0.045; the mandible ends near 0.06."""

AIR_AROUND_MM = 20.0
MINIMUM_AIR = 0.002
"""Share of air in the rectangle and 20 mm around it, over the range: nasopharynx or sphenoid sinus. Skull base: 0.04
and more; both can be full of tumour, so less is a warning."""

MAXIMUM_ASIDE_MM = 25.0
"""Distance from the centre of the rectangle to the centre of the body, sideways. Skull base: at most 5 mm; 25 mm is
half a rectangle."""

_STEP = 2


def skull_base(volume: Volume, inside: list[int], rectangles: Sequence[Rectangle], within: Within) -> Check:
    """Check that the rectangles (in `volume.hu`) of the slices `inside`, which contain `within`, lie at the skull
    base."""
    geometry = volume.geometry
    hu = volume.hu[inside[0] : inside[-1] + 1]
    cuts = [pixels[pixels_touched(of)] for pixels, of in zip(hu, rectangles, strict=True)]
    body, skull, aside_mm = _cross_section(hu[:, ::_STEP, ::_STEP], rectangles, geometry.column_mm)
    bone = _shares(cut > BONE_HU for cut in cuts)
    soft = _shares((cut > SOFT_HU[0]) & (cut < SOFT_HU[1]) for cut in cuts)
    reasons = {
        message("the ROI lies in air"): _shares(cut > BODY_HU for cut in cuts) < MINIMUM_BODY,
        message("there is no bone in the ROI"): bone < MINIMUM_BONE,
        message("there is no soft tissue in the ROI"): soft < MINIMUM_SOFT,
        message("there is too little bone around for a skull, as in neck and chest"): skull < MINIMUM_SKULL * body,
    }
    name, required = names.SKULL_BASE, message("bone, soft tissue and air of the skull base")
    measured = message("{bone:.0%} bone, {soft:.0%} soft tissue in the ROI", bone=bone.mean(), soft=soft.mean())
    elsewhere = np.any(list(reasons.values()), axis=0)
    if wrong := int(elsewhere.sum()):
        positions = geometry.positions_mm[inside][elsewhere]
        sentence = message(
            "On {wrong} of the {count} slices of the range ({places}) {reason}: mark from the base of the sphenoid "
            "sinus to the lower end of the clivus, and draw the ROI over nasopharynx and clivus.",
            wrong=wrong,
            count=len(inside),
            places=places(positions[0], positions[-1]),
            reason=max(reasons, key=lambda reason: int(reasons[reason].sum())),
        )
        # A few slices elsewhere may be a range drawn slightly too long; half of them are not.
        status: Status = "fail" if 2 * wrong > len(inside) else "warn"
        return Check(name, status, measured, required, sentence)
    if within.doubt is not None:
        sentence = message(
            "This is not the base of a skull, since {reason}: mark from the base of the sphenoid sinus to the lower "
            "end of the clivus in a CT of a head.",
            reason=within.doubt,
        )
        return Check(name, "fail", measured, required, sentence)
    around = (AIR_AROUND_MM / geometry.column_mm, AIR_AROUND_MM / geometry.row_mm)
    near = [pixels[pixels_touched(of, around)] < BODY_HU for pixels, of in zip(hu, rectangles, strict=True)]
    air = sum(map(np.count_nonzero, near)) / sum(part.size for part in near)
    aside = message("the ROI lies {distance:.0f} mm beside the middle of the head", distance=aside_mm)
    doubts = {
        message("there is little bone in the ROI"): bone.mean() < USUAL_BONE,
        message("no air of nasopharynx or sphenoid sinus lies near the ROI"): air < MINIMUM_AIR,
        aside: aside_mm > MAXIMUM_ASIDE_MM,
    }
    if doubt := next((reason for reason, found in doubts.items() if found), None):
        sentence = message("This may not be the skull base, since {reason}: check range and ROI.", reason=doubt)
        return Check(name, "warn", measured, required, sentence)
    sentence = message("Bone, soft tissue and air lie as at a skull base.")
    return Check(name, "pass", measured, required, sentence)


def _shares(slices: Iterable[npt.NDArray[np.bool_]]) -> npt.NDArray[np.float64]:
    """[slices] the share of pixels that are true."""
    return np.array([pixels.mean() for pixels in slices])


def _cross_section(
    thinned: npt.NDArray[np.int16] | npt.NDArray[np.float32], rectangles: Sequence[Rectangle], column_mm: float
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], float]:
    """[slices] number of pixels of body and of bone, and the largest distance (mm) of a rectangle from the middle of
    the body."""
    solid = thinned > BODY_HU
    columns = solid.sum(axis=1)
    body = columns.sum(axis=1)
    skull = np.count_nonzero(thinned > BONE_HU, axis=(1, 2))
    total = int(body.sum())
    if total == 0:
        return body, skull, 0.0
    middle = float(columns.sum(axis=0) @ np.arange(columns.shape[1])) / total * _STEP + 0.5
    aside = max(abs(column + width / 2 - middle) for column, _, width, _ in rectangles)
    return body, skull, aside * column_mm
