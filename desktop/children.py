"""How child processes of Clivus are started, from a source tree, an installation or the frozen application."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import desktop

DECODER = "desktop.imaging.decoding.worker"
CASE_READER = "desktop.headless.case_reader"
LEARNER = "desktop.headless.learner"
SCREEN_TRIAL = "desktop.viewer.screen_trial"
DIAGNOSTICS = "desktop.commands.diagnostics"
CHILDREN = (DECODER, CASE_READER, LEARNER, SCREEN_TRIAL, DIAGNOSTICS)
"""Modules that run as a child process, by their `main`. The frozen application has no Python to run a module with: it
becomes that child when its only argument is one of these names."""

# The child must import the same package as its parent, installed or not, whatever the working folder contains. The
# package's parent folder is on the path for this one import only, so that nothing else is imported from there.
_START = (
    "import importlib, sys; sys.path.insert(0, sys.argv[1]); import desktop; del sys.path[0]; "
    "importlib.import_module(sys.argv[2]).main()"
)


def child_command(module: str) -> list[str]:
    """The program and arguments of a child."""
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        if sys.platform == "win32":
            program = program.with_name("clivus.exe")  # the windowed executable has no standard streams
        return [str(program), module]
    return [sys.executable, "-P", "-c", _START, str(Path(desktop.__path__[0]).parent), module]


def creation_flags() -> int:
    """Flags that keep Windows from opening a console window."""
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0
