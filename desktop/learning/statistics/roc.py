"""The area under the ROC curve and DeLong's variance of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics.clusters import Clusters, Doubles
from desktop.learning.statistics.estimate import Estimate, Undefined, Z


def auc(positive: npt.ArrayLike, scores: npt.ArrayLike) -> float | Undefined:
    """Area under the ROC curve: how often a positive scores higher than a negative; ties count half."""
    labels, values = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=np.float64)
    ill = int(labels.sum())
    well = len(labels) - ill
    if lack := lacking(ill, well, 1, values):
        return lack
    ranks = midranks(values)[0]
    return float((ranks[labels].sum() - ill * (ill + 1) / 2) / (ill * well))


def midranks(values: npt.ArrayLike) -> Doubles:
    """Ranks [k, n] from 1 within each row of values [k, n]; equal values share the mean of their ranks."""
    rows = np.atleast_2d(np.asarray(values, dtype=np.float64))
    found = np.empty_like(rows)
    for row, ranks in zip(rows, found, strict=True):
        _, place, times = np.unique(row, return_inverse=True, return_counts=True)
        ranks[:] = (np.cumsum(times) - (times - 1) / 2)[place]
    return found


def lacking(
    positive: int, negative: int, least: int, scores: npt.ArrayLike, counted: str = "{kind} case"
) -> Undefined | None:
    """Why cases cannot be compared by their scores, if they cannot.

    Args:
        positive, negative: how many cases, or patients with cases, there are of each kind.
        least: how many there must be of each.
        counted: what is.
    """
    for kind, there in (("positive", positive), ("negative", negative)):
        if there < least:
            one = counted.format(kind=kind)
            return Undefined(f"there is {there or 'no'} {one} where {least} or more are needed")
    return Undefined("a score is not a number") if np.isnan(scores).any() else None


def placements(positive: npt.ArrayLike, scores: npt.ArrayLike) -> Doubles:
    """Which share of the other kind each case is on the right side of (DeLong's structural components).

    Args:
        positive: [n] bool, both kinds among them.
        scores: [k, n] of k readers or models.

    Returns:
        [k, n], by midranks (Sun and Xu 2014).
    """
    labels, values = np.asarray(positive, dtype=bool), np.atleast_2d(np.asarray(scores, dtype=np.float64))
    ill, well = values[:, labels], values[:, ~labels]
    ranks, found = midranks(values), np.empty_like(values)
    found[:, labels] = (ranks[:, labels] - midranks(ill)) / well.shape[1]
    found[:, ~labels] = 1 - (ranks[:, ~labels] - midranks(well)) / ill.shape[1]
    return found


def delong_covariance(positive: npt.ArrayLike, scores: npt.ArrayLike) -> Doubles | Undefined:
    """Covariances [k, k] of the AUCs of k scores [k, n] of the same n independent cases (DeLong et al. 1988)."""
    return obuchowski_covariance(positive, scores, np.arange(np.size(positive)))


def obuchowski_covariance(
    positive: npt.ArrayLike, scores: npt.ArrayLike, cluster: npt.ArrayLike
) -> Doubles | Undefined:
    """Covariances [k, k] of the AUCs of k scores [k, n] of slices or series in patients [n] (Obuchowski 1997).

    A patient may have both kinds. With one case for each patient they are DeLong's.
    """
    labels, groups = np.asarray(positive, dtype=bool), Clusters.of(cluster)
    with_ill, with_well = (len(np.unique(groups.index[kind])) for kind in (labels, ~labels))
    counted = "{kind} case" if groups.single else "patient with a {kind} case"
    if lack := lacking(with_ill, with_well, 2, scores, counted):
        return lack
    placed = placements(labels, scores)
    ill, well = (
        groups.sums((placed - placed[:, kind].mean(axis=1, keepdims=True)) * kind) / kind.sum()
        for kind in (labels, ~labels)
    )
    both = len(groups) / (len(groups) - 1) * ill @ well.T
    found = with_ill / (with_ill - 1) * ill @ ill.T + with_well / (with_well - 1) * well @ well.T + both + both.T
    return np.asarray(found, dtype=np.float64)


def delong(positive: npt.ArrayLike, scores: npt.ArrayLike) -> Estimate | Undefined:
    """AUC of independent cases with DeLong's normal interval, not cut at 1, as in the paper's Table 2."""
    value, covariance = auc(positive, scores), delong_covariance(positive, scores)
    if isinstance(value, Undefined):
        return value
    if isinstance(covariance, Undefined):
        return covariance
    reach = Z * float(np.sqrt(covariance[0, 0]))
    return Estimate(value, value - reach, value + reach)
