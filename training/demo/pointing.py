"""Does Grad-CAM point at invaded bone?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from desktop.inference.manifest import Manifest
from desktop.phantoms import draw_phantom
from training.demo.drawn_cases import DrawnCase

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pointing:
    """Per slice: does the map's strongest cell lie near invaded bone, and which share of all cells does."""

    hits: npt.NDArray[np.bool_]
    chance: Doubles


def point(
    case: DrawnCase,
    maps: npt.NDArray[np.float32],
    wanted: npt.NDArray[np.bool_],
    manifest: Manifest,
    near_mm: float,
) -> Pointing:
    """Compare maps [n, h, w] of the slices where `wanted` [n] with the phantom's truth.

    A cell stands for its centre; it is near when that is at most `near_mm` from invaded bone in the slice.
    """
    if not wanted.any():
        return Pointing(np.zeros(0, dtype=bool), np.zeros(0))
    phantom = draw_phantom(case.seed, invaded=case.invaded)
    masks = phantom.invaded_mask(slice(case.first, case.first + len(maps)), case.region)
    column, row, width, height = case.rectangle
    down = _centres(row, height, maps.shape[1], manifest, masks.shape[1])
    across = _centres(column, width, maps.shape[2], manifest, masks.shape[2])
    hits, chance = [], []
    for index in np.flatnonzero(wanted):
        # Without invaded bone in the cut there is nothing to point at, and no distance to it.
        away: Doubles = (
            ndimage.distance_transform_edt(~masks[index], sampling=case.pixel_mm)
            if masks[index].any()
            else np.full(masks[index].shape, np.inf)
        )
        near = away[np.ix_(down, across)] <= near_mm
        hits.append(near.flat[int(maps[index].argmax())])
        chance.append(near.mean())
    return Pointing(np.asarray(hits, dtype=bool), np.asarray(chance))


def _centres(start: float, length: float, cells: int, manifest: Manifest, pixels: int) -> npt.NDArray[np.int64]:
    """The pixel of the cut in which each cell is centred; cell i is centred on crop pixel `map_stride` x i."""
    places = start + (np.arange(cells) * manifest.map_stride + 0.5) * length / manifest.crop_size
    return np.clip(places.astype(np.int64), 0, pixels - 1)
