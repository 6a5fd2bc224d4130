"""Cases and patients as a model judged them, beside their labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from desktop.learning.cohort.members import phase_of
from desktop.reading.run import Run, Verdict
from training.evaluation.cases.traits import Traits


@dataclass(frozen=True)
class JudgedSlice:
    """The network's answer for one slice, and its label."""

    sop_instance_uid: str
    position_mm: float
    logit: float
    probability: float
    invaded: bool


@dataclass(frozen=True)
class JudgedCase:
    """One series as a model judged it.

    Attributes:
        positive: the case's label.
        phase: "plain", "contrast", or "" where neither table nor header says so.
        strata: further columns of the cohort's table.
        traits: what headers and table say of the series and its patient.
        verdict: the model's; indeterminate where its checks allow none.
        score: s_k for the bundle's cut-off k (`desktop.reading.run.score`).
        area_cm2: of the ROI on the slice with the highest logit.
        slices: of the range, the lowest first.
        reasons: why the verdict is indeterminate, a sentence for each check that failed.
        failed: the names of these checks.
        withheld: whether one of them says that the network has not seen the like (`Result.withheld`).
    """

    key: str
    patient: str
    positive: bool
    phase: str
    verdict: Verdict
    run: Run
    score: float
    spacing_mm: float
    area_cm2: float
    slices: tuple[JudgedSlice, ...]
    reasons: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    withheld: bool = False
    traits: Traits = field(default_factory=Traits)
    strata: dict[str, str] = field(default_factory=dict)

    @property
    def misread(self) -> bool:
        """Whether there is a verdict and it is not the label."""
        return self.verdict is (Verdict.NEGATIVE if self.positive else Verdict.POSITIVE)


@dataclass(frozen=True)
class JudgedPatient:
    """A patient with all of their series: positive when any series is, indeterminate when one is and none positive.

    The paper does not say how its two series of a patient were made one answer. An invasion that one series shows is
    one that the patient has.
    """

    key: str
    cases: tuple[JudgedCase, ...]

    @property
    def positive(self) -> bool:
        """The label, the same for every series (`desktop.learning.cohort.members.Cohort`)."""
        return self.cases[0].positive

    @property
    def phase(self) -> str:
        """ "plain", "contrast", "both", or "" where one series' phase is not known."""
        return phase_of(case.phase for case in self.cases)

    @property
    def verdict(self) -> Verdict:
        """One verdict for the patient."""
        return one_verdict(case.verdict for case in self.cases)

    @property
    def decided(self) -> tuple[JudgedCase, ...]:
        """Those of the series that have a verdict; all of them where none has."""
        return tuple(case for case in self.cases if case.verdict is not Verdict.INDETERMINATE) or self.cases

    @property
    def run_slices(self) -> int:
        """The longest run of any series with a verdict."""
        return max(case.run.slices for case in self.decided)

    @property
    def score(self) -> float:
        """The highest score of any series with a verdict: "positive" is exactly "score >= threshold"."""
        return max(case.score for case in self.decided)


@dataclass(frozen=True)
class JudgedCohort:
    """The cases of one evaluation, in the order of their keys."""

    cases: tuple[JudgedCase, ...]

    @cached_property
    def patients(self) -> tuple[JudgedPatient, ...]:
        """The patients in the order of their keys."""
        own: dict[str, list[JudgedCase]] = {}
        for case in self.cases:
            own.setdefault(case.patient, []).append(case)
        return tuple(JudgedPatient(key, tuple(cases)) for key, cases in sorted(own.items()))

    @staticmethod
    def of(cases: Iterable[JudgedCase]) -> JudgedCohort:
        """In the order of the keys, whatever the order of the cohort's table."""
        return JudgedCohort(tuple(sorted(cases, key=lambda case: case.key)))


def one_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """What several series say together; see `JudgedPatient`."""
    found: Sequence[Verdict] = list(verdicts)
    for verdict in (Verdict.POSITIVE, Verdict.INDETERMINATE):
        if verdict in found:
            return verdict
    return Verdict.NEGATIVE
