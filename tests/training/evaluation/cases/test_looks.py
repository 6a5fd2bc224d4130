"""Every look at a test set is noted beside it, before anything is measured."""

from __future__ import annotations

import csv
import errno
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from training.evaluation.cases.looks import Look, Looks, LooksRefused, looks_file, record_look

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
    later, last = (replace(LOOK, time=f"2026-01-0{day}T00:00:00+00:00") for day in (2, 3))
    assert record_look(path, [LOOK]) == Looks(LOOK.time, 1, 1, 1)
    assert record_look(path, [later]) == Looks(later.time, 2, 2, 1)
    assert record_look(path, [replace(last, model_sha256="c" * 64)]) == Looks(last.time, 3, 3, 2)
    assert [row["model"] for row in rows(path)] == ["site-7"] * 3
    assert rows(path)[2]["model_sha256"] == "c" * 64


def test_a_corrected_label_makes_no_first_look(tmp_path):
    """A count of these very cases alone began anew with every change of a label, a mark or the choice of cases."""
    path = tmp_path / "split.looks.csv"
    record_look(path, [LOOK])
    changed = replace(LOOK, time="2026-01-02T00:00:00+00:00", cases="d" * 64)
    assert record_look(path, [changed]) == Looks(changed.time, 2, 1, 1)


def test_two_models_in_one_evaluation_are_one_look(tmp_path):
    path = tmp_path / "split.looks.csv"
    assert record_look(path, [LOOK, replace(LOOK, model_sha256="c" * 64)]) == Looks(LOOK.time, 1, 1, 2)
    assert len(rows(path)) == 2


def test_a_table_of_something_else_is_left_as_it_is(tmp_path):
    path = tmp_path / "split.looks.csv"
    path.write_text("time,who\nnoon,me\n")
    with pytest.raises(LooksRefused, match="is not a table of looks"):
        record_look(path, [LOOK])
    assert path.read_text() == "time,who\nnoon,me\n"


@pytest.mark.parametrize(
    "edited",
    [
        lambda table: b"\xef\xbb\xbf" + table,
        lambda table: table.replace(b"\n", b"\r\n"),
        lambda table: table.rstrip(b"\n"),
        lambda table: b"\xef\xbb\xbf" + table.replace(b"\n", b"\r\n").rstrip(b"\r\n"),
    ],
    ids=["byte order mark", "Windows' line ends", "no line end", "all of it"],
)
def test_a_table_that_a_spreadsheet_saved_goes_on(tmp_path, edited):
    path = tmp_path / "split.looks.csv"
    record_look(path, [LOOK])
    path.write_bytes(edited(path.read_bytes()))
    assert record_look(path, [replace(LOOK, time="2026-01-02T00:00:00+00:00")]).number == 2
    assert record_look(path, [replace(LOOK, time="2026-01-03T00:00:00+00:00")]).number == 3


@pytest.mark.parametrize(
    "content",
    [
        ";".join(["time", "cases", "model", "version", "model_sha256"]).encode() + b"\n1;2;3;4;5\n",
        b"\xff\xfet\0",
        b"a\0b\n",
    ],
    ids=["semicolons", "UTF-16", "zero bytes"],
)
def test_a_table_that_cannot_be_read_is_told_and_left_as_it_is(tmp_path, content):
    path = tmp_path / "split.looks.csv"
    path.write_bytes(content)
    with pytest.raises(LooksRefused, match='save it as "CSV UTF-8" with commas'):
        record_look(path, [LOOK])
    assert path.read_bytes() == content


def test_an_empty_table_gets_its_head(tmp_path):
    path = tmp_path / "split.looks.csv"
    path.touch()
    record_look(path, [LOOK])
    assert record_look(path, [replace(LOOK, time="2026-01-02T00:00:00+00:00")]).number == 2


@pytest.mark.skipif(os.name == "nt", reason="folders have no mode there")
def test_without_a_note_there_is_no_look(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LooksRefused, match="no test set is looked at without a note"):
        record_look(tmp_path / "file" / "split.looks.csv", [LOOK])


def test_a_full_disk_leaves_the_table_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "split.looks.csv"
    record_look(path, [LOOK])

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LooksRefused, match="the disk is full"):
        record_look(path, [LOOK])
    assert len(rows(path)) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_looks_at_the_same_time_are_all_noted(tmp_path):
    path = tmp_path / "split.looks.csv"
    times = [f"2026-01-0{day}T00:00:00+00:00" for day in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda time: record_look(path, [replace(LOOK, time=time)]), times))
    assert sorted(row["time"] for row in rows(path)) == times
