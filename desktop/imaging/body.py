"""Where in its slices the body lies: a head often fills a third of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from desktop.imaging.geometry import Rectangle
from desktop.imaging.pixels import Hounsfield

_BODY_HU = -300
"""Skin and everything within; hair, clothes and pads have less."""

_LEAST_MM = 25.0
"""Of body in a row or column. The shell of a table or a headrest is thinner, and seen edge on in most columns."""

_MOST_SLICES = 24
_STEP = 2
"""Slices and pixels that are looked at: the outline of a head needs no more."""

_HEAD_AT_MOST = 1.3
"""Width of a head by its depth. What is wider has shoulders, in some of its slices."""

_SHARE = 0.3
"""Of the slices that must have body in a column, where there are shoulders: the views show the head large, and the
shoulders reach beyond them."""

_ROUND_MM = 8.0
"""Left around the body."""


def body_box(hu: Hounsfield, row_mm: float, column_mm: float) -> Rectangle:
    """The (column, row, width, height) in which the body lies in all slices; the whole slice if there is none.

    Tables and headrests stay outside where air parts them from the body, shoulders where there is more head than them.

    Args:
        hu: [slices, rows, columns] Hounsfield units.
        row_mm, column_mm: height and width of a pixel.
    """
    count, height, width = hu.shape
    every = -(-count // _MOST_SLICES)
    body = hu[::every, ::_STEP, ::_STEP] > _BODY_HU
    depth_mm = body.sum(axis=1) * _STEP * row_mm
    columns = _stretch(depth_mm.max(axis=0))
    rows = _stretch((body[:, :, slice(*columns)].sum(axis=2) * _STEP * column_mm).max(axis=0))
    if 0 in (columns[1], rows[1]):
        return 0.0, 0.0, float(width), float(height)
    if (columns[1] - columns[0]) * column_mm > _HEAD_AT_MOST * (rows[1] - rows[0]) * row_mm:
        narrower = _stretch(np.quantile(depth_mm[depth_mm.any(axis=1)], 1 - _SHARE, axis=0))
        columns = narrower if narrower[1] else columns
    left, right = _with_margin(columns, _ROUND_MM / column_mm, width)
    top, bottom = _with_margin(rows, _ROUND_MM / row_mm, height)
    return left, top, right - left, bottom - top


def _stretch(body_mm: npt.NDArray[np.float64]) -> tuple[int, int]:
    """The longest stretch of rows or columns with enough body in each, from its first to behind its last."""
    enough = np.concatenate([[False], body_mm >= _LEAST_MM, [False]])
    edges = np.flatnonzero(enough[1:] != enough[:-1]).reshape(-1, 2)
    if not len(edges):
        return 0, 0
    first, last = edges[np.argmax(edges[:, 1] - edges[:, 0])]
    return int(first), int(last)


def _with_margin(stretch: tuple[int, int], margin_px: float, count: int) -> tuple[float, float]:
    first, last = stretch
    return max(0.0, first * _STEP - margin_px), min(float(count), last * _STEP + margin_px)
