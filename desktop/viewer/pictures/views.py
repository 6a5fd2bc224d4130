"""The three views and the bars, side by side: when they are built, and how they share the room."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.imaging.reformat import Direction
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.settings import Sizes
from desktop.viewer.pictures.preview import Preview
from desktop.viewer.quick_imports import quick_imports

if TYPE_CHECKING:
    from desktop.viewer.pictures.axial_view import AxialView
    from desktop.viewer.pictures.heat import HeatBar
    from desktop.viewer.pictures.plots import Plots
    from desktop.viewer.pictures.reformat_view import ReformatView
    from desktop.viewer.pictures.slice_slider import SliceSlider
    from desktop.viewer.pictures.view import CtView


BUILT_AFTER_MS = 50
"""From the first paint until the views are built: a reader who presses something at once is answered first."""


class Layout(Enum):
    """How the views share the room."""

    LARGE = "large"
    """The axial view large; sagittal view, coronal view and plots above each other beside it."""
    EVEN = "even"
    """Two by two."""
    ROW = "row"
    """The three views side by side, the plots under the axial one."""


@dataclass(frozen=True)
class _Shares:
    """Per cent of the whole for both sides, and of each side for its parts."""

    whole: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]


_SHARES = {
    Layout.LARGE: _Shares((62, 38), (100,), (39, 36, 25)),
    Layout.EVEN: _Shares((50, 50), (68, 32), (50, 50)),
    Layout.ROW: _Shares((36, 64), (68, 32), (50, 50)),
}


class Views(QSplitter):
    """Axial view with the heat map's controls and, under it or beside it, reformats and plots.

    The views stand on pyqtgraph, which takes long to import: they are built after the window's first paint, or when a
    case comes before.
    """

    built = Signal()
    menu_asked = Signal(QPoint)
    """The right button was clicked in a view, at a point of the screen."""

    axial: AxialView
    sagittal: ReformatView
    coronal: ReformatView
    plots: Plots
    heat_bar: HeatBar
    slider: SliceSlider

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self.ct_views: tuple[CtView, ...] = ()
        """The views, once they are built."""
        self.preview = Preview(display)
        self._axial_place = QStackedWidget()
        self._blank = _Blank()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(BUILT_AFTER_MS)
        self._soon.timeout.connect(self.build)
        self._blank.painted.connect(self._soon.start)
        self._axial_place.addWidget(self._blank)
        self._axial_place.addWidget(self.preview)
        self.layout_in_use = Layout.LARGE
        self._sizes: Sizes = ()
        self._alone: CtView | None = None
        self._axial_pane = QWidget()
        self._under_axial = QVBoxLayout(self._axial_pane)
        self._under_axial.setContentsMargins(0, 0, 0, 0)
        self._under_axial.setSpacing(0)
        self._beside_axial = QHBoxLayout()
        self._beside_axial.setSpacing(0)
        self._beside_axial.addWidget(self._axial_place, 1)
        self._under_axial.addLayout(self._beside_axial, 1)
        self._left, self._right = QSplitter(Qt.Orientation.Vertical), QSplitter(Qt.Orientation.Vertical)
        self._left.addWidget(self._axial_pane)
        for _ in range(3):
            self._right.addWidget(_Blank())
        self.addWidget(self._left)
        self.addWidget(self._right)
        for splitter in (self._left, self._right, self):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(3)

    def build(self) -> None:
        """Put the views in their places, unless they are there already."""
        if self.ct_views:
            return
        self._soon.stop()
        with quick_imports():
            from desktop.viewer.pictures.axial_view import AxialView
            from desktop.viewer.pictures.heat import HeatBar
            from desktop.viewer.pictures.plots import Plots
            from desktop.viewer.pictures.reformat_view import ReformatView
            from desktop.viewer.pictures.slice_slider import SliceSlider

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
        self.slider = SliceSlider(self._case, self._display)
        self._beside_axial.addWidget(self.slider)
        self.heat_bar, self.plots = HeatBar(self._case, self._display), Plots(self._case, self._display)
        self._under_axial.addWidget(self.heat_bar)
        for row, built in enumerate((self.sagittal, self.coronal, self.plots)):
            blank = self._right.replaceWidget(row, built)
            if blank is not None:
                blank.deleteLater()
        self._blank.deleteLater()
        self.built.emit()

    def use_layout(self, layout: Layout, sizes: Sizes = ()) -> None:
        """Share the room among the views in another way; all of them are shown again.

        Args:
            sizes: as `sizes_of_parts` had them; () for each its usual share.
        """
        self.build()
        self.layout_in_use, self._sizes = layout, sizes
        if layout is Layout.LARGE:
            self._right.addWidget(self.plots)
        else:
            self._left.addWidget(self.plots)
        self._right.setOrientation(Qt.Orientation.Horizontal if layout is Layout.ROW else Qt.Orientation.Vertical)
        self._enlarge(None)
        self.share_out()

    @property
    def sizes_of_parts(self) -> Sizes:
        """Pixels of the parts of the whole, of its left and of its right side; () while one view is alone."""
        return () if self._alone else tuple(tuple(each.sizes()) for each in (self, self._left, self._right))

    def share_out(self) -> None:
        """Give each its share of the room there is now."""
        shares = _SHARES[self.layout_in_use]
        splitters = zip((self, self._left, self._right), (shares.whole, shares.left, shares.right), strict=True)
        for number, (splitter, parts) in enumerate(splitters):
            level = splitter.orientation() is Qt.Orientation.Horizontal
            room = splitter.width() if level else splitter.height()
            splitter.setSizes(self._sizes[number] if self._sizes else [room * share // 100 for share in parts])

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
        if not self.ct_views:
            return False
        in_view = any(view.cancel_drag() for view in self.ct_views)
        return in_view or self.slider.cancel_drag() or self.plots.histogram.cancel_drag()

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
        self._enlarge(None if view is self._alone else view)

    def _enlarge(self, alone: CtView | None) -> None:
        self._alone = alone
        panes = {self.axial: self._axial_pane, self.sagittal: self.sagittal, self.coronal: self.coronal}
        for view, pane in panes.items():
            view.alone = view is alone and view is not self.axial
            pane.setVisible(alone in (None, view))
        self.plots.setVisible(alone is None)
        for side in (self._left, self._right):
            side.setVisible(
                any(part.parent() is side and not part.isHidden() for part in (*panes.values(), self.plots))
            )
        for view in self.ct_views:
            view.refresh()


class _Blank(QWidget):
    """Black, until a view takes its place."""

    painted = Signal()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0))
        painter.end()
        self.painted.emit()
