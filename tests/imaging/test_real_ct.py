"""The public CTs, where they are at hand."""

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from desktop.imaging.eligibility import check_series
from desktop.imaging.scan import scan
from desktop.imaging.volume import load

CT = Path(__file__).parents[3] / "shared" / "ct"
pytestmark = pytest.mark.skipif(not CT.is_dir(), reason="the public CTs (../shared/ct) are not on this machine")


def test_positions_and_values_agree_with_the_headers():
    found = scan(CT / "head_neck_planning")
    (series,) = found.series
    assert not found.skipped
    assert not [check for check in check_series(series) if check.status == "fail"]
    volume = load(series)
    for index in (0, 55, 89):
        dataset = dcmread(series.slices[index].path)
        assert volume.geometry.positions_mm[index] == pytest.approx(float(dataset.ImagePositionPatient[2]))
        np.testing.assert_array_equal(volume.hu[index], dataset.pixel_array.astype(int) - 1024)


def test_tilt_and_uneven_spacing_are_seen():
    (series,) = scan(CT / "ge_tilted").series
    assert series.geometry.gantry_tilt_deg == pytest.approx(18.5, abs=0.01)
    assert {check.name for check in check_series(series) if check.status == "fail"} == {"slice thickness", "spacing"}


def test_the_disc_gives_its_stacks_and_says_what_it_leaves_out():
    found = scan(CT / "plastic_head_cd")
    stacks = sorted((len(s.slices), round(s.geometry.gantry_tilt_deg, 1)) for s in found.series if len(s.slices) > 20)
    assert stacks == [(28, 0.0), (54, 18.5), (58, -16.5)]
    assert all("colour picture" in item.reason or "DICOMDIR" in item.reason for item in found.skipped)
