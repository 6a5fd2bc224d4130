"""How a model answers over time: the page in the window, and what is said when it drifts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.project import cases, entries
from desktop.project.database import Project
from desktop.viewer.desk.terms import Terms
from desktop.viewer.pictures.months import MonthsPlot
from tests.project.conftest import Clock, drawn, series  # noqa: F401
from tests.project.test_watching import use

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def file(places, tmp_path, series, monkeypatch):  # noqa: F811
    """A project of 54 patients, of whom the model calls half positive from the second month on, and 4 in a last one."""
    monkeypatch.setattr(cases, "person_digest", lambda patient, salt: patient.id)
    clock, path = Clock(), tmp_path / "d.clivus"
    with Project.create(path, clock) as made:
        entries.add_reader(made, "A")
        use(made, series, clock, 25, 1, 0.5)
        use(made, series, clock, 25, 23, 1.2)
        clock.pass_days(40)
        use(made, series, clock, 4, 4, 1.2)
    return path


def looked(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=60000)


def test_a_drift_is_said_when_the_project_is_opened_and_the_page_shows_it_month_by_month(window, file, hand, qtbot):
    assert window.department.open(file, "A")
    looked(qtbot, window)
    assert "have changed over time" in window.message.label.text()
    hand.key(window, Qt.Key.Key_F9, SHIFT)
    looked(qtbot, window)
    page = window.watching
    assert page.isVisible()
    assert page.drift.text() == "It drifts: look at what has changed."
    told = page.findings.text()
    assert "Share of positive cases: 3 of the first 27 patients" in told
    assert "Kappa with the readers: 1.00" in told
    assert page.drift.text() not in told, "it stands above"
    rows = [[page.table.cell(n, column) for column in range(8)] for n in range(page.table.rowCount())]
    assert rows[0][1:] == ["4", *["–"] * 6], "so few that a reader would learn the answer to a case"
    assert rows[-1][1] == str(25)
    assert rows[-1][2] == "1"
    (plot,) = page.findChildren(MonthsPlot)
    assert "were called positive" in plot.accessibleDescription()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()
    window.department.close()


def test_without_a_case_that_was_read_it_says_so_and_in_a_study_it_stays_closed(window, opened, hand, qtbot):
    opened()
    hand.key(window, Qt.Key.Key_F9, SHIFT)
    looked(qtbot, window)
    assert "No model has read a case of this project" in window.watching.drift.text()
    assert not window.watching.view.isVisible()
    window.watching.close()
    window.case.clear(Terms.UNAIDED)
    window.answering.changed.emit()
    assert not window.actions_by_name["watch_model"].isEnabled()
    hand.key(window, Qt.Key.Key_F9, SHIFT)
    assert not window.watching.isVisible()
