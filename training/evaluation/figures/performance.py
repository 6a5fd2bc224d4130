"""The paper's six figures (Table 1) of a model or a reader, each with its unit and its counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics import reported
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.proportions import clopper_pearson, wald
from desktop.learning.statistics.reported import Cases, Reported
from desktop.learning.statistics.roc import delong
from training.evaluation.figures.sample import Flags, Sample, Unit
from training.statistics.curve import roc_curve

Keys = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Share:
    """So many of so many, with the 95 % interval."""

    hits: int
    of: int
    estimate: Reported | Undefined


@dataclass(frozen=True)
class Shares:
    """What the calls of series or patients are worth.

    Attributes:
        positive, negative: how many there are by their labels.
    """

    unit: Unit
    positive: int
    negative: int
    accuracy: Share
    sensitivity: Share
    specificity: Share
    ppv: Share
    npv: Share


@dataclass(frozen=True)
class Area:
    """The area under an ROC curve.

    Attributes:
        curve: (1 - specificity, sensitivity) from (0, 0) to (1, 1); empty where there is no curve.
    """

    unit: Unit
    estimate: Reported | Undefined
    curve: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Performance:
    """The figures of one model or reader; in the paper's table the units of area and shares differ."""

    name: str
    auc: Area
    shares: Shares

    @property
    def point(self) -> tuple[float, float] | None:
        """(1 - specificity, sensitivity), where both can be computed."""
        sensitivity, specificity = self.shares.sensitivity.estimate, self.shares.specificity.estimate
        if isinstance(sensitivity, Undefined) or isinstance(specificity, Undefined):
            return None
        return 1 - specificity.value, sensitivity.value


def performance(name: str, sample: Sample) -> Performance:
    """The figures with the intervals that reports print."""
    return Performance(name, area(sample), shares(sample))


def shares(sample: Sample) -> Shares:
    """What the calls are worth, with the intervals that reports print."""
    return _shares(sample, share)


def area(sample: Sample) -> Area:
    """The ROC curve over what the sample is ranked by, with the interval that reports print."""
    return _area(sample, reported.area(cases_of(sample), sample.ranked))


def performance_as_in_paper(name: str, of_area: Sample, of_shares: Sample) -> Performance:
    """The figures with the paper's intervals, which take series of one patient as independent.

    AUC: DeLong's, not cut at 1. Shares: Clopper-Pearson's, but Wald's, of no width, where all are hits.
    """
    estimate = reported.as_reported(of_area.unit, delong(of_area.positive, of_area.ranked), "DeLong, not cut at 1")
    return Performance(name, _area(of_area, estimate), _shares(of_shares, _share_as_in_paper))


def cases_of(sample: Sample) -> Cases:
    """What is measured on."""
    return Cases.of(sample.unit, sample.positive, sample.patient)


def share(unit: Unit, hits: Flags, patient: Keys, empty: str) -> Share:
    """A share with the interval that reports print.

    Args:
        hits: [n] of the series or patients that count.
        patient: [n] whose they are.
        empty: why there is none, where n is 0.
    """
    estimate = reported.share(unit, hits, patient) if len(hits) else Undefined(empty)
    return Share(int(hits.sum()), len(hits), estimate)


def _share_as_in_paper(unit: Unit, hits: Flags, patient: Keys, empty: str) -> Share:
    count, trials = int(hits.sum()), len(hits)
    if not trials:
        return Share(0, 0, Undefined(empty))
    interval, method = (wald, "Wald") if count == trials else (clopper_pearson, "Clopper-Pearson")
    return Share(count, trials, reported.as_reported(unit, interval(count, trials), method))


def _shares(sample: Sample, share_of: Callable[[Unit, Flags, Keys, str], Share]) -> Shares:
    right, unit = np.asarray(sample.called == sample.positive), sample.unit

    def of(group: Flags, empty: str) -> Share:
        return share_of(unit, right[group], sample.patient[group], empty)

    return Shares(
        unit=unit,
        positive=int(sample.positive.sum()),
        negative=int((~sample.positive).sum()),
        accuracy=of(np.ones_like(right), f"there is no {unit} with an answer"),
        sensitivity=of(sample.positive, f"no {unit} with a verdict is positive"),
        specificity=of(~sample.positive, f"no {unit} with a verdict is negative"),
        ppv=of(sample.called, f"no {unit} was called positive"),
        npv=of(~sample.called, f"no {unit} was called negative"),
    )


def _area(sample: Sample, estimate: Reported | Undefined) -> Area:
    curve = roc_curve(sample.positive, sample.ranked)
    points = () if isinstance(curve, Undefined) else tuple((float(x), float(y)) for x, y in curve.points)
    return Area(sample.unit, estimate, points)
