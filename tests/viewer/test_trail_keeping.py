"""What happens in the window goes into the trail, once, and never stands in the way."""

from __future__ import annotations

import hashlib
import json

import pytest
from PySide6.QtCore import Qt

from desktop.project import entries as project_entries
from desktop.trail.exporting import entries
from desktop.trail.verifying import verify
from desktop.viewer.desk.trail_keeping import RECORDING

CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


@pytest.fixture
def recorded(trail_place, qtbot):
    """A function that waits for so many entries after the trail's own first one: what, reader and data of each."""

    def look(count):
        qtbot.waitUntil(lambda: len(entries(trail_place)) > count, timeout=20000)
        found = entries(trail_place)[1:]
        return [(entry.event.what, entry.event.reader, json.loads(entry.event.data)) for entry in found]

    return look


@pytest.fixture
def read(trail_place, marked, headless):
    """The phantom with its result."""
    marked.case.accept(headless)
    return marked


def test_verdict_answer_reading_and_report_are_recorded(recorded, read, headless, hand, qtbot, tmp_path, trail_place):
    marks = read.case.marks
    read.case.mark(marks.with_low(marks.low_mm + 3), "Another range")
    read.case.undo()
    assert read.case.result is headless, "the result that comes back is not another one"
    for key in (Key.Key_P, Key.Key_N, Key.Key_Z, Key.Key_S):
        hand.key(read, key, CTRL)
    read.saving.save_report(tmp_path / "report")
    qtbot.waitUntil(lambda: "Report saved" in read.message.label.text(), timeout=20000)
    found = recorded(6)
    words = ["judged", *["answer changed"] * 3, "reading saved", "exported"]
    assert [what for what, _, _ in found] == words
    assert {reader for _, reader, _ in found} == {""}
    judged, exported = found[0][2], found[-1][2]
    manifest = headless.manifest
    assert judged["model"] == {"id": manifest.id, "version": manifest.version, "sha256": manifest.sha256}
    assert (judged["verdict"], judged["by"], judged["marks"]) == (headless.verdict, "window", "reading")
    changes = [(data["before"], data["after"]) for what, _, data in found if what == "answer changed"]
    assert changes == [(None, "positive"), ("positive", "negative"), ("negative", "positive")]
    assert found[4][2]["answer"] == "positive"
    sums = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "report").iterdir()}
    assert {file["sha256"] for file in exported["files"]} == sums
    assert judged.items() <= exported.items()
    series = read.case.volume.series
    content = trail_place.file.read_bytes() + trail_place.note.read_bytes()
    told = (series.series_instance_uid, series.slices[0].sop_instance_uid, series.patient.id, str(tmp_path))
    assert all(told)
    assert not [one for one in told if one.encode() in content]
    read.message.hide()
    hand.key(read, Key.Key_F1, CTRL)
    qtbot.waitUntil(read.message.isVisible)
    assert f"holds: 7 entries, the last one with the digest {verify(trail_place).digest}" in read.message.label.text()


def test_what_a_reader_answers_in_a_project_is_in_the_projects_log_alone(recorded, opened, marks, headless, hand, case):
    window = opened("A")
    window.case.mark(marks, "Marks of the truth")
    window.case.accept(headless)
    hand.key(window, Key.Key_P, CTRL)
    window.department.keep_now()
    window.jobs.close()  # whatever is being written
    ((what, reader, data),) = recorded(1)
    project = window.department.project
    assert (what, reader, data["project"]) == ("judged", "A", project.id)
    assert project_entries.of_reader(project, case, "A")[0].entry.verdict == "positive"


def test_a_trail_that_cannot_be_written_is_told_once_and_stops_nothing(recorded, trail_place, read, hand, qtbot):
    recorded(1)
    trail_place.file.unlink()
    trail_place.file.mkdir()
    read.message.hide()
    hand.key(read, Key.Key_P, CTRL)
    qtbot.waitUntil(read.message.isVisible)
    assert "not recorded in the trail, and the work goes on" in read.message.label.text()
    read.message.hide()
    hand.key(read, Key.Key_N, CTRL)
    qtbot.waitUntil(lambda: not read.jobs.busy(RECORDING))
    assert not read.message.isVisible()
    hand.key(read, Key.Key_S, CTRL)
    assert "Reading saved" in read.message.label.text()
    hand.key(read, Key.Key_F1, CTRL)
    qtbot.waitUntil(lambda: str(trail_place.file) in read.message.label.text())
