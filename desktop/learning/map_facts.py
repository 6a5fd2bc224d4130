"""What a model says about its maps, measured on the crops that it learned from: their scale, and how far they are off.

How far: a small square of a crop is inverted, and the map's change should lie there. It does so only roughly, because
a cell sees more of the crop than it covers, and by how much depends on the network and on the pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from desktop.inference.maps import LEAST_SCALE, Localisation, MapFacts, per_cm2
from desktop.learning.cohort.crops import WINDOW
from desktop.learning.images import Images
from desktop.reading.landmarks import PAPERS_ROI

Floats = npt.NDArray[np.float32]

SCALE_QUANTILE = 0.99
"""Of all cells' absolute values. The few beyond are drawn like the end of the scale; by the maximum, one odd crop would
make every case faint."""

MOST_CROPS = 300
"""For the scale; with more, its two digits hardly change."""

MOST_PATIENTS = 32
"""In whose middle crop patches are planted: about 300 patches, half a minute on two cores."""

PATCH = 1 / 14
"""Side of a patch as a share of the crop's: 16 of 224 pixels, half a cell of the map."""

PLACES = (0.25, 0.5, 0.75)
"""Of the patches, along each side of a crop. At the border a map can be off in one direction only."""


Contributions = Callable[[Floats], Floats]
"""From crops [n, size, size] to each cell's contribution to the logit [n, h, w]."""


def measure_maps(answer: Contributions, images: Images, stride: int) -> MapFacts:
    """Scale and localisation of a network's maps.

    Args:
        images: of the training.
        stride: crop pixels from one cell to the next.
    """
    rows = np.unique(np.linspace(0, len(images) - 1, min(len(images), MOST_CROPS)).astype(int))
    found = answer(_crops(images, rows))
    # The crops do not say how large their ROI was; readers are asked for this area.
    densities = per_cm2(found, [PAPERS_ROI.area_cm2] * len(rows), images.crop_size, stride)
    scale = max(float(np.quantile(np.abs(densities), SCALE_QUANTILE)), LEAST_SCALE)
    return MapFacts(float(f"{scale:.2g}"), _localisation(answer, _crops(images, _one_of_each_patient(images)), stride))


def crops_to_measure(images: int, patients: int) -> int:
    """How many crops `measure_maps` asks about, for so many images of so many patients."""
    return min(images, MOST_CROPS) + min(patients, MOST_PATIENTS) * (1 + len(PLACES) ** 2)


def _one_of_each_patient(images: Images) -> npt.NDArray[np.intp]:
    patients = np.array(images.patient)
    middles = [rows[len(rows) // 2] for rows in (np.flatnonzero(patients == name) for name in np.unique(patients))]
    chosen = np.unique(np.linspace(0, len(middles) - 1, min(len(middles), MOST_PATIENTS)).astype(int))
    return np.sort(np.array(middles)[chosen])


def _localisation(answer: Contributions, crops: Floats, stride: int) -> Localisation | None:
    """None where no patch changes any map."""
    size = crops.shape[1]
    side = max(1, round(PATCH * size))
    offsets = []
    plain = answer(crops)
    for down, across in ((round(down * size), round(across * size)) for down in PLACES for across in PLACES):
        change = np.square(answer(inverted(crops, down, across, side)) - plain)
        for weights in change[change.sum(axis=(1, 2)) > 0]:
            row, column = centre_of_mass(weights, stride)
            offsets.append((row - down, column - across))
    if not offsets:
        return None
    rows, columns = (float(offset) for offset in np.mean(offsets, axis=0))
    error = float(np.median(np.hypot(*np.transpose(offsets))))
    mm = math.sqrt(PAPERS_ROI.area_cm2) * 10 / size
    return Localisation(
        rows_px=round(rows, 1),
        columns_px=round(columns, 1),
        error_px=round(error, 1),
        rows_mm=round(rows * mm, 2),
        columns_mm=round(columns * mm, 2),
        error_mm=round(error * mm, 2),
        patches=len(offsets),
    )


def inverted(crops: Floats, row: int, column: int, side: int) -> Floats:
    """Crops [n, size, size] in HU with one square inverted: black within the network's window if it was bright on the
    whole, else white, so that it is seen on air, soft tissue and bone alike."""
    low, high = WINDOW.level - WINDOW.width / 2, WINDOW.level + WINDOW.width / 2
    changed = crops.copy()
    rows = slice(max(0, row - side // 2), row - side // 2 + side)
    columns = slice(max(0, column - side // 2), column - side // 2 + side)
    bright = changed[:, rows, columns].clip(low, high).mean(axis=(1, 2), keepdims=True) >= WINDOW.level
    changed[:, rows, columns] = np.where(bright, low, high)
    return changed


def centre_of_mass(weights: Floats, stride: int) -> tuple[float, float]:
    """Row and column in pixels of a crop, of weights [h, w] whose first cell is centred on pixel 0."""
    total = weights.sum()
    rows, columns = (np.arange(cells) * stride for cells in weights.shape)
    return float(weights.sum(axis=1) @ rows / total), float(weights.sum(axis=0) @ columns / total)


def _crops(images: Images, rows: npt.NDArray[np.intp]) -> Floats:
    return np.concatenate([images.crops(slice(row, row + 1)) for row in rows])
