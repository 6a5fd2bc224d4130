"""Predictive values where invasion is rarer or commoner than among the cases tested."""

from __future__ import annotations

import math

from scipy.optimize import brentq

from desktop.learning.statistics.estimate import Estimate, Undefined


def ppv_at(sensitivity: Estimate, specificity: Estimate, prevalence: float) -> Estimate | Undefined:
    """Positive predictive value at a prevalence between 0 and 1, its interval made of those of the two.

    At each end true and false positives keep the ratio that the two intervals just allow (method of variance estimates
    recovery for ratios, Donner and Zou 2012). Sensitivity and specificity are taken as independent; where slices of one
    patient give both, they err to the same side, and the interval is rather too wide.
    """
    return _predictive(sensitivity, _complement(specificity), prevalence, "nothing is called positive")


def npv_at(sensitivity: Estimate, specificity: Estimate, prevalence: float) -> Estimate | Undefined:
    """Negative predictive value at a prevalence between 0 and 1; as ppv_at."""
    return _predictive(specificity, _complement(sensitivity), 1 - prevalence, "nothing is called negative")


def _predictive(rightly: Estimate, wrongly: Estimate, share: float, nothing: str) -> Estimate | Undefined:
    if not 0 < share < 1:
        return Undefined("the prevalence is not between 0 and 1")
    right, wrong = share * rightly.value, (1 - share) * wrongly.value
    if right + wrong == 0:
        return Undefined(nothing)

    def above(value: float) -> float:
        fall = math.hypot(
            (1 - value) * share * (rightly.value - rightly.low), value * (1 - share) * (wrongly.high - wrongly.value)
        )
        return (1 - value) * right - value * wrong - fall

    def below(value: float) -> float:
        rise = math.hypot(
            (1 - value) * share * (rightly.high - rightly.value), value * (1 - share) * (wrongly.value - wrongly.low)
        )
        return (1 - value) * right - value * wrong + rise

    return Estimate(right / (right + wrong), float(brentq(above, 0, 1)), float(brentq(below, 0, 1)))


def _complement(share: Estimate) -> Estimate:
    return Estimate(1 - share.value, 1 - share.high, 1 - share.low)
