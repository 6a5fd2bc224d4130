"""Proportions, and other means between 0 and 1, with their 95 % intervals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics.beta import quantile
from desktop.learning.statistics.clusters import DOUBTED, Clusters, t_quantile
from desktop.learning.statistics.estimate import CONFIDENCE, Estimate, Undefined, Z

NOTHING = Undefined("there is nothing to count")


def clopper_pearson(hits: int, trials: int) -> Estimate | Undefined:
    """A proportion of independent trials, with the exact interval (Clopper and Pearson 1934), as in the paper."""
    if not trials:
        return NOTHING
    tail = (1 - CONFIDENCE) / 2
    low = quantile(tail, hits, trials - hits + 1) if hits else 0.0
    high = quantile(1 - tail, hits + 1, trials - hits) if hits < trials else 1.0
    return Estimate(hits / trials, low, high)


def wald(hits: int, trials: int) -> Estimate | Undefined:
    """A proportion of independent trials, with the normal interval: of no width at 0 and 1, and not cut there.

    It is behind the paper's "1.000-1.000" (Table 2), and for comparison with it only.
    """
    if not trials:
        return NOTHING
    value = hits / trials
    reach = Z * float(np.sqrt(value * (1 - value) / trials))
    return Estimate(value, value - reach, value + reach)


def wilson(value: float, trials: float) -> Estimate:
    """A proportion, or another mean between 0 and 1, of so many independent trials, whole or not (Wilson 1927)."""
    shrunk = 1 + Z**2 / trials
    centre = (value + Z**2 / (2 * trials)) / shrunk
    reach = Z / shrunk * float(np.sqrt(value * (1 - value) / trials + Z**2 / (4 * trials**2)))
    # At 0 and 1 the interval ends there, but for rounding.
    return Estimate(value, max(0.0, min(value, centre - reach)), min(1.0, max(value, centre + reach)))


def clustered_share(hits: npt.ArrayLike, cluster: npt.ArrayLike) -> Estimate | Undefined:
    """A share of slices or series, whose interval respects that those of one patient are alike.

    Wilson's for the effective number of cases, which is made smaller by the ratio of the t quantiles of cases and
    patients (Korn and Graubard 1998). With one case for each patient it is plainly Wilson's.

    Args:
        hits: [n] bool.
        cluster: [n] the patients' keys.
    """
    right = np.asarray(hits, dtype=np.float64)
    if not len(right):
        return NOTHING
    groups = Clusters.of(cluster)
    if groups.single:
        return wilson(float(right.mean()), len(right))
    if len(groups) == 1:
        return wilson(float(right.mean()), 1)
    fewer = (t_quantile(len(right) - 1) / t_quantile(len(groups) - 1)) ** 2
    return wilson(float(right.mean()), max(1.0, groups.effective_number(right) * fewer))


def clustered_mean(values: npt.ArrayLike, cluster: npt.ArrayLike) -> Estimate | Undefined:
    """A mean of values [n] between 0 and 1, such as squared errors, with the interval of clustered_share.

    Such values differ less than hits and misses, so that they are worth more trials: as many as give their mean the
    variance that it has between patients, mixed with that of DOUBTED patients with nothing but hits or misses.
    """
    given = np.asarray(values, dtype=np.float64)
    if not len(given):
        return NOTHING
    groups, mean = Clusters.of(cluster), float(given.mean())
    worth, spread = groups.independent(), mean * (1 - mean)
    if len(groups) == 1 or spread <= 0:
        return wilson(mean, worth)
    patients = len(groups)
    between = (patients * groups.variance_of_mean(given) + DOUBTED * spread / worth) / (patients + DOUBTED)
    return wilson(mean, max(1.0, spread / between * (Z / t_quantile(patients - 1)) ** 2))
