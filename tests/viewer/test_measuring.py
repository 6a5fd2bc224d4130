"""Distances: a tool in all views, lines that are movable, deleted, undone, and drawn where they lie in the patient."""

import pytest
from PySide6.QtCore import QPointF, Qt

from desktop.viewer.pictures.tools.measure import MeasuredLine

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def lines(view):
    return [item for item in view.items() if isinstance(item, MeasuredLine) and item.isVisible()]


def measure(desk, hand, view, start, end):
    """A line between two points of a view's picture, in mm."""
    hand.key(desk, Key.Key_D)
    hand.drag(view, view.to_screen(*start), view.to_screen(*end))
    return desk.case.marks.measurements[-1]


@pytest.mark.parametrize("name", ["axial", "sagittal", "coronal"])
def test_the_tool_measures_in_every_view_and_is_put_away(desk, hand, name):
    view, window = getattr(desk.views, name), desk.display.window
    measurement = measure(desk, hand, view, (20, 10), (50, 30))
    assert measurement.mm == pytest.approx((30**2 + 20**2) ** 0.5, abs=1)
    assert desk.display.window == window
    assert not desk.display.tool
    assert [line.in_plane for line in lines(view)] == [True]


def test_a_line_lies_in_the_patient(desk, hand, small):
    """Whole where its plane is shown, faint where it passes through, and nowhere else."""
    desk.display.go_to(4)
    desk.display.set_crosshair(30, 40, by_hand=True)
    measure(desk, hand, desk.views.axial, (20, 40), (100, 40))
    (line,) = lines(desk.views.sagittal)
    assert not line.in_plane
    start, end = desk.case.marks.measurements[0].start, desk.case.marks.measurements[0].end
    assert start[2] == end[2] == small.geometry.positions_mm[4]
    assert line._line.y1() == pytest.approx(hand.level(desk.views.sagittal, 12.0), abs=1)
    desk.display.go_to(5)
    assert not lines(desk.views.axial)
    desk.display.set_crosshair(3, 40, by_hand=True)
    assert not lines(desk.views.sagittal)


def test_an_end_is_moved_undone_and_the_line_deleted(desk, hand):
    axial = desk.views.axial
    before = measure(desk, hand, axial, (20, 10), (50, 10))
    hand.drag(axial, axial.to_screen(50, 10), axial.to_screen(80, 50))
    (after,) = desk.case.marks.measurements
    assert after.start == before.start
    assert after.mm == pytest.approx((60**2 + 40**2) ** 0.5, abs=1)
    assert desk.case.history.undoText() == "Move measurement"
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks.measurements == (before,)
    hand.click(axial, axial.to_screen(35, 10))
    hand.key(desk, Key.Key_Delete)
    assert not desk.case.marks.measurements
    assert not lines(axial)
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks.measurements == (before,)
    assert desk.case.unsaved


def test_a_line_is_moved_as_a_whole(desk, hand):
    axial = desk.views.axial
    before = measure(desk, hand, axial, (20, 10), (50, 10))
    hand.drag(axial, axial.to_screen(35, 10), axial.to_screen(45, 30))
    (after,) = desk.case.marks.measurements
    assert after.mm == pytest.approx(before.mm)
    assert after.start[0] == pytest.approx(before.start[0] + 10, abs=0.5)
    assert after.start[1] == pytest.approx(before.start[1] + 20, abs=0.5)


def test_esc_takes_a_measurement_back_and_puts_the_tool_away(desk, hand):
    hand.key(desk, Key.Key_D)
    hand.press(desk.views.coronal, QPointF(60, 60))
    hand.move(desk.views.coronal, QPointF(120, 90))
    assert desk.case.marks.measurements
    hand.key(desk, Key.Key_Escape)
    assert not desk.case.marks.measurements
    hand.release(desk.views.coronal, QPointF(120, 90))
    assert desk.display.tool
    hand.key(desk, Key.Key_Escape)
    assert not desk.display.tool
    assert not desk.case.history.canUndo()


def test_an_error_in_a_drag_goes_where_all_errors_go(desk, hand, monkeypatch):
    """pyqtgraph would print it and go on."""
    seen = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: seen.append(kind))
    monkeypatch.setattr(desk.display, "set_window", lambda window: 1 / 0)
    hand.drag(desk.views.axial, QPointF(30, 60), QPointF(40, 60))
    assert set(seen) == {ZeroDivisionError}
