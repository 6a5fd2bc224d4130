"""The phantoms of the demonstration: which, and what of them is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from desktop.inference.crop import CROP_SIZE
from desktop.phantoms import Phantom, draw_phantom
from desktop.reading.roi import PositionRange
from training.cohort.crops import MARGIN, LabelledCrops, crops_with_margin
from training.work.processes import in_order
from training.work.progress import Progress

BACKBONE_SEEDS = range(1_000_000, 2_000_000)
VALIDATION_SEEDS = range(2_000_000, 3_000_000)
FINAL_LAYER_SEEDS = range(3_000_000, 4_000_000)
HELD_OUT_SEEDS = range(4_000_000, 5_000_000)
"""No phantom serves two purposes; the lower seeds are left to readers and tests."""

_FILTER_PIXELS = 2
_AT_ONCE = 4

Region = tuple[int, int, int, int]


@dataclass(frozen=True)
class DrawnCase:
    """The slices in range of one phantom, cut out around the ROI.

    Attributes:
        first: index in the stack of the lowest slice in range.
        positions_mm: [n] ascending.
        slice_invaded: [n] the truth.
        region: (row0, row1, col0, col1) of the cut in the stored slice.
        rectangle: the ROI (column, row, width, height) within the cut.
        hu: [n, rows, columns] as stored in a file.
    """

    seed: int
    invaded: bool
    pattern: str
    contrast: bool
    spacing_mm: float
    pixel_mm: float
    first: int
    positions_mm: npt.NDArray[np.float64]
    slice_invaded: npt.NDArray[np.bool_]
    region: Region
    rectangle: tuple[float, float, float, float]
    hu: npt.NDArray[np.int16]

    @cached_property
    def labelled(self) -> LabelledCrops:
        """Crops with margin and labels, to learn from."""
        count = len(self.hu)
        return LabelledCrops(
            crops_with_margin(self.hu, [self.rectangle] * count).astype(np.float16),
            self.slice_invaded,
            np.full(count, self.seed, dtype=np.int64),
            np.full(count, self.invaded),
        )


def balanced(seeds: range, positive: int, negative: int) -> list[int]:
    """The first seeds of a range that give so many invaded phantoms and so many others."""
    invaded = [seed for seed in seeds[: 2 * positive] if is_invaded(seed)]
    intact = [seed for seed in seeds[: 2 * negative] if not is_invaded(seed)]
    return sorted(invaded + intact)


def is_invaded(seed: int) -> bool:
    """Every other phantom of the demonstration is invaded."""
    return seed % 2 == 1


def draw_case(seed: int) -> DrawnCase:
    """Draw one phantom of the demonstration and cut it out."""
    return cut_out(draw_phantom(seed, invaded=is_invaded(seed)))


def cut_out(phantom: Phantom) -> DrawnCase:
    """The slices in range around the ROI, without drawing the rest of the stack."""
    truth, acquisition = phantom.truth, phantom.acquisition
    span = PositionRange(*truth.range_mm)
    inside = span.indices(phantom.positions_mm)
    wanted = slice(inside[0], inside[-1] + 1)
    column, row, width, height = truth.roi_px
    share = MARGIN / CROP_SIZE
    region = (
        *_reach(row, height, share, acquisition.rows),
        *_reach(column, width, share, acquisition.columns),
    )
    return DrawnCase(
        seed=phantom.seed,
        invaded=truth.invaded,
        pattern=truth.pattern,
        contrast=acquisition.contrast,
        spacing_mm=acquisition.spacing_mm,
        pixel_mm=acquisition.pixel_mm,
        first=wanted.start,
        positions_mm=phantom.positions_mm[wanted],
        slice_invaded=np.asarray(truth.slice_invaded[wanted]),
        region=region,
        rectangle=(column - region[2], row - region[0], width, height),
        hu=np.rint(phantom.hu(wanted, region)).astype(np.int16),
    )


def draw_cases(seeds: Sequence[int], workers: int, what: str) -> Iterator[DrawnCase]:
    """Draw phantoms in the order of their seeds; with one worker in this process, else in that many others."""
    progress = Progress(what, len(seeds))
    for number, case in enumerate(in_order(draw_case, seeds, workers, _AT_ONCE)):
        progress.tell(number + 1)
        yield case
    progress.close(f"{len(seeds)} phantoms")


def _reach(start: float, length: float, share: float, pixels: int) -> tuple[int, int]:
    low, high = start - share * length, start + (1 + share) * length
    return max(0, floor(low) - _FILTER_PIXELS), min(pixels, ceil(high) + _FILTER_PIXELS)
