"""The one module that speaks to pyqtgraph, typed from here on: planes in mm with things drawn on them, and plots.

Importing it takes half a second, so nothing that the first window needs may import it: `Views` builds what stands on
it after the first paint. Its global options are set here and nowhere else.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QStyleOptionGraphicsItem, QWidget

from desktop.hidden_modules import without
from desktop.viewer.theme import ACCENT, BACKGROUND, DRAG_START_PX, FIT_SHARE, LINE, QUIET

with without("cuda"):  # looked for to draw from a GPU's memory; with training's packages it takes 100 ms
    import pyqtgraph

if TYPE_CHECKING:  # what pyqtgraph's classes are to the type checker
    from PySide6.QtWidgets import QGraphicsObject as _Object
    from PySide6.QtWidgets import QGraphicsView as _View
else:
    _View, _Object = pyqtgraph.GraphicsView, pyqtgraph.GraphicsObject

pyqtgraph.setConfigOptions(
    imageAxisOrder="row-major",
    useOpenGL=False,  # remote desktops and bare machines have none
    antialias=True,
    mouseRateLimit=0,  # a move that is left out would leave the HU of another place on screen
    background=BACKGROUND,
    foreground=QUIET,
)

LEAST_ZOOM, MOST_ZOOM = 0.1, 60.0
"""Pixels per mm."""

_ZOOM_PER_PX = 0.008
_FRAME_PX = 2
_TICK_PX = 3
_PLOT_MARGINS_PX = 6, 2, 8, 2
"""Left, upper, right and lower one."""


class Drag:
    """What a held mouse button does, from press to release; points are pixels of the view."""

    keeps_slice = False
    """Whether what is dragged lies on the slice on screen, which therefore stays there meanwhile."""

    def move(self, point: QPointF) -> None:
        """The mouse is here now."""
        raise NotImplementedError

    def finish(self) -> None:
        """The button was released."""

    def cancel(self) -> None:
        """As if nothing had been dragged."""
        raise NotImplementedError


class Drawn(_Object):
    """One thing drawn over a picture, in pixels of the view: it knows its bounds, order, hits, cursor and drag.

    It is drawn from its `state`, and drawn again only when that has changed.
    """

    hoverable = False
    """Whether it wants to know about the pointer, and can be dragged."""

    def __init__(self, view: PlaneView, order: int) -> None:
        super().__init__()
        self.view = view
        self.said = ""
        """What it says in words now, for a screen reader."""
        self._state: object = None
        self._bounds = QRectF()
        self._hit = QPainterPath()
        if not self.hoverable:
            self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        view.put(self, order)

    # What an item says of itself

    def state(self) -> object:
        """All that it is drawn from, to compare; None when there is nothing to draw."""
        raise NotImplementedError

    def extent(self) -> QRectF:
        """Pixels of the view that it covers in its present state."""
        raise NotImplementedError

    def draw(self, painter: QPainter) -> None:
        """Draw the present state."""
        raise NotImplementedError

    def words(self) -> str:
        """What it says in words in its present state; "" for what is only a shape."""
        return ""

    def hit(self) -> QPainterPath:
        """Where it is taken hold of."""
        return QPainterPath()

    def hover(self, point: QPointF | None) -> None:
        """The pointer is on it, at `point`, or has left it."""

    def drag_from(self, point: QPointF) -> Drag | None:
        """What a left drag that begins here does; None to leave it to what lies beneath."""
        return None

    def clicked(self, point: QPointF) -> bool:
        """A left click without a movement; whether that was for this item."""
        return False

    # What Qt and pyqtgraph ask

    def refresh(self) -> None:
        """Look whether there is anything else to draw."""
        state = self.state()
        if state == self._state:
            return
        self._state = state
        self.prepareGeometryChange()
        self._bounds = QRectF() if state is None else self.extent()
        self.said = "" if state is None else self.words()
        self._hit = QPainterPath() if state is None or not self.hoverable else self.hit()
        self._bounds = self._bounds.united(self._hit.boundingRect())  # else the scene would not look for it there
        self.setVisible(state is not None)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return self._hit

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._state is not None:
            self.draw(painter)

    def hoverEvent(self, event: Any) -> None:
        with _errors_are_told():
            self.hover(None if event.isExit() or not self.hoverable else QPointF(event.scenePos()))

    def mouseDragEvent(self, event: Any) -> None:
        with _errors_are_told():
            begun = event.isStart() and self.hoverable and event.button() == Qt.MouseButton.LeftButton
            drag = self.drag_from(QPointF(event.buttonDownScenePos())) if begun else None
            self.view.follow(event, drag)

    def mouseClickEvent(self, event: Any) -> None:
        with _errors_are_told():
            left = event.button() == Qt.MouseButton.LeftButton
            if left and self.hoverable and self.clicked(QPointF(event.scenePos())):
                event.accept()
            else:
                event.ignore()


class Picture(QGraphicsItem):
    """An image over a rectangle of the plane, in mm; made anew only when its `state` has changed."""

    def __init__(self, view: PlaneView, order: int) -> None:
        super().__init__()
        self.said = ""
        """As of `Drawn`: a picture says nothing in words."""
        self._state: object = None
        self._image = QImage()
        self._area = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        view.put_in_plane(self, order)

    def state(self) -> object:
        """All that it is made from, to compare; None when there is nothing to show."""
        raise NotImplementedError

    def image(self) -> QImage:
        """The image in its present state."""
        raise NotImplementedError

    def area(self) -> QRectF:
        """The rectangle that it covers in its present state."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Look whether there is another image to show."""
        state = self.state()
        if state == self._state:
            return
        self._state = state
        self.setVisible(state is not None)
        if state is not None:
            area = self.area()
            if area != self._area:
                self.prepareGeometryChange()
                self._area = area
            self._image = self.image()
            self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def shape(self) -> QPainterPath:
        return QPainterPath()  # never in the way of the mouse

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.drawImage(self._area, self._image)


Item = Drawn | Picture
"""One thing in a view."""


class _FramedView(_View):
    """A thin frame in whichever picture has the keyboard, so that a reader sees where the next key goes."""

    def __init__(self) -> None:
        super().__init__()
        # The keyboard is the view's alone: its viewport would be a second, nameless place for it to a screen reader.
        self.viewport().setFocusProxy(cast(Any, None))  # as Qt has it; PySide's types leave None out
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        super().drawForeground(painter, rect)
        if self.hasFocus():
            painter.setPen(QPen(QColor(ACCENT), 2 * _FRAME_PX))  # half of it lies outside
            painter.drawRect(self.rect())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


class PlaneView(_FramedView):
    """A plane in mm, x to the right and y down from the picture's upper left corner, and what lies on it.

    Middle drag pans and right drag zooms; what the left one does, the items say and then `left_drag`.
    """

    looked_elsewhere = Signal()
    """Another part of the plane is on screen, or it is larger or smaller."""
    slice_kept = Signal(bool)
    """Something is dragged that lies on the slice on screen; False: not any more."""

    _box: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.fitted = True
        """Whether what the view wants to show is shown, neither panned nor zoomed since."""
        self._drag: Drag | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setBackgroundBrush(QColor(0, 0, 0))
        self.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        scene: Any = self.scene()
        scene.setItemIndexMethod(scene.ItemIndexMethod.NoIndex)
        scene.setMoveDistance(DRAG_START_PX)
        scene.setClickRadius(0)
        scene.minDragTime = float("inf")  # however long it takes, a tremor is not a drag
        box, view = _PlaneBox(self), cast(Any, self)
        view.setCentralItem(box)
        self._box = box

    # What a view says

    def wanted_mm(self) -> QRectF:
        """The part of the plane to be shown at first; empty when there is no picture."""
        raise NotImplementedError

    def left_drag(self, point: QPointF) -> Drag | None:
        """What a left drag does that no item takes."""
        return None

    def double_clicked(self) -> None:
        """The left button was clicked twice."""

    def right_clicked(self, point: QPointF) -> None:
        """The right button was clicked, at a point of the screen."""

    # What lies on it

    def put(self, item: QGraphicsItem, order: int) -> None:
        """Put an item over the picture, in pixels of the view."""
        item.setParentItem(self._box)
        item.setZValue(order)

    def put_in_plane(self, item: QGraphicsItem, order: int) -> None:
        """Put an item into the plane, in mm."""
        item.setZValue(order)
        self._box.addItem(item, ignoreBounds=True)

    # From mm to the screen and back

    @property
    def zoom(self) -> float:
        """Pixels per mm."""
        return float(self.width() / self._box.viewRect().width())

    def to_screen(self, x_mm: float, y_mm: float) -> QPointF:
        """Pixel of the view of a plane point."""
        return QPointF(self._box.mapFromView(QPointF(x_mm, y_mm)))

    def polygon_on_screen(self, points_mm: Sequence[QPointF]) -> QPolygonF:
        """Pixels of the view of many plane points."""
        return QPolygonF(self._box.mapFromView(QPolygonF(points_mm)))

    def to_plane(self, point: QPointF) -> QPointF:
        """Plane point in mm of a pixel of the view."""
        return QPointF(self._box.mapToView(point))

    def screen_rect(self, area_mm: QRectF) -> QRectF:
        """Pixels of a rectangle of the plane."""
        return QRectF(self.to_screen(area_mm.left(), area_mm.top()), self.to_screen(area_mm.right(), area_mm.bottom()))

    @property
    def outlook(self) -> tuple[float, ...]:
        """What part of the plane is on screen and how large the view is, to compare."""
        return *self._box.viewRect().getRect(), self.width(), self.height()

    @property
    def looked_at(self) -> tuple[QRectF, bool]:
        """The part of the plane on screen and whether it was fitted, to go back to."""
        return QRectF(self._box.viewRect()), self.fitted

    @looked_at.setter
    def looked_at(self, before: tuple[QRectF, bool]) -> None:
        self._box.setRange(rect=before[0], padding=0)
        self.fitted = before[1]
        self.looked_elsewhere.emit()

    def fit(self) -> None:
        """Show what the view wants to show, in the middle."""
        wanted = self.wanted_mm()
        if not wanted.isEmpty() and self.width() and self.height():
            zoom = min(self.width() / wanted.width(), self.height() / wanted.height()) * FIT_SHARE
            zoom = max(LEAST_ZOOM, min(zoom, MOST_ZOOM))
            shown = QRectF(0, 0, self.width() / zoom, self.height() / zoom)
            shown.moveCenter(wanted.center())
            self._box.setRange(rect=shown, padding=0)
        self.fitted = True
        self.looked_elsewhere.emit()

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Zoom so that what lies under `point` stays there."""
        zoom = max(LEAST_ZOOM, min(self.zoom * factor, MOST_ZOOM))
        self.fitted = False
        self._box.scaleBy(2 * (self.zoom / zoom,), center=self.to_plane(point))
        self.looked_elsewhere.emit()

    def pan(self, way: QPointF) -> None:
        """Shift the picture by pixels."""
        self.fitted = False
        self._box.translateBy(x=-way.x() / self.zoom, y=-way.y() / self.zoom)
        self.looked_elsewhere.emit()

    # Drags: one at a time, and Esc takes it back

    def follow(self, event: Any, begun: Drag | None) -> None:
        """Go on with the drag that an event of pyqtgraph's belongs to, or with the one that it begins."""
        if event.isStart():
            if begun is None or self._drag is not None:
                event.ignore()
                return
            self._drag = begun
            self.slice_kept.emit(begun.keeps_slice)
        event.accept()
        if self._drag is not None and not event.isFinish():
            self._drag.move(QPointF(event.scenePos()))
        elif not event.buttons() & event.button():  # else a second button was released, and the first goes on
            self._finish_drag()

    def _finish_drag(self) -> None:
        drag = self._let_go()
        if drag is not None:
            drag.finish()

    def cancel_drag(self) -> bool:
        """Take back what is being dragged; whether there was anything."""
        drag = self._let_go()
        if drag is not None:
            drag.cancel()
        return drag is not None

    def forget_drag(self) -> None:
        """What was dragged is not there any more."""
        self._let_go()

    def _let_go(self) -> Drag | None:
        drag, self._drag = self._drag, None
        if drag is not None:
            self.slice_kept.emit(False)
        return drag

    def _catch_up(self, event: QMouseEvent) -> None:
        """Release what was released elsewhere, as over a menu or dialog that came up while a button was held.

        pyqtgraph would go on with the old drag at the next press, wherever that is.
        """
        scene: Any = self.scene()
        if scene.clickEvents and not event.buttons() & ~event.button():
            scene.clickEvents, scene.dragButtons, scene.dragItem, scene.lastDrag = [], [], None, None
            self._finish_drag()

    @property
    def dragging(self) -> bool:
        """Whether something is being dragged."""
        return self._drag is not None

    def take_away(self, item: QGraphicsItem) -> None:
        """Take an item off the view."""
        self.scene().removeItem(item)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._catch_up(event)
        super().mousePressEvent(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._catch_up(event)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._box is not None:  # pyqtgraph's own beginning resizes too
            if self.fitted:
                self.fit()
            else:
                self.looked_elsewhere.emit()


class _PlaneBox(pyqtgraph.ViewBox):  # type: ignore[misc]
    """The plane itself: every mouse button has one meaning, and nothing moves by itself."""

    def __init__(self, view: PlaneView) -> None:
        super().__init__(lockAspect=1.0, invertY=True, enableMenu=False, enableMouse=False, defaultPadding=0)
        self.disableAutoRange()
        self._plane_view = view

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        with _errors_are_told():
            begun: Drag | None = None
            if event.isStart() and not self._plane_view.wanted_mm().isEmpty():
                point, view = QPointF(event.buttonDownScenePos()), self._plane_view
                if event.button() == Qt.MouseButton.LeftButton:
                    begun = view.left_drag(point)
                elif event.button() == Qt.MouseButton.MiddleButton:
                    begun = _PanDrag(view, point)
                else:
                    begun = _ZoomDrag(view, point)
            self._plane_view.follow(event, begun)

    def mouseClickEvent(self, event: Any) -> None:
        with _errors_are_told():
            if event.buttons() == Qt.MouseButton.RightButton:  # none while another is held: it would lose its release
                self._plane_view.right_clicked(QPointF(event.screenPos()))


class _PanDrag(Drag):
    """Middle drag."""

    def __init__(self, view: PlaneView, start: QPointF) -> None:
        self._view, self._last, self._before = view, start, view.looked_at

    def move(self, point: QPointF) -> None:
        self._view.pan(point - self._last)
        self._last = point

    def cancel(self) -> None:
        self._view.looked_at = self._before


class _ZoomDrag(Drag):
    """Right drag: up is larger, about the point where it began."""

    def __init__(self, view: PlaneView, start: QPointF) -> None:
        self._view, self._start, self._last, self._before = view, start, start, view.looked_at

    def move(self, point: QPointF) -> None:
        self._view.zoom_at(self._start, math.exp((self._last.y() - point.y()) * _ZOOM_PER_PX))
        self._last = point

    def cancel(self) -> None:
        self._view.looked_at = self._before


@contextmanager
def _errors_are_told() -> Iterator[None]:
    """An error in what the mouse does goes where all errors go; pyqtgraph would print it and go on."""
    try:
        yield
    except Exception:
        sys.excepthook(*sys.exc_info())


# Plots


class Plot(_FramedView):
    """Axes with bars, curves and lines on them, without pyqtgraph's own mouse, menu and buttons.

    Coordinates are those of the axes. What lies on them (`Bars`, `Curve`, ...) is drawn in the order of making.
    """

    pressed = Signal(QPointF)
    """The left button was pressed, or the mouse moved with it held, at a point of the axes."""

    def __init__(self) -> None:
        super().__init__()
        self._item: Any = pyqtgraph.PlotItem()
        view = cast(Any, self)
        view.setCentralItem(self._item)
        self._item.hideButtons()
        self._item.setMenuEnabled(False)
        self._item.setMouseEnabled(x=False, y=False)
        self._item.getViewBox().disableAutoRange()
        for side in ("left", "bottom"):
            axis = self._item.getAxis(side)
            axis.setPen(LINE)
            axis.setTextPen(QUIET)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=_TICK_PX)
        self._item.setContentsMargins(*_PLOT_MARGINS_PX)

    def set_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """What the axes show, from the first to the last value."""
        self._item.getViewBox().setRange(xRange=x, yRange=y, padding=0)

    def set_title(self, text: str) -> None:
        """The text above the axes; "" for none."""
        self._item.setTitle(text or None, color=QUIET, size=f"{self.font().pointSizeF():g}pt")

    def set_axis(self, side: str, text: str = "", ticks: Mapping[float, str] | None = None, shown: bool = True) -> None:
        """The label of one axis and its ticks.

        Args:
            side: "left" or "bottom".
            ticks: their texts by value; pyqtgraph's choice of numbers if None.
        """
        self._item.showAxis(side, shown)
        axis = self._item.getAxis(side)
        axis.setLabel(text or None)
        axis.showLabel(bool(text))
        axis.resizeEvent()  # it places a label only then, and would leave a new text where the former one began
        axis.setTicks(None if ticks is None else [list(ticks.items())])

    def put(self, item: QGraphicsItem) -> None:
        """Put an item on the axes."""
        self._item.addItem(item, ignoreBounds=True)

    def to_axes(self, point: QPointF) -> QPointF:
        """The point of the axes under a pixel of the widget."""
        return QPointF(self._item.getViewBox().mapSceneToView(self.mapToScene(point.toPoint())))

    def to_screen(self, x: float, y: float) -> QPointF:
        """The pixel of the widget at a point of the axes."""
        return QPointF(self.mapFromScene(self._item.getViewBox().mapViewToScene(QPointF(x, y))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._press(event)

    def _press(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.pressed.emit(self.to_axes(event.position()))


def _pen(plot: Plot, colour: str, width_px: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> Any:
    """A pen for a plot; it is not stretched with the axes, and Qt then leaves out the screen's scale as well."""
    return pyqtgraph.mkPen(colour, width=width_px * plot.devicePixelRatioF(), style=style)


class _OnPlot:
    """One thing on a plot."""

    def __init__(self, plot: Plot, item: Any) -> None:
        self._plot, self._item = plot, item
        plot.put(item)

    def hide(self) -> None:
        """Show it no more."""
        self._item.hide()


class Bars(_OnPlot):
    """Upright bars, none at first."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot, pyqtgraph.BarGraphItem(x=[0], height=[0], width=1))
        self.hide()

    def show_bars(
        self,
        centres: npt.ArrayLike,
        heights: npt.ArrayLike,
        width: float,
        fills: Sequence[str | None],
        edges: Sequence[str | None],
    ) -> None:
        """Show [n] bars of one width from zero to their heights; a fill or an edge that is None is not drawn."""
        self._item.setVisible(len(fills) > 0)
        if not fills:  # pyqtgraph draws at least one
            return
        self._item.setOpts(
            x=np.asarray(centres, dtype=np.float64),
            height=np.asarray(heights, dtype=np.float64),
            width=width,
            brushes=[pyqtgraph.mkBrush(fill) for fill in fills],
            pens=[_pen(self._plot, edge, 1.3) if edge else pyqtgraph.mkPen(None) for edge in edges],
        )


class Curve(_OnPlot):
    """A curve, filled down to zero if `fill` is a colour; with `steps`, a histogram by the edges of its bins."""

    def __init__(
        self, plot: Plot, colour: str, fill: str | None = None, width: float = 1.2, steps: bool = False
    ) -> None:
        self._step = "center" if steps else None
        pen, brush = _pen(plot, colour, width), None if fill is None else pyqtgraph.mkBrush(fill)
        super().__init__(plot, pyqtgraph.PlotCurveItem(pen=pen, fillLevel=None if fill is None else 0, brush=brush))

    def show_curve(self, x: npt.ArrayLike, y: npt.ArrayLike) -> None:
        """Show [n] points; with steps, [n] heights between [n + 1] edges."""
        self._item.setData(np.asarray(x, np.float64), np.asarray(y, np.float64), stepMode=self._step)
        self._item.show()


class Line(_OnPlot):
    """A straight line across the axes, at zero at first."""

    def __init__(self, plot: Plot, colour: str, upright: bool, dashed: bool = False, width: float = 1.2) -> None:
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        pen = _pen(plot, colour, width, style)
        super().__init__(plot, pyqtgraph.InfiniteLine(angle=90 if upright else 0, pen=pen))

    def show_at(self, value: float) -> None:
        """Show it at this value of x, or of y."""
        self._item.setValue(value)
        self._item.show()


class Reaches(_OnPlot):
    """Upright lines with a short level end, from a lower to an upper value, none at first."""

    def __init__(self, plot: Plot, colour: str, beam: float) -> None:
        super().__init__(plot, pyqtgraph.ErrorBarItem(beam=beam, pen=_pen(plot, colour, 1.3)))
        self.hide()

    def show_reaches(self, x: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> None:
        """Show [n] lines from `low` to `high`."""
        lower, upper = np.asarray(low, np.float64), np.asarray(high, np.float64)
        self._item.setData(x=np.asarray(x, np.float64), y=(lower + upper) / 2, height=upper - lower)
        self._item.show()


class Hint(_OnPlot):
    """A text in the middle of axes that go from 0 to 1, where there is nothing else to show."""

    def __init__(self, plot: Plot, colour: str) -> None:
        super().__init__(plot, pyqtgraph.TextItem(color=colour, anchor=(0.5, 0.5)))
        self._item.setPos(0.5, 0.5)

    def show_text(self, text: str) -> None:
        """Show a text."""
        self._item.setText(text)
        self._item.show()


class PlotImage(_OnPlot):
    """An image over a rectangle of the axes."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot, pyqtgraph.ImageItem())

    def show_pixels(self, pixels: npt.NDArray[np.uint8], area: QRectF) -> None:
        """Show [rows, columns, 3 or 4] colours over a rectangle of the axes; row 0 lies at its smallest y."""
        self._item.setImage(pixels, levels=(0, 255), autoLevels=False)
        self._item.setRect(area)
        self._item.show()


class Span(QObject):
    """A span of x with two ends that the mouse drags, as it does the whole."""

    dragged = Signal(float, float)
    """The lower and the upper end, while the mouse moves them; not when `show_span` does."""
    settled = Signal()
    """The button was released after a drag."""

    def __init__(self, plot: Plot, colour: str) -> None:
        super().__init__(plot)
        fill = QColor(colour)
        fill.setAlpha(40)
        self._item = pyqtgraph.LinearRegionItem(brush=fill, pen=_pen(plot, colour, 1.6), hoverPen=_pen(plot, colour, 3))
        self._set_by_hand = True
        self._item.sigRegionChanged.connect(self._changed)
        self._item.sigRegionChangeFinished.connect(self._finished)
        plot.put(self._item)

    def show_span(self, low: float, high: float) -> None:
        """Show these ends, without a signal."""
        self._set_by_hand = False
        self._item.setRegion((low, high))
        self._set_by_hand = True

    def let_go(self) -> None:
        """End what the mouse drags, without a signal; it moves nothing more until the button is pressed again."""
        for part in (self._item, *self._item.lines):
            part.moving = False

    def _changed(self, item: object) -> None:
        if self._set_by_hand:
            self.dragged.emit(*map(float, self._item.getRegion()))

    def _finished(self, item: object) -> None:
        if self._set_by_hand:
            self.settled.emit()
