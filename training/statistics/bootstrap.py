"""The AUC when patients are drawn again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.statistics.clusters import Clusters
from training.statistics.estimate import CONFIDENCE, Estimate, Undefined
from training.statistics.roc import auc, lacking

RESAMPLES = 2000


def bootstrap_auc(
    positive: npt.ArrayLike, scores: npt.ArrayLike, cluster: npt.ArrayLike, seed: int, resamples: int = RESAMPLES
) -> Estimate | Undefined:
    """AUC of slices, series or patients [n] with percentiles of the bootstrap over patients, stratified by label.

    Patients with a positive case and those without are drawn apart, so that each draw has as many of both. With 30
    patients the interval covers too rarely (docs/interval_coverage.md): it is for comparison, never the one reported.

    Args:
        cluster: [n] the patients' keys.
        seed: of the draws.
    """
    labels, values, groups = (
        np.asarray(positive, dtype=bool),
        np.asarray(scores, dtype=np.float64),
        Clusters.of(cluster),
    )
    value = auc(labels, values)
    if isinstance(value, Undefined):
        return value
    ill = groups.sums(labels)[0] > 0
    if lack := lacking(int(ill.sum()), int((~ill).sum()), 2, values, "{kind} patient"):
        return lack
    chance = np.random.default_rng(seed)
    times = np.zeros((resamples, len(groups)))
    for stratum in (np.flatnonzero(ill), np.flatnonzero(~ill)):
        times[:, stratum] = chance.multinomial(len(stratum), np.full(len(stratum), 1 / len(stratum)), resamples)
    _, place = np.unique(values, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    weights = times[:, groups.index[order]]
    of_ill, of_well = (np.add.reduceat(weights * kind[order], starts, axis=1) for kind in (labels, ~labels))
    lower = np.cumsum(of_well, axis=1) - of_well / 2
    found = (of_ill * lower).sum(axis=1) / (of_ill.sum(axis=1) * of_well.sum(axis=1))
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(value, float(low), float(high))
