"""Proof of a department's way from its CTs to figures of readers and of its own model, nothing of it written by hand.

`python tests/proofs/department_journey.py [--patients 40] [--out FOLDER] [--weights W]`: phantoms are drawn, some
with two series. In the real window two simulated readers, who know the truth and are wrong now and then, begin a
project, add the CTs, accept what is suggested, label slices and answer, with keys and clicks alone; they settle what
differs. Then they answer a reader study, without the model and, 60 days later by the project's clock, with it. What
comes out goes into `clivus-train cohort check`, `fit` and `evaluate --readers`.

It tells how many keys and clicks a case takes, beside those that it takes with file dialogs and without a project, and
exits with 1 where a step is not reached or a command refuses what the one before wrote. About half an hour for 40
patients on two cores.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from person import Key, Modifier, Person, WayLost, wait_for
from PySide6.QtWidgets import QApplication

from desktop.phantoms import Phantom, write_series
from desktop.phantoms.series_files import instance_uid, series_uid
from desktop.project.reader_study import WASHOUT_DAYS, Arm
from desktop.project.states import State
from desktop.reading.run import Verdict
from desktop.viewer.desk.labelling import label_of
from desktop.viewer.panels.begin_study import BeginStudy
from desktop.viewer.style import dress
from desktop.viewer.window import MainWindow
from training.cohort.kinds import KINDS, LEARNED
from training.cohort.selection import series_of_head

FIRST_SEED = 970_000
"""Heads that no model has learned from."""

TWICE_EVERY = 8
"""Of so many patients one has a series with and one without contrast."""

CLINIC, READERS = "clinic.clivus", ("A", "B")

WRONG = {"A": (5, 17), "B": (9,)}
"""The patients, by number, whose verdict a reader has wrong."""

STUDY = "With and without the model"
"""As the dialog proposes."""


@dataclass(frozen=True)
class Truth:
    """What is true of a series.

    Attributes:
        patient: its number, from 0.
        invaded: by SOPInstanceUID of the slice.
    """

    patient: int
    invaded: Mapping[str, bool]

    @property
    def positive(self) -> bool:
        """Whether the tumour invades anywhere."""
        return any(self.invaded.values())


def main(argv: Sequence[str] | None = None) -> int:
    """Go the way, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=40)
    parser.add_argument("--out", type=Path, help="keep everything in this folder")
    parser.add_argument("--weights", default="shipped", help="for `clivus-train fit`")
    options = parser.parse_args(argv)
    kept = nullcontext(str(options.out)) if options.out else tempfile.TemporaryDirectory(prefix="department-")
    with kept as name:
        folder = Path(name).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        for variable, place in (("HOME", "home"), ("XDG_DATA_HOME", "home/data"), ("XDG_CONFIG_HOME", "home/config")):
            (folder / place).mkdir(parents=True, exist_ok=True)
            os.environ[variable] = str(folder / place)
        try:
            truth = draw(folder / "CTs", options.patients)
            in_the_window(folder, truth)
            by_command(folder, options.weights)
        except WayLost as lost:
            print(f"FAULT {lost}")
            return 1
    print("PASS")
    return 0


def draw(folder: Path, patients: int) -> dict[str, Truth]:
    """Write the CTs, whole heads, and tell what is true of each series, by its UID."""
    truth = {}
    for number in range(patients):
        phases = (False, True) if number % TWICE_EVERY == 0 else (True,)
        for phantom in series_of_head(FIRST_SEED + number, bool(number % 2), phases, KINDS[LEARNED]):
            uid = str(series_uid(phantom))
            if not (folder / uid).is_dir():
                write_series(phantom, folder / uid)
            truth[uid] = Truth(number, _slices(phantom))
    print(f"{len(truth)} series of {patients} patients", flush=True)
    return truth


def _slices(phantom: Phantom) -> dict[str, bool]:
    return {str(instance_uid(phantom, index)): bool(one) for index, one in enumerate(phantom.truth.slice_invaded)}


def in_the_window(folder: Path, truth: Mapping[str, Truth]) -> None:
    """Everything that people do."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setApplicationName("Clivus")
    dress(app)
    window = MainWindow()
    window.resize(1366, 768)
    window.show()
    wait_for("the window", lambda: window.views.ct_views and window.judging.network is not None)
    person = Person(window)
    try:
        _without_a_project(person, folder, truth)
        _begin(person, folder)
        for reader in READERS:
            _read_all(person, folder, truth, reader)
        _settle(person, truth)
        _begin_study(person)
        for arm, day in ((Arm.UNAIDED, 0), (Arm.AIDED, WASHOUT_DAYS + 1)):
            for reader in READERS:
                _answer_all(person, folder, truth, reader, arm, day)
    except WayLost as lost:
        raise WayLost(f"{lost}; the window says: {window.message.label.text()!r}") from None
    finally:
        window.close()


def _without_a_project(person: Person, folder: Path, truth: Mapping[str, Truth]) -> None:
    """One case as it is read without a project: a dialog to open it, and one to save it under a name."""
    uid = next(uid for uid, one in truth.items() if one.positive)
    before = person.steps
    page = person.window.start_page
    person.click_and_answer(page.buttons[0], str(folder / "CTs" / uid))
    _suggested(person)
    _mark_and_answer(person, truth[uid], truth[uid].positive)
    person.press(Key.Key_S, Modifier.ControlModifier)
    wait_for("the reading", lambda: not person.window.case.unsaved)
    print(
        f"one case with file dialogs: {person.steps - before} keys and clicks, and {person.typed} letters of its path",
        flush=True,
    )


def _begin(person: Person, folder: Path) -> None:
    window = person.window
    person.press(Key.Key_F7)
    page = window.worklist
    before = person.steps
    person.click_and_answer(page.new_project, str(folder / CLINIC), READERS[0])
    wait_for("the project", lambda: window.department.project is not None)
    person.click_and_answer(page.add_cases, str(folder / "CTs"))
    wait_for("the cases", lambda: window.department.rows() and not window.department.adding)
    print(
        f"project begun, {len(window.department.rows())} cases added: {person.steps - before} keys and clicks",
        flush=True,
    )
    person.press(Key.Key_F7)


def _read_all(person: Person, folder: Path, truth: Mapping[str, Truth], reader: str) -> None:
    """One reader's whole worklist."""
    window = person.window
    department = window.department
    if department.reader != reader:
        person.press(Key.Key_F7)
        person.click_and_answer(window.worklist.open_project, str(folder / CLINIC), reader)
        wait_for("the other reader", lambda: department.reader == reader)
        person.press(Key.Key_F7)
    before, done = person.steps, 0
    keys, clicks = person.keys, person.clicks
    while any(row.own is not State.ANSWERED for row in department.rows()):
        current = department.current
        person.press(Key.Key_F8)
        wait_for("the next case", lambda current=current: department.current not in (None, current))
        _suggested(person)
        assert department.current is not None
        own = truth[department.current.series_uid]
        verdict = own.positive is not (own.patient in WRONG[reader])
        _mark_and_answer(person, own, verdict)
        wait_for("the answer in the project", lambda: not window.case.unsaved)
        done += 1
    print(
        f"reader {reader}: {done} cases, {(person.steps - before) / done:.1f} keys and clicks a case "
        f"({person.keys - keys} keys, {person.clicks - clicks} clicks)",
        flush=True,
    )


def _suggested(person: Person) -> None:
    case = person.window.case
    wait_for("the suggestion", lambda: case.suggestion is not None or case.no_suggestion is not None)


def _mark_and_answer(person: Person, truth: Truth, verdict: bool) -> None:
    """Accept what is suggested, label the slices of the range, give the verdict."""
    window = person.window
    person.press(Key.Key_A)
    wait_for("the marks", lambda: window.case.marks.span is not None and window.case.marks.roi is not None)
    volume, span = window.case.volume, window.case.marks.span
    assert volume is not None
    assert span is not None
    inside = span.indices(volume.geometry.positions_mm)
    slices = volume.series.slices
    seen = [index for index in inside if truth.invaded.get(slices[index].sop_instance_uid, False)] if verdict else []
    if verdict and not seen:  # a reader who is wrong sees something that is not there
        seen = list(inside[:2])
    person.press(Key.Key_N, Modifier.ShiftModifier)
    for index in seen:
        _go_to(person, index)
        person.press(Key.Key_P)
    person.press(Key.Key_P if verdict else Key.Key_N, Modifier.ControlModifier)
    wait_for("the labels", lambda: all(label_of(window.case, index) is (index in seen) for index in inside))


def _go_to(person: Person, index: int) -> None:
    display = person.window.display
    person.window.views.axial.setFocus()  # where the keyboard is once a series has opened
    while display.index != index:
        away = index - display.index
        key = Key.Key_Up if away > 0 else Key.Key_Down
        person.press(key, Modifier.ShiftModifier if abs(away) >= 10 else Modifier.NoModifier)


def _settle(person: Person, truth: Mapping[str, Truth]) -> None:
    """Both readers together, through all cases in which they differ."""
    window = person.window
    department, page = window.department, window.worklist
    person.press(Key.Key_F7)
    person.click(page.settle)
    before, settled = person.steps, 0
    while any(row.whole is State.IN_CONFLICT for row in department.rows()):
        if page.isHidden():
            person.press(Key.Key_F7)
        own = department.next_case(1)
        if department.current is None or department.current.id != own:
            person.click(page.go_on)
            wait_for("the case", lambda own=own: department.current is not None and department.current.id == own)
        _suggested(person)
        assert department.current is not None
        one = truth[department.current.series_uid]
        if window.case.own_verdict is (Verdict.POSITIVE if one.positive else Verdict.NEGATIVE):
            person.click(window.settling_bar.as_shown)
        else:
            _mark_and_answer(person, one, one.positive)
        settled += 1
        wait_for("that it is settled", lambda: department.shown is not None and not window.case.unsaved)
    print(
        f"{settled} cases settled: {(person.steps - before) / max(settled, 1):.1f} keys and clicks a case", flush=True
    )
    if page.isHidden():
        person.press(Key.Key_F7)
    person.click(page.settle)
    person.press(Key.Key_F7)


def _begin_study(person: Person) -> None:
    """The protocol, in its dialog."""
    window = person.window

    def fill(dialog: BeginStudy) -> None:
        for box in dialog.readers:
            person.click(box)
        person.click(dialog.go)

    person.press(Key.Key_F7)
    before = person.steps
    person.click_and_fill(window.worklist.begin_study, BeginStudy, fill)
    study = window.answering.study
    if study is None:
        raise WayLost("the study was not begun")
    print(f"study {study.name!r} begun: {person.steps - before} keys and clicks", flush=True)


def _answer_all(person: Person, folder: Path, truth: Mapping[str, Truth], reader: str, arm: Arm, day: int) -> None:
    """One reader's whole arm, so many days after today."""
    window = person.window
    department, answering, page = window.department, window.answering, window.worklist
    if page.isHidden():
        person.press(Key.Key_F7)
    person.click_and_answer(page.open_project, str(folder / CLINIC), reader)
    project = department.project
    assert project is not None
    project._clock = lambda: datetime.now(UTC) + timedelta(days=day)
    if answering.study is None:
        person.choose(page.studies, 1)
    wait_for("the arm", lambda: answering.study is not None and answering.arm is arm)
    before, done, count = person.steps, 0, len(answering.order())
    person.press(Key.Key_F8)
    while done < count:
        wait_for("a case of the study", lambda: answering.answer is not None and not answering.answer.whole)
        if arm is Arm.AIDED:
            wait_for("the model's answer", lambda: window.case.result is not None or window.judging.blocker())
        assert answering.current is not None
        own, current = truth[answering.current.series_uid], answering.current.id
        doubtful = own.patient in WRONG[reader] and arm is Arm.UNAIDED
        verdict = own.positive is not doubtful
        person.press(Key.Key_P if verdict else Key.Key_N)
        person.press((Key.Key_5 if verdict else Key.Key_1) if not doubtful else Key.Key_3, Modifier.ControlModifier)
        person.press(Key.Key_Right if verdict else Key.Key_Left, Modifier.ControlModifier, times=2 + own.patient % 5)
        person.press(Key.Key_Return, Modifier.ControlModifier)
        done += 1
        wait_for(
            "the next case",
            lambda current=current: answering.current is None or answering.current.id != current,
        )
    print(f"reader {reader}, {arm.value}: {(person.steps - before) / count:.1f} keys and clicks a case", flush=True)


def by_command(folder: Path, weights: str) -> None:
    """What takes the project from here on."""
    cohort, run, clinic = folder / "cohort", folder / "run", folder / CLINIC
    split = folder / "split.json"
    _clivus("project", "check", clinic)
    _clivus("project", "agreement", clinic, *READERS)
    _clivus("project", "export", clinic, cohort)
    _train("cohort", "check", cohort)
    _train("cohort", "split", cohort, "--out", split)
    _train("fit", cohort, "--split", split, "--out", run, "--weights", weights)
    _clivus("study", "export", clinic, STUDY, folder / "tables")
    readers = folder / "tables" / "readers.csv"
    _train("evaluate", run, cohort, "--split", split, "--readers", readers, "--out", folder / "evaluation")


def _clivus(*words: object) -> None:
    _run("desktop.cli", "clivus", words)


def _train(*words: object) -> None:
    _run("training.cli", "clivus-train", words)


def _run(module: str, command: str, words: Sequence[object]) -> None:
    start = f"import sys; from {module} import main; sys.exit(main())"
    line = [sys.executable, "-c", start, *map(str, words)]
    done = subprocess.run(line, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    print(f"{command} {words[0]} {words[1]}: exit status {done.returncode}\n{done.stdout.rstrip()}", flush=True)
    if done.returncode:
        raise WayLost(f"{command} {' '.join(line[3:])}: {done.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(main())
