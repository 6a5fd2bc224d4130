"""Whether something has changed between the first patients and the last, told from few of them.

The first `MOST` patients stand for how it was, the last `MOST` for how it is. Shares are compared by Fisher's exact
test (Fisher 1935), distances by the rank test of Mann and Whitney (1947, normal with correction for ties, which holds
from 20 in a group on). `tests/simulations/drift_alarms.py` measures how often it cries wolf.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import numpy as np

from desktop.messages import Message, message

LEAST, MOST = 20, 50
"""Patients in a group. With fewer than 20, only a share that more than doubles is found; more than 50 would bring
patients of the last year into how it is now."""

LEAST_APART = timedelta(days=28)
"""Between the middle of one group and that of the other: all cases of one night have no time to change in."""

LIMIT = 0.005
"""The probability, without any change, of differences this large. They are looked for again and again, in three things:
with this limit one department in eight is told of a drift that is none within three years, with 0.01 nearly twice as
many."""


_Test = Callable[[Sequence[float], Sequence[float]], float]


@dataclass(frozen=True)
class Seen:
    """One patient's: when it was read, and a value; a share's is true or false."""

    at: datetime
    value: float


@dataclass(frozen=True)
class Compared:
    """The first patients and the last.

    Attributes:
        why_not: why nothing can be said; then all else is empty.
        probability: of a difference this large without any change.
    """

    first: tuple[float, ...] = ()
    last: tuple[float, ...] = ()
    probability: float = 1.0
    why_not: Message | None = None

    @property
    def changed(self) -> bool:
        """Whether chance does not explain the difference."""
        return self.probability < LIMIT


def shares(seen: Sequence[Seen]) -> Compared:
    """Compare a share, from the first patient to the last."""
    return _compared(seen, lambda first, last: fisher(sum(first), len(first), sum(last), len(last)))


def sizes(seen: Sequence[Seen]) -> Compared:
    """Compare sizes, from the first patient to the last."""
    return _compared(seen, rank_test)


def fisher(one: float, of_one: int, other: float, of_other: int) -> float:
    """Two-sided probability of a table of two shares, by Fisher's exact test: of all tables as unlikely or more."""
    found, total = round(one), round(one) + round(other)
    least, most = max(0, total - of_other), min(total, of_one)
    weights = {k: math.comb(of_one, k) * math.comb(of_other, total - k) for k in range(least, most + 1)}
    return sum(weight for weight in weights.values() if weight <= weights[found]) / math.comb(of_one + of_other, total)


def rank_test(one: Sequence[float], other: Sequence[float]) -> float:
    """Two-sided probability of the ranks of two groups, by Mann and Whitney's test."""
    values = np.concatenate([one, other])
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    n, m = len(one), len(other)
    off = abs(float(ranks[:n].sum()) - n * (n + m + 1) / 2) - 0.5
    ties = float((counts**3 - counts).sum()) / ((n + m) * (n + m - 1))
    spread = math.sqrt(n * m / 12 * (n + m + 1 - ties))
    return 1.0 if spread == 0 or off <= 0 else math.erfc(off / spread / math.sqrt(2))


def _compared(seen: Sequence[Seen], test: _Test) -> Compared:
    size = min(MOST, len(seen) // 2)
    if size < LEAST:
        why = message("too few to say: {count} patients, and {least} are needed", count=len(seen), least=2 * LEAST)
        return Compared(why_not=why)
    first, last = seen[:size], seen[-size:]
    apart = _middle(last) - _middle(first)
    if apart < LEAST_APART:
        why = message(
            "nothing to say yet: the first and the last {size} patients were read {days} days apart, and {least} are "
            "needed",
            size=size,
            days=apart.days,
            least=LEAST_APART.days,
        )
        return Compared(why_not=why)
    before, now = (tuple(one.value for one in group) for group in (first, last))
    return Compared(before, now, test(before, now))


def _middle(group: Sequence[Seen]) -> datetime:
    return datetime.fromtimestamp(median(one.at.timestamp() for one in group), tz=group[0].at.tzinfo)
