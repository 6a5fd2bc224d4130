"""Greys inverted, and a view on the clipboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QSurface
from PySide6.QtWidgets import QApplication, QWidget


def grey(view, point):
    return view.grab().toImage().pixelColor(round(point.x()), round(point.y())).red()


def test_inverted_greys_in_every_view_and_as_usual_in_the_next_series(desk, small, hand):
    desk.actions_by_name["preset_1"].trigger()
    places = [(view, view.wanted_mm().center()) for view in desk.views.ct_views]
    points = [(view, view.to_screen(middle.x() + 3, middle.y() + 3)) for view, middle in places]
    before = [grey(view, point) for view, point in points]
    hand.key(desk, Qt.Key.Key_X)
    after = [grey(view, point) for view, point in points]
    assert all(abs(255 - one - other) <= 4 for one, other in zip(before, after, strict=True))
    assert before != after
    assert desk.actions_by_name["toggle_inverted"].isChecked()
    desk.case.open(small)
    assert not desk.display.inverted


def test_nothing_is_drawn_with_opengl(desk):
    """Bare machines and remote desktops have none: other viewers crash there at the start."""
    assert desk.windowHandle().surfaceType() is QSurface.SurfaceType.RasterSurface
    assert not [widget for widget in desk.findChildren(QWidget) if widget.inherits("QOpenGLWidget")]


def test_the_view_in_hand_goes_to_the_clipboard_without_a_name(desk, hand, drawn):
    view = desk.views.sagittal
    view.setFocus()
    QApplication.processEvents()
    drawn.clear()
    hand.key(desk, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().image()
    assert copied.size() == view.size() * view.devicePixelRatio()
    assert desk.display.text_shown
    assert "clipboard" in desk.message.label.text()
    desk.views.axial.setFocus()
    hand.key(desk, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().image().size() == desk.views.axial.size() * view.devicePixelRatio()
    assert not any("slice " in text for text in drawn)
    QGuiApplication.clipboard().clear()


def test_a_sentence_without_spaces_keeps_all_of_its_lines(desk):
    """On a low screen the steps are squeezed to their least heights, and a reason in Japanese lost its first line."""
    reason = desk.result_step.reason
    reason.setText("提案を採用するか（Aキー）、範囲とROIを自分で指定してください。")
    reason.show()
    QApplication.processEvents()
    needed = reason.heightForWidth(reason.width())
    assert needed > reason.fontMetrics().height() * 1.5, "two lines"
    assert reason.minimumHeight() >= needed
