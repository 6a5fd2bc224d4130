"""The plots: worked by mouse and keys, in step with the views, told to screen readers."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from desktop.reading.roi import Roi
from desktop.viewer.desk.case import Marks
from desktop.viewer.pictures.histogram import BIN_HU, LOWEST_HU, heights

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def read(desk, qtbot):
    """The small series with a result."""
    desk.case.mark(Marks(Roi.everywhere(5, 5, 40, 50), 6.0, 21.0), "Marks")
    with qtbot.waitSignal(desk.case.judged, timeout=30000):
        desk.judging.analyse()
    qtbot.waitUntil(lambda: not desk.jobs._running)
    return desk


@pytest.fixture
def histogram(desk, qtbot):
    """The histogram in sight."""
    desk.views.plots.setCurrentWidget(desk.views.plots.histogram)
    qtbot.waitUntil(desk.views.plots.histogram.isVisible)
    return desk.views.plots.histogram


def test_arrow_keys_step_from_bar_to_bar_and_a_screen_reader_hears_each(read):
    bars, answers = read.views.plots.bars, read.case.result.slices
    bars.setFocus()
    read.display.go_to(answers[0].index)
    for answer in (*answers[1:], answers[-1]):  # the last one stays
        QTest.keyClick(bars, Key.Key_Right)
        assert read.display.index == answer.index
        said = bars.accessibleName()
        assert f"slice {answer.index + 1}, " in said
        assert f"probability {answer.probability:.3f}" in said
    QTest.keyClick(bars, Key.Key_Left)
    assert read.display.index == answers[-2].index
    read.case.mark(Marks(), "Marks")
    assert "no slice with a result" in bars.accessibleName()


def test_an_end_of_the_span_is_dragged_and_the_window_follows(desk, histogram, hand):
    desk.actions_by_name["preset_3"].trigger()  # soft tissue: -135 to 215 HU
    assert histogram._window._item.getRegion() == pytest.approx((-135, 215))
    start = histogram.to_screen(215, 0.5)
    hand.drag(histogram, start, start + QPointF(60, 0))
    window = desk.display.window
    assert window.width > 350
    assert window.level - window.width / 2 == pytest.approx(-135, abs=1)
    level, width = window.level, window.width
    middle = histogram.to_screen(level, 0.5)
    hand.drag(histogram, middle, middle - QPointF(30, 0))
    assert desk.display.window.level < level
    assert desk.display.window.width == pytest.approx(width, abs=1)


@pytest.mark.parametrize("hu", [215, 40])
def test_esc_takes_a_drag_of_the_span_or_of_its_end_back(desk, histogram, hand, hu):
    desk.actions_by_name["preset_3"].trigger()
    before, start = desk.display.window, histogram.to_screen(hu, 0.5)
    hand.press(histogram, start)
    for step in (20, 40):
        hand.move(histogram, start + QPointF(step, 0))
    assert desk.display.window != before
    hand.key(desk, Key.Key_Escape)
    hand.move(histogram, start + QPointF(60, 0))
    hand.release(histogram, start + QPointF(60, 0))
    assert desk.display.window == before
    assert histogram._window._item.getRegion() == pytest.approx((-135, 215))
    hand.drag(histogram, start, start + QPointF(60, 0))
    assert desk.display.window != before


def test_a_window_dragged_in_a_view_moves_the_span(desk, histogram, hand):
    before = histogram._window._item.getRegion()
    hand.drag(desk.views.axial, QPointF(30, 60), QPointF(90, 60))
    low, high = histogram._window._item.getRegion()
    assert high - low > before[1] - before[0]
    assert f"window {desk.display.window.width:g}" in histogram.accessibleName()


def test_keys_move_level_and_width(desk, histogram):
    desk.actions_by_name["preset_3"].trigger()
    histogram.setFocus()
    QTest.keyClick(histogram, Key.Key_Right)
    assert (desk.display.window.level, desk.display.window.width) == (50, 350)
    QTest.keyClick(histogram, Key.Key_Left, SHIFT)
    assert (desk.display.window.level, desk.display.window.width) == (50, 340)


def test_heights_are_shares_of_the_highest_bin_above_air():
    hu = np.array([[-1000] * 90, [40] * 60 + [900] * 30], np.int16)
    found = heights(hu)
    at = [found[(value - LOWEST_HU) // BIN_HU] for value in (-1000, 40, 900)]
    assert at == [1.0, 1.0, 0.5]
    assert heights(np.zeros((0, 5), np.int16)).max() == 0


def test_the_window_does_not_wait_for_pyqtgraph():
    code = "import sys, desktop.viewer.app; assert 'pyqtgraph' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


ON_A_SHARP_SCREEN = """
from PySide6.QtWidgets import QApplication
from desktop.viewer.pictures.graphics import Line, Plot

app = QApplication([])
plot = Plot()
plot.resize(200, 100)
plot.set_range((0, 1), (0, 1))
for side in ("left", "bottom"):
    plot.set_axis(side, shown=False)
Line(plot, "#ffffff", upright=True, width=2).show_at(0.5)
image = plot.grab().toImage()
middle = image.height() // 2
print(image.width(), sum(image.pixelColor(x, middle).lightness() > 128 for x in range(image.width())))
"""


def test_lines_are_as_wide_as_elsewhere_on_a_screen_of_high_resolution():
    """They were one of its pixels wide: the threshold could hardly be seen."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2"}
    told = subprocess.run(
        [sys.executable, "-c", ON_A_SHARP_SCREEN], env=environment, check=True, capture_output=True, timeout=60
    )
    width, line = map(int, told.stdout.split())
    assert width == 400
    assert line in (4, 5)
