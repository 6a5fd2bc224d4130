"""The menu of a case in the worklist, by mouse and keys: excluded, MRI, further columns, a patient under two keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QInputDialog, QLineEdit, QMenu

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.project import cases
from desktop.project.adding import add_all
from desktop.project.checking import check
from desktop.project.database import Project
from desktop.project.places import Places
from desktop.viewer.window import MainWindow

Key = Qt.Key


@pytest.fixture
def list_shown(places, window, two_people, tmp_path, hand) -> Iterator[MainWindow]:
    """A window with the worklist of a project of two cases, and reader A."""
    with Project.create(tmp_path / "d.clivus") as made:
        add_all(made, two_people, scan(Source.open(two_people)), Places(places / "places.json"))
    assert window.department.open(tmp_path / "d.clivus", "A")
    hand.key(window, Key.Key_F7)
    yield window
    window.department.close()


def menu() -> QMenu:
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def by_keys(window, *letters) -> None:
    """The menu by its key, and an entry by the letters that are underlined."""
    window.activateWindow()  # a window manager does that when a dialog closes
    QApplication.processEvents()
    QTest.keyClick(window.worklist.view, Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    for letter in letters:
        QTest.keyClick(QApplication.activePopupWidget(), letter)
    QApplication.processEvents()


def once_asked(answer) -> None:
    """Do something with the next dialog, once it is there."""

    def look() -> None:
        found = QApplication.activeModalWidget()
        if found is None:
            QTimer.singleShot(20, look)
            return
        answer(found)

    QTimer.singleShot(20, look)


def cell(window, row, column):
    return window.worklist.table.data(window.worklist.table.index(row, column))


def whats(project, case):
    return [row[0] for row in project.rows("SELECT what FROM events WHERE subject = ? ORDER BY number", case.id)]


def test_a_case_is_excluded_with_a_reason_and_taken_back_by_keys(list_shown):
    window = list_shown
    project = window.department.project
    offered: list[str] = []

    def give(dialog) -> None:
        assert isinstance(dialog, QInputDialog)
        box = dialog.findChild(QComboBox)
        offered.extend(box.itemText(place) for place in range(box.count()))
        box.lineEdit().selectAll()
        QTest.keyClicks(box.lineEdit(), "motion")
        QTest.keyClick(box.lineEdit(), Key.Key_Return)

    once_asked(give)
    by_keys(window, Key.Key_X)
    first = cases.find(project, "P001-1")
    assert first.excluded == "motion"
    assert offered == ["slices thicker than 4 mm", "no MRI"], "the paper's, before there are others"
    assert (cell(window, 0, 1), cell(window, 0, 5)) == ("excluded", "motion")
    assert window.worklist.progress.text() == "0 of 1 answered"
    by_keys(window, Key.Key_I)
    assert cases.find(project, "P001-1").excluded == ""
    assert cell(window, 0, 1) == "to mark"
    assert whats(project, first)[-2:] == ["case excluded", "case included"]
    assert project.rows("SELECT reader FROM events WHERE what = 'case excluded'") == [("A",)]
    once_asked(lambda dialog: QTest.keyClick(dialog, Key.Key_Escape))
    by_keys(window, Key.Key_X)
    assert cases.find(project, "P001-1").excluded == "", "cancelled"
    assert check(project).sound


def test_mri_is_noted_by_a_right_click_and_by_keys(list_shown, hand):
    window = list_shown
    project, view = window.department.project, window.worklist.view
    where = view.visualRect(window.worklist.table.index(1, 0)).center()
    hand.click(view, where, Qt.MouseButton.RightButton)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, view.viewport().mapToGlobal(where))
    QApplication.sendEvent(view.viewport(), event)
    opened = menu()
    mri = next(action.menu() for action in opened.actions() if action.menu() is not None)
    mri.actions()[0].trigger()
    opened.close()
    assert cases.find(project, "P002-1").mri is True
    assert cell(window, 1, 3) == "available"
    assert view.currentIndex().row() == 0 or cell(window, 1, 0) == "P002-1"
    view.selectRow(0)
    by_keys(window, Key.Key_M, Key.Key_N)
    assert cases.find(project, "P001-1").mri is False
    by_keys(window, Key.Key_M, Key.Key_S)
    assert cases.find(project, "P001-1").mri is None
    assert cell(window, 0, 3) == "not stated"


def test_further_columns_are_written_and_offered_for_the_next_case(list_shown):
    window = list_shown
    project = window.department.project

    def write(dialog) -> None:
        lines = dialog.findChildren(QLineEdit)
        for line, text in zip(lines[-2:], ("t_class", "T3"), strict=True):
            QTest.keyClicks(line, text)
        QTest.keyClick(lines[-1], Key.Key_Return)

    once_asked(write)
    by_keys(window, Key.Key_F)
    assert cases.find(project, "P001-1").strata == {"t_class": "T3"}
    assert cell(window, 0, 4) == "t_class T3"
    QTest.keyClicks(window.worklist.search, "t3")
    assert [row.key for row in window.worklist.table.rows] == ["P001-1"]
    window.worklist.search.clear()
    window.worklist.view.selectRow(1)
    names: list[str] = []

    def refuse(dialog) -> None:
        assert isinstance(dialog, QDialog)
        lines = dialog.findChildren(QLineEdit)
        names.extend(line.accessibleName() for line in lines)
        QTest.keyClicks(lines[-2], "case")
        QTest.keyClicks(lines[-1], "x")
        QTest.keyClick(lines[-1], Key.Key_Return)

    once_asked(refuse)
    by_keys(window, Key.Key_F)
    assert names[0] == "Value of t_class"
    assert "cannot be the name of a column" in window.message.label.text()
    assert cases.find(project, "P002-1").strata == {}


def test_one_patient_under_two_keys_is_told_and_joined(list_shown):
    window = list_shown
    project = window.department.project
    with project.change():
        project.run("UPDATE cases SET person = (SELECT person FROM cases WHERE key = 'P001-1')")
    window.department.refresh()
    assert cell(window, 1, 5) == "may be one patient with P001"
    window.worklist.view.selectRow(1)
    by_keys(window, Key.Key_P)
    assert [row.key for row in window.worklist.table.rows] == ["P001-1", "P001-2"]
    assert "may be one patient" not in cell(window, 1, 5)


def test_the_row_that_is_chosen_can_be_read(list_shown):
    """Light grey on light blue has a contrast of 1.9."""
    view = list_shown.worklist.view
    row = view.viewport().grab(view.visualRect(view.currentIndex())).toImage()
    greys = [row.pixelColor(x, y).lightness() for x in range(row.width()) for y in range(row.height())]
    assert max(greys) < 200, "the ground is the lightest"
    assert min(greys) < 60, "and the text is dark"


def test_the_menu_is_of_the_list_alone_and_of_a_row(list_shown, hand):
    window = list_shown
    window.worklist.search.setFocus()
    QTest.keyClick(window.worklist.search, Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.activePopupWidget() is None
    view = window.worklist.view
    view.customContextMenuRequested.emit(QPoint(5, view.viewport().height() - 5))
    assert QApplication.activePopupWidget() is None
    view.setFocus()
    QTest.keyClick(view, Key.Key_Menu)
    assert [action.text() for action in menu().actions() if action.text()][:2] == ["&Open", "E&xclude …"]
    QTest.keyClick(menu(), Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert window.worklist.isVisible(), "Esc closes the menu alone"
