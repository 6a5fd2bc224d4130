"""Logistic regression with an L2 penalty on standardised features, the penalty chosen in folds by patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from desktop.messages import message
from desktop.work import Work
from training.fit.configuration import Balance, Logistic
from training.fit.folds import FitRefused
from training.fit.layer import Layer

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_LEAST_DEVIATION = 1e-6
"""Of a feature, below which it counts as constant and gets no weight."""

_STEEPEST = 1e-5
"""Largest slope of the objective, per standard deviation of a feature, that counts as converged."""

_MOST_STEPS = 5000


@dataclass(frozen=True)
class Tried:
    """A penalty and the mean loss on the images of patients left out, balanced as the fit is."""

    penalty: float
    loss: float


def weights_of(positive: Flags, patient: Sequence[str], balance: Balance) -> Doubles:
    """What each image counts [n]; the sum is 1."""
    count = np.ones(len(positive))
    if balance == "patients":
        _, which, images = np.unique(
            [f"{key}\n{label}" for key, label in zip(patient, positive, strict=True)],
            return_inverse=True,
            return_counts=True,
        )
        count = 1 / images[which]
    if balance != "images":
        for kind in (positive, ~positive):
            count[kind] /= count[kind].sum()
    return np.asarray(count / count.sum(), dtype=np.float64)


def solve(features: Doubles, positive: Flags, counts: Doubles, penalty: float, start: Doubles | None = None) -> Doubles:
    """Minimise sum(counts x cross-entropy) + penalty / 2 |weights|^2; returns weights and bias [m + 1].

    Raises:
        FitRefused: no convergence.
    """
    signs = np.where(positive, 1.0, -1.0)

    def objective(point: Doubles) -> tuple[float, Doubles]:
        weight, bias = point[:-1], point[-1]
        margin = signs * (features @ weight + bias)
        slope = -counts * signs * special.expit(-margin)
        loss = counts @ np.logaddexp(0.0, -margin) + penalty / 2 * (weight @ weight)
        return float(loss), np.append(features.T @ slope + penalty * weight, slope.sum())

    found = optimize.minimize(
        objective,
        np.zeros(features.shape[1] + 1) if start is None else start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _MOST_STEPS, "maxfun": 2 * _MOST_STEPS, "gtol": _STEEPEST, "ftol": 0.0, "maxcor": 20},
    )
    if np.abs(objective(found.x)[1]).max() > 10 * _STEEPEST:
        raise FitRefused(
            message(
                "The logistic regression does not converge at the penalty {penalty:g}: leave the smallest out of "
                "logistic.penalties.",
                penalty=penalty,
            )
        )
    return np.asarray(found.x, dtype=np.float64)


@dataclass(frozen=True)
class _Scale:
    """Mean and deviation [m] of features, by what each image counts."""

    mean: Doubles
    deviation: Doubles

    @staticmethod
    def of(features: Doubles, counts: Doubles) -> _Scale:
        mean = counts @ features
        deviation = np.sqrt(np.maximum(counts @ features**2 - mean**2, 0))
        return _Scale(mean, np.where(deviation > _LEAST_DEVIATION, deviation, np.inf))

    def standard(self, features: Doubles) -> Doubles:
        return (features - self.mean) / self.deviation

    def layer(self, point: Doubles) -> Layer:
        """The layer on features as they are."""
        weight = point[:-1] / self.deviation
        return Layer(weight.astype(np.float32), float(np.float32(point[-1] - weight @ self.mean)))


def choose_penalty(
    features: Doubles,
    positive: Flags,
    patient: Sequence[str],
    fold: npt.NDArray[np.int64],
    images: int,
    settings: Logistic,
    work: Work,
) -> list[Tried]:
    """Every penalty with its loss on patients left out; the least loss first.

    Args:
        features: [n, m], those of the images themselves first.
        fold: [n] of the patient.
        images: how many of the rows are images themselves; losses are taken on these, not on copies.
        work: told of every fit that is done.

    Raises:
        Cancelled: `work` was asked to stop.
        FitRefused: no convergence.
    """
    folds = int(fold.max()) + 1
    falling = sorted(settings.penalties, reverse=True)
    summed = np.zeros(len(falling))
    for left_out in range(folds):
        learn = fold != left_out
        watch = np.flatnonzero(~learn[:images])
        chosen = [patient[n] for n in np.flatnonzero(learn).tolist()]
        counts = weights_of(positive[learn], chosen, settings.balance)
        scale = _Scale.of(features[learn], counts)
        standard, unseen = scale.standard(features[learn]), scale.standard(features[watch])
        shares = weights_of(positive[watch], [patient[n] for n in watch.tolist()], settings.balance)
        point: Doubles | None = None
        for n, penalty in enumerate(falling):
            point = solve(standard, positive[learn], counts, penalty, point)
            margin = np.where(positive[watch], 1, -1) * (unseen @ point[:-1] + point[-1])
            summed[n] += shares @ np.logaddexp(0.0, -margin)
            work.progress(left_out * len(falling) + n + 1, folds * len(falling))
            work.raise_if_stopped()
    tried = [Tried(penalty, float(loss) / folds) for penalty, loss in zip(falling, summed, strict=True)]
    return sorted(tried, key=lambda candidate: candidate.loss)


def fit_logistic(features: Doubles, positive: Flags, patient: Sequence[str], penalty: float, balance: Balance) -> Layer:
    """The final layer for features [n, m] as they are."""
    counts = weights_of(positive, patient, balance)
    scale = _Scale.of(features, counts)
    return scale.layer(solve(scale.standard(features), positive, counts, penalty))
