"""A crash shows itself at the next start, with nothing of a patient in its report."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from desktop.viewer.crash import LAST_CRASH, watched

CRASH = """
import ctypes, sys
from pathlib import Path
from desktop.viewer.crash import watched
patient = "DOE^JANE"
with watched(Path(sys.argv[1])) as told:
    assert told is None, told
    if sys.argv[2] == "crash":
        ctypes.string_at(0)
    elif sys.argv[2] == "kill":
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
"""


def run(folder, how):
    return subprocess.run(
        [sys.executable, "-c", CRASH, str(folder), how], capture_output=True, text=True, check=False, timeout=60
    )


def test_a_crash_is_told_once_with_its_report(tmp_path):
    folder = tmp_path / "data"
    assert run(folder, "crash").returncode != 0
    with watched(folder) as told:
        assert "ended unexpectedly" in str(told)
        assert str(folder / LAST_CRASH) in str(told)
    report = (folder / LAST_CRASH).read_text()
    assert "string_at" in report
    assert "DOE" not in report
    with watched(folder) as told:
        assert told is None
    assert [file.name for file in folder.iterdir()] == [LAST_CRASH]


@pytest.mark.parametrize("how", ["end", "kill"])
def test_an_orderly_end_and_a_kill_leave_nothing_to_tell(tmp_path, how):
    run(tmp_path, how)
    with watched(tmp_path) as told:
        assert told is None
    assert not list(tmp_path.iterdir())


def test_another_window_that_runs_is_left_alone(tmp_path):
    other = tmp_path / f"clivus-running-{os.getppid()}.log"
    other.write_text("it has begun to write")
    with watched(tmp_path) as told:
        assert told is None
    assert other.exists()


def test_a_folder_that_cannot_be_written_costs_only_the_watch(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with watched(tmp_path / "file") as told:
        assert told is None
