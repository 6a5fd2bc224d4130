"""Which stack a saved reading belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.errors import InputRefused
from desktop.imaging.series import Series
from desktop.reading.quoting import quoted
from desktop.reading.saved import Reading

_LISTED = 5


class ReadingOfAnother(InputRefused):
    """A reading of a series that is not here, or that does not say which of several stacks it means."""


def series_of(reading: Reading, series: Sequence[Series], where: str) -> Series:
    """The stack a reading was made on, found by a slice of it.

    A stack's number says nothing: it depends on what else lies there. It serves where there is one stack only.

    Args:
        where: names the place that was searched.

    Raises:
        ReadingOfAnother: it is not there, or cannot be told from others.
    """
    uid = reading.series.partition(":")[0]
    stacks = [item for item in series if uid in item.membership.series_instance_uids]
    meant = _with_slice(reading, stacks) if reading.sop_instance_uid else stacks
    if len(meant) == 1 and (reading.sop_instance_uid or meant[0].name == reading.series):
        return meant[0]
    if len(meant) > 1:
        raise ReadingOfAnother(
            f"The reading does not say which of {len(meant)} stacks of one series it belongs to ({listing(meant)}): "
            "name one with --series, or mark it and save the reading again."
        )
    raise ReadingOfAnother(
        f"The reading belongs to series {quoted(reading.series)}, which is not at {where}: open the folder that holds "
        "it first."
    )


def _with_slice(reading: Reading, stacks: list[Series]) -> list[Series]:
    """The stacks that hold the reading's slice, or of which it was left out as a copy of another."""
    uid, frame = reading.sop_instance_uid, reading.frame
    holding = [
        stack
        for stack in stacks
        if any(one.sop_instance_uid == uid and frame in (None, one.place.frame) for one in stack.slices)
    ]
    return holding or [stack for stack in stacks if uid in stack.copies]


def listing(series: Sequence[Series]) -> str:
    """Series by name, with what tells them apart for a person; of many the first few."""
    shown = "; ".join(
        f"{item.name} ({', '.join(filter(None, (item.description or item.modality, item.kernel)))}, "
        f"{len(item.slices)} slices)"
        for item in series[:_LISTED]
    )
    more = len(series) - _LISTED
    return f"{shown}; and {more} more: see `clivus scan`" if more > 0 else shown
