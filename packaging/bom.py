"""The software bill of materials of the frozen application: CycloneDX 1.6, as JSON.

`cyclonedx-py` lists the build's environment. Kept are the packages of which something is in the application; added are
what it does not see: Python, the bootloader, libraries of the build machine with their Debian packages, libraries in
wheels as the wheels' own bills (PEP 770) name them, and the models.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import uuid
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from bootloader import bootloader_component
from contents import INTERNAL, PROGRAM
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from origins import Origins, canonical, name_of

from desktop.checksum import file_sha256
from desktop.version import VERSION

Component = dict[str, Any]

_NAMESPACE = uuid.UUID("6f2c0a4e-52d4-5c53-9f0e-1d3f7f5f1c11")
"""For serial numbers that follow from the contents: the same application has the same bill."""

_KEPT = ("type", "name", "version", "purl", "cpe", "licenses", "description")
"""What is taken from a wheel's own bill; its references would not be unique in ours."""


def bill(tree: Path, origins: Origins) -> dict[str, Any]:
    """The bill of materials of the application in `tree`.

    Raises:
        SystemExit: it is not valid CycloneDX.
    """
    environment = _environment()
    known = {canonical(component["name"]): component for component in environment["components"]}
    wheels = [_of_wheel(wheel, known) for name, wheel in origins.wheels.items() if name != PROGRAM]
    components = [*wheels, _python(), bootloader_component(), *_of_debian(tree, origins), *_models(tree)]
    root = {"type": "application", "bom-ref": f"clivus@{VERSION}", "name": "Clivus", "version": VERSION}
    root["licenses"] = [{"license": {"id": "Apache-2.0"}}]
    references = sorted(component["bom-ref"] for component in components)
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root, "tools": environment["metadata"]["tools"]},
        "components": sorted(components, key=lambda component: component["bom-ref"]),
        "dependencies": [{"ref": root["bom-ref"], "dependsOn": references}],
    }
    serial = uuid.uuid5(_NAMESPACE, json.dumps(document, sort_keys=True))
    document["serialNumber"] = f"urn:uuid:{serial}"
    if errors := JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(document)):
        raise SystemExit(f"The bill of materials is not valid CycloneDX: {errors}")
    return document


def _environment() -> dict[str, Any]:
    """What `cyclonedx-py` says of this environment."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--short-PURLs"]
    done = subprocess.run([*command, sys.executable], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"cyclonedx-py failed:\n{done.stderr}")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _of_wheel(wheel: Distribution, known: dict[str, Component]) -> Component:
    """A Python package, with the libraries that its own bill says are inside."""
    component = known[name_of(wheel)]
    # Where the build machine had it from is not the reader's concern.
    references = [one for one in component.pop("externalReferences", ()) if not one["url"].startswith("file:")]
    within = [
        {key: one[key] for key in _KEPT if key in one}
        for file in wheel.files or ()
        if file.parent.name == "sboms"
        for one in json.loads(Path(str(file.locate())).read_text(encoding="utf-8")).get("components", ())
        if name_of(wheel) != canonical(one["name"])
    ]
    return component | {"externalReferences": references} | ({"components": _unique(within)} if within else {})


def _unique(components: list[Component]) -> list[Component]:
    """Two bills in one wheel may name the same library."""
    return list({(one["name"], one.get("version")): one for one in components}.values())


def _python() -> Component:
    version = platform.python_version()
    return {
        "type": "library",
        "bom-ref": f"python@{version}",
        "name": "python",
        "version": version,
        "purl": f"pkg:generic/python@{version}",
        "cpe": f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*",
        "licenses": [{"license": {"id": "PSF-2.0"}}],
    }


def _of_debian(tree: Path, origins: Origins) -> Iterator[Component]:
    """The Debian packages of which libraries were collected, and those libraries with their sums."""
    for package, parts in origins.of_debian.items():
        files = [tree / INTERNAL / part for part in parts]
        yield {
            "type": "library",
            "bom-ref": package.purl,
            "name": package.name,
            "version": package.version,
            "purl": package.purl,
            "components": [
                {"type": "file", "name": file.relative_to(tree).as_posix(), "hashes": _hashes(file)} for file in files
            ],
        }


def _models(tree: Path) -> Iterator[Component]:
    for path in sorted((tree / INTERNAL / "onnx_models").glob("*/manifest.json")):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        yield {
            "type": "machine-learning-model",
            "bom-ref": f"{manifest['id']}@{manifest['version']}",
            "name": manifest["id"],
            "version": manifest["version"],
            "description": f"Intended use: {manifest['intended_use']}. Weights: {manifest['weights']['origin']}",
            "hashes": _hashes(path.parent / "model.onnx"),
            "components": [
                {"type": "file", "name": file.relative_to(tree).as_posix(), "hashes": _hashes(file)}
                for file in sorted(path.parent.iterdir())
            ],
        }


def _hashes(file: Path) -> list[dict[str, str]]:
    return [{"alg": "SHA-256", "content": file_sha256(file)}]
