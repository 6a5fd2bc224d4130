"""What a cohort of phantoms is made up of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["training", "test"]


@dataclass(frozen=True)
class Group:
    """Patients of one side and label.

    Attributes:
        plain, contrast, both: patients with a plain series, with one with contrast, with one of each.
        positive_slices, negative_slices: in range, over all series, exactly; None: as many as it comes to.
    """

    side: Side
    positive: bool
    plain: int
    contrast: int
    both: int
    positive_slices: int | None = None
    negative_slices: int | None = None

    @property
    def patients(self) -> int:
        """How many patients."""
        return self.plain + self.contrast + self.both

    @property
    def series(self) -> int:
        """How many series."""
        return self.plain + self.contrast + 2 * self.both


@dataclass(frozen=True)
class Composition:
    """All groups."""

    groups: tuple[Group, ...]


PAPER = Composition(
    (
        Group("training", True, plain=1, contrast=24, both=4, positive_slices=146),
        Group("training", False, plain=4, contrast=31, both=6, negative_slices=226),
        Group("test", True, plain=1, contrast=10, both=2, positive_slices=69, negative_slices=17),
        Group("test", False, plain=1, contrast=11, both=5, negative_slices=99),
    )
)
"""The paper's cohort (sections "Study population" and "Image preprocessing and deep-learning analysis"). Negative
slices of positive training cases are not counted in the paper, for they were no training images."""
