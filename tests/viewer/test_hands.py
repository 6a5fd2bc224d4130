"""What a radiologist's hand expects of wheel, keys and mouse."""

from dataclasses import replace
from operator import attrgetter

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QMenu

from desktop.imaging.reformat import Direction, ReformatGeometry
from desktop.imaging.windowing import Window
from desktop.viewer.desk.presets import PRESETS, dragged
from desktop.viewer.pictures.annotations import CornerText
from desktop.viewer.theme import ACCENT

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


@pytest.mark.parametrize("name", ["axial", "sagittal", "coronal", "plots.bars"])
def test_a_notch_of_the_wheel_is_a_slice(desk, hand, name):
    start = desk.display.index
    hand.wheel(attrgetter(name)(desk.views), 120)
    assert desk.display.index == start + 1
    hand.wheel(attrgetter(name)(desk.views), -240)
    assert desk.display.index == start - 1


def test_small_turns_of_a_touchpad_add_up_to_a_slice(desk, hand):
    start = desk.display.index
    for _ in range(7):
        hand.wheel(desk.views.axial, 16)
    assert desk.display.index == start
    hand.wheel(desk.views.axial, 16)
    assert desk.display.index == start + 1
    for _ in range(3):
        hand.wheel(desk.views.axial, 0, pixels=-20)  # a touchpad that reports pixels only
    assert desk.display.index == start


def test_a_touchpad_turned_back_forgets_the_rest(desk, hand):
    start = desk.display.index
    hand.wheel(desk.views.axial, 100)
    hand.wheel(desk.views.axial, -100)
    hand.wheel(desk.views.axial, -19)
    assert desk.display.index == start
    hand.wheel(desk.views.axial, -1)
    assert desk.display.index == start - 1


@pytest.mark.parametrize("name", ["axial", "sagittal", "coronal", "slider", "plots.bars"])
def test_shift_makes_ten_of_one(desk, hand, name):
    desk.display.go_to(0)
    hand.wheel(attrgetter(name)(desk.views), 120, SHIFT)
    assert desk.display.index == 10
    hand.wheel(attrgetter(name)(desk.views), -120, SHIFT)
    assert desk.display.index == 0


@pytest.mark.parametrize(
    ("key", "modifier", "start", "end"),
    [
        (Key.Key_Up, Qt.KeyboardModifier.NoModifier, 4, 5),
        (Key.Key_Down, Qt.KeyboardModifier.NoModifier, 4, 3),
        (Key.Key_Up, SHIFT, 0, 10),
        (Key.Key_Down, SHIFT, 11, 1),
        (Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 0, 10),
        (Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, 11, 1),
        (Key.Key_Home, Qt.KeyboardModifier.NoModifier, 4, 0),
        (Key.Key_End, Qt.KeyboardModifier.NoModifier, 4, 11),
        (Key.Key_Up, Qt.KeyboardModifier.NoModifier, 11, 11),
    ],
)
def test_keys_go_through_the_slices(desk, hand, key, modifier, start, end):
    desk.display.go_to(start)
    hand.key(desk, key, modifier)
    assert desk.display.index == end
    assert desk.status.slice.text() == f"slice {end + 1} of 12"


def test_a_left_drag_right_is_wider_and_down_is_a_higher_centre(desk, hand):
    before = desk.display.window
    corner = QPointF(30, 60)
    hand.drag(desk.views.axial, corner, corner + QPointF(50, 0))
    wider = desk.display.window
    assert wider.width > before.width
    assert wider.level == before.level
    hand.drag(desk.views.axial, corner, corner + QPointF(0, 50))
    assert desk.display.window.level > wider.level
    assert desk.display.window.width == wider.width
    hand.key(desk, Key.Key_W, CTRL | SHIFT)
    assert "lowers" in desk.message.label.text()
    hand.drag(desk.views.axial, corner, corner + QPointF(0, 50))
    assert desk.display.window.level == wider.level
    assert desk.status.window_text.text() == f"W {wider.width:g}  L {wider.level:g}"


@pytest.mark.parametrize("name", ["sagittal", "coronal"])
def test_a_left_drag_changes_the_window_in_the_cuts_too(desk, hand, name):
    before, marks = desk.display.window, desk.case.marks
    corner = QPointF(30, 50)
    hand.drag(getattr(desk.views, name), corner, corner + QPointF(60, 0))
    assert desk.display.window.width > before.width
    assert desk.case.marks == marks


def test_the_window_on_screen_is_never_below_or_beyond_its_limits():
    assert dragged(Window(40, 350), -5000, 0).width == 2
    assert dragged(Window(40, 350), 0, -50000).level == -2000


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: str(preset.name))
def test_number_keys_set_the_presets(desk, hand, preset):
    hand.key(desk, getattr(Key, f"Key_{preset.key}"))
    assert desk.display.window == preset.window


def test_presets_are_those_radiologists_know_and_0_is_the_series_own(window, small_folder, hand, qtbot):
    assert {str(preset.name): (preset.window.width, preset.window.level) for preset in PRESETS} == {
        "Bone": (2000, 350),
        "Skull base": (4000, 400),
        "Soft tissue": (350, 40),
        "Brain": (80, 40),
        "Posterior fossa": (120, 40),
    }
    with qtbot.waitSignal(window.opening.opened):
        window.open(small_folder(WindowCenter="55", WindowWidth="333"))
    assert window.display.window == Window(55, 333)
    hand.key(window, Key.Key_1)
    hand.key(window, Key.Key_0)
    assert window.display.window == Window(55, 333)


def test_6_is_the_window_of_the_model_in_use(desk, hand, network):
    """It was the paper's window, whatever the model."""
    desk.case.use_model(replace(network.manifest, window_level=45.0, window_width=450.0))
    hand.key(desk, Key.Key_6)
    assert desk.display.window == Window(45, 450)
    assert "Model" in corner_texts(desk)
    desk.case.use_model(network.manifest)
    assert "Model" not in corner_texts(desk)
    hand.key(desk, Key.Key_6)
    assert desk.display.window == Window(60, 600)


def corner_texts(desk):
    return [line for item in desk.views.axial.items() if isinstance(item, CornerText) for line in item.text.split("\n")]


@pytest.mark.parametrize("name", ["axial", "sagittal", "coronal"])
def test_middle_drag_pans_and_right_drag_zooms(desk, hand, name):
    view, marks, window = getattr(desk.views, name), desk.case.marks, desk.display.window
    under = view.to_plane(QPointF(100, 60))
    hand.drag(view, QPointF(100, 60), QPointF(160, 100), Qt.MouseButton.MiddleButton)
    moved = view.to_plane(QPointF(160, 100))
    assert (moved.x(), moved.y()) == pytest.approx((under.x(), under.y()))
    zoom = view.zoom
    under = view.to_plane(QPointF(200, 100))
    for to in (QPointF(200, 50), QPointF(200, 150)):
        before = view.zoom
        hand.drag(view, QPointF(200, 100), to, Qt.MouseButton.RightButton)
        assert (view.zoom > before) is (to.y() < 100)
        anchor = view.to_plane(QPointF(200, 100))
        assert (anchor.x(), anchor.y()) == pytest.approx((under.x(), under.y()))
    assert not QApplication.activePopupWidget()
    hand.key(desk, Key.Key_F)
    assert view.zoom == pytest.approx(zoom)
    assert (desk.case.marks, desk.display.window) == (marks, window)


@pytest.mark.parametrize("name", ["axial", "sagittal", "coronal"])
def test_ctrl_and_wheel_zooms_at_the_pointer(desk, hand, name):
    view, at = getattr(desk.views, name), QPointF(40, 50)
    index, zoom, under = desk.display.index, view.zoom, view.to_plane(at)
    for units, larger in ((240, True), (-480, False)):
        hand.wheel(view, units, CTRL, at=at)
        assert (view.zoom > zoom) is larger
        now = view.to_plane(at)
        assert (now.x(), now.y()) == pytest.approx((under.x(), under.y()))
    assert desk.display.index == index


def test_r_resets_window_zoom_and_pan_and_f_zoom_and_pan_only(desk, hand):
    before = [view.looked_at for view in desk.views.ct_views]
    for key, window in ((Key.Key_R, desk.display.window), (Key.Key_F, PRESETS[0].window)):
        hand.key(desk, Key.Key_1)
        for view in desk.views.ct_views:
            hand.drag(view, QPointF(60, 60), QPointF(90, 100), Qt.MouseButton.MiddleButton)
            hand.wheel(view, 240, CTRL)
            assert not view.fitted
        hand.key(desk, key)
        assert desk.display.window == window
        assert [view.looked_at for view in desk.views.ct_views] == before


def test_a_right_click_opens_the_menu(desk, hand, qtbot):
    hand.press(desk.views.axial, QPointF(100, 100), Qt.MouseButton.RightButton)
    hand.release(desk.views.axial, QPointF(100, 100), Qt.MouseButton.RightButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    at_once = menu.actions()
    assert all(desk.actions_by_name[name] in at_once for name in ("preset_1", "reset", "fit", "copy_view"))
    assert desk.actions_by_name["layout_row"] not in at_once
    assert desk.actions_by_name["layout_row"] in next(one.menu() for one in at_once if one.menu()).actions()
    assert menu.height() < 500, "it hides the picture of a small screen"
    menu.close()


def test_shift_and_move_puts_the_crosshair_into_all_views(desk, hand):
    at = hand.at(desk.views.axial, 10.5, 20.5)
    hand.move(desk.views.axial, at, SHIFT)
    assert desk.display.crosshair == pytest.approx((10.5, 20.5))
    assert desk.display.crosshair_shown
    hand.move(
        desk.views.sagittal, QPointF(desk.views.sagittal.width() / 2, hand.level(desk.views.sagittal, 3.0 * 9)), SHIFT
    )
    assert desk.display.index == 9
    assert desk.display.crosshair[0] == pytest.approx(10.5)
    coronal = desk.views.coronal
    x = coronal.to_screen(ReformatGeometry.of(desk.case.volume, Direction.CORONAL).x_of(3, 44.5), 0).x()
    hand.move(coronal, QPointF(x, hand.level(coronal, 3.0 * 3)), SHIFT)
    assert desk.display.index == 3
    assert desk.display.crosshair[0] == pytest.approx(44.5)
    desk.views.sagittal.grab()
    coronal.grab()
    hand.move(desk.views.axial, at)
    assert not desk.display.crosshair_shown


@pytest.mark.parametrize("name", ["axial", "sagittal", "coronal"])
def test_a_double_click_makes_one_view_large_and_back(desk, hand, name):
    views = {name: getattr(desk.views, name) for name in ("axial", "sagittal", "coronal", "plots")}
    hand.double_click(views[name])
    assert [other for other, view in views.items() if view.isVisible()] == [name]
    hand.double_click(views[name])
    assert all(view.isVisible() for view in views.values())


def test_f6_brings_the_keyboard_back_to_the_views(desk, hand):
    desk.series_step.list.setFocus()
    hand.key(desk, Key.Key_F6)
    assert desk.views.axial.hasFocus()


def test_the_picture_with_the_keyboard_has_a_frame(desk, hand):
    """Nothing told where the next key would go."""
    framed = []
    for _ in range(5):
        QApplication.processEvents()
        view = QApplication.focusWidget()
        views = [*desk.views.ct_views, desk.views.plots.bars]
        if view in views:
            framed.append(view)
            assert [frame_colour(each) == ACCENT for each in views] == [each is view for each in views]
        hand.key(desk, Key.Key_Tab)
    assert len(framed) >= 3


def frame_colour(view):
    return view.grab().toImage().pixelColor(1, view.height() // 3).name()


def test_esc_takes_a_drag_back(desk, hand):
    before, roi = desk.display.window, desk.case.marks
    hand.press(desk.views.axial, QPointF(30, 60))
    hand.move(desk.views.axial, QPointF(90, 90))
    assert desk.display.window != before
    hand.key(desk, Key.Key_Escape)
    assert desk.display.window == before
    hand.move(desk.views.axial, QPointF(120, 90))
    assert desk.display.window == before
    hand.release(desk.views.axial, QPointF(120, 90))
    inside = hand.roi(desk.views.axial).center()
    hand.press(desk.views.axial, inside)
    hand.move(desk.views.axial, (inside + QPointF(20, 10)))
    assert desk.case.marks != roi
    hand.key(desk, Key.Key_Escape)
    assert desk.case.marks == roi
    assert not desk.case.history.canUndo()
    hand.release(desk.views.axial, inside)


def test_a_distance_is_measured_in_mm(desk, hand):
    hand.key(desk, Key.Key_D)
    assert desk.display.tool
    start, end = hand.at(desk.views.axial, 5, 5).toPoint(), hand.at(desk.views.axial, 20, 25).toPoint()
    hand.drag(desk.views.axial, start, end)
    (distance,) = desk.case.marks.measurements
    assert distance.mm == pytest.approx((30**2 + 20**2) ** 0.5, abs=1)  # columns 2 mm, rows 1 mm apart
    assert not desk.display.tool


def test_texts_cine_and_full_screen(desk, hand, qtbot):
    assert corner_texts(desk)
    hand.key(desk, Key.Key_I)
    assert not desk.display.text_shown
    assert not any(corner_texts(desk))
    index = desk.display.index
    hand.key(desk, Key.Key_C)
    qtbot.waitUntil(lambda: desk.display.index != index)
    hand.key(desk, Key.Key_C)
    hand.key(desk, Key.Key_F11)
    assert desk.isFullScreen()
    hand.key(desk, Key.Key_F11)
    assert not desk.isFullScreen()


def test_cine_stays_in_the_range(desk, hand, qtbot):
    desk.case.mark(desk.case.marks.with_low(9.0).with_high(15.0), "Marks")
    seen = set()
    desk.display.changed.connect(lambda: seen.add(desk.display.index))
    desk.cine._clock.setInterval(2)
    hand.key(desk, Key.Key_C)
    qtbot.waitUntil(lambda: seen == {3, 4, 5})
    hand.key(desk, Key.Key_Escape)
    assert not desk.cine.running


def test_keys_do_nothing_harmful_before_anything_is_open(window, hand):
    for key in (Key.Key_Up, Key.Key_Home, Key.Key_End, Key.Key_1, Key.Key_0, Key.Key_R, Key.Key_F, Key.Key_C):
        hand.key(window, key)
    for key in (Key.Key_D, Key.Key_BracketLeft, Key.Key_BracketRight, Key.Key_H, Key.Key_Escape):
        hand.key(window, key)
    hand.wheel(window.views.axial, 120)
    hand.drag(window.views.axial, QPointF(50, 50), QPointF(90, 90))
    hand.double_click(window.views.axial)
    assert window.case.volume is None
    assert not window.display.tool
