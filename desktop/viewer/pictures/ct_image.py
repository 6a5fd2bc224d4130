"""The CT itself: a slice, or a reformat."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage

from desktop.viewer.pictures.graphics import Picture
from desktop.viewer.pictures.images import windowed_image
from desktop.viewer.pictures.order import Order
from desktop.viewer.pictures.planes import AxialPlane, ReformatPlane
from desktop.viewer.pictures.view import CtView


class SliceImage(Picture):
    """The slice on screen."""

    def __init__(self, view: CtView, plane: AxialPlane) -> None:
        super().__init__(view, Order.CT)
        self._display, self._plane = view.display, plane

    def state(self) -> object:
        return self._display.index, self._display.window, self._display.inverted

    def image(self) -> QImage:
        return windowed_image(self._plane.volume.hu[self._display.index], self._display.window, self._display.inverted)

    def area(self) -> QRectF:
        return QRectF(QPointF(), QSizeF(*self._plane.size_mm))


class ReformatImage(Picture):
    """The reformat through the crosshair. Its HU are kept while only the window changes."""

    def __init__(self, view: CtView, plane: ReformatPlane) -> None:
        super().__init__(view, Order.CT)
        self._display, self._plane = view.display, plane
        self._hu: tuple[int, npt.NDArray[np.float32]] | None = None

    def state(self) -> object:
        return self._plane.number, self._display.window, self._display.inverted

    def image(self) -> QImage:
        number = self._plane.number
        if self._hu is None or self._hu[0] != number:
            self._hu = number, self._plane.hu()
        return windowed_image(self._hu[1], self._display.window, self._display.inverted)

    def area(self) -> QRectF:
        return QRectF(QPointF(), QSizeF(*self._plane.size_mm))
