"""Two models or readers on the same cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from desktop.learning.statistics.auc_intervals import newcombe_auc
from desktop.learning.statistics.clusters import Clusters, Doubles
from desktop.learning.statistics.estimate import Estimate, Undefined, Z
from desktop.learning.statistics.roc import obuchowski_covariance, placements

NO_VARIANCE = 1e-16
"""A variance below it is 0 but for rounding: one pair in the wrong order among 10,000 cases of each kind gives more."""


@dataclass(frozen=True)
class PairedAucs:
    """Two AUCs compared.

    Attributes:
        difference: the first AUC minus the second, with the normal interval.
        statistic: chi-square with one degree of freedom.
        p: two-sided.
    """

    difference: Estimate
    statistic: float
    p: float


def delong_paired(positive: npt.ArrayLike, scores: npt.ArrayLike, others: npt.ArrayLike) -> PairedAucs | Undefined:
    """The AUCs of two scores [n] of the same independent cases [n] (DeLong et al. 1988)."""
    return obuchowski_paired(positive, scores, others, np.arange(np.size(positive)))


def obuchowski_paired(
    positive: npt.ArrayLike, scores: npt.ArrayLike, others: npt.ArrayLike, cluster: npt.ArrayLike
) -> PairedAucs | Undefined:
    """The AUCs of two scores [n] of the same slices or series, which belong to patients [n] (Obuchowski 1997)."""
    pair = _pair(scores, others)
    covariance = obuchowski_covariance(positive, pair, cluster)
    if isinstance(covariance, Undefined):
        return covariance
    difference, variance = _difference(positive, pair), float(np.array([1, -1]) @ covariance @ np.array([1, -1]))
    if variance < NO_VARIANCE:
        return Undefined("the two order the cases alike or fully apart, and no variance tells how far chance reaches")
    statistic, reach = difference**2 / variance, Z * float(np.sqrt(variance))
    interval = Estimate(difference, difference - reach, difference + reach)
    return PairedAucs(interval, statistic, float(stats.chi2.sf(statistic, 1)))


def recovered_difference(
    positive: npt.ArrayLike, scores: npt.ArrayLike, others: npt.ArrayLike, cluster: npt.ArrayLike
) -> Estimate | Undefined:
    """Difference of two AUCs of the same cases [n] of patients [n], its interval made of those of the two.

    By the method of variance estimates recovery (Zou 2007) from newcombe_auc, with Obuchowski's correlation. Unlike
    the normal interval it holds near 1, and where the two do not differ.
    """
    pair = _pair(scores, others)
    first, second = (newcombe_auc(positive, score, cluster) for score in pair)
    covariance = obuchowski_covariance(positive, pair, cluster)
    if isinstance(first, Undefined):
        return first
    if isinstance(second, Undefined):
        return second
    if isinstance(covariance, Undefined):
        return covariance
    product = float(np.sqrt(covariance[0, 0] * covariance[1, 1]))
    alike = float(covariance[0, 1]) / product if product >= NO_VARIANCE else 0.0

    def reach(of_first: float, of_second: float) -> float:
        return float(np.sqrt(max(0.0, of_first**2 + of_second**2 - 2 * alike * of_first * of_second)))

    difference = first.value - second.value
    return Estimate(
        difference,
        difference - reach(first.value - first.low, second.high - second.value),
        difference + reach(first.high - first.value, second.value - second.low),
    )


def mcnemar_exact(only_one: int, only_other: int) -> float:
    """Two-sided p that as many independent cases are right in only one as in only the other (exact McNemar)."""
    discordant = only_one + only_other
    return float(stats.binomtest(only_one, discordant).pvalue) if discordant else 1.0


def mcnemar_clustered(one_right: npt.ArrayLike, other_right: npt.ArrayLike, cluster: npt.ArrayLike) -> float:
    """Two-sided exact p that two are equally often right [n] on slices or series of patients [n].

    If the two are alike, what one does on a patient the other might have done as well. So the difference of right
    answers on each patient may be of either sign, and p is the share of all signs that give a total as far from 0. With
    one case for each patient it is exact McNemar. The known tests for clusters (Obuchowski 1998, Durkalski 2003) need
    many patients for their chi-square.
    """
    differences = Clusters.of(cluster).sums(
        np.asarray(one_right, dtype=np.float64) - np.asarray(other_right, dtype=np.float64)
    )
    steps = np.abs(differences[0]).astype(int)
    chances = np.ones(1)
    for step in steps[steps > 0]:
        either = np.zeros(len(chances) + 2 * step)
        either[: len(chances)] += chances / 2
        either[2 * step :] += chances / 2
        chances = either
    totals = np.arange(len(chances)) - len(chances) // 2
    return float(min(1.0, chances[np.abs(totals) >= abs(differences.sum())].sum()))


def _pair(scores: npt.ArrayLike, others: npt.ArrayLike) -> Doubles:
    return np.stack([np.asarray(scores, dtype=np.float64), np.asarray(others, dtype=np.float64)])


def _difference(positive: npt.ArrayLike, scores: Doubles) -> float:
    labels = np.asarray(positive, dtype=bool)
    area, other_area = placements(labels, scores)[:, labels].mean(axis=1)
    return float(area - other_area)
