"""Whether the slices of the range show a head, and whether its face looks to the front.

Air within the skull tells front from back: nose and sinuses lie in front, mastoid cells at the sides, and only brain
lies behind. Left and right cannot be told apart: a mirrored head looks like any other. Air around the head is ignored.
Measured on 40 phantoms, three real heads, one plastic head, water phantoms, blocks and noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop.imaging.eligibility import names
from desktop.imaging.eligibility.check import Check
from desktop.imaging.overview import enclosed
from desktop.imaging.volume import Volume
from desktop.messages import Message, message

SKULL_HU, AIR_HU, BODY_HU = 200, -300, -300
"""HU of enclosing bone, averaged over a cell; air and body as everywhere in these checks."""

CROPPED_SHARE = 0.25
"""Share of the image's edge inside the body: the field of view is cropped, and the skull is not closed in it."""

TURNED_MM, USUAL_FRONT_MM = -12.0, 12.0
"""Distance from the centre of the area enclosed by bone to the air within it, towards the front. Phantoms 38 to 67,
real heads 35 to 60; turned or mirrored, the same towards the back. Objects other than heads: -4 to 7."""

HOLLOW_SHARE = 0.35
"""Share of air in the area enclosed by bone: more than in any head (phantoms 0.06 to 0.15, real 0.02 to 0.09), as in a
plastic head (0.19 to 0.58), whose air does not tell the front."""

MINIMUM_AIR = 0.004
"""Share of air in the area enclosed by bone. Heads: 0.02 and more; brain and legs: 0."""

MINIMUM_SKULL_CM2 = 40.0
"""Area enclosed by bone. Real heads 98 cm² and more; a calf 15."""

MINIMUM_FAT = 0.015
"""Share of fat (-130 to -40 HU) in the body. Heads 0.09 and more, a plastic head 0.035; water and blocks 0."""

SPONGY = (0.15, 0.85)
"""Share of 150 to 600 HU in everything denser than 150. Heads 0.36 to 0.67, plastic 0.3; uniform density 0, noise
0.91."""

_FAT_HU, _SPONGY_HU, _STEP = (-130, -40), (150, 600), 2


@dataclass(frozen=True)
class Within:
    """What the slices of a range contain.

    Attributes:
        cropped: the field of view ends within the body, so the rest is unknown.
        area_cm2: enclosed by bone, mean of the slices.
        air: share of air in it.
        front_mm: distance of the air's centre in front of the centre of the enclosed area.
        fat: share of fat in the body.
        spongy: share of moderate density in bone.
    """

    cropped: bool
    area_cm2: float
    air: float
    front_mm: float
    fat: float
    spongy: float

    @property
    def doubt(self) -> Message | None:
        """Why this does not look like a head; None if nothing suggests that."""
        if self.cropped:
            return None
        reasons = {
            message("no skull encloses anything"): self.area_cm2 < MINIMUM_SKULL_CM2,
            message("there is no air within the skull"): self.air < MINIMUM_AIR,
            message("there is no fat"): self.fat < MINIMUM_FAT,
            message("its bone is not like bone"): not SPONGY[0] <= self.spongy <= SPONGY[1],
        }
        return next((reason for reason, found in reasons.items() if found), None)


def look_within(volume: Volume, inside: Sequence[int]) -> Within:
    """Measure what lies within the skull on the slices `inside`."""
    part = slice(inside[0], inside[-1] + 1)
    cells = volume.overview.hu[part]
    edges = np.concatenate([cells[:, 0], cells[:, -1], cells[:, :, 0], cells[:, :, -1]], axis=1)
    skull = enclosed(cells > SKULL_HU)
    air = skull & (cells < AIR_HU)
    pixels = volume.hu[part, ::_STEP, ::_STEP]
    body = max(int(np.count_nonzero(pixels > BODY_HU)), 1)
    bone = max(int(np.count_nonzero(pixels > _SPONGY_HU[0])), 1)
    row_mm = volume.geometry.row_mm * volume.geometry.rows / cells.shape[1]
    rows = np.arange(cells.shape[1])
    middles = [
        float(np.count_nonzero(mask, axis=(0, 2)) @ rows) / max(int(np.count_nonzero(mask)), 1) for mask in (skull, air)
    ]
    return Within(
        cropped=float((edges > BODY_HU).mean()) > CROPPED_SHARE,
        area_cm2=np.count_nonzero(skull) * volume.overview.cell_mm2 / len(cells) / 100,
        air=np.count_nonzero(air) / max(int(np.count_nonzero(skull)), 1),
        front_mm=(middles[0] - middles[1]) * row_mm,
        fat=np.count_nonzero((pixels > _FAT_HU[0]) & (pixels < _FAT_HU[1])) / body,
        spongy=np.count_nonzero((pixels > _SPONGY_HU[0]) & (pixels < _SPONGY_HU[1])) / bone,
    )


def lies_as_stated(within: Within) -> Check:
    """Check that the face looks to the front, as the header states."""
    name, required = names.HEADS_POSITION, message("the face to the front")
    if within.cropped or within.air < MINIMUM_AIR:
        sentence = message("Whether the face looks to the front is not known: no air within a whole skull is in view.")
        return Check(name, "pass", message("not measured"), required, sentence)
    measured = (
        message("air {distance:.0f} mm in front of the middle of the skull", distance=within.front_mm)
        if within.front_mm >= 0
        else message("air {distance:.0f} mm behind the middle of the skull", distance=-within.front_mm)
    )
    if within.front_mm < TURNED_MM and within.air < HOLLOW_SHARE:
        sentence = message(
            "The head does not lie as the header says ({measured}, where there is neither nose nor sinus): images or "
            "header were turned or mirrored on the way, so export the original series again.",
            measured=measured,
        )
        return Check(name, "fail", measured, required, sentence)
    if within.front_mm < USUAL_FRONT_MM:
        sentence = message(
            "Whether the head lies as the header says is not certain ({measured}): check that the face is in front.",
            measured=measured,
        )
        return Check(name, "warn", measured, required, sentence)
    sentence = message("The face looks to the front; left and right cannot be told apart from the images.")
    return Check(name, "pass", measured, required, sentence)
