"""`clivus learn` from a project to a bundle that reads; the network is one that knows nothing but brightness."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import main
from desktop.errors import WrongUse
from desktop.inference.bundle import Bundle
from desktop.inference.graph import Graph
from desktop.learning.chance import near_chance
from desktop.learning.cohort.split import Split
from desktop.learning.made_here import made_here, own_file
from desktop.learning.work_folder import AnotherLearning, WorkFolder
from desktop.project import cases
from desktop.project.database import Project
from desktop.project.identity import learned_digest
from tests.full_disk import largest_file

MakeProject = Callable[..., Path]


def sums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def learn(project: Path, out: Path, model: Path, *more: str) -> int:
    return main(["learn", str(project), "--out", str(out), "--model", str(model), *more])


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The refusal, behind whatever progress was told."""
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("clivus: ")]
    assert len(said) == 1
    return said[0]


@contextmanager
def interrupted(after: int, act: Callable[[], None]) -> Iterator[None]:
    """Something happens when the network is asked about so many crops."""
    inner, asked = Graph.features, 0

    def features(self: Graph, crop: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == after:
            act()
        return inner(self, crop)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Graph, "features", features)
        yield


def stop() -> None:
    raise KeyboardInterrupt


def test_a_department_learns_a_model_that_reads_and_no_disturbance_changes_it_or_costs_what_was_done(
    project: MakeProject, department, quick: Path, tmp_path: Path, capsys, shown_as
) -> None:
    path, out, work, model = project(), tmp_path / "site-7", tmp_path / "site-7.learning", tmp_path / "model"
    shutil.copytree(quick, model)
    if sys.platform != "win32":
        with largest_file(5_000_000):  # a case's crops fit, those of all do not
            assert learn(path, out, model) == 3
        assert "cannot be written" in one_line(capsys)
        assert not out.exists()
    with interrupted(600, stop):
        assert learn(path, out, model) == 130
    assert "the same command continues from there" in one_line(capsys)
    assert not out.exists()
    kept = sorted(file.name for file in (work / "features" / "learned").iterdir())
    assert kept == ["00000.json", "00000.npy"], "the first part is whole, the second is not there"
    assert learn(path, out, model, "--seed", "1") == 3
    assert "begun to be learned with another recipe" in one_line(capsys)
    with interrupted(3, lambda: shutil.move(model, tmp_path / "elsewhere")):
        assert learn(path, out, model) == 4
    assert "There is no model at" in one_line(capsys)
    assert not out.exists()
    shutil.move(tmp_path / "elsewhere", model)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Graph, "features", None)  # none is asked for again
        assert learn(path, out, model) == 0
    told = capsys.readouterr().out

    bundle = Bundle.load(out)
    assert bundle.manifest_sha256 in made_here([own_file()]), "it is the site's own, though nobody signed it"
    manifest, base = bundle.manifest, Bundle.load(quick).manifest
    assert sorted(sums(out)) == ["MODEL_CARD.md", "head.bin", "manifest.json", "model.onnx", "reference.npz"]
    assert manifest.files["model.onnx"] == base.files["model.onnx"]
    assert (manifest.id, manifest.intended_use, manifest.near_chance) == ("site-7", "demonstration", ())
    assert {(one.unit, one.numbers.rpartition(", ")[2]) for one in manifest.metrics} == {
        (unit, marked) for unit in ("slice", "series", "patient") for marked in ("folds", "left out")
    }
    assert "sensitivity (by patient): 1.000 (" in told
    card = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "Figures marked left out: on the test's patients" in card
    assert manifest.files["head.bin"] in card

    found, begun = json.loads((work / "learned.json").read_text()), json.loads((work / "learning.json").read_text())
    shown_as("learned.json", found | {"cases_not_used": [{"case": "", "reason": "", "said": None}]})
    shown_as("learning.json", begun)
    assert str(manifest.made_on) == begun["begun"]
    assert sorted(item.name for item in work.iterdir()) == [
        *("checklist.csv", "checklist.md", "learned.json", "learning.json", "split.json"),
    ], "no crop of a patient is left"
    split = Split.load(work / "split.json")
    judged = {one["patient"]: one for one in found["patients"]}
    assert {key for key, one in judged.items() if one["judged"] == "left out"} == split.test.all
    assert all(one["called"] == one["positive"] for one in judged.values())

    # It is never compared on a patient that it learned from.
    with Project.open(path) as opened:
        digests = {learned_digest(opened.salt, case.id): case.patient for case in cases.every(opened)}
    assert manifest.learned_from is not None
    assert {digests[one] for one in manifest.learned_from.cases} == split.training.all
    assert main(["bundle", "compare", str(path), str(out), "--json"]) == 0
    compared = json.loads(capsys.readouterr().out)
    assert {one["key"] for one in compared["patients"]} == split.test.all
    assert compared["models"][0]["sensitivity"]["value"] == compared["models"][0]["auc"]["value"] == 1.0
    assert set(compared["left_out"].values()) == {f"site-7 {manifest.version} learned from this patient"}

    # Undisturbed, the same bytes.
    again = tmp_path / "again"
    assert learn(path, again, quick, "--id", "site-7") == 0
    assert sums(again) == sums(out)

    # The application reads with it, and calls a patient as learning did.
    capsys.readouterr()
    root, invaded = department
    for folder in ("01", "02"):
        reading = tmp_path / f"{folder}.json"
        exported = tmp_path / f"cohort {folder}"
        assert main(["project", "export", str(path), str(exported)]) == 0
        capsys.readouterr()
        row = next(
            line.split(",") for line in (exported / "cohort.csv").read_text().splitlines() if f"/{folder}," in line
        )
        shutil.copy(exported / row[3], reading)
        asked = ["read", str(root / folder), "--reading", str(reading), "--model", str(out)]
        assert main([*asked, "--out", str(tmp_path / f"result {folder}")]) == 0
        result = json.loads(capsys.readouterr().out)
        assert result["verdict"] == ("positive" if invaded[folder] else "negative")
        assert result["model"]["sha256"] == manifest.sha256


def test_random_labels_are_refused_and_written_only_despite_that_marked_for_ever(
    project: MakeProject, quick: Path, tmp_path: Path, capsys
) -> None:
    path, out = project(lambda number, truth: number // 2 % 2 == 1), tmp_path / "coin"
    assert learn(path, out, quick) == 3
    assert "was not shown to be better than chance" in one_line(capsys)
    assert not out.exists()
    found = json.loads((tmp_path / "coin.learning" / "learned.json").read_text())
    assert found["near_chance"]
    assert learn(path, out, quick, "--despite") == 0
    manifest = Bundle.load(out).manifest
    assert manifest.near_chance == near_chance(manifest.metrics) == tuple(found["near_chance"])
    assert "training did not show" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("label", "patients", "says"),
    [
        (lambda number, truth: truth, 3, "1 with and 2 without are ready; 13 cases are not. Case P"),
        (lambda number, truth: False, 16, "0 with and 16 without are ready: settle"),
    ],
)
def test_what_nothing_can_be_learned_from_is_refused_at_once(
    project: MakeProject, quick: Path, tmp_path: Path, capsys, label, patients, says
) -> None:
    assert learn(project(label, patients), tmp_path / "site-7", quick) == 3
    assert says in one_line(capsys)
    assert not [item.name for item in tmp_path.iterdir() if item.name.startswith("site-7")]


def test_places_models_and_names_that_do_not_fit_are_refused_before_anything_is_opened(
    quick: Path, tmp_path: Path, capsys
) -> None:
    project = tmp_path / "absent.clivus"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("")
    assert learn(project, tmp_path / "full", quick) == 2
    assert "exists already" in one_line(capsys)
    assert learn(project, tmp_path / "a name", quick) == 2
    assert "cannot be a model's name" in one_line(capsys)
    assert learn(project, tmp_path / "site-7", quick, "--id", "phantom-resnet50") == 2
    assert "comes with Clivus" in one_line(capsys)
    assert learn(project, tmp_path / "site-7", quick, "--seed", "-1") == 3
    assert "seed is -1" in one_line(capsys)
    assert learn(project, tmp_path / "site-7", tmp_path / "nothing") == 4
    assert "There is no model at" in one_line(capsys)
    assert learn(project, tmp_path / "site-7", quick) == 3
    assert "There is no project at" in one_line(capsys)
    other = tmp_path / "other"
    shutil.copytree(quick, other)
    fields = json.loads((other / "manifest.json").read_text())
    fields |= {"crop_size": 192, "map_stride": 32, "self_test": fields["self_test"] | {"map": [[0.0] * 6] * 6}}
    (other / "manifest.json").write_text(json.dumps(fields))
    assert learn(project, tmp_path / "site-7", other) == 3
    assert "takes crops of 192 pixels, and Clivus learns from crops of 224" in one_line(capsys)


def test_a_folder_begun_yesterday_keeps_its_day_and_another_recipe_is_refused(tmp_path: Path) -> None:
    folder, same = tmp_path / "work", {"recipe": "a" * 64}
    WorkFolder.begin(folder, same)
    record = folder / "learning.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"begun": "2026-01-31"}))
    assert WorkFolder.begin(folder, same).begun == date(2026, 1, 31)
    with pytest.raises(AnotherLearning, match="another recipe"):
        WorkFolder.begin(folder, {"recipe": "b" * 64})
    record.write_text("{}")
    with pytest.raises(WrongUse, match="something else"):
        WorkFolder.begin(folder, same)
