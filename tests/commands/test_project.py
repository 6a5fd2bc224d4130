"""`clivus project`, from two folders of DICOM files to a cohort that `clivus-train` takes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from desktop import events
from desktop.cli import main
from desktop.commands import project as project_command
from desktop.inference.bundle import Bundle
from desktop.messages import choose
from desktop.project import answers, cases, entries, reader_study
from desktop.project.answers import Answer
from desktop.project.database import Project
from desktop.project.reader_study import Arm
from desktop.reading.run import Verdict
from tests.project.conftest import marked


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
    table = (tmp_path / "cohort/cohort.csv").read_text(encoding="utf-8-sig")
    assert table.startswith("case,patient,series,reading,contrast\nP001-1,P001,")
    for row in table.splitlines()[1:]:
        assert (tmp_path / "cohort" / row.split(",")[2]).is_dir()
    written = b"".join(path.read_bytes() for path in (file, tmp_path / "data/places.json"))
    assert not [name for name in (b"Jane", b"Doe", b"Department") if name in written]


def test_cases_are_excluded_noted_and_joined_and_a_cohort_is_taken_over(two_people, tmp_path, capsys):
    file = str(tmp_path / "department.clivus")
    assert main(["project", "new", file]) == 0
    assert main(["project", "add", file, str(two_people)]) == 0
    by = ["--reader", "A"]
    assert main(["project", "exclude", file, "P001-1", *by, "--reason", "no MRI"]) == 0
    assert main(["project", "note", file, "P001-1", "P002-1", *by, "--mri", "no", "--set", "t_class=T3"]) == 0
    capsys.readouterr()
    assert main(["project", "list", file, "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["cases"]
    assert (first["state"], first["excluded"], first["mri"], first["strata"]) == (
        "excluded",
        "no MRI",
        False,
        {"t_class": "T3"},
    )
    assert (second["excluded"], second["mri"]) == (None, False)
    assert main(["project", "include", file, "P001-1", *by]) == 0
    assert main(["project", "note", file, "P001-1", *by, "--mri", "unknown", "--set", "t_class="]) == 0
    assert main(["project", "join", file, "P002-1", *by, "--patient", "P001"]) == 0
    assert "P002-1 is P001-2 now" in capsys.readouterr().out
    with Project.open(tmp_path / "department.clivus") as project:
        first, second = cases.every(project)
        assert (first.excluded, first.mri, first.strata) == ("", None, {})
        for case in (first, second):
            entries.keep(project, case, "A", marked(case, Verdict.NEGATIVE))
        log = events.last_digest(project)
    assert main(["project", "exclude", file, "P001-1", "P009-1", *by, "--reason", "motion"]) == 3
    assert main(["project", "exclude", file, "P001-1", *by, "--reason", " "]) == 2
    assert main(["project", "note", file, "P001-1", *by, "--set", "T3"]) == 2
    with Project.open(tmp_path / "department.clivus") as project:
        assert events.last_digest(project) == log, "all of the cases named, or none"
    assert main(["project", "export", file, str(tmp_path / "cohort")]) == 0
    other = str(tmp_path / "other.clivus")
    assert main(["project", "new", other]) == 0
    capsys.readouterr()
    assert main(["project", "add", other, str(tmp_path / "cohort")]) == 0
    assert "2 cases added, 0 known already, 2 readings taken over" in capsys.readouterr().out


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


def test_agreement_and_a_study_from_begin_to_tables(two_people, tmp_path, capsys):
    file = tmp_path / "department.clivus"
    assert main(["project", "new", str(file)]) == 0
    assert main(["project", "add", str(file), str(two_people)]) == 0
    assert main(["project", "agreement", str(file), "A", "B"]) == 3
    with Project.open(file) as project:
        for reader in ("A", "B"):
            entries.add_reader(project, reader)
        for case, verdict in zip(cases.every(project), (Verdict.POSITIVE, Verdict.NEGATIVE), strict=True):
            for reader in ("A", "B"):
                entries.keep(project, case, reader, marked(case, verdict))
    capsys.readouterr()
    assert main(["project", "agreement", str(file), "A", "B"]) == 0
    assert "kappa of answers: 1.00" in capsys.readouterr().out
    begin = ["study", "begin", str(file), "two readers", "--readers", "A", "B", "--patients", "2", "--margin", "0.05"]
    assert main(begin) == 0
    assert main(begin) == 3, "there is one of this name"
    assert main(["study", "export", str(file), "two readers", str(tmp_path / "tables")]) == 3, "no answer was given yet"
    assert not (tmp_path / "tables").exists()
    with Project.open(file) as project:
        found = reader_study.find(project, "two readers")
        assert found.protocol.bundle == Bundle.shipped().manifest_sha256
        for own in answers.to_do(project, found, "A", Arm.UNAIDED):
            case = cases.find(project, own)
            seen = answers.begin(project, found, "A", case, Arm.UNAIDED)
            given = Answer(seen.first_view, Verdict.POSITIVE, 4, 80)
            answers.lock(project, found, "A", case, Arm.UNAIDED, given)
    assert main(["study", "export", str(file), "two readers", str(tmp_path / "tables")]) == 0
    assert (tmp_path / "tables/imrmc.csv").read_text().splitlines()[0] == "readerID,caseID,modalityID,score"
    assert len((tmp_path / "tables/readers.csv").read_text().splitlines()) == 3
    begin = ["study", "begin", str(file), "Figure 7", "--kind", "rectangles", "--readers", "B", "--patients", "2"]
    assert main(begin) == 0
    with Project.open(file) as project:
        found = reader_study.find(project, "Figure 7")
        assert (found.protocol.measure, found.protocol.washout_days, found.protocol.bundle) == ("Dice", 0, "")
        case = cases.find(project, answers.to_do(project, found, "B", Arm.UNAIDED)[0])
        seen = answers.begin(project, found, "B", case, Arm.UNAIDED)
        answers.lock(project, found, "B", case, Arm.UNAIDED, replace(seen, roi=marked(case).roi))
    assert main(["study", "export", str(file), "Figure 7", str(tmp_path / "rectangles")]) == 0
    assert (tmp_path / "rectangles/B/second.csv").is_file()


HELPED = [["project"], ["study"], *(["project", action] for action in project_command._ACTIONS)]


@pytest.fixture(params=["en", "ja", "zh_CN"])
def language(request, monkeypatch):
    monkeypatch.setenv("CLIVUS_LANGUAGE", request.param)
    yield
    choose({"CLIVUS_LANGUAGE": "en"})


@pytest.mark.parametrize("command", HELPED)
def test_every_command_has_a_help(command, language, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert "PROJECT" in capsys.readouterr().out or len(command) == 1
