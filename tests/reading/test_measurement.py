"""Measurements: what they measure, how they are moved, and what nothing can be measured by."""

import math

import pytest

from desktop.reading.measurement import Angle, Degenerate, Distance, Ellipse

ELLIPSE = Ellipse((10.0, 20.0, 30.0), (0.0, 4.0, 0.0), (0.0, 0.0, 2.0))


@pytest.mark.parametrize(
    ("last", "degrees"),
    [((5.0, 0.0, 0.0), 0), ((5.0, 0.0, 5.0), 45), ((0.0, 2.0, 0.0), 90), ((-1.0, 1.0, 0.0), 135), ((-9.0, 0, 0), 180)],
)
def test_an_angle_is_that_between_the_legs_in_the_patient(last, degrees):
    assert Angle((3.0, 0.0, 0.0), (0.0, 0.0, 0.0), last).degrees == pytest.approx(degrees)
    assert Angle(last, (0.0, 0.0, 0.0), (3.0, 0.0, 0.0)).degrees == pytest.approx(degrees)


def test_an_ellipse_has_its_area_and_the_ends_of_its_axes():
    assert ELLIPSE.area_mm2 == pytest.approx(8 * math.pi)
    assert ELLIPSE.handles == ((10, 24, 30), (10, 16, 30), (10, 20, 32), (10, 20, 28))


@pytest.mark.parametrize(
    "measurement",
    [Distance((0.0, 1.0, 2.0), (3.0, 4.0, 5.0)), Angle((9.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 9.0, 0.0)), ELLIPSE],
)
def test_all_are_moved_as_a_whole(measurement):
    moved = measurement.moved((1.0, -2.0, 0.5))
    for before, after in zip(measurement.handles, moved.handles, strict=True):
        assert after == pytest.approx((before[0] + 1, before[1] - 2, before[2] + 0.5))


@pytest.mark.parametrize("handle", range(3))
def test_one_handle_of_an_angle_leaves_the_others(handle):
    angle = Angle((9.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 9.0, 0.0))
    moved = angle.moved((1.0, 1.0, 0.0), handle)
    assert [one != other for one, other in zip(angle.handles, moved.handles, strict=True)].index(True) == handle
    assert sum(one != other for one, other in zip(angle.handles, moved.handles, strict=True)) == 1


@pytest.mark.parametrize("handle", range(4))
def test_a_handle_of_an_ellipse_moves_along_its_axis_and_the_opposite_one_stays(handle):
    moved = ELLIPSE.moved((5.0, 1.0, 1.0), handle)
    axis = 1 if handle < 2 else 2
    assert moved.handles[handle ^ 1] == pytest.approx(ELLIPSE.handles[handle ^ 1])
    expected = list(ELLIPSE.handles[handle])
    expected[axis] += 1.0
    assert moved.handles[handle] == pytest.approx(expected)
    other = 3 - axis
    assert abs(moved.handles[0][other] - moved.handles[2][other]) == pytest.approx(2.0 if other == 2 else 4.0)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: Distance((0.0, 0.0, 0.05), (0.0, 0.0, 0.0)), "a distance needs 0.1 mm"),
        (lambda: Angle((0.0, 0.0, 0.05), (0.0, 0.0, 0.0), (9.0, 0.0, 0.0)), "two legs of 0.1 mm"),
        (lambda: Angle((9.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), "two legs of 0.1 mm"),
        (lambda: Ellipse((0.0, 0.0, 0.0), (4.0, 0.0, 0.0), (0.0, 0.0, 0.0)), "two half axes of 0.1 mm"),
        (lambda: Ellipse((0.0, 0.0, 0.0), (4.0, 0.0, 0.0), (1.0, 2.0, 0.0)), "right angle"),
        (lambda: ELLIPSE.moved((0.0, -8.0, 0.0), 0), "two half axes of 0.1 mm"),
    ],
)
def test_what_nothing_can_be_measured_by_is_refused(made, says):
    with pytest.raises(Degenerate, match=says):
        made()
