"""A fit from images to a complete run; what is not complete is not taken for it."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

import desktop.learning.layers
import training.fit.features
import training.fit.run
from desktop.errors import WrongUse
from desktop.inference.layer import Layer
from desktop.learning.fit_settings import Copies, Decision, Logistic
from desktop.learning.images import ImagesRefused
from desktop.learning.map_facts import measure_maps
from desktop.learning.patient_folds import FitRefused
from desktop.unwritten import NotWritten
from training.fit.adam import AdamFit, first_unit
from training.fit.checkpoint import CheckpointDamaged
from training.fit.configuration import Adam, preset, read_configuration
from training.fit.record import Decided, Run, RunRefused
from training.fit.run import BackboneChanged, fit_run, frozen_backbone
from training.fit.stopping import Stopped
from training.fit.torch_maps import contributions_of
from training.fit.unit import layer_of
from training.model.network import ARCHITECTURE, round_to_half, wide_weights


@pytest.fixture(scope="module")
def run(train, validation, brief, tmp_path_factory) -> Run:
    """A complete run; not to be changed."""
    out = tmp_path_factory.mktemp("runs") / "first"
    found = fit_run(train, validation, brief, out, cohort={"kind": "noise"})
    assert found is not None
    return found


def test_a_run_tells_all_about_itself(run, brief, train, validation):
    assert sorted(path.name for path in run.folder.iterdir()) == [
        "checkpoint.pt",
        "configuration.toml",
        "features",
        "log.csv",
        "network.pt",
        "run.json",
        "split.json",
        "tensorboard",
    ]
    assert read_configuration(run.folder / "configuration.toml") == brief == run.configuration
    assert set(run.fingerprints) == {"data", "split", "configuration", "backbone"}
    assert all(len(value) == 64 for value in run.fingerprints.values())
    assert run.numbers == {"train": train.numbers(), "validation": validation.numbers()}
    assert run.cohort == {"kind": "noise"}
    assert run.crop_size == 32
    assert run.maps == measure_maps(partial(contributions_of, run.network()), train, ARCHITECTURE.map_stride)
    (surroundings,) = run.environment
    assert surroundings["threads"] == torch.get_num_threads()
    assert {"torch", "numpy", "tensorboard"} <= set(surroundings["tools"])
    split = json.loads((run.folder / "split.json").read_text())
    assert split["validation"] == ["patient 100", "patient 101", "patient 102", "patient 103"]
    metrics = {metric.name: metric for metric in run.metrics}
    assert metrics["AUC by probability"].value == 1.0
    assert metrics["sensitivity"].numbers == "4/4, validation", "by slice, the last"
    assert list(dict.fromkeys(metric.unit for metric in run.metrics)) == ["patient", "series", "slice"]
    assert run.decision == Decided(2, 0.5, None, 0.0, 0, "")
    assert run.averaging == ()


def test_a_figure_that_few_patients_do_not_give_costs_itself_and_not_the_fit(train, draw, brief, tmp_path):
    run = fit_run(train, draw(100, 2), replace(brief, augmentation=Copies(copies=0)), tmp_path / "run")
    assert [metric.name for metric in run.metrics] == ["accuracy", "sensitivity", "specificity"] * 3
    assert run.not_computed[-2] == (
        "AUC by probability (by slice, validation) cannot be computed, because there is 1 patient with a positive case "
        "where 2 or more are needed."
    )


def test_the_log_has_every_epoch_in_both_forms(run):
    with (run.folder / "log.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["member"], row["epoch"]) for row in rows] == [("0", str(n)) for n in range(1, 5)]
    losses = [float(row["loss"]) for row in rows]
    assert losses == sorted(losses, reverse=True)
    (board,) = (run.folder / "tensorboard").iterdir()
    assert b"validation/auc" in board.read_bytes()


def test_the_network_is_the_frozen_backbone_and_the_fitted_layer_as_a_bundle_stores_them(run, brief, validation):
    network = run.network()
    first, _ = frozen_backbone(brief)
    for name, value in first.state_dict().items():
        assert torch.equal(value, network.state_dict()[name]) is not name.startswith("fc."), name
    assert all(torch.equal(weight, weight.half().float()) for weight in wide_weights(network).values())
    crops = torch.from_numpy(validation.hu[:, 8:40, 8:40].astype(np.float32))[:, None]
    with torch.inference_mode():
        assert ((network(crops) > 0).numpy() == validation.positive).all()
    stored = torch.load(run.folder / "checkpoint.pt", weights_only=True)["layers"][0]["weight"]
    assert torch.equal(network.fc.weight[0], stored.half().float())


def test_the_backbone_is_held_by_half_precision_before_anything_is_learned(brief):
    network, _ = frozen_backbone(brief)
    before = network.layer3[0].conv1.weight.clone()
    round_to_half(network)
    assert torch.equal(before, network.layer3[0].conv1.weight)


def test_the_same_seed_gives_the_same_and_another_does_not(run, train, validation, brief, tmp_path):
    again = fit_run(train, validation, brief, tmp_path / "again", workers=3)
    other = fit_run(train, validation, replace(brief, seed=1), tmp_path / "other")
    assert again is not None
    assert other is not None
    for name in ("network.pt", "log.csv", "features/train/00000.npy"):
        ours = (run.folder / name).read_bytes()
        assert ours == (again.folder / name).read_bytes(), name
        assert ours != (other.folder / name).read_bytes(), name
    assert again.fingerprints == run.fingerprints


def test_features_of_another_run_serve_where_they_are_the_same(run, train, validation, brief, tmp_path, monkeypatch):
    def computed(*_: object) -> None:
        raise AssertionError("features were computed again")

    monkeypatch.setattr(training.fit.features, "_part", computed)
    shutil.copytree(run.folder / "features", tmp_path / "run" / "features")
    longer = fit_run(train, validation, replace(brief, fit=replace(brief.fit, epochs=6)), tmp_path / "run")
    assert longer is not None
    assert longer.fingerprints["data"] == run.fingerprints["data"]


@pytest.fixture(scope="module")
def benchmark(command_at) -> ModuleType:
    return command_at("benchmarks/training_speed.py")


def test_cached_features_give_what_training_end_to_end_gives(benchmark, train, validation, brief, tmp_path):
    configuration = replace(brief, fit=Adam(learning_rate=1e-2, batch=7, epochs=4))
    fit_run(train, validation, configuration, tmp_path / "run")
    end_to_end = benchmark.plain_loop(train, configuration, 4)
    start = layer_of(first_unit(2048, configuration.seed, 0))
    cached = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)["layers"][0]
    moved = end_to_end.weight[0].detach() - torch.from_numpy(start.weight)
    assert float(moved.abs().max()) > 1e-2
    torch.testing.assert_close(end_to_end.weight[0].detach(), cached["weight"], atol=1e-5, rtol=0)
    assert end_to_end.bias.item() == pytest.approx(cached["bias"], abs=1e-5)
    ours = benchmark.after_epochs(train, configuration, tmp_path / "run", 4)
    assert benchmark.difference(end_to_end, ours) <= 1e-5


def test_recommended_averages_layers_on_copies_of_their_own(train, validation, tmp_path):
    configuration = replace(
        preset("recommended"),
        weights="shipped",
        augmentation=Copies(copies=1),
        fit=Logistic((0.1, 1.0)),
        folds=3,
        members=2,
    )
    found = fit_run(train, validation, configuration, tmp_path / "run")
    assert found is not None
    assert {one["penalty"] for one in found.penalties} == {0.1, 1.0}
    first, second = found.penalties
    least = min(first, second, key=lambda one: one["loss"])
    assert first["loss"] <= least["loss"] + least["error"]
    assert np.load(tmp_path / "run" / "features" / "train" / "00000.npy").shape == (12 * 3, 2048)
    marks = {metric.numbers.rpartition(", ")[2] for metric in found.metrics}
    assert marks == {"folds", "validation"}, "internal validation was given as well"
    layers = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)["layers"]
    assert not torch.equal(layers[0]["weight"], layers[1]["weight"])
    mean = (layers[0]["weight"].double() + layers[1]["weight"].double()) / 2
    assert torch.equal(found.network().fc.weight[0], mean.float().half().float())


def test_without_anybody_watched_all_are_learned_from_and_measured_in_folds(train, tmp_path):
    configuration = replace(
        preset("recommended"),
        weights="shipped",
        augmentation=Copies(copies=0),
        fit=Logistic((0.1,)),
        members=1,
        folds=3,
        decision=Decision(rule="youden", smoothing=0.25, shift_px=4),
    )
    found = fit_run(train, None, configuration, tmp_path / "run")
    assert found is not None
    assert list(found.numbers) == ["train"]
    assert found.numbers["train"]["patients"] == 6
    rates = {metric.name: metric for metric in found.metrics if metric.unit == "patient"}
    assert rates["sensitivity"].numbers == "3/3, folds"
    assert found.decision.cutoff.slices == 2, "of equals the one that the configuration has"
    assert (found.decision.smoothing, found.decision.shift_px, found.decision.unchosen) == (0.25, 4, "")
    assert [(one["smoothing"], one["shift_px"]) for one in found.averaging] == [(0, 0), (0.25, 0), (0, 4), (0.25, 4)]
    assert np.load(tmp_path / "run" / "features" / "cases" / "00000.npy").shape == (12 * 5, 2048)
    log = list(csv.DictReader((tmp_path / "run" / "log.csv").read_text().splitlines()))
    assert log[0]["validation_loss"] == ""
    with pytest.raises(ImagesRefused, match="set folds to 2 or more"):
        fit_run(train, None, replace(configuration, folds=0, decision=Decision()), tmp_path / "none")
    with pytest.raises(FitRefused, match="4 folds need 4 positive patients, and training has 3"):
        fit_run(train, None, replace(configuration, folds=4), tmp_path / "many")
    assert not (tmp_path / "many").exists()


def test_the_papers_fit_can_be_measured_in_folds_too(train, brief, tmp_path):
    found = fit_run(train, None, replace(brief, folds=3), tmp_path / "run")
    assert found is not None
    stored = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert len(stored["folds"]) == 3
    assert not torch.equal(stored["folds"][0]["weight"], stored["folds"][1]["weight"])
    assert {metric.numbers.rpartition(", ")[2] for metric in found.metrics} == {"folds"}


def test_of_a_positive_case_only_the_slices_called_positive_are_learned_from(train, validation, brief, tmp_path):
    labels = train.positive.copy()
    labels[2] = False
    mixed = replace(train, positive=labels)
    found = fit_run(mixed, validation, brief, tmp_path / "run")
    assert found is not None
    assert found.numbers["train"]["images"] == 11
    assert mixed.among(mixed.learnable).sop_uid == (*train.sop_uid[:2], *train.sop_uid[3:])


def test_a_stop_between_penalties_and_layers_loses_neither(train, validation, tmp_path, monkeypatch):
    configuration = replace(
        preset("recommended"),
        weights="shipped",
        augmentation=Copies(copies=0),
        fit=Logistic((0.1, 1.0)),
        folds=3,
        members=2,
    )
    inner = desktop.learning.layers.fit_logistic

    def fit_and_stop(*given: object) -> Layer:
        os.kill(os.getpid(), 15)
        return inner(*given)

    monkeypatch.setattr(desktop.learning.layers, "fit_logistic", fit_and_stop)
    with pytest.raises(Stopped):
        fit_run(train, validation, configuration, tmp_path / "run")
    monkeypatch.undo()
    monkeypatch.setattr(desktop.learning.layers, "choose_penalty", None)
    resumed = fit_run(train, validation, configuration, tmp_path / "run")
    monkeypatch.undo()
    straight = fit_run(train, validation, configuration, tmp_path / "straight")
    assert resumed is not None
    assert straight is not None
    for name in ("network.pt", "log.csv"):
        assert (resumed.folder / name).read_bytes() == (straight.folder / name).read_bytes()


def test_a_full_disk_leaves_what_can_be_gone_on_from(run, train, validation, brief, tmp_path, monkeypatch):
    inner, writes = os.fsync, []

    def fsync(descriptor: int) -> None:
        writes.append(descriptor)
        if len(writes) >= failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        inner(descriptor)

    for failing in (5, 16):
        out = tmp_path / str(failing)
        writes.clear()
        monkeypatch.setattr(os, "fsync", fsync)
        with pytest.raises(NotWritten, match="cannot be written") as refusal:
            fit_run(train, validation, brief, out)
        assert "\n" not in str(refusal.value)
        assert not list(out.rglob(".clivus-*"))
        with pytest.raises(RunRefused):
            Run.load(out)
        monkeypatch.setattr(os, "fsync", inner)
        found = fit_run(train, validation, brief, out)
        assert found is not None
        assert (out / "network.pt").read_bytes() == (run.folder / "network.pt").read_bytes()


def test_a_folder_that_holds_something_else_is_left_alone(run, train, validation, brief, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(WrongUse, match="is not the folder of a run"):
        fit_run(train, validation, brief, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(WrongUse, match="is not the folder of a run"):
        fit_run(train, validation, brief, tmp_path / "notes.txt")
    before = (run.folder / "run.json").read_bytes()
    with pytest.raises(WrongUse, match="holds a complete run"):
        fit_run(train, validation, brief, run.folder)
    assert (run.folder / "run.json").read_bytes() == before


def begun(train, validation, brief, out: Path, monkeypatch) -> None:
    """A run that was stopped after its first epoch."""
    inner = AdamFit.run_epoch

    def stopped(self: AdamFit, training: object) -> float:
        os.kill(os.getpid(), 15)
        return inner(self, training)

    monkeypatch.setattr(AdamFit, "run_epoch", stopped)
    with pytest.raises(Stopped):
        fit_run(train, validation, brief, out)
    monkeypatch.undo()


def test_a_run_goes_on_only_with_what_it_was_begun_with(train, validation, brief, tmp_path, monkeypatch, draw):
    out = tmp_path / "run"
    begun(train, validation, brief, out, monkeypatch)
    with pytest.raises(RunRefused, match="is not complete"):
        Run.load(out)
    with pytest.raises(RunRefused, match="begun with another configuration"):
        fit_run(train, validation, replace(brief, seed=2), out)
    with pytest.raises(RunRefused, match="begun with another data"):
        fit_run(train, draw(200, 4), brief, out)
    (out / "checkpoint.pt").write_bytes(b"PK half")
    with pytest.raises(CheckpointDamaged, match="delete it"):
        fit_run(train, validation, brief, out)


def test_what_is_no_complete_run_is_refused(run, tmp_path):
    with pytest.raises(RunRefused, match="There is no run in"):
        Run.load(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(RunRefused, match="cannot be read"):
        Run.load(tmp_path)
    (tmp_path / "run.json").write_text('{"schema": "other"}')
    with pytest.raises(RunRefused, match="is not of the schema"):
        Run.load(tmp_path)
    record = json.loads((run.folder / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(record))
    with pytest.raises(RunRefused, match="is damaged"):
        Run.load(tmp_path)
    (tmp_path / "network.pt").write_bytes(b"other")
    with pytest.raises(RunRefused, match="is not the network"):
        Run.load(tmp_path)


def test_a_backbone_that_changed_is_not_completed(train, validation, brief, tmp_path, monkeypatch):
    prints = iter(["a" * 64, "b" * 64])
    monkeypatch.setattr(training.fit.run, "backbone_sha256", lambda network: next(prints))
    with pytest.raises(BackboneChanged):
        fit_run(train, validation, brief, tmp_path / "run")
    with pytest.raises(RunRefused, match="is not complete"):
        Run.load(tmp_path / "run")
