"""What a killed run left in the temporary folder goes at the next start, of whatever command."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

import desktop.cli
import training.cli
from desktop.locks import Lock
from desktop.temporary import Left, TemporaryFolder, sweep_temporary

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, namespaces and users of POSIX")
ROOT = Path(desktop.__path__[0]).parent


HOLDS = """
import sys
from desktop.temporary import TemporaryFolder
folder = TemporaryFolder()
(folder.path / "000001").write_text("somebody")
print(folder.path.name, flush=True)
sys.stdin.read()
"""

LEFT = "clivus-private-abcdefgh"


@pytest.fixture
def temp(tmp_path, monkeypatch) -> Path:
    """The temporary folder."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def leave(temp):
    """A function that leaves a folder of this name with these files, as a kill does."""

    def make(name: str, *files: str) -> Path:
        (temp / name).mkdir()
        for file in files:
            (temp / name / file).write_bytes(b"somebody")
        return temp / name

    return make


@pytest.fixture
def holder(temp):
    """A function that starts a process which holds a folder; the process and the folder."""
    started = []

    def start(*before: str) -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [*before, sys.executable, "-c", HOLDS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(temp), "TEMP": str(temp)},
        )
        started.append(process)
        return process, temp / process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("main", "words"),
    [
        (desktop.cli.main, ["scan", "."]),
        (desktop.cli.main, ["scan", "nowhere"]),
        (desktop.cli.main, ["read", "nowhere", "--roi", "1,1,9,9", "--range", "0:9", "--out", "out"]),
        (desktop.cli.main, ["window", "nowhere"]),
        (training.cli.main, ["cohort", "check", "nowhere"]),
    ],
)
def test_every_command_sweeps_first(leave, monkeypatch, tmp_path, main, words):
    left = leave(LEFT, "000001", "000002", "lock")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(desktop.cli, "_open_window", lambda *_: 0)
    main(words)
    assert not left.exists()


def test_no_temporary_folder_is_no_hindrance_to_a_sweep(monkeypatch):
    def none() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(tempfile, "gettempdir", none)
    assert sweep_temporary() == ()


@pytest.mark.parametrize("main", [desktop.cli.main, training.cli.main])
def test_what_cannot_be_removed_is_told(monkeypatch, capsys, main):
    module = sys.modules[main.__module__]
    monkeypatch.setattr(module, "sweep_temporary", lambda: (Left(Path("/tmp/clivus-x"), "Read-only file system"),))
    main(["scan", "nowhere"] if main is desktop.cli.main else ["cohort", "check", "nowhere"])
    assert "/tmp/clivus-x was left by a run that was killed" in capsys.readouterr().err


def test_folders_of_the_older_naming_go_unless_their_program_runs(temp, leave):
    """They have no lock, only the number of a process, which by now may be anybody's."""
    sleeps = "import time; time.sleep(60)"
    older = subprocess.Popen([sys.executable, "-c", sleeps, "clivus"])
    other = subprocess.Popen([sys.executable, "-c", sleeps])
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    try:
        kept = [
            leave(f"clivus-{older.pid}-abcdef_1", "000001"),
            leave(f"clivus-{gone.pid}-abcdefgh", "000001", "result.json"),  # nobody's but a person's
            leave(f"clivus-{gone.pid}", "000001"),
            leave("clivus-results", "000001"),
        ]
        for process in (gone, other):
            leave(f"clivus-{process.pid}-abcdef_1", "000001", "000002")
        leave("clivus-1-abcdef_1")
        assert sweep_temporary() == ()
        assert sorted(temp.iterdir()) == sorted(kept)
    finally:
        for process in (older, other):
            process.kill()
            process.wait()
    sweep_temporary()
    assert sorted(temp.iterdir()) == sorted(kept[1:])


def test_only_what_nobody_holds_goes(temp, holder):
    living, kept = holder()
    killed, left = holder()
    own = TemporaryFolder()
    assert sweep_temporary() == ()
    assert left.is_dir()
    killed.kill()
    killed.wait()
    assert sweep_temporary() == ()
    assert sorted(temp.iterdir()) == sorted([kept, own.path])
    assert (kept / "000001").exists()
    living.communicate("")
    own.close()
    own.close()
    assert not list(temp.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces of Linux")
def test_what_is_in_use_in_another_process_namespace_stays(temp, holder):
    """As in another container that shares the temporary folder: no number of a process means anything there."""
    unshare = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode:
        unshare = []  # not allowed here: then at least another process
    living, kept = holder(*unshare)
    assert sweep_temporary() == ()
    assert (kept / "000001").exists()
    living.kill()
    living.wait()
    for _ in range(100):
        sweep_temporary()
        if not kept.exists():
            break
        time.sleep(0.05)
    assert not kept.exists()


@pytest.mark.parametrize("files", [(), ("lock",), ("000001", "lock"), ("000001",)])
def test_wherever_the_kill_came_nothing_stays(temp, leave, files):
    """Also between the making of a folder and its lock, and while it was being removed."""
    left = leave(LEFT, *files)
    (left / "model").mkdir()
    (left / "model" / "model.onnx").write_bytes(b"x")
    assert sweep_temporary() == ()
    assert not list(temp.iterdir())


@posix
def test_what_is_not_ours_is_left_alone(temp, tmp_path, leave, monkeypatch):
    study = tmp_path / "study"
    study.mkdir()
    (study / "IM1").write_text("mine")
    for number, target in enumerate((study, study / "IM1", tmp_path / "nowhere")):
        (temp / f"clivus-private-{number}").symlink_to(target)
        (temp / f"clivus-{number}-abcdefgh").symlink_to(target)
    os.mkfifo(temp / "clivus-private-pipe")
    (temp / "clivus-private-file").write_text("x")
    for name in ("clivus-results", "clivus-private-", "clivus-private-a-b", "other-private-abcdefgh"):
        leave(name, "000001", "lock")
    inside = leave("clivus-private-links")
    (inside / "folder").symlink_to(study)
    before = sorted({*tmp_path.rglob("*")} - {inside, inside / "folder"})
    assert sweep_temporary() == ()
    assert sorted(tmp_path.rglob("*")) == before
    leave(LEFT, "000001", "lock")
    monkeypatch.setattr(os, "getuid", lambda: -1)
    sweep_temporary()
    assert (temp / LEFT / "000001").exists(), "another user's"


@posix
def test_what_cannot_be_removed_is_told_and_all_else_goes(temp, leave, monkeypatch):
    folder, other = leave(LEFT, "000001", "000002", "000003", "lock"), leave(f"{LEFT}_2", "000001", "lock")
    real = os.unlink

    def unlink(path, *rest, **more):
        if str(path) == str(folder / "000002"):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        real(path, *rest, **more)

    monkeypatch.setattr(os, "unlink", unlink)
    (left,) = sweep_temporary()
    assert str(left.message).startswith(f"{folder} was left by a run that was killed")
    assert "Operation not permitted" in str(left.message)
    assert [item.name for item in folder.iterdir()] == ["000002"]
    assert not other.exists()
    monkeypatch.undo()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    assert sweep_temporary() == ()
    assert not list(temp.iterdir())


def test_folders_are_made_while_others_sweep(temp):
    """Between the making of a folder, of its lock file, and the hold on that another process may sweep."""
    stop = threading.Event()

    def tidy() -> None:
        while not stop.is_set():
            sweep_temporary()

    sweepers = [threading.Thread(target=tidy) for _ in range(3)]
    for thread in sweepers:
        thread.start()
    try:
        for _ in range(200):
            folder = TemporaryFolder()
            (folder.path / "000001").write_text("a")
            time.sleep(0)
            assert (folder.path / "000001").read_text() == "a"
            folder.close()
    finally:
        stop.set()
        for thread in sweepers:
            thread.join()
    sweep_temporary()
    assert not list(temp.iterdir())


def test_where_there_are_no_locks_nothing_is_swept(temp, leave, monkeypatch):
    """Nobody can tell what is in use on such a file system, but archives can be opened."""
    leave(LEFT, "000001", "lock")
    monkeypatch.setattr("desktop.locks._locked", lambda descriptor: None)
    assert Lock.inherit(temp / LEFT / "lock") is None
    folder = TemporaryFolder()
    assert sweep_temporary() == ()
    folder.close()
    assert [item.name for item in temp.iterdir()] == [LEFT]
