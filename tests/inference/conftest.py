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


class Driver:
    """NVIDIA's driver, as far as it is asked, with one card."""

    def __init__(self, *, version: int = 13000, status: int = 0, cards: int = 1, capability: tuple[int, int] = (7, 5)):
        self._version, self._status, self._cards, self._capability = version, status, cards, capability

    def cuDriverGetVersion(self, place) -> int:  # noqa: N802 - NVIDIA's names
        place._obj.value = self._version
        return 0

    def cuInit(self, flags: int) -> int:  # noqa: N802
        return self._status

    def cuDeviceGetCount(self, place) -> int:  # noqa: N802
        place._obj.value = self._cards
        return 0

    def cuDeviceGet(self, place, number: int) -> int:  # noqa: N802
        place._obj.value = number
        return 0

    def cuDeviceGetAttribute(self, place, attribute: int, card) -> int:  # noqa: N802
        place._obj.value = self._capability[attribute - 75]
        return 0

    def cuDeviceGetName(self, buffer, size: int, card) -> int:  # noqa: N802
        buffer.value = b"Quadro P1000"
        return 0


@pytest.fixture
def driver() -> type[Driver]:
    """Makes a driver of NVIDIA."""
    return Driver
