"""Range and ROI are suggested once a head is open, drawn apart from marks, and count only when they are accepted."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from desktop.reading.saved import Reading
from desktop.suggestion import Landmark
from desktop.viewer.pictures.halo import Align, text_area
from desktop.viewer.pictures.landmark_points import LandmarkPoints
from desktop.viewer.pictures.range import End, RangeLine
from desktop.viewer.pictures.roi import RoiRectangle
from desktop.viewer.theme import ACCENT, SUGGESTED

NEAR_THE_EDGE_PX = 17
"""So far below the front edge the pterygoid processes lie in a usual rectangle."""


@pytest.fixture
def head(window, volume, qtbot):
    """The window with the phantom on it, and what is suggested for it."""
    window.case.open(volume)
    qtbot.waitUntil(lambda: window.case.suggestion is not None, timeout=20000)
    return window


def line(view, end):
    return next(item for item in view.items() if isinstance(item, RangeLine) and item.end is end)


def test_nothing_is_judged_before_it_is_accepted_with_one_key(head, hand):
    case, suggestion = head.case, head.case.suggestion
    assert "Accept what is suggested" in str(head.judging.blocker())
    assert case.marks.roi is None
    assert case.shown_roi(case.volume) == suggestion.roi
    assert head.range_step.accept.isVisible()
    assert "Suggested: " in head.range_step.summary.text()
    assert not line(head.views.sagittal, End.LOW).marked
    hand.key(head, Qt.Key.Key_A)
    assert case.marks.roi == suggestion.roi
    assert case.marks.span == suggestion.range
    assert head.judging.blocker() is None
    assert not head.range_step.accept.isVisible()
    assert line(head.views.sagittal, End.LOW).marked
    head.case.undo()
    assert (case.marks.roi, case.marks.span) == (None, None)
    case.redo()
    hand.key(head, Qt.Key.Key_A)
    assert "marked already" in head.message.label.text()


def test_what_is_marked_already_stays(head, hand):
    position = float(head.case.volume.geometry.positions_mm[3])
    head.case.mark(head.case.marks.with_low(position), "Set the lower end")
    head.roi_step.place.click()
    assert head.case.marks.roi == head.case.suggestion.roi
    head.range_step.accept.click()
    assert head.case.marks.low_mm == position
    assert head.case.marks.high_mm == head.case.suggestion.range.high_mm


def test_readings_tell_what_was_suggested_and_what_was_moved(head, hand, tmp_path):
    hand.key(head, Qt.Key.Key_A)
    head.case.reading(None).save(tmp_path / "accepted.json")
    accepted = Reading.load(tmp_path / "accepted.json").origin
    assert (accepted.range, accepted.roi) == ("suggested", "suggested")
    assert accepted.accepted
    assert accepted.confirmed
    hand.key(head, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    moved = head.case.reading(None).origin
    assert (moved.range, moved.roi) == ("suggested", "moved")
    head.case.undo()
    assert head.case.reading(None).origin == accepted


def test_a_drag_takes_the_suggested_rectangle_and_the_suggested_line(head, hand):
    shown = hand.roi(head.views.axial)
    hand.drag(head.views.axial, shown.center(), shown.center() + QPointF(12, 0))
    assert head.case.marks.roi not in (None, head.case.suggestion.roi)
    sagittal = head.views.sagittal
    before = head.case.suggestion.range.high_mm
    handle = hand.handle(sagittal, End.HIGH).center()
    hand.drag(sagittal, handle, handle - QPointF(0, 14))
    assert head.case.marks.high_mm > before
    assert head.case.marks.low_mm is None
    assert "Accept what is suggested" in str(head.judging.blocker())


def test_landmarks_are_seen_in_all_views_and_hidden_with_a_key(head, hand):
    geometry, suggestion = head.case.volume.geometry, head.case.suggestion
    head.display.go_to(geometry.nearest(suggestion.range.low_mm))
    names = [name for name, *_ in hand.item(head.views.axial, LandmarkPoints).marked]
    assert "basion" in names
    assert hand.item(head.views.sagittal, LandmarkPoints).marked
    hand.key(head, Qt.Key.Key_L)
    assert not head.display.landmarks_shown
    assert not [item for item in head.views.axial.items() if isinstance(item, LandmarkPoints) and item.isVisible()]


def test_the_texts_of_both_sides_lead_away_from_the_middle_where_they_would_meet(head, hand):
    geometry, suggestion = head.case.volume.geometry, head.case.suggestion
    for side in (Landmark.PTERYGOID_RIGHT, Landmark.PTERYGOID_LEFT):
        head.display.go_to(geometry.nearest(float(np.dot(suggestion.landmarks_mm[side], geometry.normal))))
        (align,) = (
            each[2] for each in hand.item(head.views.axial, LandmarkPoints).marked if each[0] == str(side.label)
        )
        assert align is (Align.AlignRight if side is Landmark.PTERYGOID_RIGHT else Align.AlignLeft)


def test_the_names_of_landmarks_do_not_lie_on_the_name_of_the_front_edge(head, hand):
    geometry, suggestion, axial = head.case.volume.geometry, head.case.suggestion, head.views.axial
    side = suggestion.landmarks_mm[Landmark.PTERYGOID_RIGHT]
    head.display.go_to(geometry.nearest(float(np.dot(side, geometry.normal))))
    landmarks, roi = hand.item(axial, LandmarkPoints), hand.item(axial, RoiRectangle)
    hand.key(head, Qt.Key.Key_A)
    while landmarks.marked[0][1].y() - roi.shown.top() > NEAR_THE_EDGE_PX:
        hand.key(head, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    edge, box, align, turned = roi._labels[1]
    front = turned.mapRect(text_area(box, align, edge, axial.font()))
    for name, at, where, rise in landmarks.marked:
        text = text_area(landmarks._box(at, where, rise), where | Align.AlignVCenter, name, axial.font())
        assert not text.intersects(front), name


def test_what_is_suggested_has_a_colour_of_its_own(head, hand, drawn):
    head.display.go_to(head.case.volume.geometry.nearest(head.case.suggestion.range.middle_mm))
    picture = head.views.axial.viewport().grab().toImage()

    def there(colour):
        wanted = int(colour[1:], 16)
        return any(
            picture.pixel(x, y) & 0xFFFFFF == wanted for x in range(picture.width()) for y in range(picture.height())
        )

    assert there(SUGGESTED)
    hand.key(head, Qt.Key.Key_A)
    picture = head.views.axial.viewport().grab().toImage()
    assert there(ACCENT)


def test_where_nothing_is_suggested_the_reason_is_said(desk, hand, qtbot):
    qtbot.waitUntil(lambda: desk.case.no_suggestion is not None, timeout=20000)
    assert "No range and no ROI are suggested, since" in desk.range_step.summary.text()
    assert not desk.roi_step.place.isEnabled()
    assert not desk.range_step.accept.isVisible()
    hand.key(desk, Qt.Key.Key_A)
    assert "No range and no ROI are suggested" in desk.message.label.text()


def test_a_suggestion_for_a_series_that_is_gone_is_dropped(window, volume, small, qtbot):
    window.case.open(volume)
    window.case.open(small)
    qtbot.waitUntil(lambda: window.case.no_suggestion is not None, timeout=20000)
    assert window.case.suggestion is None


def test_the_view_goes_to_the_skull_base_and_stays_where_the_reader_went(window, volume, qtbot, hand):
    window.case.open(volume)
    first = window.display.index
    assert first == len(volume.hu) // 2
    qtbot.waitUntil(lambda: window.case.suggestion is not None, timeout=20000)
    span = window.case.suggestion.range
    assert window.display.index == volume.geometry.nearest(span.middle_mm)
    window.case.open(volume)
    hand.key(window, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: window.case.suggestion is not None, timeout=20000)
    assert window.display.index == 0


def test_where_something_is_marked_already_the_view_stays(window, volume, qtbot, hand):
    window.case.open(volume)
    hand.key(window, Qt.Key.Key_BracketLeft)
    first = window.display.index
    qtbot.waitUntil(lambda: window.case.suggestion is not None, timeout=20000)
    assert window.display.index == first
