"""The range: keys, lines in the sagittal view, undo."""

import pytest
from PySide6.QtCore import QPointF, Qt

from desktop.viewer.case import Marks

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def mark(desk, hand, low, high):
    desk.display.go_to(low)
    hand.key(desk, Key.Key_BracketLeft)
    desk.display.go_to(high)
    hand.key(desk, Key.Key_BracketRight)


def test_brackets_mark_the_ends_at_the_slice_on_screen(desk, hand):
    mark(desk, hand, 2, 8)
    assert (desk.case.marks.low_mm, desk.case.marks.high_mm) == (6.0, 24.0)
    assert desk.range_step.low.text().endswith("6.0 mm, slice 3")
    assert desk.range_step.high.text().endswith("24.0 mm, slice 9")
    assert desk.range_step.summary.text() == "7 slices over 18.0 mm"


def test_undo_and_redo(desk, hand):
    mark(desk, hand, 2, 8)
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks == Marks(None, 6.0, None)
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks == Marks()
    hand.key(desk, Key.Key_Y, CTRL)
    hand.key(desk, Key.Key_Y, CTRL)
    assert desk.case.marks == Marks(None, 6.0, 24.0)


def test_a_lower_end_above_the_upper_takes_that_away_and_says_so(desk, hand):
    mark(desk, hand, 2, 5)
    desk.display.go_to(9)
    hand.key(desk, Key.Key_BracketLeft)
    assert desk.case.marks == Marks(None, 27.0, None)
    assert "mark it again" in desk.message.label.text()
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks == Marks(None, 6.0, 15.0)


@pytest.mark.parametrize("name", ["sagittal", "coronal"])
def test_a_line_is_dragged_from_slice_to_slice(desk, hand, name):
    mark(desk, hand, 2, 8)
    desk.display.go_to(5)
    view = getattr(desk.views, name)
    x = view.width() / 2
    hand.drag(view, QPointF(x, view.line_y(24.0)), QPointF(x, view.line_y(30.4)))
    assert desk.case.marks.high_mm == 30.0
    hand.drag(view, QPointF(x, view.line_y(6.0)), QPointF(x, view.line_y(33.0)))
    assert desk.case.marks.low_mm == 30.0  # not beyond the other end
    assert desk.case.history.undoText() == "Move end of range"


def test_the_line_of_the_slice_is_dragged_too(desk, hand):
    desk.display.go_to(3)
    x = desk.views.sagittal.width() / 2
    hand.drag(
        desk.views.sagittal, QPointF(x, desk.views.sagittal.line_y(9.0)), QPointF(x, desk.views.sagittal.line_y(21.0))
    )
    assert desk.display.index == 7


@pytest.mark.parametrize("name", ["_set_low", "_set_high"])
def test_the_buttons_do_the_same(desk, name):
    desk.display.go_to(4)
    getattr(desk.range_step, name).click()
    assert 12.0 in (desk.case.marks.low_mm, desk.case.marks.high_mm)
