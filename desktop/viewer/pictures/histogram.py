"""How often each HU occurs on the slice and in the ROI, with the window on screen to be dragged."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent, QWheelEvent

from desktop.imaging.volume import Volume
from desktop.imaging.windowing import Window
from desktop.messages import tr
from desktop.reading.roi import Roi
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.presets import windowed
from desktop.viewer.pictures.graphics import Curve, Plot, Span
from desktop.viewer.theme import FAINT, MARKED, QUIET, SLICE_LINE

BIN_HU = 20
"""Width of a bin: finer ones are noise on a slice, coarser ones join muscle and tumour."""

LOWEST_HU, HIGHEST_HU = -1000, 2000
"""Air to dense bone; what lies beyond is shown only where the window reaches there."""

_FROM_HU = -500
"""Air outside the head would press everything else down: heights are measured by the bins above this."""

_KEY_HU = 10.0

_EDGES = np.arange(LOWEST_HU, HIGHEST_HU + BIN_HU, BIN_HU)

Counts = npt.NDArray[np.float64]


class Histogram(Plot):
    """Slice in grey, ROI in the colour of the ROI, each as high as its highest bin. Only drawn while it is visible."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self._drawn: tuple[object, ...] | None = None
        self._before_drag: Window | None = None
        """The window that was on screen when the drag began; None while nothing is dragged."""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(130)
        self.set_axis("left", shown=False)
        label = tr("HU (grey: slice, blue: ROI)")
        self.set_axis("bottom", label)
        self.setAccessibleDescription(label)
        self._slice = Curve(self, QUIET, fill=FAINT, steps=True)
        self._roi = Curve(self, MARKED, width=1.6, steps=True)
        self._window = Span(self, SLICE_LINE)
        self._window.dragged.connect(self._window_dragged)
        self._window.settled.connect(self._window_settled)
        case.marked.connect(self._refresh)
        display.changed.connect(self._refresh)

    def sizeHint(self) -> QSize:
        return QSize(300, 180)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        volume, display = self._case.volume, self._display
        roi = None if volume is None or not self._case.roi_shown else self._case.shown_roi(volume)
        drawn = volume, display.index, roi
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw(volume, roi)
        self._show_window()

    def _draw(self, volume: Volume | None, roi: Roi | None) -> None:
        if volume is None or self._display.count != len(volume.hu):  # another series is just being put on the desk
            self._slice.hide()
            self._roi.hide()
            return
        hu = volume.hu[self._display.index]
        self._slice.show_curve(_EDGES, heights(hu))
        if roi is None:
            self._roi.hide()
            return
        stored = roi.at(float(volume.geometry.positions_mm[self._display.index]))
        column, row, width, height = (round(side) for side in volume.rectangle_to_standard(stored))
        self._roi.show_curve(_EDGES, heights(hu[max(row, 0) : row + height, max(column, 0) : column + width]))

    def _show_window(self) -> None:
        window = self._display.window
        low, high = window.level - window.width / 2, window.level + window.width / 2
        if self._before_drag is None:
            self._window.show_span(low, high)
            margin = BIN_HU
            self.set_range((min(LOWEST_HU, low - margin), max(HIGHEST_HU, high + margin)), (0, 1.1))
        name = tr("HU histogram: window {width:g}, level {level:g}", width=window.width, level=window.level)
        self.setAccessibleName(name)

    # Working it

    def _window_dragged(self, low: float, high: float) -> None:
        self._before_drag = self._before_drag or self._display.window
        self._display.set_window(windowed((low + high) / 2, high - low))

    def _window_settled(self) -> None:
        self._before_drag = None
        self._show_window()

    def cancel_drag(self) -> bool:
        """Show the window before the drag again; whether there was any."""
        before = self._before_drag
        if before is not None:
            self._window.let_go()
            self._before_drag = None
            self._display.set_window(before)
        return before is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the level, with Shift the width."""
        step = {Qt.Key.Key_Left: -_KEY_HU, Qt.Key.Key_Right: _KEY_HU}.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()
            return
        window = self._display.window
        wider = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        level, width = (window.level, window.width + step) if wider else (window.level + step, window.width)
        self._display.set_window(windowed(level, width))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def heights(hu: npt.NDArray[np.int16] | npt.NDArray[np.float32]) -> Counts:
    """[bins] how often HU [rows, columns] fall into each bin, as shares of the highest one above air."""
    counts, _ = np.histogram(hu, _EDGES)
    highest = counts[(_FROM_HU - LOWEST_HU) // BIN_HU :].max(initial=0)
    return np.asarray(np.minimum(counts / max(1, int(highest)), 1.0), dtype=np.float64)
