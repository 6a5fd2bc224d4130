"""Three layouts, one view alone, and what the reader chose coming back at the next start."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.viewer.pictures.views import Layout
from desktop.viewer.window import MainWindow

KEYS = {Layout.LARGE: Qt.Key.Key_F2, Layout.EVEN: Qt.Key.Key_F3, Layout.ROW: Qt.Key.Key_F4}


def places(window):
    """Of the three views and the plots, in the window."""
    views = window.views
    parts = (views.axial, views.sagittal, views.coronal, views.plots)
    return [part.rect().translated(part.mapTo(window, part.rect().topLeft())) for part in parts]


@pytest.mark.parametrize("layout", Layout)
def test_all_is_seen_in_every_layout_and_nothing_lies_over_another(desk, hand, layout):
    hand.key(desk, KEYS[layout])
    QApplication.processEvents()
    assert desk.views.layout_in_use is layout
    shown = places(desk)
    for number, place in enumerate(shown):
        assert place.width() >= 160
        assert place.height() >= 100
        assert not any(place.intersects(other) for other in shown[:number])
    axial, sagittal, coronal, _ = shown
    if layout is Layout.LARGE:
        assert axial.width() * axial.height() > 2 * sagittal.width() * sagittal.height()
        assert sagittal.left() == coronal.left()
    elif layout is Layout.EVEN:
        assert abs(axial.width() - sagittal.width()) < 30
    else:
        assert axial.left() < sagittal.left() < coronal.left()
        assert axial.top() == sagittal.top() == coronal.top()


@pytest.mark.parametrize("layout", Layout)
def test_a_view_alone_takes_all_the_room_and_gives_it_back(desk, hand, layout):
    hand.key(desk, KEYS[layout])
    QApplication.processEvents()
    before = places(desk)
    for view in desk.views.ct_views:
        hand.double_click(view)
        QApplication.processEvents()
        assert [other for other in desk.views.ct_views if other.isVisible()] == [view]
        assert not desk.views.plots.isVisible()
        assert view.width() > 0.9 * desk.views.width()
        hand.double_click(view)
        QApplication.processEvents()
        assert places(desk) == before


def test_what_was_chosen_comes_back_at_the_next_start(desk, hand, settings, qtbot):
    hand.key(desk, Qt.Key.Key_F3)
    desk.views.setSizes([300, 700])
    for key in (Qt.Key.Key_I, Qt.Key.Key_V, Qt.Key.Key_G):
        hand.key(desk, key)
    desk.views.heat_bar.opacity.setValue(30)
    QApplication.processEvents()
    shares = desk.views.sizes_of_parts
    desk.end()
    window = MainWindow()
    window.resize(desk.size())
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: bool(window.views.ct_views))
    QApplication.processEvents()
    try:
        assert window.views.layout_in_use is Layout.EVEN
        assert window.views.sizes_of_parts[0] == pytest.approx(shares[0], abs=3)
        display = window.display
        assert (display.text_shown, display.cautions_shown, display.paper_map) == (False, True, True)
        assert display.heat_opacity == pytest.approx(0.3)
        assert window.views.heat_bar.opacity.value() == 30
        assert not window.actions_by_name["toggle_text"].isChecked()
        assert window.actions_by_name["toggle_paper_map"].isChecked()
    finally:
        window.close()


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"schema": "clivus-settings/2"}', '{"schema": "clivus-settings/1", "layout": "round"}', "\0" * 70000],
)
def test_settings_that_cannot_be_used_are_told_and_stay_as_they_are(settings, content, network, qtbot, monkeypatch):
    settings.parent.mkdir()
    settings.write_text(content)
    window = MainWindow()
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: bool(window.views.ct_views))
    try:
        assert "The settings" in window.message.label.text()
        assert window.views.layout_in_use is Layout.LARGE
    finally:
        window.close()
    assert settings.read_text() == content


def test_a_folder_that_cannot_be_written_costs_only_the_choices(desk, settings):
    settings.parent.write_text("in the way")
    desk.end()
    assert settings.parent.read_text() == "in the way"


def test_nothing_of_a_patient_is_in_the_settings(desk, settings):
    desk.end()
    kept = json.loads(settings.read_text())
    assert set(kept) == {
        *("schema", "layout", "sizes", "drag_inverted", "text_shown", "landmarks_shown", "cautions_shown"),
        *("paper_map", "heat_opacity", "patient_shown", "schematics_shown", "language"),
    }
