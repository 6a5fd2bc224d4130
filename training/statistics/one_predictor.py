"""Logistic regression on one predictor, for cases that are not fully apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import expit

from desktop.learning.statistics.clusters import Doubles

PRECISION = 1e-9
"""Of the gradient, for each case."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Maximum likelihood.

    Attributes:
        covariance: [2, 2] of intercept and slope, the model's own.
        likelihood: its logarithm.
    """

    intercept: float
    slope: float
    covariance: Doubles
    likelihood: float

    @property
    def deviation(self) -> float:
        """Standard error of the slope by the model."""
        return float(np.sqrt(self.covariance[1, 1]))


def fit(labels: Doubles, predictor: Doubles, weights: Doubles) -> Fit:
    """Fit labels [n] of 0 and 1 to a predictor [n] that differs and does not set them fully apart."""
    design = np.stack([np.ones_like(predictor), predictor])

    def loss(at: Doubles) -> tuple[float, Doubles]:
        logits = at @ design
        return float(-_likelihood(labels, logits, weights)), -design @ (weights * (labels - expit(logits)))

    def curvature(at: Doubles) -> Doubles:
        chance = expit(at @ design)
        return np.asarray((design * (weights * chance * (1 - chance))) @ design.T)

    solution = minimize(
        loss,
        np.array([0.0, 0.5]),
        jac=True,
        hess=curvature,
        method="trust-exact",
        options={"gtol": PRECISION * len(labels)},
    )
    return Fit(
        float(solution.x[0]),
        float(solution.x[1]),
        np.asarray(np.linalg.inv(curvature(solution.x)), dtype=np.float64),
        -float(solution.fun),
    )


def profile_high(fit: Fit, labels: Doubles, predictor: Doubles, reach: float) -> float:
    """The slope above which the profile likelihood has fallen as at `reach` standard errors of a parabola."""
    weights = np.ones_like(labels)

    def fall(slope: float) -> float:
        fixed = slope * predictor
        end = float(np.abs(fixed).max()) + 40.0
        intercept = brentq(lambda at: float((labels - expit(at + fixed)).sum()), -end, end)
        return 2 * (fit.likelihood - _likelihood(labels, intercept + fixed, weights)) - reach**2

    step = reach * fit.deviation
    while fall(fit.slope + step) < 0:
        step *= 2
    return float(brentq(fall, fit.slope, fit.slope + step))


def _likelihood(labels: Doubles, logits: Doubles, weights: Doubles) -> float:
    return float((weights * (labels * logits - np.logaddexp(0, logits))).sum())
