"""A project in the window: cases added, marked and answered by two readers with real events, each kept by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from desktop.project import cases, entries, states
from desktop.project.checking import check
from desktop.project.database import Project, backup_of
from desktop.project.states import State
from desktop.reading.origin import Origin
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.viewer.desk.autosave import KEEP_AFTER_MS
from desktop.viewer.panels.unsaved_work import UnsavedWork
from desktop.viewer.window import MainWindow


@pytest.fixture
def department(places, window, two_people, tmp_path, qtbot, nothing_ahead) -> Iterator[MainWindow]:
    """A window with a project of two cases, and reader A."""
    assert window.department.open(tmp_path / "d.clivus", "A", new=True)
    window.department.add([two_people])
    qtbot.waitUntil(lambda: not window.department.adding, timeout=60000)
    yield window
    window.department.close()


def open_next(window, hand, qtbot) -> cases.Case:
    before = window.department.current
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        hand.key(window, Qt.Key.Key_F8)
    assert window.department.current is not None
    assert window.department.current != before
    qtbot.waitUntil(lambda: window.case.suggestion is not None, timeout=30000)
    return window.department.current


def answer(window, hand, qtbot, case: cases.Case, verdict: str) -> None:
    """Accept what is suggested, label the range, and answer, by keys."""
    axial = window.views.axial
    hand.key(axial, Qt.Key.Key_A)
    hand.key(axial, Qt.Key.Key_P if verdict == "positive" else Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    window.report_step.answer.setFocus()
    for _ in range(("positive", "negative").index(verdict) + 1):
        hand.key(window.report_step.answer, Qt.Key.Key_Down)
    project = window.department.project
    qtbot.waitUntil(
        lambda: any(
            kept.entry.verdict == verdict for kept in entries.of_reader(project, case, window.department.reader)
        ),
        timeout=5000,
    )


def test_two_readers_answer_without_a_file_dialog_and_see_nothing_of_each_other(department, hand, qtbot, tmp_path):
    window = department
    project = window.department.project
    assert [row.key for row in window.department.rows()] == ["P001-1", "P002-1"]
    assert all(case.suggestion for case in cases.every(project))
    first = open_next(window, hand, qtbot)
    answer(window, hand, qtbot, first, "positive")
    assert not window.case.unsaved, "nothing is asked on the way to the next case"
    second = open_next(window, hand, qtbot)
    assert second.id != first.id
    answer(window, hand, qtbot, second, "negative")
    assert window.department.next_case(1) is None
    assert window.department.open(project.path, "B")
    assert window.department.rows()[0].own is State.TO_MARK
    assert window.case.marks.roi is None, "what the reader before marked went with that reader"
    assert window.case.own_verdict is None
    case = open_next(window, hand, qtbot)
    assert window.case.marks.roi is None, "the other reader's marks are not shown"
    assert window.case.own_verdict is None
    answer(window, hand, qtbot, case, "negative")
    with Project.open(window.department.project.path) as own:
        assert State.IN_CONFLICT in {row.whole for row in states.rows(own, "A")}
        assert check(own).sound
    assert backup_of(window.department.project.path).is_file()


def test_what_a_reader_did_comes_back_with_the_case(department, hand, qtbot):
    window = department
    first = open_next(window, hand, qtbot)
    answer(window, hand, qtbot, first, "positive")
    open_next(window, hand, qtbot)
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.department.open_case(first.id)
    assert window.case.own_verdict is Verdict.POSITIVE
    assert window.case.marks.roi is not None
    assert len(window.case.done.labels) > 2
    assert not window.case.unsaved
    assert not window.case.history.canUndo()


def test_the_list_is_shown_searched_and_opened_by_keys(department, hand, qtbot):
    window = department
    hand.key(window, Qt.Key.Key_F7)
    page = window.worklist
    assert page.isVisible()
    assert page.table.rowCount() == 2
    assert "reader A" in page.heading.text()
    QTest.keyClicks(page.search, "p002")
    assert [row.key for row in page.table.rows] == ["P002-1"]
    page.view.setFocus()
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert window.department.current.key == "P002-1"
    assert not page.isVisible()
    hand.key(window, Qt.Key.Key_F7)
    QTest.keyClick(page.view, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_a_series_that_has_moved_is_asked_for_and_found_by_its_uid(department, hand, qtbot, places, study, monkeypatch):
    window = department
    (places / "places.json").unlink()
    asked: list[str] = []
    monkeypatch.setattr(window.dialogs, "folder", lambda title: asked.append(title) or study)
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.worklist.next_case(1)
    assert asked
    assert window.department.current.key == "P001-1"


def test_a_wrong_folder_is_not_remembered_and_an_empty_one_is_asked_for_again(
    opened, project, case, hand, qtbot, study, small_folder, tmp_path
):
    """The wrong one was opened ever after, and nobody was asked any more."""
    window = opened()
    wrong = small_folder()
    with qtbot.waitSignal(window.opening.failed, timeout=30000):
        window.department.look_in(case.id, wrong)
    assert "is not at" in window.message.label.text()
    assert not window.department.open_case(case.id), "its folder is asked for"
    moved = tmp_path / "moved"
    shutil.copytree(study, moved)
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.department.look_in(case.id, moved)
    shutil.rmtree(moved)
    shutil.copytree(wrong, moved)
    with qtbot.waitSignal(window.opening.failed, timeout=30000):
        assert window.department.open_case(case.id), "it was remembered"
    assert not window.department.open_case(case.id)


def test_a_project_that_cannot_be_opened_is_told_and_the_one_before_stays(department, tmp_path):
    window = department
    (tmp_path / "text.clivus").write_text("not a project " * 40)
    assert not window.department.open(tmp_path / "text.clivus", "A")
    assert "damaged" in window.message.label.text()
    assert window.department.project.path == tmp_path / "d.clivus"
    assert not window.department.open(tmp_path / "d.clivus", "A", new=True)
    assert "exists already" in window.message.label.text()


def test_the_last_project_is_offered_at_the_next_start_by_name_and_no_path_is_kept(
    department, places, monkeypatch, qtbot, tmp_path
):
    again = MainWindow()
    again.show()
    label = "Go on with the project d …"
    go_on = next(one for one in again.start_page.buttons if one.text() == label)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("B", True))
    department.department.close()
    qtbot.mouseClick(go_on, Qt.MouseButton.LeftButton)
    assert again.department.reader == "B"
    assert again.worklist.isVisible()
    assert tmp_path.name not in (places / "places.json").read_text()
    again.close()
    again.deleteLater()
    (tmp_path / "d.clivus").rename(tmp_path / "e.clivus")
    third = MainWindow()
    assert not [one for one in third.start_page.buttons if "project" in one.text()]
    third.close()
    third.deleteLater()


def test_differences_are_shown_and_settled_in_a_third_entry(department, hand, qtbot):
    window = department
    first = open_next(window, hand, qtbot)
    answer(window, hand, qtbot, first, "positive")
    assert window.department.open(window.department.project.path, "B")
    qtbot.waitUntil(lambda: window.case.suggestion is not None, timeout=30000)
    answer(window, hand, qtbot, first, "negative")
    hand.key(window, Qt.Key.Key_F7)
    page = window.worklist
    assert page.table.data(page.table.index(0, 1)) == "answered", "what the other one said is not told"
    qtbot.mouseClick(page.settle, Qt.MouseButton.LeftButton, pos=page.settle.rect().center() - QPoint(40, 0))
    assert page.table.data(page.table.index(0, 1)) == "in conflict"
    assert page.table.data(page.table.index(0, 5)).startswith("A and B: verdict, ")
    assert window.case.own_verdict is Verdict.POSITIVE, "the first reader's, to begin with"
    qtbot.wait(2 * KEEP_AFTER_MS)
    assert not entries.of_case(window.department.project, first, settled=True), "looking at it settles nothing"
    hand.key(page, Qt.Key.Key_Escape)
    bar = window.settling_bar
    assert bar.isVisible(), "what differs is said beside the pictures too"
    assert bar.label.text().startswith("To settle: A and B: verdict, ")
    qtbot.mouseClick(bar.as_shown, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    hand.key(window, Qt.Key.Key_F7)
    assert page.table.data(page.table.index(0, 1)) == "settled"
    project = window.department.project
    settled = entries.of_case(project, first, settled=True)
    assert [(kept.reader, kept.entry.verdict) for kept in settled] == [("B", Verdict.POSITIVE)]
    assert entries.of_reader(project, first, "B")[0].entry.verdict is Verdict.NEGATIVE, "the own reading stays"
    assert window.department.next_case(1) is None
    assert check(project).sound


def test_a_window_that_is_built_again_in_another_language_shows_project_and_case(opened, project, qtbot, hand):
    window = opened()
    hand.key(window.views.axial, Qt.Key.Key_BracketLeft)
    start = window.as_it_is()
    window.end()
    again = MainWindow()
    again.show()
    with qtbot.waitSignal(again.opening.opened, timeout=30000):
        again.begin(start)
    assert (again.department.project.path, again.department.reader) == (project.path, "A")
    assert again.department.current.key == "P001-1"
    assert again.case.marks.low_mm is not None
    assert not again.case.unsaved
    again.close()
    again.deleteLater()


def test_what_was_marked_a_moment_ago_goes_along_to_the_next_case(opened, project, case, hand, monkeypatch):
    """The reader was asked whether to save what saves itself."""
    window = opened()
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: pytest.fail("nothing is asked"))
    hand.key(window.views.axial, Qt.Key.Key_BracketLeft)
    assert window.opening.may_leave()
    (kept,) = entries.of_reader(project, case, "A")
    assert kept.entry.low_mm == window.case.marks.low_mm
    assert not window.case.unsaved


def test_a_cohort_is_added_by_the_button_and_its_proposals_are_the_readers(
    opened, project, case, study, tmp_path, qtbot, monkeypatch
):
    positions = case.positions_mm
    folder = tmp_path / "cohort"
    folder.mkdir()
    Reading(
        case.series,
        Roi.everywhere(100, 110, 90, 85),
        PositionRange(positions[2], positions[8]),
        verdict=Verdict.NEGATIVE,
        sop_instance_uid=case.sop_instance_uid,
        frame=case.frame,
        origin=Origin("suggested", "suggested", "T stage T1"),
    ).save(folder / "1.json")
    (folder / "cohort.csv").write_text(f"case,patient,series,reading,mri\nN1,NPC-1,{study},1.json,no\n")
    window = opened()
    page = window.worklist
    page.show()
    monkeypatch.setattr(window.dialogs, "folder", lambda title: folder)
    qtbot.mouseClick(page.add_cases, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "1 reading taken over" in window.message.label.text(), timeout=60000)
    assert "is a proposal" in window.message.label.text()
    (row,) = window.department.rows()
    assert (row.key, row.own, row.mri) == ("P001-1", State.PROPOSED, False)
    assert page.table.data(page.table.index(0, 1)) == "proposed"
