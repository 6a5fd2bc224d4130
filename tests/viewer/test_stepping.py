"""PySide6 6.12.0 on Python 3.11 gave references to None and True away and aborted in mid-session."""

import os
import subprocess
import sys
from pathlib import Path


def test_5000_images_are_stepped_through_without_an_abort():
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("stepping.py"))],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "stepped 5000\n"
