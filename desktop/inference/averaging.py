"""How a bundle may combine answers: over shifted crops of a slice, and over neighbouring slices.

Both are options of a bundle. Judging uses them, and so do training's folds, in which they are measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.imaging.geometry import Rectangle, held_inside

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Averaging:
    """What is averaged before a slice is called; nothing by default.

    Attributes:
        smoothing: the share of each neighbouring slice's logit; the slice itself has the rest. 0.25 is 1/4, 1/2, 1/4.
        shift_px: by how many pixels of the crop four further crops lie to the left, right, front and back; 0 for none.
    """

    smoothing: float = 0.0
    shift_px: int = 0

    @property
    def shifts(self) -> tuple[tuple[int, int], ...]:
        """(columns, rows) in pixels of the crop, one for each crop of a slice; the first is the ROI's own."""
        step = self.shift_px
        return ((0, 0), *(((-step, 0), (step, 0), (0, -step), (0, step)) if step else ()))

    def combined(self, logits: Floats, adjacent: npt.NDArray[np.bool_]) -> Floats:
        """One logit [n] for each slice: the mean over its crops, then over its neighbours.

        Where there is no neighbour, at the ends and beside a gap, the others' shares grow until they add up to 1.

        Args:
            logits: [crops, n] by shift and slice.
            adjacent: [n - 1] whether each slice and the next are neighbours (`desktop.adjacency.neighbours`).
        """
        mean = logits.astype(np.float64).mean(axis=0)
        if self.smoothing and len(mean) > 1:
            share = self.smoothing * adjacent
            total, weight = (1 - 2 * self.smoothing) * mean, np.full(len(mean), 1 - 2 * self.smoothing)
            total[1:] += share * mean[:-1]
            total[:-1] += share * mean[1:]
            weight[1:] += share
            weight[:-1] += share
            mean = total / weight
        return np.asarray(mean, dtype=np.float32)


def shifted(rectangle: Rectangle, shift: tuple[int, int], size: int, rows: int, columns: int) -> Rectangle:
    """A rectangle moved by pixels of its crop [size, size], and held inside the slice [rows, columns]."""
    column, row, width, height = rectangle
    across, down = shift
    moved = column + across / size * width, row + down / size * height, width, height
    return held_inside(moved, rows, columns)
