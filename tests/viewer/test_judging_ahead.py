"""While the reader still marks, slices are judged in the background: Analyse then answers at once."""

from __future__ import annotations

import threading
from time import thread_time

import pytest
from PySide6.QtCore import Qt

from desktop.inference.analyse import NotJudged, analyse
from desktop.messages import message
from desktop.viewer.desk import judging as judging_module
from desktop.viewer.desk.case import ResultState
from desktop.viewer.desk.judging import Judging

REST = Judging._rest


class Calls:
    """Every analysis that was begun; each waits until it is released."""

    def __init__(self) -> None:
        self.began, self.release = [], threading.Event()

    def __call__(self, region, network, work):
        self.began.append(region)
        while not self.release.wait(0.005):
            if work.stop():
                break
        return analyse(region, network, work)


@pytest.fixture
def calls(monkeypatch) -> Calls:
    calls = Calls()
    monkeypatch.setattr(judging_module, "analyse", calls)
    yield calls
    calls.release.set()


@pytest.fixture
def resting(monkeypatch, calls, request):
    """The phantom on the desk with its marks, a window that judges ahead after a moment."""
    monkeypatch.setattr(Judging, "_rest", REST)
    monkeypatch.setattr(judging_module, "REST_MS", 30)
    return request.getfixturevalue("marked")


def quiet(window):
    step = window.result_step
    return not window.judging.busy and step.analyse.isVisible() and not step.progress.isVisible()


def test_analyse_answers_at_once_and_nobody_saw_anything_before(resting, calls, qtbot, headless):
    calls.release.set()
    qtbot.waitUntil(lambda: resting.judging._ahead is not None, timeout=30000)
    assert quiet(resting)
    assert resting.case.result_state is ResultState.NONE
    assert "No result yet" in resting.result_step.banner.sentence.text()
    started = thread_time()  # the interface's own: a busy computer stops it for as long as it takes
    resting.result_step.analyse.click()
    assert thread_time() - started < 0.2
    assert resting.case.result.verdict is headless.verdict
    assert [one.logit for one in resting.case.result.slices] == [one.logit for one in headless.slices]
    assert len(calls.began) == 1


def test_asked_for_meanwhile_it_is_waited_for_and_not_begun_again(resting, calls, qtbot):
    qtbot.waitUntil(lambda: len(calls.began) == 1, timeout=10000)
    assert quiet(resting)
    resting.result_step.analyse.click()
    resting.result_step.analyse.click()
    assert resting.judging.busy
    assert resting.result_step.progress.isVisible()
    with qtbot.waitSignal(resting.case.judged, timeout=30000):
        calls.release.set()
    assert resting.case.result is not None
    assert len(calls.began) == 1


def test_other_marks_begin_anew_and_the_older_answer_is_never_shown(resting, calls, qtbot, hand):
    qtbot.waitUntil(lambda: len(calls.began) == 1, timeout=10000)
    hand.key(resting, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    calls.release.set()
    qtbot.waitUntil(lambda: resting.judging._ahead is not None, timeout=30000)
    assert len(calls.began) == 2
    assert calls.began[1].roi == resting.case.marks.roi != calls.began[0].roi
    hand.key(resting, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(resting.case.judged, timeout=30000):
        resting.result_step.analyse.click()
    assert resting.case.result.region.roi == resting.case.marks.roi


def test_the_readers_answer_and_labels_do_not_begin_it_anew(resting, calls, qtbot, hand):
    qtbot.waitUntil(lambda: len(calls.began) == 1, timeout=10000)
    hand.key(resting, Qt.Key.Key_P)
    calls.release.set()
    qtbot.waitUntil(lambda: resting.judging._ahead is not None, timeout=30000)
    hand.key(resting, Qt.Key.Key_N)
    qtbot.wait(200)
    assert len(calls.began) == 1


def test_a_failure_is_told_only_when_somebody_asks(resting, calls, qtbot, monkeypatch):
    begun = []

    def fails(*arguments):
        begun.append(arguments)
        raise NotJudged(message("No."))

    monkeypatch.setattr(judging_module, "analyse", fails)
    calls.release.set()
    resting.case.mark(resting.case.marks.with_high(resting.case.marks.high_mm - 3), "Range")
    qtbot.waitUntil(lambda: len(begun) == 1 and not resting.jobs._running, timeout=10000)
    assert not resting.message.isVisible()
    resting.result_step.analyse.click()
    qtbot.waitUntil(lambda: resting.message.isVisible(), timeout=10000)
    assert resting.message.label.text() == "No."


def test_the_window_can_be_closed_while_something_is_judged_ahead(resting, calls, qtbot):
    qtbot.waitUntil(lambda: len(calls.began) == 1, timeout=10000)
    resting.close()
    assert not resting.jobs._running or not any(job._thread.is_alive() for job in resting.jobs._running)
