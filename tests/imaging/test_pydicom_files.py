"""pydicom's own test files, odd ones collected over years: each is read or refused with its reason."""

from pathlib import Path

import numpy as np
import pydicom
import pytest

from desktop.imaging.decoding import DecoderPool
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load

FOLDER = Path(pydicom.__file__).parent / "data" / "test_files"
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def pool():
    with DecoderPool() as decoders:
        yield decoders


def test_every_file_is_read_or_refused_with_its_reason(pool):
    assert len(FILES) > 150
    read = refused = 0
    for path in FILES:
        with Source.open(path) as source:
            found = scan(source)
            assert found.series or found.skipped, path
            for series in found.series:
                volume = load(series, pool)
                assert not volume.skipped, (path, str(volume.skipped[0].reason))
                assert np.isfinite(volume.hu).all()
                read += len(volume.hu)
            for item in found.skipped:
                assert 5 < len(str(item.reason)) < 300, path
                assert "\n" not in str(item.reason)
                assert "Error" not in str(item.reason), (path, str(item.reason))
                refused += 1
    assert read > 30
    assert refused > 60


def test_all_at_once(pool):
    found = scan(Source.open(FOLDER))
    assert sum(len(series.slices) for series in found.series) + len(found.skipped) >= len(FILES)
    for series in found.series:
        load(series, pool)


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("MR_small_RLE.dcm", "MR_small.dcm"),
        ("MR_small_jp2klossless.dcm", "MR_small.dcm"),
        ("MR_small_jpeg_ls_lossless.dcm", "MR_small.dcm"),
        ("MR_small_bigendian.dcm", "MR_small.dcm"),
        ("MR_small_implicit.dcm", "MR_small.dcm"),
        ("MR_small_expb.dcm", "MR_small.dcm"),
    ],
)
def test_the_same_picture_in_another_syntax(pool, name, like):
    pictures = [load(scan(Source.open(FOLDER / file)).series[0], pool).hu for file in (name, like)]
    np.testing.assert_array_equal(*pictures)


def test_our_values_are_those_of_pydicom(pool):
    for name in ("CT_small.dcm", "J2K_pixelrep_mismatch.dcm", "693_J2KI.dcm"):
        dataset = pydicom.dcmread(FOLDER / name)
        expected = dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
        if "PixelPaddingValue" in dataset:
            expected[dataset.pixel_array == dataset.PixelPaddingValue] = -1024
        if name == "693_J2KI.dcm":  # compression with loss has smeared its padding of -3024 HU
            expected[expected < (-3024 - 1024) / 2] = -1024
        volume = load(scan(Source.open(FOLDER / name)).series[0], pool)
        np.testing.assert_array_equal(volume.hu[0], volume.turn.apply(expected))
