"""Saving asks nothing: a reading is kept, found again with its series, and shows its result."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.reading.kept import KeptReadings
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.viewer.desk.case import Marks

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(window, study, qtbot):
    """A phantom opened from its files."""
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.open(study)
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=30000)
    return window


def again(window, folder, qtbot):
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.open(folder)
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=30000)


def test_one_key_saves_and_opening_the_series_brings_marks_labels_answer_and_result(
    opened, marks, study, readings, hand, qtbot
):
    case = opened.case
    case.mark(marks, "Marks")
    case.answer(Verdict.NEGATIVE)
    hand.key(opened, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(case.judged, timeout=30000):
        opened.judging.analyse()
    verdict, done = case.result.verdict, case.done
    hand.key(opened, Qt.Key.Key_S, CTRL)
    assert "Reading saved" in opened.message.label.text()
    assert not case.unsaved
    (file,) = readings.glob("*.json")
    case.mark(Marks(), "Away with it")
    again(opened, study, qtbot)
    assert case.done == done
    qtbot.waitUntil(lambda: case.result is not None, timeout=30000)
    assert case.result.verdict is verdict
    assert not case.unsaved
    assert "Your reading of" in opened.message.label.text()
    assert opened.report_step.state.value == "done"
    # Saved again, it is the same file.
    case.answer(Verdict.POSITIVE)
    hand.key(opened, Qt.Key.Key_S, CTRL)
    assert list(readings.glob("*.json")) == [file]
    again(opened, study, qtbot)
    assert case.own_verdict is Verdict.POSITIVE


def test_nothing_of_the_patient_is_in_name_or_content(opened, marks, readings, hand, volume):
    opened.case.mark(marks, "Marks")
    hand.key(opened, Qt.Key.Key_S, CTRL)
    (file,) = readings.glob("*.json")
    patient = volume.series.patient
    for word in (*patient.name.replace("^", " ").split(), patient.id):
        assert word not in file.name
        assert word not in file.read_text()
    assert readings.stat().st_mode & 0o777 == 0o700


def test_a_saved_result_of_another_model_says_so_whatever_its_verdict(opened, marks, study, readings, hand, qtbot):
    opened.case.mark(marks, "Marks")
    with qtbot.waitSignal(opened.case.judged, timeout=30000):
        opened.judging.analyse()
    hand.key(opened, Qt.Key.Key_S, CTRL)
    (file,) = readings.glob("*.json")
    stored = json.loads(file.read_text())
    stored["result"]["model"] |= {"id": "other", "version": "7"}
    file.write_text(json.dumps(stored))
    again(opened, study, qtbot)
    qtbot.waitUntil(lambda: opened.case.result is not None, timeout=30000)
    told = opened.message.label.text()
    assert "by the model other 7" in told
    assert told.endswith("Shown is the answer of another model, phantom-resnet50 0.4.0.")


@pytest.mark.parametrize("damage", ["{", "", '{"schema": "clivus-reading/9"}'])
def test_a_damaged_one_is_passed_over_and_stays(opened, marks, study, readings, hand, qtbot, damage):
    opened.case.mark(marks, "Marks")
    hand.key(opened, Qt.Key.Key_S, CTRL)
    (file,) = readings.glob("*.json")
    file.write_text(damage)
    again(opened, study, qtbot)
    assert opened.case.marks == Marks()
    assert file.read_text() == damage


def test_one_of_another_stack_or_a_smaller_slice_does_not_fit(volume, marks, tmp_path):
    series, kept = volume.series, KeptReadings(tmp_path / "readings")
    first = series.slices[0]
    reading = Reading(
        series.name, marks.roi, marks.span, sop_instance_uid=first.sop_instance_uid, frame=first.place.frame
    )
    assert kept.find(series) is None
    kept.keep(reading, series)
    assert kept.find(series).reading == reading
    assert kept.find(replace(series, slices=series.slices[5:])) is None, "its slice is not there"
    assert kept.find(replace(series, series_instance_uid="1.2.3")) is None
    other = replace(reading, sop_instance_uid=series.slices[-1].sop_instance_uid)
    kept.keep(other, series)
    assert len(list((tmp_path / "readings").glob("*.json"))) == 1, "the same stack, by another of its slices"


def test_a_folder_that_cannot_be_written_is_told_and_nothing_counts_as_saved(opened, marks, readings, hand):
    readings.write_text("in the way")
    opened.case.mark(marks, "Marks")
    hand.key(opened, Qt.Key.Key_S, CTRL)
    assert str(readings) in opened.message.label.text()
    assert opened.case.unsaved


def test_a_reading_that_is_opened_by_hand_comes_before_the_kept_one(
    opened, marks, study, readings, hand, qtbot, tmp_path
):
    opened.case.mark(marks, "Marks")
    hand.key(opened, Qt.Key.Key_S, CTRL)
    opened.case.mark(marks.with_high(marks.high_mm - 3), "Range")
    opened.saving.save_reading(tmp_path / "other.json")
    with qtbot.waitSignal(opened.opening.opened, timeout=30000):
        opened.open(tmp_path / "other.json")
    assert opened.case.marks.high_mm == marks.high_mm - 3
    # Kept in its turn, it does not take the place of the one that was never shown.
    (before,) = readings.glob("*.json")
    earlier = before.read_bytes()
    opened.case.answer(Verdict.NEGATIVE)
    hand.key(opened, Qt.Key.Key_S, CTRL)
    assert str(before.name) in opened.message.label.text()
    assert before.read_bytes() == earlier
    again(opened, study, qtbot)
    assert opened.case.own_verdict is Verdict.NEGATIVE, "the one kept last counts"


def test_two_windows_that_keep_one_series_keep_both(volume, marks, tmp_path):
    first, second = (KeptReadings(tmp_path / "readings") for _ in range(2))
    one = volume.series.slices[0]
    reading = Reading(volume.series.name, marks.roi, marks.span, {}, None, None, one.sop_instance_uid, one.place.frame)
    first.keep(reading, volume.series)
    second.find(volume.series)
    assert first.keep(replace(reading, verdict=Verdict.POSITIVE), volume.series) is None
    other = second.keep(replace(reading, verdict=Verdict.NEGATIVE), volume.series)
    assert other is not None
    assert Reading.load(other).verdict is Verdict.POSITIVE
    assert second.find(volume.series).reading.verdict is Verdict.NEGATIVE
    assert second.keep(reading, volume.series) is None, "its own is written over"
    assert second.latest().reading == reading
