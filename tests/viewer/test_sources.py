"""Discs, archives, files and folders, opened and dropped; nothing of them is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from time import perf_counter, sleep

import psutil
import pytest
from pydicom import dcmread
from pydicom.uid import RLELossless
from PySide6.QtCore import Qt, QUrl

from desktop.imaging.decoding import DecoderPool
from tests.viewer.dropping import drop


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=30000)


def open_and_settle(qtbot, window, *paths):
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.open(*paths)
    settle(qtbot, window)


@pytest.fixture
def archive(small_folder, tmp_path):
    """A series as a zip archive."""
    path = tmp_path / "頭部 CT.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        for file in small_folder("zipped", "1.2.50").iterdir():
            zipped.write(file, f"disc/{file.name}")
    return path


def unpacked(window):
    """The temporary folder of the study on the desk."""
    return window.opening.study.entries[0].series.slices[0].path.parent


def test_an_archive_stays_unpacked_while_its_study_is_on_the_desk(window, archive, small_folder, tmp_path, qtbot):
    open_and_settle(qtbot, window, archive)
    assert window.case.volume.series.description == "series zipped"
    first = unpacked(window)
    assert first.is_dir()
    window.open(tmp_path / "nothing")
    qtbot.waitUntil(window.message.isVisible)
    settle(qtbot, window)
    assert first.is_dir()
    open_and_settle(qtbot, window, archive)
    second = unpacked(window)
    assert second.is_dir()
    assert not first.exists()
    open_and_settle(qtbot, window, small_folder("b", "1.2.77"))
    assert not second.exists()


def test_closing_the_window_takes_the_unpacked_files_away(window, archive, qtbot):
    open_and_settle(qtbot, window, archive)
    folder = unpacked(window)
    window.close()
    assert not folder.exists()


def test_an_archive_that_comes_to_nothing_leaves_nothing(window, archive, qtbot, monkeypatch):
    seen = []
    monkeypatch.setattr("desktop.viewer.desk.study.scan_for_images", lambda source, *more: seen.append(source) or 1 / 0)
    monkeypatch.setattr("sys.excepthook", lambda *error: None)
    window.open(archive)
    qtbot.waitUntil(lambda: "Something unexpected" in window.message.label.text())
    settle(qtbot, window)
    assert not seen[0].files[0].path.parent.exists()


def test_cancelling_takes_the_unpacked_files_away(window, archive, qtbot, monkeypatch):
    seen = []

    def endless(source, work, found, decoders):
        seen.append(source)
        while not work.stop():
            pass
        return

    monkeypatch.setattr("desktop.viewer.desk.study.scan_for_images", endless)
    window.open(archive)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].files[0].path.parent.exists()
    window.opening.cancel()
    monkeypatch.setattr("sys.excepthook", lambda *error: None)
    settle(qtbot, window)
    assert not seen[0].files[0].path.parent.exists()


def test_any_number_of_things_are_dropped_at_once(window, archive, small_folder, qtbot):
    urls = [QUrl.fromLocalFile(str(path)) for path in (small_folder("a", "1.2.3"), archive)]
    with qtbot.waitSignal(window.opening.opened):
        drop(window, *urls, QUrl("https://example.org/ct.zip"))
    settle(qtbot, window)
    assert {entry.series.description for entry in window.opening.study.entries} == {"series a", "series zipped"}


def test_what_is_not_a_file_is_not_taken(window):
    assert not drop(window, QUrl("https://example.org/ct.zip"))
    assert not window.opening.busy


def test_files_are_chosen_from_the_menu(window, archive, hand, qtbot, monkeypatch):
    monkeypatch.setattr(window.dialogs, "files", lambda title: [archive])
    with qtbot.waitSignal(window.opening.opened):
        hand.key(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    settle(qtbot, window)


def test_a_folder_is_chosen_with_ctrl_o(window, small_folder, hand, qtbot, monkeypatch):
    folder = small_folder()
    monkeypatch.setattr(window.dialogs, "folder", lambda title: folder)
    with qtbot.waitSignal(window.opening.opened):
        hand.key(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert window.case.volume.series.description == "series a"
    settle(qtbot, window)


def test_decoders_serve_the_window_and_end_with_it(window, small_folder, qtbot, monkeypatch):
    warmed = []
    real = DecoderPool.warm
    monkeypatch.setattr(DecoderPool, "warm", lambda pool: (warmed.append(pool), real(pool))[1])
    before = set(psutil.Process().children(recursive=True))
    open_and_settle(qtbot, window, small_folder("plain", "1.2.77"))
    assert not warmed
    folder = small_folder("a", "1.2.3", slices=5)
    for file in folder.iterdir():
        dataset = dcmread(file)
        dataset.compress(RLELossless)
        dataset.save_as(file)
    open_and_settle(qtbot, window, folder)
    assert set(warmed) == {window.decoders}
    assert len(window.case.volume.hu) == 5
    assert not window.series_step.list.item(0).icon().isNull()
    started = set(psutil.Process().children(recursive=True)) - before
    assert started
    window.close()
    psutil.wait_procs(started, timeout=5)
    assert not [process for process in started if process.is_running()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows closes windows instead")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_nothing_unpacked_stays_when_the_system_ends_the_program(study, tmp_path, number):
    """At log-out an unpacked archive stayed in the temporary folder, with somebody's pictures in it."""
    archive, temporary = tmp_path / "study.zip", tmp_path / "tmp"
    temporary.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        for file in study.iterdir():
            packed.write(file, file.name)
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop", str(archive)],
        env=os.environ | {"TMPDIR": str(temporary), "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = perf_counter() + 30
    while not any(temporary.glob("clivus-*/*")) and perf_counter() < deadline:
        sleep(0.05)
    sleep(1)
    assert any(temporary.glob("clivus-*/*"))
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert not list(temporary.glob("clivus-*"))
