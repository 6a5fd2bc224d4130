"""Rectangles that differ between slices: set and removed by a key, dragged, seen from the side."""

import pytest
from PySide6.QtCore import QPointF, Qt

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
    desk.roi_step.place.click()
    hand.key(desk, Key.Key_K)
    assert "another slice" in desk.message.label.text()
    assert len(desk.case.marks.roi.keys) == 1
