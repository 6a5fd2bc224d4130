"""The phantoms that the backbone is trained on: which, and their crops, drawn in memory."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import ceil, floor

import numpy as np

from desktop.inference.crop import CROP_SIZE
from desktop.phantoms import PLAIN, Phantom, Variety, draw_phantom
from desktop.phantoms.series_files import instance_uid
from desktop.reading.roi import PositionRange
from training.cohort.crops import MARGIN, crops_with_margin
from training.fit.images import Images
from training.work.processes import in_order
from training.work.progress import Progress

BACKBONE_SEEDS = range(1_000_000, 2_000_000)
WATCHED_SEEDS = range(2_000_000, 3_000_000)
"""No phantom serves two purposes: cohorts have seeds of their own (`training.cohort.selection`), 3,000,000 to 5,000,000
were the final layer's and the figures' of the model 0.1.0, and the lower ones are left to readers and tests."""

_FILTER_PIXELS = 2
_AT_ONCE = 4


def draw_heads(seeds: Sequence[int], workers: int, what: str, variety: Variety = PLAIN) -> Images:
    """All slices in range of one phantom for each seed; with one worker in this process, else in that many others."""
    progress = Progress(what, len(seeds))
    heads = []
    for number, head in enumerate(in_order(partial(draw_head, variety=variety), seeds, workers, _AT_ONCE), start=1):
        heads.append(head)
        progress.tell(number)
    progress.close(f"{len(seeds)} phantoms")
    return Images.join(heads)


def draw_head(seed: int, variety: Variety = PLAIN) -> Images:
    """Every other phantom is invaded."""
    return slices_in_range(draw_phantom(seed, invaded=seed % 2 == 1, variety=variety))


def slices_in_range(phantom: Phantom) -> Images:
    """The crops of a phantom, without drawing the rest of its slices."""
    truth, acquisition = phantom.truth, phantom.acquisition
    inside = PositionRange(*truth.range_mm).indices(phantom.positions_mm)
    wanted = slice(inside[0], inside[-1] + 1)
    column, row, width, height = truth.roi_px
    rows, columns = _reach(row, height, acquisition.rows), _reach(column, width, acquisition.columns)
    hu = np.rint(phantom.hu(wanted, (*rows, *columns))).astype(np.int16)  # as a file stores it
    rectangle = (column - columns[0], row - rows[0], width, height)
    count = len(hu)
    return Images(
        crops_with_margin(hu, [rectangle] * count).astype(np.float16),
        np.array(truth.slice_invaded[wanted], dtype=np.bool_),
        tuple(str(instance_uid(phantom, index)) for index in inside),
        (str(phantom.seed),) * count,
        (str(phantom.seed),) * count,
        phantom.positions_mm[wanted],
        np.full(count, acquisition.spacing_mm),
    )


def _reach(start: float, length: float, pixels: int) -> tuple[int, int]:
    """The pixels that a crop with margin is resampled from."""
    share = MARGIN / CROP_SIZE
    low, high = start - share * length, start + (1 + share) * length
    return max(0, floor(low) - _FILTER_PIXELS), min(pixels, ceil(high) + _FILTER_PIXELS)
