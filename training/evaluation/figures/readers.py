"""The reader study: each reader, with and without the model's answer seen, beside the model and beside each other."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf
from pathlib import Path

from desktop.learning.cohort.members import Case
from desktop.learning.statistics.estimate import CONFIDENCE
from training.evaluation.cases.calls import ReaderCalls, read_calls
from training.evaluation.cases.judge import JudgedSeries
from training.evaluation.cases.judged import JudgedCohort
from training.evaluation.figures.answers import Answers
from training.evaluation.figures.as_in_paper import TableAsInPaper, table_as_in_paper
from training.evaluation.figures.paired import Comparison, compare
from training.evaluation.figures.performance import Performance, performance

MODEL = "Model"


@dataclass(frozen=True)
class ReaderResult:
    """One reader in one mode, on all cases that the reader called.

    Attributes:
        called: series of the evaluation that the reader called, out of `series`.
        missing: keys of the others; of a patient, the series called count.
        elsewhere: calls of cases that are not in this evaluation, or were left out of the cohort; they are left aside.
        by_confidence: whether the AUC is over the reader's confidence; else over the call alone.
        remarks: what to look at before the figures are believed.
    """

    name: str
    reader: str
    with_model: bool
    series: int
    called: int
    missing: tuple[str, ...]
    elsewhere: int
    by_confidence: bool
    by_patient: Performance
    by_series: Performance
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class ReaderStudy:
    """Everything about the readers of an evaluation.

    Attributes:
        comparisons: by patient, paired: each reader and mode with the model, each reader with and without the model,
            readers of one mode with each other.
        p_values: how many there are in `comparisons`.
        multiplicity: what that number means.
    """

    readers: tuple[ReaderResult, ...]
    comparisons: tuple[Comparison, ...]
    p_values: int
    multiplicity: str
    as_in_paper: TableAsInPaper


class ReadersPart:
    """Compares readers with the model, by what it says of each case: nothing of a series' pixels is needed."""

    def __init__(self, calls: Sequence[ReaderCalls]) -> None:
        self._calls = calls

    @staticmethod
    def prepare(path: Path, cases: Sequence[Case], excluded: Container[str]) -> ReadersPart:
        """Read the calls; see `training.evaluation.cases.calls.read_calls`, errors included."""
        return ReadersPart(read_calls(path, cases, excluded))

    def see(self, series: JudgedSeries) -> None:
        """Nothing is needed."""

    def finish(self, judged: JudgedCohort) -> ReaderStudy:
        """The reader study."""
        return study_readers(self._calls, judged)


def study_readers(calls: Sequence[ReaderCalls], judged: JudgedCohort) -> ReaderStudy:
    """Compare readers with the model and with each other (paper, Table 1 and Figure 3).

    Args:
        judged: the evaluation's cases as the model judged them; calls of other cases are left aside.
    """
    model = Answers.of_model(MODEL, judged.cases)
    ordered = sorted(calls, key=lambda own: (own.reader, own.with_model))
    readers = [(own, Answers.of_reader(own, judged.cases)) for own in ordered]
    comparisons = tuple(compare(one, other, "patient", len(judged.patients)) for one, other in _pairs(model, readers))
    p_values = sum(item.p_values for item in comparisons)
    return ReaderStudy(
        readers=tuple(_result(own, answers, judged) for own, answers in readers),
        comparisons=comparisons,
        p_values=p_values,
        multiplicity=(
            f"The {p_values} p values of these {len(comparisons)} comparisons are not corrected for their number: of "
            f"{round(1 / (1 - CONFIDENCE))} tests between equals one falls below {1 - CONFIDENCE:.2f} by chance."
        ),
        as_in_paper=table_as_in_paper(model, [answers for own, answers in readers if not own.with_model]),
    )


def _pairs(model: Answers, readers: Sequence[tuple[ReaderCalls, Answers]]) -> Iterator[tuple[Answers, Answers]]:
    yield from ((model, answers) for _, answers in readers)
    for (one, first), (other, second) in combinations(readers, 2):
        if one.reader == other.reader:
            yield second, first  # with the model, then without: the difference is what the model brought
    for (one, first), (other, second) in combinations(readers, 2):
        if one.reader != other.reader and one.with_model == other.with_model:
            yield first, second


def _result(calls: ReaderCalls, answers: Answers, judged: JudgedCohort) -> ReaderResult:
    missing = tuple(case.key for case in judged.cases if case.key not in calls.calls)
    return ReaderResult(
        name=calls.name,
        reader=calls.reader,
        with_model=calls.with_model,
        series=len(judged.cases),
        called=len(answers.series),
        missing=missing,
        elsewhere=len(calls.calls) - len(answers.series),
        by_confidence=calls.ranks,
        by_patient=performance(calls.name, answers.sample("patient")),
        by_series=performance(calls.name, answers.sample("series")),
        remarks=tuple(_remarks(calls)),
    )


def _remarks(calls: ReaderCalls) -> Iterator[str]:
    own = calls.calls.values()
    if kept := 0 if calls.with_model else sum(call.result_kept for call in own):
        yield (
            f"{kept} of {len(own)} readings hold a result of the model, though they count as made without it: make "
            "sure that the verdict was given before."
        )
    sure = {call: call.confidence for call in own if call.confidence is not None}
    surely = min((confidence for call, confidence in sure.items() if call.positive), default=inf)
    if above := [call.case for call, confidence in sure.items() if not call.positive and confidence > surely]:
        yield (
            f"{len(above)} cases called negative, such as {above[0]}, have a higher confidence than one called "
            "positive: it must tell how sure the reader is of invasion, not of the call."
        )
