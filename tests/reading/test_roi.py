"""ROI and range."""

import pytest

from desktop.reading.roi import KeyRectangle, PositionRange, RangeRefused, Roi, RoiRefused


@pytest.mark.parametrize("rectangle", [(-1, 0, 5, 5), (0, -0.5, 5, 5), (6, 0, 5, 5), (0, 6, 5, 5)])
def test_an_roi_outside_the_slice_is_refused(rectangle):
    with pytest.raises(RoiRefused, match="reaches outside the slice of 10 x 10 pixels"):
        Roi.everywhere(*rectangle).require_inside(10, 10)


def test_between_key_rectangles_the_roi_is_interpolated_in_mm_and_beyond_them_the_nearest_counts():
    low, high = KeyRectangle(-10.0, 100, 200, 50, 40), KeyRectangle(30.0, 120, 180, 60, 30)
    roi = Roi.of([high, low])
    assert roi.keys == (low, high)
    assert roi.at(0.0) == pytest.approx((105, 195, 52.5, 37.5))
    assert roi.at(20.0) == pytest.approx((115, 185, 57.5, 32.5))
    assert (roi.at(-10.0), roi.at(30.0)) == (low.rectangle, high.rectangle)
    assert (roi.at(-50.0), roi.at(99.0)) == (low.rectangle, high.rectangle)


def test_one_rectangle_and_several_equal_ones_are_the_same_to_the_last_bit():
    rectangle = (0.1, 0.2, 1 / 3, 0.7)
    several = Roi.of(KeyRectangle(position, *rectangle) for position in (-7.3, 1.1, 9.9))
    for position in (-20, -7.3, -3.3, 0.7, 1.1, 5.55, 40):
        assert several.at(position) == Roi.everywhere(*rectangle).at(position) == rectangle


def test_a_drag_moves_one_rectangle_everywhere_and_one_of_several_on_its_slice_only():
    roi = Roi.everywhere(10, 10, 20, 20, position_mm=5.0)
    assert roi.with_rectangle(40.0, (11, 10, 20, 20)) == Roi.everywhere(11, 10, 20, 20, position_mm=40.0)
    two = roi.with_key(25.0, (30, 10, 20, 20))
    assert (two.at(5.0)[0], two.at(15.0)[0], two.at(25.0)[0]) == (10, 20, 30)
    moved = two.with_rectangle(25.004, (50, 10, 20, 20))
    assert [key.column for key in moved.keys] == [10, 50], "the key of this slice is replaced"
    three = two.with_rectangle(15.0, (0, 10, 20, 20))
    assert [key.column for key in three.keys] == [10, 0, 30]
    assert three.without_key(15.0) == two
    assert roi.without_key(5.0) == roi, "the last one stays"


def test_key_rectangles_that_cannot_be_are_refused():
    with pytest.raises(RoiRefused, match="has no rectangle"):
        Roi(())
    key = KeyRectangle(3.0, 1, 1, 5, 5)
    with pytest.raises(RoiRefused, match="at 3 and then at 3 mm"):
        Roi.of((key, key))
    with pytest.raises(RoiRefused, match="not a rectangle"):
        KeyRectangle(float("nan"), 1, 1, 5, 5)
    with pytest.raises(RoiRefused, match="columns 8 to 13"):
        Roi.of((key, KeyRectangle(9.0, 8, 1, 5, 5))).require_inside(10, 10)


def test_an_empty_roi_and_a_turned_range_cannot_be_built():
    with pytest.raises(RoiRefused):
        Roi.everywhere(0, 0, 0, 5)
    with pytest.raises(RoiRefused):
        Roi.everywhere(0, 0, float("nan"), 5)
    with pytest.raises(RoiRefused):
        Roi.everywhere(float("nan"), 0, 5, 5)
    with pytest.raises(RangeRefused):
        PositionRange(0, float("inf"))
    with pytest.raises(RangeRefused, match="the lower first"):
        PositionRange(5, 4)


def test_the_range_holds_its_ends_despite_rounding():
    span = PositionRange(-10.0, 20.0)
    assert span.contains(-10.004)
    assert span.contains(20.004)
    assert not span.contains(20.1)
