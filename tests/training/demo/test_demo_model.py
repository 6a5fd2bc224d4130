"""`clivus-train demo-model` from end to end, with a tiny recipe."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import training.demo.model
import training.demo.recipe
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from training.cli import main
from training.demo.recipe import BackboneRecipe, FinalLayerRecipe, Recipe, Stage

TINY = Recipe(
    backbone=BackboneRecipe(patients=4, stages=(Stage(32, 16, 8),)),
    final_layer=FinalLayerRecipe(positive_patients=1, negative_patients=1, copies=1, epochs=2),
    validation_patients=2,
    held_out_patients=4,
)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.demo.recipe, "Recipe", lambda: TINY)


@pytest.mark.usefixtures("tiny")
def test_a_bundle_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "models" / "demo"
    assert main(["demo-model", "--out", str(out), "--workers", "1", "--threads", "2"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["MODEL_CARD.md", "manifest.json", "model.onnx"]
    assert [path.name for path in out.parent.iterdir()] == ["demo"]
    bundle = Bundle.load(out)
    assert Network(bundle, Device.CPU).known_answer.logit_difference < 1e-4
    manifest = bundle.manifest
    assert manifest.intended_use == "demonstration"
    assert manifest.cohort["held_out"]["patients"] == 4
    assert manifest.cohort["held_out"]["invaded_patients"] == 2
    assert np.shape(manifest.self_test.map) == (7, 7)
    metrics = {metric.name: metric for metric in manifest.metrics}
    assert {metric.unit for metric in manifest.metrics} == {"slice", "patient"}
    assert all(0 <= metric.low <= metric.value <= metric.high <= 1 for metric in manifest.metrics)
    assert {"AUC", "AUC by run length", "AUC by score s_2"} <= set(metrics)
    sensitivity = next(metric for name, metric in metrics.items() if name.startswith("sensitivity"))
    assert sensitivity.numbers.endswith("/2")
    card = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "not for clinical use" in card
    assert manifest.sha256 in card
    assert all(f"{metric.value:.3f} | {metric.low:.3f}-{metric.high:.3f}" in card for metric in manifest.metrics)
    assert str(tmp_path) not in card + json.dumps(manifest.cohort) + (out / "manifest.json").read_text()
    told = capsys.readouterr()
    assert "Backbone: done" in told.err
    assert told.out.splitlines()[-1] == str(out)


@pytest.mark.usefixtures("tiny")
def test_an_interruption_leaves_nothing(tmp_path, monkeypatch, capsys):
    def interrupt(*_: object) -> None:
        assert {path.name.startswith(".clivus-") for path in tmp_path.iterdir()} == {True}
        raise KeyboardInterrupt

    monkeypatch.setattr(training.demo.model, "_draw", interrupt)
    assert main(["demo-model", "--out", str(tmp_path / "demo")]) == 130
    assert not list(tmp_path.iterdir())
    assert capsys.readouterr().err.strip() == "clivus-train: interrupted; nothing was written."


def test_a_folder_in_use_is_refused(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["demo-model", "--out", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_weights_that_cannot_be_had_are_one_line(tmp_path, capsys):
    assert main(["demo-model", "--out", str(tmp_path / "demo"), "--weights", str(tmp_path / "none.pth")]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert "Traceback" not in told.err
    assert not list(tmp_path.iterdir())


def test_a_device_that_is_not_there_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert main(["demo-model", "--out", str(tmp_path / "demo"), "--device", "cuda"]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("wrong", [[], ["demo-model"], ["demo-model", "--out", "x", "--workers", "0"], ["fly"]])
def test_wrong_use_has_status_2(wrong, capsys):
    assert main(wrong) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "clivus-train" in said


def test_help_tells_the_whole_of_it(capsys):
    with pytest.raises(SystemExit) as left:
        main(["demo-model", "--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert all(
        word in told
        for word in (
            "--out",
            "--weights",
            "--device",
            "--seed",
            "--workers",
            "--threads",
            "half an hour",
            "Exit status",
        )
    )
