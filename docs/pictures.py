"""Draw docs/window.png: the window with the demonstration, a synthetic head, analysed. It needs no screen."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["CLIVUS_LANGUAGE"] = "en"

from PIL import Image
from PySide6.QtCore import QEvent, QStandardPaths
from PySide6.QtWidgets import QApplication

from desktop.commands.demo import make_demo
from desktop.viewer.style import dress
from desktop.viewer.window import MainWindow

TARGET = Path(__file__).with_name("window.png")
SIZE = 1440, 900
LARGEST_BYTES = 300 * 1024
LONGEST_S = 300
REST_S = 2.0
"""For thumbnails and whatever else comes after the result."""


def main() -> int:
    """Draw the picture; the exit status: 1 if it is larger than a repository should have to carry."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    QStandardPaths.setTestModeEnabled(True)  # drafts do not go into the user's own folder
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Clivus")
    dress(app)
    with tempfile.TemporaryDirectory() as folder:
        demo = make_demo(Path(folder) / "demo")
        window = MainWindow()
        window.resize(*SIZE)
        window.show()
        window.open(demo.study, reading=demo.reading)
        window.judging.analyse_when_ready()
        _wait_for(app, lambda: window.case.result is not None)
        result = window.case.result
        assert result is not None
        window.display.go_to(result.slices[result.strongest].index)
        rested = time.monotonic() + REST_S
        _wait_for(app, lambda: time.monotonic() > rested)
        picture = Path(folder) / "window.png"
        window.grab().save(str(picture))
        with Image.open(picture) as image:  # 256 colours are enough for greys and one colour scale
            image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(TARGET, optimize=True)
        window.end()
        window.close()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    size = TARGET.stat().st_size
    print(f"{TARGET}: {size >> 10} KiB")
    return 0 if size <= LARGEST_BYTES else 1


def _wait_for(app: QApplication, ready: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST_S
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError("The window did not come to rest.")
        app.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main())
