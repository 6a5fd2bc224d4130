"""Rectangles that differ between slices: set and removed by a key, dragged, seen from the side."""

import pytest
from PySide6.QtCore import QPointF, Qt

from desktop.inference.analyse import analyse
from desktop.reading.region import Region
from desktop.reading.saved import Reading
from desktop.viewer.desk.case import ResultState
from desktop.viewer.pictures.roi import RoiProfile

Key = Qt.Key


@pytest.fixture
def placed(desk, hand):
    """The desk with an ROI that was placed on slice 2."""
    desk.display.go_to(2)
    move_roi(desk, hand, 4)
    return desk


def move_roi(desk, hand, mm):
    """To the patient's left, on the slice on screen."""
    middle = hand.roi(desk.views.axial).center().toPoint()
    hand.drag(desk.views.axial, middle, QPointF(middle) + QPointF(mm * desk.views.axial.zoom, 0))


def column_on(desk, index):
    return desk.case.marks.roi.at(float(desk.case.volume.geometry.positions_mm[index]))[0]


def test_a_single_rectangle_moves_on_every_slice(placed, hand):
    before = column_on(placed, 2)
    placed.display.go_to(9)
    move_roi(placed, hand, 6)
    assert column_on(placed, 2) == column_on(placed, 9) == pytest.approx(before + 3, abs=0.2)  # columns of 2 mm


def test_k_lets_slices_differ_and_takes_it_back(placed, hand):
    before = column_on(placed, 2)
    placed.display.go_to(8)
    hand.key(placed, Key.Key_K)
    assert [key.position_mm for key in placed.case.marks.roi.keys] == [6.0, 24.0]
    move_roi(placed, hand, 12)
    assert column_on(placed, 2) == before
    assert column_on(placed, 8) == pytest.approx(before + 6, abs=0.2)
    assert column_on(placed, 5) == pytest.approx(before + 3, abs=0.2)
    for index in (2, 5, 8):
        placed.display.go_to(index)
        assert hand.roi(placed.views.axial).left() == pytest.approx(
            hand.at(placed.views.axial, column_on(placed, index), 0).x()
        )
    hand.key(placed, Key.Key_K)
    assert len(placed.case.marks.roi.keys) == 1
    assert placed.case.history.undoText() == "Remove key rectangle"


def test_a_drag_between_two_keys_makes_a_third(placed, hand):
    placed.display.go_to(8)
    hand.key(placed, Key.Key_K)
    placed.display.go_to(5)
    move_roi(placed, hand, 10)
    assert [key.position_mm for key in placed.case.marks.roi.keys] == [6.0, 15.0, 24.0]
    assert column_on(placed, 2) == column_on(placed, 8)


def test_keys_are_marked_in_the_reformats(placed, hand):
    placed.case.mark(placed.case.marks.with_low(3.0).with_high(27.0), "Range")
    placed.display.go_to(8)
    hand.key(placed, Key.Key_K)
    for view in (placed.views.sagittal, placed.views.coronal):
        heights = [key.y1() for key in hand.item(view, RoiProfile)._keys]
        assert heights == pytest.approx([hand.level(view, 6.0), hand.level(view, 24.0)])


def test_k_without_a_second_slice_says_what_to_do(desk, hand):
    hand.key(desk, Key.Key_K)
    assert "Place the ROI first" in desk.message.label.text()
    desk.case.mark(desk.case.marks.with_roi(desk.case.shown_roi(desk.case.volume)), "Place the ROI")
    hand.key(desk, Key.Key_K)
    assert "another slice" in desk.message.label.text()
    assert len(desk.case.marks.roi.keys) == 1


@pytest.fixture
def read(placed, network, hand):
    """The desk with a result for slices 1 to 3, on slice 3."""
    placed.case.mark(placed.case.marks.with_low(3.0).with_high(9.0), "Range")
    volume, marks = placed.case.volume, placed.case.marks
    placed.case.accept(analyse(Region(volume, marks.roi, marks.span), network))
    placed.display.go_to(3)
    return placed


def test_a_key_rectangle_like_the_others_keeps_the_result(read, hand, tmp_path):
    """It did not, though every slice was judged by the rectangle that it still has."""
    result = read.case.result
    hand.key(read, Key.Key_K)
    assert len(read.case.marks.roi.keys) == 2
    assert read.case.result is result
    read.saving.save_reading(tmp_path / "reading.json")
    read.case.open(read.case.volume, Reading.load(tmp_path / "reading.json"))
    hand.key(read, Key.Key_K)
    assert read.case.reading(None).result["score"] == result.score
    read.case.accept(result)
    move_roi(read, hand, 6)
    assert read.case.result_state is ResultState.OUTDATED
    assert read.case.reading(None).result is None


def test_a_key_rectangle_out_of_the_range_keeps_the_result_if_it_changes_nothing_in_it(read, hand):
    result = read.case.result
    hand.key(read, Key.Key_K)
    read.display.go_to(5)
    move_roi(read, hand, 8)
    assert column_on(read, 5) != column_on(read, 3)
    assert read.case.result is result


def test_the_area_is_that_of_the_slice_on_screen(placed, hand):
    """It was that of the lowest key rectangle."""
    placed.display.go_to(8)
    hand.key(placed, Key.Key_K)
    roi = hand.roi(placed.views.axial)
    hand.drag(placed.views.axial, roi.center() + QPointF(roi.width() / 2, 0), roi.center())
    areas = [area_on(placed, index) for index in range(12)]
    assert areas[2] == pytest.approx(18, abs=0.1)
    assert areas[8] < 14
    for index in (2, 5, 8, 11):
        placed.display.go_to(index)
        own, whole = placed.roi_step.area.text().split("\n")
        assert own.startswith(f"{areas[index]:.1f} cm²")
        assert own.endswith("(usual: about 18)")
        assert ("unusually small" in own) == (areas[index] < 14)
        assert whole == f"{areas[8]:.1f} to {areas[2]:.1f} cm² on all slices"


def area_on(desk, index):
    volume = desk.case.volume
    rectangle = desk.case.marks.roi.at(float(volume.geometry.positions_mm[index]))
    return volume.series.geometry.area_cm2(rectangle)
