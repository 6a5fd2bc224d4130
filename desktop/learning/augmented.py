"""Augmented copies, each regenerated from (seed, SOPInstanceUID, number of the copy) alone.

Copies are made one by one, on the CPU, from numbers that no other copy has a part in, so that the same copy comes out
in any order, batch, thread or process. In HU, before the window, out of crops with margin: no corner is ever empty
(`desktop.learning.fit_settings.Copies` refuses ranges that would reach beyond the margin).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from desktop.learning.augmentation import Augmentation
from desktop.learning.draws import stream

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

_NOISE_PIXELS = 2
"""Added noise is the same over squares of so many pixels: a soft kernel's noise is coarse."""


def copy_of(
    image: npt.NDArray[np.float16], uid: str, copy: int, seed: int, amounts: Augmentation, size: int | None = None
) -> Floats:
    """One copy [size, size] in HU of one image.

    Args:
        image: [side, side], a crop with margin in HU; the crop itself has two thirds of the side.
        uid: the slice's SOPInstanceUID.
        copy: 0 is the image itself, as the application sees it; from 1 on, an augmented copy.
        seed: of the fit.
        size: pixels of an augmented copy, where it is to be coarser than the crop.
    """
    side = image.shape[0]
    crop, margin = side * 4 // 6, side // 6
    if copy == 0:
        return image[margin : margin + crop, margin : margin + crop].astype(np.float32)
    size = crop if size is None else size
    draw = stream(seed, "copy", uid, copy)
    angle, scale, across, down, offset, noise = (2 * draw.random(6) - 1) * (
        np.deg2rad(amounts.rotation_deg),
        amounts.scale,
        amounts.shift,
        amounts.shift,
        amounts.offset_hu,
        amounts.noise_hu,
    )
    mirror = -1.0 if draw.random() < amounts.flip else 1.0
    # From the copy to the crop with margin, both reaching from -1 to 1; pixels lie at their centres.
    at = (np.arange(size) + 0.5) * (2 / size) - 1
    cosine, sine = (1 + scale) * (crop / side) * np.array([np.cos(angle), np.sin(angle)])
    shift = 2 * crop / side
    columns = cosine * mirror * at[None, :] - sine * at[:, None] + across * shift
    rows = sine * mirror * at[None, :] + cosine * at[:, None] + down * shift
    source = image.astype(np.float32)
    if 2 * size <= crop:
        source = _halved(source)  # bilinear sampling alone would turn fine noise into coarse
    moved = _sampled(source, columns, rows)
    moved += np.float32(offset)
    if amounts.noise_hu > 0:
        cells = -(-size // _NOISE_PIXELS)
        coarse = draw.standard_normal((cells, cells), dtype=np.float32) * np.float32(abs(noise))
        moved += coarse.repeat(_NOISE_PIXELS, axis=0).repeat(_NOISE_PIXELS, axis=1)[:size, :size]
    return np.asarray(moved, dtype=np.float32)


def _halved(image: Floats) -> Floats:
    """Means of squares of 2 x 2 pixels; an odd last row or column is left out."""
    side = image.shape[0] // 2
    return np.asarray(image[: 2 * side, : 2 * side].reshape(side, 2, side, 2).mean(axis=(1, 3)))


def _sampled(image: Floats, columns: Doubles, rows: Doubles) -> Floats:
    """An image [side, side] at places [...] that reach from -1 to 1, between pixels bilinear, beyond the border as
    there."""
    side = image.shape[0]
    found, parts = [], []
    for places in (rows, columns):
        at = np.clip(((places + 1) * side - 1) / 2, 0, side - 1).astype(np.float32)
        low = np.minimum(at.astype(np.int32), side - 2)
        found.append(low)
        parts.append(at - low)
    (down, across), flat = parts, image.ravel()
    first = found[0] * side + found[1]
    upper = flat[first] * (1 - across) + flat[first + 1] * across
    lower = flat[first + side] * (1 - across) + flat[first + side + 1] * across
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float32)
