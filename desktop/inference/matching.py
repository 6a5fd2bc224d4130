"""Which stack a saved reading belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.errors import InputRefused
from desktop.imaging.series import Series
from desktop.reading.saved import Reading


class ReadingOfAnother(InputRefused):
    """A reading that belongs to a series that is not here."""


def series_of(reading: Reading, series: Sequence[Series], where: str) -> Series:
    """The stack a reading was made on, found by a slice of it; a stack's number depends on what lies beside it.

    Args:
        where: names the place that was searched.

    Raises:
        ReadingOfAnother: it is not there.
    """
    uid = reading.series.partition(":")[0]
    stacks = [item for item in series if item.series_instance_uid == uid]
    if reading.sop_instance_uid:
        stacks = [
            item for item in stacks if any(one.sop_instance_uid == reading.sop_instance_uid for one in item.slices)
        ]
    named = [item for item in stacks if item.name == reading.series]
    # Frames of one file share its UID, so there the number has the last word.
    if len(stacks) == 1 and reading.sop_instance_uid:
        return stacks[0]
    if named:
        return named[0]
    raise ReadingOfAnother(
        f"The reading belongs to series {reading.series}, which is not at {where}: open the folder that holds it first."
    )
