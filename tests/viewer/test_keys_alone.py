"""From the start page to a saved report without a mouse."""

from __future__ import annotations

import json
import shutil

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from desktop.reading.run import Verdict
from desktop.viewer.desk.judging import Judging
from desktop.viewer.window import MainWindow

Key, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
WAIT_MS = 60000


def test_from_the_start_page_to_a_saved_report(qtbot, network, study, monkeypatch, tmp_path, hand):
    monkeypatch.setattr(Judging, "open_model", lambda self, folder: self._model_opened(network))
    window = MainWindow(draw_head=lambda folder: shutil.copytree(study, folder / "study"))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: bool(window.views.ct_views))

    assert QApplication.focusWidget() is window.start_page.buttons[0]
    hand.key(window, Key.Key_Tab)
    hand.key(window, Key.Key_Tab)
    hand.key(window, Key.Key_Space)  # "Try a synthetic head"
    qtbot.waitUntil(lambda: window.case.suggestion is not None, timeout=WAIT_MS)
    assert window.views.axial.hasFocus()
    hand.key(window, Key.Key_A)
    hand.key(window, Key.Key_Left, CTRL)  # the ROI, a little
    hand.key(window, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: window.case.result is not None, timeout=WAIT_MS)

    hand.key(window, Key.Key_F6)
    for _ in range(30):
        if window.report_step.answer.hasFocus():
            break
        hand.key(window, Key.Key_Tab)
    hand.key(window, Key.Key_Down)
    assert window.case.own_verdict is Verdict.POSITIVE
    hand.key(window, Key.Key_F6)
    assert window.views.axial.hasFocus()

    folder = tmp_path / "report"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)

    def name_the_folder() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        QTest.keyClicks(QApplication.focusWidget(), str(folder))
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Return)

    QTimer.singleShot(300, name_the_folder)
    hand.key(window, Key.Key_S, CTRL | SHIFT)
    qtbot.waitUntil(lambda: (folder / "result.json").exists(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=WAIT_MS)
    assert json.loads((folder / "result.json").read_text())["verdict"]
    window.close()
