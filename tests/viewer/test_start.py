"""What the start page does not wait for."""

import builtins
import gc
import os
import subprocess
import sys

import pytest

from desktop.viewer.desk.judging import MODEL
from desktop.viewer.quick_imports import quick_imports
from desktop.viewer.window import MainWindow

_LATE = (
    *("pyqtgraph", "psutil", "pydicom", "onnxruntime", "jpeg_ls", "highdicom", "fpdf", "importlib.metadata"),
    *("desktop.headless", "desktop.learning.learn", "desktop.learning.attempt", "desktop.learning.calling"),
    *("desktop.viewer.panels.learn_dialog", "desktop.viewer.panels.learned_dialog"),
)
"""They take time to import, and nothing on the start page stands on them."""


def test_the_window_is_imported_without_what_no_start_page_needs():
    code = (
        "import sys\n"
        "import desktop.viewer.app, desktop.viewer.window\n"
        f"print([name for name in {_LATE!r} if name in sys.modules])\n"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert asked.stdout.strip() == "[]"


def test_what_happens_beside_each_import_is_left_out_and_comes_back_after_a_failure_too():
    before = builtins.__import__
    with quick_imports():
        assert builtins.__import__ is not before
        assert not gc.isenabled()
    with pytest.raises(ModuleNotFoundError), quick_imports():
        import no_module_of_this_name  # noqa: F401
    assert builtins.__import__ is before
    assert gc.isenabled()


def test_a_model_is_opened_once_the_views_are_there(qtbot, settings, drafts, volume):
    window = MainWindow()
    window.case.open(volume)
    assert str(window.judging.blocker()) == "The model is being opened."
    assert not window.jobs.busy(MODEL)
    window.show()
    qtbot.waitUntil(lambda: window.judging.network is not None, timeout=20000)
    assert window.views.ct_views
    window.close()
    window.deleteLater()


def test_a_window_that_is_closed_before_it_was_painted_leaves_nothing_behind(qtbot, settings, drafts):
    window = MainWindow()
    window.close()
    window.deleteLater()


def test_a_window_collects_garbage_in_its_own_way_from_its_first_moment(tmp_path):
    """The quick imports' end must not switch Python's collector on again, which frees Qt's objects in any thread."""
    code = (
        "import gc\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from desktop.viewer.app import run\n"
        "from desktop.viewer.desk.start import Start\n"
        "app = QApplication([])\n"
        "found = []\n"
        "def look():\n"
        "    for window in app.topLevelWidgets():\n"
        "        if not found and getattr(window, 'views', None) is not None and window.views.ct_views:\n"
        "            found.append(gc.isenabled())\n"
        "            window.close()\n"
        "clock = QTimer()\n"
        "clock.timeout.connect(look)\n"
        "clock.start(5)\n"
        "run(Start())\n"
        "clock.stop()\n"
        "print(found)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
    )
    assert done.stdout == "[False]\n", done.stderr
