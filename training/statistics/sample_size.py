"""How many patients a study needs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from desktop.learning.statistics.estimate import CONFIDENCE, Undefined

LARGEST = 100_000
"""Studies beyond it are not looked for."""


@dataclass(frozen=True)
class SampleSize:
    """A study large enough.

    Attributes:
        cases: patients whom the proportion counts: for sensitivity, those with invasion.
        patients: all who must be recruited to expect as many.
    """

    cases: int
    patients: int


def sample_size(
    expected: float, wanted: float, share: float = 1.0, assurance: float | None = None
) -> SampleSize | Undefined:
    """The smallest study whose 95 % interval (Clopper-Pearson) of a proportion lies above a wanted bound.

    It does so at this number of cases and every greater one: adding a patient never spoils it.

    Args:
        expected: the proportion.
        wanted: its bound.
        share: of patients whom the proportion counts; for sensitivity, the prevalence.
        assurance: with what probability the interval lies above the bound, if the expected proportion is true. Without,
            it does when the study finds just the expected proportion, rounded down to whole patients: an even chance.
    """
    if not 0 < wanted < expected <= 1:
        return Undefined("the bound is not below the proportion expected")
    if not 0 < share <= 1 or (assurance is not None and not 0 < assurance < 1):
        return Undefined("a share or a probability is not between 0 and 1")
    cases = np.arange(1, LARGEST + 1)
    # The interval lies above the bound exactly when so many hits, or more, are less likely than its tail at the bound.
    needed = stats.binom.isf((1 - CONFIDENCE) / 2, cases, wanted) + 1
    if assurance is None:
        enough = np.floor(expected * cases + 1e-9) >= needed  # 0.9 of 10 is 9 whatever the rounding
    else:
        enough = stats.binom.sf(needed - 1, cases, expected) >= assurance
    failing = np.flatnonzero(~enough)
    found = int(cases[failing[-1]]) + 1 if len(failing) else 1
    if found > LARGEST:
        return Undefined(f"more than {LARGEST} cases are needed")
    return SampleSize(found, math.ceil(found / share - 1e-9))
