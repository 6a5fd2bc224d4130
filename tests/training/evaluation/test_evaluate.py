"""`clivus-train evaluate` as it is typed: from a cohort on disk to the report."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from training.cli import main
from training.cohort.survey import read_cohort
from training.evaluation.cases.chosen import SHOWN_AT_RANDOM
from training.evaluation.report.stated import read_figures

DRAWS = 2
SHY = "shy 王 $"
"""A reader whose name the drawings' font does not have."""


@pytest.fixture(scope="module")
def own(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small cohort, beside which looks may be noted; its DICOM files are links."""
    folder = tmp_path_factory.mktemp("evaluate") / "cases"
    shutil.copytree(small, folder, copy_function=os.link)
    return folder


@pytest.fixture(scope="module")
def readers(own: Path) -> Path:
    """Two readers, one of whom calls everything positive, a case left out too; the other calls not all."""
    path = own.parent / "readers.csv"
    cases = read_cohort(own).cases
    (own / "excluded.csv").write_text("case,reason\nX1,no MRI\n", encoding="utf-8")
    rows = [(case.key, "keen", "positive", "no") for case in cases] + [("X1", "keen", "positive", "no")]
    rows += [(case.key, "keen", str(case.reading.verdict), "yes") for case in cases]
    rows += [(case.key, SHY, str(case.reading.verdict), "no") for case in cases[1:]]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("case", "reader", "verdict", "with_model"), *rows])
    return path


@pytest.fixture(scope="module")
def evaluation(own: Path, readers: Path, quick: Path) -> Path:
    """All cases judged by the quick model, with everything that can be compared; read only."""
    out = own.parent / "evaluation"
    asked = ["evaluate", str(quick), str(own), "--out", str(out), "--device", "cpu", "--prevalence", "0.1", "0.3"]
    asked += ["--readers", str(readers), "--second", str(own / "readings"), "--against", str(quick)]
    assert main([*asked, "--moved", str(DRAWS), "--shift", "4"]) == 0
    return out


@pytest.fixture(scope="module")
def metrics(evaluation: Path) -> dict[str, Any]:
    return json.loads((evaluation / "metrics.json").read_text(encoding="utf-8"))


def status_of(asked: list[str]) -> object:
    """The command's exit status; of a command line that cannot be understood, argparse's."""
    try:
        return main(asked)
    except SystemExit as left:
        return left.code


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_folder_holds_what_is_promised(evaluation, metrics, shown_as):
    assert sorted(path.name for path in evaluation.iterdir()) == [
        "checklist.csv",
        "checklist.md",
        "measures.csv",
        "metrics.json",
        "moved_rectangles.csv",
        "patients.csv",
        "readers.csv",
        "report.html",
        "second_readings.csv",
        "series.csv",
        "slices.csv",
    ]
    shown_as("metrics.json", metrics)


def test_the_figures_are_those_of_the_cases(evaluation, metrics, own):
    cases = {case.key: case for case in read_cohort(own).cases}
    series, patients = rows(evaluation / "series.csv"), rows(evaluation / "patients.csv")
    assert len(series) == len(cases) == metrics["cohort"]["series"] == 7
    assert len(patients) == metrics["cohort"]["patients"] == 6
    assert all((row["label"] == "positive") is cases[row["case"]].positive for row in series)
    by_unit = {one["unit"]: one for one in metrics["figures"]}
    for unit, table in (("series", series), ("patient", patients)):
        right = by_unit[unit]["performance"]["shares"]["accuracy"]
        assert right["hits"] == sum(row["label"] == row["verdict"] for row in table)
        assert right["of"] == len(table)
    slices = rows(evaluation / "slices.csv")
    for row in series:
        called = [float(item["probability"]) >= 0.5 for item in slices if item["case"] == row["case"]]
        assert len(called) == int(row["slices"])
        assert int(row["run_slices"]) <= sum(called)
    assert metrics["misread"] == [row["case"] for row in series if row["label"] != row["verdict"]]


def test_every_figure_has_its_unit_and_interval_or_a_reason(evaluation):
    table = rows(evaluation / "measures.csv")
    assert {row["unit"] for row in table} == {"patient", "series", "slice"}
    for row in table:
        if row["remark"]:
            assert row["remark"].startswith("cannot be computed, because ")
            assert not row["value"]
        else:
            assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), row
            assert row["interval_by"]
    assert {"PPV at prevalence 0.1", "NPV at prevalence 0.3"} <= {row["figure"] for row in table}


def test_a_model_beside_itself_and_marks_beside_themselves_do_not_differ(metrics):
    for compared in metrics["other_model"]["compared"]:
        assert compared["accuracy"]["only_one"] == compared["accuracy"]["only_other"] == 0
    second = metrics["second_readings"]
    assert second["changed"] == []
    assert second["dice"]["lowest"] == pytest.approx(1.0)
    assert metrics["moved_rectangles"]["spread"] == {"shift_mm": 4.0, "scale": 0.1, "draws": DRAWS, "seed": 0}


def test_readers_are_compared_and_what_is_missing_is_said(evaluation, metrics, own):
    study = metrics["readers"]
    names = [reader["name"] for reader in study["readers"]]
    assert names == ["Reader keen", "Reader keen with the model", f"Reader {SHY}"]
    left_out = read_cohort(own).cases[0].key
    assert study["readers"][2]["missing"] == [left_out]
    page = (evaluation / "report.html").read_text(encoding="utf-8")
    assert f"not {left_out}" in page
    assert f"Reader no. 3 is Reader {SHY}." in page
    assert "Reader keen also called one series that is not evaluated here. Those calls are left aside." in page
    assert "The paper&#39;s Table 1 mixes units" in page


def test_the_report_is_one_file_that_fetches_nothing_and_names_no_path(evaluation, own, metrics):
    page = (evaluation / "report.html").read_text(encoding="utf-8")
    assert "Demonstration, not for clinical use." in page
    assert str(own.parent) not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "nan" not in page.split("<main>")[1].replace("data:", "").casefold().split()
    assert page.count("data:image/jpeg") == len(metrics["misread"]) + 2 * SHOWN_AT_RANDOM
    assert page.count("drawn at random") == 2 * SHOWN_AT_RANDOM
    for case in read_cohort(own).cases:
        assert case.patient in page


def test_each_look_is_counted(evaluation, own, quick):
    assert len(rows(own / "cohort.looks.csv")) == 2  # two models in one look
    out = own.parent / "again"
    assert main(["evaluate", str(quick), str(own), "--out", str(out), "--device", "cpu"]) == 0
    looks = json.loads((out / "metrics.json").read_text())["looks"]
    assert (looks["number"], looks["same"], looks["models"]) == (2, 2, 1)
    assert "This is look 2 at this test set" in (out / "report.html").read_text(encoding="utf-8")


def test_patients_of_internal_validation_are_no_look_at_the_test_side(own, quick, tmp_path, capsys):
    split, looks = own / "split.json", own / "split.looks.csv"
    asked = ["evaluate", str(quick), str(own), "--split", str(split), "--side", "validation", "--device", "cpu"]
    assert main([*asked, "--out", str(tmp_path / "out")]) == 0
    assert not looks.exists()
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["looks"] is None
    assert "No test patient was looked at" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "no test patient was looked at" in capsys.readouterr().out
    assert all(metric.numbers.endswith(", validation") for metric in read_figures(tmp_path / "out").metrics)


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        (["nowhere", "{own}"], 4, "There is no model at"),
        (["{quick}", "{own}/nothing"], 3, "cannot be opened"),
        (["{quick}", "{own}", "--split", "{own}/none.json"], 3, "The split"),
        (["{quick}", "{own}", "--readers", "{own}/none.csv"], 3, "cannot be opened"),
        (["{quick}", "{own}", "--readers", "{own}/twice.csv"], 3, "it is called twice"),
        (["{quick}", "{own}", "--readers", "{own}/maybe.csv"], 3, "write positive or negative"),
        (["{quick}", "{own}", "--second", "{own}/series"], 3, "Case "),
        (["{quick}", "{own}", "--show", "nobody"], 2, "There is no case"),
        (["{quick}", "{own}", "--moved", "0"], 2, "there must be a draw"),
        (["{quick}", "{own}", "--prevalence", "1"], 2, "above 0 and below 1"),
    ],
    ids=lambda given: " ".join(given[2:]) or given[0] if isinstance(given, list) else "",
)
def test_what_cannot_be_used_is_one_sentence_and_no_look(own, quick, tmp_path, capsys, given, status, sentence):
    key = read_cohort(own).cases[0].key
    (own / "twice.csv").write_text(f"case,reader,verdict\n{key},A,positive\n{key},A,negative\n")
    (own / "maybe.csv").write_text(f"case,reader,verdict\n{key},A,perhaps\n")
    before = (own / "cohort.looks.csv").read_bytes() if (own / "cohort.looks.csv").exists() else b""
    asked = [text.format(own=own, quick=quick) for text in given]
    assert status_of(["evaluate", *asked, "--out", str(tmp_path / "out"), "--device", "cpu"]) == status
    told = capsys.readouterr().err
    assert sentence in told
    assert "Traceback" not in told
    assert not list(tmp_path.iterdir())
    after = (own / "cohort.looks.csv").read_bytes() if (own / "cohort.looks.csv").exists() else b""
    assert after == before


def test_a_folder_in_use_is_refused_before_anything_is_judged(own, tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["evaluate", "shipped", str(own), "--out", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_run_needs_torch_and_says_so(own, tmp_path):
    (tmp_path / "run.json").write_text("{}")
    code = (
        "import sys\n"
        "class Without:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'torch': raise ModuleNotFoundError(name=name)\n"
        "sys.meta_path.insert(0, Without())\n"
        "from training.cli import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    asked = ["evaluate", str(tmp_path), str(own), "--out", str(tmp_path / "out")]
    done = subprocess.run([sys.executable, "-c", code, *asked], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert done.stderr.startswith("clivus-train: Training needs torch")
