"""Further readings of a cohort's series, saved by Clivus, and the case that each belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.learning.cohort.members import Case
from desktop.messages import message
from desktop.quoting import quoted
from desktop.reading.roi import RangeRefused, RoiRefused
from desktop.reading.saved import Reading, ReadingRefused


def load_reading(file: Path) -> Reading:
    """A saved reading; every refusal names the file.

    Raises:
        ReadingRefused: it cannot be read, is not confirmed, or has an ROI or a range that cannot be.
    """
    try:
        return Reading.load(file).require_confirmed(file)
    except (RoiRefused, RangeRefused) as error:
        raise ReadingRefused(message("The reading {file} cannot be used. {error}", file=file, error=error)) from None


def case_of(reading: Reading, cases: Sequence[Case]) -> Case | str:
    """The case whose series a reading is of, or why there is none, as the end of a sentence.

    Where several cases are stacks of one series, slices tell: the one that finds the stack, or those with labels.
    """
    uid = series_uid(reading)
    there = [case for case in cases if series_uid(case.reading) == uid]
    if len(there) > 1:
        there = [case for case in there if _slices(case.reading) & _slices(reading)]
    if len(there) == 1:
        return there[0]
    if there:
        keys = ", ".join(case.key for case in there)
        return f"it could be of several cases ({keys}), which are of one series: name its case in a table instead"
    return (
        f"it is of series {quoted(reading.series)}, which is no case's here: put the reading of a case there, or leave "
        "it out"
    )


def series_uid(reading: Reading) -> str:
    """The SeriesInstanceUID; which stack of it is meant depends on what lies beside it."""
    return reading.series.partition(":")[0]


def _slices(reading: Reading) -> set[tuple[str, int | None]]:
    # The frames of an Enhanced CT share a UID, so that the frame counts; labels without one are of files of one slice.
    named = {(uid, frame or 0) for uid, frame in reading.slice_labels}
    return named | {(reading.sop_instance_uid, reading.frame or 0)} - {("", 0)}
