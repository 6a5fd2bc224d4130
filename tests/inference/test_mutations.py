"""Some of the proof's mutations of bundles; all of them: tests/proofs/bundle_mutations.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROOF = Path(__file__).parents[1] / "proofs" / "bundle_mutations.py"


def test_each_of_fifty_mutations_is_refused_or_harmless():
    done = subprocess.run(
        [sys.executable, PROOF, "--count", "50", "--seed", "7"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
