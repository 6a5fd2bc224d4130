"""What the start page does not wait for."""

import subprocess
import sys

_LATE = (
    *("pyqtgraph", "psutil", "jpeg_ls", "highdicom", "fpdf"),
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
