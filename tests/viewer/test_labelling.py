"""Slice labels: by key, by click, for the whole range; shown where slices are; undone and saved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel

from desktop.reading.saved import Reading
from desktop.viewer.desk.labelling import label_of, labelled
from desktop.viewer.theme import VERDICT_LINES

SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_keys_label_the_slice_on_screen_and_again_take_the_label_away(desk, hand):
    panel = desk.report_step.labels
    desk.display.go_to(4)
    hand.key(desk, Qt.Key.Key_P)
    assert labelled(desk.case) == {4: True}
    assert (panel.positive.isChecked(), panel.negative.isChecked()) == (True, False)
    hand.key(desk, Qt.Key.Key_Up)
    assert not panel.positive.isChecked()
    hand.key(desk, Qt.Key.Key_N)
    assert labelled(desk.case) == {4: True, 5: False}
    hand.key(desk, Qt.Key.Key_Down)
    hand.key(desk, Qt.Key.Key_N)
    assert labelled(desk.case) == {4: False, 5: False}
    hand.key(desk, Qt.Key.Key_N)
    assert labelled(desk.case) == {5: False}
    for expected in ({4: False, 5: False}, {4: True, 5: False}, {4: True}, {}):
        desk.case.undo()
        assert labelled(desk.case) == expected


def test_clicks_do_what_the_keys_do(desk, hand):
    panel = desk.report_step.labels
    for widget, label in ((panel.negative, False), (panel.positive, True), (panel.positive, None)):
        hand.click(widget, widget.rect().center())
        assert label_of(desk.case, desk.display.index) is label
        assert (panel.positive.isChecked(), panel.negative.isChecked()) == (label is True, label is False)


def test_a_key_gives_the_verdict_on_the_case_and_again_takes_it_away(desk, hand):
    control = Qt.KeyboardModifier.ControlModifier
    for key, verdict in ((Qt.Key.Key_P, "positive"), (Qt.Key.Key_N, "negative"), (Qt.Key.Key_I, "indeterminate")):
        hand.key(desk, key, control)
        assert desk.case.own_verdict == verdict
        assert desk.report_step.answer.currentText() == verdict
    assert not labelled(desk.case), "no slice is labelled by it"
    hand.key(desk, Qt.Key.Key_I, control)
    assert desk.case.own_verdict is None
    desk.case.undo()
    assert desk.case.own_verdict == "indeterminate"


def test_the_button_of_a_label_stays_down_in_its_colour(desk, hand):
    panel = desk.report_step.labels
    before = panel.positive.grab().toImage()
    for key, widget, truth in ((Qt.Key.Key_P, panel.positive, "positive"), (Qt.Key.Key_N, panel.negative, "negative")):
        hand.key(desk, key)
        inside = QPoint(6, widget.height() // 2)
        assert widget.grab().toImage().pixelColor(inside).name() == VERDICT_LINES[truth]
    assert panel.positive.grab().toImage() == before


def test_the_buttons_say_what_they_are_about_and_stay_in_their_place(desk):
    """They stand beside the verdict on the case, and would be taken for it."""
    panel, positions = desk.report_step.labels, desk.case.volume.geometry.positions_mm
    QApplication.processEvents()
    before = panel.positive.mapTo(desk, panel.positive.rect().topLeft())
    desk.case.mark(desk.case.marks.with_low(float(positions[2])).with_high(float(positions[6])), "Range")
    QApplication.processEvents()
    assert panel.count.text() == "0 of 5 slices labelled"
    assert "Invasion on this slice" in [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert panel.positive.mapTo(desk, panel.positive.rect().topLeft()) == before
    assert panel.count.height() < 2 * panel.count.fontMetrics().height()


def test_all_slices_of_the_range_at_once(desk, hand):
    hand.key(desk, Qt.Key.Key_P, SHIFT)
    assert labelled(desk.case) == {}
    assert "Set the range first" in desk.message.label.text()
    positions = desk.case.volume.geometry.positions_mm
    desk.case.mark(desk.case.marks.with_low(float(positions[2])).with_high(float(positions[6])), "Range")
    hand.key(desk, Qt.Key.Key_N, SHIFT)
    assert labelled(desk.case) == dict.fromkeys(range(2, 7), False)
    desk.display.go_to(3)
    hand.key(desk, Qt.Key.Key_P)
    assert "5 of 5 slices labelled" in desk.report_step.labels.count.text()
    hand.key(desk, Qt.Key.Key_P)
    assert "4 of 5 slices labelled" in desk.report_step.labels.count.text()
    desk.case.undo()
    desk.case.undo()
    desk.case.undo()
    assert labelled(desk.case) == {}


def test_labels_are_saved_and_come_back_and_are_kept_in_drafts(marked, volume, tmp_path, hand):
    hand.key(marked, Qt.Key.Key_N, SHIFT)
    marked.display.go_to(marked.case.marks.span.indices(volume.geometry.positions_mm)[1])
    hand.key(marked, Qt.Key.Key_P)
    before = labelled(marked.case)
    marked.saving.save_reading(tmp_path / "reading.json")
    assert not marked.case.unsaved
    marked.case.open(volume, Reading.load(tmp_path / "reading.json"))
    assert labelled(marked.case) == before
    assert set(before.values()) == {True, False}
    marked.case.undo()
    assert labelled(marked.case) == before, "the history begins anew"


def test_a_label_of_an_older_reading_which_names_no_frame_is_seen_and_replaced(marked, volume, hand):
    index = marked.display.index
    uid = volume.series.slices[index].sop_instance_uid
    marked.case.change(replace(marked.case.done, labels={(uid, None): True}), "As of an older reading")
    assert label_of(marked.case, index) is True
    hand.key(marked, Qt.Key.Key_N)
    assert marked.case.done.labels == {(uid, volume.series.slices[index].place.frame): False}
    hand.key(marked, Qt.Key.Key_N)
    assert marked.case.done.labels == {}


@pytest.mark.parametrize(("key", "name"), [(Qt.Key.Key_P, "positive"), (Qt.Key.Key_N, "negative")])
def test_labels_are_seen_at_slice_bar_and_slider(marked, headless, hand, key, name, drawn):
    marked.case.accept(headless)
    marked.display.go_to(headless.slices[1].index)
    hand.key(marked, key)
    QApplication.processEvents()
    marked.views.axial.grab()
    assert any("labelled: " in text for text in drawn)
    slider = marked.views.slider
    index = headless.slices[1].index
    picture = slider.grab().toImage()
    assert picture.pixelColor(slider.width() // 2 - 8, round(slider.y_of(index))).name() == VERDICT_LINES[name]
    bars = marked.views.plots.bars
    picture, at = bars.grab().toImage(), bars.to_screen(index + 1 - 0.36, -0.04)
    around = {picture.pixelColor(round(at.x()) + dx, round(at.y())).name() for dx in range(-4, 5)}
    assert VERDICT_LINES[name] in around
