"""`clivus project`, from two folders of DICOM files to a cohort that `clivus-train` takes."""

from __future__ import annotations

import json
import shutil

import pytest
from pydicom import dcmread

from desktop.cli import main
from desktop.project import cases, entries
from desktop.project.database import Project
from desktop.reading.run import Verdict
from tests.project.conftest import marked


@pytest.fixture(scope="module")
def two_people(study, tmp_path_factory):
    """The study, and the same head as another person's, both in folders with a name on them."""
    folder = tmp_path_factory.mktemp("Department") / "Jane Doe"
    shutil.copytree(study, folder / "1")
    (folder / "2").mkdir()
    for path in study.iterdir():
        dataset = dcmread(path)
        for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
            setattr(dataset, keyword, f"{getattr(dataset, keyword)}9"[-64:])
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.PatientID, dataset.PatientName = "other", "Other"
        dataset.save_as(folder / "2" / path.name)
    return folder


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setattr("desktop.commands.project.local_data_folder", lambda: tmp_path / "data")


def test_from_folders_to_a_cohort(two_people, tmp_path, capsys):
    file = tmp_path / "department.clivus"
    assert main(["project", "new", str(file)]) == 0
    assert main(["project", "add", str(file), str(two_people), "--suggest"]) == 0
    assert "2 cases added" in capsys.readouterr().out
    assert main(["project", "add", str(file), str(two_people)]) == 0
    assert "0 cases added, 2 known" in capsys.readouterr().out
    with Project.open(file) as project:
        found = cases.every(project)
        assert all(json.loads(case.suggestion)["confident"] for case in found)
        assert {len(case.pixels) for case in found} == {64}
        entries.add_reader(project, "A")
        for case, verdict in zip(found, (Verdict.POSITIVE, Verdict.NEGATIVE), strict=True):
            entries.keep(project, case, "A", marked(case, verdict))
    assert main(["project", "list", str(file), "--reader", "A", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert (listed["answered"], listed["of"]) == (2, 2)
    assert main(["project", "check", str(file)]) == 0
    assert main(["project", "export", str(file), str(tmp_path / "cohort")]) == 0
    table = (tmp_path / "cohort/cohort.csv").read_text()
    assert table.startswith("case,patient,series,reading,contrast\nP001-1,P001,")
    for row in table.splitlines()[1:]:
        assert (tmp_path / "cohort" / row.split(",")[2]).is_dir()
    written = b"".join(path.read_bytes() for path in (file, tmp_path / "data/places.json"))
    assert not [name for name in (b"Jane", b"Doe", b"Department") if name in written]


def test_what_is_wrong_is_said_in_one_sentence(tmp_path, capsys):
    file = tmp_path / "department.clivus"
    assert main(["project", "list", str(file)]) == 3
    assert "There is no project" in capsys.readouterr().err
    assert main(["project", "new", str(file)]) == 0
    assert main(["project", "new", str(file)]) == 2
    assert main(["project", "export", str(file), str(tmp_path / "cohort")]) == 3
    assert not (tmp_path / "cohort").exists()
    assert "No case" in capsys.readouterr().err
    assert main(["project", "merge", str(file), str(tmp_path / "none.clivus")]) == 3
