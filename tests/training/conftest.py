"""What the training tests share: phantoms' images, a small cohort, a network in its stored form and its graph."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from desktop.inference.crop import CROP_SIZE
from desktop.inference.selftest import procedural_crop
from training.cohort.composition import Composition, Group
from training.cohort.phantoms import write_phantom_cohort
from training.demo.heads import Heads, draw_head
from training.model.network import SkullBaseNetwork, round_to_half
from training.model.onnx_export import export


@pytest.fixture(scope="session")
def command_at() -> Callable[[str], ModuleType]:
    """A command under `tests`, such as "proofs/maps.py", as a module."""

    def load(place: str) -> ModuleType:
        path = Path(__file__).parents[1] / place
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def heads() -> Heads:
    """The slices of an intact and of an invaded phantom."""
    return Heads.join([draw_head(10), draw_head(11)])


def settled_network(seed: int) -> SkullBaseNetwork:
    """A random network whose normalisation has seen crops, so that its feature maps are alive."""
    torch.manual_seed(seed)
    network = SkullBaseNetwork()
    network.train()
    images = torch.from_numpy(np.stack([procedural_crop(64, n) for n in range(8)]))[:, None]
    with torch.no_grad():
        for _ in range(4):
            network(images)
        network.fc.weight.mul_(20)
    return network.eval()


@pytest.fixture(scope="session")
def stored() -> SkullBaseNetwork:
    """A network as a bundle stores it; not to be changed."""
    network = settled_network(0)
    round_to_half(network)
    return network


@pytest.fixture(scope="session")
def graph(stored: SkullBaseNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`stored`, exported."""
    path = tmp_path_factory.mktemp("graph") / "model.onnx"
    export(stored, path)
    return path


@pytest.fixture(scope="session")
def test_crops() -> np.ndarray:
    return np.stack([procedural_crop(CROP_SIZE, n) for n in range(3)])


SMALL = Composition(
    (
        Group("training", True, plain=0, contrast=1, both=1),
        Group("training", False, plain=1, contrast=1, both=0),
        Group("test", True, plain=1, contrast=0, both=0),
        Group("test", False, plain=0, contrast=1, both=0),
    )
)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six patients, seven series; read only."""
    folder = tmp_path_factory.mktemp("cohort") / "small"
    write_phantom_cohort(folder, seed=3, composition=SMALL)
    return folder


@dataclass
class Spoilable:
    """A copy of the small cohort; its DICOM files are links to the original's and must not be changed."""

    folder: Path

    @property
    def table(self) -> Path:
        return self.folder / "cohort.csv"

    def rows(self) -> list[dict[str, str]]:
        with self.table.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def write(self, rows: list[dict[str, str]]) -> None:
        with self.table.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def reading(self, case: str) -> Path:
        return self.folder / "readings" / f"{case}.json"

    def edit(self, case: str, **changes: Any) -> dict[str, Any]:
        """Change a reading's values; returns what was there."""
        path = self.reading(case)
        before = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(before | changes), encoding="utf-8")
        return before

    def one(self, label: str) -> str:
        """Keep one case of a label only, for speed; returns its key."""
        row = next(row for row in self.rows() if self.label(row["case"]) == label)
        self.write([row])
        return row["case"]

    def label(self, case: str) -> str:
        return json.loads(self.reading(case).read_text(encoding="utf-8"))["answers"][0]["verdict"]


@pytest.fixture
def cohort(small: Path, tmp_path: Path) -> Spoilable:
    folder = tmp_path / "cohort"
    shutil.copytree(small / "series", folder / "series", copy_function=os.link)
    shutil.copytree(small / "readings", folder / "readings")
    shutil.copy(small / "cohort.csv", folder)
    return Spoilable(folder)
