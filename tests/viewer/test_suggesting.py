"""Range and ROI are suggested once a head is open, drawn apart from marks, and count only when they are accepted."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from desktop.reading.saved import Reading
from desktop.viewer.pictures.landmark_points import LandmarkPoints
from desktop.viewer.pictures.range import End, RangeLine
from desktop.viewer.theme import MARKED, SUGGESTED


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


def test_an_offer_in_the_middle_of_the_picture_is_never_judged_unmoved(desk, hand, qtbot):
    """Place and Analyse made a red POSITIVE of a healthy head."""
    qtbot.waitUntil(lambda: desk.case.no_suggestion is not None, timeout=20000)
    hand.key(desk, Qt.Key.Key_Home)
    hand.key(desk, Qt.Key.Key_BracketLeft)
    hand.key(desk, Qt.Key.Key_End)
    hand.key(desk, Qt.Key.Key_BracketRight)
    for button in (desk.roi_step.place, desk.range_step.accept, desk.result_step.analyse):
        hand.click(button, button.rect().center())
    hand.click(desk.views.axial, hand.roi(desk.views.axial).center())
    hand.key(desk, Qt.Key.Key_A)
    hand.key(desk, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "Place the ROI first." in desk.message.label.text()
    assert desk.case.marks.roi is None
    assert not desk.judging.busy


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


def test_names_of_landmarks_stand_beside_the_rectangle_and_not_on_one_another(head, hand, drawn):
    """Inside lies what is judged; the edges, which mean the same landmarks, are named under the pointer."""
    geometry, suggestion, axial = head.case.volume.geometry, head.case.suggestion, head.views.axial
    for landmark, point in suggestion.landmarks_mm.items():
        head.display.go_to(geometry.nearest(float(np.dot(point, geometry.normal))))
        roi, named = hand.roi(axial), hand.item(axial, LandmarkPoints).marked
        assert str(landmark.label) in [name for name, *_ in named]
        for number, (_, _, area) in enumerate(named):
            assert not area.intersects(roi)
            assert not any(area.intersects(other) for *_, other in named[:number])
        drawn.clear()
        axial.grab()
        assert "posterior end of the clivus" not in drawn


def test_once_there_is_a_result_no_name_lies_over_what_it_is_about(head, hand, marks, headless, drawn):
    head.case.mark(marks, "Marks of the truth")
    head.case.accept(headless)
    axial = head.views.axial
    drawn.clear()
    axial.grab()
    assert hand.item(axial, LandmarkPoints).marked
    assert not [text for text in drawn if "pterygoid" in text or "clivus" in text or "carotid" in text]
    drawn.clear()
    hand.move(axial, QPointF(hand.roi(axial).center().x(), hand.roi(axial).bottom()))
    axial.grab()
    assert drawn.count("posterior end of the clivus") == 1
    sagittal = head.views.sagittal
    drawn.clear()
    sagittal.grab()
    assert "lower end of the clivus" not in drawn
    hand.move(sagittal, QPointF(sagittal.width() / 2, hand.level(sagittal, marks.low_mm)))
    sagittal.grab()
    assert "lower end of the clivus" in drawn
    assert "lower end of the clivus" in sagittal.accessibleDescription()


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
    assert there(MARKED)


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
