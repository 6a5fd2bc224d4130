"""Somebody who works the real window with keys and clicks, every one of them counted."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QLineEdit, QWidget

from desktop.viewer.window import MainWindow

PATIENCE_S = 1200.0
"""In which anything that the window does must be done; a slow machine with other work adds fifty CTs in ten
minutes."""

TYPING_MS = 20
"""Between two letters: a file dialog lists folders meanwhile, and types over what comes faster."""

_INDICATOR_PX = 8
"""A check box is clicked on its box, not in the middle of its row."""

DialogKind = TypeVar("DialogKind", bound=QDialog)

Key, Modifier = Qt.Key, Qt.KeyboardModifier


class WayLost(Exception):
    """The window does not do what the person waits for."""


def wait_for(what: str, condition: Callable[[], object]) -> None:
    """Let the application go on until something is so.

    Raises:
        WayLost: it is not, for too long.
    """
    until = monotonic() + PATIENCE_S
    while not condition():
        if monotonic() > until:
            raise WayLost(f"waited in vain for {what}")
        QTest.qWait(10)


class Person:
    """Keys and clicks at a window.

    Attributes:
        keys, clicks: how many there were.
        typed: letters typed into dialogs.
    """

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.keys = self.clicks = self.typed = 0

    @property
    def steps(self) -> int:
        """Keys and clicks together, without what was typed into dialogs: paths are as long as they are."""
        return self.keys + self.clicks

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier, times: int = 1) -> None:
        """Press a key, for whatever has the keyboard."""
        if not self.window.isActiveWindow():
            self.window.activateWindow()  # as a window manager does once a dialog has closed; here there is none
            wait_for("the window", self.window.isActiveWindow)
        for _ in range(times):
            self.keys += 1
            QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def click(self, widget: QWidget) -> None:
        """Click on a widget, which has to be in sight and enabled.

        Raises:
            WayLost: it is neither.
        """
        if not (widget.isVisible() and widget.isEnabled()):
            name = widget.accessibleName() or widget.objectName() or type(widget).__name__
            raise WayLost(f"{name} cannot be clicked")
        self.clicks += 1
        place = widget.rect().center()
        if isinstance(widget, QCheckBox):
            place = QPoint(_INDICATOR_PX, place.y())
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)

    def click_and_answer(self, widget: QWidget, *answers: str) -> None:
        """Click on a widget, type into each dialog that then opens, and confirm it."""
        with_answers = Answers(self, answers)
        self.click(widget)
        with_answers.done()

    def click_and_fill(self, widget: QWidget, kind: type[DialogKind], fill: Callable[[DialogKind], None]) -> None:
        """Click on a widget, and fill the dialog of a kind that then opens."""
        filled: list[QDialog] = []

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, kind) and not filled:
                filled.append(dialog)
                clock.stop()
                fill(dialog)

        clock = QTimer()
        clock.timeout.connect(look)
        clock.start(20)
        self.click(widget)
        wait_for("a dialog", lambda: filled)

    def choose(self, box: QComboBox, row: int) -> None:
        """Choose a row of a list by keys."""
        box.setFocus()
        while box.currentIndex() != row:
            self.press(Key.Key_Down if box.currentIndex() < row else Key.Key_Up)


class Answers:
    """Types into the dialogs that open one after the other, as soon as each is there: a dialog waits for its answer."""

    def __init__(self, person: Person, answers: tuple[str, ...]) -> None:
        self._person, self._left = person, list(answers)
        self._clock = QTimer()
        self._clock.timeout.connect(self._look)
        self._clock.start(20)

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not self._left or not isinstance(dialog, QDialog):
            return
        field = next((one for one in dialog.findChildren(QLineEdit) if one.isVisible() and one.isEnabled()), None)
        if field is None:
            return
        text = self._left.pop(0)
        field.setFocus()
        field.selectAll()
        self._person.typed += len(text)
        self._person.keys += 1
        QTest.keyClicks(field, text, Modifier.NoModifier, TYPING_MS)
        QTest.qWait(TYPING_MS)
        QTest.keyClick(field, Key.Key_Return)

    def done(self) -> None:
        """All of them were asked for.

        Raises:
            WayLost: some were not.
        """
        wait_for("a dialog", lambda: not self._left)
        self._clock.stop()
