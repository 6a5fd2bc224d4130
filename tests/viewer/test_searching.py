"""While files are looked through: the list fills, the first series opens, the window answers."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from time import monotonic

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton

from desktop.errors import Cancelled
from desktop.imaging.scan import NothingToRead
from desktop.messages import verbatim
from desktop.reading.roi import Roi
from desktop.viewer.desk import study as study_module

FILES = 2000
LONGEST_PAUSE = 0.25
"""The first drawing of a series, as part of the whole search: a tenth."""


class Halting:
    """A search that tells what was found of each series so far, waits at every word, and ends when told."""

    def __init__(self, scan, reports):
        self._scan, self._reports = scan, reports
        self._next = threading.Semaphore(0)

    def go_on(self, times=1):
        self._next.release(times)

    def __call__(self, source, work, found, decoders):
        whole = self._scan(source)
        for number, counts in enumerate(self._reports, start=1):
            while not self._next.acquire(timeout=0.005):
                if work.stop():
                    raise Cancelled
            work.progress(number, len(self._reports))
            series = tuple(
                replace(one, slices=one.slices[: counts.get(one.description, 0)])
                for one in whole.series
                if counts.get(one.description)
            )
            found(replace(whole, series=series, looked_at=sum(counts.values())))
        while not self._next.acquire(timeout=0.005):
            if work.stop():
                raise Cancelled
        return whole


@pytest.fixture
def halting(monkeypatch):
    """A function that puts a `Halting` in place of the search."""

    def install(*reports):
        halting = Halting(study_module.scan_for_images, reports)
        monkeypatch.setattr(study_module, "scan_for_images", halting)
        return halting

    return install


@pytest.fixture
def two(small_folder, tmp_path):
    """A folder with series a (12 slices) and c (9 slices)."""
    folder = small_folder("a", "1.2.3")
    for file in small_folder("c", "1.2.9", slices=9).iterdir():
        file.rename(folder / f"c{file.name}")
    (tmp_path / "c").rmdir()
    return folder


def listed(window):
    items = window.series_step.list
    return [items.item(row).text().split("\n")[:2] for row in range(items.count())]


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=30000)


def press_cancel(window):
    next(b for b in window.findChildren(QPushButton) if b.accessibleName() == "Cancel opening").click()


def test_the_list_fills_and_the_first_settled_series_opens_while_files_are_looked_through(window, two, halting, qtbot):
    search = halting({"series a": 4}, {"series a": 8, "series c": 9}, {"series a": 11, "series c": 9})
    window.open(two)
    search.go_on()
    qtbot.waitUntil(lambda: listed(window) == [["series a", "4 slices, 3 mm, 60 × 80"]])
    search.go_on()
    qtbot.waitUntil(lambda: len(listed(window)) == 2)
    assert window.case.volume is None  # both may still grow
    with qtbot.waitSignal(window.opening.opened):
        search.go_on()
    assert window.case.volume.series.description == "series c"
    assert window.opening.busy
    search.go_on()
    settle(qtbot, window)
    assert not window.opening.busy
    assert listed(window)[0] == ["series a", "12 slices, 3 mm, 60 × 80"]
    assert window.case.volume.series.description == "series c"
    assert not window.message.isVisible()


def position_mm(window):
    return float(window.case.volume.geometry.positions_mm[window.display.index])


def test_late_slices_of_the_open_series_are_read_and_the_marks_stay(window, two, halting, hand, qtbot):
    search = halting(*[{"series a": 8}] * 2, {"series a": 12})
    window.open(two)
    with qtbot.waitSignal(window.opening.opened):
        search.go_on(2)
    roi = Roi.everywhere(10, 10, 20, 30)
    window.case.mark(window.case.marks.with_roi(roi).with_low(6.0).with_high(15.0), "Marks")
    window.display.go_to(3)
    hand.wheel(window.views.axial, 240)
    window.display.set_window(replace(window.display.window, width=777))
    marks, position, view = window.case.marks, position_mm(window), window.views.axial.looked_at
    with qtbot.waitSignal(window.case.extended):
        search.go_on(2)
    assert len(window.case.volume.hu) == 12
    assert window.case.marks == marks
    assert (position_mm(window), window.views.axial.looked_at) == (position, view)
    assert window.display.window.width == 777
    assert window.display.count == 12
    assert "it has 12 slices now, 8 before" in window.message.label.text()
    window.case.undo()
    assert window.case.marks.roi is None
    settle(qtbot, window)
    assert window.series_step.list.currentItem().text().startswith("series a")


def test_cancelling_before_anything_is_open_leaves_nothing(window, two, halting, qtbot):
    search = halting({"series a": 4}, {"series a": 8})
    window.open(two)
    search.go_on()
    qtbot.waitUntil(lambda: len(listed(window)) == 1)
    press_cancel(window)
    assert listed(window) == []
    assert window.case.volume is None
    settle(qtbot, window)


def test_cancelling_later_keeps_what_was_found_and_says_what_was_not(window, two, halting, qtbot):
    search = halting(*[{"series c": 9}] * 2, {"series c": 9, "series a": 3})
    window.open(two)
    with qtbot.waitSignal(window.opening.opened):
        search.go_on(2)
    press_cancel(window)
    assert window.message.label.text() == "The search was stopped: 12 of 21 files were not searched."
    assert "12 files were not searched." in window.series_step.skipped.text()
    assert window.case.volume.series.description == "series c"
    assert len(listed(window)) == 1
    settle(qtbot, window)
    assert len(listed(window)) == 1


def test_what_was_open_stays_until_the_new_series_is_there(window, two, small_folder, halting, qtbot):
    with qtbot.waitSignal(window.opening.opened):
        window.open(small_folder("old", "1.2.77"))
    settle(qtbot, window)
    search = halting({"series a": 4}, *[{"series c": 9, "series a": 9}] * 2)
    window.open(two)
    search.go_on(2)
    qtbot.waitUntil(lambda: "Searching files" in window.series_step.progress.bar.format())
    assert listed(window) == [["series old", "12 slices, 3 mm, 60 × 80"]]
    assert window.case.volume.series.description == "series old"
    with qtbot.waitSignal(window.opening.opened):
        search.go_on()
    assert {name for name, _ in listed(window)} == {"series c", "series a"}
    assert window.case.volume.series.description in ("series c", "series a")
    press_cancel(window)
    settle(qtbot, window)


def test_a_series_can_be_chosen_before_the_search_ends(window, two, halting, qtbot):
    search = halting({"series a": 4}, {"series a": 8, "series c": 9}, {"series a": 12, "series c": 9})
    window.open(two)
    search.go_on(2)
    qtbot.waitUntil(lambda: len(listed(window)) == 2)
    with qtbot.waitSignal(window.opening.opened):
        window.series_step.list.itemClicked.emit(window.series_step.list.item(1))
    assert len(window.case.volume.hu) == 8
    with qtbot.waitSignal(window.case.extended):
        search.go_on(2)
    assert len(window.case.volume.hu) == 12
    settle(qtbot, window)


def test_the_search_failing_late_keeps_what_is_open(window, two, monkeypatch, qtbot):
    real, release = study_module.scan_for_images, threading.Event()

    def broken(source, work, found, decoders):
        whole = real(source)
        found(whole)
        found(whole)
        release.wait(5)
        raise NothingToRead(verbatim("The disc was taken out."))

    monkeypatch.setattr(study_module, "scan_for_images", broken)
    with qtbot.waitSignal(window.opening.opened):
        window.open(two)
    release.set()
    qtbot.waitUntil(lambda: window.message.label.text() == "The disc was taken out.")
    assert window.case.volume is not None
    assert len(listed(window)) == 2
    settle(qtbot, window)


def test_the_window_answers_while_thousands_of_files_are_looked_through(window, small_folder, qtbot):
    folder = many(small_folder, FILES)
    ticks = [monotonic()]
    clock = QTimer(window)
    clock.setInterval(20)
    clock.timeout.connect(lambda: ticks.append(monotonic()))
    clock.start()
    window.open(folder)
    qtbot.waitUntil(lambda: window.case.volume is not None and not window.opening.busy, timeout=60000)
    clock.stop()
    pauses = np.diff(ticks)
    assert pauses.max() < LONGEST_PAUSE * pauses.sum()
    assert window.series_step.list.count() == FILES // 20
    settle(qtbot, window)


def many(small_folder, files):
    """Half of them slices, of series of ten; the others letters."""
    folder = small_folder("a", "1.2.840.10008.100", slices=10)
    templates = [folder / str(number) for number in range(10)]
    contents = [path.read_bytes() for path in templates]
    for series in range(1, files // 20):
        uid = f"1.2.840.10008.{100 + series}".encode().ljust(17, b"\0")
        for number, content in enumerate(contents):
            (folder / f"{series}-{number}").write_bytes(content.replace(b"1.2.840.10008.100", uid))
    for number in range(files - files // 2):
        (folder / f"letter {number}.txt").write_bytes(b"not an image")
    return folder


def test_a_folder_taken_away_is_told(window, small_folder, qtbot):
    folder = small_folder()
    with qtbot.waitSignal(window.opening.opened):
        window.open(folder)
    settle(qtbot, window)
    shutil.rmtree(folder)
    window.open(folder)
    qtbot.waitUntil(window.message.isVisible)
    assert window.case.volume is not None
    settle(qtbot, window)
