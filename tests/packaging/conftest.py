"""`packaging` is a folder of scripts, not a package: its modules are found by path."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "packaging"


@pytest.fixture
def root() -> Path:
    """The clone."""
    return FOLDER.parent


@pytest.fixture
def contents(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """packaging/contents.py."""
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("contents")


@pytest.fixture
def build(contents: ModuleType) -> ModuleType:
    """packaging/build.py."""
    return importlib.import_module("build")
