"""The house's rules, checked by machine: style, types, and who may import whom."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--no-cache", "."],
        ["ruff", "format", "--check", "--no-cache", "."],
        ["mypy", "--cache-dir=/dev/null" if sys.platform != "win32" else "--cache-dir=nul"],
        ["lint-imports", "--no-cache"],
    ],
    ids=["ruff", "format", "mypy", "import-linter"],
)
def test_the_tree_is_clean(command):
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
