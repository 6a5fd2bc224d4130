"""The beta distribution: exact intervals of proportions and Student's t follow from its quantiles."""

from __future__ import annotations

import math
from functools import cache

_TINY = 1e-300
"""In place of a zero, by which the continued fraction would divide."""

_ENOUGH = 1e-16
_MOST_TERMS = 100_000
"""About the square root of the larger parameter is needed."""


def share_below(x: float, a: float, b: float) -> float:
    """The probability that a beta variable with parameters `a` and `b` is at most `x`: the regularised incomplete beta
    function, by its continued fraction (Abramowitz and Stegun 26.5.8) in Lentz's form."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # there the fraction of the other tail converges faster
        return 1 - share_below(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    upper, lower = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = lower
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            lower = 1 / _not_zero(1 + term * lower)
            upper = _not_zero(1 + term / upper)
            value *= upper * lower
        if abs(upper * lower - 1) < _ENOUGH:
            break
    return front * value / a


@cache
def quantile(share: float, a: float, b: float) -> float:
    """The value below which a beta variable lies with the probability `share`, by halving down to neighbouring numbers.

    Remembered: a simulation asks for the same few over and over again.
    """
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        if share_below(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return middle


def _not_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
