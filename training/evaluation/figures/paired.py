"""Two models, readers or readings compared on the same series or patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.reported import Reported
from training.evaluation.figures.answers import Answers, side_by_side
from training.evaluation.figures.performance import Performance, cases_of, performance
from training.evaluation.figures.sample import Flags, Sample, Unit
from training.statistics.comparison import PairedAucs, mcnemar_clustered, obuchowski_paired
from training.statistics.further import area_difference


@dataclass(frozen=True)
class Discordant:
    """Series or patients of one kind that one of two calls rightly and the other does not.

    Attributes:
        of: those of the kind.
        only_one, only_other: called rightly by that one alone.
        p: exact McNemar, two-sided; of series, by patient.
    """

    of: int
    only_one: int
    only_other: int
    p: float | Undefined


@dataclass(frozen=True)
class AreaDifference:
    """Two AUCs compared.

    Attributes:
        estimate: one minus other, with the interval that reports print.
        delong: the test (of series Obuchowski's, by patient), with its own normal interval. With few patients the other
            interval is wider, so that it may hold 0 where p is below 0.05.
    """

    estimate: Reported | Undefined
    delong: PairedAucs | Undefined

    @property
    def p(self) -> float | Undefined:
        """Of the test, two-sided."""
        return self.delong if isinstance(self.delong, Undefined) else self.delong.p


@dataclass(frozen=True)
class Comparison:
    """Two on the same series or patients, paired.

    Attributes:
        not_compared: those of the evaluation that are not in it, since one of the two gave no answer.
        one, other: the figures of each, of those compared.
        accuracy, sensitivity, specificity: of all, of the positive and of the negative ones.
    """

    unit: Unit
    not_compared: int
    one: Performance
    other: Performance
    auc: AreaDifference
    accuracy: Discordant
    sensitivity: Discordant
    specificity: Discordant

    @property
    def p_values(self) -> int:
        """How many there are."""
        tests = (self.auc, self.accuracy, self.sensitivity, self.specificity)
        return sum(not isinstance(test.p, Undefined) for test in tests)


def compare(first: Answers, second: Answers, unit: Unit, everyone: int) -> Comparison:
    """Compare two by series or by patient.

    Args:
        everyone: series or patients in the evaluation.
    """
    paired, others = side_by_side(first, second, unit)
    right = np.asarray(paired.called == paired.positive), np.asarray(others.called == others.positive)

    def discordant(group: Flags, empty: str) -> Discordant:
        one_right, other_right = right[0][group], right[1][group]
        return Discordant(
            of=len(one_right),
            only_one=int((one_right & ~other_right).sum()),
            only_other=int((other_right & ~one_right).sum()),
            p=mcnemar_clustered(one_right, other_right, paired.patient[group]) if group.any() else Undefined(empty),
        )

    return Comparison(
        unit=unit,
        not_compared=everyone - len(paired),
        one=performance(first.name, paired),
        other=performance(second.name, others),
        auc=_areas(paired, others),
        accuracy=discordant(np.ones_like(right[0]), f"no {unit} was answered by both"),
        sensitivity=discordant(paired.positive, f"no {unit} compared is positive"),
        specificity=discordant(~paired.positive, f"no {unit} compared is negative"),
    )


def _areas(first: Sample, second: Sample) -> AreaDifference:
    return AreaDifference(
        area_difference(cases_of(first), first.ranked, second.ranked),
        obuchowski_paired(first.positive, first.ranked, second.ranked, first.patient),
    )
