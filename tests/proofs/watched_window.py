"""A real window on a screen, worked by xdotool alone, that tells where things are and what has come of it.

`WatchedWindow` is the side of the proof. Started as a command, this file is the application itself with a witness in
it, who answers questions and never touches anything.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WAIT_S = 120.0
_PAUSE_S = 0.15
"""Between two keys or movements: a quick hand."""

_LOOKS, _MOST_NOTCHES = 10, 40
"""How often something is looked for: at first where it should be, then by scrolling the steps down and up."""


class WayLost(Exception):
    """Something did not come, or is not where a hand could reach it."""


class WatchedWindow:
    """The window, and the hand that works it."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        """Start the application as this user would, from `folder`."""
        self._display = {"DISPLAY": environment["DISPLAY"]}
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env=os.environ | environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    # What it says

    def _ask(self, question: str, of: str = "") -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps([question, of]) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())
        except (OSError, ValueError) as error:
            raise WayLost(f"the window no longer answers ({error})") from None

    def facts(self) -> dict[str, Any]:
        """What is on the desk."""
        facts: dict[str, Any] = self._ask("facts")
        return facts

    def wait(self, what: str, there: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The facts, once they are such."""
        end = time.monotonic() + WAIT_S
        while not there(facts := self.facts()):
            if time.monotonic() > end:
                raise WayLost(f"waited {WAIT_S:g} s for {what}; there was {facts}")
            time.sleep(0.1)
        return facts

    def picture(self, path: Path) -> None:
        """Take a picture of the whole screen."""
        time.sleep(2 * _PAUSE_S)
        self._ask("picture", str(path))

    def end(self) -> int | None:
        """The exit status of a window that was closed; None for one that had to be ended."""
        try:
            return self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait()
            return None

    # The hand

    def _do(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], env=os.environ | self._display, check=True)
        time.sleep(_PAUSE_S)

    def keys(self, *keys: str) -> None:
        """Press keys, by X11's names."""
        for key in keys:
            self._do("key", key)

    def write(self, text: str) -> None:
        """Type a text and confirm it."""
        self._do("type", "--delay", 15, text)
        self.keys("Return")

    def tab_to(self, name: str) -> None:
        """Press Tab until something has the keyboard."""
        for _ in range(40):
            if self._ask("focused", name):
                return
            self.keys("Tab")
        raise WayLost(f"Tab never came to {name}")

    def _move_to(self, name: str) -> tuple[int, int]:
        """Bring the pointer over something that can be seen there."""
        for notch in range(_MOST_NOTCHES):
            place = self._ask("place", name)
            if place is not None:
                self._do("mousemove", *place)
                return int(place[0]), int(place[1])
            if notch < _LOOKS:  # a dialog still looks for what is there, a menu opens
                time.sleep(_PAUSE_S)
                continue
            if notch == _LOOKS and (steps := self._ask("place", "steps")) is not None:
                self._do("mousemove", *steps)
            self._do("click", 5 if notch < (_LOOKS + _MOST_NOTCHES) // 2 else 4)
        raise WayLost(f"{name} is nowhere in sight")

    def click(self, name: str, times: int = 1) -> None:
        """Click something with the left button."""
        self._move_to(name)
        self._do("click", "--repeat", times, "--delay", 60, 1)

    def drag(self, name: str, right: int, down: int) -> None:
        """Drag something so many pixels."""
        x, y = self._move_to(name)
        self._do("mousedown", 1)
        for step in range(1, 6):
            self._do("mousemove", x + right * step // 5, y + down * step // 5)
        self._do("mouseup", 1)

    def wheel(self, name: str, notches: int) -> None:
        """Turn the wheel over something, away from the hand for positive notches."""
        self._move_to(name)
        for _ in range(abs(notches)):
            self._do("click", 4 if notches > 0 else 5)


# In the application


def main() -> int:
    """Run the application with the witness in it."""
    from PySide6.QtCore import QSocketNotifier
    from PySide6.QtWidgets import QApplication

    from desktop.cli import main as clivus

    app = QApplication(["clivus"])
    asked = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, app)
    answers = sys.stdout  # while a model is opened, `sys.stdout` is another

    def answer() -> None:
        line = sys.stdin.readline()
        if not line:
            asked.setEnabled(False)
            return
        question, of = json.loads(line)
        print(json.dumps(_ANSWERS[question](of)), file=answers, flush=True)

    asked.activated.connect(answer)
    return clivus([])


def _window() -> Any:
    """None while there is none, or one that is being built."""
    from PySide6.QtWidgets import QApplication

    from desktop.viewer.window import MainWindow

    return next(
        (one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible()), None
    )


def _facts(_: str) -> dict[str, Any]:
    from PySide6.QtWidgets import QApplication, QFileDialog

    window = _window()
    if (
        window is None
        or not window.views.ct_views
        or (not window.isActiveWindow() and not QApplication.activeModalWidget())
    ):
        return {"ready": False}
    case, opening = window.case, window.opening
    listed = [] if opening.shown_study is None else [entry.series for entry in opening.shown_study.entries]
    return {
        "ready": True,
        "dialog": isinstance(QApplication.activeModalWidget(), QFileDialog),
        "series": [series.description for series in listed],
        "open": next((series.description for series in listed if series.name == opening.open_name), None),
        "busy": opening.busy,
        "suggested": None if case.suggestion is None else repr(case.suggestion.roi),
        "roi": None if case.marks.roi is None else repr(case.marks.roi),
        "range": None if case.marks.span is None else [case.marks.span.low_mm, case.marks.span.high_mm],
        "slice": window.display.index,
        "labels": sorted(case.done.labels.values()),
        "own": None if case.own_verdict is None else str(case.own_verdict),
        "judged": case.result_state.value,
        "unsaved": case.unsaved,
    }


def _focused(name: str) -> bool:
    window = _window()
    return bool({"series": window.series_step.list, "own": window.report_step.answer}[name].hasFocus())


def _picture(path: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QColor, QCursor, QPainter, QPen
    from PySide6.QtWidgets import QApplication

    picture = QApplication.primaryScreen().grabWindow(0)
    painter = QPainter(picture)  # the pointer is not in the picture of a screen
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(Qt.GlobalColor.magenta), 2))
    painter.drawEllipse(QCursor.pos(), 6, 6)
    painter.end()
    picture.save(path)


def _place(name: str) -> tuple[int, int] | None:
    """The middle of something on the screen; None while it cannot be seen."""
    from PySide6.QtCore import QPoint, QRect
    from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialogButtonBox, QPushButton, QToolButton, QWidget

    from desktop.viewer.pictures.range import End, RangeHandle
    from desktop.viewer.pictures.roi import RoiRectangle

    window = _window()

    def middle(widget: QWidget | None, area: QRect | None = None) -> tuple[int, int] | None:
        if widget is None or not widget.isVisible():
            return None
        point = (widget.rect() if area is None else area).center()
        if not widget.visibleRegion().contains(point):
            return None
        there: QPoint = widget.mapToGlobal(point)
        return there.x(), there.y()

    def row(view: QAbstractItemView, number: int) -> tuple[int, int] | None:
        index = view.model().index(number, getattr(view, "modelColumn", lambda: 0)(), view.rootIndex())
        return middle(view.viewport(), view.visualRect(index))

    def item(view: Any, kind: Any, fits: Callable[[Any], bool], area: Callable[[Any], Any]) -> tuple[int, int] | None:
        found = [one for one in view.items() if isinstance(one, kind) and one.isVisible() and fits(one)]
        return middle(view.viewport(), area(found[0]).toRect()) if found else None

    def entry(text: str) -> tuple[int, int] | None:
        for view in QApplication.activeModalWidget().findChildren(QAbstractItemView):
            if view.objectName() in ("listView", "treeView") and view.isVisible():
                rows = range(view.model().rowCount(view.rootIndex()))
                names = [view.model().index(number, 0, view.rootIndex()).data() for number in rows]
                return row(view, names.index(text)) if text in names else None
        return None

    def confirm() -> tuple[int, int] | None:
        buttons = QApplication.activeModalWidget().findChild(QDialogButtonBox).buttons()
        accepting = [one for one in buttons if isinstance(one, QPushButton) and one.isDefault()]
        return middle(accepting[0]) if accepting else None

    def command(name: str) -> tuple[int, int] | None:
        menu = window.menuBar().actions()[0].menu()
        return middle(menu, menu.actionGeometry(window.actions_by_name[name]))

    places: dict[str, Callable[[str], tuple[int, int] | None]] = {
        "open_files": lambda _: middle(window.start_page.buttons[1]),
        "entry": entry,
        "confirm": lambda _: confirm(),
        "up": lambda _: middle(QApplication.activeModalWidget().findChild(QToolButton, "toParentButton")),
        "steps": lambda _: middle(window.series_step.list),
        "series": lambda number: row(window.series_step.list, int(number)),
        "accept": lambda _: middle(window.range_step.accept),
        "axial": lambda _: middle(window.views.axial.viewport()),
        "roi": lambda _: item(window.views.axial, RoiRectangle, lambda one: True, lambda one: one.shown),
        "upper_end": lambda _: item(
            window.views.sagittal, RangeHandle, lambda one: one.end is End.HIGH, lambda one: one.area
        ),
        "positive": lambda _: middle(window.report_step.labels.positive),
        "negative": lambda _: middle(window.report_step.labels.negative),
        "analyse": lambda _: middle(window.result_step.analyse),
        "cautions": lambda _: middle(window.result_step.banner.fold),
        "own": lambda _: middle(window.report_step.answer),
        "choice": lambda number: row(window.report_step.answer.view(), int(number)),
        "save_report": lambda _: middle(window.report_step.report),
        "save_reading": lambda _: middle(window.report_step.reading),
        "menu": lambda _: middle(window.menuBar(), window.menuBar().actionGeometry(window.menuBar().actions()[0])),
        "command": command,
    }
    kind, _, which = name.partition(":")
    return places[kind](which)


_ANSWERS: dict[str, Callable[[str], Any]] = {
    "facts": _facts,
    "focused": _focused,
    "picture": _picture,
    "place": _place,
}


if __name__ == "__main__":
    sys.exit(main())
