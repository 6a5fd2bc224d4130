"""The heat map as an image, and its controls with the colour bar."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.images import heat_image
from desktop.viewer.theme import BACKGROUND, FAINT, LINE, QUIET, TEXT

_BAR_SAMPLES = 256


class HeatBar(QWidget):
    """Opacity and colour bar of the heat map, beneath the axial view."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self._title = QLabel("Heat map")
        self._title.setToolTip("Where the network looked (Grad-CAM). Hold H to hide it and compare.")
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setAccessibleName("Opacity of the heat map in per cent")
        self.opacity.setRange(0, 100)
        self.opacity.setValue(round(display.heat_opacity * 100))
        self.opacity.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.opacity.setFixedWidth(110)
        self._percent = QLabel()
        self._percent.setMinimumWidth(QFontMetrics(self.font()).horizontalAdvance("100 %") + 4)
        self.bar = ColourBar(case)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 8, 3)
        layout.addWidget(self._title)
        layout.addWidget(self.opacity)
        layout.addWidget(self._percent)
        layout.addWidget(self.bar, 1)
        self.opacity.valueChanged.connect(self._opacity_changed)
        case.marked.connect(self._refresh)
        case.judged.connect(self._refresh)
        self._refresh()

    def _opacity_changed(self, percent: int) -> None:
        self._display.set_heat_opacity(percent / 100)
        self._refresh()

    def _refresh(self) -> None:
        there = self._case.result is not None
        self._title.setEnabled(there)
        self.opacity.setEnabled(there)
        self._percent.setEnabled(there)
        self._percent.setText(f"{self.opacity.value()} %")
        self.bar.update()


class ColourBar(QWidget):
    """Colours with their numbers: one scale for all slices of the case."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case
        self.setAccessibleName("Colour bar of the heat map: contribution to the logit, per cell")
        self.setMinimumHeight(self.sizeHint().height())
        self.setMinimumWidth(190)

    def sizeHint(self) -> QSize:
        return QSize(260, 2 * QFontMetrics(self.font()).height() + 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QFontMetrics(self.font()).height()
        bar = QRectF(8, 3, self.width() - 16, 8)
        result = self._case.result
        painter.setPen(QPen(QColor(LINE), 1))
        painter.drawRect(bar)
        numbers = QRectF(0, bar.bottom() + 1, self.width(), line)
        caption = QRectF(0, numbers.bottom(), self.width(), line)
        middle = Qt.AlignmentFlag.AlignCenter
        if result is None:
            painter.setPen(QColor(FAINT))
            painter.drawText(numbers, middle, "no heat map: no valid result")
            return
        painter.fillRect(bar, QColor(BACKGROUND))
        top = result.map_scale
        values = np.linspace(0, top, _BAR_SAMPLES, dtype=np.float32)[None]
        painter.drawImage(bar, heat_image(values, top))
        painter.setPen(QColor(TEXT))
        edge = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(numbers.adjusted(4, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | edge, "0")
        painter.drawText(numbers, middle, f"{top / 2:.2g}")
        painter.drawText(numbers.adjusted(0, 0, -4, 0), Qt.AlignmentFlag.AlignRight | edge, f"{top:.2g}")
        painter.setPen(QColor(QUIET))
        painter.drawText(caption, middle, "contribution to the logit, per cell")
