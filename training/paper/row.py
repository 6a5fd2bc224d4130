"""A printed figure beside the recomputed one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from desktop.learning.statistics.estimate import Estimate, Undefined

Part = Literal["results", "comparisons", "abstract", "second ROI", "cohort"]


@dataclass(frozen=True)
class PrintedVsRecomputed:
    """What is printed and what comes out.

    Attributes:
        printed, recomputed: as text, to the same digit.
        exact: the recomputed number, or the two ends of an interval, unrounded; nothing if it cannot be computed.
        matches: to the printed digit.
        expected: that it matches; else the row's finding says why not.
    """

    printed: str
    recomputed: str
    exact: tuple[float, ...]
    matches: bool
    expected: bool = True


@dataclass(frozen=True)
class Row:
    """A figure.

    Attributes:
        reader: whose it is, two for a comparison; "" if nobody's.
        fraction: that the value is, or what else stands behind it.
        method: that gives the value, if it is more than the fraction, and the interval.
        see: name of the finding that says more; "" if there is nothing more.
    """

    part: Part
    reader: str
    figure: str
    unit: str
    fraction: str
    method: str
    value: PrintedVsRecomputed
    interval: PrintedVsRecomputed | None = None
    see: str = ""

    def figures(self) -> Iterator[PrintedVsRecomputed]:
        """Value and interval."""
        yield self.value
        if self.interval is not None:
            yield self.interval


def number(printed: str, value: float, expected: bool = True) -> PrintedVsRecomputed:
    """A number, beside it to as many decimals; "<" and a bound match what lies below."""
    if printed.startswith("<"):
        return PrintedVsRecomputed(printed, f"{value:.3g}", (value,), value < float(printed[1:]), expected)
    text = _to_the_digit(printed, value)
    return PrintedVsRecomputed(printed, text, (value,), text == printed, expected)


def interval(printed: str, estimate: Estimate, expected: bool = True) -> PrintedVsRecomputed:
    """An interval "low-high", each end to as many decimals."""
    low, high = printed.split("-")
    text = f"{_to_the_digit(low, estimate.low)}-{_to_the_digit(high, estimate.high)}"
    return PrintedVsRecomputed(printed, text, (estimate.low, estimate.high), text == printed, expected)


def not_computable(printed: str, why: Undefined, expected: bool = False) -> PrintedVsRecomputed:
    """A figure that nothing printed gives."""
    return PrintedVsRecomputed(printed, str(why), (), matches=False, expected=expected)


def _to_the_digit(printed: str, value: float) -> str:
    return f"{value:.{len(printed.partition('.')[2])}f}"
