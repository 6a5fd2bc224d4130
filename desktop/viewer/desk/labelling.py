"""What the reader sees: invasion on which slices, which is what a model learns from, and in the case as a whole."""

from __future__ import annotations

from dataclasses import replace

from desktop.imaging.volume import Volume
from desktop.messages import message, tr
from desktop.reading.run import Verdict
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.notices import Notices


def label_of(case: Case, index: int) -> bool | None:
    """Whether the reader sees invasion on a slice of the open series; None while it is not labelled."""
    volume, labels = case.volume, case.done.labels
    if volume is None:
        return None
    uid, frame = volume.series.slices[index].key
    return labels.get((uid, frame), labels.get((uid, None)))


def labelled(case: Case) -> dict[int, bool]:
    """The labels of the open series by slice."""
    if case.volume is None or not case.done.labels:
        return {}
    found = ((index, label_of(case, index)) for index in range(len(case.volume.hu)))
    return {index: label for index, label in found if label is not None}


class Labelling:
    """What keys and buttons label."""

    def __init__(self, case: Case, display: Display, notices: Notices) -> None:
        self._case, self._display, self._notices = case, display, notices

    def label(self, positive: bool) -> None:
        """Label the slice on screen; the same label again takes it away."""
        volume, index = self._case.volume, self._display.index
        if volume is not None:
            again = label_of(self._case, index) is positive
            self._set(volume, (index,), None if again else positive, tr("Label the slice"))

    def label_range(self, positive: bool) -> None:
        """Label all slices of the range."""
        volume, span = self._case.volume, self._case.marks.span
        if volume is None:
            return
        if span is None:
            self._notices.informed.emit(message("Set the range first: then all of its slices can be labelled."))
            return
        self._set(volume, span.indices(volume.geometry.positions_mm), positive, tr("Label all slices of the range"))

    def answer(self, verdict: Verdict) -> None:
        """Give the reader's verdict on the case; the same verdict again takes it away."""
        self._case.answer(None if self._case.own_verdict is verdict else verdict)

    def _set(self, volume: Volume, indices: tuple[int, ...], label: bool | None, what: str) -> None:
        keys = [volume.series.slices[index].key for index in indices]
        uids = {uid for uid, _ in keys}
        # A label of an older reading names no frame, and goes when its slice is labelled anew.
        labels = {
            key: old
            for key, old in self._case.done.labels.items()
            if key not in keys and not (key[1] is None and key[0] in uids)
        }
        if label is not None:
            labels |= dict.fromkeys(keys, label)
        self._case.change(replace(self._case.done, labels=labels), what)
