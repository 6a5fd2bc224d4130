"""Hatching where no slice was scanned."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from desktop.viewer.pictures.graphics import Drawn
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import ReformatPlane
from desktop.viewer.pictures.view import CtView
from desktop.viewer.theme import LINE


class Gap(Drawn):
    """One gap of a reformat."""

    def __init__(self, view: CtView, plane: ReformatPlane, y_mm: float, height_mm: float) -> None:
        self._area_mm = QRectF(0, y_mm, plane.size_mm[0], height_mm)
        super().__init__(view, Order.GAPS)

    def state(self) -> object:
        return self.view.outlook

    def extent(self) -> QRectF:
        return self.view.screen_rect(self._area_mm)

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.extent(), QBrush(QColor(LINE), Qt.BrushStyle.BDiagPattern))
