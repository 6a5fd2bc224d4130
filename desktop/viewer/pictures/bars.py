"""A bar for every slice judged: its probability, the threshold, and the run."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.adjacency import neighbours
from desktop.inference.result import Result
from desktop.viewer.desk.case import Case, ResultState
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.wheel import NotchCounter, wheel_units
from desktop.viewer.theme import (
    ACCENT,
    BACKGROUND,
    FAINT,
    LINE,
    NEGATIVE_BAR,
    POSITIVE_BAR,
    QUIET,
    SLICE_LINE,
    TEXT,
)

_WIDEST_PX = 34.0
_GAP_SHARE = 0.25

_Align = Qt.AlignmentFlag


class SliceBars(QWidget):
    """The lowest slice on the left. A press jumps to the slice."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self._notches = NotchCounter()
        self.setAccessibleName("Probability of every slice judged")
        self.setMinimumHeight(130)
        self.setMouseTracking(True)
        case.marked.connect(self.update)
        case.judged.connect(self.update)
        display.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, 180)

    def bar_rect(self, number: int) -> QRectF:
        """Where bar `number` of the result may reach, from no to full probability."""
        result = self._case.result
        assert result is not None
        line = self.fontMetrics().height()
        area = QRectF(self.rect()).adjusted(38, 2 * line + 8, -12, -line - 14)
        step = min(_WIDEST_PX, area.width() / len(result.slices))
        left = area.center().x() - step * len(result.slices) / 2 + number * step
        return QRectF(left, area.top(), step, area.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._jump(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._jump(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._display.step(self._notches.add(wheel_units(event)))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            number = self._number_at(QPointF(event.pos()))
            if number is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self._description(number), self)
            return True
        return super().event(event)

    def _description(self, number: int) -> str:
        assert self._case.result is not None
        answer = self._case.result.slices[number]
        return (
            f"slice {answer.index + 1}, {answer.position_mm:.1f} mm\n"
            f"probability {answer.probability:.3f}, logit {answer.logit:.2f}\n"
            f"{'positive' if answer.positive else 'negative'}"
        )

    def _number_at(self, point: QPointF) -> int | None:
        result = self._case.result
        if result is None:
            return None
        first = self.bar_rect(0)
        number = int((point.x() - first.left()) // first.width())
        return number if 0 <= number < len(result.slices) else None

    def _jump(self, point: QPointF) -> None:
        number = self._number_at(point)
        if number is not None and self._case.result is not None:
            self._display.go_to(self._case.result.slices[number].index)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(BACKGROUND))
        result = self._case.result
        if result is None:
            outdated = self._case.result_state is ResultState.OUTDATED
            text = "out of date: analyse again" if outdated else "one bar per slice, after Analyse"
            painter.setPen(QColor(FAINT))
            painter.drawText(self.rect(), _Align.AlignCenter, text)
            return
        self._paint_axis(painter, result)
        for number in range(len(result.slices)):
            self._paint_bar(painter, result, number)
        self._paint_threshold(painter, result)
        self._paint_gaps(painter, result)
        self._paint_run(painter, result)

    def _paint_axis(self, painter: QPainter, result: Result) -> None:
        first, last = self.bar_rect(0), self.bar_rect(len(result.slices) - 1)
        left, right = first.left(), last.right()
        for share, y, colour in ((0.0, first.bottom(), LINE), (1.0, first.top(), LINE)):
            painter.setPen(QPen(QColor(colour), 1))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            self._number(painter, left, y, f"{share:g}")
        title = QRectF(6, 2, self.width() - 12, self.fontMetrics().height())
        painter.setPen(QColor(QUIET))
        painter.drawText(title, _Align.AlignLeft, "probability per slice")
        painter.drawText(title, _Align.AlignRight, "filled = positive")
        height = self.fontMetrics().height()
        foot = QRectF(left, self.height() - height - 2, max(right - left, 100.0), height)
        painter.drawText(foot, _Align.AlignLeft, "lower")
        painter.drawText(foot, _Align.AlignRight, "upper")

    def _paint_threshold(self, painter: QPainter, result: Result) -> None:
        """Over the bars, with a dark rim."""
        first, last = self.bar_rect(0), self.bar_rect(len(result.slices) - 1)
        left, right = first.left(), last.right()
        threshold = first.bottom() - result.cutoff.threshold * first.height()
        painter.setPen(QPen(QColor(BACKGROUND), 3))
        painter.drawLine(QPointF(left, threshold), QPointF(right, threshold))
        painter.setPen(QPen(QColor(TEXT), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(left, threshold), QPointF(right, threshold))
        self._number(painter, left, threshold, f"{result.cutoff.threshold:g}")

    def _number(self, painter: QPainter, left: float, y: float, text: str) -> None:
        painter.setPen(QColor(QUIET))
        painter.drawText(QRectF(left - 40, y - 9, 35, 18), _Align.AlignRight | _Align.AlignVCenter, text)

    def _paint_bar(self, painter: QPainter, result: Result, number: int) -> None:
        answer, full = result.slices[number], self.bar_rect(number)
        gap = full.width() * _GAP_SHARE / 2
        bar = full.adjusted(gap, 0, -gap, 0)
        bar.setTop(full.bottom() - max(2.0, answer.probability * full.height()))
        # Filled or hollow tells positive from negative without colour.
        if answer.positive:
            painter.fillRect(bar, QColor(POSITIVE_BAR))
        else:
            painter.setPen(QPen(QColor(NEGATIVE_BAR), 1.3))
            painter.drawRect(bar)
        if answer.index == self._display.index:
            x, y = full.center().x(), full.bottom() + 3
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(SLICE_LINE))
            painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x - 5, y + 8), QPointF(x + 5, y + 8)]))
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_gaps(self, painter: QPainter, result: Result) -> None:
        """A break between slices that are no neighbours: a run ends there."""
        painter.setPen(QPen(QColor(ACCENT), 1.5, Qt.PenStyle.DotLine))
        for number, joined in enumerate(neighbours(result.region.positions_mm, result.region.spacing_mm)):
            if not joined:
                full = self.bar_rect(number)
                painter.drawLine(full.topRight(), full.bottomRight())

    def _paint_run(self, painter: QPainter, result: Result) -> None:
        run = result.run
        if not run.slices:
            return
        left, right = (
            self.bar_rect(run.first).left() + 2,
            self.bar_rect(run.first + run.slices - 1).right() - 2,
        )
        y = self.bar_rect(0).top() - 5
        painter.setPen(QPen(QColor(TEXT), 1.5))
        painter.drawPolyline([QPointF(left, y + 4), QPointF(left, y), QPointF(right, y), QPointF(right, y + 4)])
        text = f"run {run.slices} slice{'' if run.slices == 1 else 's'}, {run.mm:.1f} mm"
        width = self.fontMetrics().horizontalAdvance(text) + 8
        x = min(max((left + right) / 2 - width / 2, 4.0), self.width() - width - 4.0)
        height = self.fontMetrics().height()
        painter.drawText(QRectF(x, y - height - 1, width, height), _Align.AlignCenter, text)
