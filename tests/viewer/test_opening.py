"""Opening, cancelling, failing: what was open stays until something better is there."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from pydicom import dcmread
from PySide6.QtCore import QPointF, QRect, QStandardPaths, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QStyle, QStyleOptionViewItem

from desktop.errors import Cancelled
from desktop.imaging.eligibility import Check
from desktop.imaging.volume import UnreadableSeries
from desktop.messages import verbatim
from desktop.reading.origin import Origin
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading
from desktop.viewer.app import LOG_FILE, tell_unexpected
from desktop.viewer.desk import study as study_module
from desktop.viewer.desk.case import Marks

_TEXT_MARGIN_PX = 3
"""That Qt leaves on both sides of an entry's text."""


def open_and_wait(qtbot, window, path, reading=None):
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.open(path, reading=reading)


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=30000)


def test_a_folder_opens_with_its_first_suitable_series(window, small_folder, write_slice, qtbot):
    folder = small_folder("a", "1.2.3")
    for number in range(20):  # more slices, but thick
        write_slice(
            folder / f"thick {number}",
            np.zeros((16, 16), np.int16),
            number=900 + number,
            SeriesInstanceUID="1.2.4",
            SliceThickness=7.0,
            ImagePositionPatient=[0.0, 0.0, 7.0 * number],
        )
    (folder / "letter.txt").write_text("not an image")
    open_and_wait(qtbot, window, folder)
    assert window.case.volume.series.description == "series a"
    texts = [window.series_step.list.item(row).text() for row in range(window.series_step.list.count())]
    assert len(texts) == 2
    assert "\nsuitable, with care" in texts[0]
    assert "contrast" in window.series_step.list.item(0).toolTip()
    assert "not suitable: Slices are too thick" in texts[1]
    assert "1 file was skipped." in window.series_step.skipped.text()
    assert window.focusWidget() is window.views.axial
    settle(qtbot, window)
    assert not window.series_step.list.item(1).icon().isNull()


def test_files_are_not_to_blame_for_what_the_installation_lacks(window, small_folder, qtbot, monkeypatch):
    """pydicom is imported by the first folder: each of its files was called damaged."""
    monkeypatch.setitem(sys.modules, "desktop.imaging.dicom_library", None)
    window.open(small_folder("a", "1.2.3"))
    qtbot.waitUntil(window.message.isVisible)
    assert "A part of this installation is missing or damaged" in window.message.label.text()
    assert "install Clivus again" in window.message.label.text()
    settle(qtbot, window)


def test_a_click_on_another_series_opens_it(window, small_folder, hand, qtbot, tmp_path):
    small_folder("a", "1.2.3")
    for file in small_folder("c", "1.2.9", slices=5).iterdir():
        file.rename(tmp_path / "a" / f"c{file.name}")
    open_and_wait(qtbot, window, tmp_path / "a")
    settle(qtbot, window)
    listed = window.series_step.list
    listed.scrollToItem(listed.item(1))
    with qtbot.waitSignal(window.opening.opened):
        hand.click(listed, listed.visualItemRect(listed.item(1)).center())
    assert window.case.volume.series.series_instance_uid == "1.2.9"
    assert window.series_step.list.currentRow() == 1
    assert window.series_step.list.count() == 2


@pytest.mark.parametrize("what", ["nothing there", "empty", "no image"])
def test_a_failed_opening_keeps_what_was_open_and_says_why(window, small_folder, tmp_path, qtbot, what):
    open_and_wait(qtbot, window, small_folder())
    window.case.mark(window.case.marks.with_low(6.0), "Mark")
    before, marks = window.case.volume, window.case.marks
    bad = tmp_path / "bad"
    if what != "nothing there":
        bad.mkdir()
    if what == "no image":
        (bad / "file").write_text("hello")
    window.open(bad)
    qtbot.waitUntil(window.message.isVisible)
    assert str(bad) in window.message.label.text()
    assert "Traceback" not in window.message.label.text()
    assert window.case.volume is before
    assert window.case.marks == marks
    assert window.series_step.list.count() == 1
    assert not window.opening.busy


def test_open_a_read_open_b_cancel_open_a_again(window, study, volume, phantom, small_folder, qtbot, monkeypatch):
    open_and_wait(qtbot, window, study)
    first = read(window, phantom, qtbot)
    b = small_folder("b", "1.2.77")
    halt_loading(monkeypatch, series="1.2.77")
    window.open(b)
    qtbot.waitUntil(lambda: "Reading slices" in window.series_step.progress.bar.format())
    assert window.opening.busy
    assert window.views.preview.isVisible()
    assert window.case.result is None
    window.opening.cancel()
    assert not window.opening.busy
    assert window.views.axial.isVisible()
    assert window.case.result is first
    settle(qtbot, window)
    open_and_wait(qtbot, window, study)
    assert window.case.result is None
    again = read(window, phantom, qtbot)
    assert [a.logit for a in again.slices] == [a.logit for a in first.slices]
    assert (again.maps.evidence == first.maps.evidence).all()


def read(window, phantom, qtbot):
    window.case.mark(Marks(Roi.everywhere(*phantom.truth.roi_px), *phantom.truth.range_mm), "Marks of the truth")
    with qtbot.waitSignal(window.case.judged, timeout=30000):
        window.judging.analyse()
    assert window.case.result is not None
    return window.case.result


def halt_loading(monkeypatch, series):
    """Loading this series goes on until it is cancelled."""
    load, wait = study_module.load, threading.Event()

    def slow(wanted, decoders, work, first):
        if wanted.series_instance_uid != series:
            return load(wanted, decoders, work, first)
        whole = load(wanted, decoders)
        first(replace(whole, hu=whole.hu[:1]))
        work.progress(1, 12)
        while not work.stop():
            wait.wait(0.005)
        raise Cancelled

    monkeypatch.setattr(study_module, "load", slow)


def test_the_first_slice_is_seen_at_once_and_the_former_case_comes_back(
    desk, small_folder, hand, qtbot, monkeypatch, drawn
):
    """In the place of the axial view, without marks or tools; the views beside it show nothing of another patient."""
    hand.wheel(desk.views.axial, 240)
    hand.key(desk, Qt.Key.Key_3)
    hand.wheel(desk.views.axial, 240, Qt.KeyboardModifier.ControlModifier)
    hand.key(desk, Qt.Key.Key_BracketLeft)
    before = desk.case.volume, desk.case.marks, desk.display.state, desk.views.axial.looked_at
    halt_loading(monkeypatch, series="1.2.77")
    desk.open(small_folder("b", "1.2.77", PatientName="ROE^RICHARD"))
    qtbot.waitUntil(desk.views.preview.isVisible)
    qtbot.waitUntil(lambda: "Reading slices: 1 of 12" in desk.views.preview.accessibleDescription())
    drawn.clear()
    shown = desk.views.preview.grab().toImage()
    assert shown.pixelColor(shown.width() // 2, shown.height() // 2).lightness() > 0
    assert "Reading slices: 1 of 12" in drawn
    assert any("ROE, RICHARD" in text for text in drawn)
    assert not desk.views.axial.isVisible()
    assert desk.case.volume is None
    assert desk.range_step.summary.text() == "Scroll to each end and set it."
    for key in (Qt.Key.Key_BracketRight, Qt.Key.Key_Up, Qt.Key.Key_1, Qt.Key.Key_D):
        hand.key(desk, key)
    hand.key(desk, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.wheel(desk.views.sagittal, 120)
    hand.drag(desk.views.coronal, QPointF(30, 50), QPointF(90, 50))
    next(b for b in desk.findChildren(QPushButton) if b.accessibleName() == "Cancel opening").click()
    assert desk.views.axial.isVisible()
    assert (desk.case.volume, desk.case.marks, desk.display.state, desk.views.axial.looked_at) == before
    hand.key(desk, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.case.marks.low_mm is None
    settle(qtbot, desk)


def test_a_series_that_cannot_be_read_makes_place_for_the_next(window, small_folder, qtbot, monkeypatch, tmp_path):
    small_folder("a", "1.2.3")
    for file in small_folder("c", "1.2.9", slices=5).iterdir():
        file.rename(tmp_path / "a" / f"c{file.name}")
    load = study_module.load

    def picky(series, *arguments):
        if series.series_instance_uid == "1.2.3":
            raise UnreadableSeries(verbatim("None of the 12 slices can be read."))
        return load(series, *arguments)

    monkeypatch.setattr(study_module, "load", picky)
    open_and_wait(qtbot, window, tmp_path / "a")
    assert window.case.volume.series.series_instance_uid == "1.2.9"
    assert window.message.label.text() == "None of the 12 slices can be read. Another series was opened."
    window.series_step.list.itemClicked.emit(window.series_step.list.item(0))
    qtbot.waitUntil(lambda: window.message.label.text() == "None of the 12 slices can be read.")
    assert window.case.volume.series.series_instance_uid == "1.2.9"
    assert window.series_step.list.currentRow() == 1
    settle(qtbot, window)


def test_what_the_pixels_say_against_the_open_series_is_told(window, small_folder, qtbot, monkeypatch, tmp_path):
    failed = Check("values", "fail", *map(verbatim, ("", "", "These are no Hounsfield units.")))
    monkeypatch.setattr(study_module, "check_volume", lambda volume: (failed,))
    small_folder("a", "1.2.3")
    for file in small_folder("c", "1.2.9", slices=5).iterdir():
        file.rename(tmp_path / "a" / f"c{file.name}")
    open_and_wait(qtbot, window, tmp_path / "a")
    texts = [window.series_step.list.item(row).text() for row in range(2)]
    assert texts[0].endswith("not suitable: These are no Hounsfield units.")
    assert "\nsuitable" in texts[1]
    settle(qtbot, window)


def test_an_opening_that_fails_is_not_analysed_later(window, small_folder, tmp_path, qtbot):
    window.open(tmp_path / "nothing")
    window.judging.analyse_when_ready()
    qtbot.waitUntil(window.message.isVisible)
    open_and_wait(qtbot, window, small_folder())
    window.case.mark(window.case.marks.with_roi(Roi.everywhere(10, 10, 20, 30)).with_low(6.0).with_high(12.0), "Marks")
    assert not window.judging.busy
    settle(qtbot, window)


def test_opening_while_opening_cancels_the_first(window, small_folder, qtbot, monkeypatch):
    a, b = small_folder("a", "1.2.3"), small_folder("b", "1.2.77")
    halt_loading(monkeypatch, series="1.2.3")
    window.open(a)
    qtbot.waitUntil(lambda: "Reading slices" in window.series_step.progress.bar.format())
    open_and_wait(qtbot, window, b)
    settle(qtbot, window)
    assert window.case.volume.series.series_instance_uid == "1.2.77"
    assert not window.message.isVisible()


def test_closing_while_opening_leaves_nothing(window, small_folder, qtbot, monkeypatch):
    halt_loading(monkeypatch, series="1.2.3")
    window.open(small_folder())
    qtbot.waitUntil(lambda: window.opening.busy)
    window.close()


def test_a_reading_brings_its_marks(window, small_folder, qtbot):
    reading = Reading("1.2.3", Roi.everywhere(10, 10, 20, 30), PositionRange(6.0, 12.0))
    open_and_wait(qtbot, window, small_folder(), reading)
    assert window.case.marks.roi == reading.roi
    assert window.case.marks.span == reading.range
    assert window.display.index == 3


def test_a_proposal_is_told_and_stays_one_until_it_is_confirmed(window, small_folder, qtbot):
    marks = Roi.everywhere(10, 10, 20, 30), PositionRange(6.0, 12.0)
    origin = Origin("suggested", "suggested", "T stage T3")
    open_and_wait(qtbot, window, small_folder(), Reading("1.2.3", *marks, origin=origin))
    assert "a proposal that no reader has confirmed" in window.message.label.text()
    assert window.case.reading(None).origin == origin
    window.case.mark(window.case.marks.with_high(15.0), "Marks")
    assert window.case.reading(None).origin == Origin("moved", "suggested", "T stage T3")


@pytest.mark.parametrize(
    ("reading", "sentence"),
    [
        (Reading("9.9", Roi.everywhere(10, 10, 20, 30), PositionRange(6.0, 12.0)), "belongs to series 9.9"),
        (Reading("1.2.3", Roi.everywhere(10, 10, 2000, 30), PositionRange(6.0, 12.0)), "outside the slice"),
    ],
)
def test_a_reading_that_does_not_fit_is_refused(window, small_folder, qtbot, reading, sentence):
    window.open(small_folder(), reading=reading)
    qtbot.waitUntil(window.message.isVisible)
    assert sentence in window.message.label.text()
    assert window.case.volume is None


def test_a_saved_reading_is_opened_again(window, small_folder, qtbot, tmp_path):
    open_and_wait(qtbot, window, small_folder())
    window.case.mark(window.case.marks.with_roi(Roi.everywhere(10, 10, 20, 30)).with_low(6.0).with_high(12.0), "Marks")
    window.saving.save_reading(tmp_path / "reading.json")
    window.case.history.undo()
    with qtbot.waitSignal(window.opening.opened):
        window.open(tmp_path / "reading.json")
    assert window.case.marks.roi == Roi.everywhere(10, 10, 20, 30)
    assert window.case.marks.span == PositionRange(6.0, 12.0)


def test_an_error_nobody_foresaw_is_a_sentence_here_and_a_trace_elsewhere(
    window, small_folder, qtbot, monkeypatch, capsys, tmp_path
):
    def broken(*arguments):
        raise KeyError("DOE^" + "JANE")

    monkeypatch.setattr(study_module, "load", broken)
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda kind: str(tmp_path / "state"))
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: tell_unexpected(window, error, trace))
    window.open(small_folder())
    qtbot.waitUntil(lambda: "start Clivus again" in window.message.label.text())
    assert "KeyError" in window.message.label.text()
    assert "Traceback" not in window.message.label.text()
    assert "Traceback" in capsys.readouterr().err
    log = (tmp_path / "state" / LOG_FILE).read_text()
    assert "Traceback" in log
    assert "KeyError" in log
    assert "DOE^JANE" not in log, "an error may quote a path or a header, and a patient's name with it"
    assert not window.opening.busy


def test_a_real_tilted_study_opens_sheared(window, qtbot, real_ct):
    open_and_wait(qtbot, window, real_ct / "ge_tilted")
    texts = [window.series_step.list.item(row).text() for row in range(window.series_step.list.count())]
    assert any("not suitable" in text for text in texts)
    assert window.status.tilt.text() == "gantry tilt 18.5°"
    settle(qtbot, window)


def test_two_patients_in_one_series_are_two_entries_that_say_so(window, small_folder, write_slice, qtbot):
    folder = small_folder("a", "1.2.3", PatientID="SECRET-1", PatientName="SECRET^ONE")
    for path in sorted(folder.iterdir(), key=lambda path: int(path.name))[:4]:
        dataset = dcmread(path)
        dataset.PatientID, dataset.PatientName = "SECRET-2", "SECRET^TWO"
        dataset.save_as(path)
    open_and_wait(qtbot, window, folder)
    texts = [window.series_step.list.item(row).text() for row in range(window.series_step.list.count())]
    assert len(texts) == 2
    assert all("Slices of 2 patients share this SeriesInstanceUID" in text for text in texts)
    assert sorted(text.splitlines()[0] for text in texts) == ["SECRET, ONE · SECRET-1", "SECRET, TWO · SECRET-2"]
    assert "SECRET" not in "".join(line for text in texts for line in text.splitlines()[1:])
    settle(qtbot, window)


def test_every_line_of_an_entry_is_seen(window, small_folder, qtbot):
    """At every width: where a word just fits or just does not, and where the steps' scroll bar takes some of it."""
    folder = small_folder("a", SeriesDescription="A description of some length, derived from others")
    open_and_wait(qtbot, window, folder)
    entries = window.series_step.list
    for width in range(280, 312):
        entries.setFixedWidth(width)
        QApplication.processEvents()
        option = QStyleOptionViewItem()
        entries.initViewItemOption(option)
        index = entries.model().index(0, 0)
        entries.itemDelegate().initStyleOption(option, index)
        option.rect = entries.visualRect(index)
        place = entries.style().subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, entries)
        room = QRect(0, 0, place.width() - 2 * _TEXT_MARGIN_PX, 1000)
        needed = entries.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, entries.item(0).text())
        assert needed.height() <= place.height()
        assert entries.verticalScrollBar().maximum() == 0
