"""Proof that a kill at any moment of marking loses at most the last second, and that the next start offers the rest.

The application opens a phantom in a process of its own, and a hand within it marks with mouse and keys: range, ROI, key
rectangles, slice labels, measurements, the reader's verdict, undone steps, and drags that stop half-way. What is marked
after each is written into a log before the next. The process is killed (SIGKILL) at a moment drawn by chance. Then the
application is started again: the start page must offer unsaved marks, and what comes back with their series must be a
state of the log that no change older than a second has followed.

Exit status 0: it held for every kill, and most kills came when something was marked: else nothing was proved. POSIX.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep, time
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.cli import main as clivus
from desktop.phantoms import draw_phantom, write_series
from desktop.reading.as_json import Notes, notes_as_json, roi_as_json
from desktop.viewer.desk.case import Done
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.pictures.roi import RoiRectangle
from desktop.viewer.window import MainWindow
from training.cohort.selection import slices_of

SEED = 4242
SLICES = 30
LOST_S = 1.0
"""What may be missing."""

LATEST_S = 8.0
"""Kills are drawn from the first change until then."""

STARTING_S = 120.0
"""In which each start must be done; a slow machine with other work takes half a minute."""

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def state_of(done: Done) -> str:
    """All that is marked, as text that is equal where the marks are."""
    marks = done.marks
    parts: dict[str, Any] = {
        "roi": None if marks.roi is None else roi_as_json(marks.roi),
        "range": [marks.low_mm, marks.high_mm],
        **notes_as_json(
            Notes(done.own_verdict, done.labels, marks.measurements, key_slices=done.key_slices, remark=done.remark)
        ),
    }
    parts["slice_labels"] = sorted(map(str, parts["slice_labels"]))
    return json.dumps(parts)


NOTHING = state_of(Done())


def the_window() -> MainWindow | None:
    """The application's window, once there is one."""
    return next((one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)), None)


def wait_until(condition: Callable[[], object]) -> None:
    """Let the application go on until something is so."""
    until = monotonic() + STARTING_S
    while not condition():
        if monotonic() > until:
            os._exit(1)
        QTest.qWait(20)


class Marker:
    """The hand, and the log of what it has marked."""

    def __init__(self, window: MainWindow, log: Path, chance: random.Random) -> None:
        self._window, self._chance = window, chance
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._state = NOTHING

    def note(self) -> None:
        """Write down what is marked, if it is other than before."""
        state = state_of(self._window.case.done)
        if state != self._state:
            self._state = state
            os.write(self._log, f"{json.dumps([time(), state])}\n".encode())

    def act(self) -> None:
        """Do one thing that a reader does."""
        things = (
            self.range,
            self.roi,
            self.nudge,
            self.key_rectangle,
            self.label,
            self.measure,
            self.answer,
            self.undo,
        )
        self._chance.choice(things)()
        self.note()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
        self._window.views.axial.setFocus()
        QTest.keyClick(self._window.views.axial, key, modifier)
        self.note()

    def go(self) -> None:
        for _ in range(self._chance.randint(1, 5)):
            self.press(self._chance.choice((Key.Key_Up, Key.Key_Down)))

    def range(self) -> None:
        self.go()
        self.press(self._chance.choice((Key.Key_BracketLeft, Key.Key_BracketRight)))

    def key_rectangle(self) -> None:
        self.go()
        self.press(Key.Key_K)

    def label(self) -> None:
        self.go()
        many = self._chance.random() < 0.2
        shift = Modifier.ShiftModifier if many else Modifier.NoModifier
        self.press(self._chance.choice((Key.Key_P, Key.Key_N)), shift)

    def nudge(self) -> None:
        keys = Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down
        for _ in range(self._chance.randint(1, 6)):
            self.press(self._chance.choice(keys), Modifier.ControlModifier)

    def undo(self) -> None:
        self.press(self._chance.choice((Key.Key_Z, Key.Key_Z, Key.Key_Y)), Modifier.ControlModifier)

    def answer(self) -> None:
        box = self._window.report_step.answer
        box.setFocus()
        QTest.keyClick(box, self._chance.choice((Key.Key_Down, Key.Key_Up)))

    def roi(self) -> None:
        rectangles = [item for item in self._window.views.axial.items() if isinstance(item, RoiRectangle)]
        self._drag(rectangles[0].shown.center())

    def measure(self) -> None:
        self.press(Key.Key_D)
        middle = QPointF(self._window.views.axial.viewport().rect().center())
        self._drag(middle + QPointF(self._chance.randint(-150, 150), self._chance.randint(-150, 150)))
        self.press(Key.Key_D)

    def _drag(self, start: QPointF) -> None:
        """A drag that stops half-way for a while, and is sometimes cancelled."""
        view = self._window.views.axial.viewport()
        end = start + QPointF(self._chance.randint(10, 40), self._chance.randint(-30, 30))
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start.toPoint())
        for share in (0.3, 0.6):
            self._move(view, start + (end - start) * share)
            QTest.qWait(self._chance.randint(0, 300))
        self._move(view, end)
        if self._chance.random() < 0.3:
            QTest.keyClick(self._window.views.axial, Key.Key_Escape)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end.toPoint())
        self.note()

    @staticmethod
    def _move(view: QWidget, to: QPointF) -> None:
        none, held = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
        where = view.mapToGlobal(to)
        QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, to, where, none, held, Modifier.NoModifier))


def mark(study: Path, log: Path, seed: int) -> None:
    """Start the application and mark until it is killed."""
    chance = random.Random(seed)

    def begin() -> None:
        wait_until(the_window)
        window = the_window()
        assert window is not None
        wait_until(lambda: window.case.volume is not None and window.views.ct_views)
        marker = Marker(window, log, chance)
        while True:
            marker.act()
            QTest.qWait(chance.randint(0, 400))

    begin_with([str(study)], begin)


def look(study: Path, found: Path) -> None:
    """Start the application, take over what the start page offers, and write down what is marked then."""

    def begin() -> None:
        wait_until(the_window)
        window = the_window()
        assert window is not None
        wait_until(lambda: window.start_page.isVisible() and window.views.ct_views)
        offered, state = window.start_page.buttons[0], NOTHING
        if "Unsaved marks" in offered.text():
            FileDialogs.folder = lambda dialogs, title: study  # type: ignore[method-assign]
            QTest.mouseClick(offered, Qt.MouseButton.LeftButton)
            wait_until(lambda: window.case.volume is not None and window.offer.isVisible())
            QTest.mouseClick(window.offer.take, Qt.MouseButton.LeftButton)
            state = state_of(window.case.done)
        found.write_text(state)
        os._exit(0)

    begin_with([], begin)


def begin_with(words: list[str], begin: Callable[[], None]) -> None:
    """Start the application with a hand in it."""
    application = QApplication(sys.argv[:1])
    QTimer.singleShot(0, application, begin)
    sys.exit(clivus(words))


@dataclass(frozen=True)
class Kill:
    """What a kill left.

    Attributes:
        marked: what was marked when it came.
        offered: what the next start offered.
        lost_s: age of the oldest change that is missing, 0 if none is; None where what is offered was never marked.
    """

    marked: str
    offered: str
    lost_s: float | None


def killed(study: Path, home: Path, seed: int, after_s: float) -> Kill:
    """Mark, kill after so many seconds, start again."""
    home.mkdir()
    log, found = home / "log", home / "found"
    environment = os.environ | {"HOME": str(home), "TMPDIR": str(home), "ORT_DISABLE_TELEMETRY": "1"}
    environment |= {f"XDG_{name}_HOME": str(home / name) for name in ("CACHE", "CONFIG", "DATA")}

    def start(*words: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, __file__, *map(str, words)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    running = start("--mark", study, log, seed)
    while running.poll() is None and not (log.exists() and log.stat().st_size):
        sleep(0.01)
    sleep(after_s)
    if running.poll() is not None:
        raise RuntimeError("the application ended by itself")
    at = time()
    running.kill()
    running.wait()
    if start("--look", study, found).wait() != 0:
        raise RuntimeError("the application could not be started again")
    lines = [(0.0, NOTHING), *map(json.loads, log.read_text().splitlines())]
    offered = found.read_text()
    states = [state for _, state in lines]
    if offered not in states:
        return Kill(states[-1], offered, None)
    last = len(states) - 1 - states[::-1].index(offered)
    return Kill(states[-1], offered, 0.0 if last == len(states) - 1 else at - lines[last + 1][0])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the proof; 0 if all held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="default %(default)s")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of hand and moments; default 0")
    parser.add_argument("--mark", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--look", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args(argv)
    if asked.mark:
        mark(Path(asked.mark[0]), Path(asked.mark[1]), int(asked.mark[2]))
    if asked.look:
        look(*map(Path, asked.look))
    moments = random.Random(asked.seed)
    kills: list[Kill] = []
    with tempfile.TemporaryDirectory(prefix="kills-") as text:
        place = Path(text)
        phantom = draw_phantom(SEED, invaded=True)
        first = max(0, slices_of(phantom)[0] - 5)
        write_series(phantom, place / "study", slice(first, first + SLICES))
        for number in range(asked.kills):
            moment = moments.uniform(0, LATEST_S)
            kill = killed(place / "study", place / str(number), asked.seed + number, moment)
            kills.append(kill)
            lost = "was never marked" if kill.lost_s is None else f"oldest change lost: {kill.lost_s:.2f} s"
            print(f"{number + 1}: killed after {moment:.2f} s; {lost}", flush=True)
            if kill.lost_s is None:
                print(f"  marked:  {kill.marked}\n  offered: {kill.offered}")
    ages = [kill.lost_s for kill in kills if kill.lost_s is not None]
    wrong = sum(kill.lost_s is None or kill.lost_s > LOST_S for kill in kills)
    whole, marked = ages.count(0.0), sum(kill.marked != NOTHING for kill in kills)
    print(f"{len(kills)} kills, {marked} of them with marks; {whole} lost nothing")
    if ages:
        print(f"Oldest change lost: median {statistics.median(ages):.2f} s, most {max(ages):.2f} s; {wrong} wrong")
    if marked < len(kills) / 2:
        print("Nothing was proved: most kills came when nothing was marked.")
    return 1 if wrong or marked < len(kills) / 2 else 0


if __name__ == "__main__":
    sys.exit(main())
