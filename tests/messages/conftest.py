"""A language that is not left behind, and catalogues of our own."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from desktop.messages import choose

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    choose({})


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """packaging/catalogues.py."""
    monkeypatch.syspath_prepend(ROOT / "packaging")
    return importlib.import_module("catalogues")
