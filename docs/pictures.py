"""Draw the pictures of the README and the guide: docs/window.png and docs/pictures, from synthetic heads alone.

    python docs/pictures.py [NAME ...]

It needs no screen. A quarter of an hour: the head is analysed in two windows, and a model is learned. With names of
pictures, such as `worklist`, only those are written; what leads to them is done all the same.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QApplication, QWidget

import desktop.viewer.window as module
from desktop.commands.demo import make_demo
from desktop.headless.learner import Told
from desktop.messages import OWN_VARIABLE, choose
from desktop.phantoms import Phantom, draw_phantom, write_series
from desktop.phantoms.series_files import instance_uid, series_uid
from desktop.project import cases, entries, reader_study
from desktop.project.database import Project
from desktop.project.entry import Entry
from desktop.project.reader_study import WASHOUT_DAYS, Kind, Protocol
from desktop.reading.measurement import Angle, Distance, Ellipse
from desktop.reading.roi import Roi
from desktop.reading.run import Verdict
from desktop.suggestion import Landmark, Suggestion
from desktop.viewer.desk.case import ResultState
from desktop.viewer.qt_texts import QtTexts
from desktop.viewer.style import dress
from training.cohort.selection import slices_of

DOCS = Path(__file__).parent

Take = Callable[[QWidget, str], None]
"""Takes the picture of a part of the window, under its name."""

SIZE = 1280, 840
COLOURS = 256
"""Enough for greys and one colour scale. They are chosen for coverage: by frequency, the thin lines would turn grey."""

REFINED = 2
"""Rounds in which each colour moves to the mean of what it stands for: else the panels' grey turns green."""

LARGEST_BYTES, ALL_BYTES = 220 * 1024, 1536 * 1024
"""What a repository should have to carry: a picture, and all of them."""

LONGEST_S, LEARNING_S = 300, 3600
REST_S = 2.0
"""For thumbnails and whatever else comes after what was waited for."""

RESULT = "window"
"""The README's picture, which lies in docs; the others are the guides', in docs/pictures."""

HEADS_PLACE = ("window", "start", "suggestion", "labels", "measurements")
DEPARTMENT = ("worklist", "settling", "study")
JOURNEY = ("learn", "learning", "learned", "models", "read_with_it")
JAPANESE = ("japanese",)

HEADS = range(970_100, 970_106)
"""Seeds of the heads of a department."""

LEARNED_HEADS, NEW_HEAD = range(970_200, 970_240), 970_240
"""Seeds of the heads that a model learns from, half of them invaded: of 24, one wrong call of each kind had it refused.
And of one that the model has not seen."""

LEARNED_SLICES, BESIDE = 2, 1
"""In range for each of them, and on either side of it: the time of learning grows with the slices."""


def main() -> int:
    """Draw the pictures; the exit status: 1 if they are larger than a repository should have to carry."""
    names = (*HEADS_PLACE, *DEPARTMENT, *JOURNEY, *JAPANESE)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"only these: {', '.join(names)}")
    wanted = frozenset(parser.parse_args().names or names)
    if unknown := sorted(wanted.difference(names)):
        parser.error(f"there is no picture {', '.join(unknown)}")
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Clivus")
    (DOCS / "pictures").mkdir(exist_ok=True)
    with _clinic() as place:
        take = partial(_take, app, wanted)
        for language, own, draw in (
            ("en", HEADS_PLACE, _draw_head),
            ("en", DEPARTMENT, _draw_department),
            ("en", JOURNEY, _draw_journey),
            ("ja", JAPANESE, _draw_japanese),
        ):
            if wanted.intersection(own):
                with _window(app, language, place / own[0]) as window:
                    draw(app, window, place, take)
    targets = [_place_of(name) for name in names]
    sizes = [target.stat().st_size for target in targets]
    for target, size in zip(targets, sizes, strict=True):
        print(f"{target}: {size >> 10} KiB")
    return 0 if max(sizes) <= LARGEST_BYTES and sum(sizes) <= ALL_BYTES else 1


@contextmanager
def _clinic() -> Iterator[Path]:
    """A folder for the time of the block, whose name is one to be seen in pictures."""
    folder = Path(tempfile.gettempdir()) / "clinic"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _place_of(name: str) -> Path:
    return (DOCS if name == RESULT else DOCS / "pictures") / f"{name}.png"


@contextmanager
def _window(app: QApplication, language: str, home: Path) -> Iterator[module.MainWindow]:
    """The window in a language, as long as the block runs; it finds and leaves nothing in the user's own folders."""
    places = {"settings_file": "settings.json", "readings_folder": "readings", "drafts_folder": "drafts"}
    for function, name in (places | {"local_data_folder": "local"}).items():
        setattr(module, function, partial(Path, home, name))
    os.environ |= {"XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config")}  # models, and which
    choose({OWN_VARIABLE: language})
    dress(app)
    QLocale.setDefault(QLocale(language))
    texts = QtTexts(app)
    app.installTranslator(texts)
    window = module.MainWindow(draw_head=lambda folder: folder)
    window.resize(*SIZE)
    window.show()
    try:
        yield window
    finally:
        window.end()
        window.hide()
        window.deleteLater()
        app.removeTranslator(texts)
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _draw_head(app: QApplication, window: module.MainWindow, folder: Path, take: Take) -> None:
    """The phantom of the demonstration, from the start page to the answer."""
    demo, case = make_demo(folder / "demo"), window.case
    take(window, "start")
    window.open(demo.study)
    _wait_for(app, lambda: case.suggestion is not None)
    take(window, "suggestion")
    suggestion = case.suggestion
    assert suggestion is not None
    assert case.volume is not None
    window.suggesting.accept()
    inside = suggestion.range.indices(case.volume.geometry.positions_mm)
    middle = inside[len(inside) // 2]
    for index in inside:
        window.display.go_to(index)
        window.labelling.label(positive=index >= middle)
    window.display.go_to(middle)
    take(window, "labels")
    window.judging.analyse()
    _show_strongest(app, window)
    take(window, RESULT)
    _measure(window, suggestion)
    take(window.views.axial, "measurements")


def _draw_japanese(app: QApplication, window: module.MainWindow, folder: Path, take: Take) -> None:
    """The answer, in another language."""
    demo = make_demo(folder / "demo")
    window.open(demo.study, reading=demo.reading)
    window.judging.analyse_when_ready()
    _show_strongest(app, window)
    window.actions_by_name["escape"].trigger()  # the message that the reading was found
    take(window, "japanese")


def _draw_department(app: QApplication, window: module.MainWindow, folder: Path, take: Take) -> None:
    """A worklist half done, a case that two readers differ in, and a case of a study."""
    heads = [draw_phantom(seed, invaded=bool(seed % 2)) for seed in HEADS]
    for head in heads:
        write_series(head, folder / "CTs" / str(head.seed))
    department = window.department
    department.open(folder / "department.clivus", "A", new=True)
    department.add([folder / "CTs"])
    _wait_for(app, lambda: not department.adding)
    project = department.project
    assert project is not None
    entries.add_reader(project, "B")
    for case in cases.every(project):
        head = next(head for head in heads if str(series_uid(head)) == case.series_uid)
        _read(project, case, head)
    department.refresh()
    window.worklist.show()
    take(window, "worklist")
    department.settle_differences(True)
    own = department.next_case(1)
    assert own is not None
    department.open_case(own)
    window.worklist.hide()
    _wait_for(app, lambda: department.current is not None and window.settling_bar.isVisible())
    take(window, "settling")
    department.settle_differences(False)
    ids = tuple(case.id for case in cases.every(project))
    protocol = Protocol(Kind.READING, ("A", "B"), ids, 1, WASHOUT_DAYS, "AUC", 0.05, len(ids))
    window.answering.choose(reader_study.begin(project, "With and without the model", protocol))
    window.answering.go_on()
    _wait_for(app, lambda: window.answering.answer is not None)
    window.answering.set_verdict(Verdict.POSITIVE)
    window.answering.set_confidence(4)
    window.answering.set_certainty(80)
    take(window, "study")


def _draw_journey(app: QApplication, window: module.MainWindow, folder: Path, take: Take) -> None:
    """A model learned from a small department, installed, and used for a case that is new to it."""
    heads = [draw_phantom(seed, invaded=bool(seed % 2)) for seed in LEARNED_HEADS]
    for head in heads:
        learned = _learned_slices(head)
        part = slice(learned.start - BESIDE, learned.stop + BESIDE)
        write_series(head, folder / "learned CTs" / str(head.seed), part)
    department, dialogs = window.department, window.learning
    department.open(folder / "our-clinic.clivus", "A", new=True)
    department.add([folder / "learned CTs"])
    _wait_for(app, lambda: not department.adding)
    project = department.project
    assert project is not None
    for case in cases.every(project):
        head = next(head for head in heads if str(series_uid(head)) == case.series_uid)
        entries.keep(project, case, "A", _narrow(head, case))
    department.refresh()
    window.actions_by_name["learn_model"].trigger()
    _wait_for(app, dialogs.learn.begin.isEnabled)
    take(dialogs.learn, "learn")
    name = dialogs.learn.name.text()
    dialogs.learn.begin.click()
    work = dialogs.work
    _wait_for(app, lambda: work.running is None or _halfway(work.running.told), LEARNING_S)
    take(dialogs.learn, "learning")
    _wait_for(app, lambda: not work.busy, LEARNING_S)
    take(dialogs.learned, "learned")
    if not dialogs.learned.take.isEnabled() or dialogs.learned.take.isHidden():
        raise RuntimeError("The model was refused: its pictures would show nothing of what the guide tells.")
    dialogs.learned.take.click()
    _wait_for(app, lambda: window.judging.network is not None and window.judging.network.manifest.id == name)
    dialogs.learned.close()
    department.close()
    window.actions_by_name["show_models"].trigger()
    take(window.models_dialog, "models")
    window.models_dialog.close()
    write_series(draw_phantom(NEW_HEAD, invaded=True), folder / "new CT")
    window.open(folder / "new CT")
    _wait_for(app, lambda: window.case.suggestion is not None)
    window.suggesting.accept()
    window.judging.analyse()
    _show_strongest(app, window)
    take(window, "read_with_it")


def _halfway(told: Told | None) -> bool:
    """In the features of the copies, which take nearly all of the time."""
    return told is not None and told.stage == 2 and 2 * told.done >= told.total > 0


def _learned_slices(head: Phantom) -> range:
    """Of an invaded head invaded ones, of another those in the middle of the range."""
    inside = slices_of(head)
    invaded = [index for index in inside if head.truth.slice_invaded[index]]
    first = (invaded or inside)[(len(invaded or inside) - LEARNED_SLICES) // 2]
    return range(first, first + LEARNED_SLICES)


def _narrow(head: Phantom, case: cases.Case) -> Entry:
    """What a reader says of these slices."""
    learned = _learned_slices(head)
    return Entry(
        Roi.everywhere(*head.truth.roi_px),
        case.positions_mm[BESIDE],
        case.positions_mm[-1 - BESIDE],
        verdict=Verdict.POSITIVE if head.truth.invaded else Verdict.NEGATIVE,
        slice_labels={(str(instance_uid(head, index)), 0): head.truth.invaded for index in learned},
    )


def _read(project: Project, case: cases.Case, head: Phantom) -> None:
    """What two readers have done with a case: with the first nothing yet, the last one with different verdicts."""
    place = HEADS.index(head.seed)
    if place == 0:
        return
    truth = head.truth
    seen = {(str(instance_uid(head, index)), 0): bool(one) for index, one in enumerate(truth.slice_invaded)}
    found = Entry(
        Roi.everywhere(*truth.roi_px),
        *truth.range_mm,
        verdict=Verdict.POSITIVE if truth.invaded else Verdict.NEGATIVE,
        slice_labels=seen if place > 1 else {},
    )
    entries.keep(project, case, "A", found if place > 2 else replace(found, verdict=None))
    if place > 3:
        other = Verdict.NEGATIVE if truth.invaded else Verdict.POSITIVE
        entries.keep(project, case, "B", replace(found, verdict=other) if place == len(HEADS) - 1 else found)


def _measure(window: module.MainWindow, suggestion: Suggestion) -> None:
    """One measurement of each kind, on the slice of a carotid canal; landmarks would only lie over them."""
    case, found = window.case, suggestion.landmarks_mm
    assert case.volume is not None
    x, y, z = found[Landmark.CAROTID_LEFT]
    other, middle = found[Landmark.CAROTID_RIGHT][0], found[Landmark.SPHENOID_FLOOR][0]
    front, brain = y - 75, y + 42  # clear of the ROI and its names
    angle = Angle((x, front + 30, z), (middle, front, z), (other, front + 30, z))
    distance = Distance((x, brain + 20, z), (other, brain + 20, z))
    measured = distance, angle, Ellipse((middle, brain, z), (12, 0, 0), (0, 9, 0))
    case.mark(replace(case.marks, measurements=measured), "")
    window.display.go_to(case.volume.geometry.nearest(float(np.dot((x, y, z), case.volume.geometry.normal))))
    window.display.toggle_landmarks()


def _show_strongest(app: QApplication, window: module.MainWindow) -> None:
    """Wait for the answer, and go to the slice that speaks most for invasion."""
    _wait_for(app, lambda: window.case.result_state is ResultState.CURRENT)
    result = window.case.result
    assert result is not None
    window.display.go_to(result.slices[result.strongest].index)


def _take(app: QApplication, wanted: frozenset[str], widget: QWidget, name: str) -> None:
    """Write a picture, if it is wanted."""
    if name not in wanted:
        return
    rested, target = time.monotonic() + REST_S, _place_of(name)
    _wait_for(app, lambda: time.monotonic() > rested)
    widget.grab().save(str(target))
    with Image.open(target) as image:
        small = image.convert("RGB").quantize(
            COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=REFINED, dither=Image.Dither.NONE
        )
    small.save(target, optimize=True)


def _wait_for(app: QApplication, ready: Callable[[], bool], longest_s: float = LONGEST_S) -> None:
    until = time.monotonic() + longest_s
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError("The window did not come to rest.")
        app.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main())
