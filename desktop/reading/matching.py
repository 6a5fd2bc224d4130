"""Finds the stack that a saved reading, or a draft of one, belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from desktop.errors import InputRefused
from desktop.imaging.series import Series
from desktop.messages import Message, counted, message
from desktop.quoting import quoted
from desktop.reading.as_json import SliceKey
from desktop.reading.saved import Reading

_LISTED = 5


class FrameUnknown(InputRefused):
    """A slice label that could belong to any frame of its file."""


class ReadingOfAnother(InputRefused):
    """A reading whose series is not here, or that does not say which of several stacks it belongs to."""


class ReadingUnclear(ReadingOfAnother):
    """A reading that does not say which of several stacks it belongs to."""


class NamesStack(Protocol):
    """What says which stack it belongs to, as `Reading` does."""

    @property
    def series(self) -> str: ...
    @property
    def sop_instance_uid(self) -> str: ...
    @property
    def frame(self) -> int | None: ...


def belongs_to(reading: NamesStack, series: Sequence[Series]) -> bool:
    """Whether a reading was made on one of these stacks, and says on which."""
    try:
        series_of(reading, series, "")
    except ReadingOfAnother:
        return False
    return True


def series_of(reading: NamesStack, series: Sequence[Series], where: str) -> Series:
    """The stack that a reading was made on, found by one of its slices.

    The number of a stack depends on the other files in the folder, so it is used only if there is a single stack.

    Args:
        where: the searched path, for messages.

    Raises:
        ReadingOfAnother: the stack is not there.
        ReadingUnclear: several may be meant.
    """
    uid = reading.series.partition(":")[0]
    stacks = [item for item in series if uid in item.membership.series_instance_uids]
    meant = _with_slice(reading, stacks) if reading.sop_instance_uid else stacks
    if len(meant) == 1 and (reading.sop_instance_uid or meant[0].name == reading.series):
        return meant[0]
    if len(meant) > 1:
        raise ReadingUnclear(
            message(
                "The reading does not say which of {number} stacks of one series it belongs to ({stacks}): name one "
                "with --series, or mark it and save the reading again.",
                number=len(meant),
                stacks=listing(meant),
            )
        )
    raise ReadingOfAnother(
        message(
            "The reading belongs to series {series}, which is not at {place}: open the folder that holds it first.",
            series=quoted(reading.series),
            place=where,
        )
    )


def with_frames(reading: Reading, stack: Series) -> Reading:
    """The reading with a frame in each of its slice labels, for this stack.

    Readings up to schema 1 label slices by SOPInstanceUID alone. In a file with one slice this is its only frame. The
    frames of an Enhanced CT share the UID, so the labelled frame is unknown.

    Raises:
        FrameUnknown: a label may belong to several frames.
    """
    several = {item.sop_instance_uid for item in stack.slices if item.place.frames > 1}
    labels: dict[SliceKey, bool] = {}
    for (uid, frame), label in reading.slice_labels.items():
        if frame is None and uid in several:
            raise FrameUnknown(
                message(
                    "The reading labels slices by SOPInstanceUID only ({uid}), which all frames of this Enhanced CT "
                    "share, so it cannot be told which slices were labelled: label them again with this version.",
                    uid=quoted(uid),
                )
            )
        labels[uid, frame or 0] = label
    return replace(reading, slice_labels=labels)


def _with_slice(reading: NamesStack, stacks: list[Series]) -> list[Series]:
    """The stacks that contain the reading's slice, or from which it was left out as a copy."""
    uid, frame = reading.sop_instance_uid, reading.frame
    holding = [
        stack
        for stack in stacks
        if any(one.sop_instance_uid == uid and frame in (None, one.place.frame) for one in stack.slices)
    ]
    return holding or [stack for stack in stacks if uid in stack.copies]


def listing(series: Sequence[Series]) -> Message:
    """The first few series by name, with what tells them apart for a person."""
    last, *others = (_described(item) for item in reversed(series[:_LISTED]))
    for item in others:
        last = message("{item}; {next}", item=item, next=last)
    more = len(series) - _LISTED
    return message("{series}; and {more} more: see `clivus scan`", series=last, more=more) if more > 0 else last


def _described(series: Series) -> Message:
    details = [text for text in (series.description or series.modality, series.kernel) if text]
    slices = counted("{number} slice", "{number} slices", len(series.slices))
    return message("{series} ({details})", series=series.name, details=[*details, slices])
