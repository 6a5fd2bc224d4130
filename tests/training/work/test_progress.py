"""Progress on stderr: shares, time left, and work that turns out to be more than was thought."""

from __future__ import annotations

import pytest

import training.work.progress
from training.work.progress import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds, which the test sets."""
    now = [0.0]
    monkeypatch.setattr(training.work.progress, "perf_counter", lambda: now[0])
    return now


def test_the_time_left_follows_from_the_time_taken(clock, capsys):
    progress = Progress("Heads", 10)
    clock[0] = 60.0
    progress.tell(6)
    assert capsys.readouterr().err == "Heads: 60%, 40 s left\n"


def test_more_work_than_was_thought_is_never_more_than_all_of_it(clock, capsys):
    progress = Progress("Heads", 10)
    clock[0] = 60.0
    progress.tell(11)
    assert capsys.readouterr().err == "Heads: 100%, 0 s left\n"
