"""Distances, angles and ellipses: tools in all views; moved, deleted, undone, saved, and drawn where they lie.

What an ellipse contains is in test_ellipse_hu.py.
"""

import json

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from desktop.reading.measurement import Angle, Distance, Ellipse
from desktop.reading.roi import Roi
from desktop.reading.saved import Reading
from desktop.viewer.desk.case import Marks
from desktop.viewer.pictures.measured import Measured
from desktop.viewer.pictures.range import RangeLine

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
TOOLS = {Distance: Key.Key_D, Angle: Key.Key_Y, Ellipse: Key.Key_E}
KINDS = list(TOOLS)


def shown(view, kind=Measured):
    return [item for item in view.items() if isinstance(item, kind) and item.isVisible()]


def measure(desk, hand, view, kind, start=(20, 10), end=(50, 30)):
    """A measurement of a kind between two points of a view's picture, in mm; an angle has its apex at the second."""
    hand.key(desk, TOOLS[kind])
    hand.drag(view, view.to_screen(*start), view.to_screen(*end))
    if kind is Angle:
        hand.click(view, view.to_screen(start[0], end[1]))
    measurement = desk.case.marks.measurements[-1]
    assert isinstance(measurement, kind)
    return measurement


def spread(view):
    """Two points well apart in a view's picture, in mm."""
    area = view.wanted_mm()
    return tuple((area.left() + x * area.width(), area.top() + y * area.height()) for x, y in ((0.2, 0.3), (0.6, 0.7)))


@pytest.mark.parametrize("kind", KINDS)
def test_each_tool_measures_in_every_view_and_is_put_away(desk, hand, kind):
    window = desk.display.window
    for number, view in enumerate(desk.views.ct_views, start=1):
        start, end = spread(view)
        width, height = end[0] - start[0], end[1] - start[1]
        measurement = measure(desk, hand, view, kind, start, end)
        expected = {
            Distance: ("mm", np.hypot(width, height)),
            Angle: ("degrees", np.degrees(np.arctan2(height, width))),
            Ellipse: ("area_mm2", np.pi * width * height / 4),
        }
        name, value = expected[kind]
        assert getattr(measurement, name) == pytest.approx(value, rel=0.03)
        assert desk.display.window == window
        assert not desk.display.tool
        assert [item.measurement for item in shown(view) if item.in_plane] == [measurement]
        assert desk.case.history.count() == number
        assert desk.display.chosen == measurement


def test_what_was_measured_is_written_beside_it(desk, hand, drawn):
    for view in desk.views.ct_views:
        distance, angle, ellipse = (measure(desk, hand, view, kind, *spread(view)) for kind in KINDS)
        hu = view._plane.hu_in(ellipse)
        view.grab()
        assert f"{distance.mm:.1f} mm" in drawn
        assert f"{angle.degrees:.1f}°" in drawn
        assert f"mean {hu.mean():.1f} HU\nSD {hu.std():.1f} HU\n{ellipse.area_mm2:.1f} mm²" in drawn


def test_an_ellipse_outside_the_picture_says_so(desk, hand, drawn):
    view = desk.views.axial
    view.zoom_at(QPointF(view.rect().center()), 0.5)
    measure(desk, hand, view, Ellipse, (-20, 10), (-10, 20))
    view.grab()
    assert [text for text in drawn if text.startswith("no HU")]


@pytest.mark.parametrize(
    "way",
    [
        ["drag 0 1", "click 2"],
        ["drag 0 1", "drag 3 2"],
        ["click 0", "click 1", "click 2"],
        ["click 0", "drag 3 1", "click 2"],
    ],
)
def test_an_angle_is_three_points_dragged_or_clicked(desk, hand, drawn, way):
    view = desk.views.axial
    points = [view.to_screen(*point) for point in ((20, 10), (50, 10), (50, 40), (90, 70))]
    hand.key(desk, Key.Key_Y)
    for step in way:
        assert not desk.case.marks.measurements
        what, *numbers = step.split()
        getattr(hand, what)(view, *(points[int(number)] for number in numbers))
    (angle,) = desk.case.marks.measurements
    assert angle.degrees == pytest.approx(90, abs=1.5)
    assert not desk.display.tool


def test_the_angle_is_told_while_the_second_leg_is_looked_for(desk, hand, drawn):
    view = desk.views.axial
    hand.key(desk, Key.Key_Y)
    hand.drag(view, view.to_screen(20, 10), view.to_screen(50, 10))
    hand.move(view, view.to_screen(50, 40))
    view.grab()
    (told,) = (float(text[:-1]) for text in drawn if text.endswith("°"))
    assert told == pytest.approx(90, abs=1.5)


def test_a_leg_is_forgotten_with_its_slice_and_with_esc(desk, hand):
    view = desk.views.axial
    hand.key(desk, Key.Key_Y)
    hand.drag(view, view.to_screen(20, 10), view.to_screen(50, 10))
    hand.wheel(view, 120)
    hand.click(view, view.to_screen(50, 40))
    assert not desk.case.marks.measurements
    hand.key(desk, Key.Key_Escape)
    assert not desk.display.tool
    hand.key(desk, Key.Key_Y)
    hand.click(view, view.to_screen(60, 40))
    hand.press(view, view.to_screen(60, 40))
    hand.move(view, view.to_screen(90, 40))
    hand.key(desk, Key.Key_Escape)
    hand.release(view, view.to_screen(90, 40))
    assert desk.display.tool == "angle"
    hand.drag(view, view.to_screen(20, 10), view.to_screen(50, 10))
    hand.click(view, view.to_screen(50, 40))
    (angle,) = desk.case.marks.measurements
    assert angle.degrees == pytest.approx(90, abs=1.5)


def test_with_a_tool_in_hand_two_quick_clicks_do_not_enlarge_the_view(desk, hand):
    hand.key(desk, Key.Key_Y)
    hand.double_click(desk.views.axial)
    assert desk.views.sagittal.isVisible()
    hand.key(desk, Key.Key_Escape)
    hand.double_click(desk.views.axial)
    assert not desk.views.sagittal.isVisible()


@pytest.mark.parametrize("kind", KINDS)
def test_each_lies_in_the_patient(desk, hand, small, kind):
    """Whole where its plane is shown, faint where it passes through, and nowhere else."""
    desk.display.go_to(4)
    desk.display.set_crosshair(30, 40, by_hand=True)
    measurement = measure(desk, hand, desk.views.axial, kind, (20, 30), (100, 50))
    (item,) = shown(desk.views.sagittal)
    assert not item.in_plane
    assert not item.text
    assert {point[2] for point in measurement.handles} == {small.geometry.positions_mm[4]}
    for handle in item.handles:
        assert handle.y() == pytest.approx(hand.level(desk.views.sagittal, 12.0), abs=1)
    hand.drag(desk.views.sagittal, item.handles[0], item.handles[0] + QPointF(0, 30))
    assert desk.case.marks.measurements == (measurement,), "what passes through is not moved"
    desk.display.go_to(5)
    assert not shown(desk.views.axial)
    desk.display.set_crosshair(3, 40, by_hand=True)
    assert not shown(desk.views.sagittal)


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_moved_by_a_handle_and_as_a_whole_undone_redone_and_deleted(desk, hand, kind):
    for view in desk.views.ct_views:
        moved_undone_deleted(desk, hand, view, kind)


def moved_undone_deleted(desk, hand, view, kind):
    before = measure(desk, hand, view, kind, *spread(view))
    handles = list(shown(view)[0].handles)
    outwards = (handles[0] - handles[1]) / 4
    hand.drag(view, handles[0], handles[0] + outwards)
    (after,) = desk.case.marks.measurements
    assert after.handles[0] != before.handles[0]
    assert after.handles[1] == pytest.approx(before.handles[1])
    assert desk.case.history.undoText() == "Move measurement"
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks.measurements == (before,)
    hold = handles[0] + (handles[1] - handles[0]) / 2  # the middle of a line, or of an ellipse
    hand.drag(view, hold, hold + QPointF(16, -9))
    (moved,) = desk.case.marks.measurements
    ways = np.array(moved.handles) - before.handles
    assert ways == pytest.approx(np.tile(ways[0], (len(ways), 1)))
    assert np.linalg.norm(ways[0]) == pytest.approx(np.hypot(16, 9) / view.zoom, rel=0.1)
    hand.key(desk, Key.Key_Z, CTRL)
    desk.display.choose(None)
    hand.click(view, hold)
    assert desk.display.chosen == before
    hand.key(desk, Key.Key_Delete)
    assert not desk.case.marks.measurements
    assert not shown(view)
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks.measurements == (before,)
    assert desk.case.unsaved
    hand.key(desk, Key.Key_Y, CTRL)
    assert not desk.case.marks.measurements


def test_an_ellipse_is_taken_by_its_rim_and_leaves_what_it_contains_alone(desk, hand):
    view = desk.views.axial
    before = measure(desk, hand, view, Ellipse, (10, 10), (110, 70))
    (item,) = shown(view)
    centre = (item.handles[0] + item.handles[1]) / 2
    rim = centre + (item.handles[0] - centre) * 0.5**0.5 + (item.handles[2] - centre) * 0.5**0.5
    inside = centre + (item.handles[0] - centre) * 0.5
    hand.drag(view, inside, inside + QPointF(20, 20))
    assert desk.case.marks.measurements == (before,)
    assert desk.case.marks.roi is not None, "the one offered was moved"
    hand.drag(view, rim, rim + QPointF(20, 20))
    assert desk.case.marks.measurements != (before,)


def test_a_small_ellipse_is_moved_by_its_middle_and_faint_across_another_view(desk, hand):
    view = desk.views.axial
    at, to = view.to_screen(40, 40), view.to_screen(41.5, 41.5)
    desk.display.set_crosshair(20.4, 40.7, by_hand=True)
    before = measure(desk, hand, view, Ellipse, (40, 40), (41.5, 41.5))
    assert [item.in_plane for each in desk.views.ct_views for item in shown(each)] == [True, False, False]
    middle = (at + to) / 2
    hand.drag(view, middle, middle + QPointF(30, 20))
    (after,) = desk.case.marks.measurements
    assert after.half_a == before.half_a
    assert after.half_b == before.half_b
    assert after.centre != before.centre


@pytest.mark.parametrize("kind", KINDS)
def test_one_of_several_is_moved_and_the_others_stay(desk, hand, kind):
    view = desk.views.axial
    all_of_them = [measure(desk, hand, view, each) for each in KINDS]
    other = measure(desk, hand, view, kind, (70, 40), (100, 60))
    item = next(item for item in shown(view) if item.measurement == other)
    hold = item.handles[0] + (item.handles[1] - item.handles[0]) / 2
    hand.drag(view, hold, hold + QPointF(12, 5))
    *rest, moved = desk.case.marks.measurements
    assert rest == all_of_them
    assert moved != other
    desk.display.choose(all_of_them[0])
    hand.key(desk, Key.Key_Delete)
    assert len(shown(view)) == 3
    assert [item.measurement for item in shown(view, type(item))].count(moved) == 1


@pytest.mark.parametrize("kind", [Distance, Ellipse])
def test_a_drag_that_comes_back_to_where_it_began_measures_nothing(desk, hand, kind):
    view, at = desk.views.axial, desk.views.axial.to_screen(40, 40)
    hand.key(desk, TOOLS[kind])
    hand.press(view, at)
    hand.move(view, at + QPointF(30, 30))
    assert desk.case.marks.measurements
    hand.move(view, at)
    hand.release(view, at)
    assert not desk.case.marks.measurements
    assert not desk.case.history.canUndo()


@pytest.mark.parametrize("kind", [Distance, Ellipse])
def test_esc_takes_a_measurement_back_and_puts_the_tool_away(desk, hand, kind):
    hand.key(desk, TOOLS[kind])
    hand.press(desk.views.coronal, QPointF(60, 60))
    hand.move(desk.views.coronal, QPointF(120, 90))
    assert desk.case.marks.measurements
    hand.key(desk, Key.Key_Escape)
    assert not desk.case.marks.measurements
    hand.release(desk.views.coronal, QPointF(120, 90))
    assert desk.display.tool
    hand.key(desk, Key.Key_Escape)
    assert not desk.display.tool
    assert not desk.case.history.canUndo()


def test_with_a_tool_in_hand_a_drag_on_a_measurement_makes_another(desk, hand):
    """It moved the one that was there."""
    lines = [measure(desk, hand, desk.views.axial, Distance) for _ in range(2)]
    assert list(desk.case.marks.measurements) == lines


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_leaves_the_view(desk, hand, kind):
    view = desk.views.sagittal
    for x, y in ((0.99, 0.5), (0.5, 0.99), (0.01, 0.5), (0.5, 0.01), (0.99, 0.99)):
        end = QPointF(view.width() * x, view.height() * y)
        start = QPointF(view.width() * 0.5 + 8, view.height() * 0.5 + 8)
        measure(desk, hand, view, kind, *((point.x(), point.y()) for point in map(view.to_plane, (start, end))))
    assert len(shown(view)) == 5
    for item in shown(view):
        assert item.text
        assert item.label.width() > 20
        assert view.rect().contains(item.label.toAlignedRect())


def test_texts_of_neighbours_do_not_cover_each_other(desk, hand):
    view = desk.views.axial
    for row in (20, 22, 24):
        measure(desk, hand, view, Distance, (30, row), (60, row))
    one, other, third = (item.label for item in shown(view))
    assert not one.intersects(other)
    assert not other.intersects(third)
    assert not one.intersects(third)


def test_no_text_covers_the_name_of_an_end_of_the_range(desk, hand):
    view, positions = desk.views.sagittal, desk.case.volume.geometry.positions_mm
    desk.case.mark(desk.case.marks.with_low(float(positions[4])).with_high(float(positions[7])), "Range")
    names = [item.name_area for item in view.items() if isinstance(item, RangeLine)]
    hand.key(desk, Key.Key_E)
    left = names[0].left() - 6  # the text would stand on the right of the ellipse, over both names
    hand.drag(view, QPointF(30, names[1].top()), QPointF(left, names[0].bottom()))
    (ellipse,) = shown(view)
    assert not any(ellipse.label.intersects(name) for name in names)


def test_no_text_covers_the_roi_where_there_is_other_room(desk, hand):
    axial = desk.views.axial
    roi = hand.roi(axial)
    hand.key(desk, Key.Key_D)
    hand.drag(axial, QPointF(roi.left() - 90, roi.center().y()), QPointF(roi.left() - 10, roi.center().y()))
    (distance,) = shown(axial)
    assert not distance.label.intersects(roi)


def test_all_come_back_with_the_reading_and_with_the_draft(desk, hand, small, tmp_path, drafts):
    measurements, index = {measure(desk, hand, desk.views.axial, kind) for kind in KINDS}, desk.display.index
    desk.autosave._keep()
    (left,) = drafts.glob("*.json")
    kept = json.loads(left.read_text())
    assert [len(kept[key]) for key in ("measurements", "angles", "ellipses")] == [1, 1, 1]
    desk.case.mark(
        Marks(Roi.everywhere(10, 10, 30, 30, 0.0), 0.0, 9.0, desk.case.marks.measurements), "Marks for a reading"
    )
    desk.saving.save_reading(tmp_path / "reading.json")
    reading = Reading.load(tmp_path / "reading.json")
    assert set(reading.measurements) == measurements
    desk.case.open(small, reading)
    QApplication.processEvents()
    assert set(desk.case.marks.measurements) == measurements
    assert not desk.case.unsaved
    desk.display.go_to(index)
    assert len(shown(desk.views.axial)) == 3


def test_an_error_in_a_drag_goes_where_all_errors_go(desk, hand, monkeypatch):
    """pyqtgraph would print it and go on."""
    seen = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: seen.append(kind))
    monkeypatch.setattr(desk.display, "set_window", lambda window: 1 / 0)
    hand.drag(desk.views.axial, QPointF(30, 60), QPointF(40, 60))
    assert set(seen) == {ZeroDivisionError}
