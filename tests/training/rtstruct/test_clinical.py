"""A table with T stages: who becomes a case, and who is left out and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.learning.cohort.problem import CohortRefused
from training.rtstruct.clinical import read_clinical

HEADER = "patient_id,Age,Ds Site,Subsite,T,N,M ,Stage,ContrastEnhanced"


def table(folder: Path, *rows: str) -> Path:
    path = folder / "clinical.csv"
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("stage", "invades"),
    [
        ("T1", False),
        ("T2", False),
        ("T2b", False),
        ("T3", True),
        ("T4", True),
        ("T4a", True),
        ("cT3", True),
        ("t1", False),
    ],
)
def test_stages_tell_whether_invasion_is_likely(tmp_path, stage, invades):
    (found,), left_out = read_clinical(table(tmp_path, f"RADCURE-0005,62,Nasopharynx,post wall,{stage},N1,M0,III,1"))
    assert (found.key, found.invades, found.phase) == ("RADCURE-0005", invades, "contrast")
    assert found.others == {"t_stage": stage, "subsite": "post wall", "stage": "III"}
    assert left_out == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("P1,62,Oropharynx,,T3,N1,M0,III,1", "its site is Oropharynx, not the nasopharynx"),
        ("P1,62,,,T3,N1,M0,III,1", "not the nasopharynx"),
        ("P1,62,nasopharynx,,,N1,M0,III,1", "T stage is missing"),
        ("P1,62,nasopharynx,,TX,N1,M0,III,1", "T stage is TX, and T1 to T4 are expected"),
        ("P1,62,nasopharynx,,T1 (2),N1,M0,III,1", "T1 to T4 are expected"),
        ("P1,62,nasopharynx,,rT3,N1,M0,III,1", "T1 to T4 are expected"),
        ("P1,62,nasopharynx,,Tis,N1,M0,III,1", "T1 to T4 are expected"),
        ("../P1,62,nasopharynx,,T3,N1,M0,III,1", "a key is made of letters"),
        (",62,nasopharynx,,T3,N1,M0,III,1", "a key is made of letters"),
    ],
)
def test_others_are_left_out_with_a_reason(tmp_path, row, reason):
    staged, (left_out,) = read_clinical(table(tmp_path, row))
    assert staged == []
    assert reason in str(left_out.reason).replace('"', "")


def test_a_patient_who_stands_twice_is_left_out(tmp_path):
    rows = [
        "P1,62,Nasopharynx,,T3,,,,",
        "P2,62,Nasopharynx,,T1,,,,0",
        "P1,62,Nasopharynx,,T1,,,,",
        "P1,1,Nasopharynx,,T1,,,,",
    ]
    staged, left_out = read_clinical(table(tmp_path, *rows))
    assert [(item.key, item.phase) for item in staged] == [("P2", "plain")]
    assert {item.key for item in left_out} == {"P1"}


def test_a_spreadsheet_and_a_table_without_stages_are_refused(tmp_path):
    path = tmp_path / "clinical.xlsx"
    path.write_bytes(b"PK\x03\x04\x14\x00\xff\xfe")
    with pytest.raises(CohortRefused, match="CSV UTF-8"):
        read_clinical(path)
    path.write_text("patient_id,Stage\nP1,III\n")
    with pytest.raises(CohortRefused, match="has no column ds site, t "):
        read_clinical(path)
