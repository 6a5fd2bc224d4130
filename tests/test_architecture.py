"""The plan of the house, held by machine: imports go one way, and a name means one thing.

The layers are contracts in pyproject.toml, which `lint-imports` checks (tests/test_house.py).
"""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
LAYERS = {container: contract for contract in CONTRACTS for container in contract.get("containers", ())}

COUNTERPARTS = {
    "desktop/imaging/eligibility": "checks what the file of this name reads",
    "desktop/viewer/pictures": "draws what the file of this name describes",
    "desktop/commands": "runs what the file of this name does",
    "training/commands": "runs what the file of this name does",
    "desktop/report": "does for reports what the file of this name does in general",
}
"""Folders whose files may be named like one elsewhere in the package, since they do this."""


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("desktop", "training", "onnx_models", include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize("container", ["desktop", "desktop.viewer", "training", "training.evaluation"])
def test_every_floor_has_its_layers_and_no_arrow_goes_up(container, imports):
    contract = LAYERS[container]
    assert contract["exhaustive"], "a new room is placed when it is made"
    rows = [re.split(r" *[|:] *", layer) for layer in contract["layers"]]
    up = [
        (below, above)
        for lower, higher in itertools.combinations(reversed(rows), 2)
        for below in lower
        for above in higher
        if imports.direct_import_exists(
            importer=f"{container}.{below}", imported=f"{container}.{above}", as_packages=True
        )
    ]
    assert not up


def test_no_folders_or_files_stand_in_a_circle(imports):
    folders = [module for module in imports.modules if not imports.is_module_squashed(module)]
    circles = {folder: breakers for folder in folders if (breakers := imports.nominate_cycle_breakers(folder))}
    assert not circles


@pytest.mark.parametrize(
    ("package", "only"),
    [
        ("pyqtgraph", "desktop.viewer.pictures.graphics"),
        ("onnxruntime", "desktop.inference.runtime"),
    ],
)
def test_one_module_speaks_to_the_library(package, only, imports):
    assert imports.find_modules_that_directly_import(package) == {only}


def test_only_demonstrations_the_self_test_and_training_know_phantoms(imports):
    outside = {module for module in importers_of_folder(imports, "desktop.phantoms") if module.startswith("desktop.")}
    assert outside == {"desktop.commands.demo", "desktop.commands.phantom_reading"}


def importers_of_folder(graph: grimp.ImportGraph, folder: str) -> set[str]:
    inside = {folder, *graph.find_descendants(folder)}
    return set().union(*(graph.find_modules_that_directly_import(module) for module in inside)) - inside


def test_the_desk_knows_no_widgets():
    """import-linter sees PySide6 as a whole; the desk may use its signals, not its widgets."""
    for path in (ROOT / "desktop" / "viewer" / "desk").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [node.module] if isinstance(node, ast.ImportFrom) else []
            named += [alias.name for alias in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            assert not {"PySide6.QtWidgets", "QtWidgets"} & set(named), path


@pytest.mark.parametrize("package", ["desktop", "training"])
def test_a_name_stands_twice_only_for_counterparts(package):
    places = defaultdict(list)
    for path in (ROOT / package).rglob("*.py"):
        folder = path.parent.relative_to(ROOT).as_posix()
        if folder not in COUNTERPARTS and not path.name.startswith("__"):
            places[path.stem].append(folder)
    assert not {name: folders for name, folders in places.items() if len(folders) > 1}
