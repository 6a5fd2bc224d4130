"""A table of series becomes a cohort of suggested marks, from which nothing learns before a reader has confirmed it."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from desktop.reading.saved import Reading
from training.cli import main
from training.cohort.survey import read_cohort


@pytest.fixture
def table(study, tmp_path, write_slice):
    """The study as an invaded case, and a series that is no head."""
    (tmp_path / "empty").mkdir()
    for number in range(6):
        write_slice(tmp_path / "empty" / f"{number}", np.zeros((64, 64), np.int16), number=number + 1)
    path = tmp_path / "series.csv"
    path.write_text(
        f"case;patient;series;verdict;t_class\nA-1;P1;{study};positive;T3\nB;P2;empty;;\n", encoding="utf-8"
    )
    return path


def test_marks_are_suggested_and_confirmed_by_a_reader(table, tmp_path, phantom, capsys):
    cohort = tmp_path / "cohort"
    assert main(["cohort", "suggest", str(table), "--out", str(cohort)]) == 0
    said = " ".join(capsys.readouterr())
    assert "suggested: A-1: positive" in said
    assert "left out: B: " in said
    with (cohort / "suggest.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["outcome"] for row in csv.DictReader(stream)] == ["suggested", "left out"]
    reading = Reading.load(cohort / "readings" / "A-1.json")
    assert (reading.origin.range, reading.origin.roi, reading.origin.confirmed) == ("suggested", "suggested", False)
    assert main(["cohort", "check", str(cohort)]) == 3
    assert "not confirmed by a reader" in " ".join(capsys.readouterr())

    truth = phantom.truth
    invaded = [mm for mm, hit in zip(phantom.positions_mm, truth.slice_invaded, strict=True) if hit]
    told = ["--reader", "R", "--case", "A-1", f"--invaded={invaded[0]:.3f}:{invaded[-1]:.3f}"]
    assert main(["cohort", "confirm", str(cohort), *told]) == 0
    (case,) = read_cohort(cohort).cases
    assert case.reading.origin.confirmed
    assert case.reading.verdict == "positive"
    assert sum(case.reading.slice_labels.values()) >= 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("case,patient\nA,1\n", "has no column series"),
        ("case,patient,series\na/b,1,x\n", "is no key"),
        ("case,patient,series\nA,1,x\na,2,y\n", "is no key"),
        ("case,patient,series\n", "has no cases"),
        ("case,patient,series\nA,1,nowhere\n", "Nothing is suggested"),
        ("case,patient,series,verdict\nA,1,x,T3\n", "positive, negative or nothing is expected"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, capsys, text, said):
    table = tmp_path / "t.csv"
    table.write_text(text, encoding="utf-8")
    assert main(["cohort", "suggest", str(table), "--out", str(tmp_path / "out")]) == 3
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
