"""Figures with their 95 % intervals (paper, section "Statistical analyses")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

CONFIDENCE = 0.95

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


def clopper_pearson(hits: int, trials: int) -> Estimate:
    """A proportion of independent trials, with the exact interval (Clopper and Pearson 1934)."""
    found = stats.binomtest(hits, trials).proportion_ci(CONFIDENCE, method="exact")
    return Estimate(hits / trials, float(found.low), float(found.high))


def auc(positive: npt.ArrayLike, scores: npt.ArrayLike) -> float:
    """Area under the ROC curve, ties counted half; nan unless both kinds are there."""
    labels, values = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=np.float64)
    many, few = int(labels.sum()), int((~labels).sum())
    if not many or not few:
        return float("nan")
    ranks = stats.rankdata(values)
    return float((ranks[labels].sum() - many * (many + 1) / 2) / (many * few))


def delong_deviation(positive: npt.ArrayLike, scores: npt.ArrayLike) -> float:
    """Standard error of the AUC (DeLong et al. 1988), by midranks (Sun and Xu 2014); two of each kind at least."""
    labels, values = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=np.float64)
    ill, well = values[labels], values[~labels]
    ranks = stats.rankdata(np.concatenate([ill, well]))
    # Share of the other kind that each one is on the right side of.
    of_ill: Doubles = (ranks[: len(ill)] - stats.rankdata(ill)) / len(well)
    of_well: Doubles = 1 - (ranks[len(ill) :] - stats.rankdata(well)) / len(ill)
    return float(np.sqrt(of_ill.var(ddof=1) / len(ill) + of_well.var(ddof=1) / len(well)))


def delong(positive: npt.ArrayLike, scores: npt.ArrayLike) -> Estimate:
    """AUC of independent cases with DeLong's interval on the logit scale, which stays between 0 and 1.

    Where DeLong's standard error is 0 it says nothing. When that is because the two kinds are fully apart, the end of
    the interval is Clopper-Pearson's for as many trials as the rarer kind has cases, all of them hits; when it is
    because the scores do not differ, the interval is 0 to 1.
    """
    value = auc(positive, scores)
    labels = np.asarray(positive, dtype=bool)
    if value in (0.0, 1.0):
        rarer = int(min(labels.sum(), (~labels).sum()))
        limit = clopper_pearson(round(value) * rarer, rarer)
        return Estimate(value, limit.low, limit.high)
    deviation = delong_deviation(positive, scores)
    if deviation == 0:
        return Estimate(value, 0.0, 1.0)
    logit = np.log(value / (1 - value))
    reach = stats.norm.ppf(0.5 + CONFIDENCE / 2) * deviation / (value * (1 - value))
    return Estimate(value, float(1 / (1 + np.exp(reach - logit))), float(1 / (1 + np.exp(-reach - logit))))


def slice_auc(
    positive: npt.ArrayLike, scores: npt.ArrayLike, patient: npt.ArrayLike, resamples: int, seed: int
) -> Estimate:
    """AUC by slice; the interval is by bootstrap of patients, because slices of one patient are not independent."""
    labels, values = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=np.float64)
    slices = _slices_of_patients(patient)

    def one(chosen: npt.NDArray[np.int64]) -> float:
        return auc(labels[chosen], values[chosen])

    found = _resampled(slices, one, resamples, seed)
    return Estimate(auc(labels, values), *found)


def slice_share(hits: npt.ArrayLike, patient: npt.ArrayLike, resamples: int, seed: int) -> Estimate:
    """A share of slices; the interval is by bootstrap of patients."""
    values = np.asarray(hits, dtype=np.float64)

    def one(chosen: npt.NDArray[np.int64]) -> float:
        return float(values[chosen].mean())

    return Estimate(float(values.mean()), *_resampled(_slices_of_patients(patient), one, resamples, seed))


def _slices_of_patients(patient: npt.ArrayLike) -> list[npt.NDArray[np.int64]]:
    keys = np.asarray(patient)
    return [np.flatnonzero(keys == key) for key in np.unique(keys)]


def _resampled(
    slices: list[npt.NDArray[np.int64]], figure: Callable[[npt.NDArray[np.int64]], float], resamples: int, seed: int
) -> tuple[float, float]:
    """Percentile interval of a figure of slice indices when patients are drawn with replacement.

    A draw for which the figure is not defined (nan) is left out.
    """
    draw = np.random.default_rng(seed)
    found = [
        figure(np.concatenate([slices[n] for n in draw.integers(len(slices), size=len(slices))]))
        for _ in range(resamples)
    ]
    low, high = np.nanquantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)
