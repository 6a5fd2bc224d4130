"""All cases of a project read in the background from the worklist, and what readers see of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from desktop.project import cases, entries, reader_study, results
from desktop.project.database import Project
from desktop.project.reader_study import Kind, Protocol
from desktop.reading.run import Verdict
from desktop.viewer.panels.worklist_table import WorklistTable
from desktop.viewer.window import MainWindow
from tests.project.conftest import marked

MODEL_COLUMN = len(WorklistTable.columns) - 1


@pytest.fixture
def department(places, window, two_people, tmp_path, qtbot) -> Iterator[MainWindow]:
    """A window with a project of two cases, one of which reader A has answered."""
    assert window.department.open(tmp_path / "d.clivus", "A", new=True)
    window.department.add([two_people])
    qtbot.waitUntil(lambda: not window.department.adding, timeout=60000)
    project = window.department.project
    entries.keep(project, cases.every(project)[0], "A", marked(cases.every(project)[0], Verdict.NEGATIVE))
    yield window
    window.department.close()


def model_column(window) -> list[str]:
    page = window.worklist
    return [page.table.data(page.table.index(row, MODEL_COLUMN)) for row in range(page.table.rowCount())]


def test_all_cases_are_read_over_night_and_no_reader_learns_it_before_the_own_answer(department, hand, qtbot):
    window, page = department, department.worklist
    hand.key(window, Qt.Key.Key_F7)
    assert model_column(window) == ["", ""]
    said: list[str] = []
    window.reading_all.progressed.connect(lambda pace: said.append(str(pace)))
    qtbot.mouseClick(page.read_all, Qt.MouseButton.LeftButton)
    assert page.stop_reading.isVisible()
    assert not page.read_all.isVisible()
    qtbot.waitUntil(lambda: not window.reading_all.busy, timeout=120000)
    assert said
    assert said[-1] == "2 of 2"
    assert "has read 2 cases, 0 could not be read" in window.message.label.text()
    project = window.department.project
    assert sorted(kept.marks for kept in results.every(project)) == ["reading", "suggestion"]
    shown = model_column(window)
    assert shown[1] == "", "A has not answered it yet"
    assert "phantom-resnet50" in shown[0]
    qtbot.mouseClick(page.read_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.reading_all.busy, timeout=30000)
    assert len(results.every(project)) == 2, "what was read is not read again"
    ids = tuple(case.id for case in cases.every(project))
    reader_study.begin(project, "study", Protocol(Kind.READING, ("A",), ids, 0, 60, "AUC", None, 2))
    window.department.changed.emit()
    assert model_column(window) == ["", ""], "A reads them without the model"
    assert window.department.open(project.path, "B")
    assert model_column(window) == ["", ""]


def test_a_stop_keeps_what_was_read_and_the_window_closes_meanwhile(department, hand, qtbot):
    window, page = department, department.worklist
    hand.key(window, Qt.Key.Key_F7)
    qtbot.mouseClick(page.read_all, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.stop_reading, Qt.MouseButton.LeftButton)
    assert page.read_all.isVisible()
    qtbot.mouseClick(page.read_all, Qt.MouseButton.LeftButton)
    path = window.department.project.path
    window.close()  # no thread and no process is left, says conftest.py
    with Project.open(path) as project:
        assert len(results.every(project)) <= 2
