"""The bill of materials and the licences, for an application of a few parts from everywhere."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="libraries of a Debian are looked up")

LIBRARY = "libz.so.1"


def find_library() -> Path | None:
    return next(Path("/usr/lib").glob(f"*-linux-gnu/{LIBRARY}"), None)


@pytest.fixture
def origins(scripts):
    """Of an application with a module of NumPy, one of Python, a library of the system, and one that nobody knows."""
    pytest.importorskip("cyclonedx")
    if (library := find_library()) is None:
        pytest.skip(f"{LIBRARY} is not installed")
    numpy = distribution("numpy").locate_file("numpy/version.py")
    sources = {
        "numpy.version": str(numpy),
        "json": json.__file__,
        LIBRARY: str(library),
        "desktop.cli": str(Path(__file__).parents[2] / "desktop/cli.py"),
        "built-in": "-",
    }
    return importlib.import_module("origins").Origins(sources)


@pytest.fixture
def tree(origins, root, tmp_path):
    """That application, with the model that ships."""
    internal = tmp_path / "_internal"
    (internal / "onnx_models").mkdir(parents=True)
    shutil.copy(origins.sources[LIBRARY], internal / LIBRARY)
    (internal / "onnx_models/phantom-resnet50").symlink_to(root / "onnx_models/phantom-resnet50")
    return tmp_path


def test_whose_a_part_is(origins):
    assert list(origins.wheels) == ["numpy"]
    ((package, parts),) = origins.of_debian.items()
    assert parts == [LIBRARY]
    assert package.purl.startswith("pkg:deb/")
    assert package.purl.endswith("?arch=amd64") or "arm64" in package.purl
    assert package.name.startswith("zlib1g")


def test_the_bill_names_packages_python_libraries_and_models(origins, tree, monkeypatch):
    numpy = {"type": "library", "bom-ref": "numpy==2", "name": "numpy", "version": "2"}
    numpy["externalReferences"] = [{"type": "distribution", "url": "file:///somewhere"}]
    unused = {"type": "library", "bom-ref": "pip==1", "name": "pip"}
    # What cyclonedx-py says takes long where much is installed; the build in .ci/run asks it.
    said = {"components": [numpy, unused], "metadata": {"tools": {"components": []}}}
    monkeypatch.setattr(importlib.import_module("bom"), "_environment", lambda: said)
    bootloader = {"type": "library", "bom-ref": "bootloader@6", "name": "bootloader", "version": "6"}
    monkeypatch.setattr(importlib.import_module("bom"), "bootloader_component", lambda: bootloader)
    document = importlib.import_module("bom").bill(tree, origins)  # validated against the schema
    components = {component["name"]: component for component in document["components"]}
    assert set(components) == {"numpy", "python", "bootloader", "zlib1g", "phantom-resnet50"}
    assert components["python"]["version"] == ".".join(map(str, sys.version_info[:3]))
    (file,) = components["zlib1g"]["components"]
    assert file["name"] == f"_internal/{LIBRARY}"
    model = components["phantom-resnet50"]
    manifest = json.loads((tree / "_internal/onnx_models/phantom-resnet50/manifest.json").read_text(encoding="utf-8"))
    assert model["type"] == "machine-learning-model"
    assert model["hashes"][0]["content"] == manifest["files"]["model.onnx"]
    assert str(tree) not in json.dumps(document)
    assert "file:" not in json.dumps(document)


def test_every_part_brings_its_licence(origins, tree, root):
    licences = importlib.import_module("licences")
    licences.collect_licences(tree, root, origins)
    folder = tree / "licences"
    assert (folder / "LICENSE").read_bytes() == (root / "LICENSE").read_bytes()
    assert "BSD" in (folder / "numpy/LICENSE.txt").read_text(encoding="utf-8")
    assert (folder / "debian/zlib1g/copyright").is_file()
    assert list((folder / "python").iterdir())


def test_a_part_without_a_licence_stops_the_build(origins, tree, root, monkeypatch):
    licences = importlib.import_module("licences")
    monkeypatch.setattr(licences, "_PYTHONS", ())
    with pytest.raises(SystemExit, match="No licence was found for python"):
        licences.collect_licences(tree, root, origins)
