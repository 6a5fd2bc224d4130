"""HU and position in the status bar are always those of what lies under the mouse now, also when it rests."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication

from desktop.messages import message
from desktop.viewer.panels.status import patient_text

Key = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def told(desk):
    return desk.status.hu.text(), desk.status.position.text()


def under(desk, view, point):
    """What the status bar has to say of a point of a view."""
    place, volume = view.place_at(QPointF(point)), desk.case.volume
    return (f"HU {place.hu(volume):g}", patient_text(place.patient(volume))) if place else ("HU –", "")


@pytest.fixture(params=["axial", "sagittal", "coronal"])
def resting(request, desk, hand):
    """The desk, a view, and the point of it at which the mouse has come to rest."""
    view = getattr(desk.views, request.param)
    desk.display.go_to(4)
    point = QPointF(view.rect().center()) + QPointF(20, 10)
    hand.move(view, point)
    assert told(desk) == under(desk, view, point)
    return desk, view, point


CHANGES = {
    "key": lambda desk, view, hand: hand.key(desk, Key.Key_Up),
    "end": lambda desk, view, hand: hand.key(desk, Key.Key_End),
    "wheel elsewhere": lambda desk, view, hand: hand.wheel(desk.views.plots.bars, 240),
    "cine": lambda desk, view, hand: desk.cine.show_next(),
    "zoomed": lambda desk, view, hand: view.zoom_at(QPointF(30, 30), 2.0),
    "panned": lambda desk, view, hand: view.pan(QPointF(15, -12)),
    "fitted": lambda desk, view, hand: (view.zoom_at(QPointF(0, 0), 3.0), hand.key(desk, Key.Key_F)),
    "reset": lambda desk, view, hand: (view.pan(QPointF(40, 40)), hand.key(desk, Key.Key_R)),
    "cut elsewhere": lambda desk, view, hand: desk.display.set_crosshair(12.5, 33.5, by_hand=True),
    "view resized": lambda desk, view, hand: view.resize(view.width() - 60, view.height() - 40),
    "message above": lambda desk, view, hand: (
        desk.message.inform(message("A message.")),
        QApplication.processEvents(),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_mouse_rests_on_is_told_anew(resting, hand, change):
    desk, view, point = resting
    screen = view.mapToGlobal(point)
    CHANGES[change](desk, view, hand)
    assert told(desk) == under(desk, view, view.mapFromGlobal(screen))


def test_ctrl_and_wheel_too(desk, hand):
    view = desk.views.axial
    hand.move(view, QPointF(view.rect().center()) + QPointF(30, 0))
    hand.wheel(view, 360, CTRL)
    assert told(desk) == under(desk, view, view.rect().center())


def test_another_series_under_the_mouse(resting, small_folder, qtbot):
    desk, view, point = resting
    before = told(desk)
    folder = small_folder("other", "1.2.99", slices=3)  # fewer slices than the number of the one on screen
    with qtbot.waitSignal(desk.opening.opened):
        desk.open(folder)
    assert told(desk) == under(desk, view, point)
    assert told(desk) != before


def test_nothing_is_told_once_the_mouse_has_left(resting, hand):
    desk, view, _ = resting
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert told(desk) == ("HU –", "")
    hand.key(desk, Key.Key_Up)
    hand.wheel(desk.views.plots.bars, 120)
    desk.actions_by_name["fit"].trigger()
    assert told(desk) == ("HU –", "")


def test_a_view_that_shrank_away_from_the_mouse_tells_nothing(desk, hand):
    view = desk.views.axial
    hand.move(view, QPointF(view.width() - 5, view.height() / 2))
    view.resize(view.width() // 2, view.height())
    assert told(desk) == ("HU –", "")
