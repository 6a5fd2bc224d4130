"""A judged cohort as the numbers that statistics take, for one unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from desktop.reading.run import Verdict
from training.evaluation.cases.judged import JudgedCase, JudgedCohort, JudgedPatient

Unit = Literal["slice", "series", "patient"]
UNITS: tuple[Unit, ...] = ("patient", "series", "slice")
"""The one that counts for a patient first."""

Flags = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sample:
    """Answers and labels of n slices, series or patients that have a verdict.

    Attributes:
        keys: [n] of the case or patient; of a slice, its SOPInstanceUID.
        positive: [n] the labels.
        called: [n] called positive by the model: of a slice, at the threshold; else the verdict.
        score: [n] of a slice, its probability; else s_k.
        run: [n] longest run, in slices; None for slices.
        patient: [n] whose it is; answers of one patient are not independent.
        left_out: how many have an indeterminate verdict and are not here.
    """

    unit: Unit
    keys: tuple[str, ...]
    positive: Flags
    called: Flags
    score: Doubles
    run: Doubles | None
    patient: npt.NDArray[np.str_]
    left_out: int

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def ranked(self) -> Doubles:
        """[n] what the ROC curve is drawn over: run lengths, as in the paper; of slices, the probability."""
        return self.score if self.run is None else self.run


def sample(judged: JudgedCohort, unit: Unit, threshold: float) -> Sample:
    """The numbers of one unit.

    Args:
        threshold: from this probability on a slice is called positive.
    """
    if unit == "slice":
        return _of_slices(judged, threshold)
    return _of_verdicts(unit, judged.cases if unit == "series" else judged.patients)


def _of_slices(judged: JudgedCohort, threshold: float) -> Sample:
    decided = [case for case in judged.cases if case.verdict is not Verdict.INDETERMINATE]
    pairs = [(case, item) for case in decided for item in case.slices]
    probability = np.array([item.probability for _, item in pairs], dtype=np.float64)
    return Sample(
        unit="slice",
        keys=tuple(item.sop_instance_uid for _, item in pairs),
        positive=np.array([item.invaded for _, item in pairs], dtype=np.bool_),
        called=probability >= threshold,
        score=probability,
        run=None,
        patient=np.array([case.patient for case, _ in pairs], dtype=np.str_),
        left_out=sum(len(case.slices) for case in judged.cases) - len(pairs),
    )


def _of_verdicts(unit: Unit, judged: tuple[JudgedCase, ...] | tuple[JudgedPatient, ...]) -> Sample:
    decided = [one for one in judged if one.verdict is not Verdict.INDETERMINATE]
    runs = [one.run.slices if isinstance(one, JudgedCase) else one.run_slices for one in decided]
    return Sample(
        unit=unit,
        keys=tuple(one.key for one in decided),
        positive=np.array([one.positive for one in decided], dtype=np.bool_),
        called=np.array([one.verdict is Verdict.POSITIVE for one in decided], dtype=np.bool_),
        score=np.array([one.score for one in decided], dtype=np.float64),
        run=np.array(runs, dtype=np.float64),
        patient=np.array([one.patient if isinstance(one, JudgedCase) else one.key for one in decided], dtype=np.str_),
        left_out=len(judged) - len(decided),
    )
