"""How stable verdicts are when every ROI is shifted and scaled at random."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from desktop.inference.network import Network
from desktop.inference.stability import Spread, measure
from desktop.learning.draws import stream
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.roc import auc
from desktop.reading.run import Verdict
from training.evaluation.cases.judge import JudgedSeries
from training.evaluation.cases.judged import JudgedCohort
from training.evaluation.figures.answers import Answer, Answers, called
from training.evaluation.figures.quantiles import Quantiles
from training.evaluation.figures.sample import Flags, Sample


@dataclass(frozen=True)
class MovedCase:
    """A series with its rectangle as it was marked, and at every draw.

    Attributes:
        verdict, run_slices, score: with the rectangle as marked.
        verdicts, runs, scores: [draws]; empty where the case has no verdict as marked.
        held_inside: rectangles that reached outside the slice and were pushed back.
    """

    key: str
    patient: str
    positive: bool
    verdict: Verdict
    run_slices: int
    score: float
    verdicts: tuple[Verdict, ...] = ()
    runs: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()
    held_inside: int = 0


@dataclass(frozen=True)
class Robustness:
    """How well a series' verdict stands when its rectangle moves.

    Attributes:
        verdict, score: with the rectangle as marked.
        same: draws with that verdict.
        indeterminate: draws whose rectangle allows no verdict.
        score_shift: of s_k, against the rectangle as marked.
    """

    key: str
    patient: str
    positive: bool
    verdict: Verdict
    score: float
    draws: int
    same: int
    indeterminate: int
    score_shift: Quantiles


@dataclass(frozen=True)
class Distribution:
    """A figure by patient, as marked and over the draws."""

    as_marked: float
    drawn: Quantiles


@dataclass(frozen=True)
class Simulation:
    """What a spread of rectangles does to the verdicts; series of one patient are moved each for themselves.

    Attributes:
        cases: the least steady first.
        left_out: keys of series without a verdict as marked; they are not moved.
        same: share of all draws of all series with the verdict as marked.
        held_inside: of all draws of all series, rectangles that reached outside the slice and were pushed back.
        patients: on whom sensitivity, specificity and AUC are measured.
        score_moves: by how much s_k moves, up or down, over all draws of all series.
    """

    spread: Spread
    cases: tuple[Robustness, ...]
    left_out: tuple[str, ...]
    same: float | Undefined
    held_inside: int
    patients: int
    sensitivity: Distribution | Undefined
    specificity: Distribution | Undefined
    auc: Distribution | Undefined
    score_moves: Quantiles | Undefined


class MovedPart:
    """Judges every series again with its rectangles moved at random."""

    def __init__(self, spread: Spread, network: Network) -> None:
        self._spread, self._network = spread, network
        self._moved: list[MovedCase] = []

    def see(self, series: JudgedSeries) -> None:
        """Move it; see `move`, errors included."""
        self._moved.append(move(series, self._network, self._spread))

    def finish(self, judged: JudgedCohort) -> Simulation:
        """What all moved series show together."""
        return simulation(self._moved, self._spread)


def move(seen: JudgedSeries, network: Network, spread: Spread) -> MovedCase:
    """Judge a case in hand again with its rectangle moved, at every draw; range and checks stay as they are.

    Raises:
        NotJudged: an answer of the network is no number.
    """
    case = seen.case
    unmoved = MovedCase(case.key, case.patient, case.positive, case.verdict, case.run.slices, case.score)
    changes = [stream(spread.seed, "placement", case.key, draw).normal(size=3) for draw in range(spread.draws)]
    stability = measure(seen.result, network, spread, np.array(changes))
    if stability is None:
        return unmoved
    return replace(
        unmoved,
        verdicts=tuple(draw.verdict for draw in stability.draws),
        runs=tuple(draw.run.slices for draw in stability.draws),
        scores=tuple(draw.score for draw in stability.draws),
        held_inside=stability.held_inside,
    )


def simulation(moved: Sequence[MovedCase], spread: Spread) -> Simulation:
    """What all moved cases show together."""
    ordered = sorted(moved, key=lambda case: case.key)
    cases = [case for case in ordered if case.verdicts]
    steady = sorted((_robustness(case) for case in cases), key=lambda case: case.same)
    marked = Answers("as marked", tuple(_answer(case, case.verdict, case.run_slices) for case in cases))
    drawn = [
        Answers(f"draw {draw}", tuple(_answer(case, case.verdicts[draw], case.runs[draw]) for case in cases))
        for draw in range(spread.draws)
    ]
    moves = np.abs([np.subtract(case.scores, case.score) for case in cases])
    nothing = Undefined("no series has a verdict as marked")
    return Simulation(
        spread=spread,
        cases=tuple(steady),
        left_out=tuple(case.key for case in ordered if not case.verdicts),
        same=sum(case.same for case in steady) / (len(cases) * spread.draws) if cases else nothing,
        held_inside=sum(case.held_inside for case in cases),
        patients=len(marked.by("patient")),
        sensitivity=_distribution(marked, drawn, _sensitivity),
        specificity=_distribution(marked, drawn, _specificity),
        auc=_distribution(marked, drawn, _auc),
        score_moves=Quantiles.over(moves) if cases else nothing,
    )


def _robustness(case: MovedCase) -> Robustness:
    return Robustness(
        key=case.key,
        patient=case.patient,
        positive=case.positive,
        verdict=case.verdict,
        score=case.score,
        draws=len(case.verdicts),
        same=case.verdicts.count(case.verdict),
        indeterminate=case.verdicts.count(Verdict.INDETERMINATE),
        score_shift=Quantiles.over(np.subtract(case.scores, case.score)),
    )


def _answer(case: MovedCase, verdict: Verdict, run: int) -> Answer:
    return Answer(case.key, case.patient, case.positive, called(verdict), float(run))


_Figure = Callable[[Sample], float | Undefined]


def _distribution(marked: Answers, drawn: Sequence[Answers], figure: _Figure) -> Distribution | Undefined:
    """Over the draws in which the figure can be computed; a draw may leave a kind without any verdict."""
    as_marked = figure(marked.sample("patient"))
    if isinstance(as_marked, Undefined):
        return as_marked
    found = [value for one in drawn if not isinstance(value := figure(one.sample("patient")), Undefined)]
    if not found:
        return Undefined("no draw left such a patient a verdict")
    return Distribution(as_marked, Quantiles.over(found))


def _sensitivity(sample: Sample) -> float | Undefined:
    return _mean(sample.called[sample.positive], "no patient is positive")


def _specificity(sample: Sample) -> float | Undefined:
    return _mean(~sample.called[~sample.positive], "no patient is negative")


def _auc(sample: Sample) -> float | Undefined:
    return auc(sample.positive, sample.ranked)


def _mean(hits: Flags, empty: str) -> float | Undefined:
    return float(hits.mean()) if len(hits) else Undefined(empty)
