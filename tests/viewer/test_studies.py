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
from desktop.project.entry import Entry
from desktop.project.places import Places
from desktop.project.reader_study import Arm, Kind, Protocol, Study
from desktop.reading.draft import Draft, Drafts
from desktop.reading.origin import Origin
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.viewer.desk import answering as desk
from desktop.viewer.desk.case import Marks
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
    for key, modifiers in ((Key.Key_P, None), (Key.Key_4, CTRL), (Key.Key_Right, CTRL), (Key.Key_Right, CTRL)):
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
    hand.key(window, Key.Key_5, CTRL)
    slider = window.answer_step.certainty
    hand.click(slider, QPointF(slider.width() - 1, slider.height() / 2))
    assert window.answering.answer.certainty == 100
    QTest.keyClicks(window.answer_step.remark, "p, faint")
    assert "contradict" in window.answer_step.final.text()
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
    assert window.answer_step.place.text() == "Case 1; 0 of 2 given"
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


def work_of_before(window: MainWindow, marks: Marks, drafts: Path) -> None:
    """What the reader did with the cases in ordinary work, and left unsaved."""
    project = window.department.project
    for case in cases.every(project):
        entries.keep(project, case, "A", Entry(marks.roi, marks.low_mm, marks.high_mm, Verdict.POSITIVE))
        slot = Drafts(drafts).new_slot(case.series_uid)
        place, now = (case.series_uid, case.sop_instance_uid, case.frame), datetime.now()
        slot.keep(Draft(*place, now, marks.roi, marks.low_mm, marks.high_mm, Verdict.POSITIVE, {}, (), Origin()))
        slot.leave()


def test_the_model_is_out_of_reach_and_nobody_learns_whose_head_it_is(
    department, hand, qtbot, drawn, tmp_path, marks, drafts
):
    window = department
    assert window.display.patient_shown
    work_of_before(window, marks, drafts)
    begin(window)
    previews: list[str] = []
    window.opening.previewed.connect(lambda _: previews.append(window.views.preview.accessibleDescription()))
    opens(window, qtbot, lambda: hand.key(window, Key.Key_F8))
    series, axial = window.case.volume.series, window.views.axial
    assert previews
    assert not window.offer.isVisible()
    assert window.case.own_verdict is None
    for key in (Key.Key_B, Key.Key_A, Key.Key_W, Key.Key_L, Key.Key_S, Key.Key_V, Key.Key_G, Key.Key_BracketLeft):
        hand.key(axial, key)
    for key in (Key.Key_Return, Key.Key_S, Key.Key_M, Key.Key_O):
        hand.key(axial, key, CTRL)
    for name in ("analyse", "open_model", "save_reading", "save_report", "toggle_patient", "accept_suggestion"):
        action = window.actions_by_name[name]
        assert not action.isEnabled(), name
        action.trigger()
    for command in (window.judging.analyse, window.suggesting.accept, window.judging.analyse_when_ready):
        command()
    assert not window.saving.keep_reading()
    assert not window.saving.report_wanted()
    window.case.mark(marks, "by force")
    axial.grab()
    QApplication.processEvents()
    assert window.case.result is None
    assert window.judging.blocker() is not None
    assert window.case.suggestion is None
    assert window.case.marks.roi is None
    assert window.case.marks.span is None
    (rectangle,) = (item for item in axial.items() if isinstance(item, RoiRectangle))
    assert rectangle.boundingRect().isEmpty()
    for part in (window.result_step, window.report_step, window.series_step, window.range_step, window.roi_step):
        assert not part.isVisible()
    assert "stay hidden" in window.answer_step.why.text()
    seen = "\n".join([texts(window), *drawn, *previews])
    for secret in (series.description, series.patient.id, series.patient.name.split("^")[0], "Other", "Jane", "P00"):
        assert secret
        assert secret not in seen
    assert window.as_it_is().paths == (), "another language shows nothing of it"
    # A reading with a result, dropped beside its series
    reading = Reading(series.name, marks.roi, marks.span, sop_instance_uid=series.slices[0].sop_instance_uid, frame=0)
    reading.save(tmp_path / "reading.json")
    before = window.case.volume
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (tmp_path / "reading.json", *window.opening.paths)])
    drop = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(window.opening.failed, timeout=30000):
        window.dropEvent(drop)
    assert "A study is being read" in window.message.label.text()
    assert window.case.volume is before
    assert window.case.marks.roi is None
    assert window.answering.current is not None
    # Back to ordinary work, where the case stays closed to its reader
    case = window.answering.current
    hand.key(window, Key.Key_F7)
    window.worklist.studies.setFocus()
    QTest.keyClick(window.worklist.studies, Key.Key_Up)
    assert window.answering.study is None
    assert window.case.volume is None
    assert window.worklist.view.isVisible()
    hand.key(window, Key.Key_F8)
    assert "read in a study: choose it" in window.message.label.text(), "both cases are in the study"
    with qtbot.waitSignal(window.opening.failed, timeout=30000):
        window.department.open_case(case.id)
    assert "in a study" in window.message.label.text()
    assert window.department.open(window.department.project.path, "C")
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.department.open_case(case.id)
    assert window.actions_by_name["toggle_patient"].isEnabled()
    drawn.clear()
    axial.grab()
    assert series.description in "\n".join(drawn), "who takes no part works as always"


def test_another_model_than_the_protocols_is_refused_in_the_second_arm(department, hand, qtbot, network, monkeypatch):
    window = department
    study = begin(window, bundle="0" * 64, readers=("A",))
    answer_all(window, study, Arm.UNAIDED)
    pass_days(window, 61)
    hand.key(window, Key.Key_F8)
    assert "asks for the model skull-base 9: open it first" in window.message.label.text()
    assert not window.opening.busy
    assert window.actions_by_name["open_model"].isEnabled()
    window.answering.study = replace(study, protocol=replace(study.protocol, bundle=network.manifest_sha256))
    opens(window, qtbot, lambda: hand.key(window, Key.Key_F8))
    monkeypatch.setattr(network, "manifest_sha256", "1" * 64)
    window.judging.changed.emit()
    assert window.case.volume is None, "the case goes with the model"
    assert window.worklist.isVisible()


def test_rectangles_are_placed_over_the_given_range_and_nothing_else_is_asked(department, hand, qtbot):
    window = department
    study = begin(window, Kind.RECTANGLES)
    opens(window, qtbot, lambda: hand.key(window, Key.Key_F8))
    axial, span = window.views.axial, window.case.marks.span
    assert span is not None
    assert window.case.marks.roi is None
    assert window.case.suggestion is None
    assert not window.answer_step.positive.isVisible()
    hand.key(axial, Key.Key_P)
    hand.key(axial, Key.Key_BracketLeft)
    assert not window.answer_step.give.isEnabled()
    rectangle = hand.roi(axial)
    hand.drag(axial, rectangle.center(), rectangle.center() + QPointF(12, 8))
    assert window.case.marks.roi is not None
    assert window.case.marks.span == span
    hand.key(axial, Key.Key_Right, CTRL)
    placed = window.case.marks.roi
    first = window.answering.current.id
    opens(window, qtbot, lambda: hand.key(window, Key.Key_Return, CTRL))
    assert kept(window, study)[0][0].roi == placed
    assert window.case.marks.roi is None
    hand.key(axial, Key.Key_Up, CTRL)
    second, placed = window.answering.current.id, window.case.marks.roi
    assert second != first
    qtbot.waitUntil(
        lambda: (
            (replace(window.answering.answer, seconds=0.0), False)
            in [(replace(answer, seconds=0.0), locked) for answer, locked in kept(window, study)]
        ),
        timeout=3000,
    )
    window.answering.choose(None)
    window.answering.choose(study)
    opens(window, qtbot, lambda: hand.key(window, Key.Key_F8))
    assert window.case.marks.roi == placed, "what was begun comes back"
    hand.key(window, Key.Key_Return, CTRL)
    assert window.worklist.study.sentence.text() == "You have given all answers of this study."


def test_a_kill_costs_less_than_a_second_and_time_counts_only_on_screen(department, hand, qtbot, monkeypatch):
    window = department
    study, now = begin(window, readers=("A",)), [100.0]
    monkeypatch.setattr("desktop.viewer.desk.stopwatch.monotonic", lambda: now[0])
    opens(window, qtbot, lambda: hand.key(window, Key.Key_F8))
    first = window.answering.current.id
    hand.key(window, Key.Key_N)
    qtbot.waitUntil(lambda: kept(window, study)[0][0].verdict is Verdict.NEGATIVE, timeout=1000)
    now[0] += 12
    hand.key(window, Key.Key_F7)
    now[0] += 500  # in the list
    hand.key(window, Key.Key_Escape)
    now[0] += 8
    assert desk.KEEP_TIME_MS <= 10_000
    opens(window, qtbot, lambda: hand.key(window, Key.Key_F8))
    assert window.answering.current.id != first
    opens(window, qtbot, lambda: hand.key(window, Key.Key_F8, SHIFT))
    assert window.answering.current.id == first
    assert window.answering.answer.seconds == pytest.approx(20)
    assert window.answering.answer.verdict is Verdict.NEGATIVE
    assert [state for _, state in window.answering.order()] == [Given.BEGUN, Given.BEGUN]
    path = window.department.project.path
    with Project.open(path) as other:  # what a window finds that is opened after a kill
        case = cases.find(other, first)
        assert answers.begin(other, study, "A", case, Arm.UNAIDED).verdict is Verdict.NEGATIVE
        answer_by_keys(window, hand)
        given = replace(window.answering.answer, certainty=35)
        answers.lock(other, study, "A", case, Arm.UNAIDED, given)
    hand.key(window, Key.Key_Return, CTRL)
    assert "given already, perhaps in another window" in window.message.label.text()
    assert window.case.volume is None
    assert window.worklist.isVisible()
    assert [answer.certainty for answer, locked in kept(window, study) if locked] == [35]
    assert check(window.department.project).sound


def test_a_study_is_begun_in_the_window_and_what_is_refused_is_said_there(
    department, hand, qtbot, network, monkeypatch
):
    window = department
    hand.key(window, Key.Key_F7)
    said: list[str] = []

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, BeginStudy)
        assert dialog.patients.value() == 2
        dialog.name.setText("senior and junior")
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
        said.append(dialog.refusal.text())
        dialog.readers[0].setChecked(True)
        QTest.keyClicks(dialog.new_readers, "C, D")
        QTest.keyClicks(dialog.margin, "much")
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
        said.append(dialog.refusal.text())
        dialog.margin.setText("0,05")
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)

    class Filled(BeginStudy):
        def exec(self) -> int:
            self.show()
            fill(self)
            return self.result()

    monkeypatch.setattr("desktop.viewer.panels.worklist.BeginStudy", Filled)
    qtbot.mouseClick(window.worklist.begin_study, Qt.MouseButton.LeftButton)
    assert "at least one reader" in said[0]
    assert "between 0 and 1" in said[1]
    (study,) = window.answering.studies
    protocol = study.protocol
    assert protocol.readers == ("A", "C", "D")
    assert (protocol.margin, protocol.washout_days, protocol.sample_size) == (0.05, 60, 2)
    assert (protocol.bundle, protocol.model) == (network.manifest_sha256, network.manifest.called)
    assert window.answering.study == study, "its reader reads it at once"
    assert window.worklist.studies.currentText() == "Study: senior and junior"
    assert entries.readers(window.department.project) == ["A", "B", "C", "D"]
