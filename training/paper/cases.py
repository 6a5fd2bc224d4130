"""The paper's 30 test patients, one by one, as its figures have them.

The paper prints no cases. These are made up so that every figure comes out; `searches.py` shows what of them is
forced: the runs, each reader's calls, and how the errors overlap between CNN and senior and between senior and junior.
Not forced and chosen here is whether the junior missed what the CNN missed, and which of the other negative series had
a run of 1: on that only the p values of CNN and junior depend, and they are far below 0.05 either way.

A reader called a patient once, and the call counts for each of the patient's series: so the printed fractions by
patient and by series go together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.paper.counts import RATE_UNIT, Counts, Unit
from training.paper.printed import Reader

CUTOFF: Mapping[Reader, int] = {"CNN": 2, "senior": 1, "junior": 1}
"""Score from which a case is called positive: a run of 2 slices, a reader's call."""

LONG = 2
"""Stands for every run of 2 or more: no negative series has one, so that longer ones rank alike."""


@dataclass(frozen=True)
class PatientGroup:
    """Patients who agree in label, runs and calls.

    Attributes:
        runs: the CNN's longest run in each of the patient's series, in slices.
        senior, junior: whether the reader called the patient positive.
    """

    patients: int
    positive: bool
    runs: tuple[int, ...]
    senior: bool
    junior: bool


RECONSTRUCTED = (
    PatientGroup(2, True, (LONG, LONG), senior=True, junior=True),
    PatientGroup(6, True, (LONG,), senior=True, junior=True),
    PatientGroup(2, True, (LONG,), senior=True, junior=False),
    PatientGroup(1, True, (LONG,), senior=False, junior=True),
    PatientGroup(1, True, (LONG,), senior=False, junior=False),
    PatientGroup(1, True, (0,), senior=False, junior=False),
    PatientGroup(1, False, (0, 0), senior=True, junior=True),
    PatientGroup(2, False, (1, 0), senior=False, junior=True),
    PatientGroup(1, False, (0, 0), senior=False, junior=False),
    PatientGroup(1, False, (1, 0), senior=False, junior=False),
    PatientGroup(1, False, (1,), senior=True, junior=False),
    PatientGroup(2, False, (1,), senior=False, junior=True),
    PatientGroup(3, False, (0,), senior=False, junior=True),
    PatientGroup(3, False, (1,), senior=False, junior=False),
    PatientGroup(3, False, (0,), senior=False, junior=False),
)


@dataclass(frozen=True)
class Cases:
    """Series or patients.

    Attributes:
        unit: of what these are.
        positive: [n] bool, with invasion.
        patient: [n] whose each is.
        scores: [n] for each reader: the run, or 1 for a positive call and 0 for a negative one.
    """

    unit: Unit
    positive: npt.NDArray[np.bool_]
    patient: npt.NDArray[np.int64]
    scores: Mapping[Reader, npt.NDArray[np.int64]]

    def calls(self, reader: Reader) -> npt.NDArray[np.bool_]:
        """[n] whether it is called positive."""
        return self.scores[reader] >= CUTOFF[reader]

    def right(self, reader: Reader) -> npt.NDArray[np.bool_]:
        """[n] whether it is called as it is."""
        right: npt.NDArray[np.bool_] = self.calls(reader) == self.positive
        return right

    def counts(self, reader: Reader) -> Counts:
        """Of a reader's calls."""
        right = self.right(reader)
        return Counts(
            int(right[self.positive].sum()),
            int(self.positive.sum()),
            int(right[~self.positive].sum()),
            int((~self.positive).sum()),
        )

    def by_patient(self) -> Cases:
        """A patient is what the highest of the patient's series is."""
        patients, first = np.unique(self.patient, return_index=True)
        highest = {
            reader: np.array([scores[self.patient == patient].max() for patient in patients])
            for reader, scores in self.scores.items()
        }
        return Cases("patient", self.positive[first], patients, highest)


@dataclass(frozen=True)
class Study:
    """The test set, in both units."""

    series: Cases
    patients: Cases

    @staticmethod
    def of(groups: tuple[PatientGroup, ...] = RECONSTRUCTED) -> Study:
        """All patients, one after the other."""
        everyone = [group for group in groups for _ in range(group.patients)]
        rows = np.array(
            [
                (patient, group.positive, run, group.senior, group.junior)
                for patient, group in enumerate(everyone)
                for run in group.runs
            ],
            dtype=np.int64,
        )
        patient, positive, runs, senior, junior = rows.T
        scores: Mapping[Reader, npt.NDArray[np.int64]] = {"CNN": runs, "senior": senior, "junior": junior}
        series = Cases("series", positive.astype(bool), patient, scores)
        return Study(series, series.by_patient())

    @property
    def units(self) -> tuple[Cases, Cases]:
        """By series, by patient."""
        return self.series, self.patients

    def behind_rates(self, reader: Reader) -> Cases:
        """What the reader's printed rates count."""
        return self.series if RATE_UNIT[reader] == "series" else self.patients
