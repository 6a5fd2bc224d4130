"""The three views and the bars, side by side: when they are built, and how they share the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.imaging.reformat import Direction
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.captions import invitation
from desktop.viewer.pictures.preview import Preview
from desktop.viewer.theme import FAINT

if TYPE_CHECKING:
    from desktop.viewer.pictures.axial_view import AxialView
    from desktop.viewer.pictures.heat import HeatBar
    from desktop.viewer.pictures.plots import Plots
    from desktop.viewer.pictures.reformat_view import ReformatView
    from desktop.viewer.pictures.view import CtView

_AXIAL_SHARE, _REFORMAT_SHARES = 62, (39, 36, 25)
"""Per cent: the axial view's of the width; of sagittal view, coronal view and bars of the height beside it."""


class Views(QSplitter):
    """The axial view large; both reformats, which are wide and low for a head, above each other beside it.

    The views stand on pyqtgraph, which takes half a second to import: they are built after the window's first paint.
    """

    built = Signal()
    menu_asked = Signal(QPoint)
    """The right button was clicked in a view, at a point of the screen."""

    axial: AxialView
    sagittal: ReformatView
    coronal: ReformatView
    plots: Plots
    heat_bar: HeatBar

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self.ct_views: tuple[CtView, ...] = ()
        """The views, once they are built."""
        self.preview = Preview(display)
        self._axial_place = QStackedWidget()
        self._blank = _Blank(invitation())
        self._blank.painted.connect(self.build, Qt.ConnectionType.QueuedConnection)
        self._axial_place.addWidget(self._blank)
        self._axial_place.addWidget(self.preview)
        self._left = QWidget()
        self._under_axial = QVBoxLayout(self._left)
        self._under_axial.setContentsMargins(0, 0, 0, 0)
        self._under_axial.setSpacing(0)
        self._under_axial.addWidget(self._axial_place, 1)
        self._right = QSplitter(Qt.Orientation.Vertical)
        for row, stretch in enumerate((1, 1, 0)):
            self._right.addWidget(_Blank())
            self._right.setStretchFactor(row, stretch)
        self.addWidget(self._left)
        self.addWidget(self._right)
        for splitter in (self._right, self):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(3)

    def build(self) -> None:
        """Put the views in their places, unless they are there already."""
        if self.ct_views:
            return
        from desktop.viewer.pictures.axial_view import AxialView
        from desktop.viewer.pictures.heat import HeatBar
        from desktop.viewer.pictures.plots import Plots
        from desktop.viewer.pictures.reformat_view import ReformatView

        self.axial = AxialView(self._case, self._display)
        self.sagittal = ReformatView(self._case, self._display, Direction.SAGITTAL)
        self.coronal = ReformatView(self._case, self._display, Direction.CORONAL)
        self.ct_views = self.axial, self.sagittal, self.coronal
        for view in self.ct_views:
            view.enlarge_asked.connect(lambda view=view: self.enlarge(view))
            view.menu_asked.connect(self.menu_asked)
        self._axial_place.addWidget(self.axial)
        if not self.previewing:
            self._axial_place.setCurrentWidget(self.axial)
        self._axial_place.removeWidget(self._blank)
        self.heat_bar, self.plots = HeatBar(self._case, self._display), Plots(self._case, self._display)
        self._under_axial.addWidget(self.heat_bar)
        for row, built in enumerate((self.sagittal, self.coronal, self.plots)):
            blank = self._right.replaceWidget(row, built)
            if blank is not None:
                blank.deleteLater()
        self._blank.deleteLater()
        self.built.emit()

    def share_out(self) -> None:
        """Give each its share of the room there is now."""
        self.setSizes([self.width() * share // 100 for share in (_AXIAL_SHARE, 100 - _AXIAL_SHARE)])
        self._right.setSizes([self._right.height() * share // 100 for share in _REFORMAT_SHARES])

    @property
    def previewing(self) -> bool:
        """Whether the first slice of a coming series stands in the axial view's place."""
        return self._axial_place.currentWidget() is self.preview

    def show_preview(self) -> None:
        """Put the first slice of a coming series in the axial view's place."""
        self._axial_place.setCurrentWidget(self.preview)

    def show_axial(self) -> None:
        """Show the axial view, ready for keys."""
        self.build()
        self._axial_place.setCurrentWidget(self.axial)
        self.axial.setFocus()

    def fit(self) -> None:
        """Show the whole picture in every view."""
        for view in self.ct_views:
            view.fit()

    def cancel_drag(self) -> bool:
        """Take back what is being dragged; whether there was anything."""
        return any(view.cancel_drag() for view in self.ct_views)

    @property
    def looked_at(self) -> list[tuple[QRectF, bool]]:
        """What part of its picture each view shows, to go back to."""
        return [view.looked_at for view in self.ct_views]

    @looked_at.setter
    def looked_at(self, before: list[tuple[QRectF, bool]]) -> None:
        for view, part in zip(self.ct_views, before, strict=False):
            view.looked_at = part

    def enlarge(self, view: CtView) -> None:
        """One view large, and back."""
        if view is not self.axial:
            view.alone = not view.alone
        beside: list[QWidget] = [other for other in (self.sagittal, self.coronal, self.plots) if other is not view]
        for other in [self._right] if view is self.axial else [self._left, *beside]:
            other.setVisible(not other.isVisible())
        view.refresh()


class _Blank(QWidget):
    """Black, until a view takes its place."""

    painted = Signal()

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._text = text

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0))
        painter.setPen(QColor(FAINT))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
        self.painted.emit()
