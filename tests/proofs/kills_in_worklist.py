"""Proof that a kill at any moment of work in a project costs at most the last second, and never the project.

The application opens a project in a process of its own, and a hand within it works with real keys and clicks: it adds
cases, goes from one to the next, accepts what is suggested, labels slices, moves the ends of the range and answers.
What is on the desk after each is written into a log before the next. The process is killed (SIGKILL) at a moment drawn
by chance, and begun again on the same project. After each kill the project has to be sound, every case that was listed
has to be there, and what it holds of each case that was worked on has to be a state of the log that no change older
than a second has followed. Drafts, which hold more, are not counted.

`python tests/proofs/kills_in_worklist.py [--kills 20]`. Exit status 0: it held for every kill, and most kills came when
something was done: else nothing was proved. POSIX.
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
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep, time

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from kills_while_marking import LOST_S, NOTHING, Key, Modifier, begin_with, state_of, the_window, wait_until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from desktop.phantoms import draw_phantom, write_series
from desktop.project import cases, entries
from desktop.project.checking import check
from desktop.project.database import Project
from desktop.viewer.desk.case import Done, Marks
from desktop.viewer.panels.dialogs import FileDialogs
from desktop.viewer.window import MainWindow
from training.cohort.selection import slices_of

STUDIES = 5
SLICES = 24
SEED = 4242
READER = "A"

LATEST_S = 8.0
"""Kills are drawn from the first change until then."""

STARTING_S = 120.0


class Hand:
    """Works in a project until it is killed."""

    def __init__(self, window: MainWindow, place: Path, chance: random.Random) -> None:
        self._window, self._place, self._chance = window, place, chance
        self._log = os.open(place / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._last: tuple[str, str] = ("", "")
        self._listed: set[str] = set()

    def note(self) -> None:
        """Write down what is on the desk, and which cases are listed, if that is new."""
        for row in self._window.department.rows():
            if row.id not in self._listed:
                self._listed.add(row.id)
                self._write("listed", row.id)
        current = self._window.department.current
        if current is not None:
            state = current.id, state_of(self._window.case.done)
            if state != self._last:
                self._last = state
                self._write(*state)

    def _write(self, what: str, state: str) -> None:
        os.write(self._log, f"{json.dumps([time(), what, state])}\n".encode())

    def open_project(self) -> None:
        """Open the project by its button in the worklist."""
        FileDialogs.project = lambda dialogs, title: self._place / "d.clivus"  # type: ignore[method-assign]
        QInputDialog.getText = lambda *_: (READER, True)  # type: ignore[method-assign,assignment]
        QTest.keyClick(self._window, Key.Key_F7)
        QTest.mouseClick(self._window.worklist.open_project, Qt.MouseButton.LeftButton)
        self.note()

    def act(self) -> None:
        """Do one thing that a reader does."""
        window, axial = self._window, self._window.views.axial
        if window.department.current is None or self._chance.random() < 0.1:
            if self._chance.random() < 0.4 or not window.department.rows():
                self.add()
            else:
                self.next_case()
            return
        things = (
            (Key.Key_A, Modifier.NoModifier),
            (Key.Key_P, Modifier.NoModifier),
            (Key.Key_N, Modifier.NoModifier),
            (Key.Key_P, Modifier.ShiftModifier),
            (Key.Key_BracketLeft, Modifier.NoModifier),
            (Key.Key_BracketRight, Modifier.NoModifier),
            (Key.Key_K, Modifier.NoModifier),
            (Key.Key_Left, Modifier.ControlModifier),
            (Key.Key_Z, Modifier.ControlModifier),
        )
        axial.setFocus()
        for _ in range(self._chance.randint(0, 3)):
            QTest.keyClick(axial, self._chance.choice((Key.Key_Up, Key.Key_Down)))
        QTest.keyClick(axial, *self._chance.choice(things))
        if self._chance.random() < 0.2:
            answer = window.report_step.answer
            answer.setFocus()
            QTest.keyClick(answer, self._chance.choice((Key.Key_Down, Key.Key_Up)))

    def next_case(self) -> None:
        """The next case without an answer, or the one before; any of the list, once all are answered."""
        page, rows = self._window.worklist, self._window.department.rows()
        if self._window.department.next_case(1) is None:
            page.show()
            page.view.selectRow(self._chance.randrange(len(rows)))
            QTest.keyClick(page.view, Key.Key_Return)
            wait_until(lambda: not self._window.opening.busy)
            return
        page.hide()
        back = self._chance.random() < 0.3
        QTest.keyClick(self._window, Key.Key_F8, Modifier.ShiftModifier if back else Modifier.NoModifier)
        wait_until(lambda: not self._window.opening.busy)

    def add(self) -> None:
        """Add the cases of a folder by the button; the work goes on meanwhile."""
        if self._window.department.adding:
            return
        folder = self._place / f"study {self._chance.randrange(STUDIES)}"
        FileDialogs.folder = lambda dialogs, title: folder  # type: ignore[method-assign]
        self._window.worklist.show()
        QTest.mouseClick(self._window.worklist.add_cases, Qt.MouseButton.LeftButton)
        QTest.qWait(50)


def work(place: Path, seed: int) -> None:
    """Start the application, open the project, and work until killed."""
    chance = random.Random(seed)

    def begin() -> None:
        wait_until(the_window)
        window = the_window()
        assert window is not None
        wait_until(lambda: window.views.ct_views)
        hand = Hand(window, place, chance)
        hand.open_project()
        while True:
            hand.act()
            hand.note()
            QTest.qWait(chance.randint(0, 300))

    begin_with([], begin)


@dataclass(frozen=True)
class Kill:
    """What a kill left.

    Attributes:
        changes: how many states were written down since the start.
        lost_s: age of the oldest change that is missing, 0 if none is.
        wrong: what must not be, in words.
    """

    changes: int
    lost_s: float
    wrong: tuple[str, ...]


def killed(place: Path, seed: int, after_s: float) -> Kill:
    """Work, kill after so many seconds, look at the project."""
    log = place / "log"
    log.touch()
    before = log.stat().st_size
    environment = os.environ | {"HOME": str(place), "TMPDIR": str(place), "ORT_DISABLE_TELEMETRY": "1"}
    environment |= {f"XDG_{name}_HOME": str(place / name) for name in ("CACHE", "CONFIG", "DATA")}
    command = [sys.executable, __file__, "--work", str(place), str(seed)]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    began = monotonic()
    while running.poll() is None and not _at_work(log, before) and monotonic() - began < STARTING_S:
        sleep(0.01)
    sleep(after_s)
    if running.poll() is not None:
        raise RuntimeError("the application ended by itself")
    at = time()
    running.kill()
    running.wait()
    lines = [json.loads(line) for line in log.read_bytes()[before:].decode().splitlines()]
    listed = {state for _, what, state in lines if what == "listed"}
    states: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for when, what, state in lines:
        if what != "listed":
            states[what].append((when, state))
    with Project.open(place / "d.clivus") as project:
        sound = check(project)
        there = {case.id: case for case in cases.every(project)}
        wrong = [f"not sound: {fault}" for fault in sound.faults]
        wrong += [f"case {own} is missing" for own in listed - there.keys()]
        lost = [_lost(project, there[own], found, at, wrong) for own, found in states.items() if own in there]
    return Kill(sum(map(len, states.values())), max(lost, default=0.0), tuple(wrong))


def _at_work(log: Path, before: int) -> bool:
    """Whether a case was opened since the start, and then changed."""
    changes = [line for line in log.read_bytes()[before:].splitlines() if b'"listed"' not in line]
    return len(changes) > 1


def _lost(project: Project, case: cases.Case, found: list[tuple[float, str]], at: float, wrong: list[str]) -> float:
    """Age of the oldest change of a case that the project lacks."""
    kept = entries.of_reader(project, case, READER)
    state = NOTHING
    if len(kept) > 1:
        wrong.append(f"two edits of {case.key}")
    if kept:
        entry = kept[-1].entry
        marks = Marks(entry.roi, entry.low_mm, entry.high_mm, entry.measurements)
        state = state_of(Done(marks, entry.verdict, dict(entry.slice_labels)))
    known = [text for _, text in found]
    if state not in known:
        if found[0][1] != NOTHING or kept:
            wrong.append(f"case {case.key} was never as it is kept")
        return 0.0
    last = len(known) - 1 - known[::-1].index(state)
    return 0.0 if last == len(known) - 1 else at - found[last + 1][0]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the proof; 0 if all held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, metavar="N", help="default %(default)s")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of hand and moments; default 0")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args(argv)
    if asked.work:
        work(Path(asked.work[0]), int(asked.work[1]))
    moments = random.Random(asked.seed)
    kills: list[Kill] = []
    with tempfile.TemporaryDirectory(prefix="kills-") as text:
        place = Path(text)
        for number in range(STUDIES):
            phantom = draw_phantom(SEED + number, invaded=bool(number % 2))
            first = max(0, slices_of(phantom)[0] - 3)
            write_series(phantom, place / f"study {number}", slice(first, first + SLICES))
        Project.create(place / "d.clivus").close()
        for number in range(asked.kills):
            moment = moments.uniform(0, LATEST_S)
            kill = killed(place, asked.seed + number, moment)
            kills.append(kill)
            told = "; ".join(kill.wrong) or "sound"
            print(
                f"{number + 1}: after {moment:.2f} s, {kill.changes} states; lost {kill.lost_s:.2f} s; {told}",
                flush=True,
            )
        with Project.open(place / "d.clivus") as project:
            numbers = check(project).numbers
    lost = [kill.lost_s for kill in kills]
    wrong = sum(bool(kill.wrong) or kill.lost_s > LOST_S for kill in kills)
    at_work = sum(kill.changes > 1 for kill in kills)
    print(f"{len(kills)} kills, {at_work} of them at work; {lost.count(0.0)} lost nothing, {wrong} wrong")
    print(f"Oldest change lost: median {statistics.median(lost):.2f} s, most {max(lost):.2f} s")
    print(f"{numbers['cases']} cases, {numbers['entries']} readings, {numbers['events']} events")
    if at_work < len(kills) / 2:
        print("Nothing was proved: most kills came when nothing was done.")
    return 1 if wrong or at_work < len(kills) / 2 else 0


if __name__ == "__main__":
    sys.exit(main())
