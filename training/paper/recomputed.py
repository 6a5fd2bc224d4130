"""The statistics of `training.statistics` for these cases, for which all of them are defined."""

from __future__ import annotations

from desktop.learning.statistics import proportions, roc
from desktop.learning.statistics.estimate import Estimate, Z, known
from training.paper.cases import Cases
from training.paper.printed import Reader
from training.statistics.comparison import PairedAucs, delong_paired


def clopper_pearson(hits: int, trials: int) -> Estimate:
    """A proportion with its exact interval.

    Raises:
        NotComputable: there are no trials.
    """
    return known(proportions.clopper_pearson(hits, trials), f"The proportion {hits}/{trials}")


def wald(hits: int, trials: int) -> Estimate:
    """A proportion with its normal interval.

    Raises:
        NotComputable: there are no trials.
    """
    return known(proportions.wald(hits, trials), f"The proportion {hits}/{trials}")


def auc(cases: Cases, reader: Reader) -> Estimate:
    """A reader's AUC with DeLong's interval.

    Raises:
        NotComputable: fewer than two cases of a kind.
    """
    return known(roc.delong(cases.positive, cases.scores[reader]), f"The AUC of {reader} by {cases.unit}")


def compared(cases: Cases, first: Reader, second: Reader) -> PairedAucs:
    """Two readers' AUCs, paired.

    Raises:
        NotComputable: fewer than two cases of a kind, or two readers who do not differ.
    """
    return known(
        delong_paired(cases.positive, cases.scores[first], cases.scores[second]),
        f"The comparison of {first} and {second} by {cases.unit}",
    )


def standard_error(estimate: Estimate) -> float:
    """Of a figure with a normal interval."""
    return (estimate.high - estimate.low) / (2 * Z)
