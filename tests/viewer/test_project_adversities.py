"""What becomes of a case when disk, share or window go away under its project: told, and nothing is lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.project import cases, entries
from desktop.project.checking import check
from desktop.project.database import Project
from desktop.reading.draft import Draft, Owner
from desktop.viewer.desk.autosave import KEEP_AFTER_MS, TRY_AGAIN_MS
from desktop.viewer.panels.unsaved_work import UnsavedWork
from desktop.viewer.window import MainWindow

Key = Qt.Key
SOON = KEEP_AFTER_MS + 3000
AGAIN = TRY_AGAIN_MS + 3000

no_windows = pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no file that is open")


def told(window) -> str:
    return window.message.label.text()


def low(project, case):
    return [kept.entry.low_mm for kept in entries.of_reader(project, case, "A")]


def high(project, case):
    return [kept.entry.high_mm for kept in entries.of_reader(project, case, "A")]


def mark_low(window, hand) -> None:
    hand.key(window.views.axial, Key.Key_BracketLeft)


def mark_high(window, hand) -> None:
    hand.key(window.views.axial, Key.Key_Up)
    hand.key(window.views.axial, Key.Key_BracketRight)


@no_windows
def test_a_share_that_goes_away_and_comes_back(opened, project, case, hand, qtbot, tmp_path, drafts):
    window, share = opened(), tmp_path / "share"
    mark_low(window, hand)
    qtbot.waitUntil(lambda: low(project, case) != [], timeout=SOON)
    share.rename(tmp_path / "away")
    mark_high(window, hand)
    qtbot.waitUntil(lambda: "the folder is gone" in told(window), timeout=SOON)
    assert "kept beside the project" in told(window)
    qtbot.waitUntil(lambda: bool(list(drafts.glob("*.json"))), timeout=SOON)
    (file,) = drafts.glob("*.json")
    draft = Draft.load(file)
    assert draft.high_mm is not None
    assert draft.owner == Owner(project.id, "A")
    shutil.copytree(tmp_path / "away", share)  # to the system, a share that comes back is another one
    qtbot.waitUntil(lambda: "kept in the project again" in told(window), timeout=AGAIN)
    assert not list(drafts.glob("*.json"))
    with Project.open(share / "d.clivus") as back:
        assert high(back, case) == [draft.high_mm]
        assert check(back).sound


@pytest.fixture
def small_share(tmp_path):
    """A file system of 512 KiB in place of the share; the suite's machines are not all allowed to make one."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting needs root on Linux")
    share = tmp_path / "share"
    share.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", share]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield share
    subprocess.run(["umount", "-l", share], check=True)


def test_a_full_disk_is_told_once_and_what_is_marked_is_kept_once_there_is_room(
    small_share, opened, project, case, hand, qtbot
):
    window, ballast = opened(), small_share / "ballast"
    mark_low(window, hand)
    qtbot.waitUntil(lambda: low(project, case) != [], timeout=SOON)
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as stream:
        while stream.write(b"x" * 4096):
            pass
    labels = 0
    while "the disk is full" not in told(window) and labels < 40:  # what the journal holds in reserve comes first
        hand.key(window.views.axial, Key.Key_P)
        hand.key(window.views.axial, Key.Key_Up)
        labels += 1
        qtbot.wait(KEEP_AFTER_MS + 100)
    assert "the disk is full" in told(window)
    assert "kept beside the project" in told(window)
    window.message.hide()
    qtbot.wait(TRY_AGAIN_MS + 200)
    assert not window.message.isVisible(), "once is enough"
    ballast.unlink()
    qtbot.waitUntil(lambda: "kept in the project again" in told(window), timeout=AGAIN)
    (kept,) = entries.of_reader(project, case, "A")
    assert len(kept.entry.slice_labels) == labels
    assert check(project).sound


def test_a_project_that_becomes_read_only_is_told_and_written_once_it_may_be(opened, project, case, hand, qtbot):
    window = opened()
    window.department.project.run("PRAGMA query_only = ON")  # SQLite then says what it says of a read-only file
    mark_low(window, hand)
    qtbot.waitUntil(lambda: "may not write there" in told(window), timeout=SOON)
    assert low(project, case) == []
    window.department.project.run("PRAGMA query_only = OFF")
    qtbot.waitUntil(lambda: low(project, case) != [], timeout=AGAIN)


@no_windows
def test_a_case_that_could_not_be_kept_is_left_unasked_and_its_marks_are_offered_to_its_reader_alone(
    opened, project, case, hand, qtbot, tmp_path, volume, small, monkeypatch, drafts
):
    window, share = opened(), tmp_path / "share"
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: pytest.fail("nothing is asked"))
    share.rename(tmp_path / "away")
    mark_low(window, hand)
    marked = window.case.marks
    assert window.opening.may_leave()
    assert "not in the project yet" in told(window)
    window.case.open(small)
    (file,) = drafts.glob("*.json")
    assert Draft.load(file).low_mm == marked.low_mm
    window.department.close()
    (tmp_path / "away").rename(share)
    window.case.open(volume)
    assert not window.offer.isVisible(), "outside the project it is nobody's"
    assert window.department.open(project.path, "B")
    assert not window.offer.isVisible(), "it is another reader's"
    assert "on case P001-1 are not" not in told(window)
    assert window.department.open(project.path, "A")
    assert "on case P001-1 are not in the project yet" in told(window)
    assert window.offer.isVisible()
    window.offer.take.click()
    qtbot.waitUntil(lambda: low(project, case) == [marked.low_mm], timeout=SOON)
    assert not list(drafts.glob("*.json"))


def test_a_window_that_was_killed_offers_nothing_that_the_project_has(
    opened, project, case, hand, qtbot, drafts, volume, tmp_path
):
    window = opened()
    mark_low(window, hand)
    qtbot.waitUntil(lambda: bool(list(drafts.glob("*.json"))) or low(project, case) != [], timeout=SOON)
    qtbot.waitUntil(lambda: low(project, case) != [], timeout=SOON)
    draft = Draft(
        volume.series.series_instance_uid,
        case.sop_instance_uid,
        case.frame,
        datetime.now(),
        low_mm=window.case.marks.low_mm,
        owner=Owner(project.id, "A"),
    )
    slot = window.autosave._drafts.new_slot(draft.series)
    slot.keep(draft)
    slot.leave()
    again = MainWindow()
    again.show()
    assert not [one for one in again.start_page.buttons if "Unsaved" in one.text()], "it belongs to a project"
    assert again.department.open(project.path, "A")
    again.case.open(volume)
    assert not again.offer.isVisible()
    again.close()
    again.deleteLater()
    assert not list(drafts.glob("*.json"))


def test_a_project_of_a_newer_version_is_told_and_the_one_before_stays(opened, project, tmp_path):
    window = opened()
    newer = tmp_path / "newer.clivus"
    project.back_up(newer)
    with Project.open(newer) as other:
        other.run("PRAGMA user_version = 99")
    before = newer.read_bytes()
    assert not window.department.open(newer, "A")
    QApplication.processEvents()
    assert "newer version" in told(window)
    assert newer.read_bytes() == before
    assert window.department.project.path == project.path
    assert len(cases.every(window.department.project)) == 1
