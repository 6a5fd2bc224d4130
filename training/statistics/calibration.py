"""Do probabilities mean what they say? Cox's intercept and slope, and Brier's score."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, logit

from desktop.learning.statistics.clusters import Clusters, Doubles, t_quantile
from desktop.learning.statistics.estimate import Estimate, Undefined, not_probabilities
from desktop.learning.statistics.proportions import clustered_mean
from desktop.learning.statistics.roc import lacking
from training.statistics.one_predictor import Fit, fit, profile_high

DOUBTED = 6
"""As `DOUBTED` of `desktop.learning.statistics.clusters`, for intercept and slope: residuals of thirty patients seldom
hold the few on whom a model is sure and wrong, and with fewer doubted ones these intervals fall short."""

SUREST = 1e-6
"""Probabilities nearer to 0 or 1 are taken for this near: float32 has few between, and the logit of 1 is infinite."""
FURTHEST = 40.0
"""Logits beyond it are not told apart from certainty."""


def calibration_intercept(
    positive: npt.ArrayLike, probabilities: npt.ArrayLike, cluster: npt.ArrayLike
) -> Estimate | Undefined:
    """Calibration in the large: what must be added to all logits to make as many positives as there are; 0 is ideal.

    The interval holds all values that a t test of the residuals, summed by patient, does not refuse; their variance is
    mixed with that of DOUBTED further patients on whom the probabilities are fully right or wrong.

    Args:
        positive, probabilities: [n].
        cluster: [n] the patients' keys.
    """
    labels, given = np.asarray(positive, dtype=np.float64), np.asarray(probabilities, dtype=np.float64)
    if lack := not_probabilities(given) or lacking(int(labels.sum()), int((1 - labels).sum()), 1, given):
        return lack
    given = _logits(given)
    groups = Clusters.of(cluster)
    patients = len(groups)
    if patients < 2:
        return Undefined("there is only one patient")
    alike = len(labels) ** 2 / groups.independent()

    def excess(intercept: float) -> float:
        return float((labels - expit(intercept + given)).sum())

    def statistic(intercept: float) -> float:
        residuals = labels - expit(intercept + given)
        sums = groups.sums(residuals)[0]
        shown, worst = patients * float(sums.var(ddof=1)), alike * float(np.abs(residuals).mean())
        return float(sums.sum() / np.sqrt((patients * shown + DOUBTED * worst) / (patients + DOUBTED)))

    reach = t_quantile(patients - 1)
    end = FURTHEST - logit(SUREST)
    value = float(brentq(excess, -end, end))
    below, above = value - FURTHEST, value + FURTHEST
    if statistic(below) < reach or statistic(above) > -reach:
        return Undefined("there are too few cases of one kind to bound it")
    low, high = (brentq(lambda x, at=at: statistic(x) - at, below, above) for at in (reach, -reach))
    return Estimate(value, float(low), float(high))


def calibration_slope(
    positive: npt.ArrayLike, probabilities: npt.ArrayLike, cluster: npt.ArrayLike
) -> Estimate | Undefined:
    """By what logits must be multiplied (Cox 1958): 1 is ideal; below 1 the probabilities are too extreme.

    The upper end is by profile likelihood, stretched as the variance between patients demands. The lower end is Wald's
    with that variance, as the cases are, or as they would be with DOUBTED further patients whose labels have nothing to
    do with their probabilities, whichever is lower.

    Args:
        positive, probabilities: [n].
        cluster: [n] the patients' keys.
    """
    labels, given = np.asarray(positive, dtype=np.float64), np.asarray(probabilities, dtype=np.float64)
    if lack := not_probabilities(given) or lacking(int(labels.sum()), int((1 - labels).sum()), 1, given):
        return lack
    given = _logits(given)
    groups, ill = Clusters.of(cluster), labels == 1
    if len(groups) < 3:
        return Undefined("there are fewer than three patients")
    if np.ptp(given) == 0:
        return Undefined("all probabilities are the same")
    if given[ill].min() >= given[~ill].max() or given[ill].max() <= given[~ill].min():
        return Undefined("the probabilities of positive and negative cases are fully apart")
    reach = t_quantile(len(groups) - 2)
    seen = fit(labels, given, np.ones_like(labels))
    share = np.full_like(labels, DOUBTED / 2 / len(groups))  # as many of them positive as negative
    doubted = fit(
        np.concatenate([labels, np.ones_like(labels), np.zeros_like(labels)]),
        np.tile(given, 3),
        np.concatenate([np.ones_like(labels), share, share]),
    )
    stretch = _deviation(seen, labels, given, groups) / seen.deviation
    low = min(one.slope - reach * _deviation(one, labels, given, groups) for one in (seen, doubted))
    return Estimate(seen.slope, low, profile_high(seen, labels, given, reach * stretch))


def brier(positive: npt.ArrayLike, probabilities: npt.ArrayLike, cluster: npt.ArrayLike) -> Estimate | Undefined:
    """Mean squared error of probabilities [n] (Brier 1950), 0 at best, with the interval of clustered_mean."""
    given = np.asarray(probabilities, dtype=np.float64)
    if lack := not_probabilities(given):
        return lack
    return clustered_mean((given - np.asarray(positive, dtype=np.float64)) ** 2, cluster)


def _deviation(fit: Fit, labels: Doubles, given: Doubles, groups: Clusters) -> float:
    """Standard error of the slope by the residuals' sums of each patient; never below the model's own."""
    residuals = labels - expit(fit.intercept + fit.slope * given)
    sums = groups.sums(np.stack([residuals, residuals * given]))
    patients = len(groups)
    between = fit.covariance @ (sums @ sums.T) @ fit.covariance * patients / (patients - 1)
    return max(float(np.sqrt(between[1, 1])), fit.deviation)


def _logits(probabilities: Doubles) -> Doubles:
    return np.asarray(logit(np.clip(probabilities, SUREST, 1 - SUREST)))
