"""The crops that a model learns from are the crops that it will be given."""

from __future__ import annotations

import numpy as np

from desktop.inference.crop import crop_slices
from desktop.learning.cohort.crops import MARGIN, SIDE, crops_with_margin


def test_the_inside_of_a_crop_with_margin_is_the_applications_crop(phantom, volume):
    rectangles = [volume.rectangle_to_standard(phantom.truth.roi_px)] * 3
    wide = crops_with_margin(volume.hu[:3], rectangles)
    assert wide.shape[1:] == (SIDE, SIDE)
    inner = wide[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    np.testing.assert_allclose(inner, crop_slices(volume.hu[:3], rectangles), atol=1e-2, rtol=0)
