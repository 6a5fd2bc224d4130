"""The range: keys, lines in the sagittal view, undo."""

import pytest
from PySide6.QtCore import QPointF, Qt

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.viewer.desk.case import Marks
from desktop.viewer.pictures.annotations import OrientationMarker
from desktop.viewer.pictures.range import End, RangeLine

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def mark(desk, hand, low, high):
    desk.display.go_to(low)
    hand.key(desk, Key.Key_BracketLeft)
    desk.display.go_to(high)
    hand.key(desk, Key.Key_BracketRight)


def test_brackets_mark_the_ends_at_the_slice_on_screen(desk, hand):
    mark(desk, hand, 2, 8)
    assert (desk.case.marks.low_mm, desk.case.marks.high_mm) == (6.0, 24.0)
    assert desk.range_step.low.text().endswith("6.0 mm, slice 3")
    assert desk.range_step.high.text().endswith("24.0 mm, slice 9")
    assert desk.range_step.summary.text() == "7 slices over 18.0 mm"


def test_undo_and_redo(desk, hand):
    mark(desk, hand, 2, 8)
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks == Marks(None, 6.0, None)
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks == Marks()
    hand.key(desk, Key.Key_Y, CTRL)
    hand.key(desk, Key.Key_Y, CTRL)
    assert desk.case.marks == Marks(None, 6.0, 24.0)


@pytest.mark.parametrize(
    ("key", "at", "low", "high"),
    [(Key.Key_BracketLeft, 9, 15.0, 27.0), (Key.Key_BracketRight, 0, 0.0, 6.0)],
)
def test_an_end_marked_beyond_the_other_changes_places_with_it_and_says_so(desk, hand, key, at, low, high):
    mark(desk, hand, 2, 5)
    desk.display.go_to(at)
    hand.key(desk, key)
    assert desk.case.marks == Marks(None, low, high)
    assert "changed places" in desk.message.label.text()
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks == Marks(None, 6.0, 15.0)
    hand.key(desk, Key.Key_Y, CTRL)
    assert desk.case.marks == Marks(None, low, high)


@pytest.mark.parametrize("name", ["sagittal", "coronal"])
def test_a_line_is_dragged_from_slice_to_slice(desk, hand, name):
    mark(desk, hand, 2, 8)
    desk.display.go_to(5)
    view = getattr(desk.views, name)
    x = view.width() / 2
    hand.drag(view, QPointF(x, hand.level(view, 24.0)), QPointF(x, hand.level(view, 30.4)))
    assert desk.case.marks.high_mm == 30.0
    hand.drag(view, QPointF(x, hand.level(view, 6.0)), QPointF(x, hand.level(view, 33.0)))
    assert desk.case.marks.low_mm == 30.0  # not beyond the other end
    assert desk.case.history.undoText() == "Move end of range"


def test_the_line_of_the_slice_is_dragged_too(desk, hand):
    desk.display.go_to(3)
    x = desk.views.sagittal.width() / 2
    hand.drag(
        desk.views.sagittal,
        QPointF(x, hand.level(desk.views.sagittal, 9.0)),
        QPointF(x, hand.level(desk.views.sagittal, 21.0)),
    )
    assert desk.display.index == 7


@pytest.mark.parametrize("name", ["sagittal", "coronal"])
@pytest.mark.parametrize(("key", "aside"), [(Key.Key_BracketRight, 2), (Key.Key_BracketLeft, -2)])
def test_the_slice_goes_on_being_dragged_after_an_end_was_marked_on_it(desk, hand, name, key, aside):
    """The end's line is under the mouse too, even nearer to it than the slice's."""
    mark(desk, hand, 2, 8)
    desk.display.go_to(5)
    hand.key(desk, key)
    marks, view = desk.case.marks, getattr(desk.views, name)
    x, y = view.width() / 2, hand.level(view, 15.0) + aside
    hand.drag(view, QPointF(x, y), QPointF(x, hand.level(view, 21.0)))
    assert desk.display.index == 7
    assert desk.case.marks == marks


@pytest.mark.parametrize("name", ["sagittal", "coronal"])
@pytest.mark.parametrize("end", [End.LOW, End.HIGH])
def test_a_handle_drags_its_end_from_under_the_slice_and_shows_it(desk, hand, name, end):
    """Both ends and the slice on screen lie at one place: every one can still be taken hold of."""
    mark(desk, hand, 5, 5)
    view = getattr(desk.views, name)
    to = 3.0 * (3 if end is End.LOW else 8)
    start = hand.handle(view, end).center()
    hand.press(view, start)
    hand.move(view, QPointF(start.x(), hand.level(view, to)))
    assert desk.display.index == to / 3
    hand.key(desk, Key.Key_Escape)
    assert desk.case.marks == Marks(None, 15.0, 15.0)
    assert desk.display.index == 5
    hand.release(view, start)
    hand.drag(view, start, QPointF(start.x(), hand.level(view, to)))
    assert desk.case.marks == (Marks(None, to, 15.0) if end is End.LOW else Marks(None, 15.0, to))
    assert desk.display.index == to / 3
    hand.key(desk, Key.Key_Z, CTRL)
    assert desk.case.marks == Marks(None, 15.0, 15.0)


@pytest.mark.parametrize(("name", "marks"), [("_set_low", Marks(None, 12.0)), ("_set_high", Marks(None, None, 12.0))])
def test_the_buttons_do_the_same(desk, hand, name, marks):
    desk.display.go_to(4)
    button = getattr(desk.range_step, name)
    hand.click(button, button.rect().center())
    assert desk.case.marks == marks


def test_names_stand_beside_the_marker_of_an_oblique_picture(window, small_folder, hand):
    """A tilted gantry makes it two letters wide."""
    tilted = [1, 0, 0, 0, 0.95, 0.3122499]
    window.case.open(load(scan(Source.open(small_folder("tilted", ImageOrientationPatient=tilted))).series[0]))
    sagittal = window.views.sagittal
    hand.key(window, Qt.Key.Key_BracketLeft)
    hand.key(window, Qt.Key.Key_BracketRight)
    markers = [item for item in sagittal.items() if isinstance(item, OrientationMarker)]
    left = min(markers, key=lambda marker: marker.boundingRect().left())
    assert len(left.letters) == 2
    names = [item.name_area for item in sagittal.items() if isinstance(item, RangeLine)]
    assert all(name.left() >= left.boundingRect().right() for name in names)
