"""Key slices: the slices that the reader chooses for the report, each with a note."""

from __future__ import annotations

from dataclasses import replace

from desktop.messages import message, tr
from desktop.reading.as_json import SliceKey
from desktop.viewer.desk.case import ALONE, Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.notices import Notices

_REMARK, _NOTES = 1_000_000, 1_000_001
"""What is typed in a row is one step of the history: the remark, and from `_NOTES` on the note of each slice. Lower
numbers are those of the ROI on each slice (`desktop.viewer.desk.marking`)."""


def key_slices(case: Case) -> dict[int, str]:
    """The notes on the key slices of the open series, by slice."""
    volume, chosen = case.volume, case.done.key_slices
    if volume is None or not chosen:
        return {}
    return {index: chosen[one.key] for index, one in enumerate(volume.series.slices) if one.key in chosen}


class KeySlices:
    """What keys and fields choose and note."""

    def __init__(self, case: Case, display: Display, notices: Notices) -> None:
        self._case, self._display, self._notices = case, display, notices

    @property
    def note(self) -> str | None:
        """The note on the slice on screen; None while that is not a key slice."""
        key = self._key
        return None if key is None else self._case.done.key_slices.get(key)

    def toggle(self) -> None:
        """Choose the slice on screen, or drop it with its note."""
        key = self._key
        if key is None:
            return
        chosen, number = dict(self._case.done.key_slices), self._display.index + 1
        if key in chosen:
            del chosen[key]
            told = message("Slice {number} is no longer a key slice.", number=number)
        else:
            chosen[key] = ""
            told = message("Slice {number} is a key slice of the report. A note goes into step 5.", number=number)
        self._change(chosen)
        self._notices.informed.emit(told)

    def write(self, note: str) -> None:
        """Note this on the slice on screen, which is a key slice."""
        key = self._key
        if key is not None and key in self._case.done.key_slices:
            self._change({**self._case.done.key_slices, key: _printable(note)}, _NOTES + self._display.index)

    def remark(self, text: str) -> None:
        """Say this of the case."""
        self._case.change(replace(self._case.done, remark=_printable(text)), tr("Remark"), _REMARK)

    def _change(self, chosen: dict[SliceKey, str], row: int = ALONE) -> None:
        self._case.change(replace(self._case.done, key_slices=chosen), tr("Key slices"), row)

    @property
    def _key(self) -> SliceKey | None:
        volume = self._case.volume
        return None if volume is None else volume.series.slices[self._display.index].key


def _printable(text: str) -> str:
    """Without signs that a pasted text may bring, and that no reading holds."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
