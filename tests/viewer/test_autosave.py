"""A kill or a power cut loses nothing that was marked seconds before."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.reading.draft import Draft
from desktop.reading.origin import Origin
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.viewer.desk.autosave import KEEP_AFTER_MS, TRY_AGAIN_MS
from desktop.viewer.desk.case import Marks
from desktop.viewer.panels.unsaved_work import UnsavedWork
from desktop.viewer.window import MainWindow

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
ROI = Roi.everywhere(10, 10, 20, 30)


def kept(drafts):
    """The drafts there are."""
    return sorted(drafts.glob("*.json"))


def mark(desk, hand):
    desk.display.go_to(2)
    hand.key(desk, Key.Key_BracketLeft)
    desk.display.go_to(8)
    hand.key(desk, Key.Key_BracketRight)


@pytest.fixture
def another(window, qtbot):
    """A function that opens a second window, as at the next start or beside the first."""
    made = []

    def start(volume):
        made.append(MainWindow())
        made[-1].show()
        made[-1].case.open(volume)
        return made[-1]

    yield start
    for one in made:
        one.close()
        one.deleteLater()


def killed(window):
    """The window as the system leaves it: its lock is free, its draft lies there."""
    window.autosave._own.leave()
    window.autosave._own = None
    window.autosave.blockSignals(True)
    window.case.settled.disconnect(window.autosave._settled)


def test_seconds_after_the_last_mark_a_file_holds_the_marks(desk, hand, drafts, qtbot):
    assert not kept(drafts)
    mark(desk, hand)
    qtbot.waitUntil(lambda: len(kept(drafts)) == 1, timeout=KEEP_AFTER_MS + 2000)
    text = kept(drafts)[0].read_text()
    assert '"low_mm": 6.0' in text
    assert '"high_mm": 24.0' in text
    series = desk.case.volume.series
    assert series.series_instance_uid not in kept(drafts)[0].name
    assert str(drafts.parent) not in text  # no path; for a patient, a draft has no field
    if sys.platform != "win32":
        assert stat.S_IMODE(kept(drafts)[0].stat().st_mode) == 0o600
        assert stat.S_IMODE(drafts.stat().st_mode) == 0o700


def test_the_next_window_offers_them_and_takes_them_over_in_one_step(desk, small, hand, drafts, qtbot, another):
    mark(desk, hand)
    desk.case.mark(desk.case.marks.with_roi(ROI), "ROI")
    desk.case.answer(Verdict.NEGATIVE)
    qtbot.waitUntil(lambda: bool(kept(drafts)), timeout=KEEP_AFTER_MS + 2000)
    killed(desk)
    window = another(small)
    assert window.offer.isVisible()
    assert window.case.marks == Marks()
    assert "ROI, range, your verdict" in window.offer.label.text()
    QApplication.processEvents()
    assert not window.message.isVisible(), "the one that was killed is no other window"
    window.offer.take.click()
    assert window.case.marks == Marks(ROI, 6.0, 24.0)
    assert window.case.own_verdict is Verdict.NEGATIVE
    assert not window.offer.isVisible()
    assert len(kept(drafts)) == 1  # its own now
    window.case.undo()
    assert window.case.marks == Marks()
    assert not kept(drafts)
    window.case.redo()
    assert window.case.marks == Marks(ROI, 6.0, 24.0)


def test_discarded_they_are_gone(desk, small, hand, drafts, qtbot, another):
    mark(desk, hand)
    qtbot.waitUntil(lambda: bool(kept(drafts)), timeout=KEEP_AFTER_MS + 2000)
    killed(desk)
    window = another(small)
    window.offer.discard.click()
    assert not kept(drafts)
    assert not window.offer.isVisible()


def test_an_offer_left_open_survives_new_marks_and_the_window(desk, small, hand, drafts, qtbot, another):
    mark(desk, hand)
    qtbot.waitUntil(lambda: bool(kept(drafts)), timeout=KEEP_AFTER_MS + 2000)
    killed(desk)
    window = another(small)
    window.case.mark(Marks(ROI), "ROI")
    qtbot.waitUntil(lambda: len(kept(drafts)) == 2, timeout=KEEP_AFTER_MS + 2000)
    window.close()  # its own marks are given up
    assert len(kept(drafts)) == 1
    assert another(small).offer.isVisible()


def test_a_window_beside_is_not_offered_what_the_first_still_works_on(desk, small, hand, drafts, qtbot, another):
    mark(desk, hand)
    qtbot.waitUntil(lambda: bool(kept(drafts)), timeout=KEEP_AFTER_MS + 2000)
    window = another(small)
    assert not window.offer.isVisible()
    window.case.mark(Marks(ROI), "ROI")
    qtbot.waitUntil(lambda: len(kept(drafts)) == 2, timeout=KEEP_AFTER_MS + 2000)


def test_once_saved_undone_or_given_up_there_is_none(desk, hand, drafts, qtbot, tmp_path, monkeypatch):
    mark(desk, hand)
    desk.case.mark(desk.case.marks.with_roi(ROI), "ROI")
    qtbot.waitUntil(lambda: bool(kept(drafts)), timeout=KEEP_AFTER_MS + 2000)
    desk.saving.save_reading(tmp_path / "reading.json")
    assert not kept(drafts)
    hand.key(desk, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: bool(kept(drafts)), timeout=KEEP_AFTER_MS + 2000)
    hand.key(desk, Key.Key_Y, CTRL)
    assert not kept(drafts)
    hand.key(desk, Key.Key_Z, CTRL)
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: QMessageBox.StandardButton.Discard)
    desk.close()
    assert not list(drafts.iterdir())


def test_ended_by_the_system_it_keeps_what_was_marked_a_moment_ago(desk, hand, drafts):
    mark(desk, hand)
    desk.end()
    assert len(kept(drafts)) == 1
    assert len(list(drafts.iterdir())) == 1


def test_nothing_is_kept_of_a_drag_that_goes_on(desk, drafts, qtbot):
    desk.case.begin_drag()
    desk.case.drag(Marks(ROI))
    qtbot.wait(KEEP_AFTER_MS + 200)
    assert not kept(drafts)
    desk.case.end_drag("Move ROI")
    qtbot.waitUntil(lambda: bool(kept(drafts)), timeout=KEEP_AFTER_MS + 2000)


def test_a_place_that_cannot_be_written_is_told_once_and_again_once_it_can(desk, hand, drafts, qtbot):
    shutil.rmtree(drafts)
    drafts.write_text("a file in its place")
    mark(desk, hand)
    qtbot.waitUntil(lambda: "power cut" in desk.message.label.text(), timeout=KEEP_AFTER_MS + 2000)
    desk.message.hide()
    hand.key(desk, Key.Key_P)
    qtbot.wait(TRY_AGAIN_MS + 200)
    assert not desk.message.isVisible()
    drafts.unlink()
    qtbot.waitUntil(lambda: "is being kept again" in desk.message.label.text(), timeout=2 * TRY_AGAIN_MS + 1000)
    (draft,) = kept(drafts)
    assert Draft.load(draft).slice_labels


@pytest.fixture
def small_disk(tmp_path, drafts):
    """A file system of 64 KiB at the place of drafts; the suite's machines are not all allowed to make one."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting needs root on Linux")
    drafts.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", drafts], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip("mounting is not allowed here")
    yield drafts
    subprocess.run(["umount", "-l", drafts], check=True)


def test_a_full_disk_is_told_and_so_is_its_end(small_disk, desk, hand, qtbot):
    mark(desk, hand)
    qtbot.waitUntil(lambda: bool(kept(small_disk)), timeout=KEEP_AFTER_MS + 2000)
    before = kept(small_disk)[0].read_bytes()
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as stream:
        while stream.write(b"x" * 4096):
            pass
    hand.key(desk, Key.Key_P)
    qtbot.waitUntil(lambda: "the disk is full" in desk.message.label.text(), timeout=KEEP_AFTER_MS + 2000)
    assert kept(small_disk)[0].read_bytes() == before, "the older draft is whole"
    ballast.unlink()
    qtbot.waitUntil(lambda: "is being kept again" in desk.message.label.text(), timeout=2 * TRY_AGAIN_MS + 1000)
    (draft,) = kept(small_disk)
    assert Draft.load(draft).slice_labels


def test_a_read_only_disk_is_told_once_there_is_something_to_keep(small_disk, window, small, hand, qtbot):
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    window.case.open(small)
    QApplication.processEvents()
    assert not window.message.isVisible()
    mark(window, hand)
    qtbot.waitUntil(lambda: "the disk is read-only" in window.message.label.text(), timeout=KEEP_AFTER_MS + 2000)
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    qtbot.waitUntil(lambda: "is being kept again" in window.message.label.text(), timeout=2 * TRY_AGAIN_MS + 1000)
    (draft,) = kept(small_disk)
    assert Draft.load(draft).high_mm == 24.0


def test_a_drag_that_is_cancelled_is_in_no_draft(desk, hand, drafts, qtbot):
    """It was written down if a change before it was due meanwhile."""
    mark(desk, hand)
    desk.case.begin_drag()
    desk.case.drag(desk.case.marks.with_roi(ROI))
    qtbot.waitUntil(lambda: bool(kept(drafts)), timeout=KEEP_AFTER_MS + 2000)
    desk.case.cancel_drag()
    draft = Draft.load(kept(drafts)[0])
    assert (draft.roi, draft.low_mm, draft.high_mm) == (None, 6.0, 24.0)


def test_a_window_beside_says_so_and_both_keep_their_own(desk, small, drafts, qtbot, another):
    second = another(small)
    qtbot.waitUntil(lambda: "open in another window" in second.message.label.text())
    desk.case.mark(Marks(low_mm=6.0), "Range")
    second.case.mark(Marks(ROI), "ROI")
    qtbot.waitUntil(lambda: len(kept(drafts)) == 2, timeout=KEEP_AFTER_MS + 2000)
    assert {Draft.load(path).roi for path in kept(drafts)} == {None, ROI}
    qtbot.waitUntil(lambda: "open in another window" in desk.message.label.text())  # the first one is told as well
    second.close()
    third = another(small)
    qtbot.waitUntil(lambda: "open in another window" in third.message.label.text())
    desk.case.open(small)
    assert len(list(drafts.iterdir())) == 2, "the places of two windows that are open"


def test_a_proposal_stays_one_when_it_comes_back_as_a_draft(desk, small, drafts, qtbot, another):
    """What nobody had confirmed came back as a reader's own."""
    origin = Origin("suggested", "suggested", "T stage T3")
    desk.case.open(small, Reading("1.2.3", ROI, PositionRange(6.0, 24.0), origin=origin))
    desk.case.answer(Verdict.POSITIVE)
    qtbot.waitUntil(lambda: bool(kept(drafts)), timeout=KEEP_AFTER_MS + 2000)
    killed(desk)
    window = another(small)
    window.offer.take.click()
    assert window.case.own_verdict is Verdict.POSITIVE
    assert window.case.reading(None).origin == origin


DAMAGES = [
    b"",
    b"{",
    b"[]",
    b"\xff\xfe",
    b'{"schema": "clivus-draft/1"}',
    b'{"schema": "clivus-draft/9"}',
    b"[" * 90000,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
def test_a_damaged_draft_is_put_aside_in_a_sentence(desk, small, hand, drafts, qtbot, another, damage):
    mark(desk, hand)
    qtbot.waitUntil(lambda: bool(kept(drafts)), timeout=KEEP_AFTER_MS + 2000)
    killed(desk)
    kept(drafts)[0].write_bytes(damage)
    window = another(small)
    assert not window.offer.isVisible()
    qtbot.waitUntil(lambda: "cannot be restored" in window.message.label.text())
    (aside,) = drafts.glob("*.damaged")
    assert aside.read_bytes() == damage
    window.case.open(small)
    assert len(list(drafts.glob("*.damaged"))) == 1
    assert not kept(drafts)
