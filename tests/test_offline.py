"""Offline by proof: what an imported library opens and writes is watched, not what it promises."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from training.work.processes import in_order

ROOT = Path(__file__).parents[1]
PROOF = ROOT / "tests" / "proofs" / "offline.py"

SWITCH = "ORT_DISABLE_TELEMETRY"

OPEN_A_MODEL = """
from desktop.inference.bundle import Bundle
from desktop.inference.network import Network
network = Network(Bundle.shipped())
"""


def proof(code: str, seconds: float) -> subprocess.CompletedProcess[str]:
    """The proof command, for a piece of Python."""
    loud = {name: value for name, value in os.environ.items() if name not in ("CI", SWITCH)}
    command = [sys.executable, PROOF, "--seconds", str(seconds), "--code", code]
    return subprocess.run(command, env=loud, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("strace") is None, reason="needs Linux and strace")
class TestWatched:
    """The window itself, for a minute, is watched by `tests/proofs/offline.py`."""

    def test_a_model_is_opened_without_a_socket_and_without_a_file(self, without_network):
        """Should it fail after an update of onnxruntime, its telemetry is back: look for its new switch."""
        done = proof(OPEN_A_MODEL, 15)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_the_proof_sees_telemetry(self, without_network):
        """onnxruntime as it comes. Should it fail, telemetry is gone from it, and the switch can go too."""
        done = proof("import onnxruntime", 6)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "FAULT no file but settings and trail" in done.stdout


@pytest.mark.parametrize("package", ["desktop", "training", "desktop.imaging.decoding.worker", "training.cli"])
def test_every_process_of_ours_is_switched_whatever_its_environment_says(package):
    code = f"import {package}, os; print(os.environ[{SWITCH!r}])"
    environment = os.environ | {SWITCH: "0"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_processes_that_help_training_are_switched_too():
    assert list(in_order(os.getenv, [SWITCH, SWITCH], workers=2)) == ["1", "1"]


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["scan", "STUDY"], ["selftest", "--help"]])
def test_what_judges_nothing_never_loads_onnxruntime(words, study):
    line = [str(study) if word == "STUDY" else word for word in words]
    code = (
        "import sys\nfrom desktop.cli import main\n"
        f"try:\n    main({line!r})\nexcept SystemExit:\n    pass\n"
        "sys.exit('onnxruntime' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_training_s_help_loads_no_onnxruntime():
    code = "import sys, training.cli\nsys.exit('onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
