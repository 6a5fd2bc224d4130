"""Every look at a test set is noted beside it, before anything is measured."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest

from training.evaluation.looks import Look, Looks, LooksRefused, looks_file, record_look

LOOK = Look("2026-01-01T00:00:00+00:00", "a" * 64, "site-7", "1.0", "b" * 64)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("test_set", "beside"),
    [("split.json", "split.looks.csv"), ("cohort.csv", "cohort.looks.csv"), ("cases", "cases/cohort.looks.csv")],
)
def test_the_table_lies_beside_the_test_set(tmp_path, test_set, beside):
    (tmp_path / "cases").mkdir()
    assert looks_file(tmp_path / test_set) == tmp_path / beside


def test_each_look_adds_a_row_and_is_counted(tmp_path):
    path = tmp_path / "split.looks.csv"
    assert record_look(path, LOOK) == Looks(1, 1)
    assert record_look(path, LOOK) == Looks(2, 1)
    assert record_look(path, replace(LOOK, model_sha256="c" * 64)) == Looks(3, 2)
    assert [row["model"] for row in rows(path)] == ["site-7"] * 3
    assert rows(path)[2]["model_sha256"] == "c" * 64


def test_a_look_at_other_cases_is_another_count(tmp_path):
    path = tmp_path / "split.looks.csv"
    record_look(path, LOOK)
    assert record_look(path, replace(LOOK, cases="d" * 64)) == Looks(1, 1)


def test_a_table_of_something_else_is_left_as_it_is(tmp_path):
    path = tmp_path / "split.looks.csv"
    path.write_text("time,who\nnoon,me\n")
    with pytest.raises(LooksRefused, match="is no table of looks"):
        record_look(path, LOOK)
    assert path.read_text() == "time,who\nnoon,me\n"


@pytest.mark.skipif(os.name == "nt", reason="folders have no mode there")
def test_without_a_note_there_is_no_look(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LooksRefused, match="no test set is looked at without a note"):
        record_look(tmp_path / "file" / "split.looks.csv", LOOK)
