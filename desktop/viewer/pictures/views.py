"""The three views and the bars, side by side: how they share the room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.imaging.reformat import Direction
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.axial_view import AxialView
from desktop.viewer.pictures.bars import SliceBars
from desktop.viewer.pictures.canvas import Canvas
from desktop.viewer.pictures.heat import HeatBar
from desktop.viewer.pictures.preview import Glimpse
from desktop.viewer.pictures.reformat_view import CutView

_AXIAL_SHARE, _CUT_SHARES = 62, (39, 36, 25)
"""Per cent: the axial view's of the width; of sagittal view, coronal view and bars of the height beside it."""


class Views(QSplitter):
    """The axial view large; both cuts, which are wide and low for a head, above each other beside it."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self.axial = AxialView(case, display)
        self.sagittal = CutView(case, display, Direction.SAGITTAL)
        self.coronal = CutView(case, display, Direction.CORONAL)
        self.canvases: tuple[Canvas, ...] = (self.axial, self.sagittal, self.coronal)
        self.bars = SliceBars(case, display)
        self.heat_bar = HeatBar(case, display)
        self.glimpse = Glimpse(display)
        self._axial_place = QStackedWidget()
        self._axial_place.addWidget(self.axial)
        self._axial_place.addWidget(self.glimpse)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self._axial_place, 1)
        left.addWidget(self.heat_bar)
        self._right = QSplitter(Qt.Orientation.Vertical)
        for row, (widget, stretch) in enumerate(((self.sagittal, 1), (self.coronal, 1), (self.bars, 0))):
            self._right.addWidget(widget)
            self._right.setStretchFactor(row, stretch)
        self.addWidget(self._left)
        self.addWidget(self._right)
        for splitter in (self._right, self):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(3)

    def share_out(self) -> None:
        """Give each its share of the room there is now."""
        self.setSizes([self.width() * share // 100 for share in (_AXIAL_SHARE, 100 - _AXIAL_SHARE)])
        self._right.setSizes([self._right.height() * share // 100 for share in _CUT_SHARES])

    @property
    def glimpsing(self) -> bool:
        """Whether the first slice of a coming series stands in the axial view's place."""
        return self._axial_place.currentWidget() is self.glimpse

    def show_glimpse(self) -> None:
        """Put the first slice of a coming series in the axial view's place."""
        self._axial_place.setCurrentWidget(self.glimpse)

    def show_axial(self) -> None:
        """Show the axial view, ready for keys."""
        self._axial_place.setCurrentWidget(self.axial)
        self.axial.setFocus()

    def enlarge(self, view: Canvas) -> None:
        """One view large, and back."""
        if isinstance(view, CutView):
            view.alone = not view.alone
        beside: list[QWidget] = [other for other in (self.sagittal, self.coronal, self.bars) if other is not view]
        for other in [self._right] if view is self.axial else [self._left, *beside]:
            other.setVisible(not other.isVisible())
