"""Decision curves: is acting on the model better than treating all or none (Vickers and Elkin 2006)?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics.clusters import Doubles
from desktop.learning.statistics.estimate import Undefined, not_probabilities
from desktop.learning.statistics.proportions import NOTHING


@dataclass(frozen=True, eq=False)
class DecisionCurve:
    """Net benefit, in true positives for each case.

    Attributes:
        thresholds: [m] probabilities from which on one would act: 0.1 says that one missed invasion weighs as much as
            nine needless treatments.
        model, treat_all: [m]; to treat none has net benefit 0 throughout.
    """

    thresholds: Doubles
    model: Doubles
    treat_all: Doubles

    @property
    def treat_none(self) -> Doubles:
        """[m] zeros."""
        return np.zeros_like(self.thresholds)


def decision_curve(
    positive: npt.ArrayLike, probabilities: npt.ArrayLike, thresholds: npt.ArrayLike
) -> DecisionCurve | Undefined:
    """Net benefit of acting where the probability [n] reaches a threshold, at thresholds [m] above 0 and below 1."""
    labels, given, at = (
        np.asarray(positive, dtype=bool),
        np.asarray(probabilities, dtype=np.float64),
        np.asarray(thresholds),
    )
    if not len(labels):
        return NOTHING
    if lack := not_probabilities(given):
        return lack
    if not ((at > 0) & (at < 1)).all():
        return Undefined("a threshold is not between 0 and 1")
    called, odds = given >= at[:, None], at / (1 - at)
    prevalence = labels.mean()
    return DecisionCurve(
        thresholds=at,
        model=(called & labels).mean(axis=1) - odds * (called & ~labels).mean(axis=1),
        treat_all=prevalence - odds * (1 - prevalence),
    )
