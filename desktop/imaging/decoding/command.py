"""How a worker is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import desktop

DECODER_ARGUMENT = "decode-frames"
"""The one argument that makes a worker of the frozen application, which has no Python to run a module with."""

# The worker must import the very package that the program did, installed or not, whatever lies in the folder where it
# was started: its parent folder is on the path for that one import only, so that nothing else there is found.
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); import desktop; del sys.path[0]; "
    "from desktop.imaging.decoding.worker import main; main()"
)


def worker_command() -> list[str]:
    """The program and arguments of a worker."""
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        if sys.platform == "win32":
            program = program.with_name("clivus.exe")  # its twin for windows has no standard streams
        return [str(program), DECODER_ARGUMENT]
    return [sys.executable, "-P", "-c", _START, str(Path(desktop.__path__[0]).parent)]


def worker_environment() -> dict[str, str]:
    """Ours, and what suits a process that does the same small thing again and again."""
    # One thread in each: there are as many workers as processors.
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # glibc keeps the memory of one frame for the next, which is a quarter faster than to fetch it from the system anew.
    memory = {"MALLOC_MMAP_THRESHOLD_": str(16 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20)}
    return os.environ | threads | memory


def creation_flags() -> int:
    """No console window on Windows."""
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0
