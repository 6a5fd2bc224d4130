"""From a cohort to a bundle that reads a case nobody learned from, as it is typed."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import signal
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from pydicom import dcmread

import desktop.cli
import training.fit.run
from desktop.inference.bundle import Bundle
from desktop.learning.cohort.split import Split, make_split
from training.cli import main
from training.cohort.survey import read_cohort
from training.fit.adam import AdamFit
from training.fit.material import load_material

BRIEF = """\
preset = "paper"
weights = "scratch"

[augmentation]
copies = 1

[adam]
epochs = 2
"""


@pytest.fixture(autouse=True, scope="module")
def _threads_as_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("configuration") / "brief.toml"
    path.write_text(BRIEF)
    return path


def fit(cohort: Path, split: Path, configuration: Path, out: Path) -> int:
    asked = ["fit", str(cohort), "--split", str(split), "--configuration", str(configuration), "--out", str(out)]
    return main([*asked, "--threads", "2", "--workers", "1", "--seed", "5"])


@pytest.fixture(scope="module")
def run(small: Path, configuration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that SIGTERM stopped after its first epoch, and that the same command completed; read only."""
    out = tmp_path_factory.mktemp("runs") / "run"
    inner = AdamFit.run_epoch

    def stopped(self: AdamFit, training: object) -> float:
        signal.raise_signal(signal.SIGTERM)
        return inner(self, training)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AdamFit, "run_epoch", stopped)
        assert fit(small, small / "split.json", configuration, out) == 128 + signal.SIGTERM
    assert json.loads((out / "run.json").read_text())["state"] == "begun"
    assert main(["export", str(out), "--out", str(out.parent / "early")]) == 3
    assert not (out.parent / "early").exists()
    assert fit(small, small / "split.json", configuration, out) == 0
    return out


@pytest.fixture(scope="module")
def bundle(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run, exported; beside it what the command printed. Read only."""
    out = tmp_path_factory.mktemp("models") / "site-7"
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert main(["export", str(run), "--out", str(out)]) == 3, "two patients show nothing"
        assert not out.exists()
        assert main(["export", str(run), "--out", str(out), "--despite"]) == 0
    assert [path.name for path in out.parent.iterdir()] == ["site-7"]
    (out.parent / "printed.txt").write_text(printed.getvalue(), encoding="utf-8")
    return out


def test_a_held_out_case_is_read_with_the_new_bundle(small, run, bundle, tmp_path, capsys, shown_as):
    out = bundle
    told = (out.parent / "printed.txt").read_text(encoding="utf-8").splitlines()
    assert told[0].startswith("site-7 ")
    assert told[1] == (
        "This model's training did not show that it finds more than half of the invasions, or clears more than half of "
        "the patients without one."
    )
    # One positive patient in validation gives no interval for an AUC; the card says so.
    assert [line.partition(": ")[0] for line in told[2:-1]] == [
        f"{name} (by {unit})"
        for unit in ("patient", "series", "slice")
        for name in ("accuracy", "sensitivity", "specificity")
    ]
    assert told[-1] == str(out)
    assert sorted(path.name for path in out.iterdir()) == ["MODEL_CARD.md", "manifest.json", "model.onnx"]

    manifest, split = Bundle.load(out).manifest, Split.load(small / "split.json")
    record = json.loads((run / "run.json").read_text())
    shown_as("run.json", record)
    assert manifest.intended_use == "demonstration"
    assert manifest.cohort["kind"] == "phantoms"
    assert manifest.cohort["training"] == record["numbers"]["train"]
    assert manifest.cohort["test"] == {"patients": 2, "positive_patients": 1, "cases": 2, "positive_cases": 1}
    assert manifest.fingerprints["cohort"] == split.cohort
    assert {"data", "split", "whole split", "configuration", "backbone"} <= set(manifest.fingerprints)
    assert manifest.weights["origin"] == "none: random numbers"
    measured = load_material(read_cohort(small), split).cohort["pictures"]
    assert manifest.pictures is not None
    assert [*manifest.pictures.noise_hu] == measured["noise_hu"]
    assert [*manifest.pictures.edge_width_mm] == measured["edge_width_mm"]
    assert 3 < measured["noise_hu"][0] <= measured["noise_hu"][1] < 40
    assert 0.5 < measured["edge_width_mm"][0] <= measured["edge_width_mm"][1] < 3
    assert all(0 <= metric.low <= metric.value <= metric.high <= 1 for metric in manifest.metrics)
    card = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert manifest.sha256 in card
    assert manifest.maps is not None
    assert asdict(manifest.maps) == record["maps"]
    assert f"The maps of this model are off by {manifest.maps.localisation.error_mm:.1f} mm" in card
    assert "not for clinical use" in card
    assert "AUC by probability (by slice, validation) cannot be computed, because there is 1 patient" in card
    assert manifest.near_chance == ("sensitivity", "specificity")
    assert told[1] in card
    assert str(out.parent) not in card + (out / "manifest.json").read_text()

    case = next(case for case in read_cohort(small).cases if case.patient in split.test.positive)
    asked = ["read", str(case.series), "--reading", str(case.reading_file), "--model", str(out), "--device", "cpu"]
    assert desktop.cli.main([*asked, "--out", str(tmp_path / "result")]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["model"]["id"] == "site-7"
    assert told[1] in said.err
    assert (tmp_path / "result" / "result.json").is_file()


def test_a_run_is_evaluated_on_patients_it_never_saw_and_on_no_others(small, run, bundle, tmp_path, capsys):
    rest = [str(small), "--device", "cpu"]
    assert main(["evaluate", str(bundle), *rest, "--out", str(tmp_path / "all")]) == 3
    assert "name the split that it was fitted with (--split)" in capsys.readouterr().err
    split = tmp_path / "split.json"
    shutil.copy(small / "split.json", split)
    assert main(["evaluate", str(run), *rest, "--split", str(split), "--out", str(tmp_path / "test")]) == 0
    found = json.loads((tmp_path / "test" / "metrics.json").read_text())
    assert found["cohort"]["model_learned_from_others_of_it"] is True
    assert found["cohort"]["patients"] == 2
    assert found["model"]["id"] == "run-run"
    checklist = (tmp_path / "test" / "checklist.md").read_text(encoding="utf-8")
    assert "learning rate 0.0001" in checklist
    assert sorted(path.name for path in tmp_path.iterdir()) == ["split.json", "split.looks.csv", "test"]


def test_what_a_fit_learns_from_is_the_papers_and_the_training_patients(small):
    cohort, split = read_cohort(small), Split.load(small / "split.json")
    found = load_material(cohort, split)
    assert set(found.train.patient) == split.sides()[0].all
    assert set(found.validation.patient) == split.validation.all
    positive = {case.key: case.positive for case in cohort.cases}
    for images in (found.train, found.validation):
        assert [stack.positive for stack in images.stacks()] == [positive[case] for case in dict.fromkeys(images.case)]
        assert list(images.case) == sorted(images.case)
        assert all((np.diff(stack.positions_mm) > 0).all() for stack in images.stacks())
        learned = images.among(images.learnable)
        assert [positive[case] for case in learned.case] == learned.positive.tolist()
    least, most = found.cohort["slice_thickness_mm"]
    assert 1.25 <= least <= most <= 5
    assert set(found.cohort["contrast_phases"]) <= {"plain", "contrast"}
    assert found.cohort["phase_not_stated"] == 0


def test_all_training_patients_are_learned_from_where_nobody_is_watched(small):
    split = Split.load(small / "split.json")
    found = load_material(read_cohort(small), split, everyone=True)
    assert set(found.train.patient) == split.training.all
    assert found.validation is None
    assert found.cohort["watched"] == "nobody"


@pytest.mark.parametrize("preset", ["recommended", "paper"])
def test_what_a_split_is_too_small_for_is_said_before_a_case_is_opened(small, tmp_path, capsys, monkeypatch, preset):
    monkeypatch.setattr("training.fit.material.load_cohort", None)
    asked = ["fit", str(small), "--split", str(small / "split.json"), "--out", str(tmp_path / "run")]
    asked += ["--weights", "scratch"]
    if preset == "recommended":
        assert main([*asked, "--preset", preset]) == 3
        told = capsys.readouterr().err
        assert "5 folds need 5 positive patients, and training has 2: set folds to 2 or less" in told
    else:
        with pytest.raises(TypeError):
            main([*asked, "--preset", preset])
        told = capsys.readouterr().err
        assert told.startswith("Remark: with 1 positive patient no model can be shown to be better than chance")
    assert told.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_a_fold_is_watched_instead_of_internal_validation(small):
    cohort = read_cohort(small)
    split = make_split(cohort, folds=2)
    for number, fold in enumerate(split.folds):
        found = load_material(cohort, split, number)
        assert set(found.validation.patient) == fold.all
        assert set(found.train.patient) == split.training.all - fold.all
        assert found.cohort["watched"] == f"fold {number} of 2"


def test_a_fold_that_is_not_there_is_refused_before_anything_is_opened(small, configuration, tmp_path, capsys):
    asked = ["fit", str(small), "--split", str(small / "split.json"), "--configuration", str(configuration)]
    assert main([*asked, "--fold", "1", "--out", str(tmp_path / "run")]) == 3
    told = capsys.readouterr().err
    assert "The split has no folds, not fold 1" in told
    assert told.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_a_cohort_that_only_claims_to_be_of_phantoms_is_one_of_patients(cohort):
    rows, split = cohort.rows(), make_split(read_cohort(cohort.folder))
    assert load_material(read_cohort(cohort.folder), split).cohort["kind"] == "phantoms"
    for row in rows:
        for path in (cohort.folder / row["series"]).iterdir():
            header = dcmread(path)
            header.SoftwareVersions = "another"
            path.unlink()  # a link to a file that other tests read
            header.save_as(path)
        last = row is rows[-1]
        found = load_material(read_cohort(cohort.folder), split).cohort["kind"]
        assert found == ("patients" if last else "patients and phantoms")


def test_a_split_of_another_cohort_is_refused_before_anything_is_opened(small, configuration, tmp_path, capsys):
    other = json.loads((small / "split.json").read_text()) | {"cohort": "0" * 64}
    (tmp_path / "split.json").write_text(json.dumps(other))
    assert fit(small, tmp_path / "split.json", configuration, tmp_path / "run") == 3
    told = capsys.readouterr().err
    assert "made for another cohort" in told
    assert told.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_folders_in_use_are_refused_and_left_as_they_are(small, run, configuration, tmp_path, capsys):
    before = (run / "run.json").read_bytes()
    assert fit(small, small / "split.json", configuration, run) == 2
    assert "holds a complete run" in capsys.readouterr().err
    assert (run / "run.json").read_bytes() == before
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["export", str(run), "--out", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"crop_size": 64}, "crops of 64 pixels"),
        ({"cohort": {}}, "does not say what it was trained on"),
        ({"state": "begun"}, "is not complete"),
        ({"network_sha256": "0"}, "is not the network"),
    ],
)
def test_runs_that_make_no_bundle(run, tmp_path, capsys, change, sentence):
    copy = tmp_path / "run"
    shutil.copytree(run, copy, ignore=shutil.ignore_patterns("features", "tensorboard"))
    record = json.loads((copy / "run.json").read_text())
    (copy / "run.json").write_text(json.dumps(record | change))
    assert main(["export", str(copy), "--out", str(tmp_path / "bundle"), "--despite"]) == 3
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("name", ["", "a b", "../up", "x" * 65, "phantom-resnet50"])
def test_names_that_no_model_can_have(run, tmp_path, capsys, name):
    assert main(["export", str(run), "--out", str(tmp_path / "bundle"), "--id", name]) == 2
    assert "--id" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_interrupted_fit_says_that_it_goes_on(small, run, configuration, tmp_path, monkeypatch, capsys):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training.fit.run, "cached_features", interrupt)
    assert fit(small, small / "split.json", configuration, tmp_path / "run") == 130
    assert "the same command continues" in capsys.readouterr().err
    assert (tmp_path / "run" / "run.json").is_file()


def test_a_learning_curve_opens_training_patients_alone_and_is_not_begun_twice(small, run, tmp_path, capsys, shown_as):
    out, split = tmp_path / "curve", small / "split.json"
    asked = ["learning-curve", str(run), str(small), "--split", str(split), "--out", str(out), "--folds", "2"]
    asked += ["--threads", "2", "--repeats"]
    assert main([*asked, "2"]) == 0
    record = json.loads((out / "curve.json").read_text())
    shown_as("curve.json", record)
    assert {point["repeat"] for point in record["points"]} == {0, 1}
    training = [case for case in read_cohort(small).cases if case.patient in Split.load(split).training.all]
    assert len(list((out / "features").glob("*.npy"))) == len(training)
    assert "AUC by slice, 2 patients learned from: " in capsys.readouterr().out
    assert "<svg" in (out / "curve.svg").read_text()
    assert not split.with_suffix(".looks.csv").exists()
    assert main([*asked, "2"]) == 0
    assert json.loads((out / "curve.json").read_text()) == record
    assert main([*asked, "3"]) == 2
    assert "begun otherwise" in capsys.readouterr().err
    make_split(read_cohort(small), test=0.4, seed=9).save(tmp_path / "other.json")
    asked[4] = str(tmp_path / "other.json")
    assert main([*asked[:-1], "--repeats", "2"]) == 3
    assert "fitted on another cohort or split" in capsys.readouterr().err
