"""Which series of a scan is meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from desktop.errors import InputRefused
from desktop.imaging.eligibility import check_series
from desktop.imaging.eligibility.check import count
from desktop.imaging.series import Scan, Series
from desktop.inference.analyse import NEEDED_CHECKS
from desktop.inference.matching import listing
from desktop.reading.quoting import quoted

_REASONS = 5


class SeriesUnclear(InputRefused):
    """No series, or more than one, answers to what was asked for."""


def choose_series(found: Scan, name: str | None) -> Series:
    """The series of this name; without a name the only suitable one, or else the only axial CT.

    A stack that was put together from many series counts only by name: its slices say that they do not belong together.

    Raises:
        SeriesUnclear: there is no such series, or several that would do.
    """
    if name is not None:
        for series in found.series:
            if series.name == name:
                return series
        for series in found.series:
            if name in series.membership.series_instance_uids:
                return series
        raise SeriesUnclear(f"There is no series {quoted(name)} here: {listing(found.series)}.")
    axial = [series for series in found.series if not _failed(series) & set(NEEDED_CHECKS)]
    suitable = [series for series in axial if not _failed(series)]
    candidates = suitable or axial
    if not candidates:
        raise SeriesUnclear(
            f"None of the {len(found.series)} series here is an axial CT: {_reasons(found.series, NEEDED_CHECKS)}"
        )
    if len(candidates) == 1:
        (series,) = candidates
        if len(series.membership.series_instance_uids) > 1:
            raise SeriesUnclear(_put_together(series))
        return series
    if not suitable:
        raise SeriesUnclear(
            f"None of the {len(axial)} axial CT stacks here is suitable, the largest with "
            f"{count(max(len(series.slices) for series in axial), 'slice')}: {_reasons(axial)}"
        )
    raise SeriesUnclear(
        f"{len(candidates)} series would do{_shared(candidates)}, name one with --series: {listing(candidates)}."
    )


def _put_together(series: Series) -> str:
    slices = len(series.slices)
    said = f"Every slice here calls itself a series of its own: {slices} slices state a SeriesInstanceUID each"
    if _failed(series):
        return f"{said}, and they make no stack that can be judged: {_reasons((series,))}"
    return (
        f"{said}, as some anonymisers leave it, though they make one even stack; have them exported again under one "
        f"UID, or read them as one series with --series {series.name}."
    )


def _shared(candidates: list[Series]) -> str:
    """What is odd about stacks that share a SeriesInstanceUID."""
    people = max(series.membership.people for series in candidates)
    if people > 1:
        return f" (slices of {people} patients share one SeriesInstanceUID)"
    uids = sorted({uid for series in candidates for uid in series.membership.apart})
    return f" (one series states more than one {' and '.join(uids)})" if uids else ""


def _failed(series: Series) -> set[str]:
    return {check.name for check in check_series(series) if check.status == "fail"}


def _reasons(series: Sequence[Series], names: Collection[str] = ()) -> str:
    """Why none of them will do, the first reason of each (of the checks `names`, if given), and each reason once."""
    reasons = dict.fromkeys(
        next(
            check.message
            for check in check_series(item)
            if check.status == "fail" and check.name in (names or [check.name])
        )
        for item in series
    )
    more = " See `clivus scan` for the others." if len(reasons) > _REASONS else ""
    return " ".join(list(reasons)[:_REASONS]) + more
