"""A lock ends with its holder, and what it guarded can be told from what somebody still holds."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.locks import Lock

HOLDER = """
import sys
from pathlib import Path
from desktop.locks import Lock
lock = Lock.take(Path(sys.argv[1]))
print("held" if lock else "not held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another(path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_held_lock_is_neither_taken_nor_inherited(tmp_path):
    path = tmp_path / "lock"
    with held_by_another(path):
        assert Lock.take(path) is None
        assert Lock.take(path, wait_s=0.2) is None
        assert Lock.inherit(path) is None


def test_a_killed_holders_lock_is_inherited_and_goes(tmp_path):
    path = tmp_path / "lock"
    with held_by_another(path) as process:
        process.kill()
        process.wait()
        lock = Lock.inherit(path)
        assert lock is not None
        assert Lock.take(path) is None
        lock.release()
    assert not path.exists()
    assert Lock.inherit(path) is None


def test_a_lock_that_is_let_go_of_is_taken_by_who_waits(tmp_path):
    path = tmp_path / "lock"
    with held_by_another(path) as process:
        assert process.stdin is not None
        process.stdin.close()
        lock = Lock.take(path, wait_s=20)
    assert lock is not None
    lock.release()


def test_a_file_that_its_holder_removed_is_no_lock(tmp_path, monkeypatch):
    """Between opening and locking, the last holder may have let go: who then locks, locks a file without a name."""
    path = tmp_path / "lock"
    lock = Lock.take(path)
    assert lock is not None
    monkeypatch.setattr("desktop.locks._locked", lambda descriptor: lock.release() is None)
    assert Lock.inherit(path) is None


def test_a_share_without_locks_is_written_to_and_never_swept(tmp_path, monkeypatch):
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    path = tmp_path / "lock"
    monkeypatch.setattr("desktop.locks.fcntl.flock", no_locks)
    lock = Lock.take(path)
    assert lock is not None
    assert Lock.inherit(path) is None
    lock.release()
    assert not path.exists()


@pytest.mark.parametrize("kind", ["link", "hard link", "pipe", "folder"])
def test_another_ones_thing_of_that_name_is_left_alone(tmp_path, kind):
    path, kept = tmp_path / "lock", tmp_path / "kept"
    kept.write_text("precious")
    make = {"link": path.symlink_to, "hard link": path.hardlink_to}
    make[kind](kept) if kind in make else os.mkfifo(path) if kind == "pipe" else path.mkdir()
    with pytest.raises(OSError, match=r"\[Errno"):
        Lock.take(path)
    assert Lock.inherit(path) is None
    assert os.path.lexists(path)
    assert kept.read_text() == "precious"
