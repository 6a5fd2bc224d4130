"""Real CTs: run with --real-ct FOLDER, see CONTRIBUTING.md."""

import numpy as np
import pytest
from pydicom import dcmread

from desktop.imaging.eligibility import check_series
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load


def test_positions_and_values_agree_with_the_headers(real_ct):
    found = scan(Source.open(real_ct / "head_neck_planning"))
    (series,) = found.series
    assert not found.skipped
    assert not [check for check in check_series(series) if check.status == "fail"]
    volume = load(series)
    for index in (0, 55, 89):
        dataset = dcmread(series.slices[index].path)
        assert volume.geometry.positions_mm[index] == pytest.approx(float(dataset.ImagePositionPatient[2]))
        np.testing.assert_array_equal(volume.hu[index], dataset.pixel_array.astype(int) - 1024)


def test_tilt_and_the_two_spacings_are_seen(real_ct):
    """Two thicknesses under one UID: the image types differ, so these are two stacks, each regular."""
    thick, thin = scan(Source.open(real_ct / "ge_tilted")).series
    for series, spacing_mm in ((thick, 7), (thin, 4)):
        assert len(series.slices) == 14
        assert series.geometry.gantry_tilt_deg == pytest.approx(18.5, abs=0.01)
        assert series.geometry.spacing_mm == pytest.approx(spacing_mm, abs=0.01)
    assert {check.name for check in check_series(thick) if check.status == "fail"} == {"slice thickness"}
    assert not {check.name for check in check_series(thin) if check.status == "fail"}


def test_the_disc_gives_its_stacks_and_says_what_it_leaves_out(real_ct):
    found = scan(Source.open(real_ct / "plastic_head_cd"))
    stacks = sorted((len(s.slices), round(s.geometry.gantry_tilt_deg, 1)) for s in found.series if len(s.slices) > 20)
    assert stacks == [(28, 0.0), (54, 18.5), (58, -16.5)]
    reasons = ("secondary capture", "DICOMDIR", "the same picture")
    assert all(any(reason in str(item.reason) for reason in reasons) for item in found.skipped)
    assert [series.localizer for series in found.series].count(True) == 2
    assert any("280 of the 433 files it names are not here" in str(item.reason) for item in found.skipped)


def test_the_directory_of_the_disc_gives_the_same_stacks(real_ct):
    directory, folder = (scan(Source.open(real_ct / "plastic_head_cd" / name)) for name in ("DICOMDIR", ""))
    assert [(s.name, len(s.slices)) for s in directory.series] == [(s.name, len(s.slices)) for s in folder.series]
    assert any("280 files are named in the DICOMDIR" in str(item.reason) for item in directory.skipped)


@pytest.mark.parametrize("name", ["ge_tilted", "plastic_head_cd"])
def test_every_stack_can_be_read(real_ct, name):
    for series in scan(Source.open(real_ct / name)).series:
        volume = load(series)
        assert not volume.skipped
        assert volume.hu.shape[0] == len(series.slices)
