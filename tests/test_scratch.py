"""What is made for the time being goes, whoever was killed, and what is in use stays."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import desktop.lock
from desktop.lock import Lock, NoLocks
from desktop.scratch import Scratch, sweep

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, forks and users of POSIX")

HOLDS = """
import sys
from pathlib import Path
from desktop.scratch import Scratch
scratch = Scratch(Path(sys.argv[1]), "x-")
scratch.path.mkdir()
(scratch.path / "picture").write_text("somebody")
print(scratch.path.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """A function that starts a process which holds a folder; the process and the folder's place."""
    started = []

    def start(*before: str) -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [*before, sys.executable, "-c", HOLDS, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path(desktop.lock.__file__).parents[1])},
        )
        started.append(process)
        assert process.stdout is not None
        return process, tmp_path / process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_name_is_removed_by_close_with_the_object_and_with_the_program(tmp_path):
    closed, dropped = Scratch(tmp_path, "x-"), Scratch(tmp_path, "x-")
    closed.path.mkdir()
    dropped.path.write_text("a file")
    closed.close()
    closed.close()
    del dropped
    assert not list(tmp_path.iterdir())


def test_only_what_nobody_holds_is_swept(tmp_path, holder):
    living, kept = holder()
    killed, left = holder()
    own = Scratch(tmp_path, "x-")
    own.path.mkdir()
    assert sweep(tmp_path, "x-") == ()
    assert kept.is_dir()
    assert left.is_dir()
    killed.kill()
    killed.wait()
    assert sweep(tmp_path, "x-") == ()
    assert not left.exists()
    assert (kept / "picture").exists()
    assert own.path.is_dir()
    living.communicate("")
    own.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces of Linux")
def test_what_is_held_in_another_process_namespace_stays(tmp_path, holder):
    """As in another container that shares the temporary folder: no number of a process means anything there."""
    unshare = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode:
        unshare = []  # namespaces are not allowed here: then at least another process
    living, kept = holder(*unshare)
    sweep(tmp_path, "x-")
    assert (kept / "picture").exists()
    living.kill()
    living.wait()
    for _ in range(100):
        sweep(tmp_path, "x-")
        if not kept.exists():
            break
        threading.Event().wait(0.05)
    assert not kept.exists()


@pytest.mark.parametrize("lock", [True, False])
@pytest.mark.parametrize("kind", ["folder", "file", "nothing"])
def test_whatever_a_kill_left_goes(tmp_path, lock, kind):
    name = tmp_path / f"x-{'0' * 16}"
    if kind == "folder":
        (name / "model").mkdir(parents=True)
        (name / "model" / "a").write_text("a")
    elif kind == "file":
        name.write_text("a")
    if lock:
        name.with_name(name.name + ".lock").write_text("")
    assert sweep(tmp_path, "x-") == ()
    assert not list(tmp_path.iterdir())


@posix
def test_what_is_not_ours_is_left_alone(tmp_path, monkeypatch):
    study = tmp_path / "study"
    study.mkdir()
    (study / "IM1").write_text("mine")
    for number, target in enumerate((study, study / "IM1", tmp_path / "nowhere")):
        (tmp_path / f"x-{number:016}").symlink_to(target)
        (tmp_path / f"x-{number + 10:016}.lock").symlink_to(target)
    os.mkfifo(tmp_path / f"x-{20:016}")
    os.mkfifo(tmp_path / f"x-{21:016}.lock")
    for name in ("x-results", "x-", f"x-{'0' * 15}", f"x-{'0' * 17}", f"y-{'0' * 16}", f"x-{'0' * 16}.txt"):
        (tmp_path / name).mkdir()
    before = sorted(tmp_path.rglob("*"))
    assert sweep(tmp_path, "x-") == ()
    assert sorted(tmp_path.rglob("*")) == before
    (tmp_path / f"x-{'a' * 16}").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: -1)
    sweep(tmp_path, "x-")
    assert (tmp_path / f"x-{'a' * 16}").is_dir()


@posix
def test_what_cannot_be_removed_is_told_and_all_else_goes(tmp_path, monkeypatch):
    folder = tmp_path / f"x-{'0' * 16}"
    folder.mkdir()
    for name in "abc":
        (folder / name).write_text("a")
    real = os.unlink

    def unlink(path, *rest, **more):
        if str(path).endswith("b"):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        real(path, *rest, **more)

    monkeypatch.setattr(os, "unlink", unlink)
    (left,) = sweep(tmp_path, "x-")
    assert str(left).startswith(f"{folder} was left by a run that was killed")
    assert [item.name for item in folder.iterdir()] == ["b"]
    monkeypatch.undo()
    assert sweep(tmp_path, "x-") == ()
    assert not list(tmp_path.iterdir())


def test_names_are_taken_while_others_sweep(tmp_path):
    """Between the making of a lock file and the hold on it another process may find and remove it."""
    stop = threading.Event()

    def tidy() -> None:
        while not stop.is_set():
            sweep(tmp_path, "x-")

    sweepers = [threading.Thread(target=tidy) for _ in range(3)]
    for thread in sweepers:
        thread.start()
    try:
        for _ in range(300):
            scratch = Scratch(tmp_path, "x-")
            scratch.path.mkdir()
            (scratch.path / "a").write_text("a")
            assert (scratch.path / "a").read_text() == "a"
            scratch.close()
    finally:
        stop.set()
        for thread in sweepers:
            thread.join()
    sweep(tmp_path, "x-")
    assert not list(tmp_path.iterdir())


def test_a_lock_is_held_once_and_its_file_goes_with_it(tmp_path):
    path = tmp_path / "lock"
    first = Lock.take(path)
    assert first
    assert Lock.take(path) is None
    first.release()
    assert not path.exists()
    again = Lock.take(path)
    assert again
    again.release()


def test_a_file_system_without_locks_is_no_hindrance(tmp_path, monkeypatch):
    """Nothing is swept there, since nobody can tell what is in use."""

    def hold(descriptor: int) -> bool:
        raise NoLocks(errno.ENOSYS, os.strerror(errno.ENOSYS))

    (tmp_path / f"x-{'0' * 16}").mkdir()
    monkeypatch.setattr(desktop.lock, "_hold", hold)
    scratch = Scratch(tmp_path, "x-")
    scratch.path.mkdir()
    assert sweep(tmp_path, "x-") == ()
    scratch.close()
    assert [item.name for item in tmp_path.iterdir()] == [f"x-{'0' * 16}"]
