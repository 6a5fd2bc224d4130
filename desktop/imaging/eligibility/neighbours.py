"""Whether every slice shows an image of its own, at the position where it belongs.

Neighbouring slices of a head are similar, the more so the closer they lie, but never identical. Measured on 60 phantoms
(1.25 to 4 mm) and five real scans (1 to 7 mm), in order and with images exchanged, repeated and joined.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from desktop.imaging.eligibility import names
from desktop.imaging.eligibility.check import Check, Status
from desktop.imaging.geometry import Rectangle
from desktop.imaging.overview import Floats
from desktop.imaging.volume import Volume
from desktop.messages import counted, message

FARTHER_IS_LIKER = 1.3
"""Difference between neighbours, relative to the next slice but one and all beyond. In order: at most 1.12 (4 mm). Two
neighbours exchanged: 1.6 and more."""

SUDDEN = 2.5
"""Difference between neighbours per mm, relative to the greatest of the surrounding steps. In order: at most 1.7. Two
heights joined: 3 and more."""

SAME_PICTURE = 1.3
"""Difference at edges, relative to that in flat tissue. Neighbours: 2.0 and more at 1 mm. The same anatomy with other
noise, an offset of 1 HU or 8 bits: 1.0 and less."""

USUAL_SEAM, MAXIMUM_SEAM = 1.8, 2.6
"""Difference across a line through the slices of the range, relative to the lines beside it. Intact: at most 1.5. Two
halves from different heights: 2.3 and more, 1.6 if they are 4 mm apart."""

_MOVED_SHARE = 0.2
"""Share of all steps: if so many are wrong anywhere, no position can be trusted."""

_EDGE_HU, _FLAT_HU, _EDGE_CELLS = 150, 40, 50
_LEAST_NOISE_HU = 2.0
_SEAM_SLICES, _SEAM_HU, _SEAM_TISSUE_HU = 24, 150, (-200, 200)
_SEAM_REACH_MM = 30.0
"""mm. Seams are searched for in the ROI and this far around it: farther out lie the straight edges of tables."""

_SEAM_LENGTH = 0.25
"""A line counts if it crosses at least this share of the tissue that the longest line crosses."""


def pictures_in_order(volume: Volume, inside: Sequence[int]) -> Check:
    """Check that neighbours in the stack are more alike than slices farther apart. `inside`: the slices of the
    range."""
    name, required = names.PICTURES_IN_ORDER, message("neighbouring slices alike")
    steps = _wrong_steps(volume)
    if not steps.size:
        sentence = message("Neighbouring slices are alike, as in one head.")
        return Check(name, "pass", message("in order"), required, sentence)
    wrong = steps[np.isin(steps, inside) | np.isin(steps + 1, inside)]
    status: Status = "fail" if wrong.size or steps.size > _MOVED_SHARE * len(volume.hu) else "warn"
    first = wrong[0] if wrong.size else steps[0]
    measured = counted("{number} step that does not fit", "{number} steps that do not fit", len(steps))
    sentence = message(
        "Images seem to lie at the wrong positions ({measured}, the first in question above {position:.1f} mm): slices "
        "farther apart are more alike than neighbours, so export the original series again.",
        measured=measured,
        position=volume.geometry.positions_mm[first],
    )
    return Check(name, status, measured, required, sentence)


def pictures_of_their_own(volume: Volume, inside: Sequence[int]) -> Check:
    """Check that no image appears at several positions, exactly or except for noise."""
    name, required = names.PICTURE_FOR_EVERY_SLICE, message("no image twice")
    pairs = _repeated(volume)
    if not pairs:
        return Check(name, "pass", required, required, message("Every slice shows an image of its own."))
    near = [pair for pair in pairs if not {pair[0], pair[1]}.isdisjoint(inside)]
    status: Status = "fail" if near or len(pairs) > _MOVED_SHARE * len(volume.hu) else "warn"
    first, second = (near or pairs)[0]
    positions = volume.geometry.positions_mm
    measured = counted("{number} image repeated", "{number} images repeated", len(pairs))
    sentence = message(
        "One image is found at several positions ({measured}, for instance at {first:.1f} and {second:.1f} mm): the "
        "export repeated images, so export the original series again.",
        measured=measured,
        first=positions[first],
        second=positions[second],
    )
    return Check(name, status, measured, required, sentence)


def pictures_of_one_piece(volume: Volume, inside: Sequence[int], rectangles: Sequence[Rectangle]) -> Check:
    """Check for a straight seam through the slices of the range, as between halves from different heights.

    Args:
        rectangles: of these slices, in `volume.hu`; the seam is searched for around them, where all slices show tissue.
    """
    name = names.PICTURES_OF_ONE_PIECE
    required = message("no seam above {most:g} times the usual difference", most=USUAL_SEAM)
    chosen = np.unique(np.linspace(inside[0], inside[-1], min(len(inside), _SEAM_SLICES)).astype(int))
    geometry = volume.geometry
    pixels = np.asarray(volume.hu[chosen], np.float32)
    column, row, width, height = _around(rectangles)
    reach = _SEAM_REACH_MM / geometry.column_mm, _SEAM_REACH_MM / geometry.row_mm
    left, top = max(0, int(column - reach[0])), max(0, int(row - reach[1]))
    across = _seam(pixels[:, ::2, left : int(column + width + reach[0])])
    down = _seam(pixels[:, top : int(row + height + reach[1]), ::2].swapaxes(1, 2))
    seams = [(across[0], left + across[1], "column"), (down[0], top + down[1], "row")]
    strength, place, kind = max(seams)
    measured = message("{strength:.1f} times the usual difference", strength=strength)
    if strength <= USUAL_SEAM:
        return Check(name, "pass", measured, required, message("No seam runs through the slices."))
    status: Status = "fail" if strength > MAXIMUM_SEAM else "warn"
    sentence = message(
        "A straight seam runs through the slices of the range (at {place}, {measured}), as where images of two heights "
        "were joined: export the original series again.",
        place=message("column {number}", number=place) if kind == "column" else message("row {number}", number=place),
        measured=measured,
    )
    return Check(name, status, measured, required, sentence)


def _around(rectangles: Sequence[Rectangle]) -> Rectangle:
    """The smallest rectangle that contains them all."""
    column, row = (min(rectangle[edge] for rectangle in rectangles) for edge in (0, 1))
    right, bottom = (max(rectangle[edge] + rectangle[edge + 2] for rectangle in rectangles) for edge in (0, 1))
    return column, row, right - column, bottom - row


def _wrong_steps(volume: Volume) -> npt.NDArray[np.intp]:
    """The slices whose step to the next one is too large."""
    shown = np.flatnonzero(volume.overview.of_head)
    if len(shown) < 4:
        return np.array([], np.intp)
    unlike = volume.overview.unlikeness[np.ix_(shown, shown)] + 1.0
    step = np.diag(unlike, 1)
    farther = np.full(len(step), np.inf)
    for index in range(len(step)):
        above, below = unlike[index, index + 2 :], unlike[index + 1, :index]
        farther[index] = min(above.min(initial=np.inf), below.min(initial=np.inf))
    speed = step / np.maximum(np.diff(volume.geometry.positions_mm[shown]), 0.1)
    padded = np.pad(speed, 2)
    around = np.max([padded[:-4], padded[1:-3], padded[3:-1], padded[4:]], axis=0)
    return np.asarray(shown[:-1][(step > FARTHER_IS_LIKER * farther) | (speed > SUDDEN * around)])


def _repeated(volume: Volume) -> list[tuple[int, int]]:
    """Pairs of slices with the same image: among neighbours, and between each slice and the most similar other one."""
    shown = np.flatnonzero(volume.overview.of_head)
    if len(shown) < 2:
        return []
    unlike = volume.overview.unlikeness[np.ix_(shown, shown)].copy()
    np.fill_diagonal(unlike, np.inf)
    pairs = {(int(low), int(low) + 1) for low in range(len(shown) - 1)}
    pairs |= {(min(index, other), max(index, other)) for index, other in enumerate(map(int, unlike.argmin(axis=1)))}
    cells = volume.overview.hu
    found = ((int(shown[low]), int(shown[high])) for low, high in sorted(pairs))
    return [(low, high) for low, high in found if _same_picture(cells[low], cells[high])]


def _same_picture(one: Floats, other: Floats) -> bool:
    """Whether two slices differ at edges no more than in flat tissue, that is by noise alone."""
    one, other = np.clip(one, -1000, 1000), np.clip(other, -1000, 1000)
    difference = np.abs(one - other)
    if not difference.any():
        return True
    down, across = np.gradient((one + other) / 2)
    slope = np.hypot(down, across)
    edge, flat = slope > _EDGE_HU, (slope < _FLAT_HU) & (np.abs(one) < 200)
    if min(np.count_nonzero(edge), np.count_nonzero(flat)) < _EDGE_CELLS:
        return False
    noise = max(float(np.median(difference[flat])), _LEAST_NOISE_HU)
    return bool(np.median(difference[edge]) < SAME_PICTURE * noise)


def _seam(pixels: Floats) -> tuple[float, int]:
    """The strongest seam between two columns of [slices, rows, columns]: its strength and its column."""
    tissue = (pixels > _SEAM_TISSUE_HU[0]) & (pixels < _SEAM_TISSUE_HU[1])
    either = tissue[:, :, 1:] | tissue[:, :, :-1]
    difference = np.minimum(np.abs(np.diff(pixels, axis=2)), _SEAM_HU)
    length = np.count_nonzero(either, axis=(0, 1))
    mean = (difference * either).sum(axis=(0, 1)) / np.maximum(length, 1)
    whole = length > _SEAM_LENGTH * length.max(initial=0)
    if len(mean) < 9:
        return 0.0, 0
    views = np.lib.stride_tricks.sliding_window_view(mean, 9)
    usual = np.delete(views, [3, 4, 5], axis=1).max(axis=1)
    counted = np.lib.stride_tricks.sliding_window_view(whole, 9).all(axis=1)
    strength = np.where(counted, views[:, 4] / np.maximum(usual, 1.0), 0.0)
    best = int(strength.argmax())
    return float(strength[best]), best + 5
