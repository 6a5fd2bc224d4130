"""The region: what follows from volume, ROI and range for every slice."""

import numpy as np
import pytest

from desktop.imaging.eligibility import range_spacing
from desktop.reading.region import Region
from desktop.reading.roi import KeyRectangle, PositionRange, RangeRefused, Roi, RoiRefused


@pytest.fixture
def moving(phantom):
    """The phantom's ROI at the lower end of its range, moved and grown at the upper end."""
    column, row, width, height = phantom.truth.roi_px
    low, high = phantom.truth.range_mm
    ends = (KeyRectangle(low, column, row, width, height), KeyRectangle(high, column + 6, row - 9, width - 4, height))
    return Roi.of(ends), PositionRange(low, high)


def test_every_slice_has_its_rectangle_in_both_views_and_its_area(volume, moving):
    region = Region(volume, *moving)
    roi, span = moving
    series = volume.series
    assert region.indices == span.indices(volume.geometry.positions_mm)
    assert region.positions_mm.tolist() == volume.geometry.positions_mm[list(region.indices)].tolist()
    assert region.spacing_mm == range_spacing(volume, span.low_mm, span.high_mm)
    np.testing.assert_array_equal(region.hu, volume.hu[list(region.indices)])
    assert region.hu.base is not None, "no copy"
    for position, stored, standard, area in zip(
        region.positions_mm, region.stored_rectangles, region.rectangles, region.areas_cm2, strict=True
    ):
        assert stored == roi.at(position)
        assert volume.rectangle_to_stored(standard) == pytest.approx(stored)
        assert area == pytest.approx(stored[2] * stored[3] * series.row_mm * series.column_mm / 100)
    assert region.areas_cm2[0] > region.areas_cm2[-1]


def test_a_region_is_whole_or_refused_in_one_sentence(volume, moving):
    roi, span = moving
    with pytest.raises(RoiRefused, match="reaches outside the slice"):
        Region(volume, roi.with_key(span.high_mm + 50, (-1, 0, 50, 50)), span)
    first = float(volume.geometry.positions_mm[0])
    with pytest.raises(RangeRefused, match="holds 1 slice, at least 2 are needed"):
        Region(volume, roi, PositionRange(first, first))
    with pytest.raises(RangeRefused, match="holds 0 slices"):
        Region(volume, roi, PositionRange(first - 50, first - 40))
