"""What a killed run left in the temporary folder goes at the next start, of whatever command."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import desktop.cli
import training.cli
from desktop.scratch import Left
from desktop.temporary import sweep_temporary, temporary_folder


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


LEFT = f"clivus-{'0' * 16}"


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
    left = leave(LEFT, "000001", "000002")
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


def test_a_temporary_folder_in_use_stays(temp):
    folder = temporary_folder()
    (folder.path / "000001").write_bytes(b"x")
    assert sweep_temporary() == ()
    assert (folder.path / "000001").exists()
    folder.close()
    assert not list(temp.iterdir())
