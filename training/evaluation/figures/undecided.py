"""Series and patients without a verdict: how many, why, and what the figures are when they are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from desktop.reading.run import Cutoff, Verdict
from training.evaluation.cases.judged import JudgedCase, JudgedCohort, JudgedPatient
from training.evaluation.figures.performance import Shares, shares
from training.evaluation.figures.sample import Sample, Unit

LEFT_OUT, AS_WRONG, AS_POSITIVE, AS_ANSWERED = (
    "left out",
    "counted as wrong",
    "counted as positive",
    "by the network's answer",
)
"""Ways to count what has no verdict. To work it up like a positive is what a careful department does; the network's
answer is what it would be called if nothing withheld it."""


@dataclass(frozen=True)
class Undecided:
    """The series or patients without a verdict.

    Attributes:
        of: all series or patients, with a verdict and without.
        withheld: those whose verdict is withheld, since the network has not seen the like.
        indeterminate: those without a verdict for another reason.
        positive: both kinds together, by their labels.
        reasons: how many series, of these, failed each check, by its name; one may fail several.
        shares: of all calls, by the way in which those without a verdict are counted.
    """

    unit: Unit
    of: int
    withheld: int
    indeterminate: int
    positive: int
    reasons: dict[str, int]
    shares: dict[str, Shares]

    @property
    def number(self) -> int:
        """All without a verdict."""
        return self.withheld + self.indeterminate


def count_undecided(judged: JudgedCohort, unit: Unit, cutoff: Cutoff) -> Undecided:
    """Count the series or patients without a verdict.

    Args:
        cutoff: the model's own; it tells what the network answered.
    """
    everyone: tuple[JudgedCase | JudgedPatient, ...] = judged.cases if unit == "series" else judged.patients
    undecided = [one for one in everyone if one.verdict is Verdict.INDETERMINATE]
    series = [case for one in undecided for case in _series(one) if case.verdict is Verdict.INDETERMINATE]
    withheld = sum(any(case.withheld for case in _series(one)) for one in undecided)
    ways = {
        LEFT_OUT: [
            (one, one.verdict is Verdict.POSITIVE) for one in everyone if one.verdict is not Verdict.INDETERMINATE
        ],
        AS_WRONG: [(one, _called(one, not one.positive)) for one in everyone],
        AS_POSITIVE: [(one, _called(one, True)) for one in everyone],
        AS_ANSWERED: [(one, _called(one, _answered(one, cutoff))) for one in everyone],
    }
    return Undecided(
        unit=unit,
        of=len(everyone),
        withheld=withheld,
        indeterminate=len(undecided) - withheld,
        positive=sum(one.positive for one in undecided),
        reasons=dict(sorted(Counter(name for case in series for name in case.failed).items())),
        shares={way: shares(_sample(unit, calls)) for way, calls in ways.items()},
    )


def _series(one: JudgedCase | JudgedPatient) -> tuple[JudgedCase, ...]:
    return (one,) if isinstance(one, JudgedCase) else one.cases


def _called(one: JudgedCase | JudgedPatient, undecided: bool) -> bool:
    return undecided if one.verdict is Verdict.INDETERMINATE else one.verdict is Verdict.POSITIVE


def _answered(one: JudgedCase | JudgedPatient, cutoff: Cutoff) -> bool:
    return any(case.run.slices >= cutoff.slices_at(case.spacing_mm) for case in _series(one))


def _sample(unit: Unit, calls: Iterable[tuple[JudgedCase | JudgedPatient, bool]]) -> Sample:
    pairs = list(calls)
    called = np.array([call for _, call in pairs], dtype=np.bool_)
    return Sample(
        unit=unit,
        keys=tuple(one.key for one, _ in pairs),
        positive=np.array([one.positive for one, _ in pairs], dtype=np.bool_),
        called=called,
        score=called.astype(np.float64),
        run=None,
        patient=np.array([_series(one)[0].patient for one, _ in pairs], dtype=np.str_),
        left_out=0,
    )
