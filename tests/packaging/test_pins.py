"""A build of pinned packages alone: what is installed, in which order, and that a step that fails ends it."""

from __future__ import annotations

import importlib
import re
from subprocess import CompletedProcess

import pytest


@pytest.fixture
def steps(scripts, monkeypatch):
    """Runs the whole command with steps that only tell of themselves, the last of which ends with this status."""
    clean_build = importlib.import_module("clean_build")

    def run(*arguments: str, statuses: tuple[int, ...] = (0, 0, 0, 0)):
        done: list[list[str]] = []

        def tell(command, **_):
            done.append(command[1:])
            return CompletedProcess(command, statuses[len(done) - 1])

        monkeypatch.setattr(clean_build.venv, "create", lambda folder, with_pip: None)
        monkeypatch.setattr(clean_build.subprocess, "run", tell)
        return clean_build.main(arguments), [" ".join(step) for step in done]

    return run


def test_the_compiler_of_wheels_comes_first_then_all_with_sums_then_the_build(steps, tmp_path):
    status, done = steps("--out", str(tmp_path), "--compare", "earlier")
    assert status == 0
    backend, packages, build, installers = done
    assert "--require-hashes" in backend
    assert backend.endswith("backend.txt")
    assert "--require-hashes --no-build-isolation" in packages
    assert "gpu" not in packages
    assert build.endswith(f"build.py --variant cpu --out {tmp_path} --compare earlier")
    assert installers.endswith(f"installers.py --out {tmp_path}")


def test_the_variant_gpu_has_the_libraries_of_cuda_too(steps):
    _, done = steps("--variant", "gpu")
    assert done[1].endswith("requirements-gpu.txt")
    assert "--variant gpu" in done[2]


def test_a_step_that_fails_ends_it(steps):
    status, done = steps(statuses=(0, 3, 0, 0))
    assert (status, len(done)) == (3, 2)


@pytest.mark.parametrize(
    ("name", "some"),
    [
        ("backend", {"hatchling"}),
        ("requirements", {"pyinstaller", "onnxruntime-gpu"}),
        ("requirements-gpu", {"nvidia-cublas", "nvidia-cudnn-cu13", "nvidia-cufft"}),
    ],
)
def test_every_line_of_a_list_is_a_version_with_its_sum(root, name, some):
    lines = (root / f"packaging/linux/{name}.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith(("#", "--no-binary pyinstaller"))]
    found = {re.fullmatch(r"([\w.-]+)==\S+ --hash=sha256:[0-9a-f]{64}", pin)[1] for pin in pins}
    assert some <= found
    assert ("--no-binary pyinstaller" in lines) is (name == "requirements")
