"""Intervals of the AUC that stay between 0 and 1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from training.statistics.clusters import Clusters
from training.statistics.estimate import Estimate, Undefined, Z
from training.statistics.proportions import exact
from training.statistics.roc import auc, delong_covariance, obuchowski_covariance

NO_VARIANCE = 1e-16
"""A variance below it is 0 but for rounding: one pair in the wrong order among 10,000 cases of each kind gives more."""


def delong_logit(positive: npt.ArrayLike, scores: npt.ArrayLike) -> Estimate | Undefined:
    """AUC of independent cases with DeLong's interval on the logit scale (Pepe 2003, section 5.2).

    Where DeLong's variance is 0 it says nothing, and the interval is that of effective_auc. With few cases of an AUC
    near 1 it covers too rarely: for comparison with other publications, not for our reports.
    """
    value, covariance = auc(positive, scores), delong_covariance(positive, scores)
    if isinstance(value, Undefined):
        return value
    if isinstance(covariance, Undefined):
        return covariance
    if covariance[0, 0] < NO_VARIANCE:
        return effective_auc(positive, scores, np.arange(np.size(positive)))
    reach = Z * float(np.sqrt(covariance[0, 0])) / (value * (1 - value))
    return Estimate(value, float(expit(logit(value) - reach)), float(expit(logit(value) + reach)))


def effective_auc(positive: npt.ArrayLike, scores: npt.ArrayLike, cluster: npt.ArrayLike) -> Estimate | Undefined:
    """AUC of slices, series or patients [n] with Clopper-Pearson's interval for the effective number of trials.

    As many trials as give the AUC its variance: the smaller of two numbers, one by Obuchowski's variance between
    patients (DeLong's, if each has one case), the other by Hanley and McNeil (1982) as if each patient's cases were all
    the same. The first follows the data, but is blind to what the data do not hold; the second cannot be.

    Args:
        cluster: [n] the patients' keys.
    """
    value, covariance = auc(positive, scores), obuchowski_covariance(positive, scores, cluster)
    if isinstance(value, Undefined):
        return value
    if isinstance(covariance, Undefined):
        return covariance
    labels, keys = np.asarray(positive, dtype=bool), np.asarray(cluster)
    ill, well = (Clusters.of(keys[kind]).independent() for kind in (labels, ~labels))
    variance = float(covariance[0, 0])
    shown = value * (1 - value) / variance if variance >= NO_VARIANCE else min(ill, well)
    return exact(value, min(shown, _hanley_mcneil_trials(value, ill, well)))


def _hanley_mcneil_trials(value: float, ill: float, well: float) -> float:
    """Trials for exponential scores, both kinds weighed alike, as in method 5 of Newcombe (2006)."""
    others = (ill + well) / 2 - 1
    return ill * well / (1 + others * ((1 - value) / (2 - value) + value / (1 + value)))
