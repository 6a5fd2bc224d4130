"""What a hand does by mistake in the middle of a drag: another button, the wheel, a key, another size of the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.reading.measurement import Distance
from desktop.viewer.desk.case import Marks
from desktop.viewer.pictures.range import End

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
ASIDE = QPointF(30, 60)
"""A point of the axial view beside the ROI."""


@pytest.fixture(autouse=True)
def no_error(monkeypatch):
    """Errors in what the mouse does go to the hook, not to the test."""
    seen = []
    monkeypatch.setattr("sys.excepthook", lambda *error: seen.append(error))
    yield
    assert not seen


@pytest.fixture
def placed(desk):
    """The ROI that is offered, marked; and its middle on screen."""
    desk.case.mark(desk.case.marks.with_roi(desk.case.shown_roi(desk.case.volume)), "Place the ROI")
    return desk


def middle(desk, hand):
    return QPointF(hand.roi(desk.views.axial).center().toPoint())


def still(desk):
    """Nothing is being dragged any more, and keys may mark again."""
    return not desk.case.dragging and not any(view.dragging for view in desk.views.ct_views)


# Two buttons


@pytest.mark.parametrize("second", [MIDDLE, RIGHT])
def test_a_second_button_neither_ends_nor_takes_over_a_drag(placed, hand, second):
    view, at = placed.views.axial, middle(placed, hand)
    looked_at = view.looked_at
    hand.press(view, at)
    hand.move(view, at + QPointF(10, 0))
    hand.press(view, at + QPointF(10, 0), second)
    hand.move(view, at + QPointF(30, 0))
    hand.release(view, at + QPointF(30, 0), second)
    hand.move(view, at + QPointF(50, 10))
    assert hand.roi(view).center().x() - at.x() == pytest.approx(50, abs=1)
    hand.release(view, at + QPointF(50, 10))
    assert still(placed)
    assert view.looked_at == looked_at
    assert placed.case.history.undoText() == "Move ROI"
    hand.key(placed, Key.Key_Z, CTRL)
    assert middle(placed, hand) == at


def test_a_right_click_in_the_middle_of_a_drag_opens_no_menu(desk, hand):
    """The menu would get the release of the left button."""
    view, before = desk.views.axial, desk.display.window
    hand.press(view, ASIDE)
    hand.move(view, ASIDE + QPointF(20, 0))
    hand.click(view, ASIDE + QPointF(20, 0), RIGHT)
    assert not QApplication.activePopupWidget()
    hand.move(view, ASIDE + QPointF(40, 0))
    wider = desk.display.window.width
    hand.release(view, ASIDE + QPointF(40, 0))
    assert wider > before.width
    assert still(desk)


def test_after_esc_in_a_right_drag_the_release_opens_no_menu(desk, hand):
    view = desk.views.axial
    hand.press(view, ASIDE, RIGHT)
    hand.move(view, ASIDE + QPointF(0, 30))
    assert not view.fitted
    hand.key(desk, Key.Key_Escape)
    hand.release(view, ASIDE + QPointF(0, 30), RIGHT)
    assert view.fitted
    assert not QApplication.activePopupWidget()


# A release that went elsewhere


@pytest.mark.parametrize("moved_between", [True, False])
def test_a_drag_whose_release_was_lost_is_over_at_the_next_movement_or_press(placed, hand, moved_between):
    """Keys marked nothing any more, and the next drag took the ROI along."""
    view, at = placed.views.axial, middle(placed, hand)
    hand.press(view, at)
    hand.move(view, at + QPointF(30, 0))
    hand.lose_the_release()
    if moved_between:
        hand.move(view, ASIDE)
    window, moved = placed.display.window, placed.case.marks
    hand.press(view, ASIDE)
    assert still(placed)
    assert placed.case.history.undoText() == "Move ROI"
    hand.key(placed, Key.Key_BracketLeft)
    assert placed.case.marks.low_mm is not None
    hand.move(view, ASIDE + QPointF(20, 0))
    hand.release(view, ASIDE + QPointF(20, 0))
    assert placed.case.marks.roi == moved.roi
    assert placed.display.window.width > window.width


def test_a_press_whose_release_was_lost_is_no_beginning_of_a_drag(placed, hand):
    view, before = placed.views.axial, placed.case.marks
    hand.press(view, middle(placed, hand))
    hand.lose_the_release()
    window = placed.display.window
    hand.press(view, ASIDE)
    hand.move(view, ASIDE + QPointF(1, 0))
    hand.release(view, ASIDE + QPointF(1, 0))
    assert placed.display.window == window
    assert placed.case.marks == before


def test_a_drag_in_another_view_goes_on_from_one_whose_release_was_lost(placed, hand):
    hand.key(placed, Key.Key_BracketLeft)
    before, view, at = placed.case.marks, placed.views.axial, middle(placed, hand)
    hand.press(view, at)
    hand.move(view, at + QPointF(30, 0))
    hand.lose_the_release()
    start = hand.handle(placed.views.sagittal, End.LOW).center()
    hand.drag(placed.views.sagittal, start, start + QPointF(0, 30))
    hand.move(view, ASIDE)
    assert still(placed)
    assert placed.case.marks.roi != before.roi
    assert placed.case.marks.low_mm != before.low_mm
    hand.key(placed, Key.Key_Z, CTRL)
    assert placed.case.marks == before


# Another slice in the middle of a drag


def turn_the_wheel(desk, hand, view):
    hand.wheel(view, 240)


def press_keys(desk, hand, view):
    for key in (Key.Key_Up, Key.Key_PageDown, Key.Key_Home, Key.Key_End):
        hand.key(desk, key)


def let_cine_run(desk, hand, view):
    desk.cine.show_next()


@pytest.mark.parametrize("slip", [turn_the_wheel, press_keys, let_cine_run])
def test_the_slice_stays_while_a_mark_on_it_is_dragged(desk, hand, slip):
    """A distance was drawn through slices, or stayed behind on another one."""
    view, index = desk.views.axial, desk.display.index
    hand.key(desk, Key.Key_D)
    start, end = view.to_screen(20, 10).toPoint(), view.to_screen(50, 30).toPoint()
    hand.press(view, start)
    hand.move(view, end)
    slip(desk, hand, view)
    hand.release(view, end)
    hand.press(view, end)
    hand.move(view, QPointF(end) + QPointF(10, 0))
    slip(desk, hand, view)
    hand.move(view, QPointF(end) + QPointF(20, 0))
    hand.release(view, QPointF(end) + QPointF(20, 0))
    (distance,) = desk.case.marks.measurements
    assert isinstance(distance, Distance)
    assert {point[2] for point in distance.handles} == {3.0 * index}
    assert desk.display.index == index
    slip(desk, hand, view)
    assert desk.display.index != index


def test_a_wheel_that_is_pressed_to_pan_turns_no_slice(desk, hand):
    view, index = desk.views.axial, desk.display.index
    hand.press(view, ASIDE, MIDDLE)
    hand.move(view, ASIDE + QPointF(20, 0))
    hand.wheel(view, 120)
    assert desk.display.index == index
    hand.release(view, ASIDE + QPointF(20, 0), MIDDLE)
    hand.wheel(view, 120)
    assert desk.display.index == index + 1


def test_esc_and_another_series_give_the_slice_back(placed, small, hand):
    view, at = placed.views.axial, middle(placed, hand)
    for end in (lambda: hand.key(placed, Key.Key_Escape), lambda: placed.case.open(small)):
        hand.press(view, at)
        hand.move(view, at + QPointF(30, 0))
        end()
        index = placed.display.index
        hand.key(placed, Key.Key_Up)
        assert placed.display.index == index + 1
        hand.release(view, at)


# Another zoom or size in the middle of a drag


def zoom(desk, hand):
    hand.wheel(desk.views.axial, 240, CTRL)


def fit(desk, hand):
    hand.key(desk, Key.Key_F)


def lay_out_evenly(desk, hand):
    hand.key(desk, Key.Key_F3)


def resize(desk, hand):
    desk.resize(1000, 900)


@pytest.mark.parametrize("slip", [zoom, fit, lay_out_evenly, resize])
def test_the_roi_stays_under_the_mouse_when_the_view_changes(placed, hand, slip):
    view = placed.views.axial
    view.zoom_at(QPointF(200, 200), 1.3)
    grip = QPointF((hand.roi(view).topLeft() + QPointF(25, 25)).toPoint())
    hand.press(view, grip)
    hand.move(view, grip + QPointF(12, 0))
    corner_mm = view.to_plane(grip + QPointF(12, 0)) - view.to_plane(hand.roi(view).topLeft())
    slip(placed, hand)
    QApplication.processEvents()
    to = QPointF(view.rect().center())
    hand.move(view, to)
    now = view.to_plane(to) - view.to_plane(hand.roi(view).topLeft())
    assert (now.x(), now.y()) == pytest.approx((corner_mm.x(), corner_mm.y()), abs=0.6)
    hand.release(view, to)
    assert still(placed)
    hand.key(placed, Key.Key_Z, CTRL)
    assert placed.case.history.index() == 1


@pytest.mark.parametrize("button", [MIDDLE, RIGHT])
def test_esc_after_another_size_of_the_window_fits_again(desk, hand, button):
    view = desk.views.axial
    hand.press(view, ASIDE, button)
    hand.move(view, ASIDE + QPointF(0, 40))
    desk.resize(1000, 900)
    QApplication.processEvents()
    hand.key(desk, Key.Key_Escape)
    hand.release(view, ASIDE, button)
    seen, wanted = view.looked_at[0], view.wanted_mm()
    assert view.fitted
    assert seen.contains(wanted)


# Double-clicks and tools


@pytest.mark.parametrize("name", ["axial", "sagittal"])
def test_a_double_click_on_a_handle_moves_nothing(placed, hand, name):
    hand.key(placed, Key.Key_BracketLeft)
    before, view = placed.case.marks, getattr(placed.views, name)
    at = hand.roi(view).topLeft() if name == "axial" else hand.handle(view, End.LOW).center()
    hand.double_click(view, at)
    QApplication.processEvents()
    hand.move(view, at + QPointF(40, 40))
    assert placed.case.marks == before
    assert still(placed)
    hand.double_click(view, ASIDE)
    assert all(each.isVisible() for each in placed.views.ct_views)


@pytest.mark.parametrize("key", ["D", "Y", "E"])
def test_a_tool_in_hand_goes_with_its_series(desk, hand, small_folder, qtbot, key):
    view = desk.views.axial
    hand.key(desk, getattr(Key, f"Key_{key}"))
    hand.press(view, QPointF(60, 60))
    hand.move(view, QPointF(120, 90))
    with qtbot.waitSignal(desk.opening.opened):
        desk.open(small_folder("other", "1.2.99", slices=3))
    hand.move(view, QPointF(160, 90))
    hand.release(view, QPointF(160, 90))
    assert not desk.display.tool
    assert desk.case.marks == Marks()
    assert still(desk)
    window = desk.display.window
    hand.drag(view, ASIDE, ASIDE + QPointF(40, 0))
    assert desk.display.window.width > window.width


def test_another_tool_in_the_middle_of_a_measurement_leaves_one_tool_and_one_mark(desk, hand):
    view = desk.views.axial
    hand.key(desk, Key.Key_D)
    hand.press(view, QPointF(60, 60))
    hand.move(view, QPointF(120, 90))
    hand.key(desk, Key.Key_E)
    hand.key(desk, Key.Key_Delete)
    hand.move(view, QPointF(130, 90))
    hand.release(view, QPointF(130, 90))
    (distance,) = desk.case.marks.measurements
    assert isinstance(distance, Distance)
    assert still(desk)
    assert desk.display.tool in ("", "ellipse")


# Keys while something else has the keyboard


@pytest.mark.parametrize("place", ["answer", "look"])
def test_letters_work_the_window_while_a_box_has_the_keyboard(desk, hand, place):
    """A box would search its entries for the letter, and change an answer."""
    display = desk.display
    box = desk.report_step.answer if place == "answer" else desk.views.heat_bar.look
    box.setEnabled(True)
    chosen = box.currentIndex()
    switched = {
        "B": lambda: display.patient_shown,
        "I": lambda: display.text_shown,
        "V": lambda: display.cautions_shown,
        "X": lambda: display.inverted,
        "L": lambda: display.landmarks_shown,
        "P": lambda: bool(desk.case.done.labels),
    }
    for letter, state in switched.items():
        box.setFocus()
        before = state()
        hand.key(desk, getattr(Key, f"Key_{letter}"))
        assert state() is not before, letter
    box.setFocus()
    QTest.keyPress(box, Key.Key_H)
    assert display.heat_hidden
    QTest.keyRelease(box, Key.Key_H)
    assert not display.heat_hidden
    assert box.currentIndex() == chosen
    assert desk.case.own_verdict is None
