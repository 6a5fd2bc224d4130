"""Padding around the scanner's circle after compression with loss: still padding, and the series stays usable."""

import numpy as np
import pytest
from openjpeg.utils import encode_array
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000

from desktop.imaging.eligibility import check_volume
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load

SLICES = 3


def compress(path, pixels, ratio):
    dataset = dcmread(path)
    stream = encode_array(pixels, photometric_interpretation=2, bits_stored=16, compression_ratios=[ratio])
    dataset.PixelData = encapsulate([bytes(stream)])
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    dataset.file_meta.TransferSyntaxUID = JPEG2000
    dataset.LossyImageCompression, dataset.LossyImageCompressionRatio = "01", ratio
    dataset.save_as(path)


@pytest.mark.parametrize(
    ("padding", "ratio", "stated"), [(-2000, 8, True), (-2000, 12, False), (-1000, 12, True), (-3000, 8, True)]
)
def test_smeared_padding_does_not_make_a_series_unfit(volume, write_stack, tmp_path, padding, ratio, stated):
    """It was refused as "not Hounsfield units", though nothing but the loss was to be said."""
    middle = len(volume.hu) // 2
    hu = np.asarray(volume.hu[middle : middle + SLICES], np.int16)
    down, across = np.mgrid[-1 : 1 : hu.shape[1] * 1j, -1 : 1 : hu.shape[2] * 1j]
    outside = np.hypot(down, across) > 1
    pixels = np.where(outside, padding, hu + 1024).astype(np.int16)
    files = write_stack(tmp_path, pixels, RescaleIntercept=-1024, PixelPaddingValue=padding if stated else None)
    for path, picture in zip(files, pixels, strict=True):
        compress(path, picture, ratio)
    (series,) = scan(Source.open(tmp_path)).series
    assert series.lossy
    read = load(series)
    assert read.hu.min() > -1250
    (check,) = (check for check in check_volume(read) if check.name == "HU")
    assert check.status == "pass", check
    assert np.abs(read.hu - hu)[:, ~outside].mean() < 10
