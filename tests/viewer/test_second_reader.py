"""The stability of a verdict: measured by itself after Analyse, ended by whatever takes the result away, shown."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.errors import Cancelled
from desktop.inference.analyse import NotJudged
from desktop.inference.stability import SECOND_READER, Stability, changes_of, measure
from desktop.messages import message
from desktop.reading.run import Verdict
from desktop.viewer.desk import second_reader as module
from desktop.viewer.desk.second_reader import STABILITY
from desktop.viewer.pictures.moved_rectangles import MovedRectangles

FEW = replace(SECOND_READER, draws=2)

WAIT_MS = 120_000
"""Far more than any wait here takes; on a machine that does much else, a slice takes seconds."""


@pytest.fixture
def resting_second_reader(monkeypatch):
    """Here it works, with few rectangles."""
    monkeypatch.setattr(module, "SECOND_READER", FEW)


@pytest.fixture(scope="module")
def stability(headless, network, volume):
    """What the command would find."""
    return measure(headless, network, FEW, changes_of(volume.series, FEW))


class Endless:
    """A measuring that goes on until it is stopped, and counts how often it began and ended."""

    def __init__(self) -> None:
        self.began, self.ended = [], []

    def __call__(self, result, network, spread, changes, work):
        self.began.append(result)
        work.progress(7, 20)
        pause = threading.Event()
        while not work.stop():
            pause.wait(0.002)
        self.ended.append(result)
        raise Cancelled


@pytest.fixture
def endless(monkeypatch):
    endless = Endless()
    monkeypatch.setattr(module, "measure", endless)
    return endless


@pytest.fixture
def measuring(marked, headless, endless, qtbot):
    """A verdict whose stability is being measured."""
    marked.case.accept(headless)
    panel = marked.result_step.stability
    qtbot.waitUntil(lambda: panel.line.text() == "Stability: 7 of 20", timeout=WAIT_MS)
    return marked


@pytest.fixture
def known(marked, headless, stability, endless):
    """A verdict whose stability is known."""
    marked.case.accept(headless)
    marked.case.accept_stability(stability)
    return marked


def test_after_the_verdict_it_is_measured_by_itself_and_equals_the_commands(marked, stability, qtbot):
    with qtbot.waitSignal(marked.case.stability_known, timeout=WAIT_MS):
        marked.result_step.analyse.click()
    found = marked.case.stability
    assert found.result is marked.case.result
    assert found.draws == stability.draws
    assert not marked.second_reader.busy
    banner = marked.result_step.banner
    assert f"nchanged in {'' if found.steady else 'only '}{found.unchanged} of 2 rectangles" in banner.accessibleName()
    assert "(SD 3 mm, 5 % in size)" in banner.accessibleName()


def test_progress_is_quiet_and_the_window_can_be_used_meanwhile(measuring):
    step = measuring.result_step
    assert step.analyse.isVisible()
    assert step.analyse.isEnabled()
    assert not step.progress.isVisible()
    assert step.stability.stop.isVisible()
    assert not step.stability.show_moves.isVisible()
    before = measuring.display.index
    measuring.display.step(1)
    assert measuring.display.index == before + 1
    assert measuring.second_reader.busy


def test_moving_the_roi_ends_it_and_undo_begins_it_anew(measuring, endless, hand, qtbot):
    axial = measuring.views.axial
    middle = hand.roi(axial).center()
    hand.drag(axial, middle, middle + type(middle)(40, 25))
    assert measuring.case.result is None
    assert not measuring.second_reader.busy
    assert not measuring.result_step.stability.isVisible()
    qtbot.waitUntil(lambda: len(endless.ended) == 1, timeout=WAIT_MS)
    measuring.case.undo()
    assert measuring.second_reader.busy
    qtbot.waitUntil(lambda: len(endless.began) == 2, timeout=WAIT_MS)


def test_a_new_analysis_ends_it_first(measuring, endless, headless, qtbot, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr("desktop.viewer.desk.judging.analyse", lambda *_: (release.wait(30), replace(headless))[1])
    measuring.result_step.analyse.click()
    assert measuring.judging.busy
    assert not measuring.jobs.busy(STABILITY)
    qtbot.waitUntil(lambda: len(endless.ended) == 1, timeout=WAIT_MS)
    release.set()
    qtbot.waitUntil(lambda: len(endless.began) == 2, timeout=WAIT_MS)
    assert endless.began[1] is measuring.case.result is not headless


def test_a_cancelled_analysis_leaves_the_result_whose_stability_is_measured_again(
    measuring, endless, qtbot, monkeypatch
):
    release = threading.Event()
    monkeypatch.setattr("desktop.viewer.desk.judging.analyse", lambda *_: release.wait(30))
    measuring.result_step.analyse.click()
    measuring.result_step.progress.cancel.click()
    release.set()
    qtbot.waitUntil(lambda: len(endless.began) == 2, timeout=WAIT_MS)
    assert endless.began[1] is measuring.case.result


def test_another_series_and_another_model_end_it(measuring, endless, small, network, qtbot, marks, volume, headless):
    measuring.case.use_model(replace(network.manifest, version="9"))
    qtbot.waitUntil(lambda: len(endless.ended) == 1, timeout=WAIT_MS)
    measuring.case.use_model(network.manifest)
    qtbot.waitUntil(lambda: len(endless.began) == 2, timeout=WAIT_MS)
    measuring.case.open(small)
    qtbot.waitUntil(lambda: len(endless.ended) == 2, timeout=WAIT_MS)
    assert not measuring.result_step.stability.isVisible()


def test_closing_the_window_ends_it(measuring, endless):
    measuring.close()
    assert len(endless.ended) == 1


def test_the_reader_can_stop_it_and_begin_it_again(measuring, endless, qtbot):
    panel = measuring.result_step.stability
    panel.stop.click()
    qtbot.waitUntil(lambda: len(endless.ended) == 1, timeout=WAIT_MS)
    assert panel.line.text() == "The stability was not measured."
    assert not panel.stop.isVisible()
    panel.measure.click()
    qtbot.waitUntil(lambda: panel.line.text() == "Stability: 7 of 20", timeout=WAIT_MS)
    assert panel.stop.isVisible()
    assert not panel.measure.isVisible()


def test_a_failure_is_told_and_not_tried_again(marked, headless, qtbot, monkeypatch):
    def fails(*arguments):
        raise NotJudged(message("No."))

    monkeypatch.setattr(module, "measure", fails)
    marked.case.accept(headless)
    panel = marked.result_step.stability
    qtbot.waitUntil(lambda: panel.line.text() == "The stability was not measured.", timeout=WAIT_MS)
    assert marked.message.label.text() == "No."
    assert not marked.second_reader.busy


def test_without_a_verdict_there_is_nothing_to_measure(marked, headless, endless):
    marked.case.accept(replace(headless, verdict=Verdict.INDETERMINATE))
    assert not marked.second_reader.busy
    assert not marked.result_step.stability.isVisible()
    marked.actions_by_name["toggle_moves"].trigger()
    assert "not known" in marked.message.label.text()
    assert not marked.display.moves_shown


@pytest.mark.parametrize(("same", "steady"), [(18, True), (11, False)])
def test_an_unsteady_verdict_is_a_caution_in_sight(marked, headless, stability, endless, same, steady):
    draw = replace(stability.draws[0], verdict=headless.verdict)
    other = replace(draw, verdict=Verdict.INDETERMINATE)
    marked.case.accept(headless)
    marked.case.accept_stability(Stability(headless, SECOND_READER, (draw,) * same + (other,) * (20 - same)))
    banner = marked.result_step.banner
    caution = "• The verdict is unchanged in only 11 of 20 rectangles as a second reader might place them"
    assert banner.reasons.text().startswith(caution) is not steady
    assert banner.details.text().startswith("Unchanged in 18 of 20 rectangles") is steady
    QApplication.processEvents()
    assert banner.word.visibleRegion().boundingRect() == banner.word.rect()


def test_a_click_shows_the_rectangles_over_the_slices_and_what_they_led_to(known, stability, headless, hand):
    axial, panel = known.views.axial, known.result_step.stability
    assert all(item.boundingRect().isEmpty() for item in axial.items() if isinstance(item, MovedRectangles))
    hand.click(panel.show_moves, panel.show_moves.rect().center())
    item = hand.item(axial, MovedRectangles)
    number = headless.region.indices.index(known.display.index)
    plane = item._plane
    expected = [axial.screen_rect(plane.area_of(draw.rectangles[number])) for draw in stability.draws]
    assert sorted(area.getRect() for _, area in item.shown) == sorted(area.getRect() for area in expected)
    texts = [label.text() for label in panel.counts.values()]
    assert [text.split(maxsplit=1)[1] for text in texts] == [
        f"{stability.count(verdict)} {verdict}" for verdict in Verdict
    ]
    assert f"as marked {headless.run.slices}" in panel.details.text()
    assert f"as marked {headless.score:.3f}" in panel.details.text()
    known.display.go_to(0)
    assert not item.isVisible(), "no slice of the range"
    known.display.go_to(headless.slices[0].index)
    assert item.isVisible()
    axial.setFocus()
    hand.key(known, Qt.Key.Key_S)
    assert not item.isVisible()
    assert not panel.details.isVisible()


def test_moved_rectangles_go_with_the_result_and_come_back_with_it(known, marks, stability):
    known.display.toggle_moves()
    known.case.mark(marks.with_high(marks.high_mm - 3), "Range")
    assert known.case.stability is None
    assert not known.result_step.stability.isVisible()
    known.case.undo()
    assert known.case.stability is stability
    assert known.result_step.stability.details.isVisible()


def test_bars_show_how_far_each_probability_reaches(known, stability):
    bars = known.views.plots.bars
    assert not bars._reaches._item.isVisible()
    known.display.toggle_moves()
    found = np.array([draw.probabilities for draw in stability.draws])
    shown = bars._reaches._item.opts
    assert shown["y"] - shown["height"] / 2 == pytest.approx(found.min(axis=0))
    assert shown["y"] + shown["height"] / 2 == pytest.approx(found.max(axis=0))
    bars.grab()


def test_it_is_saved_with_reading_and_report(known, stability, tmp_path, qtbot):
    assert known.saving.save_reading(tmp_path / "reading.json")
    result = json.loads((tmp_path / "reading.json").read_text())["result"]
    assert result["stability"]["unchanged"] == stability.unchanged
    known.saving.save_report(tmp_path / "report")
    qtbot.waitUntil(lambda: not known.jobs.busy("saving"), timeout=WAIT_MS)
    saved = json.loads((tmp_path / "report/result.json").read_text())
    assert saved["stability"] == result["stability"]
