"""What is wrong with range and ROI is told in their steps, when it happens; Analyse is too late."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.viewer.desk.vetting import REST_MS

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def mark_range(window, hand, low, high):
    window.display.go_to(low)
    hand.key(window, Key.Key_BracketLeft)
    window.display.go_to(high)
    hand.key(window, Key.Key_BracketRight)


def rested(window, qtbot):
    """Past the moment in which marks are checked."""
    qtbot.wait(REST_MS + 50)
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=20000)


@pytest.fixture
def with_a_gap(window, small_folder):
    """The small series without its sixth slice, on the desk."""
    folder = small_folder()
    (folder / "5").unlink()
    window.case.open(load(scan(Source.open(folder)).series[0]))
    QApplication.processEvents()
    return window


def test_a_gap_in_the_range_is_told_in_step_2_and_goes_with_it(with_a_gap, hand, qtbot):
    failing = with_a_gap.range_step.failing
    mark_range(with_a_gap, hand, 6, 10)
    rested(with_a_gap, qtbot)
    assert not failing.isVisible()
    mark_range(with_a_gap, hand, 2, 8)
    qtbot.waitUntil(failing.isVisible, timeout=20000)
    assert "6.0" in failing.text()
    assert "mm" in failing.text()
    assert not with_a_gap.roi_step.failing.isVisible(), "no ROI is marked yet"
    hand.key(with_a_gap, Key.Key_Z, CTRL)
    hand.key(with_a_gap, Key.Key_Z, CTRL)
    assert not failing.isVisible()


def test_no_bone_in_the_rectangle_is_told_in_step_3(desk, hand, qtbot):
    failing = desk.roi_step.failing
    mark_range(desk, hand, 2, 8)
    rested(desk, qtbot)
    assert not failing.isVisible()
    at = hand.roi(desk.views.axial).center()
    hand.drag(desk.views.axial, at, at + QPointF(8, 0))
    qtbot.waitUntil(failing.isVisible, timeout=20000)
    assert "no bone in the ROI" in failing.text()
    assert desk.case.result is None
    hand.press(desk.views.axial, at)
    hand.move(desk.views.axial, at + QPointF(40, 0))
    assert not failing.isVisible(), "what is being dragged has not been checked"
    hand.release(desk.views.axial, at)


def test_nothing_is_told_of_sound_marks(marked, qtbot):
    rested(marked, qtbot)
    assert not marked.range_step.failing.isVisible()
    assert not marked.roi_step.failing.isVisible()


def test_a_window_closed_while_marks_rest_leaves_nothing(desk, hand):
    mark_range(desk, hand, 2, 8)
    assert desk.close()
