"""Work spread over processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from training.work.processes import ProcessLost, in_order

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order(workers):
    with closing(in_order(abs, range(-5, 5), workers)) as results:
        assert list(results) == [5, 4, 3, 2, 1, 0, 1, 2, 3, 4]


def test_a_killed_process_is_one_sentence():
    with closing(in_order(os._exit, [1], 2)) as results, pytest.raises(ProcessLost, match="smaller number"):
        list(results)


def test_helpers_end_with_a_killed_parent():
    """They worked on for minutes, with nobody who waited for them."""
    script = "from time import sleep; from training.work.processes import in_order; list(in_order(sleep, [600] * 2, 2))"
    with subprocess.Popen([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": str(ROOT)}) as program:
        helpers = children(program.pid, "spawn_main", 2)
        program.kill()
    assert psutil.wait_procs(helpers, timeout=10)[1] == []


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe with a name")
def test_the_processes_of_a_fit_end_with_a_killed_torchrun(tmp_path):
    waited_for = tmp_path / "configuration.toml"
    os.mkfifo(waited_for)
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "1", "-m", "training.cli"]
    fit = ["fit", "cohort", "--split", "split.json", "--out", "run", "--configuration", str(waited_for)]
    with subprocess.Popen([*torchrun, *fit], env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=tmp_path) as program:
        members = children(program.pid, "training.cli", 1)
        with waited_for.open("w"):  # once somebody reads it, the command is at work
            program.kill()
            assert psutil.wait_procs(members, timeout=10)[1] == []


def children(parent: int, word: str, count: int) -> list[psutil.Process]:
    """A process's children with this word in their command, once there are so many."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [child for child in psutil.Process(parent).children() if word in " ".join(child.cmdline())]
        if len(found) == count:
            return found
        time.sleep(0.05)
    raise AssertionError(f"there are not {count} of {word}")
