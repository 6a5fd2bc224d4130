"""Second readings find the first cohort's cases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from desktop.learning.cohort.members import Case
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading, ReadingRefused
from training.evaluation.cases.second import SecondRefused, read_second


def reading(series, column=5.0, verdict=None):
    return Reading(series, Roi.everywhere(column, 1, 10, 10), PositionRange(0, 9), verdict=verdict)


def case(key, series):
    return Case(key, key, Path(key), reading(series, verdict=Verdict.POSITIVE), Path(f"{key}.json"))


CASES = (case("a", "1.1"), case("b", "1.2"))


@pytest.fixture
def folder(tmp_path):
    """A table of second readings without verdicts, labels or patients."""
    (tmp_path / "readings").mkdir()
    for key, column in (("a", 1.0), ("b", 2.0)):
        reading(f"1.{'ab'.index(key) + 1}", column).save(tmp_path / "readings" / f"{key}.json")
    (tmp_path / "cohort.csv").write_text("case,reading\na,readings/a.json\nb,readings\\b.json\n")
    return tmp_path


def columns(found):
    return {key: one.roi.at(0)[0] for key, one in found.items()}


def test_a_table_a_folder_with_it_case_folders_and_loose_readings_say_the_same(folder, tmp_path):
    expected = {"a": 1.0, "b": 2.0}
    assert columns(read_second(folder, CASES, CASES)) == expected
    assert columns(read_second(folder / "cohort.csv", CASES, CASES)) == expected
    assert columns(read_second(folder / "readings", CASES, CASES)) == expected
    for key in "ab":
        (tmp_path / "loose" / key).mkdir(parents=True)
        shutil.copy(folder / "readings" / f"{key}.json", tmp_path / "loose" / key / "reading.json")
    assert columns(read_second(tmp_path / "loose", CASES, CASES)) == expected


def test_where_the_key_is_unknown_the_series_tells(folder):
    (folder / "readings" / "a.json").rename(folder / "readings" / "another name.json")
    assert columns(read_second(folder / "readings", CASES, CASES)) == {"a": 1.0, "b": 2.0}


def test_cases_that_are_not_evaluated_need_no_second_reading(folder):
    (folder / "readings" / "a.json").unlink()
    assert columns(read_second(folder / "readings", CASES, CASES[1:])) == {"b": 2.0}
    with pytest.raises(SecondRefused, match=r"^Case a has no second reading in .*: each case needs one"):
        read_second(folder / "readings", CASES, CASES)
    (folder / "readings" / "b.json").unlink()
    with pytest.raises(SecondRefused, match=r"and others \(2 in all\)"):
        read_second(folder / "readings", CASES, CASES)


def test_the_same_key_must_mean_the_same_series(folder):
    reading("1.2").save(folder / "readings" / "a.json")
    with pytest.raises(
        SecondRefused, match=r"^Case a: its second reading .*a\.json is of series 1\.2, and the first of"
    ):
        read_second(folder, CASES, CASES)


def test_a_reading_of_no_case_and_one_too_many_are_refused(folder):
    reading("1.1").save(folder / "readings" / "c.json")
    with pytest.raises(SecondRefused, match=r"^Case a: .*c\.json is one second reading too many"):
        read_second(folder / "readings", CASES, CASES)
    reading("7.7").save(folder / "readings" / "c.json")
    with pytest.raises(
        SecondRefused, match=r"^Second reading c \(.*c\.json\): it is of series 7\.7, which is no case's"
    ):
        read_second(folder / "readings", CASES, CASES)


def test_an_empty_cell_and_a_missing_file_are_named(folder):
    (folder / "cohort.csv").write_text("case,reading\na,\n")
    with pytest.raises(SecondRefused, match=r"line 2: reading is empty"):
        read_second(folder, CASES, CASES)
    (folder / "cohort.csv").write_text("case,reading\na,none.json\n")
    with pytest.raises(ReadingRefused, match=r"none\.json cannot be opened"):
        read_second(folder, CASES, CASES)
