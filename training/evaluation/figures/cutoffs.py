"""The run from which a case is called positive: as the model has it, and chosen by Youden's index in three ways."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics.estimate import Undefined
from desktop.reading.run import Cutoff
from training.evaluation.figures.performance import Shares, shares
from training.evaluation.figures.sample import Flags, Sample
from training.statistics.curve import youden, youden_in_folds

FOLDS = 5
"""Fewer where there are fewer patients of either label."""


@dataclass(frozen=True)
class CutoffChoice:
    """A way to a cut-off on the run, and what it gives.

    Attributes:
        way: in words.
        slices: positive from this run on; None where it differs from fold to fold or with the
            spacing, or there is none.
        too_good: whether the cut-off was chosen on the very cases that it is measured on.
        shares: of these cases, called by it.
    """

    way: str
    slices: float | None
    too_good: bool
    shares: Shares | Undefined


def cutoff_choices(sample: Sample, cutoff: Cutoff, watched: Sample | None, where: str) -> tuple[CutoffChoice, ...]:
    """All ways for one unit.

    Args:
        cutoff: the model's own.
        watched: the same unit of other patients, on whom a cut-off may be chosen.
        where: who these are, in words.
    """
    return tuple(_choices(sample, cutoff, watched, where))


def _choices(sample: Sample, cutoff: Cutoff, watched: Sample | None, where: str) -> Iterator[CutoffChoice]:
    runs = sample.ranked
    slices = None if cutoff.mm else float(cutoff.slices)
    yield CutoffChoice("as the model has it", slices, False, _shares(sample, sample.called))
    if watched is not None:
        yield _chosen(f"Youden's index on {where}", sample, youden(watched.positive, watched.ranked), False)
    called = youden_in_folds(sample.positive, runs, folds(sample))
    yield CutoffChoice(
        "Youden's index in folds of these very patients, each called by the cut-off of the others",
        None,
        False,
        called if isinstance(called, Undefined) else _shares(sample, called),
    )
    yield _chosen("Youden's index on these very cases, as in the paper", sample, youden(sample.positive, runs), True)


def _chosen(way: str, sample: Sample, cutoff: float | Undefined, too_good: bool) -> CutoffChoice:
    if isinstance(cutoff, Undefined):
        return CutoffChoice(way, None, too_good, cutoff)
    return CutoffChoice(way, cutoff, too_good, _shares(sample, sample.ranked >= cutoff))


def _shares(sample: Sample, called: Flags) -> Shares:
    return shares(replace(sample, called=called))


def folds(sample: Sample) -> npt.NDArray[np.int64]:
    """[n] fold of each case: by patient, each label dealt evenly, in an order that nothing but the key decides."""
    patients = dict(zip(sample.patient.tolist(), sample.positive.tolist(), strict=True))
    groups = [sorted(key for key, positive in patients.items() if positive is label) for label in (True, False)]
    count = max(2, min(FOLDS, *map(len, groups)))
    fold = {
        key: number % count
        for group in groups
        for number, key in enumerate(sorted(group, key=lambda key: hashlib.sha256(key.encode()).digest()))
    }
    return np.array([fold[key] for key in sample.patient.tolist()], dtype=np.int64)
