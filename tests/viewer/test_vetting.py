"""What is wrong with range and ROI is told in their steps, when it happens; Analyse is too late."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.reading.roi import PositionRange

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def mark_range(window, hand, low, high):
    window.display.go_to(low)
    hand.key(window, Key.Key_BracketLeft)
    window.display.go_to(high)
    hand.key(window, Key.Key_BracketRight)


def rested(window, qtbot):
    """Until the marks as they are have been checked."""
    vetting = window.vetting
    qtbot.waitUntil(lambda: vetting._known[0] is not None and vetting._known[0] == vetting._question(), timeout=20000)


@pytest.fixture
def gap(window, study, phantom, tmp_path) -> int:
    """The phantom on the desk without a slice of its range; the index of the slice that follows the gap."""
    whole = scan(Source.open(study)).series[0]
    span = PositionRange(*phantom.truth.range_mm).indices(whole.geometry.positions_mm)
    left_out = span[len(span) // 2]
    folder = tmp_path / "gap"
    folder.mkdir()
    for number, item in enumerate(whole.slices):
        if number != left_out:
            shutil.copy(item.path, folder)
    window.case.open(load(scan(Source.open(folder)).series[0]))
    QApplication.processEvents()
    return left_out


def test_a_gap_in_the_range_is_told_in_step_2_and_goes_with_it(window, gap, hand, qtbot):
    failing, spacing = window.range_step.failing, window.case.volume.geometry.spacing_mm
    mark_range(window, hand, gap, gap + 3)
    rested(window, qtbot)
    assert not failing.isVisible(), failing.text()
    mark_range(window, hand, gap - 3, gap + 2)
    rested(window, qtbot)
    assert failing.isVisible()
    assert f"{2 * spacing:.1f}" in failing.text()
    assert not window.roi_step.failing.isVisible(), "no ROI is marked yet"
    hand.key(window, Key.Key_Z, CTRL)
    hand.key(window, Key.Key_Z, CTRL)
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
