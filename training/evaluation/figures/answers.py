"""What a model or a reader says of each series, as one answer for each patient, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from desktop.reading.run import Verdict
from training.evaluation.cases.calls import ReaderCalls
from training.evaluation.cases.judged import JudgedCase
from training.evaluation.figures.sample import Sample, Unit


@dataclass(frozen=True)
class Answer:
    """One answer for a series or a patient.

    Attributes:
        key: of the case or the patient.
        positive: the label.
        called: positive or not; None where there is no verdict.
        rank: what the ROC curve is drawn over: a model's run in slices, as in the paper; a reader's confidence, or
            else the call as 0 or 1.
    """

    key: str
    patient: str
    positive: bool
    called: bool | None
    rank: float


@dataclass(frozen=True)
class Answers:
    """The answers of one model or reader for some series.

    Attributes:
        name: as tables and sentences call who answers.
    """

    name: str
    series: tuple[Answer, ...]

    @staticmethod
    def of_model(name: str, cases: Iterable[JudgedCase]) -> Answers:
        """A model's."""
        return Answers(
            name,
            tuple(
                Answer(case.key, case.patient, case.positive, called(case.verdict), float(case.run.slices))
                for case in cases
            ),
        )

    @staticmethod
    def of_reader(calls: ReaderCalls, cases: Iterable[JudgedCase]) -> Answers:
        """A reader's, for those of the cases that the reader called."""
        pairs = [(case, calls.calls[case.key]) for case in cases if case.key in calls.calls]
        return Answers(
            calls.name,
            tuple(
                Answer(
                    case.key,
                    case.patient,
                    case.positive,
                    call.positive,
                    float(call.positive) if call.confidence is None else call.confidence,
                )
                for case, call in pairs
            ),
        )

    def by(self, unit: Unit) -> tuple[Answer, ...]:
        """One answer for each series or patient.

        A patient is positive when any series is called so, undecided when one is and none is positive, and has the
        highest rank of any series with a verdict (see `training.evaluation.cases.judged.JudgedPatient`).
        """
        if unit == "series":
            return self.series
        own: dict[str, list[Answer]] = {}
        for answer in self.series:
            own.setdefault(answer.patient, []).append(answer)
        return tuple(_together(key, answers) for key, answers in sorted(own.items()))

    def sample(self, unit: Unit) -> Sample:
        """The answers of one unit as numbers; what is undecided is left out."""
        return _numbers(self.by(unit), unit)


def side_by_side(first: Answers, second: Answers, unit: Unit) -> tuple[Sample, Sample]:
    """The answers of two for the same series or patients, in the same order, where both have decided.

    Series that only one of them answered are left out before a patient's are put together.
    """
    common = {answer.key for answer in first.series} & {answer.key for answer in second.series}
    pair = [
        Answers(who.name, tuple(sorted((a for a in who.series if a.key in common), key=lambda a: a.key))).by(unit)
        for who in (first, second)
    ]
    decided = [a.called is not None and b.called is not None for a, b in zip(*pair, strict=True)]
    decided_first, decided_second = (
        _numbers([answer for answer, both in zip(answers, decided, strict=True) if both], unit) for answers in pair
    )
    return decided_first, decided_second


def called(verdict: Verdict) -> bool | None:
    """A verdict as a call."""
    return None if verdict is Verdict.INDETERMINATE else verdict is Verdict.POSITIVE


def _together(patient: str, answers: list[Answer]) -> Answer:
    calls = [answer.called for answer in answers]
    together = True if True in calls else None if None in calls else False
    decided = [answer for answer in answers if answer.called is not None] or answers
    return Answer(patient, patient, answers[0].positive, together, max(answer.rank for answer in decided))


def _numbers(answers: Iterable[Answer], unit: Unit) -> Sample:
    known = list(answers)
    decided = [answer for answer in known if answer.called is not None]
    return Sample(
        unit=unit,
        keys=tuple(answer.key for answer in decided),
        positive=np.array([answer.positive for answer in decided], dtype=np.bool_),
        called=np.array([answer.called for answer in decided], dtype=np.bool_),
        score=np.array([answer.rank for answer in decided], dtype=np.float64),
        run=None,
        patient=np.array([answer.patient for answer in decided], dtype=np.str_),
        left_out=len(known) - len(decided),
    )
