"""Two readers' rectangles on the same series, judged by the same model (paper, section "ROI setting test")."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from math import hypot
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score

from desktop.errors import InputRefused
from desktop.imaging.geometry import Rectangle
from desktop.inference.analyse import analyse
from desktop.inference.network import Network
from desktop.inference.result import Result
from desktop.learning.cohort.members import Case
from desktop.learning.statistics.estimate import Undefined
from desktop.messages import message
from desktop.reading.matching import series_of
from desktop.reading.region import Region
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from training.evaluation.cases.judge import JudgedSeries
from training.evaluation.cases.judged import JudgedCohort
from training.evaluation.cases.second import SecondRefused, read_second
from training.evaluation.figures.answers import Answer, Answers, called, side_by_side
from training.evaluation.figures.paired import Comparison, compare
from training.evaluation.figures.performance import Share, share
from training.evaluation.figures.quantiles import Quantiles
from training.evaluation.figures.sample import Unit


@dataclass(frozen=True)
class Overlap:
    """How far two rectangles on one slice are the same.

    Attributes:
        dice: shared area, twice, over the sum of the areas.
        iou: shared area over the area that either covers.
        centre_mm: from centre to centre.
        area_ratio: the second's area over the first's.
    """

    dice: float
    iou: float
    centre_mm: float
    area_ratio: float

    @staticmethod
    def of(first: Rectangle, second: Rectangle, row_mm: float, column_mm: float) -> Overlap:
        """Of two rectangles (column, row, width, height), in pixels of the same slice."""
        shared = _common(first[0], first[2], second[0], second[2]) * _common(first[1], first[3], second[1], second[3])
        area, other_area = first[2] * first[3], second[2] * second[3]
        across = (second[0] + second[2] / 2 - first[0] - first[2] / 2) * column_mm
        down = (second[1] + second[3] / 2 - first[1] - first[3] / 2) * row_mm
        return Overlap(
            2 * shared / (area + other_area),
            shared / (area + other_area - shared),
            hypot(across, down),
            other_area / area,
        )


def _common(start: float, length: float, other: float, other_length: float) -> float:
    return max(0.0, min(start + length, other + other_length) - max(start, other))


@dataclass(frozen=True)
class Placed:
    """One reader's marks on a series, and what the model said of them.

    Attributes:
        roi, area_cm2: on the slice with the highest logit, in pixels of the stored slice.
        slices: in range.
    """

    roi: Rectangle
    area_cm2: float
    range_mm: tuple[float, float]
    slices: int
    verdict: Verdict
    run_slices: int
    run_mm: float
    score: float

    @staticmethod
    def of(result: Result) -> Placed:
        """What is kept of a result when its pixels are let go."""
        return Placed(
            roi=result.region.stored_rectangles[result.strongest],
            area_cm2=result.region.areas_cm2[result.strongest],
            range_mm=(result.slices[0].position_mm, result.slices[-1].position_mm),
            slices=len(result.slices),
            verdict=result.verdict,
            run_slices=result.run.slices,
            run_mm=result.run.mm,
            score=result.score,
        )


@dataclass(frozen=True)
class Repeated:
    """A series with two readers' marks.

    Attributes:
        positive: the label, as the first cohort has it.
        shared_slices: in both ranges.
    """

    key: str
    patient: str
    positive: bool
    first: Placed
    second: Placed
    overlap: Overlap
    shared_slices: int

    @property
    def changed(self) -> bool:
        """Whether the two verdicts differ."""
        return self.first.verdict is not self.second.verdict


@dataclass(frozen=True)
class Agreement:
    """How often both readers' marks lead to the same verdict.

    Attributes:
        same: of those with a verdict by both.
        kappa: Cohen's (1960): agreement beyond chance.
        undecided: series or patients that are indeterminate by one or both, and not counted.
    """

    unit: Unit
    same: Share
    kappa: float | Undefined
    undecided: int


@dataclass(frozen=True)
class PlacementComparison:
    """Two readers' marks on the same series.

    Attributes:
        cases: in the order of their keys.
        changed: keys of those whose verdict changed.
        by_patient, by_series: the model on the first reader's marks, and on the second's.
        dice, iou, centre_mm, area_ratio: of the rectangles, over all series.
    """

    cases: tuple[Repeated, ...]
    changed: tuple[str, ...]
    by_patient: Comparison
    by_series: Comparison
    agreement: tuple[Agreement, ...]
    dice: Quantiles
    iou: Quantiles
    centre_mm: Quantiles
    area_ratio: Quantiles


class SecondPart:
    """Judges every series again by a second reader's marks.

    Args:
        readings: the second readings by the cases' keys.
    """

    def __init__(self, readings: Mapping[str, Reading], network: Network) -> None:
        self._readings, self._network = readings, network
        self._repeated: list[Repeated] = []

    @staticmethod
    def prepare(path: Path, cases: Sequence[Case], needed: Sequence[Case], network: Network) -> SecondPart:
        """Read the second readings; see `training.evaluation.cases.second.read_second`, errors included."""
        return SecondPart(read_second(path, cases, needed), network)

    def see(self, series: JudgedSeries) -> None:
        """Judge it by the second marks; see `judge_again`, errors included."""
        self._repeated.append(judge_again(series, self._readings[series.case.key], self._network))

    def finish(self, judged: JudgedCohort) -> PlacementComparison:
        """Compare the model on both readers' marks."""
        return compare_placements(self._repeated)


def judge_again(seen: JudgedSeries, second: Reading, network: Network) -> Repeated:
    """Judge a case in hand by another reader's marks.

    Raises:
        SecondRefused: the reading is not of this stack, or its rectangle or range does not lie in it.
    """
    volume = seen.marked.region.volume
    try:
        series_of(second, [volume.series], str(seen.marked.case.series))
        again = analyse(Region(volume, second.roi, second.range), network)
    except InputRefused as error:
        raise SecondRefused(
            message(
                "Case {case}: its second reading cannot be used. {reason}", case=seen.case.key, reason=error.message
            )
        ) from None
    first = seen.result
    return Repeated(
        key=seen.case.key,
        patient=seen.case.patient,
        positive=seen.case.positive,
        first=Placed.of(first),
        second=Placed.of(again),
        overlap=_overlap(first.region, again.region),
        shared_slices=len(_shared(first.region, again.region)),
    )


def _shared(first: Region, second: Region) -> tuple[int, ...]:
    return tuple(index for index in first.indices if index in second.indices)


def _overlap(first: Region, second: Region) -> Overlap:
    """The median over the slices in both ranges; over the first's slices where they share none."""
    geometry = first.volume.series.geometry
    positions = geometry.positions_mm[list(_shared(first, second) or first.indices)]
    overlaps = [
        Overlap.of(first.roi.at(position), second.roi.at(position), geometry.row_mm, geometry.column_mm)
        for position in map(float, positions)
    ]
    dice, iou, centre_mm, area_ratio = np.median([astuple(overlap) for overlap in overlaps], axis=0).tolist()
    return Overlap(dice, iou, centre_mm, area_ratio)


def compare_placements(
    repeated: Sequence[Repeated], first: str = "First reader's ROI", second: str = "Second reader's ROI"
) -> PlacementComparison:
    """Compare the model on two readers' marks.

    Args:
        repeated: one or more.
        first, second: what the two are called.
    """
    cases = tuple(sorted(repeated, key=lambda case: case.key))
    answers = _answers(first, cases, lambda case: case.first)
    others = _answers(second, cases, lambda case: case.second)
    overlaps = [case.overlap for case in cases]
    return PlacementComparison(
        cases=cases,
        changed=tuple(case.key for case in cases if case.changed),
        by_patient=compare(answers, others, "patient", len(answers.by("patient"))),
        by_series=compare(answers, others, "series", len(cases)),
        agreement=(_agreement(answers, others, "patient"), _agreement(answers, others, "series")),
        dice=Quantiles.over([item.dice for item in overlaps]),
        iou=Quantiles.over([item.iou for item in overlaps]),
        centre_mm=Quantiles.over([item.centre_mm for item in overlaps]),
        area_ratio=Quantiles.over([item.area_ratio for item in overlaps]),
    )


def _answers(name: str, cases: Sequence[Repeated], whose: Callable[[Repeated], Placed]) -> Answers:
    return Answers(
        name,
        tuple(
            Answer(case.key, case.patient, case.positive, called(whose(case).verdict), float(whose(case).run_slices))
            for case in cases
        ),
    )


def _agreement(first: Answers, second: Answers, unit: Unit) -> Agreement:
    firsts, seconds = side_by_side(first, second, unit)
    undecided = len(first.by(unit)) - len(firsts)
    same = share(unit, np.asarray(firsts.called == seconds.called), firsts.patient, f"no {unit} has a verdict by both")
    kappa: float | Undefined = Undefined(f"no two {unit} verdicts differ, so that chance alone would agree as well")
    if len({*firsts.called.tolist(), *seconds.called.tolist()}) > 1:
        kappa = float(cohen_kappa_score(firsts.called, seconds.called))
    return Agreement(unit, same, kappa, undecided)
