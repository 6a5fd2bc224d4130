"""`packaging` is a folder of scripts, not a package: its modules are found by path."""

from __future__ import annotations

import importlib
import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "packaging"

PROGRAM = Path("/usr/bin/true")
"""It stands in for the frozen program on Linux: a real one, and small."""


@pytest.fixture
def root() -> Path:
    """The clone."""
    return FOLDER.parent


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder's modules can be imported."""
    monkeypatch.syspath_prepend(FOLDER)


@pytest.fixture
def contents(scripts: None) -> ModuleType:
    """packaging/contents.py."""
    return importlib.import_module("contents")


@pytest.fixture
def build(contents: ModuleType) -> ModuleType:
    """packaging/build.py."""
    pytest.importorskip("cyclonedx", reason="the build writes a bill of materials")
    return importlib.import_module("build")


@pytest.fixture
def release(scripts: None, root: Path, tmp_path: Path):
    """A release whose application is a small program, with what is around the real one."""
    tree = tmp_path / "clivus"
    (tree / "_internal").mkdir(parents=True)
    (tree / "licences").mkdir()
    shutil.copyfile(FOLDER / "licences/NOTICE.txt", tree / "licences/NOTICE.txt")
    shutil.copyfile(root / "LICENSE", tree / "licences/LICENSE")
    for name in ("clivus", "clivus.exe", "clivusw.exe", "_internal/part"):
        shutil.copyfile(PROGRAM, tree / name)
        (tree / name).chmod(0o755)
    (tree / "SHA256SUMS").write_text("of the files\n")
    bom = tmp_path / "clivus.cdx.json"
    bom.write_text("{}\n")
    return importlib.import_module("release").Release(tree, bom, root, "0.2.0", datetime(2026, 11, 26, tzinfo=UTC))
