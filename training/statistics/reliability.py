"""How often cases are positive that were given about the same probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics.estimate import Estimate, Undefined, not_probabilities
from desktop.learning.statistics.proportions import NOTHING, clustered_share

BINS = 10
"""Of equal width, from 0 to 1."""


@dataclass(frozen=True)
class ReliabilityPoint:
    """The cases of one bin.

    Attributes:
        count: how many cases it holds.
        predicted: mean of their probabilities.
        observed: share of positives among them, its interval respecting patients.
    """

    count: int
    predicted: float
    observed: Estimate


def reliability(
    positive: npt.ArrayLike, probabilities: npt.ArrayLike, cluster: npt.ArrayLike
) -> tuple[ReliabilityPoint, ...] | Undefined:
    """The reliability curve of probabilities [n] of cases of patients [n]; bins without a case have no point."""
    labels, given, keys = (
        np.asarray(positive, dtype=bool),
        np.asarray(probabilities, dtype=np.float64),
        np.asarray(cluster),
    )
    if not len(labels):
        return NOTHING
    if lack := not_probabilities(given):
        return lack
    place = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], given)
    points = []
    for here in (place == number for number in np.unique(place)):
        observed = clustered_share(labels[here], keys[here])
        if isinstance(observed, Estimate):
            points.append(ReliabilityPoint(int(here.sum()), float(given[here].mean()), observed))
    return tuple(points)
