"""The table of a cohort, as spreadsheet programs leave it; and a cohort without a table."""

from __future__ import annotations

import shutil

import pytest

from desktop.cohort_table import TableRefused, read_table
from desktop.learning.cohort.problem import CohortRefused
from training.cohort.survey import read_cohort, survey

HEADER = "case,patient,series,reading"


def rows(tmp_path, data):
    path = tmp_path / "cohort.csv"
    path.write_bytes(data)
    return read_table(path)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_habits_of_spreadsheets(tmp_path, separator, encoding, end):
    lines = ["Case , Patient,SERIES,reading,T_class,,", "ä 1,p,s,r,T3,,", ",,,,,,", " b,p,s,r,,,", ""]
    text = end.join(lines).replace(",", separator)
    first, second = rows(tmp_path, text.encode(encoding))
    assert first.cells["case"] == "ä 1"
    assert first.cells["t_class"] == "T3"
    assert (first.number, second.number) == (2, 4)
    assert second.cells["case"] == "b"


def test_the_line_that_names_the_separator_and_quotes(tmp_path):
    (row,) = rows(tmp_path, b'sep=;\r\ncase;patient;series;reading\r\n"a;b";p;"s ""x""";r\r\n')
    assert row.cells == {"case": "a;b", "patient": "p", "series": 's "x"', "reading": "r"}
    assert row.number == 3


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"case,patient,series\na,b,c\n", "no column reading"),
        (HEADER.encode() + b",case\na,b,c,d,e\n", "the column 'case' twice"),
        (HEADER.encode() + b"\na,b,c,d,e\n", "line 2: there are more cells"),
        (HEADER.encode() + b'\n"a,b,c,d\n', "damaged"),
        ("case,patient,series,reading\nä,b,c,d\n".encode("cp1252"), "not in UTF-8"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_sentence(tmp_path, data, sentence):
    with pytest.raises(TableRefused, match=sentence) as caught:
        rows(tmp_path, data)
    assert "\n" not in str(caught.value)


def test_what_is_not_there(tmp_path):
    with pytest.raises(TableRefused, match="cannot be opened"):
        read_cohort(tmp_path / "nothing")
    with pytest.raises(CohortRefused, match="is not a cohort: it needs"):
        read_cohort(tmp_path)
    (tmp_path / "cohort.csv").write_text(HEADER)
    with pytest.raises(CohortRefused, match="has no cases"):
        read_cohort(tmp_path)


def test_paths_count_from_the_table_and_may_lead_upwards_and_have_backslashes(cohort):
    read = cohort.rows()
    for row in read:
        row["series"] = "..\\" + str(cohort.folder.name) + "\\" + row["series"].replace("/", "\\")
        row["reading"] = str(cohort.folder / row["reading"])
    cohort.write(read)
    cases = read_cohort(cohort.table).cases
    assert [case.key for case in cases] == [row["case"] for row in read]
    assert all(case.series.is_dir() for case in cases)
    assert cases[0].strata == {"pattern": read[0]["pattern"], "phantom_seed": read[0]["phantom_seed"]}


def spoil(cohort, column, value):
    read = cohort.rows()
    read[1][column] = value
    cohort.write(read)
    return read[1]["case"]


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("patient", "", "patient is empty"),
        ("series", "series/none", "there is no series at"),
        ("series", "x" * 5000, "there is no series at"),
        ("series", "a\0b", "there is no series at"),
        ("reading", "readings/none.json", "cannot be opened"),
        ("contrast", "arterial", "contrast is 'arterial'"),
        ("patient", "a\x07", "cannot be printed"),
    ],
)
def test_a_bad_row_is_named(cohort, column, value, sentence):
    case = spoil(cohort, column, value)
    (problem,) = survey(cohort.folder).problems
    assert sentence in str(problem.message)
    assert case in str(problem.message)


def test_all_bad_rows_are_told_and_the_first_refuses(cohort):
    read = cohort.rows()
    read[0]["series"], read[1]["reading"], read[2]["case"] = "none", "none", read[3]["case"].lower()
    cohort.write(read)
    assert [problem.kind for problem in survey(cohort.table).problems] == ["series", "reading", "table"]
    with pytest.raises(CohortRefused, match="2 more problems"):
        read_cohort(cohort.table)


def test_a_reading_for_two_cases_and_keys_alike(cohort):
    read = cohort.rows()
    read[1]["reading"] = read[0]["reading"]
    read[2]["patient"], read[3]["patient"] = "Ann", "ann"
    cohort.write(read)
    messages = [str(problem.message) for problem in survey(cohort.table).problems]
    assert any(f"is that of case {read[0]['case']}" in message for message in messages)
    assert any("ann differs from Ann" in message for message in messages)


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [(None, "its reading has no verdict"), ("indeterminate", "the verdict of its reading is indeterminate")],
)
def test_a_case_needs_a_label(cohort, verdict, sentence):
    case = cohort.one("negative")
    cohort.edit(case, answers=[{"verdict": verdict}] if verdict else [])
    with pytest.raises(CohortRefused, match=f"Case {case}: {sentence}"):
        read_cohort(cohort.table)


def test_a_patient_has_one_label(cohort):
    read = cohort.rows()
    first = {cohort.label(row["case"]): row for row in reversed(read)}
    first["negative"]["patient"] = first["positive"]["patient"]
    cohort.write(read)
    with pytest.raises(CohortRefused, match="a patient has one label"):
        read_cohort(cohort.table)


def test_folders_without_a_table(cohort, tmp_path):
    for row in cohort.rows():
        folder = tmp_path / "loose" / row["case"].replace("-", "__")
        folder.parent.mkdir(exist_ok=True)
        (cohort.folder / row["series"]).rename(folder)
        shutil.copy(cohort.folder / row["reading"], folder / "reading.json")
    loose, table = read_cohort(tmp_path / "loose"), cohort.rows()
    assert {patient.key for patient in loose.patients} == {row["patient"] for row in table}
    assert len(loose.cases) == len(table)


def test_the_fingerprint_follows_marks_and_keys_not_places(cohort, tmp_path):
    before = read_cohort(cohort.table).fingerprint
    cohort.write(cohort.rows()[::-1])
    cohort.folder = cohort.folder.rename(tmp_path / "elsewhere")
    assert read_cohort(cohort.table).fingerprint == before
    case = cohort.rows()[0]["case"]
    low, high = cohort.edit(case)["range_mm"]
    cohort.edit(case, range_mm=[low - 1, high])
    assert read_cohort(cohort.table).fingerprint != before
