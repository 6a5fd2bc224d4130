"""The controls of the heat map with its colour bar."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from desktop.messages import tr
from desktop.report.heat import heat_colours
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.graphics import Hint, Plot, PlotImage
from desktop.viewer.theme import FAINT, PANEL

_SAMPLES = 256


class HeatBar(QWidget):
    """Opacity and colour bar of the heat map, beneath the axial view."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self._title = QLabel(tr("Heat map"))
        self._title.setToolTip(tr("Where the network looked (Grad-CAM). Hold H to hide it and compare."))
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setAccessibleName(tr("Opacity of the heat map in per cent"))
        self.opacity.setRange(0, 100)
        self.opacity.setValue(round(display.heat_opacity * 100))
        self.opacity.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.opacity.setFixedWidth(110)
        self._percent = QLabel()
        self._percent.setMinimumWidth(QFontMetrics(self.font()).horizontalAdvance("100 %") + 4)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 8, 3)
        layout.addWidget(self._title)
        layout.addWidget(self.opacity)
        layout.addWidget(self._percent)
        layout.addWidget(ColourBar(case), 1)
        self.opacity.valueChanged.connect(self._opacity_changed)
        case.marked.connect(self._refresh)
        case.judged.connect(self._refresh)
        self._refresh()

    def _opacity_changed(self, percent: int) -> None:
        self._display.set_heat_opacity(percent / 100)
        self._refresh()

    def _refresh(self) -> None:
        for part in (self._title, self.opacity, self._percent):
            part.setEnabled(self._case.result is not None)
        self._percent.setText(f"{self.opacity.value()} %")


class ColourBar(Plot):
    """Colours with their numbers: one scale for all slices of the case."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case
        self._top: float | None = -1.0
        self.setFixedHeight(2 * QFontMetrics(self.font()).height() + 28)
        self.setBackgroundBrush(QColor(PANEL))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(190)
        self.set_axis("left", shown=False)
        self.setToolTip(tr("Contribution to the logit, per cell of the map: one scale for all slices of the case."))
        self._colours = PlotImage(self)
        self._hint = Hint(self, FAINT)
        case.marked.connect(self._refresh)
        case.judged.connect(self._refresh)
        self._refresh()

    def sizeHint(self) -> QSize:
        return QSize(260, self.height())

    def _refresh(self) -> None:
        result = self._case.result
        top = None if result is None else result.map_scale
        if top == self._top:
            return
        self._top = top
        self.set_axis("bottom", shown=top is not None)
        if top is None:
            self._colours.hide()
            self.set_range((0, 1), (0, 1))
            self._hint.show_text(tr("No heat map: no valid result"))
            self.setAccessibleName(tr("Colour bar of the heat map: no valid result"))
            return
        self._hint.hide()
        self.set_range((-0.06 * top, 1.06 * top), (0, 1))  # room for the numbers at both ends
        ticks = {0.0: "0", top / 2: f"{top / 2:.2g}", top: f"{top:.2g}"}
        self.set_axis("bottom", tr("Evidence for invasion"), ticks)
        values = np.linspace(0, top, _SAMPLES, dtype=np.float32)[None]
        self._colours.show_pixels(heat_colours(values, top, 1.0), QRectF(0, 0, top, 1))
        self.setAccessibleName(tr("Colour bar of the heat map: evidence for invasion from 0 to {top:.2g}", top=top))
