"""The interval of the AUC that reports print."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics.clusters import Clusters
from desktop.learning.statistics.estimate import Estimate, Undefined, Z
from desktop.learning.statistics.roc import auc, obuchowski_covariance, placements

_PRECISION = 1e-12
"""Between an end of the interval and the value or the bound of 0 or 1."""


def newcombe_auc(positive: npt.ArrayLike, scores: npt.ArrayLike, cluster: npt.ArrayLike) -> Estimate | Undefined:
    """AUC of slices, series or patients [n] with the interval of Newcombe's method 5 (Stat Med 2006; 25: 559-573).

    It holds all AUCs that Hanley and McNeil's variance, taken at that AUC and with both kinds weighed alike, allows: it
    stays between 0 and 1, has a width where all cases are in the right order, and is narrower than the exact one. Where
    patients have several cases, their effective number stands for their number, of each kind by itself, as the cases'
    placements among the other kind differ between patients.

    Args:
        cluster: [n] the patients' keys.
    """
    value, covariance = auc(positive, scores), obuchowski_covariance(positive, scores, cluster)
    if isinstance(value, Undefined):
        return value
    if isinstance(covariance, Undefined):  # too few patients of a kind
        return covariance
    labels, keys = np.asarray(positive, dtype=bool), np.asarray(cluster)
    placed = placements(labels, scores)[0]
    ill, well = (Clusters.of(keys[kind]).effective_number(placed[kind]) for kind in (labels, ~labels))
    others = (ill + well) / 2 - 1

    def excess(area: float) -> float:
        variance = area * (1 - area) * (1 + others * ((1 - area) / (2 - area) + area / (1 + area))) / (ill * well)
        return (value - area) ** 2 - Z**2 * variance

    low, high = 0.0, 1.0
    if value > 2 * _PRECISION:
        low = _root(excess, _PRECISION, value - _PRECISION) if excess(_PRECISION) > 0 else 0.0
    if value < 1 - 2 * _PRECISION:
        high = _root(excess, 1 - _PRECISION, value + _PRECISION) if excess(1 - _PRECISION) > 0 else 1.0
    return Estimate(value, low, high)


def _root(function: Callable[[float], float], above: float, below: float) -> float:
    """Where a function that is positive at `above` and negative at `below` changes its sign, by halving."""
    while above != (middle := (above + below) / 2) != below:
        if function(middle) > 0:
            above = middle
        else:
            below = middle
    return middle
