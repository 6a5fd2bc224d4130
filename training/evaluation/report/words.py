"""Figures in words and cells, the same everywhere in a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from training.evaluation.document import SHARES
from training.evaluation.performance import Performance, Share
from training.evaluation.report.page import Table
from training.statistics.estimate import Estimate, Undefined
from training.statistics.reported import Reported

NAMES = {
    "accuracy": "accuracy",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "ppv": "PPV",
    "npv": "NPV",
}


def number(found: float | Undefined, digits: int = 3) -> str:
    """A number, or why there is none."""
    return str(found) if isinstance(found, Undefined) else f"{found:.{digits}f}"


def interval(found: Reported | Estimate | Undefined) -> str:
    """A 95 % interval; nothing where the value already says why there is none."""
    return "" if isinstance(found, Undefined) else f"{found.low:.3f} to {found.high:.3f}"


def both(found: Reported | Estimate | Undefined) -> str:
    """A value with its interval."""
    return str(found) if isinstance(found, Undefined) else f"{found.value:.3f} ({interval(found)})"


def method(found: Reported | Undefined) -> str:
    """How the interval was made."""
    return "" if isinstance(found, Undefined) else found.method


def share(found: Share) -> str:
    """A share with its numbers and interval."""
    numbers = f"{found.hits}/{found.of}"
    return f"{numbers}: {both(found.estimate)}"


def figure_rows(found: Performance, ranked_by: str) -> Iterable[tuple[str, str, str, str, str]]:
    """(figure, value, interval, numbers, method) of the six figures."""
    for name in SHARES:
        own: Share = getattr(found.shares, name)
        yield NAMES[name], alone(own.estimate), interval(own.estimate), f"{own.hits}/{own.of}", method(own.estimate)
    kinds = f"{found.shares.positive} positive, {found.shares.negative} negative"
    area = found.auc.estimate
    yield f"AUC by {ranked_by}", alone(area), interval(area), kinds, method(area)


def figure_table(caption: str, rows: Sequence[tuple[str, str, str, str, str]]) -> Table:
    """The table of such rows."""
    return Table(("figure", "value", "95 % interval", "numbers", "interval by"), tuple(rows), caption)


def performances(caption: str, columns: Sequence[tuple[str, Performance]]) -> Table:
    """Several of them side by side, a column each."""
    rows = [(NAMES[name], *(share(getattr(own.shares, name)) for _, own in columns)) for name in SHARES]
    rows.append(("AUC", *(both(own.auc.estimate) for _, own in columns)))
    return Table(("", *(name for name, _ in columns)), tuple(rows), caption)


def alone(found: Reported | Undefined) -> str:
    """A value without its interval."""
    return str(found) if isinstance(found, Undefined) else f"{found.value:.3f}"
