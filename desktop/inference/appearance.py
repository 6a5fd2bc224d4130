"""How a crop looks to a model: which tissues it holds, and what the network sees where.

Three views of it, because each misses what another one notices. On phantoms and real heads (docs/decisions.md): a
network that learned from phantoms finds real heads hardly strange, but the shares of their densities do; the densities
do not tell a rectangle of twice the size, but the cells do.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

WIDTH = 64
"""Numbers kept of a cell's channels. Signed sums of many channels keep their angles (Achlioptas 2003)."""

_DENSITIES = (-600, -250, -120, -70, -40, -20, 0, 20, 40, 60, 80, 110, 150, 220, 350, 550, 800, 1200)
"""HU between classes: air, fat, water, brain, muscle, what takes up contrast medium, marrow and cortical bone."""

VIEWS = (slice(0, 1), slice(1, 5), slice(5, None))
"""Of the parts of an appearance: densities, quarters, cells."""


def appearance_of(crops: Floats, maps: Floats) -> Floats:
    """The appearance [n, 1 + 4 + h w, WIDTH] of crops, each part of unit length or zero.

    Args:
        crops: [n, size, size] in HU.
        maps: [n, channels, h, w] the feature maps.
    """
    n, channels, high, wide = maps.shape
    cells = maps.transpose(0, 2, 3, 1) @ _signs(channels)
    halves = [(slice(0, (size + 1) // 2), slice(size // 2, size)) for size in (high, wide)]  # an odd row counts twice
    quarters = [cells[:, rows, columns].mean(axis=(1, 2)) for rows in halves[0] for columns in halves[1]]
    parts = [_densities(crops)[:, None], np.stack(quarters, axis=1), cells.reshape(n, high * wide, WIDTH)]
    return unit(np.concatenate(parts, axis=1))


def unit(vectors: Floats) -> Floats:
    """Vectors [..., m] at unit length; what is zero stays so."""
    wide = vectors.astype(np.float32)
    length = np.linalg.norm(wide, axis=-1, keepdims=True)
    return np.asarray(wide / np.maximum(length, np.finfo(np.float32).tiny), dtype=np.float32)


def _densities(crops: Floats) -> Floats:
    """Roots of the shares of densities [n, WIDTH], filled up with zeros: their products are Bhattacharyya's."""
    classes = np.searchsorted(_DENSITIES, crops.reshape(len(crops), -1), side="right")
    counts = np.stack([np.bincount(row, minlength=WIDTH) for row in classes])
    return np.asarray(np.sqrt(counts / classes.shape[1]), dtype=np.float32)


@cache
def _signs(channels: int) -> Floats:
    """-1 or 1 [channels, WIDTH], the same on every machine and for ever: a reference is compared with their sums."""
    drawn = np.frombuffer(hashlib.shake_256(b"clivus appearance").digest(channels * WIDTH // 8), dtype=np.uint8)
    return np.unpackbits(drawn).reshape(channels, WIDTH).astype(np.float32) * 2 - 1
