"""The rectangle: offered, dragged by inside, edges and corners, measured, undone."""

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from desktop.viewer.desk.case import Marks
from desktop.viewer.desk.edges import Edge, rectangle_moved
from desktop.viewer.panels.steps import Steps
from desktop.viewer.pictures.annotations import CornerText, OrientationMarker, ScaleBar
from desktop.viewer.pictures.roi import RoiRectangle
from desktop.viewer.pictures.roi_caption import RoiCaption
from desktop.viewer.pictures.views import Layout
from desktop.viewer.theme import AMBER, MARKED

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def place(desk):
    """Mark the rectangle that is offered."""
    desk.case.mark(desk.case.marks.with_roi(desk.case.shown_roi(desk.case.volume)), "Place the ROI")


def area_of(desk):
    return float(desk.roi_step.area.text().split()[0])


def test_18_square_centimetres_are_offered_in_the_middle_but_not_placed(desk, small):
    assert desk.case.marks.roi is None
    roi = desk.case.shown_roi(small)
    assert small.series.geometry.area_cm2(roi.at(0)) == pytest.approx(18)
    column, _, width, height = roi.at(0)
    assert (width * 2, height) == pytest.approx((50, 36))
    assert column + width / 2 == pytest.approx(30)
    assert "offered: 18.0" in desk.roi_step.area.text()
    desk.roi_step.place.click()
    assert desk.case.marks.roi is None, "a rectangle in the middle of the picture is nobody's mark"
    place(desk)
    assert desk.case.marks.roi == roi
    desk.roi_step.again.click()
    assert desk.case.marks.roi is None
    desk.case.history.undo()
    assert desk.case.marks.roi == roi


@pytest.mark.parametrize("edge", ["left", "right", "top", "bottom"])
def test_each_edge_resizes_and_the_area_follows(desk, hand, small, edge):
    place(desk)
    before = small.rectangle_to_standard(desk.case.marks.roi.at(0))
    shown = hand.roi(desk.views.axial)
    sideways = edge in ("left", "right")
    start = QPointF(
        getattr(shown, edge)() if sideways else shown.center().x(),
        getattr(shown, edge)() if not sideways else shown.center().y(),
    ).toPoint()
    out = -1 if edge in ("left", "top") else 1
    way = QPointF(out * 6 * desk.views.axial.zoom, 0) if sideways else QPointF(0, out * 6 * desk.views.axial.zoom)
    hand.drag(desk.views.axial, start, QPointF(start) + way)
    column, row, width, height = small.rectangle_to_standard(desk.case.marks.roi.at(0))
    assert width * 2 == pytest.approx(56 if sideways else 50, abs=0.2)
    assert height == pytest.approx(36 if sideways else 42, abs=0.2)
    fixed = {"left": column + width, "right": column, "top": row + height, "bottom": row}[edge]
    fixed_before = {
        "left": before[0] + before[2],
        "right": before[0],
        "top": before[1] + before[3],
        "bottom": before[1],
    }[edge]
    assert fixed == pytest.approx(fixed_before)
    assert area_of(desk) == pytest.approx(width * 2 * height / 100, abs=0.06)


def test_a_drag_inside_moves_it_and_stays_in_the_slice(desk, hand, small):
    window = desk.display.window
    middle = hand.roi(desk.views.axial).center().toPoint()
    hand.drag(
        desk.views.axial, middle, QPointF(middle) + QPointF(10 * desk.views.axial.zoom, -5 * desk.views.axial.zoom)
    )
    column, row, width, _ = small.rectangle_to_standard(desk.case.marks.roi.at(0))
    assert (column * 2, row) == pytest.approx((35 + 10, 22 - 5), abs=0.2)
    assert area_of(desk) == 18.0
    middle = hand.roi(desk.views.axial).center().toPoint()
    hand.drag(desk.views.axial, middle, QPointF(middle) + QPointF(5000, -5000))
    column, row, width, _ = small.rectangle_to_standard(desk.case.marks.roi.at(0))
    assert (column + width, row) == pytest.approx((60, 0))
    desk.case.marks.roi.require_inside(80, 60)
    assert desk.display.window == window


def test_a_click_without_movement_places_and_moves_nothing(desk, hand, small):
    middle = hand.roi(desk.views.axial).center().toPoint()
    hand.press(desk.views.axial, middle)
    hand.move(desk.views.axial, QPointF(middle) + QPointF(1, 1))
    hand.release(desk.views.axial, middle)
    assert desk.case.marks == Marks()
    assert not desk.case.history.canUndo()


def test_an_unusual_area_is_said_and_amber_and_pushes_nothing_out(desk, hand, small):
    """The text in amber widened the panel and cut off the buttons."""
    place(desk)
    steps = desk.findChild(Steps).width()
    assert AMBER not in desk.roi_step.area.styleSheet()
    shown = hand.roi(desk.views.axial)
    start = QPointF(shown.center().x(), shown.bottom()).toPoint()
    hand.drag(desk.views.axial, start, QPointF(start) - QPointF(0, 10 * desk.views.axial.zoom))
    assert area_of(desk) == pytest.approx(13.0, abs=0.2)
    assert "unusually small" in desk.roi_step.area.text()
    assert AMBER in desk.roi_step.area.styleSheet()
    rectangle = next(item for item in desk.views.axial.items() if isinstance(item, RoiRectangle))
    assert (rectangle.colour, rectangle.caption_colour) == (MARKED, AMBER)
    QApplication.processEvents()
    assert desk.findChild(Steps).width() == steps
    for part in (desk.roi_step.area, desk.roi_step.place, desk.roi_step.again, desk.roi_step):
        assert part.mapTo(desk, part.rect().topRight()).x() < steps
    assert desk.roi_step.area.height() >= desk.roi_step.area.heightForWidth(desk.roi_step.area.width())


def test_the_area_is_live_while_dragging(desk, hand, small):
    shown = hand.roi(desk.views.axial)
    start = QPointF(shown.right(), shown.center().y()).toPoint()
    hand.press(desk.views.axial, start)
    hand.move(desk.views.axial, QPointF(start) + QPointF(4 * desk.views.axial.zoom, 0))
    during = desk.roi_step.area.text()
    hand.release(desk.views.axial, start)
    assert during.startswith("19.")
    assert desk.case.history.count() == 1


def test_undo_and_redo_with_the_keys(desk, hand, small):
    middle = hand.roi(desk.views.axial).center().toPoint()
    hand.drag(desk.views.axial, middle, QPointF(middle) + QPointF(20, 20))
    moved = desk.case.marks
    hand.key(desk, Qt.Key.Key_Z, CTRL)
    assert desk.case.marks == Marks()
    hand.key(desk, Qt.Key.Key_Y, CTRL)
    assert desk.case.marks == moved
    hand.key(desk, Qt.Key.Key_Z, CTRL)
    hand.key(desk, Qt.Key.Key_Z, CTRL | SHIFT)
    assert desk.case.marks == moved


def test_ctrl_and_an_arrow_move_the_roi_by_a_millimetre(desk, hand):
    """Only the mouse could; pixels are 2 mm wide and 1 mm high."""
    offered, index = desk.case.shown_roi(desk.case.volume).at(0), desk.display.index
    column, row = offered[:2]
    for key, across, down in (("Left", -0.5, 0), ("Left", -0.5, 0), ("Up", 0, -1), ("Right", 0.5, 0), ("Down", 0, 1)):
        hand.key(desk, getattr(Qt.Key, f"Key_{key}"), CTRL)
        column, row = column + across, row + down
        assert desk.case.marks.roi.at(0) == pytest.approx((column, row, *offered[2:]))
    assert desk.display.index == index
    hand.key(desk, Qt.Key.Key_Z, CTRL)  # presses in a row are one step
    assert desk.case.marks.roi is None
    hand.key(desk, Qt.Key.Key_Y, CTRL)
    assert desk.case.marks.roi.at(0)[:2] == pytest.approx((column, row))


def test_keys_move_the_roi_on_the_slice_on_screen_and_not_out_of_it(desk, hand):
    place(desk)
    desk.display.go_to(2)
    hand.key(desk, Qt.Key.Key_K)
    desk.display.go_to(8)
    hand.key(desk, Qt.Key.Key_K)
    before = desk.case.marks.roi.at(6.0)
    for _ in range(80):
        hand.key(desk, Qt.Key.Key_Up, CTRL)
    assert desk.case.marks.roi.at(6.0) == before
    assert desk.case.marks.roi.at(24.0)[1] == pytest.approx(0)
    hand.key(desk, Qt.Key.Key_Z, CTRL)
    assert desk.case.marks.roi.at(24.0) == before
    hand.key(desk, Qt.Key.Key_Y, CTRL)
    hand.key(desk, Qt.Key.Key_Down, CTRL)
    desk.series_step.list.setFocus()
    hand.key(desk, Qt.Key.Key_Down, CTRL)  # the list's
    assert desk.case.marks.roi.at(24.0)[1] == pytest.approx(1)


def test_edges_cannot_pass_each_other():
    least = (2.0, 4.0)
    drag = rectangle_moved
    assert drag((10, 10, 20, 20), Edge.LEFT, 100, 0, 60, 80, least) == (28, 10, 2, 20)
    assert drag((10, 10, 20, 20), Edge.BACK, 0, -100, 60, 80, least) == (10, 10, 20, 4)
    corner = Edge.FRONT | Edge.RIGHT
    assert drag((10, 10, 20, 20), corner, 100, -100, 60, 80, least) == (10, 0, 50, 30)


def test_the_sagittal_view_follows_the_roi_until_the_crosshair_was_placed(desk, hand, small):
    middle = hand.roi(desk.views.axial).center().toPoint()
    hand.drag(desk.views.axial, middle, QPointF(middle) + QPointF(10 * desk.views.axial.zoom, 0))
    assert desk.display.crosshair[0] == pytest.approx(35, abs=0.1)
    hand.move(desk.views.axial, hand.at(desk.views.axial, 7.5, 7.5), SHIFT)
    middle = hand.roi(desk.views.axial).center().toPoint()
    hand.drag(desk.views.axial, middle, QPointF(middle) + QPointF(-20, 0))
    assert desk.display.crosshair[0] == pytest.approx(7.5, abs=0.1)


def test_one_gesture_at_a_time(desk, hand, small):
    """Keys that would change the marks do nothing in mid-drag, and another series ends the drag."""
    middle = hand.roi(desk.views.axial).center().toPoint()
    hand.press(desk.views.axial, middle)
    hand.move(desk.views.axial, QPointF(middle) + QPointF(20, 20))
    hand.key(desk, Qt.Key.Key_BracketLeft)
    hand.key(desk, Qt.Key.Key_Z, CTRL)
    assert desk.case.marks.roi is not None
    assert desk.case.marks.low_mm is None
    desk.case.open(small)
    hand.move(desk.views.axial, QPointF(middle) + QPointF(40, 40))
    hand.release(desk.views.axial, middle)
    assert desk.case.marks == Marks()


@pytest.mark.parametrize("zoomed", [True, False])
def test_every_edge_is_named_by_its_landmark(desk, hand, drawn, zoomed):
    """All at once where there is room, the sides under the pointer where there is not."""
    if not zoomed:
        desk.views.axial.zoom_at(QPointF(300, 300), 0.35)
    QApplication.processEvents()  # a busy machine may still owe the window a paint
    drawn.clear()
    desk.views.axial.grab()
    assert drawn.count("pterygoid process") == drawn.count("posterior end of the clivus") == 1
    assert drawn.count("internal carotid arteries") == (2 if zoomed else 0)
    shown = hand.roi(desk.views.axial)
    drawn.clear()
    hand.move(desk.views.axial, QPointF(shown.left(), shown.center().y()))
    desk.views.axial.grab()
    assert drawn.count("internal carotid arteries") == 2


@pytest.mark.parametrize("layout", Layout)
def test_what_is_said_of_the_roi_covers_neither_it_nor_another_text(desk, hand, layout):
    desk.views.use_layout(layout)
    QApplication.processEvents()
    axial = desk.views.axial
    caption = hand.item(axial, RoiCaption).boundingRect()
    assert QRectF(axial.rect()).contains(caption)
    assert not caption.intersects(hand.roi(axial))
    texts = [item for item in axial.items() if isinstance(item, OrientationMarker | ScaleBar | CornerText)]
    assert not any(caption.intersects(text.boundingRect()) for text in texts if text.isVisible())


def test_keys_size_the_roi_about_its_middle_in_one_step(desk, hand):
    geometry = desk.case.volume.geometry
    hand.key(desk, Qt.Key.Key_Right, CTRL)
    position = float(geometry.positions_mm[desk.display.index])
    column, row, width, height = desk.case.marks.roi.at(position)
    middle = column + width / 2, row + height / 2
    for key, mm in (
        (Qt.Key.Key_Right, (1, 0)),
        (Qt.Key.Key_Left, (-1, 0)),
        (Qt.Key.Key_Down, (0, 1)),
        (Qt.Key.Key_Up, (0, -1)),
    ):
        for _ in range(2):
            hand.key(desk, key, CTRL | SHIFT)
        now = desk.case.marks.roi.at(position)
        assert now[2] == pytest.approx(width + 2 * mm[0] / geometry.column_mm)
        assert now[3] == pytest.approx(height + 2 * mm[1] / geometry.row_mm)
        assert (now[0] + now[2] / 2, now[1] + now[3] / 2) == pytest.approx(middle)
        width, height = now[2:]
    desk.case.undo()
    assert desk.case.marks.roi is None
