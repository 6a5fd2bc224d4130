"""Figures in words and cells, the same everywhere in a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop.learning.statistics.estimate import Estimate, Undefined
from desktop.learning.statistics.reported import Reported
from training.evaluation.figures.performance import Performance, Share
from training.evaluation.report.document import SHARES
from training.evaluation.report.page import Table

LEAST_P = 0.001
"""Below it a p value is only said to be so."""

NAMES = {
    "accuracy": "accuracy",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "ppv": "PPV",
    "npv": "NPV",
}


def number(figure: float | Undefined, digits: int = 3) -> str:
    """A number, or why there is none."""
    return str(figure) if isinstance(figure, Undefined) else f"{figure:.{digits}f}"


def p_value(figure: float | Undefined) -> str:
    """A p value in words."""
    if isinstance(figure, Undefined):
        return f"p {figure}"
    return "p < 0.001" if figure < LEAST_P else f"p = {figure:.3f}"


def interval(figure: Reported | Estimate | Undefined) -> str:
    """A 95 % interval; nothing where the value already says why there is none."""
    return "" if isinstance(figure, Undefined) else f"{figure.low:.3f} to {figure.high:.3f}"


def alone(figure: Reported | Undefined) -> str:
    """A value without its interval."""
    return str(figure) if isinstance(figure, Undefined) else f"{figure.value:.3f}"


def both(figure: Reported | Estimate | Undefined) -> str:
    """A value with its interval."""
    return str(figure) if isinstance(figure, Undefined) else f"{figure.value:.3f} ({interval(figure)})"


def share(counted: Share) -> str:
    """A share with its numbers and interval."""
    return f"{counted.hits}/{counted.of}: {both(counted.estimate)}"


def methods(figures: Iterable[Reported | Undefined]) -> str:
    """How the intervals of several figures were made, each way once."""
    ways = dict.fromkeys(figure.method for figure in figures if not isinstance(figure, Undefined))
    return f"Intervals: {'; '.join(ways)}." if ways else ""


def shares_of(performance: Performance) -> Iterable[tuple[str, Share]]:
    """The shares by their names."""
    for name in SHARES:
        yield NAMES[name], getattr(performance.shares, name)


def performances(caption: str, columns: Sequence[tuple[str, Performance]]) -> Table:
    """Several of them side by side, a column each."""
    rows = [(NAMES[name], *(share(getattr(own.shares, name)) for _, own in columns)) for name in SHARES]
    rows.append(("AUC", *(both(own.auc.estimate) for _, own in columns)))
    used = [own.shares.accuracy.estimate for _, own in columns] + [own.auc.estimate for _, own in columns]
    return Table(("", *(name for name, _ in columns)), tuple(rows), caption, methods(used))
