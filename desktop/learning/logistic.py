"""Logistic regression with an L2 penalty on standardised features, the penalty chosen in folds by patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.inference.layer import Layer
from desktop.learning.fit_settings import Balance, Logistic
from desktop.learning.patient_folds import FitRefused
from desktop.messages import message
from desktop.work import Work

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_LEAST_DEVIATION = 1e-6
"""Of a feature, below which it counts as constant and gets no weight."""

_STEEPEST = 1e-9
"""Largest slope of the objective, per standard deviation of a feature, that counts as converged. The weights then
depend on the features alone, not on the way to the minimum."""

_MOST_STEPS = 100
"""Of Newton's method, which takes about ten."""

_MOST_TURNS = 5000
"""Of conjugate gradients, within one step."""

_LEAST_SHARE = 2.0**-30
"""Of a step, before it is given up."""


@dataclass(frozen=True)
class Tried:
    """A penalty, and what it loses on the images of patients left out, balanced as the fit is.

    Attributes:
        loss: the mean over the folds.
        error: the standard error of that mean.
    """

    penalty: float
    loss: float
    error: float


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

    By Newton's method, each of whose steps is found by conjugate gradients, so that no matrix [m, m] is made.

    Raises:
        FitRefused: no convergence.
    """
    signs = np.where(positive, 1.0, -1.0)
    ridge = np.append(np.full(features.shape[1], penalty), 0.0)
    point = np.zeros(len(ridge)) if start is None else start.copy()

    def loss_at(margin: Doubles, where: Doubles) -> float:
        return float(counts @ np.logaddexp(0.0, -margin) + where @ (ridge * where) / 2)

    margin = signs * _answers(features, point)
    loss = loss_at(margin, point)
    for _ in range(_MOST_STEPS):
        wrong = np.exp(-np.logaddexp(0.0, margin))  # the probability given to the other label
        slope = _summed(features, -counts * signs * wrong) + ridge * point
        if np.abs(slope).max() <= _STEEPEST:
            return point
        step = _newton_step(features, counts * wrong * (1 - wrong), ridge, slope)
        along = signs * _answers(features, step)
        share, fall = 1.0, float(slope @ step)
        # Near the minimum the fall drowns in rounding, so that a loss that does not rise is good enough.
        while (found := loss_at(margin + share * along, point + share * step)) > loss + 1e-4 * share * fall + 1e-15:
            share /= 2
            if share < _LEAST_SHARE:
                raise _not_converged(penalty)
        point, margin, loss = point + share * step, margin + share * along, found
    raise _not_converged(penalty)


def _newton_step(features: Doubles, curvature: Doubles, ridge: Doubles, slope: Doubles) -> Doubles:
    """Where the objective's second-order model has its minimum [m + 1], as nearly as the slope is worth it."""
    step = np.zeros_like(slope)
    left = -slope
    direction, length = left.copy(), float(left @ left)
    wanted = length * min(0.25, np.sqrt(length)) ** 2
    for _ in range(_MOST_TURNS):
        bent = _summed(features, curvature * _answers(features, direction)) + ridge * direction
        far = length / float(direction @ bent)
        step += far * direction
        left -= far * bent
        before, length = length, float(left @ left)
        if length <= wanted:
            break
        direction = left + length / before * direction
    return step


def _answers(features: Doubles, point: Doubles) -> Doubles:
    """[n] features times weights, and the bias."""
    return np.asarray(features @ point[:-1] + point[-1])


def _summed(features: Doubles, each: Doubles) -> Doubles:
    """[m + 1] features and the one of the bias, times a number for each row, summed."""
    return np.append(features.T @ each, each.sum())


def _not_converged(penalty: float) -> FitRefused:
    return FitRefused(
        message(
            "The logistic regression does not converge at the penalty {penalty:g}: leave the smallest out of "
            "logistic.penalties.",
            penalty=penalty,
        )
    )


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
    """Every penalty with its loss on patients left out; the one to take first, the others by their loss.

    To take is the strongest whose loss lies within one standard error of the least (Breiman et al., Classification and
    Regression Trees, 1984, section 3.4.3; Hastie et al., The Elements of Statistical Learning, section 7.10). What a
    few patients cannot tell apart differs on others: the weights of the least loss were up to twenty times as large,
    and a ROI moved by a reader's uncertainty changed more verdicts.

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
    losses = np.zeros((folds, len(falling)))
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
            losses[left_out, n] = shares @ np.logaddexp(0.0, -margin)
            work.progress(left_out * len(falling) + n + 1, folds * len(falling))
            work.raise_if_stopped()
    means, errors = losses.mean(axis=0), losses.std(axis=0, ddof=1) / np.sqrt(folds)
    tried = [Tried(*map(float, one)) for one in zip(falling, means, errors, strict=True)]
    least = min(tried, key=lambda one: one.loss)
    taken = next(one for one in tried if one.loss <= least.loss + least.error)
    return [taken, *sorted((one for one in tried if one is not taken), key=lambda one: one.loss)]


def fit_logistic(features: Doubles, positive: Flags, patient: Sequence[str], penalty: float, balance: Balance) -> Layer:
    """The final layer for features [n, m] as they are."""
    counts = weights_of(positive, patient, balance)
    scale = _Scale.of(features, counts)
    return scale.layer(solve(scale.standard(features), positive, counts, penalty))
