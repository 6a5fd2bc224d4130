"""`clivus-train demo-model` from end to end, with a tiny recipe: the way of every model, by the commands' own code."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torchvision.models.resnet import BasicBlock

import desktop.inference.familiarity
import onnx_models
import training.demo.model
import training.demo.recipe
import training.fit.export
import training.model.bundle
import training.model.network
import training.model.weights
import training.model.weights_file
from desktop.fields import LONGEST_TEXT
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.learning.fit_settings import Copies, Familiarity
from training.cli import main
from training.cohort.kinds import KINDS
from training.cohort.phantoms import SPLIT_FILE
from training.cohort.selection import DEMONSTRATION
from training.demo.recipe import Pretraining, Recipe, Stage
from training.demo.ship import ship
from training.evaluation.report.stated import read_figures
from training.fit.configuration import Adam, preset
from training.fit.export import Edition, export_run
from training.fit.record import Run, RunRefused
from training.model.network import Architecture, SkullBaseNetwork
from training.model.weights import first_weights

TINY = Recipe(
    pretraining=Pretraining(heads=4, watched=2, stages=(Stage(32, 16, 8),)),
    configuration=replace(
        preset("paper"), augmentation=Copies(copies=1), fit=Adam(epochs=2), familiarity=Familiarity(neighbours=2)
    ),
)
SHALLOW = Architecture("ResNet10", BasicBlock, (1, 1, 1, 1), 32, {})
"""Another network is one record, and this one takes a fifth of the time."""

ARGUMENTS = ("--workers", "1", "--threads", "2", "--despite")
MODEL = Path("phantom-resnet50", "model.onnx")


@pytest.fixture(autouse=True, scope="module")
def _threads_as_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True, scope="module")
def _tiny(small: Path) -> Iterator[None]:
    """The tiny recipe with another network, on the small cohort that other tests have written already."""

    def written(out: Path, *order: object) -> None:
        assert order == (DEMONSTRATION, 1, TINY.cohort, KINDS[TINY.variety])
        shutil.copytree(small, out)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training.demo.recipe, "Recipe", lambda: TINY)
        patch.setattr(training.demo.model, "write_phantom_cohort", written)
        patch.setattr(desktop.inference.familiarity, "LEAST_PATIENTS", 2)
        modules = training.model.network, training.model.weights, training.model.weights_file, training.model.bundle
        for module in modules:
            patch.setattr(module, "ARCHITECTURE", SHALLOW)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command wrote; beside it what it printed. Read only."""
    out = tmp_path_factory.mktemp("models") / "demo"
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert main(["demo-model", "--out", str(out), *ARGUMENTS]) == 0
    (out.parent / "printed.txt").write_text(printed.getvalue(), encoding="utf-8")
    return out


def test_the_recipe_fits_into_a_manifest():
    assert len(Pretraining().in_words()) < LONGEST_TEXT - len("; before that none: random numbers")


def test_every_step_leaves_what_its_command_leaves(made):
    assert sorted(path.name for path in made.iterdir()) == [
        "backbone.pt",
        "cohort",
        "demo-model.json",
        "evaluation",
        "phantom-resnet50",
        "run",
    ]
    assert (made.parent / "printed.txt").read_text(encoding="utf-8").splitlines()[-1] == str(made / "phantom-resnet50")
    origin = first_weights(SkullBaseNetwork(), str(made / "backbone.pt"))
    assert origin.text.startswith(
        "all layers trained on 4 heads, each intact and invaded (2 of 3 rich, 1 of 3 plain; shown: 16 of 32 px; AdamW"
    )
    assert origin.text.endswith("before that none: random numbers")
    assert origin.licence == "Apache-2.0"
    run = Run.load(made / "run")
    assert run.origin == origin
    assert run.configuration.augmentation.copies == 1


def test_the_bundle_states_what_was_found_on_heads_it_never_saw(made):
    bundle = Bundle.load(made / "phantom-resnet50")
    assert Network(bundle, Device.CPU).known_answer.logit_difference < 1e-4
    manifest = bundle.manifest
    assert manifest.intended_use == "demonstration"
    assert bundle.reference is not None
    assert manifest.familiarity is not None
    assert manifest.familiarity.k == 2
    assert len(bundle.reference.cases) == manifest.cohort["training"]["patients"]
    assert (
        f"Above a score of {manifest.familiarity.warn:.2f}" in (made / "phantom-resnet50" / "MODEL_CARD.md").read_text()
    )
    assert manifest.weights["licence"] == "Apache-2.0"
    assert manifest.weights["architecture"] == "ResNet10"
    found = json.loads((made / "evaluation" / "metrics.json").read_text(encoding="utf-8"))
    assert found["model"]["sha256"] == manifest.sha256
    tested = [metric for metric in manifest.metrics if metric.numbers.endswith(", test")]
    assert {metric.unit for metric in tested} == {"slice", "series", "patient"}
    assert all(0 <= metric.low <= metric.value <= metric.high <= 1 for metric in manifest.metrics)
    by_patient = {metric.name: metric for metric in tested if metric.unit == "patient"}
    assert by_patient["sensitivity"].numbers.endswith("/1, test")
    card = (made / "phantom-resnet50" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "not for clinical use" in card
    assert manifest.sha256 in card
    assert "`clivus-train demo-model --out DIR --weights scratch --device cpu --seed 0 --threads 2`" in card
    assert all(f"{metric.value:.3f} | {metric.low:.3f}-{metric.high:.3f}" in card for metric in manifest.metrics)
    assert all(f"| {name} | {positive} |" in card for name, positive, _ in read_figures(made / "evaluation").subgroups)
    assert str(made.parent) not in card + (made / "phantom-resnet50" / "manifest.json").read_text()


def test_the_bundle_is_shipped_as_it_is_with_every_file(made, tmp_path, monkeypatch):
    package = tmp_path / "onnx_models"
    package.mkdir()
    shutil.copy(onnx_models.__file__, package)
    monkeypatch.setattr(onnx_models, "__file__", str(package / "__init__.py"))
    ship(made / "phantom-resnet50", None)
    shipped = package / "phantom-resnet50"
    assert Bundle.load(shipped).reference is not None
    made_files = {path.name: path.read_bytes() for path in (made / "phantom-resnet50").iterdir()}
    assert {path.name: path.read_bytes() for path in shipped.iterdir()} == made_files
    digest = hashlib.sha256(made_files["manifest.json"]).hexdigest()
    assert f'DEFAULT_MANIFEST_SHA256 = "{digest}"' in (package / "__init__.py").read_text(encoding="utf-8")


@pytest.fixture
def _exported_already(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the graph that the run gave before; that it is the same again, the evaluation's own export shows."""
    monkeypatch.setattr(
        training.fit.export, "write_model", lambda folder, *_: shutil.copy(made / MODEL, folder / "model.onnx")
    )


@pytest.mark.usefixtures("_exported_already")
def test_what_was_interrupted_is_continued_and_ends_with_the_same_bundle(made, tmp_path):
    again = tmp_path / "again"
    shutil.copytree(made, again, ignore=shutil.ignore_patterns("phantom-resnet50"))
    assert main(["demo-model", "--out", str(again), *ARGUMENTS]) == 0
    first, second = made / "phantom-resnet50", again / "phantom-resnet50"
    cards = [(folder / "MODEL_CARD.md").read_text(encoding="utf-8").splitlines() for folder in (first, second)]
    assert [a for a, b in zip(*cards, strict=True) if a != b and not a.startswith("Time taken")] == []
    manifests = [json.loads((folder / "manifest.json").read_text()) for folder in (first, second)]
    for manifest in manifests:
        del manifest["files"]["MODEL_CARD.md"]  # it tells the time
    assert manifests[0] == manifests[1]


@pytest.mark.usefixtures("_exported_already")
def test_figures_of_another_model_are_not_stated(made, tmp_path):
    figures = replace(read_figures(made / "evaluation"), sha256="0" * 64)
    with pytest.raises(RunRefused, match="is of another model than the run"):
        export_run(Run.load(made / "run"), tmp_path / "bundle", Edition("other", despite=True), figures)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [None, "[]", "{}", '{"schema": "clivus-evaluation/1"}', "not JSON"])
def test_what_is_not_an_evaluation_is_one_sentence(made, tmp_path, capsys, content):
    if content is not None:
        (tmp_path / "metrics.json").write_text(content)
    asked = ["export", str(made / "run"), "--out", str(tmp_path / "bundle"), "--evaluation", str(tmp_path)]
    assert main(asked) == 3
    assert "There is no whole evaluation in" in capsys.readouterr().err
    assert not (tmp_path / "bundle").exists()


def test_a_folder_of_another_model_is_refused(made, capsys):
    before = sorted(path.name for path in made.iterdir())
    assert main(["demo-model", "--out", str(made), "--seed", "1", *ARGUMENTS]) == 2
    assert "was begun otherwise" in capsys.readouterr().err
    assert main(["demo-model", "--out", str(made), *ARGUMENTS]) == 2
    assert "exists already" in capsys.readouterr().err
    assert sorted(path.name for path in made.iterdir()) == before


def test_an_interruption_says_that_it_goes_on(tmp_path, monkeypatch, capsys):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training.demo.model, "pretrain", interrupt)
    assert main(["demo-model", "--out", str(tmp_path / "demo"), *ARGUMENTS]) == 130
    assert "the same command continues" in capsys.readouterr().err
    assert (tmp_path / "demo" / "cohort" / SPLIT_FILE).is_file()


def test_a_folder_in_use_is_refused(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["demo-model", "--out", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["pretrain", "--out", str(tmp_path / "notes.txt")]) == 2
    assert "exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("command", ["demo-model", "pretrain"])
def test_weights_that_cannot_be_had_are_one_line(tmp_path, capsys, command):
    assert main([command, "--out", str(tmp_path / "demo"), "--weights", str(tmp_path / "none.pth")]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert "Traceback" not in told.err
    assert not list(tmp_path.iterdir())


def test_a_device_that_is_not_there_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert main(["demo-model", "--out", str(tmp_path / "demo"), "--device", "cuda"]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not list(tmp_path.iterdir())
