"""The rail beside the axial view."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from desktop.viewer.theme import MARKED, POSITIVE_BAR


@pytest.fixture
def slider(desk):
    QApplication.processEvents()
    return desk.views.slider


def colours(slider, index, x):
    """What is drawn at a slice, so far from the left."""
    return slider.grab().toImage().pixelColor(x, round(slider.y_of(index))).name()


def test_a_press_a_drag_and_the_wheel_go_through_the_slices(desk, slider, hand):
    middle = slider.width() / 2
    hand.click(slider, QPointF(middle, slider.y_of(2)))
    assert desk.display.index == 2
    hand.drag(slider, QPointF(middle, slider.y_of(2)), QPointF(middle, slider.y_of(9)))
    assert desk.display.index == 9
    hand.drag(slider, QPointF(middle, slider.y_of(9)), QPointF(middle, -200))
    assert desk.display.index == desk.display.count - 1
    hand.wheel(slider, -120)
    assert desk.display.index == desk.display.count - 2
    hand.wheel(slider, -120, Qt.KeyboardModifier.ShiftModifier)
    assert desk.display.index == max(desk.display.count - 12, 0)
    assert slider.accessibleName() == f"Slice {desk.display.index + 1} of {desk.display.count}"


def test_esc_takes_a_drag_back(desk, slider, hand):
    middle = slider.width() / 2
    desk.display.go_to(3)
    hand.press(slider, QPointF(middle, slider.y_of(5)))
    hand.move(slider, QPointF(middle, slider.y_of(9)))
    assert desk.display.index == 9
    hand.key(desk, Qt.Key.Key_Escape)
    hand.move(slider, QPointF(middle, slider.y_of(8)))
    assert desk.display.index == 3
    hand.release(slider, QPointF(middle, slider.y_of(8)))
    desk.display.go_to(6)
    hand.key(desk, Qt.Key.Key_Escape)
    assert desk.display.index == 6


def test_the_range_and_positive_slices_are_seen(window, volume, marks, headless):
    window.case.open(volume)
    QApplication.processEvents()
    slider, middle = window.views.slider, window.views.slider.width() // 2
    window.case.mark(marks, "Marks")
    inside = [answer.index for answer in headless.slices]
    window.display.go_to(0)
    assert colours(slider, inside[1], middle) == MARKED
    assert colours(slider, inside[0] - 3, middle) != MARKED
    assert slider.positive == ()
    window.case.accept(headless)
    window.display.go_to(0)
    hits = [answer.index for answer in headless.slices if answer.positive]
    assert slider.positive == tuple(hits)
    assert hits
    assert colours(slider, hits[0], middle + 7) == POSITIVE_BAR
    assert colours(slider, inside[0] - 3, middle + 7) != POSITIVE_BAR


def test_nothing_open_is_no_slice(window, hand):
    slider = window.views.slider
    assert slider.accessibleName() == "Slices: none"
    hand.click(slider, slider.rect().center())
    slider.grab()
    assert window.display.count == 0
