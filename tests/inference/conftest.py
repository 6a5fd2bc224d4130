"""What the tests of bundles share: a copy of the shipped one, and a way to describe it otherwise."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import onnx_models

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The shipped bundle in a folder of its own."""
    folder = tmp_path / "bundle"
    shutil.copytree(onnx_models.default_bundle(), folder)
    return folder


@pytest.fixture
def describe() -> Callable[..., None]:
    """A function that changes the fields of a bundle's manifest and brings its sums up to date."""
    return _describe


def _describe(folder: Path, change: Change = lambda fields: None) -> None:
    fields = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in fields.get("files", {}):
        fields["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    fields["sha256"] = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    change(fields)
    (folder / "manifest.json").write_text(json.dumps(fields), encoding="utf-8")
