"""Analyse: the same numbers as without a window, never shown beyond their marks."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.errors import Cancelled
from desktop.inference.maps import Localisation, MapFacts
from desktop.messages import message, verbatim
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Run, Verdict
from desktop.reading.saved import Reading
from desktop.viewer.desk import judging as judging_module
from desktop.viewer.desk.case import Marks, ResultState
from desktop.viewer.pictures.heat import ColourBar
from desktop.viewer.theme import NEGATIVE_BAR, POSITIVE_BAR

Key = Qt.Key

EDGE_PX = 12
"""Of a view, where marks in the colours of the other views lie."""


@pytest.fixture
def read(marked, headless, marks):
    """The phantom with its result."""
    marked.case.accept(headless)
    return marked


def test_the_window_finds_exactly_what_the_command_finds(marked, headless, qtbot):
    assert marked.result_step.analyse.isEnabled()
    with qtbot.waitSignal(marked.case.judged, timeout=30000):
        marked.result_step.analyse.click()
        assert marked.judging.busy
        assert marked.result_step.progress.cancel.isVisible()
        assert not marked.result_step.analyse.isVisible()
    result = marked.case.result
    other = {"maps", "timing"}
    assert {k: v for k, v in vars(result).items() if k not in other} == {
        k: v for k, v in vars(headless).items() if k not in other
    }
    assert (result.maps.evidence == headless.maps.evidence).all()
    qtbot.waitUntil(lambda: not marked.judging.busy)
    assert marked.result_step.analyse.isVisible()


def test_the_demonstration_is_analysed_without_a_click(window, study, volume, headless, marks, qtbot):
    """`clivus demo` reads its study from end to end; the window used to wait for the button."""
    window.open(study, reading=Reading(volume.series.name, marks.roi, marks.span))
    window.judging.analyse_when_ready()
    qtbot.waitUntil(lambda: window.case.result is not None, timeout=30000)
    assert window.case.result.score == headless.score
    qtbot.waitUntil(lambda: not window.judging.busy)


def test_a_reading_names_a_slice_of_its_stack(marked, volume):
    """The frames of a file share a UID, so that the place in the file belongs to it."""
    first = volume.series.slices[0]
    framed = replace(first, place=replace(first.place, frame=5))
    series = replace(volume.series, slices=(framed, *volume.series.slices[1:]))
    marked.case.open(replace(volume, series=series), marked.case.reading(None))
    saved = marked.case.reading(None)
    assert (saved.sop_instance_uid, saved.frame) == (first.sop_instance_uid, 5)


def test_a_slice_with_a_result_comes_on_screen(marked, headless, marks):
    marked.display.go_to(0)
    marked.case.accept(headless)
    assert marked.display.index == headless.slices[headless.strongest].index
    marked.display.go_to(headless.slices[0].index)
    marked.case.accept(headless)
    assert marked.display.index == headless.slices[0].index


def test_the_banner_says_verdict_run_and_what_it_may_not_be_used_for(read, headless):
    banner = read.result_step.banner
    assert banner.word.text().endswith(headless.verdict.upper())
    assert "Demonstration, not for clinical use." in banner.use.text()
    assert banner.use.isVisible()
    run = headless.run
    assert f"Run: {run.slices} slice" in banner.run.text()
    assert f"{run.mm:.1f} mm" in banner.run.text()
    assert banner.run.isVisible()
    assert "on CPU" in banner.details.text()
    assert "Demonstration, not for clinical use." in banner.accessibleName()
    assert "on CPU" in read.status.model.text()


@pytest.mark.parametrize("verdict", list(Verdict))
def test_verdicts_differ_in_words_and_sign(window, volume, marks, headless, verdict):
    window.case.open(volume)
    window.case.mark(marks, "Marks")
    window.case.accept(replace(headless, verdict=verdict, run=Run(0, 0.0, 0)))
    sign, word = window.result_step.banner.word.text().split()
    assert word == verdict.upper()
    assert sign == {"positive": "▲", "negative": "▽", "indeterminate": "?"}[verdict]
    window.views.plots.bars.grab()


def test_where_the_network_has_seen_nothing_like_it_there_is_no_verdict_and_no_red(window, volume, marks, headless):
    name = "model's heads"
    unseen = replace(
        next(check for check in headless.checks if check.name == name), status="fail", message=message("Unseen.")
    )
    checks = tuple(unseen if check.name == name else check for check in headless.checks)
    window.case.open(volume)
    window.case.mark(marks, "Marks")
    window.case.accept(replace(headless, verdict=Verdict.INDETERMINATE, checks=checks))
    banner = window.result_step.banner
    assert banner.word.text() == "?  NO VERDICT"
    assert banner.sentence.text() == "Unseen."
    assert "Unseen." not in banner.reasons.text()
    assert f"Run: {headless.run.slices} slice" in banner.run.text()
    picture = window.views.plots.bars.grab().toImage()
    seen = {
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)
    }
    assert NEGATIVE_BAR in seen
    assert POSITIVE_BAR not in seen


def test_a_short_list_of_series_leaves_the_room_to_the_verdict(window, study, qtbot):
    """A list of one series took half of the column, and the verdict lay below the screen."""
    window.open(study)
    qtbot.waitUntil(lambda: window.case.volume is not None and not window.opening.busy, timeout=30000)
    listed = window.series_step.list
    assert listed.count() == 1
    qtbot.waitUntil(lambda: listed.visualItemRect(listed.item(0)).height() <= listed.height() < 150, timeout=5000)


def test_cautions_are_counted_and_one_key_shows_them_on_a_low_screen(marked, headless, hand, qtbot):
    """They swelled the verdict: on a low screen one and a half lines of it remained."""
    long = "The spacing of the slices in the range varies from 2.5 to 5.0 mm: look at each slice of the run yourself."
    doubts = [replace(headless.checks[0], status="warn", message=verbatim(f"{number}: {long}")) for number in range(6)]
    passed = [check for check in headless.checks if check.status == "pass"]
    marked.case.accept(replace(headless, checks=(*passed, *doubts)))
    QApplication.processEvents()
    assert marked.height() == 768
    banner, report = marked.result_step.banner, marked.report_step
    assert "6 cautions" in banner.fold.text()
    assert not banner.reasons.isVisible()
    folded = banner.word.mapTo(marked, QPoint(0, 0))

    def in_sight():
        shown = (banner.word, banner.sentence, banner.run, banner.use, report.answer, report.report, report.reading)
        return [part for part in shown if part.visibleRegion().boundingRect() != part.rect()]

    assert not in_sight()
    hand.key(marked, Qt.Key.Key_V)
    QApplication.processEvents()
    assert "6 cautions, shown" in banner.fold.accessibleName()
    assert [line.startswith(f"• {number}: ") for number, line in enumerate(banner.reasons.text().splitlines())] == (
        [True] * 6
    )
    assert banner.reasons.isVisible()
    assert not in_sight()
    assert banner.reasons.height() >= banner.reasons.heightForWidth(banner.reasons.width())
    hand.click(banner.fold, banner.fold.rect().center())
    assert not banner.reasons.isVisible()
    qtbot.waitUntil(lambda: banner.word.mapTo(marked, QPoint(0, 0)) == folded, timeout=5000)


def test_the_log_odds_under_the_pointer_are_told(read, headless, hand):
    axial, number = read.views.axial, headless.strongest
    read.display.go_to(headless.slices[number].index)
    left, top, width, height = headless.region.rectangles[number]
    size = headless.maps.evidence.shape[1]
    for down, across in ((0.5, 0.5), (0.1, 0.9), (0.98, 0.02)):
        hand.move(axial, hand.at(axial, left + across * width, top + down * height))
        text, unit, *meaning = read.status.evidence.text().split()
        near = headless.maps.evidence[number, round(down * size) - 3 : round(down * size) + 4][
            :, max(0, round(across * size) - 3) : round(across * size) + 4
        ]
        assert near.min() - 0.005 <= float(text) <= near.max() + 0.005
        sides = {True: "for", False: "against"}
        assert (unit, meaning) == ("log-odds/cm²,", [sides[float(text) > 0], "invasion"])
    hand.move(axial, hand.at(axial, left - 3, top + 3))
    assert read.status.evidence.text() == ""
    hand.move(axial, hand.at(axial, left + width / 2, top + height / 2))
    read.display.go_to(0)
    assert read.status.evidence.text() == ""
    read.display.go_to(headless.slices[number].index)
    assert read.status.evidence.text()
    read.case.mark(Marks(), "Away with it")
    assert read.status.evidence.text() == ""


def test_without_cautions_the_line_tells_of_details(marked, headless, hand):
    passed = tuple(check for check in headless.checks if check.status == "pass")
    marked.case.accept(replace(headless, checks=passed))
    banner = marked.result_step.banner
    assert banner.fold.text().startswith("Details")
    hand.click(banner.fold, banner.fold.rect().center())
    assert not banner.reasons.isVisible()
    assert "Cut-off" in banner.details.text()
    assert banner.details.isVisible()


def test_failing_checks_are_told_with_an_indeterminate_verdict(window, volume, marks, qtbot):
    thick = tuple(replace(item, thickness_mm=5.0) for item in volume.series.slices)
    window.case.open(replace(volume, series=replace(volume.series, slices=thick)))
    window.case.mark(marks, "Marks")
    with qtbot.waitSignal(window.case.judged, timeout=30000):
        window.judging.analyse()
    assert "INDETERMINATE" in window.result_step.banner.word.text()
    assert "too thick" in window.result_step.banner.sentence.text()


def test_a_change_of_the_marks_outdates_the_result_and_undo_brings_it_back(read, headless, marks):
    read.case.mark(marks.with_roi(Roi.everywhere(1, 1, 50, 50)), "Move ROI")
    assert read.case.result is None
    assert read.case.result_state is ResultState.OUTDATED
    banner = read.result_step.banner
    assert banner.word.text() == "OUT OF DATE"
    assert headless.verdict.upper() not in banner.accessibleName()
    assert not read.report_step.report.isEnabled()
    assert not read.views.heat_bar.opacity.isEnabled()
    assert not read.views.heat_bar.look.isEnabled()
    read.case.history.undo()
    assert read.case.result is headless
    assert read.report_step.report.isEnabled()
    read.case.mark(marks.with_high(marks.high_mm - 3), "Range")
    assert read.case.result is None


def test_another_series_takes_the_result_away(read, small):
    read.case.open(small)
    assert read.case.result_state is ResultState.NONE
    assert read.result_step.banner.sentence.text() == "No result yet."


def test_the_reason_why_not_is_said_in_words(window, volume, marks, small):
    step = window.result_step
    assert "Open a folder" in step.reason.text()
    window.case.open(volume)
    assert "range" in step.reason.text()
    assert "ROI" in step.reason.text()
    window.case.mark(replace(marks, low_mm=None), "Marks")
    assert "lower end of the clivus" in step.reason.text()
    window.case.mark(replace(marks, high_mm=None), "Marks")
    assert "base of the sphenoid sinus" in step.reason.text()
    window.case.mark(replace(marks, roi=None), "Marks")
    assert step.reason.text() == "Place the ROI first."
    window.case.mark(replace(marks, low_mm=marks.high_mm), "Marks")
    assert "at least 2 slices" in step.reason.text()
    assert not step.analyse.isEnabled()
    window.case.mark(marks, "Marks")
    assert step.analyse.isEnabled()
    assert not step.reason.isVisible()
    window.case.open(replace(volume, series=replace(volume.series, modality="MR")))
    assert "not a CT" in step.reason.text()


def test_cancelling_leaves_everything_as_it_was(marked, qtbot, monkeypatch):
    started, ended = threading.Event(), threading.Event()

    def slow(region, network, work):
        started.set()
        work.progress(1, 5)
        while not work.stop():
            ended.wait(0.005)
        ended.set()
        raise Cancelled

    monkeypatch.setattr(judging_module, "analyse", slow)
    before = marked.case.marks
    marked.judging.analyse()
    qtbot.waitUntil(lambda: marked.result_step.progress.bar.format() == "Slices: 1 of 5")
    assert started.is_set()
    marked.result_step.progress.cancel.click()
    assert not marked.judging.busy
    qtbot.waitUntil(ended.is_set)
    assert marked.case.marks == before
    assert marked.case.result_state is ResultState.NONE
    assert marked.result_step.analyse.isEnabled()
    assert not marked.message.isVisible()


def test_an_answer_that_comes_after_cancelling_is_not_heard(marked, headless, qtbot, monkeypatch):
    release = threading.Event()

    def deaf(*arguments):
        release.wait(5)
        return headless

    monkeypatch.setattr(judging_module, "analyse", deaf)
    marked.judging.analyse()
    marked.judging.cancel()
    release.set()
    qtbot.waitUntil(lambda: not marked.jobs._running)
    assert marked.case.result_state is ResultState.NONE


def test_marks_changed_during_the_analysis_do_not_get_its_result(marked, headless, marks, qtbot, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(judging_module, "analyse", lambda *arguments: (release.wait(5), headless)[1])
    marked.judging.analyse()
    marked.case.mark(marks.with_roi(Roi.everywhere(5, 5, 90, 70)), "Move ROI")
    with qtbot.waitSignal(marked.case.judged):
        release.set()
    assert marked.case.result_state is ResultState.OUTDATED


def bar_rect(bars, answer):
    """Where the bar of a slice may reach, from no to full probability, in pixels."""
    x = answer.index + 1
    return QRectF(bars.to_screen(x - 0.5, 1), bars.to_screen(x + 0.5, 0))


def test_every_bar_jumps_to_its_slice(read, headless, hand):
    for answer in headless.slices:
        centre = bar_rect(read.views.plots.bars, answer).center()
        hand.press(read.views.plots.bars, centre)
        hand.release(read.views.plots.bars, centre)
        assert read.display.index == answer.index
    hand.press(read.views.plots.bars, QPointF(2, 60))
    hand.release(read.views.plots.bars, QPointF(2, 60))
    assert read.display.index == headless.slices[-1].index


def test_positive_and_negative_bars_differ_in_shape(window, volume, marks, headless):
    """Filled or hollow: the inside of a negative bar is background."""
    half = [replace(a, positive=i % 2 == 0, probability=0.9) for i, a in enumerate(headless.slices)]
    window.case.open(volume)
    window.case.mark(marks, "Marks")
    window.case.accept(replace(headless, slices=tuple(half)))
    image = window.views.plots.bars.grab().toImage()
    colours = []
    for number in range(len(half)):
        full = bar_rect(window.views.plots.bars, half[number])
        x, y = full.left() + 0.3 * full.width(), full.bottom() - 0.2 * full.height()
        colours.append(image.pixelColor(int(x), int(y)).name())
    assert len(set(colours[::2])) == len(set(colours[1::2])) == 1
    assert colours[0] != colours[1]


def test_h_hides_the_heat_map_while_it_is_held(read, headless, hand):
    read.display.go_to(headless.slices[headless.strongest].index)
    shown = coloured(read, hand)
    QTest.keyPress(read.views.axial, Key.Key_H)
    hidden = coloured(read, hand)
    QTest.keyRelease(read.views.axial, Key.Key_H)
    assert shown > hidden + 200
    assert coloured(read, hand) == shown
    read.views.heat_bar.opacity.setValue(0)
    assert coloured(read, hand) == pytest.approx(hidden, abs=30)


def test_h_held_long_or_let_go_in_another_window_leaves_nothing_hidden(read):
    """A held key repeats, and its release goes to whatever has the keyboard by then."""
    view, display = read.views.axial, read.display
    QTest.keyPress(view, Key.Key_H)
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyRelease):  # as a system repeats it
        repeated = QKeyEvent(kind, Key.Key_H, Qt.KeyboardModifier.NoModifier, "h", True)
        QApplication.sendEvent(view, repeated)
        assert display.heat_hidden
    QApplication.sendEvent(read, QEvent(QEvent.Type.WindowDeactivate))
    assert not display.heat_hidden
    QTest.keyPress(view, Key.Key_H)
    read.case.open(read.case.volume)
    assert not display.heat_hidden
    QTest.keyRelease(view, Key.Key_H)
    assert not display.heat_hidden


def test_no_heat_map_outside_the_range_or_when_out_of_date(read, headless, marks, hand):
    read.display.go_to(headless.slices[headless.strongest].index)
    shown = coloured(read, hand)
    read.case.mark(marks.with_roi(Roi.everywhere(*(x + 1 for x in marks.roi.at(0)))), "Marks")
    assert coloured(read, hand) < shown - 200
    read.case.mark(marks, "Marks")
    read.display.go_to(0)
    assert coloured(read, hand) < shown - 200


def coloured(window, hand):
    """Warm pixels inside the ROI on screen."""
    image = window.views.axial.grab(hand.roi(window.views.axial).toRect().adjusted(4, 4, -4, -4)).toImage()
    pixels = [image.pixelColor(x, y) for y in range(0, image.height(), 2) for x in range(0, image.width(), 2)]
    return sum(c.red() > c.blue() + 12 for c in pixels)


def test_what_speaks_against_is_blue_and_in_the_papers_look_it_is_nothing(window, volume, marks, headless, hand):
    """On a slice without evidence for invasion the map used to be empty."""
    against = replace(
        headless.maps,
        evidence=np.full_like(headless.maps.evidence, -headless.maps.scale),
        grad_cam=np.zeros_like(headless.maps.grad_cam),
    )
    window.case.open(volume)
    window.case.mark(marks, "Marks")
    window.case.accept(replace(headless, maps=against))
    window.display.set_heat_opacity(1.0)
    middle = hand.roi(window.views.axial).center().toPoint()
    assert window.views.axial.grab().toImage().pixelColor(middle).getRgb()[:3] == pytest.approx((86, 180, 233), abs=2)
    QTest.keyClick(window.views.axial, Key.Key_G)
    assert window.views.axial.grab().toImage().pixelColor(middle).getRgb()[:3] == pytest.approx((0, 0, 128), abs=2)


def test_the_look_of_the_map_is_chosen_by_key_or_control_and_kept_for_the_next_case(read, headless, volume, marks):
    bar, action = read.views.heat_bar, read.actions_by_name["toggle_paper_map"]
    axial = read.views.axial
    assert (bar.look.currentText(), action.isChecked()) == ("For and against", False)
    QTest.keyClick(axial, Key.Key_G)
    assert (bar.look.currentText(), action.isChecked()) == ("As in the paper", True)
    read.case.open(volume)
    read.case.mark(marks, "Marks")
    read.case.accept(headless)
    assert read.display.paper_map
    QTest.keyClick(bar.look, Key.Key_Up)
    assert (read.display.paper_map, action.isChecked()) == (False, False)


def test_arrow_keys_work_the_controls_of_the_map_that_tab_led_to(read):
    """They went through the slices: a reader without a mouse could not change the opacity."""
    bar, index = read.views.heat_bar, read.display.index
    bar.opacity.setFocus()
    for key, percent in ((Key.Key_Home, 0), (Key.Key_Up, 1), (Key.Key_PageUp, 11), (Key.Key_Down, 10)):
        QTest.keyClick(bar.opacity, key)
        assert bar.opacity.value() == percent
    bar.look.setFocus()
    QTest.keyClick(bar.look, Key.Key_Down)
    assert read.display.paper_map
    assert read.display.index == index
    read.views.axial.setFocus()
    QTest.keyClick(read.views.axial, Key.Key_Up)
    assert read.display.index == index + 1


def test_the_legend_draws_both_ends_and_the_middle_where_it_is_narrow(qtbot, read):
    legend = read.views.heat_bar.findChild(ColourBar)
    legend.setFixedWidth(legend.minimumWidth())
    axis = legend._item.getAxis("bottom")
    qtbot.waitUntil(lambda: legend.width() == legend.minimumWidth() and 0 < axis.width() <= legend.width())
    image = QImage(legend.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    _, _, texts = axis.generateDrawSpecs(painter)
    painter.end()
    assert len(texts) == 3, texts


def test_the_legend_says_unit_ends_and_whose_scale_it_is(read, headless, marks):
    legend = read.views.heat_bar.findChild(ColourBar)
    assert f"from {headless.maps.scale:.2g} against invasion, blue, to" in legend.accessibleName()
    assert "log-odds per cm²" in legend.accessibleName()
    silent = replace(headless.manifest, maps=None)
    read.case.use_model(silent)
    read.case.accept(replace(headless, maps=replace(headless.maps, scale_is_models=False), manifest=silent))
    assert "the scale is that of this case alone" in legend.toolTip()
    assert "was not measured" in legend.toolTip()
    measured = MapFacts(1.5, Localisation(-20.3, 3.1, 25.4, -3.84, 0.59, 4.81, 288))
    manifest = replace(headless.manifest, maps=measured)
    read.case.use_model(manifest)
    maps = replace(headless.maps, scale=1.5, scale_is_models=True)
    read.case.accept(replace(headless, maps=maps, manifest=manifest))
    assert "from 1.5 against invasion, blue, to 1.5 for invasion, orange" in legend.accessibleName()
    assert "the same for all cases of this model" in legend.toolTip()
    assert "off by 4.8 mm (median), on average 3.8 mm to the front and 0.6 mm to the patient's left" in legend.toolTip()
    QTest.keyClick(read.views.axial, Key.Key_G)
    assert "each slice to its own maximum" in legend.accessibleName()
    assert "Slices cannot be compared" in legend.toolTip()


def test_a_hot_spot_is_drawn_where_it_lies(window, volume, marks, headless, hand):
    """The map's middle is the ROI's middle, to half a pixel of the CT."""
    evidence = np.zeros_like(headless.maps.evidence)
    evidence[:, 60:80, 150:170] = headless.maps.scale
    window.case.open(volume)
    window.case.mark(marks, "Marks")
    window.case.accept(replace(headless, maps=replace(headless.maps, evidence=evidence)))
    window.display.go_to(headless.slices[0].index)
    window.display.set_heat_opacity(1.0)
    window.views.axial.zoom_at(hand.roi(window.views.axial).center(), 3)
    image = window.views.axial.grab().toImage()
    warm = [
        (x + 0.5, y + 0.5)
        for y in range(EDGE_PX, image.height() - EDGE_PX)
        for x in range(EDGE_PX, image.width() - EDGE_PX)
        if image.pixelColor(x, y).red() > image.pixelColor(x, y).blue() + 90
    ]
    found = np.mean(warm, axis=0)
    column, row, width, height = volume.rectangle_to_standard(marks.roi.at(0))
    expected = hand.at(window.views.axial, column + width * 160 / 224, row + height * 70 / 224)
    half_pixel = window.views.axial.zoom * volume.geometry.column_mm / 2
    assert np.abs(found - (expected.x(), expected.y())).max() < half_pixel


def test_a_missing_model_is_told_and_nothing_else_is_lost(window_without_model, volume, marks, qtbot):
    window = window_without_model
    qtbot.waitUntil(window.message.isVisible)
    assert "There is no model at" in window.message.label.text()
    window.case.open(volume)
    window.case.mark(marks, "Marks")
    assert "There is no model at" in window.result_step.reason.text()
    assert not window.result_step.analyse.isEnabled()


def test_reading_and_report_are_saved(read, headless, tmp_path, qtbot):
    read.report_step.answer.setCurrentIndex(1)
    read.report_step.answer.activated.emit(1)
    read.saving.save_reading(tmp_path / "reading.json")
    saved = Reading.load(tmp_path / "reading.json")
    assert (saved.roi, saved.range) == (read.case.marks.roi, read.case.marks.span)
    assert saved.verdict is Verdict.POSITIVE
    assert saved.result["verdict"] == headless.verdict
    read.saving.save_report(tmp_path / "report")
    qtbot.waitUntil(lambda: "Report saved" in read.message.label.text(), timeout=20000)
    assert json.loads((tmp_path / "report" / "result.json").read_text())["score"] == headless.score


def test_a_place_that_cannot_be_written_is_told(read, tmp_path, qtbot):
    (tmp_path / "file").touch()
    read.saving.save_reading(tmp_path / "file" / "reading.json")
    assert "cannot be written" in read.message.label.text()
    read.message.hide()
    read.saving.save_report(tmp_path / "file")
    qtbot.waitUntil(read.message.isVisible)
    assert "choose a folder" in read.message.label.text()


def test_the_range_of_a_reading_beyond_the_slices_is_kept_as_it_is(window, volume, marks):
    """The window judges the range that was saved, not the nearest slices to it."""
    low, high = marks.low_mm, marks.high_mm
    reading = Reading(volume.series.name, marks.roi, PositionRange(low, high))
    window.case.open(volume, reading)
    assert (window.case.marks.low_mm, window.case.marks.high_mm) == (low, high)
    assert low <= volume.geometry.positions_mm[window.display.index] <= high
