"""Reader studies in the window, with real mouse and keys: two arms, answers that stay, and everything else hidden."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from desktop.imaging.scan import scan_for_images
from desktop.imaging.sources import Source
from desktop.project import answers, cases, entries, reader_study
from desktop.project.adding import add_all, suggest_all
from desktop.project.answers import Answer, Given
from desktop.project.checking import check
from desktop.project.database import Project
from desktop.project.places import Places
from desktop.project.reader_study import Arm, Kind, Protocol, Study
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.viewer.desk import answering as desk
from desktop.viewer.panels.begin_study import BeginStudy
from desktop.viewer.pictures.roi import RoiRectangle
from desktop.viewer.window import MainWindow
from tests.viewer.conftest import Hand

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


@pytest.fixture(scope="module")
def made(two_people: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project of two cases whose marks are suggested, readers A and B, and its places."""
    folder = tmp_path_factory.mktemp("made")
    with Project.create(folder / "d.clivus") as project, Source.open(two_people) as source:
        found = scan_for_images(source)
        add_all(project, two_people, found, Places(folder / "places.json"))
        suggest_all(project, found, lambda case, error: None)
        for code in ("A", "B"):
            entries.add_reader(project, code)
    return folder


@pytest.fixture
def department(places, made, window, tmp_path, nothing_ahead) -> Iterator[MainWindow]:
    """A window in which reader A has a copy of that project open."""
    places.mkdir()
    shutil.copy(made / "places.json", places / "places.json")
    shutil.copy(made / "d.clivus", tmp_path / "d.clivus")
    assert window.department.open(tmp_path / "d.clivus", "A")
    yield window
    window.department.close()


def begin(window: MainWindow, kind: Kind = Kind.READING, bundle: str = "", readers: tuple[str, ...] = ("A", "B")):
    """A study of all cases that its reader has chosen to read."""
    project = window.department.project
    ids = tuple(case.id for case in cases.every(project))
    protocol = Protocol(kind, readers, ids, 5, 60, "AUC", 0.05, 2, bundle, "skull-base 9" if bundle else "")
    study = reader_study.begin(project, "two arms", protocol)
    window.answering.choose(study)
    return study


def pass_days(window: MainWindow, days: float) -> None:
    window.department.project._clock = lambda: datetime.now(UTC) + timedelta(days=days)


def opens(window: MainWindow, qtbot, act: Callable[[], object]) -> None:
    """Do something after which a case of the study is on the desk."""
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        act()
    assert window.answering.current is not None


def kept(window: MainWindow, study: Study, arm: Arm = Arm.UNAIDED) -> list[tuple[Answer, bool]]:
    """The answers in the project and whether they are locked."""
    rows = window.department.project.rows("SELECT document, locked FROM answers WHERE arm = ?", arm.value)
    return [(Answer.of(document), locked is not None) for document, locked in rows]


def answer_by_keys(window: MainWindow, hand: Hand) -> None:
    for key, modifiers in ((Key.Key_P, None), (Key.Key_4, CTRL), (Key.Key_Right, SHIFT), (Key.Key_Right, SHIFT)):
        hand.key(window, key, modifiers or Qt.KeyboardModifier.NoModifier)


def answer_all(window: MainWindow, study: Study, arm: Arm) -> None:
    """Give the reader's answers without the window."""
    project, reader = window.department.project, window.department.reader
    for own in answers.to_do(project, study, reader, arm):
        case = cases.find(project, own)
        seen = answers.begin(project, study, reader, case, arm)
        given = replace(seen, verdict=Verdict.NEGATIVE, confidence=2, certainty=20)
        answers.lock(project, study, reader, case, arm, given)


def texts(window: MainWindow) -> str:
    """All that can be read in the window, by eye and by a screen reader."""
    labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    said = [view.accessibleDescription() for view in (*window.views.ct_views, window.views.preview)]
    rows = window.series_step.list.count() if window.series_step.isVisible() else 0
    listed = [window.series_step.list.item(row).text() for row in range(rows)]
    return "\n".join([window.windowTitle(), *labels, *said, *listed])


def test_the_first_arm_from_the_list_to_its_end_and_the_second_on_its_day(department, hand, qtbot, drawn):
    window = department
    study = begin(window)
    hand.key(window, Key.Key_F7)
    page = window.worklist.study
    assert [page.table.data(page.table.index(row, column)) for row in (0, 1) for column in (0, 1)] == [
        *("1", "to answer", "2", "to answer"),
    ]
    assert "P00" not in texts(window)
    page.view.setFocus()
    opens(window, qtbot, lambda: QTest.keyClick(page.view, Key.Key_Return))
    assert not window.worklist.isVisible()
    order = study.order("A", Arm.UNAIDED)
    assert window.answering.current.id == order[0]
    assert window.case.marks.roi is None
    assert not window.answer_step.give.isEnabled()
    assert "Still missing" in window.answer_step.final.text()
    hand.key(window, Key.Key_Return, CTRL)
    assert "Still missing" in window.message.label.text()
    answer_by_keys(window, hand)
    assert (window.answering.answer.verdict, window.answering.answer.confidence) == (Verdict.POSITIVE, 4)
    assert window.answering.answer.certainty == 60
    assert window.answer_step.positive.isChecked()
    opens(window, qtbot, lambda: qtbot.mouseClick(window.answer_step.give, Qt.MouseButton.LeftButton))
    assert window.answering.current.id == order[1], "the next case opens by itself"
    assert window.answering.answer.verdict is None
    assert not window.answer_step.positive.isChecked()
    for part in (window.answer_step.negative, window.answer_step.confidence[0]):
        qtbot.mouseClick(part, Qt.MouseButton.LeftButton)
        qtbot.mouseClick(part, Qt.MouseButton.LeftButton)
        assert part.isChecked(), "a second click takes nothing back"
    slider = window.answer_step.certainty
    hand.click(slider, QPointF(slider.width() - 1, slider.height() / 2))
    assert window.answering.answer.certainty == 100
    QTest.keyClicks(window.answer_step.remark, "p, faint")
    hand.key(window, Key.Key_Return, CTRL)
    assert window.worklist.isVisible()
    opens_at = answers.opens_at(window.department.project, study, "A").date().isoformat()
    assert page.sentence.text() == f"The second arm opens for you on {opens_at}."
    assert window.worklist.progress.text() == "2 of 2 given"
    assert window.case.volume is None
    given = kept(window, study)
    assert [locked for _, locked in given] == [True, True]
    assert {answer.remark for answer, _ in given} == {"", "p, faint"}
    hand.key(window, Key.Key_F8)
    assert not window.opening.busy
    page.view.setFocus()
    QTest.keyClick(page.view, Key.Key_Return)
    assert "cannot be changed" in window.message.label.text()
    assert not window.opening.busy

    pass_days(window, 61)
    opens(window, qtbot, lambda: hand.key(window, Key.Key_F8))
    assert window.answering.arm is Arm.AIDED
    qtbot.waitUntil(lambda: window.case.result is not None, timeout=30000)
    assert window.result_step.isVisible()
    assert not window.result_step.analyse.isVisible()
    assert "in the first arm" in window.answer_step.before.text()
    assert window.answering.answer.verdict is None, "the first answer is told, not taken over"
    before = window.case.marks
    rectangle = hand.roi(window.views.axial)
    hand.drag(window.views.axial, rectangle.center(), rectangle.center() + QPointF(30, 20))
    hand.key(window.views.axial, Key.Key_Up, CTRL)
    assert window.case.marks == before, "given marks lie where they are"
    answer_by_keys(window, hand)
    opens(window, qtbot, lambda: hand.key(window, Key.Key_Return, CTRL))
    answer_by_keys(window, hand)
    hand.key(window, Key.Key_Return, CTRL)
    assert page.sentence.text() == "You have given all answers of this study."
    project = window.department.project
    assert [one.own for one in window.department.rows() if one.own.value != "to mark"] == [], "no entry was made"
    assert check(project).sound
    assert len(answers.locked(project, study)) == 4
    assert not window.case.unsaved
