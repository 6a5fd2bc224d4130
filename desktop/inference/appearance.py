"""How a crop looks to a model: which tissues lie beside which, and what the network sees where.

Three views of it, because each misses what another one notices. On phantoms and real heads (docs/decisions.md): a
network that learned from phantoms finds real heads hardly strange, but the densities beside each other do; these do not
tell a rectangle of twice the size, but the cells do.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

WIDTH = 64
"""Numbers kept of a cell's channels. Signed sums of many channels keep their angles (Achlioptas 2003)."""

_DENSITIES = (-300, -60, 0, 50, 100, 250, 700)
"""HU between classes: air, fat, fluid, brain, muscle, what takes up contrast medium, marrow, cortical bone. A pair of
classes fills one of `WIDTH` numbers."""

_APART = (28, 7)
"""Two pixels whose densities are counted together lie such a part of the crop's side apart: 1.5 and 6 mm of 42 mm."""

VIEWS = (slice(0, 2), slice(2, 6), slice(6, None))
"""Of the parts of an appearance: densities beside each other, quarters, cells."""


def appearance_of(crops: Floats, maps: Floats) -> Floats:
    """The appearance [n, 2 + 4 + h w, WIDTH] of crops, each part of unit length or zero.

    Args:
        crops: [n, size, size] in HU.
        maps: [n, channels, h, w] the feature maps.
    """
    n, channels, high, wide = maps.shape
    cells = maps.transpose(0, 2, 3, 1) @ _signs(channels)
    halves = [(slice(0, (size + 1) // 2), slice(size // 2, size)) for size in (high, wide)]  # an odd row counts twice
    quarters = [cells[:, rows, columns].mean(axis=(1, 2)) for rows in halves[0] for columns in halves[1]]
    parts = [_pairs(crops), np.stack(quarters, axis=1), cells.reshape(n, high * wide, WIDTH)]
    return unit(np.concatenate(parts, axis=1))


def unit(vectors: Floats) -> Floats:
    """Vectors [..., m] at unit length; what is zero stays so."""
    wide = vectors.astype(np.float32)
    length = np.linalg.norm(wide, axis=-1, keepdims=True)
    return np.asarray(wide / np.maximum(length, np.finfo(np.float32).tiny), dtype=np.float32)


def _pairs(crops: Floats) -> Floats:
    """Roots of the shares of pairs of densities [n, distances, WIDTH], across and down (Haralick 1973): their products
    are Bhattacharyya's."""
    classes = np.searchsorted(_DENSITIES, crops, side="right")
    count = len(_DENSITIES) + 1
    found = np.empty((len(crops), len(_APART), WIDTH), dtype=np.float32)
    for crop, of_crop in zip(classes, found, strict=True):
        for part, pairs in zip(_APART, of_crop, strict=True):
            apart = max(1, len(crop) // part)
            beside = (crop[:, :-apart], crop[:, apart:]), (crop[:-apart], crop[apart:])
            each = np.concatenate([(count * one + other).ravel() for one, other in beside])
            shares = np.bincount(each, minlength=WIDTH).reshape(count, count)
            pairs[:] = np.sqrt((shares + shares.T) / (2 * len(each))).ravel()
    return found


@cache
def _signs(channels: int) -> Floats:
    """-1 or 1 [channels, WIDTH], the same on every machine and for ever: a reference is compared with their sums."""
    drawn = np.frombuffer(hashlib.shake_256(b"clivus appearance").digest(channels * WIDTH // 8), dtype=np.uint8)
    return np.unpackbits(drawn).reshape(channels, WIDTH).astype(np.float32) * 2 - 1
