"""Two edits of one reading are chosen from, a proposal is confirmed, in bars over the views."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.project import cases, entries
from desktop.project.checking import check
from desktop.project.database import Project
from desktop.project.entry import Entry
from desktop.project.merging import merge
from desktop.project.states import State
from desktop.reading.origin import Origin
from desktop.reading.roi import Roi
from desktop.reading.run import Verdict
from desktop.viewer.desk.autosave import KEEP_AFTER_MS

Key = Qt.Key
ROI = Roi.everywhere(100, 110, 90, 85)
LEFT = Qt.MouseButton.LeftButton


def entry(case, verdict, low=3, origin=None):
    positions = case.positions_mm
    labels = {(case.sop_instance_uid, case.frame): verdict is Verdict.POSITIVE}
    return Entry(ROI, positions[low], positions[9], verdict, labels, origin=origin or Origin())


@pytest.fixture
def edited_twice(project, case, tmp_path):
    """Two workstations' copies, merged."""
    entries.keep(project, case, "A", entry(case, Verdict.POSITIVE))
    project.back_up(tmp_path / "copy.clivus")
    with Project.open(tmp_path / "copy.clivus") as copy:
        entries.keep(copy, case, "A", entry(case, Verdict.NEGATIVE))
        entries.keep(project, case, "A", entry(case, Verdict.POSITIVE, low=6))
        assert merge(project, copy).conflicts == {"P001-1"}


def test_two_edits_are_told_shown_in_turn_and_one_is_kept(edited_twice, project, case, opened, qtbot, hand):
    window = opened()
    bar = window.edits_bar
    assert [row.own for row in window.department.rows()] == [State.TWO_EDITS]
    assert bar.isVisible()
    assert "edited twice" in bar.label.text()
    assert "They differ in: verdict, 1 slice, lower end" in bar.label.text()
    first = window.case.own_verdict
    qtbot.mouseClick(bar.other, LEFT)
    assert window.case.own_verdict is not first
    assert not window.case.unsaved
    second = window.case.own_verdict
    hand.key(window.views.axial, Key.Key_K)
    qtbot.wait(KEEP_AFTER_MS + 200)
    both = entries.of_reader(project, case, "A")
    assert {kept.entry.verdict for kept in both} == {Verdict.POSITIVE, Verdict.NEGATIVE}, "only the one shown changes"
    assert bar.isVisible()
    qtbot.mouseClick(bar.keep, LEFT)
    (left,) = entries.of_reader(project, case, "A")
    assert left.entry.verdict is second
    assert not bar.isVisible()
    assert [row.own for row in window.department.rows()] != [State.TWO_EDITS]
    assert check(project).sound


def test_a_remark_stays_where_the_marks_change(project, case, opened, qtbot, hand):
    entries.keep(project, case, "A", replace(entry(case, Verdict.POSITIVE), remark="full slices"))
    window = opened()
    hand.key(window.views.axial, Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert window.case.unsaved
    window.department.keep_now()
    (kept,) = entries.of_reader(project, case, "A")
    assert kept.entry.remark == "full slices"
    assert False in kept.entry.slice_labels.values()


def test_another_reader_sees_nothing_of_the_two_edits(edited_twice, opened):
    window = opened("B")
    assert not window.edits_bar.isVisible()
    assert [row.own for row in window.department.rows()] == [State.TO_MARK]
    assert window.case.own_verdict is None


def test_who_settles_is_told_of_the_two_edits_and_of_what_is_excluded(edited_twice, project, case, opened):
    window = opened("B")
    window.department.settle_differences(True)
    page = window.worklist
    page.show()
    told = page.table.data(page.table.index(0, 5))
    assert told.startswith("A, edited twice: verdict")
    cases.exclude(project, case, "no MRI", "A")
    window.department.refresh()
    assert page.table.data(page.table.index(0, 5)) == "no MRI"


def test_two_windows_of_one_reader_overwrite_nothing(project, case, opened, qtbot, hand):
    window = opened()
    hand.key(window.views.axial, Key.Key_BracketLeft)
    qtbot.wait(KEEP_AFTER_MS + 200)
    (mine,) = entries.of_reader(project, case, "A")
    entries.keep(project, case, "A", entry(case, Verdict.NEGATIVE))  # the other window, which had shown this
    assert not window.edits_bar.isVisible()
    hand.key(window.views.axial, Key.Key_Up)
    hand.key(window.views.axial, Key.Key_BracketRight)
    qtbot.waitUntil(lambda: window.edits_bar.isVisible(), timeout=KEEP_AFTER_MS + 2000)
    found = {kept.id: kept.entry.verdict for kept in entries.of_reader(project, case, "A")}
    assert found.pop(mine.id) is Verdict.NEGATIVE, "the other window's is as it was"
    assert list(found.values()) == [None]
    assert check(project).sound


def test_a_proposal_is_corrected_and_confirmed(project, case, opened, qtbot, hand):
    origin = Origin("suggested", "suggested", "T stage T3")
    entries.keep(project, case, "A", entry(case, None, origin=origin))
    window = opened()
    bar = window.proposal_bar
    assert [row.own for row in window.department.rows()] == [State.PROPOSED]
    assert "T stage T3" in bar.label.text()
    qtbot.mouseClick(bar.confirm, LEFT)
    assert "Choose your verdict first" in window.message.label.text()
    assert bar.isVisible()
    window.report_step.answer.setFocus()
    hand.key(window, Key.Key_Down)
    hand.key(window, Key.Key_Down)
    qtbot.wait(KEEP_AFTER_MS + 200)
    (kept,) = entries.of_reader(project, case, "A")
    assert (kept.entry.verdict, kept.entry.origin) == (Verdict.NEGATIVE, origin), "an answer alone confirms nothing"
    assert bar.isVisible()
    qtbot.mouseClick(bar.confirm, LEFT)
    (kept,) = entries.of_reader(project, case, "A")
    assert kept.entry.origin == replace(origin, confirmed_by="A")
    assert kept.entry.slice_labels == {}, "of a negative case no slice is labelled"
    assert not bar.isVisible()
    assert [row.own for row in window.department.rows()] == [State.ANSWERED]
    assert not window.case.unsaved


def test_pixels_that_are_not_those_marked_are_told(project, case, opened, qtbot):
    cases.set_pixels(project, case, "0" * 64)
    window = opened()
    qtbot.waitUntil(lambda: "pixels of case P001-1" in window.message.label.text(), timeout=20000)


def test_slices_that_are_missing_are_told(opened, qtbot, volume, tmp_path):
    few = tmp_path / "few"
    few.mkdir()
    for item in volume.series.slices[:10]:
        (few / item.path.name).symlink_to(item.path)
    window = opened()
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.open(few)
    qtbot.waitUntil(lambda: "has 10 slices here" in window.message.label.text(), timeout=10000)
