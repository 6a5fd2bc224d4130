"""Proportions, and other means between 0 and 1, with their 95 % intervals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from training.statistics.clusters import Clusters, t_quantile
from training.statistics.estimate import CONFIDENCE, Estimate, Undefined, Z

NOTHING = Undefined("there is nothing to count")


def clopper_pearson(hits: int, trials: int) -> Estimate | Undefined:
    """A proportion of independent trials, with the exact interval (Clopper and Pearson 1934)."""
    return exact(hits / trials, trials) if trials else NOTHING


def wald(hits: int, trials: int) -> Estimate | Undefined:
    """A proportion of independent trials, with the normal interval: of no width at 0 and 1, and not cut there.

    It is behind the paper's "1.000-1.000" (Table 2), and for comparison with it only.
    """
    if not trials:
        return NOTHING
    value = hits / trials
    reach = Z * float(np.sqrt(value * (1 - value) / trials))
    return Estimate(value, value - reach, value + reach)


def clustered_share(hits: npt.ArrayLike, cluster: npt.ArrayLike) -> Estimate | Undefined:
    """A share of slices or series, whose interval respects that those of one patient are alike.

    Clopper-Pearson for the effective number of trials (Korn and Graubard 1998): never more than there are, and made
    fewer by the ratio of the t quantiles of trials and patients. With one trial for each patient it is Clopper-Pearson.

    Args:
        hits: [n] bool.
        cluster: [n] the patients' keys.
    """
    right = np.asarray(hits, dtype=np.float64)
    if not len(right):
        return NOTHING
    groups, trials = Clusters.of(cluster), len(right)
    if len(groups) == 1:
        return exact(float(right.mean()), 1)
    fewer = (t_quantile(trials - 1) / t_quantile(len(groups) - 1)) ** 2
    return exact(float(right.mean()), max(1.0, min(groups.effective_trials(right), trials) * fewer))


def clustered_mean(values: npt.ArrayLike, cluster: npt.ArrayLike) -> Estimate | Undefined:
    """A mean of values [n] between 0 and 1, such as squared errors, with the interval of clustered_share.

    The number of trials may be greater than n, since such values differ less than hits and misses.
    """
    given = np.asarray(values, dtype=np.float64)
    if not len(given):
        return NOTHING
    groups = Clusters.of(cluster)
    if len(groups) == 1:
        return exact(float(given.mean()), 1)
    return exact(float(given.mean()), max(1.0, groups.effective_trials(given) * (Z / t_quantile(len(groups) - 1)) ** 2))


def exact(value: float, trials: float) -> Estimate:
    """The interval of Clopper and Pearson for any value between 0 and 1 and any number of trials, whole or not."""
    hits, misses, tail = value * trials, (1 - value) * trials, (1 - CONFIDENCE) / 2
    low = float(betaincinv(hits, misses + 1, tail)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, misses, 1 - tail)) if misses > 0 else 1.0
    return Estimate(value, low, high)
