"""How the case is displayed: slice, window, crosshair, texts, heat map, and the tool in hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop.imaging.geometry import Floats
from desktop.imaging.volume import Volume
from desktop.imaging.windowing import Window
from desktop.report.heat import DEFAULT_OPACITY
from desktop.viewer.desk.presets import FALLBACK


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


def own_window(volume: Volume) -> Window:
    """The window that the series states, or a usual one."""
    return volume.series.window or FALLBACK


@dataclass(frozen=True)
class DisplayState:
    """What one case shows, to go back to.

    Attributes:
        volume: what is displayed; None shows nothing.
        index: of the slice on screen, in the volume.
        crosshair: column and row, from the image's outer corner; the sagittal reformat goes through the column, the
            coronal one through the row.
        crosshair_by_hand: whether the reader put it there; it no longer follows the ROI then.
    """

    volume: Volume | None = None
    index: int = 0
    window: Window = FALLBACK
    own_window: Window = FALLBACK
    crosshair: tuple[float, float] = (0.0, 0.0)
    crosshair_by_hand: bool = False


class Display(QObject):
    """What the views share. `changed` follows every change but the pointer's, `pointed` follows that."""

    changed = Signal()
    pointed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = DisplayState()
        self.crosshair_shown = False
        self.text_shown = True
        self.patient_shown = True
        """Whether the window says whose CT it is; hidden where others look on."""
        self.anonymous = False
        """Whether it must not say so, whatever the reader would like: a reader study is read so."""
        self.inverted = False
        """Whether greys are inverted: bone black, air white."""
        self.heat_hidden = False
        self.moves_shown = False
        """Whether the ROI is shown as a second reader might place it, too."""
        self.landmarks_shown = True
        """Whether the landmarks of a suggestion are shown."""
        self.cautions_shown = False
        """Whether the cautions of a verdict are unfolded."""
        self.heat_opacity = DEFAULT_OPACITY
        self.paper_map = False
        """Whether the heat map looks as in the paper, or shows evidence for and against invasion."""
        self.drag_inverted = False
        self.tool = ""
        """Name of the tool that takes the next left drag in any view; "" for none."""
        self._slice_kept = False
        """Whether the mouse drags something on the slice on screen, which stays until it is released."""
        self.chosen: object = None
        """The mark that was last touched, which a key may delete."""
        self._under_pointer: Callable[[], Place | None] = _nowhere

    @property
    def volume(self) -> Volume | None:
        """What is displayed."""
        return self.state.volume

    @property
    def count(self) -> int:
        """How many slices it has."""
        return 0 if self.state.volume is None else len(self.state.volume.hu)

    @property
    def index(self) -> int:
        """The slice on screen."""
        return self.state.index

    @property
    def window(self) -> Window:
        """The window on screen."""
        return self.state.window

    @property
    def crosshair(self) -> tuple[float, float]:
        """Column and row of the crosshair on the slice on screen."""
        return self.state.crosshair

    def open(self, volume: Volume, index: int, crosshair: tuple[float, float]) -> None:
        """Display another volume, from this slice and crosshair."""
        window = own_window(volume)
        self.restore(DisplayState(volume, index, window, window, crosshair))

    def restore(self, state: DisplayState) -> None:
        """Display what was displayed before; with the empty state, nothing."""
        self.state = state
        self.crosshair_shown = self.heat_hidden = self.moves_shown = self.inverted = False
        self.tool, self.chosen = "", None
        self.changed.emit()
        self.pointed.emit()

    def go_to(self, index: int) -> None:
        """Show the slice with this index, or the nearest there is. Nothing while the slice on screen is kept."""
        index = max(0, min(index, self.count - 1))
        if index != self.index and self.count and not self._slice_kept:
            self._show(replace(self.state, index=index))

    def step(self, slices: int) -> None:
        """Go up (towards the head) or down by some slices."""
        self.go_to(self.index + slices)

    def keep_slice(self, kept: bool) -> None:
        """Whether wheel, keys, cine and results leave the slice on screen where it is: a mark is dragged on it."""
        self._slice_kept = kept

    def set_window(self, window: Window) -> None:
        """Change the window on screen."""
        self._show(replace(self.state, window=window))

    def use_own_window(self) -> None:
        """The window that the series states."""
        self.set_window(self.state.own_window)

    def set_crosshair(self, column: float, row: float, by_hand: bool) -> None:
        """Move the crosshair; once placed by hand it no longer follows the ROI."""
        self._show(replace(self.state, crosshair=(column, row), crosshair_by_hand=by_hand))

    def _show(self, state: DisplayState) -> None:
        if state != self.state:
            self.state = state
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

    def toggle_patient(self) -> None:
        """Say or hide whose CT it is."""
        self.patient_shown = not self.patient_shown
        self.changed.emit()

    def hide_identity(self, hidden: bool) -> None:
        """Say nothing of whose CT it is and what its series is called, or what the reader likes again."""
        self.anonymous = hidden
        self.changed.emit()

    def toggle_inverted(self) -> None:
        """Invert the greys, or show them as usual again."""
        self.inverted = not self.inverted
        self.changed.emit()

    def toggle_moves(self) -> None:
        """Show or hide the ROI as a second reader might place it."""
        self.moves_shown = not self.moves_shown
        self.changed.emit()

    def toggle_landmarks(self) -> None:
        """Show or hide the landmarks of a suggestion."""
        self.landmarks_shown = not self.landmarks_shown
        self.changed.emit()

    def toggle_cautions(self) -> None:
        """Unfold or fold the cautions of a verdict."""
        self.cautions_shown = not self.cautions_shown
        self.changed.emit()

    def hide_heat(self, hidden: bool) -> None:
        """Hide the heat map while a key is held."""
        if hidden != self.heat_hidden:
            self.heat_hidden = hidden
            self.changed.emit()

    def set_heat_opacity(self, opacity: float) -> None:
        """Change how strongly the heat map covers the CT, 0 to 1."""
        self.heat_opacity = opacity
        self.changed.emit()

    def toggle_paper_map(self) -> None:
        """Show the heat map as in the paper, or evidence for and against invasion again."""
        self.paper_map = not self.paper_map
        self.changed.emit()

    def invert_drag(self) -> None:
        """Let a window drag downwards lower the level, or raise it again."""
        self.drag_inverted = not self.drag_inverted
        self.changed.emit()

    def use_tool(self, name: str) -> None:
        """The next left drag in a view is this tool's; again, or with "", it is nobody's."""
        self.tool = name if self.count and name != self.tool else ""
        self.changed.emit()

    def choose(self, mark: object) -> None:
        """This mark was touched; None for none."""
        self.chosen = mark
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
