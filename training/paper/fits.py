"""Which counts and which runs give the printed figures: every possibility tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.learning.statistics.estimate import Estimate, Undefined
from desktop.learning.statistics.roc import delong
from training.paper.cases import Cases
from training.paper.counts import Counts
from training.paper.printed import RATES, Cell
from training.paper.recomputed import clopper_pearson, wald
from training.paper.row import interval, number

Spread = tuple[int, int, int]
"""How many series have a run of 0, of 1, and of 2 or more slices."""


@dataclass(frozen=True)
class Runs:
    """A distribution of runs over the series."""

    positive: Spread
    negative: Spread

    def __str__(self) -> str:
        return f"positive {spread_text(self.positive)}, negative {spread_text(self.negative)}"


def spread_text(spread: Spread) -> str:
    """A spread in words, without what is not there."""
    names = ("run 0", "run 1", "run 2 or more")
    return ", ".join(f"{many} x {name}" for many, name in zip(spread, names, strict=True) if many)


def rate_interval(hits: int, trials: int, printed: str) -> tuple[str, Estimate]:
    """The interval of a rate and its method: Clopper-Pearson, unless only Wald gives what is printed.

    Raises:
        NotComputable: there are no trials.
    """
    exact, normal = clopper_pearson(hits, trials), wald(hits, trials)
    if interval(printed, normal).matches and not interval(printed, exact).matches:
        return "Wald", normal
    return "Clopper-Pearson", exact


def counts_that_fit(cells: Iterable[Cell], positives: int, negatives: int) -> list[Counts]:
    """All counts of so many cases that give the printed rates and intervals of one reader.

    Args:
        cells: of the reader; the AUC among them is left out.
    """
    rates = [cell for cell in cells if cell.measure in RATES]
    return [counts for counts in _all_counts(positives, negatives) if all(_gives(counts, cell) for cell in rates)]


def one_point_aucs_that_fit(cell: Cell, positives: int, negatives: int) -> list[Counts]:
    """All counts for which calls alone, without degrees, give the printed AUC and its DeLong interval."""
    return [counts for counts in _all_counts(positives, negatives) if _fits(cell, *_called(counts))]


def runs_that_give_auc(printed: str, positives: int, negatives: int) -> list[Runs]:
    """All distributions of runs that give an AUC, to its printed digit."""
    ill, well = spreads(positives), spreads(negatives)
    # Twice the pairs that a positive with run 0, 1, 2+ (rows) wins against a negative (columns); a tie is half a pair.
    twice = np.array([[1, 0, 0], [2, 1, 0], [2, 2, 1]])
    pairs = positives * negatives
    wanted = [n for n in range(2 * pairs + 1) if number(printed, n / (2 * pairs)).matches]
    places = np.argwhere(np.isin(ill @ twice @ well.T, wanted))
    return [Runs(_spread(ill[i]), _spread(well[j])) for i, j in places]


def runs_that_fit(cell: Cell, positives: int, negatives: int) -> list[Runs]:
    """All distributions of runs that give an AUC and its DeLong interval, to the printed digit.

    Runs of 2 and more are not told apart. That loses nothing of the paper's CNN: with a specificity of 22/22 at a
    cut-off of 2 no negative series has one.
    """
    return [runs for runs in runs_that_give_auc(cell.value, positives, negatives) if _fits(cell, *scores_of(runs))]


def intervals_of_auc(printed: str, positives: int, negatives: int) -> list[Estimate]:
    """AUC and DeLong interval of every distribution of runs that gives a printed AUC, the widest first."""
    areas = [delong(*scores_of(runs)) for runs in runs_that_give_auc(printed, positives, negatives)]
    return sorted((area for area in areas if isinstance(area, Estimate)), key=lambda area: area.low - area.high)


def spreads(series: int) -> npt.NDArray[np.int64]:
    """All spreads [k, 3] of so many series."""
    return np.array([(a, b, series - a - b) for a in range(series + 1) for b in range(series - a + 1)])


def scores_of(runs: Runs) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Truth [n] and run [n] of series with this distribution."""
    spread = np.concatenate([runs.positive, runs.negative])
    return _truth(sum(runs.positive), sum(runs.negative)), np.repeat([0, 1, 2, 0, 1, 2], spread)


def runs_of(cases: Cases) -> Runs:
    """The distribution of the CNN's runs."""
    runs = np.minimum(cases.scores["CNN"], 2)
    ill, well = (np.bincount(runs[kind], minlength=3) for kind in (cases.positive, ~cases.positive))
    return Runs(_spread(ill), _spread(well))


def _all_counts(positives: int, negatives: int) -> Iterable[Counts]:
    for hits in range(positives + 1):
        for well in range(negatives + 1):
            yield Counts(hits, positives, well, negatives)


def _gives(counts: Counts, cell: Cell) -> bool:
    hits, trials = counts.fraction(cell.measure)
    if trials == 0 or not number(cell.value, hits / trials).matches:
        return False
    return interval(cell.interval, rate_interval(hits, trials, cell.interval)[1]).matches


def _fits(cell: Cell, positive: npt.NDArray[np.bool_], scores: npt.NDArray[np.int64]) -> bool:
    area = delong(positive, scores)
    if isinstance(area, Undefined) or not number(cell.value, area.value).matches:
        return False
    return interval(cell.interval, area).matches


def _called(counts: Counts) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    missed, false = counts.errors
    return _truth(counts.positives, counts.negatives), np.repeat(
        [0, 1, 0, 1], [missed, counts.true_positives, counts.true_negatives, false]
    )


def _truth(positives: int, negatives: int) -> npt.NDArray[np.bool_]:
    return np.repeat([True, False], [positives, negatives])


def _spread(row: npt.NDArray[np.int64]) -> Spread:
    return int(row[0]), int(row[1]), int(row[2])
