"""The slices as a rail beside the axial view: where we are, what is to be judged, and what was positive."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.messages import Message, message, shown, tr
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.key_slices import key_slices
from desktop.viewer.desk.labelling import labelled
from desktop.viewer.pictures.wheel import NotchCounter
from desktop.viewer.theme import AMBER, BACKGROUND, LINE, MARKED, POSITIVE_BAR, SLICE_LINE, SUGGESTED, VERDICT_LINES

_WIDTH_PX, _MARGIN_PX, _RAIL_PX, _LEAST_TICK_PX = 22, 10, 4, 2
_KEY_PX = 7.5
"""Radius of the ring on a key slice, which stays in sight around the slice on screen."""


class SliceSlider(QWidget):
    """The highest slice above, as in the reformats; a press or a drag goes to a slice, the wheel goes through them."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self._notches = NotchCounter()
        self._drawn: object = None
        self._before_drag: int | None = None
        """The slice that was on screen when the button was pressed; None while nothing is dragged."""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setToolTip(
            tr(
                "Slices. Coloured: the range. On the left your labels, on the right what the network calls positive. "
                "Ringed: key slices."
            )
        )
        for signal in (case.marked, case.judged, display.changed):
            signal.connect(self._refresh)
        self._refresh()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, 10 * QFontMetrics(self.font()).height())

    # Showing

    def _refresh(self) -> None:
        labels = tuple(labelled(self._case).items())
        chosen = tuple(key_slices(self._case))
        drawn = self._display.index, self._display.count, self._range, self._marked, self.positive, labels, chosen
        if drawn != self._drawn:
            self._drawn = drawn
            number, count = self._display.index + 1, self._display.count
            self.setAccessibleName(
                tr("Slice {number} of {count}", number=number, count=count) if count else tr("Slices: none")
            )
            self.setAccessibleDescription(self._words())
            self.update()

    def _words(self) -> str:
        """What is drawn on and beside the rail."""
        inside, labels = self._range, labelled(self._case)
        ends = {"low": inside[0] + 1, "high": inside[-1] + 1} if inside else {"low": 0, "high": 0}
        marked, suggested = message("Range: {low} to {high}", **ends), message("Suggested: {low} to {high}", **ends)
        called = [index + 1 for index in self.positive]
        seen, unseen = (
            sorted(index + 1 for index, label in labels.items() if label is truth) for truth in (True, False)
        )
        chosen = [index + 1 for index in key_slices(self._case)]
        told: list[tuple[Message, Sequence[int]]] = [
            (marked if self._marked else suggested, inside),
            (message("called positive: {slices}", slices=called), called),
            (message("labelled positive: {slices}", slices=seen), seen),
            (message("labelled negative: {slices}", slices=unseen), unseen),
            (message("key slices: {slices}", slices=chosen), chosen),
        ]
        return ". ".join(shown(text) for text, there in told if there)

    @property
    def _range(self) -> tuple[int, ...]:
        volume, span = self._case.volume, self._case.shown_marks.span
        return () if volume is None or span is None else span.indices(volume.geometry.positions_mm)

    @property
    def _marked(self) -> bool:
        return self._case.marks.span is not None

    @property
    def positive(self) -> tuple[int, ...]:
        """The slices that the network calls positive, where its answer is a verdict."""
        result = self._case.result
        if result is None or result.withheld is not None:
            return ()
        return tuple(answer.index for answer in result.slices if answer.positive)

    @property
    def _step_px(self) -> float:
        return (self.height() - 2 * _MARGIN_PX) / max(self._display.count, 1)

    def y_of(self, index: int) -> float:
        """The height of a slice's middle, in pixels."""
        return _MARGIN_PX + (self._display.count - index - 0.5) * self._step_px

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(BACKGROUND))
        if not self._display.count:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, half = self.width() / 2, self._step_px / 2
        painter.fillRect(
            QRectF(middle - _RAIL_PX / 2, _MARGIN_PX, _RAIL_PX, self.height() - 2 * _MARGIN_PX), QColor(LINE)
        )
        if self._range:
            top, bottom = self.y_of(self._range[-1]) - half, self.y_of(self._range[0]) + half
            colour = QColor(MARKED if self._marked else SUGGESTED)
            painter.fillRect(QRectF(middle - _RAIL_PX / 2, top, _RAIL_PX, bottom - top), colour)
        high = max(2 * half - 1, _LEAST_TICK_PX)
        for index in self.positive:
            painter.fillRect(QRectF(middle + 5, self.y_of(index) - high / 2, 4, high), QColor(POSITIVE_BAR))
        for index, label in labelled(self._case).items():
            tick = QRectF(middle - 9, self.y_of(index) - high / 2, 4, high)
            painter.fillRect(tick, QColor(VERDICT_LINES["positive" if label else "negative"]))
        painter.setPen(QPen(QColor(AMBER), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for index in key_slices(self._case):
            painter.drawEllipse(QPointF(middle, self.y_of(index)), _KEY_PX, _KEY_PX)
        painter.setPen(QPen(QColor(BACKGROUND), 1))
        painter.setBrush(QColor(SLICE_LINE))
        painter.drawEllipse(QPointF(middle, self.y_of(self._display.index)), 5.5, 5.5)

    # Working it

    def _go_to(self, event: QMouseEvent) -> None:
        if self._display.count and event.buttons() & Qt.MouseButton.LeftButton:
            rest = (event.position().y() - _MARGIN_PX) / self._step_px
            self._display.go_to(self._display.count - 1 - int(rest // 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._before_drag = self._display.index
            self._go_to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._before_drag is not None:
            self._go_to(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._before_drag = None

    def cancel_drag(self) -> bool:
        """Go back to the slice before the drag; whether there was any."""
        before, self._before_drag = self._before_drag, None
        if before is not None:
            self._display.go_to(before)
        return before is not None

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._display.step(self._notches.slices(event))
        event.accept()
