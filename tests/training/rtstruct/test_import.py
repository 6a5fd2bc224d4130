"""From CT, contours and T stage to a cohort that nothing learns from before a reader has confirmed it."""

from __future__ import annotations

import csv
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from desktop.cohort_table import TABLE_FILE, read_table
from desktop.phantoms import Phantom
from desktop.phantoms.series_files import instance_uid
from desktop.project import cases, entries
from desktop.project.cohort import export
from desktop.project.database import Project, ProjectRefused
from desktop.project.places import Places
from desktop.project.taking import take
from desktop.reading.roi import PositionRange
from desktop.reading.saved import Reading
from tests.training.rtstruct.conftest import saved
from training.cli import main
from training.cohort.survey import read_cohort

LICENCE = "CC BY 4.0, Phantoms, TCIA"
HEADER = "patient_id,Ds Site,T,ContrastEnhanced\n"


@pytest.fixture(scope="module")
def structures(phantom: Phantom, proof: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Contours of the study's phantom, from its truth."""
    everything = slice(0, phantom.acquisition.slice_count)
    dataset = proof.structure_set(phantom, proof.tumour_of(phantom, everything), everything)
    return saved(dataset, tmp_path_factory.mktemp("structures") / "1-1.dcm")


@pytest.fixture
def asked(study: Path, structures: Path, tmp_path: Path) -> list[str]:
    """How the import of the study as patient P1 (T3) is typed."""
    folder = tmp_path / "dicom" / "P1"
    shutil.copytree(study, folder / "CT", copy_function=os.link)
    (folder / "RTSTRUCT").mkdir()
    shutil.copy(structures, folder / "RTSTRUCT")
    table = tmp_path / "clinical.csv"
    table.write_text(HEADER + "P1,Nasopharynx,T3,1\nP2,Larynx,T3,1\nP3,Nasopharynx,T1,\n", encoding="utf-8")
    where = [str(tmp_path / "dicom"), "--table", str(table), "--out", str(tmp_path / "cohort")]
    return ["cohort", "import-rtstruct", *where, "--licence", LICENCE]


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr())


def test_a_proposal_is_confirmed_by_a_reader_before_anything_takes_it(asked, tmp_path, phantom, capsys):
    assert main(asked) == 0
    said = told(capsys)
    assert "proposed: P1: T3, positive" in said
    assert "left out: P2: its site is Larynx" in said
    assert "left out: P3: There is no folder" in said
    assert f"Licence: {LICENCE}." in said
    cohort = tmp_path / "cohort"
    with (cohort / "import.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["patient"]: row["outcome"] for row in csv.DictReader(stream)} == {
            "P1": "proposed",
            "P2": "left out",
            "P3": "left out",
        }

    proposal = Reading.load(cohort / "readings" / "P1.json")
    assert (proposal.origin.range, proposal.origin.labels, proposal.origin.confirmed) == (
        "suggested",
        "T stage T3",
        False,
    )
    truth = phantom.truth
    assert abs(proposal.range.middle_mm - PositionRange(*truth.range_mm).middle_mm) < 10
    known = {(str(instance_uid(phantom, n)), 0): invaded for n, invaded in enumerate(truth.slice_invaded)}
    assert np.mean([known[key] == label for key, label in proposal.slice_labels.items()]) > 0.5

    assert main(["cohort", "check", str(cohort)]) == 3
    assert "(range suggested, ROI suggested, labels from T stage T3), not confirmed by a reader" in told(capsys)
    split = str(tmp_path / "split.json")
    assert main(["cohort", "split", str(cohort), "--out", split]) == 3
    assert "use `clivus-train cohort confirm`" in told(capsys)
    assert main(["cohort", "confirm", str(cohort)]) == 0
    assert "P1: positive, range" in told(capsys)

    confirming = ["cohort", "confirm", str(cohort), "--reader", "reader A"]
    assert main([*confirming, "--case", "P1"]) == 0
    assert "1 cases confirmed by reader A; 0 wait." in told(capsys)
    confirmed = Reading.load(cohort / "readings" / "P1.json")
    assert confirmed.origin.confirmed_by == "reader A"
    assert (confirmed.slice_labels, confirmed.roi) == (proposal.slice_labels, proposal.roi)
    (case,) = read_cohort(cohort).cases
    assert (case.licence, case.phase, case.strata) == (LICENCE, "contrast", {"t_stage": "T3"})
    assert read_cohort(cohort).licence == LICENCE
    assert main([*confirming, "--case", "P1"]) == 2, "it does not wait any more"


def test_a_reader_corrects_what_was_proposed(asked, tmp_path, capsys):
    assert main(asked) == 0
    file = tmp_path / "cohort" / "readings" / "P1.json"
    before = file.read_bytes()
    confirming = ["cohort", "confirm", str(tmp_path / "cohort"), "--reader", "reader A", "--case", "P1"]
    span = Reading.load(file).range
    assert main([*confirming, f"--invaded={span.high_mm + 50}:{span.high_mm + 60}"]) == 3
    assert "no slice in range is called positive" in told(capsys)
    assert main([*confirming, "--verdict", "negative", f"--invaded={span.low_mm}:{span.high_mm}"]) == 2
    assert file.read_bytes() == before, "what cannot be confirmed is left as it was"
    assert main([*confirming, f"--invaded={span.low_mm}:{span.middle_mm}"]) == 0
    labels = list(Reading.load(file).slice_labels.values())
    assert labels == sorted(labels, reverse=True)
    assert 0 < sum(labels) < len(labels)


def test_confirming_needs_a_reader_and_cases(asked, tmp_path, capsys):
    assert main(asked) == 0
    cohort = str(tmp_path / "cohort")
    for wrong in (["--all"], ["--reader", "A"], ["--reader", "A", "--case", "P9"], ["--reader", " "]):
        assert main(["cohort", "confirm", cohort, *wrong]) == 2
    assert main(["cohort", "confirm", cohort, "--reader", "A", "--all", "--verdict", "negative"]) == 0
    assert Reading.load(tmp_path / "cohort" / "readings" / "P1.json").slice_labels == {}


def _second_structure_set(folder: Path) -> None:
    shutil.copy(folder / "RTSTRUCT" / "1-1.dcm", folder / "RTSTRUCT" / "2-1.dcm")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_second_structure_set, "There are 2 structure sets with a tumour"),
        (lambda folder: shutil.rmtree(folder / "RTSTRUCT"), "There is no RT Structure Set"),
        (lambda folder: shutil.rmtree(folder / "CT"), "No CT image can be read"),
    ],
)
def test_where_nobody_can_be_used_nothing_is_written(asked, tmp_path, capsys, spoil, reason):
    spoil(tmp_path / "dicom" / "P1")
    (tmp_path / "clinical.csv").write_text(HEADER + "P1,Nasopharynx,T3,1\n", encoding="utf-8")
    assert main(asked) == 3
    assert reason in told(capsys)
    assert not (tmp_path / "cohort").exists()


def test_the_licence_is_needed_and_kept_short(asked, capsys):
    for text in ("", "x" * 121, "two\nlines"):
        assert main([*asked[:-1], text]) == 2
    assert main([*asked, "--roi", "("]) == 2
    assert "not a regular expression" in told(capsys)


def test_what_no_reader_confirmed_is_read_by_the_window_alone(asked, tmp_path, study, capsys):
    from desktop.cli import main as clivus

    assert main(asked) == 0
    file = tmp_path / "cohort" / "readings" / "P1.json"
    assert clivus(["read", str(study), "--reading", str(file), "--out", str(tmp_path / "report")]) == 3
    assert "not confirmed by a reader" in told(capsys)
    assert json.loads(file.read_text())["origin"]["confirmed_by"] is None


def test_a_proposal_comes_into_a_project_and_out_as_the_reading_that_a_reader_confirmed(asked, tmp_path):
    assert main(asked) == 0
    places = Places(tmp_path / "places.json")
    with Project.create(tmp_path / "d.clivus") as project:
        taken = take(project, tmp_path / "cohort" / TABLE_FILE, "A", places)
        assert (taken.new, taken.readings, taken.proposals, taken.troubles) == (1, 1, 1, [])
        (case,) = cases.every(project)
        assert (case.key, case.contrast, case.strata["licence"]) == ("P1", "contrast", LICENCE)
        (kept,) = entries.of_reader(project, case, "A")
        with pytest.raises(ProjectRefused, match="No case"):
            export(project, tmp_path / "too early", lambda case: places.find(case.id))
        confirmed = replace(kept.entry, origin=replace(kept.entry.origin, confirmed_by="A"))
        entries.keep(project, case, "A", confirmed)
        export(project, tmp_path / "confirmed", lambda case: places.find(case.id))
    (before,) = read_table(tmp_path / "cohort" / TABLE_FILE)
    proposal = Reading.load(tmp_path / "cohort" / before.cells["reading"])
    (only,) = read_cohort(tmp_path / "confirmed").cases
    assert (only.reading.roi, only.reading.range) == (proposal.roi, proposal.range)
    assert (only.reading.slice_labels, only.reading.verdict) == (proposal.slice_labels, proposal.verdict)
    assert only.reading.origin == replace(proposal.origin, confirmed_by="A")
    assert (only.key, only.patient, only.licence) == ("P1", "P1", LICENCE)
