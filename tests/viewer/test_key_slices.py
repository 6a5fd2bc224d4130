"""Key slices, the remark and the answer before the model's: by keys and typing, undone, saved, and in the report."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from pypdfium2 import PdfDocument
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QFileDialog

from desktop.reading.as_json import BeforeModel
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.viewer.desk.key_slices import key_slices
from desktop.viewer.panels.report_step import ReportStep
from desktop.viewer.theme import AMBER

CONTROL = Qt.KeyboardModifier.ControlModifier


def choose(window, hand, index: int) -> ReportStep:
    window.display.go_to(index)
    hand.key(window, Qt.Key.Key_K, CONTROL)
    return window.report_step


def test_a_key_chooses_the_slice_on_screen_and_again_drops_it(desk, hand):
    step = choose(desk, hand, 4)
    assert key_slices(desk.case) == {4: ""}
    assert step.note.isVisible()
    desk.display.go_to(5)
    assert not step.note.isVisible()
    choose(desk, hand, 5)
    choose(desk, hand, 4)
    assert key_slices(desk.case) == {5: ""}
    for expected in ({4: "", 5: ""}, {4: ""}, {}):
        desk.case.undo()
        assert key_slices(desk.case) == expected


def test_a_note_is_of_the_slice_on_screen_and_typing_it_is_one_step(desk, hand):
    step = choose(desk, hand, 4)
    QTest.keyClicks(step.note, "erosion")
    choose(desk, hand, 6)
    assert step.note.text() == ""
    QTest.keyClicks(step.note, "intact")
    QTest.keyClicks(step.remark, "MRI")
    assert key_slices(desk.case) == {4: "erosion", 6: "intact"}
    assert desk.case.done.remark == "MRI"
    desk.display.go_to(4)
    assert step.note.text() == "erosion"
    desk.case.undo()
    assert step.remark.text() == ""
    desk.case.undo()
    assert key_slices(desk.case) == {4: "erosion", 6: ""}


def test_letters_that_are_typed_are_no_commands(desk, hand):
    step = choose(desk, hand, 4)
    step.note.setFocus()
    for key in (Qt.Key.Key_P, Qt.Key.Key_N, Qt.Key.Key_K, Qt.Key.Key_BracketLeft):
        hand.key(desk, key)
    assert key_slices(desk.case) == {4: "pnk["}
    assert not desk.case.done.labels
    assert desk.case.marks.low_mm is None


def test_the_slider_shows_them_in_sight_and_in_words(desk, hand):
    slider = desk.views.slider
    choose(desk, hand, 4)
    desk.display.go_to(9)
    image = slider.grab().toImage()
    y, middle = round(slider.y_of(4)), slider.width() // 2
    row = {image.pixelColor(x, y).name() for x in range(middle - 9, middle + 10)}
    assert any(abs(int(colour[1:3], 16) - int(AMBER[1:3], 16)) < 60 and colour[5:] < "80" for colour in row), row
    assert "key slices: 5" in slider.accessibleDescription()


@pytest.mark.parametrize("first", [None, Verdict.NEGATIVE])
def test_what_was_answered_before_the_model_is_kept_whatever_follows(marked, headless, first, tmp_path):
    case = marked.case
    case.answer(first)
    case.accept(headless)
    case.answer(Verdict.POSITIVE)
    case.accept(headless)
    case.undo()
    case.redo()
    assert case.before_model == BeforeModel(first)
    marked.saving.save_reading(tmp_path / "reading.json")
    reading = Reading.load(tmp_path / "reading.json")
    assert (reading.before_model, reading.verdict) == (BeforeModel(first), Verdict.POSITIVE)
    case.open(case.volume, reading)
    case.accept(headless)
    assert case.before_model == BeforeModel(first)


def test_without_a_model_there_is_no_before_and_an_old_reading_does_not_know(marked, headless, marks):
    assert marked.case.before_model is None
    volume = marked.case.volume
    old = Reading(volume.series.name, marks.roi, marks.span, verdict=Verdict.POSITIVE, result={"verdict": "positive"})
    marked.case.open(volume, old)
    marked.case.accept(headless)
    assert marked.case.before_model is None


def test_a_draft_brings_all_of_it_back(desk, hand, drafts, small):
    step = choose(desk, hand, 4)
    QTest.keyClicks(step.note, "erosion")
    QTest.keyClicks(step.remark, "MRI")
    assert desk.autosave.leave_behind()
    desk.case.open(small)
    desk.autosave.take_over()
    assert key_slices(desk.case) == {4: "erosion"}
    assert desk.case.done.remark == "MRI"


def test_a_project_keeps_all_of_it(opened, hand):
    window = opened()
    step = choose(window, hand, 4)
    QTest.keyClicks(step.note, "erosion")
    QTest.keyClicks(step.remark, "MRI")
    window.department.keep_shown()
    window.case.open(window.case.volume)
    assert key_slices(window.case) == {4: "erosion"}
    assert window.case.done.remark == "MRI"


@pytest.mark.parametrize("named", [False, True])
def test_the_report_is_saved_by_hand_and_names_the_patient_only_if_ticked(
    marked, headless, hand, tmp_path, qtbot, monkeypatch, named
):
    marked.case.accept(headless)
    step = choose(marked, hand, headless.slices[0].index)
    QTest.keyClicks(step.note, "erosion")
    ticked = []

    def answer(dialog):
        box = dialog.findChild(QCheckBox)
        ticked.append(box.isChecked())
        if named:
            hand.click(box, QPointF(8, box.height() / 2))
        monkeypatch.setattr(dialog, "selectedFiles", lambda: [str(tmp_path)])
        return QFileDialog.DialogCode.Accepted

    monkeypatch.setattr(QFileDialog, "exec", answer)
    hand.click(step.report, step.report.rect().center())
    qtbot.waitUntil(lambda: "Report saved" in marked.message.label.text(), timeout=60000)
    assert ticked == [False]
    document = json.loads((tmp_path / "result.json").read_text())
    with closing(PdfDocument(tmp_path / document["pdf"]["file"])) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert "erosion" in text
    assert ("PHANTOM-" in text) is named
    assert headless.manifest.sha256 in text
