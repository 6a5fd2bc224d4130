"""Whatever has the keyboard shows it, and keys lead everywhere and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.viewer.panels.about import AboutDialog
from desktop.viewer.panels.help import HelpDialog


def reached_by_tab(window: QWidget, hand) -> list[QWidget]:
    """What Tab leads to, from where the keyboard is until it is there again."""
    start = QApplication.focusWidget()
    reached = [start]
    while len(reached) < 100:
        hand.key(window, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is start:
            return reached
        reached.append(QApplication.focusWidget())
    raise AssertionError("Tab leads round and round")


def picture(widget: QWidget):
    QApplication.processEvents()
    return widget.grab().toImage()


def unmarked(widgets: list[QWidget]) -> list[str]:
    """Those that look alike with the keyboard and without it."""
    alike = []
    for widget in widgets:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.hasFocus()
        having = picture(widget)
        widget.clearFocus()
        if picture(widget) == having:
            alike.append(f"{type(widget).__name__} {widget.accessibleName()}")
    return alike


@pytest.fixture
def analysed(marked, headless):
    marked.case.accept(headless)
    marked.display.toggle_cautions()
    QApplication.processEvents()
    marked.views.axial.setFocus()
    return marked


def test_every_place_that_tab_leads_to_is_marked(analysed, hand):
    reached = reached_by_tab(analysed, hand)
    for wanted in (
        *analysed.views.ct_views,
        analysed.views.plots.bars,
        analysed.views.heat_bar.opacity,
        analysed.views.heat_bar.look,
        analysed.views.plots.tabBar(),
        analysed.series_step.list,
        analysed.report_step.answer,
        analysed.report_step.report,
        analysed.result_step.banner.fold,
        analysed.result_step.banner.folded,
        analysed.result_step.analyse,
    ):
        assert wanted in reached, wanted.accessibleName()
    assert unmarked(reached) == []


@pytest.mark.parametrize(("name", "kind"), [("show_help", HelpDialog), ("show_about", AboutDialog)])
def test_every_place_in_a_dialog_is_marked(window, hand, name, kind):
    window.actions_by_name[name].trigger()
    dialog = window.findChild(kind)
    dialog.activateWindow()
    QApplication.processEvents()
    hand.key(dialog, Qt.Key.Key_Tab)
    assert unmarked(reached_by_tab(dialog, hand)) == []
    dialog.close()


def test_f6_leads_from_the_steps_to_the_views_and_back(analysed, hand):
    analysed.report_step.answer.setFocus()
    hand.key(analysed, Qt.Key.Key_F6)
    assert analysed.views.axial.hasFocus()
    hand.key(analysed, Qt.Key.Key_F6)
    assert analysed.report_step.answer.hasFocus()


def test_f6_leads_to_the_steps_when_they_never_had_the_keyboard(desk, hand):
    desk.views.axial.setFocus()
    hand.key(desk, Qt.Key.Key_F6)
    reached = QApplication.focusWidget()
    assert reached is not None
    assert not desk.views.isAncestorOf(reached)
    hand.key(desk, Qt.Key.Key_F6)
    assert desk.views.axial.hasFocus()
