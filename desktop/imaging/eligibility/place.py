"""Do rectangle and range lie at the skull base, as far as bone, soft tissue and air can tell?

Limits were set on 70 phantoms with their true marks and on a real planning CT of head and neck, marked at the skull
base and moved slice by slice to vertex and shoulders. Each limit names what was measured, by slice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from desktop.imaging.eligibility.check import Check, Status, count
from desktop.imaging.eligibility.head import Within
from desktop.imaging.geometry import Rectangle, pixels_touched
from desktop.imaging.volume import Volume

BODY_HU, BONE_HU = -300, 300
SOFT_HU = (-30, 150)

MINIMUM_BODY = 0.5
"""Share of the rectangle that is no air. Skull base: 0.71 and more."""

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
"""From the rectangle's middle to the body's, sideways. Skull base: 5 mm and less; 25 mm is half a rectangle."""

_STEP = 2


def skull_base(volume: Volume, inside: list[int], rectangles: Sequence[Rectangle], within: Within) -> Check:
    """Do the rectangles (in `volume.hu`) of the slices `inside`, which hold `within`, lie at the skull base?"""
    geometry = volume.geometry
    hu = volume.hu[inside[0] : inside[-1] + 1]
    cuts = [pixels[pixels_touched(of)] for pixels, of in zip(hu, rectangles, strict=True)]
    body, skull, aside_mm = _cross_section(hu[:, ::_STEP, ::_STEP], rectangles, geometry.column_mm)
    bone = _shares(cut > BONE_HU for cut in cuts)
    soft = _shares((cut > SOFT_HU[0]) & (cut < SOFT_HU[1]) for cut in cuts)
    reasons = {
        "the rectangle lies in the air": _shares(cut > BODY_HU for cut in cuts) < MINIMUM_BODY,
        "there is no bone in the rectangle": bone < MINIMUM_BONE,
        "there is no soft tissue in the rectangle": soft < MINIMUM_SOFT,
        "there is too little bone around for a skull, as in neck and chest": skull < MINIMUM_SKULL * body,
    }
    measured = f"{bone.mean():.0%} bone, {soft.mean():.0%} soft tissue in the rectangle"
    required = "bone, soft tissue and air of the skull base"
    elsewhere = np.any(list(reasons.values()), axis=0)
    if wrong := int(elsewhere.sum()):
        reason = max(reasons, key=lambda text: int(reasons[text].sum()))
        places = geometry.positions_mm[inside][elsewhere]
        where = f"{places[0]:.1f} mm" if wrong == 1 else f"{places[0]:.1f} to {places[-1]:.1f} mm"
        message = (
            f"On {wrong} of {count(len(inside), 'slice')} ({where}) {reason}: mark from the base of the sphenoid sinus "
            "to the lower end of the clivus, and draw the rectangle over nasopharynx and clivus."
        )
        # Half of the slices elsewhere is no skull base; a few may be a range drawn a little too long.
        status: Status = "fail" if 2 * wrong > len(inside) else "warn"
        return Check("skull base in view", status, measured, required, message)
    if no_head := within.doubt:
        message = (
            f"This is not the base of a skull, since {no_head}: mark from the base of the sphenoid sinus to the lower "
            "end of the clivus in a CT of a head."
        )
        return Check("skull base in view", "fail", measured, required, message)
    around = (AIR_AROUND_MM / geometry.column_mm, AIR_AROUND_MM / geometry.row_mm)
    near = [pixels[pixels_touched(of, around)] < BODY_HU for pixels, of in zip(hu, rectangles, strict=True)]
    air = sum(map(np.count_nonzero, near)) / sum(part.size for part in near)
    doubts = {
        "there is little bone in the rectangle": bone.mean() < USUAL_BONE,
        "no air of nasopharynx or sphenoid sinus lies near the rectangle": air < MINIMUM_AIR,
        f"the rectangle lies {aside_mm:.0f} mm beside the middle of the head": aside_mm > MAXIMUM_ASIDE_MM,
    }
    doubt = next((text for text, found in doubts.items() if found), "")
    if doubt:
        message = f"This may not be the skull base, since {doubt}: look at range and rectangle again."
        return Check("skull base in view", "warn", measured, required, message)
    return Check("skull base in view", "pass", measured, required, "Bone, soft tissue and air lie as at a skull base.")


def _shares(slices: Iterable[npt.NDArray[np.bool_]]) -> npt.NDArray[np.float64]:
    """[slices] the share of pixels that are true, by slice."""
    return np.array([pixels.mean() for pixels in slices])


def _cross_section(
    thinned: npt.NDArray[np.int16] | npt.NDArray[np.float32], rectangles: Sequence[Rectangle], column_mm: float
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], float]:
    """[slices] pixels of body and of bone, and how far (mm) a rectangle lies at most beside the body's middle."""
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
