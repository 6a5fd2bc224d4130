"""Which series of a scan is meant."""

from __future__ import annotations

from desktop.errors import InputRefused
from desktop.imaging.eligibility import check_series
from desktop.imaging.series import Scan, Series
from desktop.inference.analyse import NEEDED_CHECKS
from desktop.inference.matching import listing
from desktop.reading.quoting import quoted

_REASONS = 5


class SeriesUnclear(InputRefused):
    """No series, or more than one, answers to what was asked for."""


def choose_series(found: Scan, name: str | None) -> Series:
    """The series of this name; without a name the only suitable one, or else the only axial CT.

    Raises:
        SeriesUnclear: there is no such series, or several that would do.
    """
    if name is not None:
        for series in found.series:
            if series.name == name:
                return series
        raise SeriesUnclear(f"There is no series {quoted(name)} here: {listing(found.series)}.")
    suitable = [series for series in found.series if not _failed(series)]
    candidates = suitable or [series for series in found.series if not _failed(series) & set(NEEDED_CHECKS)]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise SeriesUnclear(f"None of the {len(found.series)} series here is an axial CT: {_reasons(found.series)}")
    raise SeriesUnclear(f"{len(candidates)} series would do, name one with --series: {listing(candidates)}.")


def _failed(series: Series) -> set[str]:
    return {check.name for check in check_series(series) if check.status == "fail"}


def _reasons(series: tuple[Series, ...]) -> str:
    """Why none of them will do, each reason once."""
    reasons = dict.fromkeys(
        next(check.message for check in check_series(item) if check.status == "fail" and check.name in NEEDED_CHECKS)
        for item in series
    )
    more = " See `clivus scan` for the others." if len(reasons) > _REASONS else ""
    return " ".join(list(reasons)[:_REASONS]) + more
