"""Bundles from disk: every file named, plain, of a stated size and the one that the manifest describes."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

import onnx_models
from desktop.inference.bundle import LARGEST, Bundle
from desktop.inference.manifest import BundleUnsound

linux = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes and devices in folders")


def refused(folder: Path, says: str) -> None:
    with pytest.raises(BundleUnsound, match=says) as refusal:
        Bundle.load(folder)
    assert "\n" not in str(refusal.value)


def test_the_bundle_that_ships_is_the_one_this_version_knows(copy, monkeypatch):
    """A bundle that was exchanged whole, its sums made to fit, is noticed."""
    shipped = Bundle.shipped()
    assert shipped.manifest.id == onnx_models.DEFAULT
    assert shipped.manifest.intended_use == "demonstration"
    text = (copy / "manifest.json").read_text()
    (copy / "manifest.json").write_text(text.replace('"cutoff_slices": 2', '"cutoff_slices": 3'))
    assert Bundle.load(copy).manifest.cutoff_slices == 3
    monkeypatch.setattr(onnx_models, "default_bundle", lambda: copy)
    with pytest.raises(BundleUnsound, match=r"not the one that came with this version of Clivus: install Clivus again"):
        Bundle.shipped()


def test_the_shipped_card_names_the_shipped_model():
    card = (onnx_models.default_bundle() / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert Bundle.shipped().manifest.sha256 in card


def test_the_former_schema_is_read_with_the_same_strictness(copy):
    fields = json.loads((copy / "manifest.json").read_text())
    for name in ("files", "pictures", "familiarity", "maps"):
        del fields[name]
    (copy / "reference.npz").unlink()
    former = {**fields, "schema": "clivus-bundle/1"}
    (copy / "manifest.json").write_text(json.dumps(former))
    assert Bundle.load(copy).manifest.sha256 == Bundle.shipped().manifest.sha256
    (copy / "manifest.json").write_text(json.dumps(former | {"threshold": 1e-300}))
    refused(copy, "threshold must be a number from 0.01 to 0.99, not 1e-300")
    (copy / "manifest.json").write_text(json.dumps(former))
    (copy / "weights.bin").write_bytes(b"")
    refused(copy, r"does not name, weights\.bin")


@pytest.mark.parametrize("name", ["model.onnx", "MODEL_CARD.md"])
def test_one_changed_byte_is_refused(copy, name):
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    refused(copy, "not the one its manifest describes")


def test_a_folder_without_a_model_is_told_apart_from_a_damaged_one(tmp_path, copy):
    """The wrong folder was answered with "install Clivus again"."""
    refused(tmp_path / "absent", "There is no model at")
    refused(tmp_path / ("x" * 300), "There is no model at")
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", r"There is no model in .*: give the folder that holds manifest.json")
    for name in ("MODEL_CARD.md", "model.onnx"):
        content = (copy / name).read_bytes()
        (copy / name).unlink()
        refused(copy, f"{name} is not used, because it cannot be read")
        (copy / name).write_bytes(content)


def test_a_file_that_nobody_describes_is_refused_and_what_systems_leave_is_not(copy):
    for name in (".DS_Store", "._model.onnx", "Thumbs.db", "desktop.ini"):
        (copy / name).write_bytes(b"x")
    Bundle.load(copy)
    for name in ("weights.bin", "model.onnx.data", "model.onnx~", "MODEL.onnx.part"):
        (copy / name).write_bytes(b"x")
        refused(copy, f"a file that its manifest does not name, {name}")
        (copy / name).unlink()
    (copy / "old").mkdir()
    refused(copy, "does not name, old")


@linux
@pytest.mark.parametrize("name", ["model.onnx", "manifest.json", "MODEL_CARD.md"])
@pytest.mark.parametrize(
    "kind", ["pipe", "device", "link", "dangling", "loop", "folder", "socket", "sparse", "too large"]
)
def test_what_is_not_a_plain_file_is_refused_unread(copy, tmp_path, name, kind):
    """A pipe was waited for, a device or a sparse file was read until the memory was full."""
    path = copy / name
    kept = shutil.copy(path, tmp_path)
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "link":
        path.symlink_to(kept)
    elif kind == "dangling":
        path.symlink_to(tmp_path / "absent")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        here = Path.cwd()
        os.chdir(copy)  # a socket's path has 107 characters at most
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(name)
        os.chdir(here)
    else:
        path.touch()
        os.truncate(path, LARGEST[name] + 1 if kind == "too large" else 20 * 10**9)
    refused(copy, rf"{name} is not used, because it (is a|has .* MB, more than)")


def test_a_bundle_reached_through_a_linked_folder_is_read(copy, tmp_path):
    """A site may keep its models on another disk."""
    (tmp_path / "link").symlink_to(copy)
    Bundle.load(tmp_path / "link")
