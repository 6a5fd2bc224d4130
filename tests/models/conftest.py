"""A shelf for models in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.models.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    made = Shelf(tmp_path / "own", (tmp_path / "everyone", tmp_path / "packages"), tmp_path / "config" / "model.json")
    monkeypatch.setattr(Shelf, "here", lambda: made)
    return made


@pytest.fixture(scope="session")
def site(bundle: Callable[..., Path]) -> Path:
    """A site's own model."""
    return bundle("site of models", id="site-7", version="2.3", intended_use="research")
