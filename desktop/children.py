"""How a process of our own is started, from a source tree, an installation or the frozen application."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import desktop

DECODER = "desktop.imaging.decoding.worker"
SCREEN_TRIAL = "desktop.viewer.screen_trial"
CHILDREN = (DECODER, SCREEN_TRIAL)
"""Modules whose `main` is the whole of a child process. The name of one as the only argument makes the frozen
application, which has no Python to run a module with, that child."""

# The child must import the very package that the program did, installed or not, whatever lies in the folder where it
# was started: its parent folder is on the path for that one import only, so that nothing else there is found.
_START = (
    "import importlib, sys; sys.path.insert(0, sys.argv[1]); import desktop; del sys.path[0]; "
    "importlib.import_module(sys.argv[2]).main()"
)


def child_command(module: str) -> list[str]:
    """The program and arguments of a child."""
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        if sys.platform == "win32":
            program = program.with_name("clivus.exe")  # its twin for windows has no standard streams
        return [str(program), module]
    return [sys.executable, "-P", "-c", _START, str(Path(desktop.__path__[0]).parent), module]


def creation_flags() -> int:
    """No console window on Windows."""
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0
