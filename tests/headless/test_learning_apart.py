"""The process that learns, from its parent's side. What a real one does is tested with the window."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from desktop.errors import Cancelled, InstallationUnsound
from desktop.headless import learning_apart
from desktop.headless.learner import LearnerOrder, Told
from desktop.headless.learning_apart import NotLearned, learn_apart
from desktop.learning.chance import NotShown

ORDER = LearnerOrder("p.clivus", "places.json", "out", "out.learning", "out", "", "en")

TELL = 'print(json.dumps({"stage": 2, "name": "Features", "done": 3, "total": 9}), flush=True)'


@pytest.fixture
def child(tmp_path, monkeypatch):
    """A function that makes the child do something after it has told how far it is."""

    def does(what: str) -> None:
        script = tmp_path / "child.py"
        script.write_text(f"import json, os, signal, sys, time\njson.loads(sys.stdin.readline())\n{TELL}\n{what}\n")
        monkeypatch.setattr(learning_apart, "child_command", lambda module: [sys.executable, "-S", str(script)])

    return does


def learn(stop=lambda: False) -> list[Told]:
    heard: list[Told] = []
    learn_apart(ORDER, heard.append, stop)
    return heard


def ends_with(**ended: object) -> str:
    return f"print(json.dumps({ended!r}))"


def test_what_it_says_is_passed_on_until_it_ends(child) -> None:
    child(ends_with(why="", not_shown=False))
    assert learn() == [Told(2, "Features", 3, 9)]


@pytest.mark.parametrize(
    ("what", "kind", "says"),
    [
        (ends_with(why="The disk is full.", not_shown=False), NotLearned, "The disk is full."),
        (ends_with(why="Not better than chance.", not_shown=True), NotShown, "Not better than chance."),
        ("os.kill(os.getpid(), signal.SIGKILL)", NotLearned, "most often for lack of memory. What was done is kept"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", NotLearned, "its process crashed"),
        ("sys.stdout.write('{'); sys.exit(7)", NotLearned, "its process ended (exit status 0x7)"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="signals are of other systems")
def test_however_it_ends_one_sentence_says_so(child, what: str, kind: type[Exception], says: str) -> None:
    child(what)
    with pytest.raises(kind) as refused:
        learn()
    assert says in str(refused.value)


def test_it_is_ended_when_it_is_to_stop(child) -> None:
    child("time.sleep(600)")
    heard: list[Told] = []
    before = psutil.Process().children()  # such as decoders that several tests share
    with pytest.raises(Cancelled):
        learn_apart(ORDER, heard.append, lambda: bool(heard))
    assert set(psutil.Process().children()) <= set(before)


def test_one_that_cannot_be_started_is_said(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(learning_apart, "child_command", lambda module: [str(tmp_path / "nothing")])
    with pytest.raises(InstallationUnsound, match="cannot be started"):
        learn()
