"""Choosing the series to read from a scan."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from desktop.errors import InputRefused
from desktop.imaging.eligibility import check_series
from desktop.imaging.series import Scan, Series
from desktop.inference.analyse import NEEDED_CHECKS
from desktop.messages import Message, counted, listed, message, sentences
from desktop.quoting import quoted
from desktop.reading.matching import listing

_REASONS = 5


class SeriesUnclear(InputRefused):
    """No series, or more than one, matches the request."""


def choose_series(found: Scan, name: str | None) -> Series:
    """The series of this name; without a name, the only suitable series, or else the only axial CT.

    A stack joined from many series is chosen only by name, because its slices state that they do not belong together.

    Raises:
        SeriesUnclear: no series matches, or several do.
    """
    if name is not None:
        for series in found.series:
            if series.name == name:
                return series
        for series in found.series:
            if name in series.membership.series_instance_uids:
                return series
        raise SeriesUnclear(
            message("There is no series {series} here: {found}.", series=quoted(name), found=listing(found.series))
        )
    axial = [series for series in found.series if not _failed(series) & set(NEEDED_CHECKS)]
    suitable = [series for series in axial if not _failed(series)]
    candidates = suitable or axial
    if not candidates:
        raise SeriesUnclear(
            counted(
                "The {number} series here is not an axial CT: {reasons}",
                "None of the {number} series here is an axial CT: {reasons}",
                len(found.series),
                reasons=_reasons(found.series, NEEDED_CHECKS),
            )
        )
    if len(candidates) == 1:
        (series,) = candidates
        if len(series.membership.series_instance_uids) > 1:
            raise SeriesUnclear(_put_together(series))
        return series
    if not suitable:
        raise SeriesUnclear(
            message(
                "None of the {count} axial CT stacks here is suitable, the largest with {slices}: {reasons}",
                count=len(axial),
                slices=counted("{number} slice", "{number} slices", max(len(series.slices) for series in axial)),
                reasons=_reasons(axial),
            )
        )
    raise SeriesUnclear(_several(candidates))


def _put_together(series: Series) -> Message:
    apart = message(
        "Each of the {count} slices here is a series of its own, by its SeriesInstanceUID.", count=len(series.slices)
    )
    if _failed(series):
        useless = message(
            "Together they do not make a stack that can be judged: {reasons}", reasons=_reasons((series,))
        )
        return sentences([apart, useless])
    even = message(
        "Some anonymisers leave it so. Together they make one even stack: have them exported again under one UID, or "
        "read them as one series with --series {series}.",
        series=series.name,
    )
    return sentences([apart, even])


def _several(candidates: list[Series]) -> Message:
    """Several series match; also says what is unusual about stacks that share a SeriesInstanceUID."""
    choose = message(
        "{count} series would do: name one with --series: {found}.", count=len(candidates), found=listing(candidates)
    )
    people = max(series.membership.people for series in candidates)
    if people > 1:
        return sentences([message("Slices of {people} patients share one SeriesInstanceUID.", people=people), choose])
    if uids := sorted({uid for series in candidates for uid in series.membership.apart}):
        return sentences([message("One series states more than one {uids}.", uids=listed(uids)), choose])
    return choose


def _failed(series: Series) -> set[str]:
    return {check.name for check in check_series(series) if check.status == "fail"}


def _reasons(series: Sequence[Series], names: Collection[str] = ()) -> Message:
    """Why none of the series is suitable: the first failed check of each (among `names`, if given), without repeats."""
    reasons = dict.fromkeys(
        next(
            check.message
            for check in check_series(item)
            if check.status == "fail" and check.name in (names or [check.name])
        )
        for item in series
    )
    more = [message("See `clivus scan` for the others.")] if len(reasons) > _REASONS else []
    return sentences([*list(reasons)[:_REASONS], *more])
