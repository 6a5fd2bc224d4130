"""The heat map over the slice."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from desktop.inference.result import Result
from desktop.report.heat import evidence_colours, grad_cam_colours
from desktop.viewer.pictures.graphics import Picture
from desktop.viewer.pictures.images import coloured_image
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import AxialPlane
from desktop.viewer.pictures.view import CtView


class HeatMap(Picture):
    """The map of the slice on screen, if it was judged, over the rectangle that it was judged by."""

    def __init__(self, view: CtView, plane: AxialPlane) -> None:
        super().__init__(view, Order.HEAT_MAP)
        self._case, self._display, self._plane = view.case, view.display, plane

    def state(self) -> object:
        shown = None if self._display.heat_hidden else self._shown()
        return None if shown is None else (*shown, self._display.paper_map)

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
        if shown is None:
            return QImage()
        maps, row = shown[0].maps, shown[1]
        if self._display.paper_map:
            return coloured_image(grad_cam_colours(maps.grad_cam[row], 1.0))
        return coloured_image(evidence_colours(maps.evidence[row], maps.scale, 1.0))

    def area(self) -> QRectF:
        shown = self._shown()
        return QRectF() if shown is None else self._plane.area_of(shown[0].region.rectangles[shown[1]])
