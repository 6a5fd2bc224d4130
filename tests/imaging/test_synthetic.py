"""Series that Clivus drew are known by marks that only Clivus writes, on every slice."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source


def series_in(folder):
    return scan(Source.open(folder)).series


def test_a_phantom_is_known(volume):
    assert volume.series.synthetic


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"SoftwareVersions": "CLIVUS_PHANTOM"},
        {"ImageComments": "Synthetic phantom, not a patient"},
        {"SoftwareVersions": "CLIVUS_PHANTOM 2", "ImageComments": "Synthetic phantom, not a patient"},
        {"SoftwareVersions": ["CLIVUS_PHANTOM", "1.0"], "ImageComments": "Synthetic phantom, not a patient"},
        {"PatientName": "PHANTOM^0001", "PatientID": "PHANTOM-1", "SeriesDescription": "Phantom, not a patient"},
        {"Manufacturer": "CLIVUS_PHANTOM", "PatientComments": "Synthetic phantom, not a patient"},
    ],
)
def test_anything_less_is_not(write_slice, tmp_path, marks):
    for number in range(4):
        write_slice(tmp_path / f"{number}", np.zeros((8, 8), np.int16), number=number, **marks)
    (series,) = series_in(tmp_path)
    assert not series.synthetic


def test_a_slice_without_the_marks_joins_no_phantom(study, tmp_path):
    files = sorted(study.iterdir())
    for number, file in enumerate(files):
        dataset = pydicom.dcmread(file)
        if number == len(files) // 2:
            del dataset.ImageComments
        dataset.save_as(tmp_path / file.name)
    assert sorted((len(series.slices), series.synthetic) for series in series_in(tmp_path)) == [
        (1, False),
        (len(files) - 1, True),
    ]
