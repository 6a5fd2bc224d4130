"""What the start page does not wait for."""

import builtins
import gc
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
