"""The wheel scrolls; an answer or a setting changes by click or key only."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollArea,
    QScrollBar,
    QSpinBox,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from desktop.reading.run import Verdict
from desktop.viewer.pictures.wheel import WheelPasses

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def state(widget):
    """What a widget says, whatever its kind."""
    if isinstance(widget, QComboBox | QTabBar):
        return widget.currentIndex()
    if isinstance(widget, QAbstractButton):
        return widget.isChecked()
    return widget.text() if isinstance(widget, QAbstractSpinBox) else widget.value()


def settings_of(window):
    """Every widget that holds an answer or a setting."""
    kinds = QComboBox | QAbstractSpinBox | QAbstractSlider | QTabBar | QAbstractButton
    return [w for w in window.findChildren(QWidget) if isinstance(w, kinds) and not isinstance(w, QScrollBar)]


def turn(hand, widget):
    """Up and down, in notches and in a touchpad's small steps; what the widget went through."""
    seen = []
    for units in (120, -120, -120, 120, 15, -15):
        hand.wheel(widget, units)
        seen.append(state(widget))
    return seen


@pytest.mark.parametrize("focused", [False, True])
def test_the_wheel_changes_no_answer_and_no_setting(desk, hand, focused):
    desk.case.answer(Verdict.NEGATIVE)
    found = settings_of(desk)
    assert {desk.report_step.answer, desk.views.heat_bar.opacity, desk.views.heat_bar.look} <= set(found)
    for widget in found:
        widget.setEnabled(True)
        if focused:
            widget.setFocus()
        before = state(widget)
        assert set(turn(hand, widget)) == {before}, widget.accessibleName()
    assert desk.case.own_verdict is Verdict.NEGATIVE


def test_the_wheel_would_change_them(qtbot, hand):
    """Else the test above would see nothing."""
    box = QSpinBox()
    qtbot.addWidget(box)
    box.setRange(-5, 5)
    hand.wheel(box, 120)
    assert box.value() == 1


def test_the_panel_scrolls_instead(qtbot, hand):
    area, inner = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    answer, number = QComboBox(), QSpinBox()
    answer.addItems(["not given", "positive", "negative"])
    answer.setCurrentIndex(1)
    column = QVBoxLayout(inner)
    for part in (answer, number):
        column.addWidget(part)
    column.addStretch(1)
    inner.setMinimumHeight(2000)
    area.setWidget(inner)
    area.resize(300, 200)
    area.show()
    qtbot.waitExposed(area)
    guard = WheelPasses(area)
    guard.watch(area)
    for widget in (answer, number, number.lineEdit()):
        area.verticalScrollBar().setValue(0)
        at = QPointF(widget.mapTo(area, widget.rect().center()))
        QTest.wheelEvent(area.windowHandle(), at, QPoint(0, -120))  # as from the system: Qt passes no other ones on
        QApplication.processEvents()
        assert area.verticalScrollBar().value() > 0
    assert (answer.currentIndex(), number.value()) == (1, 0)
    area.hide()


def test_an_answer_is_given_by_key_and_taken_back(desk, hand):
    answer = desk.report_step.answer
    answer.setFocus()
    QTest.keyClick(answer, Key.Key_Down)
    QTest.keyClick(answer, Key.Key_Down)
    assert desk.case.own_verdict is Verdict.NEGATIVE
    for expected in (Verdict.POSITIVE, None):
        hand.key(desk, Key.Key_Z, CTRL)
        assert desk.case.own_verdict is expected
        assert answer.currentText() == (expected or "not given")
    hand.key(desk, Key.Key_Y, CTRL)
    assert desk.case.own_verdict is Verdict.POSITIVE
    assert answer.currentText() == "positive"
