"""The result of a reading: one object for window, command and report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop.imaging.eligibility import Check, names
from desktop.inference.device import Device
from desktop.inference.familiarity import Familiarity
from desktop.inference.manifest import Manifest
from desktop.inference.maps import Maps
from desktop.reading.region import Region
from desktop.reading.run import Cutoff, Run, Verdict

_OF_NETWORK = (names.MODELS_HEADS, names.FAMILIARITY)
"""Checks of what the network knows; the others are of series, range and ROI."""


@dataclass(frozen=True)
class SliceAnswer:
    """The network's answer for one slice.

    Attributes:
        index: in the volume.
        logit, probability: by which it is called; averaged where the bundle says so.
        crop_logit: of the slice's own crop, to which its map and the bias add up; the same where nothing is averaged.
    """

    index: int
    sop_instance_uid: str
    position_mm: float
    logit: float
    crop_logit: float
    probability: float
    positive: bool


@dataclass(frozen=True)
class Timing:
    """Seconds for loading the series, for the probabilities from the crops, and for the maps."""

    load: float
    inference: float
    maps: float


@dataclass(frozen=True, eq=False)  # compared by identity, like volumes
class Result:
    """The outcome, and everything needed to understand and repeat it.

    Attributes:
        run: `run.first` counts within `slices`.
        slices: the slices of the range, the lowest first.
        region: the region that was judged; the maps lie in its rectangles.
        familiarity: how near the slices lie to the model's training; None where the bundle does not tell.
    """

    verdict: Verdict
    run: Run
    cutoff: Cutoff
    score: float
    slices: tuple[SliceAnswer, ...]
    region: Region
    maps: Maps
    familiarity: Familiarity | None
    manifest: Manifest
    requested: Device
    used: Device
    checks: tuple[Check, ...]
    timing: Timing

    @property
    def withheld(self) -> Check | None:
        """Why there is no verdict on account of the network: it has not seen the like. None where that is not so."""
        return next((check for check in self.checks if check.status == "fail" and check.name in _OF_NETWORK), None)

    @property
    def suggested(self) -> bool:
        """Whether the marks are a suggestion that no reader has looked at."""
        return any(check.name == names.MARKS for check in self.checks)

    @property
    def strongest(self) -> int:
        """Index within `slices` of the highest logit."""
        return int(np.argmax([answer.logit for answer in self.slices]))

    def evidence_at(self, index: int, column: float, row: float) -> float | None:
        """What speaks for invasion, in log-odds per cm², at a point of the slice `index` of the volume; negative speaks
        against it, None lies outside what was judged.

        Args:
            column, row: in the standard view, from the image's outer corner.
        """
        number = index - self.slices[0].index
        if not 0 <= number < len(self.slices):
            return None
        left, top, width, height = self.region.rectangles[number]
        x, y = (column - left) / width, (row - top) / height
        if not (0 <= x < 1 and 0 <= y < 1):
            return None
        rows, columns = self.maps.evidence.shape[1:]
        return float(self.maps.evidence[number, int(y * rows), int(x * columns)])
