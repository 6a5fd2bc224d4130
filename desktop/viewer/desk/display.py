"""How the case is looked at: slice, window, crosshair, texts and heat map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop.imaging.geometry import Floats
from desktop.imaging.volume import Volume
from desktop.report.heat import DEFAULT_OPACITY
from desktop.viewer.desk.presets import FALLBACK, GreyWindow


@dataclass(frozen=True)
class Place:
    """A point of the volume: the slice, and column and row counted from the image's outer corner."""

    index: int
    column: float
    row: float

    def hu(self, volume: Volume) -> float | None:
        """The Hounsfield units there; None outside the slice."""
        column, row = int(np.floor(self.column)), int(np.floor(self.row))
        if not (0 <= column < volume.geometry.columns and 0 <= row < volume.geometry.rows):
            return None
        return float(volume.hu[self.index, row, column])

    def patient(self, volume: Volume) -> Floats:
        """Patient mm [3]; whole pixel coordinates are pixel centres there, so half a pixel less."""
        return volume.geometry.to_patient(self.index, self.column - 0.5, self.row - 0.5)


def own_window(volume: Volume) -> GreyWindow:
    """The window that the series states, or a usual one."""
    return FALLBACK if volume.series.window is None else GreyWindow(*volume.series.window)


@dataclass(frozen=True)
class Look:
    """How one case is looked at, to go back to."""

    count: int = 0
    index: int = 0
    window: GreyWindow = FALLBACK
    own_window: GreyWindow = FALLBACK
    cut: tuple[float, float] = (0.0, 0.0)
    cut_by_hand: bool = False


class Display(QObject):
    """What the views share. `changed` follows every change but the pointer's, `pointed` follows that."""

    changed = Signal()
    pointed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.count = 0
        self.index = 0
        self.window = FALLBACK
        self.own_window = FALLBACK
        self.cut = (0.0, 0.0)
        """Column and row of the crosshair; the sagittal view is cut at the column, the coronal one at the row."""
        self.cut_by_hand = False
        self.crosshair_shown = False
        self.text_shown = True
        self.heat_held_back = False
        self.heat_opacity = DEFAULT_OPACITY
        self.drag_turned_round = False
        self.measuring = False
        self._under_pointer: Callable[[], Place | None] = _nowhere

    def open(self, volume: Volume, index: int, cut: tuple[float, float]) -> None:
        """Look at another volume, from this slice and cut."""
        window = own_window(volume)
        self.look_again(Look(len(volume.hu), index, window, window, cut))

    @property
    def look(self) -> Look:
        """To be given to `look_again`."""
        return Look(self.count, self.index, self.window, self.own_window, self.cut, self.cut_by_hand)

    def look_again(self, look: Look) -> None:
        """Look at a volume as before; with the empty look, at nothing."""
        self.count, self.index = look.count, look.index
        self.window, self.own_window = look.window, look.own_window
        self.cut, self.cut_by_hand = look.cut, look.cut_by_hand
        self.crosshair_shown = self.heat_held_back = self.measuring = False
        self.changed.emit()
        self.pointed.emit()

    def go_to(self, index: int) -> None:
        """Show the slice with this index, or the nearest there is."""
        index = max(0, min(index, self.count - 1))
        if index != self.index and self.count:
            self.index = index
            self.changed.emit()

    def step(self, slices: int) -> None:
        """Go up (towards the head) or down by some slices."""
        self.go_to(self.index + slices)

    def set_window(self, window: GreyWindow) -> None:
        """Change the window on screen."""
        self.window = window
        self.changed.emit()

    def set_cut(self, column: float, row: float, by_hand: bool) -> None:
        """Move the crosshair; once placed by hand it no longer follows the ROI."""
        self.cut, self.cut_by_hand = (column, row), by_hand
        self.changed.emit()

    def show_crosshair(self, shown: bool) -> None:
        """Show or hide the crosshair's lines."""
        if shown != self.crosshair_shown:
            self.crosshair_shown = shown
            self.changed.emit()

    def toggle_text(self) -> None:
        """Show or hide the texts in the corners."""
        self.text_shown = not self.text_shown
        self.changed.emit()

    def hold_back_heat(self, held: bool) -> None:
        """Hide the heat map while a key is held."""
        if held != self.heat_held_back:
            self.heat_held_back = held
            self.changed.emit()

    def set_heat_opacity(self, opacity: float) -> None:
        """Change how strongly the heat map covers the CT, 0 to 1."""
        self.heat_opacity = opacity
        self.changed.emit()

    def set_measuring(self, measuring: bool) -> None:
        """Whether the next left drag measures a distance."""
        self.measuring = measuring
        self.changed.emit()

    @property
    def place(self) -> Place | None:
        """What lies under the pointer now; None when it is not on a picture.

        Asked of the view each time, so that it is right too when the slice changes under a pointer at rest.
        """
        return self._under_pointer()

    def point_with(self, under_pointer: Callable[[], Place | None]) -> None:
        """From now on this view knows what lies under the pointer."""
        self._under_pointer = under_pointer
        self.pointed.emit()

    def point_nowhere(self) -> None:
        """The pointer has left the views."""
        self.point_with(_nowhere)


def _nowhere() -> None:
    return None
