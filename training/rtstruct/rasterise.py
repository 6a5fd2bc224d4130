"""From contours in the patient to pixels of a CT."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.imaging.geometry import StackGeometry
from desktop.imaging.volume import Volume
from desktop.messages import Message, counted, message
from training.rtstruct.structure_set import Contour, StructureSet, StructureSetRefused

FLAT_MM = 0.5
"""A contour lies in a slice if it leaves it by no more than this: coordinates are rounded, often to 0.1 mm."""

SAME_PLANE_MM = 0.1

Masks = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Target:
    """The tumour on a CT.

    Attributes:
        mask: [slices, rows, columns] in the standard view, True where a pixel's centre lies in the tumour.
        notes: what a reader should know of it.
    """

    mask: Masks
    notes: tuple[Message, ...]


def rasterise(structures: StructureSet, volume: Volume) -> Target:
    """The contours as pixels of the volume.

    Inside is what an odd number of lines separates from the outside: a hole may be drawn as a contour of its own or be
    cut in by a keyhole. Of several ROIs, what lies in any of them. Each slice takes the contours of the nearest plane,
    at most half a slice away. A slice without contours between two with contours takes what both of them have.

    Raises:
        StructureSetRefused: the contours are of another CT, not parallel to its slices, or beside them.
    """
    frame = volume.series.frame_of_reference_uid
    if frame and structures.frame_of_reference != frame:
        raise _refused(structures, message("its contours have another frame of reference than the CT"))
    contours: dict[str, list[Contour]] = {}
    for contour in structures.contours:
        contours.setdefault(contour.roi, []).append(contour)
    mask = np.zeros(volume.hu.shape, dtype=bool)
    notes: list[Message] = []
    for own in contours.values():
        part, remarks = _one_roi(structures, own, volume)
        mask |= part
        notes += remarks
    if not mask.any():
        raise _refused(structures, message("its contours lie beside the CT"))
    return Target(mask, tuple(notes))


def _one_roi(structures: StructureSet, contours: list[Contour], volume: Volume) -> tuple[Masks, list[Message]]:
    planes = _planes(structures, contours, volume)
    geometry = volume.geometry
    positions = geometry.positions_mm
    half = geometry.spacing_mm / 2 + SAME_PLANE_MM
    mask = np.zeros(volume.hu.shape, dtype=bool)
    heights = np.array(list(planes))
    nearest = np.array([geometry.nearest(height) for height in heights])
    away = np.abs(positions[nearest] - heights)
    for index in set(nearest[away <= half].tolist()):
        here = np.flatnonzero(nearest == index)
        for contour in planes[heights[here[np.argmin(away[here])]]]:
            _invert_inside(mask[index], geometry, index, contour)
    notes = _fill(mask)
    if outside := int(((heights < positions[0] - half) | (heights > positions[-1] + half)).sum()):
        notes.append(
            counted(
                "{number} plane of contours lies above or below the CT",
                "{number} planes of contours lie above or below the CT",
                outside,
            )
        )
    return mask, notes


def _planes(structures: StructureSet, contours: list[Contour], volume: Volume) -> dict[float, list[Contour]]:
    """Contours by their position along the stack."""
    geometry, slices = volume.geometry, volume.series.slices
    positions = geometry.positions_mm
    named = {item.sop_instance_uid: index for index, item in enumerate(slices)}
    one_each = len(named) == len(slices)  # the frames of an Enhanced CT share a UID
    planes: dict[float, list[Contour]] = {}
    for contour in contours:
        along = contour.points @ geometry.normal
        if np.ptp(along) > FLAT_MM:
            raise _refused(
                structures,
                message(
                    "a contour spans {mm:.1f} mm across the slices, so it was drawn on slices of another tilt",
                    mm=float(np.ptp(along)),
                ),
            )
        position = float(along.mean())
        for uid in contour.slices:
            if uid not in named:
                raise _refused(
                    structures, message("a contour was drawn on the slice {uid}, which is not there", uid=uid)
                )
            away = abs(float(positions[named[uid]]) - position)
            if one_each and away > geometry.spacing_mm / 2 + FLAT_MM:
                raise _refused(
                    structures,
                    message("a contour lies {mm:.1f} mm from the slice that it was drawn on, {uid}", mm=away, uid=uid),
                )
        height = next((height for height in planes if abs(height - position) <= SAME_PLANE_MM), position)
        planes.setdefault(height, []).append(contour)
    return planes


def _invert_inside(mask: Masks, geometry: StackGeometry, index: int, contour: Contour) -> None:
    """Invert, in place, the pixels of a slice [rows, columns] whose centres lie in a contour.

    In each row of pixels, what is right of an odd number of lines is inside. The lines are taken from their upper end,
    so that a keyhole's two, which are one line drawn there and back, cancel out exactly: with `matplotlib.path` the
    pixels on it are lost.
    """
    columns, rows = geometry.to_pixel(index, contour.points)
    ends = np.stack([rows, columns]), np.roll(np.stack([rows, columns]), -1, axis=1)
    (top, left), (bottom, right) = np.where(ends[0][0] <= ends[1][0], ends, ends[::-1])
    for row in range(max(0, int(np.ceil(top.min()))), min(mask.shape[0], int(np.floor(bottom.max())) + 1)):
        met = (top <= row) & (row < bottom)
        across = left[met] + (row - top[met]) / (bottom[met] - top[met]) * (right[met] - left[met])
        first = np.clip(np.ceil(across), 0, mask.shape[1]).astype(int)
        mask[row] ^= (np.bincount(first, minlength=mask.shape[1] + 1)[:-1].cumsum() % 2).astype(bool)


def _fill(mask: Masks) -> list[Message]:
    """Fill, in place, single slices that were left out, and tell about them and about longer gaps."""
    drawn = np.flatnonzero(mask.any(axis=(1, 2)))
    gaps = np.diff(drawn)
    for below in drawn[:-1][gaps == 2]:
        mask[below + 1] = mask[below] & mask[below + 2]
    notes = []
    if filled := int((gaps == 2).sum()):
        notes.append(
            counted(
                "{number} slice without contours was filled from its neighbours",
                "{number} slices without contours were filled from their neighbours",
                filled,
            )
        )
    if left := int((gaps[gaps > 2] - 1).sum()):
        notes.append(
            counted(
                "{number} slice within the tumour has no contours",
                "{number} slices within the tumour have no contours",
                left,
            )
        )
    return notes


def _refused(structures: StructureSet, reason: Message) -> StructureSetRefused:
    return StructureSetRefused(
        message("The structure set {file} cannot be used, because {reason}.", file=structures.shown, reason=reason)
    )
