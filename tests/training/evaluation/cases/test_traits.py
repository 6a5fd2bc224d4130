"""What headers and the table say of a series and its patient."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import dcmread

from desktop.learning.cohort.person import Person, person_on
from training.evaluation.cases.judge import JudgedSeries
from training.evaluation.cases.traits import Traits, vendor


@pytest.mark.parametrize(
    ("manufacturer", "name"),
    [
        ("SIEMENS", "Siemens"),
        ("Siemens Healthineers", "Siemens"),
        ("GE MEDICAL SYSTEMS", "GE"),
        ("Philips", "Philips"),
        ("TOSHIBA", "Canon or Toshiba"),
        ("Canon Medical Systems", "Canon or Toshiba"),
        ("United Imaging", "United Imaging"),
        ("", ""),
    ],
)
def test_one_vendor_has_one_name(manufacturer, name):
    assert vendor(manufacturer) == name


@pytest.mark.parametrize(
    ("thickness_mm", "band"),
    [(1.25, "0 to 1.5 mm"), (1.5, "0 to 1.5 mm"), (2.0, "1.5 to 2.5 mm"), (4.0, "above 2.5 mm"), (None, "")],
)
def test_thickness_is_grouped(thickness_mm, band):
    assert Traits(thickness_mm).thickness_band == band


@pytest.mark.parametrize(
    ("sex", "age", "person"),
    [
        ("F", "057Y", Person("female", 57)),
        ("M", "9Y", Person("male", 9)),
        ("O", "000Y", Person()),
        ("", "", Person()),
        ("F", "018M", Person("female", None)),
    ],
)
def test_sex_and_age_are_read_where_they_are_stated(study: Path, tmp_path, sex, age, person):
    slice_ = dcmread(min(study.glob("*.dcm")))
    slice_.PatientSex, slice_.PatientAge = sex, age
    slice_.save_as(tmp_path / "slice.dcm")
    assert person_on(tmp_path / "slice.dcm") == person


def test_a_header_that_cannot_be_read_states_nothing(tmp_path):
    (tmp_path / "slice.dcm").write_bytes(b"")
    assert person_on(tmp_path / "slice.dcm") == person_on(tmp_path / "nothing.dcm") == Person()


def test_a_judged_series_has_its_traits(seen: JudgedSeries):
    series = seen.marked.region.volume.series
    assert seen.case.traits == Traits(series.slice_thickness_mm, vendor(series.manufacturer))
    assert seen.case.traits.vendor in {"Siemens", "GE", "Philips", "Canon or Toshiba"}
