"""A department's project, where its series lie kept in the test's folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.phantoms import Phantom
from desktop.project.places import FILE
from desktop.settings_file import local_data_folder
from tests.departments import PATIENTS, Label, as_it_is, make_project


@pytest.fixture
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where series lie is kept in the test's folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def project(
    department: tuple[Path, dict[str, list[str]]], phantom: Phantom, tmp_path: Path, own_places: None
) -> Callable[..., Path]:
    """A function that makes a project of the department, read by one reader."""

    def make(label: Label = as_it_is, patients: int = PATIENTS) -> Path:
        places = local_data_folder() / FILE
        return make_project(tmp_path / "department.clivus", places, department, phantom, label, patients)

    return make
