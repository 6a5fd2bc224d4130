"""What has just happened is read aloud: the events that Qt hands to a screen reader, caught on their way."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QLibraryInfo, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent

from desktop.messages import message

_INSTALL = "_ZN11QAccessible20installUpdateHandlerEPFvP16QAccessibleEventE"
"""QAccessible::installUpdateHandler, which PySide does not offer."""


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """The announcements from now on."""
    if sys.platform != "linux":
        pytest.skip("the name of Qt's function in its library is that of Linux")
    (library,) = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath)).glob("libQt6Gui.so.6")
    install = ctypes.CDLL(str(library))[_INSTALL]
    texts: list[str] = []

    @ctypes.CFUNCTYPE(None, ctypes.c_void_p)
    def handler(event: int) -> None:
        if shiboken6.wrapInstance(event, QAccessibleEvent).type() is QAccessible.Event.Announcement:
            texts.append(shiboken6.wrapInstance(event, QAccessibleAnnouncementEvent).message())

    install(handler)
    yield texts
    install(None)


def test_a_verdict_is_read_aloud_and_so_is_that_it_is_out_of_date(marked, headless, heard):
    marked.case.accept(headless)
    (verdict,) = heard
    assert "POSITIVE" in verdict
    assert "Skull-base invasion." in verdict
    assert "Run: 4 slices, 12.0 mm" in verdict
    marks = marked.case.marks
    marked.case.begin_drag()
    for mm in (marks.low_mm + 3, marks.low_mm + 6):
        marked.case.drag(marks.with_low(mm))
    assert len(heard) == 2, "once, not at every step of a drag"
    assert heard[1].startswith("OUT OF DATE")
    marked.case.cancel_drag()
    assert heard[2] == verdict


def test_messages_are_read_aloud(desk, heard):
    desk.notices.informed.emit(message("Quit"))
    desk.notices.warned.emit(message("Undo"))
    assert heard == ["Quit", "Undo"]


def test_what_cannot_be_done_is_read_aloud(window, hand, heard):
    hand.key(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard == ["Open a folder with a head CT first."]
    assert window.message.label.text() == heard[0]


def test_the_end_of_work_is_read_aloud(window, small_folder, heard, qtbot):
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.open(small_folder())
    qtbot.waitUntil(lambda: "Progress of opening: ended" in heard)
