"""Readers' calls, from a table or from the readings that they saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.cohort_table import TableRefused
from desktop.learning.cohort.members import Case
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading, ReadingRefused
from training.evaluation.cases.calls import ReadersRefused, read_calls

HEADER = "case,reader,verdict,with_model,confidence"


def reading(series, verdict=Verdict.POSITIVE, **values):
    return Reading(series, Roi.everywhere(1, 1, 10, 10), PositionRange(0, 9), verdict=verdict, **values)


def case(key, series, **values):
    return Case(key, f"patient of {key}", Path(key), reading(series, **values), Path(f"{key}.json"))


CASES = (case("a", "1.1"), case("b", "1.2"), case("c", "1.3"))


def table(tmp_path, *lines, header=HEADER):
    path = tmp_path / "readers.csv"
    path.write_text("\n".join((header, *lines)), encoding="utf-8")
    return path


def called(path, cases=CASES):
    return {
        (one.reader, one.with_model): {call.case: call.positive for call in one.calls.values()}
        for one in read_calls(path, cases)
    }


def test_a_table_of_calls_by_reader_and_mode(tmp_path):
    path = table(tmp_path, "a,SR,Positive,no,", "b,SR,negative,,", "a,SR,negative,YES,", "a,JR,negative,,", ",,,,")
    assert called(path) == {
        ("JR", False): {"a": False},
        ("SR", False): {"a": True, "b": False},
        ("SR", True): {"a": False},
    }


def test_a_case_that_the_cohort_left_out_may_be_called_and_no_other(tmp_path):
    path = table(tmp_path, "a,SR,positive,,", "x,SR,negative,,")
    (own,) = read_calls(path, CASES, {"x": "no MRI"})
    assert set(own.calls) == {"a", "x"}
    with pytest.raises(ReadersRefused, match=r"case x .line 3.: there is no such case here"):
        read_calls(path, CASES, {"y": "no MRI"})


def test_only_three_columns_are_needed_in_any_program_s_table(tmp_path):
    path = tmp_path / "readers.csv"
    path.write_bytes("Reader;Verdict;Case\r\nSR;negative;b\r\n".encode("utf-16"))
    assert called(path) == {("SR", False): {"b": False}}


def test_confidence_is_any_number_and_a_decimal_comma_is_understood(tmp_path):
    path = table(tmp_path, 'a,SR,positive,,"87,5"', "b,SR,negative,,-3", "a,JR,positive,,")
    junior, senior = read_calls(path, CASES)
    assert [call.confidence for call in senior.calls.values()] == [87.5, -3.0]
    assert senior.ranks
    assert not junior.ranks


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["z,SR,positive,,"], r"^Reader SR, case z \(line 2\): there is no such case here"),
        (["a,SR,positive,,", "a,SR,positive,no,"], r"^Reader SR, case a: it is called twice"),
        (["a,SR,positive,yes,", "a,SR,positive,yes,"], r"^Reader SR with the model, case a: it is called twice"),
        (["a,SR,maybe,,"], r"^Reader SR, case a \(line 2\): the verdict is maybe: write positive or negative"),
        (["a,SR,indeterminate,,"], r"case a \(line 2\): the verdict is indeterminate.* leave the case out"),
        (["a,SR,,,"], r"case a \(line 2\): there is no verdict"),
        (["a,SR,positive,1,"], r"case a \(line 2\): with_model is 1: write yes or no"),
        (["a,SR,positive,,sure"], r"case a \(line 2\): the confidence sure is not a number"),
        (["a,SR,positive,,nan"], r"the confidence nan is not a number"),
        (["a,SR,positive,,4", "b,SR,positive,,"], r"^Reader SR, case b: 1 of 2 calls have no confidence"),
        (["a,S\x07R,positive,,"], r"^A reader is called 'S\\x07R': give a name that can be printed"),
        (["a,,positive,,"], r"^Line 2 of the readers' table: reader is empty"),
        ([], r"has no reader's call"),
    ],
)
def test_a_call_that_cannot_be_used_is_one_sentence_with_reader_and_case(tmp_path, lines, sentence):
    with pytest.raises(ReadersRefused, match=sentence) as caught:
        read_calls(table(tmp_path, *lines), CASES)
    assert "\n" not in str(caught.value)


def test_a_table_without_readers_is_refused(tmp_path):
    with pytest.raises(TableRefused, match="no column reader"):
        read_calls(table(tmp_path, "a,positive", header="case,verdict"), CASES)
    with pytest.raises(TableRefused, match="cannot be opened"):
        read_calls(tmp_path / "none.csv", CASES)


def save(folder, name, saved):
    folder.mkdir(exist_ok=True)
    saved.save(folder / f"{name}.json")


def test_saved_readings_belong_to_the_case_whose_series_they_name(tmp_path):
    save(tmp_path / "SR", "any name", reading("1.2"))
    save(tmp_path / "SR", "x", reading("1.1", Verdict.NEGATIVE, result={"verdict": "positive"}))
    save(tmp_path / "SR__with-model", "x", reading("1.1"))
    assert called(tmp_path) == {("SR", False): {"a": False, "b": True}, ("SR", True): {"a": True}}
    unaided, _ = read_calls(tmp_path, CASES)
    assert [call.case for call in unaided.calls.values() if call.result_kept] == ["a"]


def test_of_several_stacks_in_one_series_a_slice_tells(tmp_path):
    stacks = (case("low", "1.1", sop_instance_uid="9.1"), case("high", "1.1:2", slice_labels={("9.7", 0): True}))
    save(tmp_path / "SR", "x", reading("1.1:2", sop_instance_uid="9.1", frame=0))
    save(tmp_path / "SR", "y", reading("1.1", slice_labels={("9.6", 0): False, ("9.7", 0): True}))
    assert called(tmp_path, stacks) == {("SR", False): {"low": True, "high": True}}
    save(tmp_path / "SR", "z", reading("1.1"))
    with pytest.raises(ReadersRefused, match=r"z\.json: it is of series 1\.1, which is no case's here"):
        read_calls(tmp_path, stacks)


def test_frames_that_share_a_uid_tell_stacks_apart(tmp_path):
    stacks = tuple(case(f"s{frame}", "1.1", sop_instance_uid="9.1", frame=frame) for frame in (0, 20))
    save(tmp_path / "SR", "x", reading("1.1", sop_instance_uid="9.1", frame=20))
    assert called(tmp_path, stacks) == {("SR", False): {"s20": True}}


@pytest.mark.parametrize(
    ("saved", "sentence"),
    [
        (reading("7.7"), r"^Reader SR, reading .*x\.json: it is of series 7\.7, which is no case's here"),
        (reading("1.1", None), r"^Reader SR, case a \(.*x\.json\): there is no verdict"),
        (reading("1.1", Verdict.INDETERMINATE), r"^Reader SR, case a .*the verdict is indeterminate"),
        (reading("1.2"), r"^Reader SR, case b: it is called twice"),
    ],
)
def test_a_saved_reading_that_is_no_call(tmp_path, saved, sentence):
    save(tmp_path / "SR", "w", reading("1.2"))
    save(tmp_path / "SR", "x", saved)
    with pytest.raises(ReadersRefused, match=sentence):
        read_calls(tmp_path, CASES)


def test_a_folder_that_is_none_of_readers(tmp_path):
    with pytest.raises(ReadersRefused, match="is not a folder of readers: it needs a folder for each"):
        read_calls(tmp_path, CASES)
    (tmp_path / "SR").mkdir()
    with pytest.raises(ReadersRefused, match=r"^Reader SR: there are no saved readings in"):
        read_calls(tmp_path, CASES)
    save(tmp_path / "SR", "x", reading("1.1"))
    save(tmp_path, "x", reading("1.1"))
    with pytest.raises(ReadersRefused, match="none beside it"):
        read_calls(tmp_path, CASES)


def test_a_folder_s_reader_needs_a_name(tmp_path):
    save(tmp_path / "__with-model", "x", reading("1.1"))
    with pytest.raises(ReadersRefused, match=r"^A reader is called ''"):
        read_calls(tmp_path, CASES)


def test_a_damaged_reading_is_named(tmp_path):
    save(tmp_path / "SR", "x", reading("1.1"))
    file = tmp_path / "SR" / "x.json"
    file.write_text(file.read_text().replace('"width": 10', '"width": 0'))
    with pytest.raises(ReadingRefused, match=r"x\.json cannot be used\. The ROI"):
        read_calls(tmp_path, CASES)


def test_two_cases_of_one_series_and_slice_cannot_be_told_apart(tmp_path):
    one = case("one", "1.1", sop_instance_uid="9.1")
    save(tmp_path / "SR", "x", reading("1.1", sop_instance_uid="9.1"))
    with pytest.raises(ReadersRefused, match=r"it could be of several cases \(one, two\)"):
        read_calls(tmp_path, (one, replace(one, key="two")))
