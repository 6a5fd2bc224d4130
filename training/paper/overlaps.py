"""How the errors of two readers may overlap, and what each overlap makes of their comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics.estimate import known
from training.paper.cases import CUTOFF, Cases
from training.paper.counts import Counts
from training.paper.printed import Reader
from training.statistics.comparison import delong_paired, mcnemar_exact


@dataclass(frozen=True)
class Shared:
    """Where two readers go wrong on the same series.

    Attributes:
        misses: positive series that both give a score of 0.
        alarms: negative series that both give a score of 1: a run of 1, or a positive call.
    """

    misses: int
    alarms: int

    def __str__(self) -> str:
        return f"{self.misses} positive, {self.alarms} negative"


@dataclass(frozen=True)
class Discordance:
    """Cases that only one of two readers calls right, and the exact McNemar p."""

    only_one: int
    only_other: int
    p: float

    def __str__(self) -> str:
        return f"{self.only_one}:{self.only_other}, p = {self.p:.3g}"


def shared(cases: Cases, first: Reader, second: Reader) -> Shared:
    """Where two readers go wrong on the same of these cases."""
    both = _wrong(cases, first) & _wrong(cases, second)
    return Shared(int(both[cases.positive].sum()), int(both[~cases.positive].sum()))


def paired_p(cases: Cases, first: Reader, second: Reader) -> dict[Shared, float]:
    """The paired DeLong p of two readers for every way in which their errors may overlap.

    How often each goes wrong is taken from the cases; on which ones, is not. Every positive scores 0 or the reader's
    cut-off, and every negative 0 or 1.
    """
    wrong, also = _wrong(cases, first), _wrong(cases, second)
    ill, well = (
        (int(wrong[kind].sum()), int(also[kind].sum()), int(kind.sum())) for kind in (cases.positive, ~cases.positive)
    )
    truth = np.repeat([True, False], [ill[-1], well[-1]])
    by_overlap = {}
    for missed in common(*ill):
        for alarmed in common(*well):
            scores = [
                np.concatenate([np.where(misses, 0, CUTOFF[reader]), alarms.astype(np.int64)])
                for reader, misses, alarms in zip(
                    (first, second), _laid_out(*ill, missed), _laid_out(*well, alarmed), strict=True
                )
            ]
            pair = known(delong_paired(truth, *scores), f"The comparison of {first} and {second} by {cases.unit}")
            by_overlap[Shared(missed, alarmed)] = pair.p
    return by_overlap


def discordance(cases: Cases, first: Reader, second: Reader) -> Discordance:
    """Of two readers' calls of these cases."""
    right, also = cases.right(first), cases.right(second)
    return _discordance(int((right & ~also).sum()), int((also & ~right).sum()))


def discordances(first: Counts, second: Counts) -> list[Discordance]:
    """Every discordance that two readers with these counts may have, the least overlap of errors first."""
    missed, false = zip(first.errors, second.errors, strict=True)
    least = common(*missed, first.positives).start + common(*false, first.negatives).start
    most = min(missed) + min(false)
    return [_discordance(sum(second.errors) - both, sum(first.errors) - both) for both in range(least, most + 1)]


def common(some: int, others: int, of: int) -> range:
    """How many may be in both of two sets of these sizes."""
    return range(max(0, some + others - of), min(some, others) + 1)


def _discordance(only_one: int, only_other: int) -> Discordance:
    return Discordance(only_one, only_other, mcnemar_exact(only_one, only_other))


def _wrong(cases: Cases, reader: Reader) -> npt.NDArray[np.bool_]:
    """[n] positive with a score of 0, or negative with one above."""
    return np.not_equal(cases.scores[reader] > 0, cases.positive)


def _laid_out(some: int, others: int, of: int, both: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Two sets [of] of these sizes with so many in both."""
    place = np.arange(of)
    return place < some, (place >= some - both) & (place < some - both + others)
