"""The phantoms that the backbone is trained on: which, and their crops, drawn in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from desktop.inference.crop import CROP_SIZE
from desktop.learning.cohort.crops import MARGIN, crops_with_margin
from desktop.learning.images import Images
from desktop.phantoms import Phantom, draw_phantom
from desktop.phantoms.series_files import instance_uid
from desktop.reading.roi import PositionRange
from training.cohort.kinds import ONLY_PLAIN, Kinds, kind_at
from training.work.processes import in_order
from training.work.progress import Progress

BACKBONE_SEEDS = range(1_000_000, 2_000_000)
WATCHED_SEEDS = range(2_000_000, 3_000_000)
"""No phantom serves two purposes: cohorts have seeds of their own (`training.cohort.selection`), 3,000,000 to 5,000,000
were the final layer's and the figures' of the model 0.1.0, and the lower ones are left to readers and tests."""

_FILTER_PIXELS = 2
_AT_ONCE = 4
_HALF = 0.5
"""Of a pixel: from here on it counts as invaded."""


@dataclass(frozen=True)
class Heads:
    """Slices of phantoms, with what only a phantom tells of them.

    Attributes:
        where: [n, side, side] whether a pixel of `images.hu` is invaded bone.
    """

    images: Images
    where: npt.NDArray[np.bool_]

    @staticmethod
    def join(parts: Sequence[Heads]) -> Heads:
        """All slices, one part after the other."""
        return Heads(Images.join([part.images for part in parts]), np.concatenate([part.where for part in parts]))

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class Twins:
    """Heads that are there twice, intact and invaded; all else about them is the same.

    Attributes:
        intact, invaded: row by row the same slices.
    """

    intact: Heads
    invaded: Heads

    def __post_init__(self) -> None:
        if self.intact.images.sop_uid != self.invaded.images.sop_uid:
            raise ValueError("twins have the same slices")

    def __len__(self) -> int:
        return len(self.intact)


def draw_twins(seeds: Sequence[int], workers: int, what: str, kinds: Kinds = ONLY_PLAIN) -> Twins:
    """All slices in range of both phantoms of each seed."""
    progress, pairs = Progress(what, len(seeds)), []
    for number, pair in enumerate(in_order(partial(_draw_pair, kinds=kinds), seeds, workers, _AT_ONCE), start=1):
        pairs.append(pair)
        progress.tell(number)
    progress.close(f"{len(seeds)} heads, intact and invaded")
    intact, invaded = zip(*pairs, strict=True)
    return Twins(Heads.join(intact), Heads.join(invaded))


def _draw_pair(seed: int, kinds: Kinds) -> tuple[Heads, Heads]:
    intact, invaded = (draw_phantom(seed, invaded=truth, variety=kind_at(seed, kinds)) for truth in (False, True))
    return slices_in_range(intact), slices_in_range(invaded)


def draw_heads(seeds: Sequence[int], workers: int, what: str, kinds: Kinds = ONLY_PLAIN) -> Heads:
    """All slices in range of one phantom for each seed; with one worker in this process, else in that many others."""
    progress = Progress(what, len(seeds))
    heads = []
    for number, head in enumerate(in_order(partial(draw_head, kinds=kinds), seeds, workers, _AT_ONCE), start=1):
        heads.append(head)
        progress.tell(number)
    progress.close(f"{len(seeds)} phantoms")
    return Heads.join(heads)


def draw_head(seed: int, kinds: Kinds = ONLY_PLAIN) -> Heads:
    """Every other phantom is invaded."""
    return slices_in_range(draw_phantom(seed, invaded=seed % 2 == 1, variety=kind_at(seed, kinds)))


def slices_in_range(phantom: Phantom) -> Heads:
    """The crops of a phantom, without drawing the rest of its slices."""
    truth, acquisition = phantom.truth, phantom.acquisition
    inside = PositionRange(*truth.range_mm).indices(phantom.positions_mm)
    wanted = slice(inside[0], inside[-1] + 1)
    column, row, width, height = truth.roi_px
    rows, columns = _reach(row, height, acquisition.rows), _reach(column, width, acquisition.columns)
    hu = np.rint(phantom.hu(wanted, (*rows, *columns))).astype(np.int16)  # as a file stores it
    count = len(hu)
    rectangles = [(column - columns[0], row - rows[0], width, height)] * count
    invaded = phantom.invaded_mask(wanted, (*rows, *columns)).astype(np.float32)
    images = Images(
        crops_with_margin(hu, rectangles).astype(np.float16),
        np.array(truth.slice_invaded[wanted], dtype=np.bool_),
        tuple(str(instance_uid(phantom, index)) for index in inside),
        (str(phantom.seed),) * count,
        (str(phantom.seed),) * count,
        phantom.positions_mm[wanted],
        np.full(count, acquisition.spacing_mm),
    )
    return Heads(images, crops_with_margin(invaded, rectangles) >= _HALF)


def _reach(start: float, length: float, pixels: int) -> tuple[int, int]:
    """The pixels that a crop with margin is resampled from."""
    share = MARGIN / CROP_SIZE
    low, high = start - share * length, start + (1 + share) * length
    return max(0, floor(low) - _FILTER_PIXELS), min(pixels, ceil(high) + _FILTER_PIXELS)
