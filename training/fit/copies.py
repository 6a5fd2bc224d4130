"""Augmented copies, each regenerated from (seed, SOPInstanceUID, number of the copy) alone.

Copies are made one by one, on the CPU, from numbers that no other copy has a part in, so that the same copy comes out
in any order, batch, thread or process. In HU, before the window, out of crops with margin: no corner is ever empty
(`training.fit.configuration.Copies` refuses ranges that would reach beyond the margin).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from training.fit.augmentation import Augmentation
from training.fit.draws import stream

Floats = npt.NDArray[np.float32]

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
    grid = torch.from_numpy(np.stack([columns, rows], axis=-1).astype(np.float32))
    source = torch.from_numpy(image.astype(np.float32))[None, None]
    if 2 * size <= crop:
        source = functional.avg_pool2d(source, 2)  # bilinear sampling alone would turn fine noise into coarse
    moved = functional.grid_sample(source, grid[None], "bilinear", "border", False)[0, 0].numpy()
    moved += np.float32(offset)
    if amounts.noise_hu > 0:
        cells = -(-size // _NOISE_PIXELS)
        coarse = draw.standard_normal((cells, cells), dtype=np.float32) * np.float32(abs(noise))
        moved += coarse.repeat(_NOISE_PIXELS, axis=0).repeat(_NOISE_PIXELS, axis=1)[:size, :size]
    return np.asarray(moved, dtype=np.float32)
