"""The paper's Table 1, with its mixture of units and its intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from desktop.learning.statistics.estimate import Undefined
from training.evaluation.figures.answers import Answers, side_by_side
from training.evaluation.figures.performance import Performance, performance_as_in_paper
from training.statistics.comparison import PairedAucs, delong_paired


@dataclass(frozen=True)
class AreasAsInPaper:
    """Two AUCs compared as in the paper: by series, as if series of one patient were independent (DeLong)."""

    one: str
    other: str
    series: int
    auc: PairedAucs | Undefined


@dataclass(frozen=True)
class TableAsInPaper:
    """The paper's Table 1, with its mixture of units: to be set beside it, not to be believed.

    Attributes:
        columns: the model by series; of each reader without the model the AUC by series and the shares by patient.
    """

    columns: tuple[Performance, ...]
    areas: tuple[AreasAsInPaper, ...]


def table_as_in_paper(model: Answers, readers: Sequence[Answers]) -> TableAsInPaper:
    """The table for a model and readers who had not seen its answer."""
    everyone = [model, *(_by_call(answers) for answers in readers)]
    areas = []
    for one, other in combinations(everyone, 2):
        first, second = side_by_side(one, other, "series")
        difference = delong_paired(first.positive, first.ranked, second.ranked)
        areas.append(AreasAsInPaper(one.name, other.name, len(first), difference))
    return TableAsInPaper(tuple(_column(answers, answers is model) for answers in everyone), tuple(areas))


def _column(answers: Answers, of_model: bool) -> Performance:
    series = answers.sample("series")
    return performance_as_in_paper(answers.name, series, series if of_model else answers.sample("patient"))


def _by_call(answers: Answers) -> Answers:
    """Without confidences: the paper's readers answered yes or no."""
    return Answers(answers.name, tuple(replace(one, rank=float(bool(one.called))) for one in answers.series))
