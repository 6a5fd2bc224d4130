"""The house's rules, checked by machine: the commands that .pre-commit-config.yaml lists."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHECKS = re.findall(r"- id: (.+)\n.*\n +entry: (.+)\n", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))


def test_every_check_of_the_house_is_a_hook():
    assert [name for name, _ in CHECKS] == ["ruff", "format", "mypy", "import-linter", "catalogues", "drawings"]


@pytest.mark.parametrize("command", [command for _, command in CHECKS], ids=[name for name, _ in CHECKS])
def test_the_tree_is_clean(command):
    tool, *options = shlex.split(command)
    no_caches = os.environ | {"RUFF_NO_CACHE": "true", "MYPY_CACHE_DIR": os.devnull}
    done = subprocess.run(
        [Path(sys.executable).with_name(tool), *options],
        cwd=ROOT,
        env=no_caches,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_no_test_runs_calls_what_is_there():
    """Three of the long proofs named things that had been renamed and could not start; so did the pictures' program."""
    folders = ["tests/proofs", "tests/benchmarks", "tests/simulations", "docs"]
    files = [str(path) for folder in folders for path in sorted((ROOT / folder).glob("*.py"))]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", "--ignore-missing-imports", "--follow-imports=silent", *files],
        cwd=ROOT,
        env=os.environ | {"MYPY_CACHE_DIR": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    gone = re.compile(r"\[(attr-defined|call-arg|name-defined)\]$")
    assert not [line for line in done.stdout.splitlines() if gone.search(line)]
    assert "checked" in done.stdout, done.stdout + done.stderr
