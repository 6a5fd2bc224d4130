"""A case's slices as they are learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.imaging.eligibility.quality import Quality, measure
from desktop.learning.cohort.crops import crops_with_margin
from desktop.learning.cohort.examine import Identity, MarkedSeries, examine
from desktop.learning.cohort.members import Case
from desktop.learning.cohort.problem import refusal


@dataclass(frozen=True, eq=False)
class CaseSlices:
    """The slices in range of one case, the lowest position first.

    Attributes:
        identity: SOPInstanceUIDs and pixel hashes of the slices, in their order, and the headers' UIDs.
        hu: float16 [n, SIDE, SIDE], crops with margin (`desktop.learning.cohort.crops`).
        positions_mm: [n] ascending.
        invaded: [n] the slices' labels.
        spacing_mm: from slice to slice.
        thickness_mm: the largest that a slice states, None if none does.
        phase: "plain", "contrast", or "" where neither table nor header says so.
        quality: noise and sharpness, as the application measures them.
    """

    case: Case
    identity: Identity
    hu: npt.NDArray[np.float16]
    positions_mm: npt.NDArray[np.float64]
    invaded: npt.NDArray[np.bool_]
    spacing_mm: float
    thickness_mm: float | None
    phase: str
    quality: Quality

    @property
    def for_training(self) -> npt.NDArray[np.bool_]:
        """[n] the paper's training images: of a positive case the slices called positive, of a negative one all."""
        return self.invaded | (not self.case.positive)


def load_slices(case: Case) -> CaseSlices:
    """Open a case and cut out its crops.

    Raises:
        CohortRefused: anything is wrong with the case that `clivus-train cohort check` would tell.
    """
    found = examine(case)
    if found.marked is None:
        raise refusal(list(found.problems))
    return cut(found.marked)


def cut(marked: MarkedSeries) -> CaseSlices:
    """The crops of a marked series."""
    region = marked.region
    return CaseSlices(
        case=marked.case,
        identity=marked.identity,
        hu=crops_with_margin(region.hu, region.rectangles).astype(np.float16),
        positions_mm=region.positions_mm,
        invaded=marked.invaded,
        spacing_mm=region.spacing_mm,
        thickness_mm=region.volume.series.slice_thickness_mm,
        phase=marked.phase,
        quality=measure(region.volume, region.indices),
    )
