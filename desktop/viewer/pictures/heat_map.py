"""The heat map over the slice."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from desktop.inference.result import Result
from desktop.viewer.pictures.graphics import Picture
from desktop.viewer.pictures.images import heat_image
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import AxialPlane
from desktop.viewer.pictures.view import CtView


class HeatMap(Picture):
    """The map of the slice on screen, if it was judged, over the rectangle that it was judged by."""

    def __init__(self, view: CtView, plane: AxialPlane) -> None:
        super().__init__(view, Order.HEAT_MAP)
        self._case, self._display, self._plane = view.case, view.display, plane

    def state(self) -> object:
        return None if self._display.heat_hidden else self._shown()

    def _shown(self) -> tuple[Result, int] | None:
        """The result and its row for the slice on screen."""
        result = self._case.result
        row = -1 if result is None else self._display.index - result.slices[0].index
        return (result, row) if result is not None and 0 <= row < len(result.slices) else None

    def refresh(self) -> None:
        super().refresh()
        if self.opacity() != self._display.heat_opacity:
            self.setOpacity(self._display.heat_opacity)

    def image(self) -> QImage:
        shown = self._shown()
        return QImage() if shown is None else heat_image(shown[0].maps[shown[1]], shown[0].map_scale)

    def area(self) -> QRectF:
        shown = self._shown()
        return QRectF() if shown is None else self._plane.area_of(shown[0].region.rectangles[shown[1]])
