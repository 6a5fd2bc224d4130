"""Result, picture and PDF are of one reading, whatever happens between them; what is not this case's is left alone."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import desktop.report.place
from desktop.locks import Lock
from desktop.report.place import ReportPlace, ReportRefused, require_place
from desktop.unwritten import NotWritten

SERIES = "1.2.3"

WRITERS = """
import os, signal, sys
from pathlib import Path
from desktop import files
from desktop.report.place import ReportPlace

left, rename, unlink = 0, files._rename, Path.unlink

def counted(call):
    def counting(*words, **how):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*words, **how)
    return counting

files._rename, Path.unlink = counted(rename), counted(unlink)
for left, folder in enumerate(sys.argv[1:]):
    child = os.fork()
    if not child:
        with ReportPlace.held(Path(folder), "1.2.3") as place:
            place.publish({"series": "1.2.3", "reading": "later"}, b"picture of the later", b"pages of the later")
        os._exit(0)
    os.waitpid(child, 0)
"""
"""A writer for each folder; the first is killed before its first renaming or removal, the next before its second."""

KILLS = 11
"""One more than a report over an earlier one has renamings and removals."""


def publish(folder: Path, reading: str) -> None:
    with ReportPlace.held(folder, SERIES) as place:
        place.publish(
            {"series": SERIES, "reading": reading},
            f"picture of the {reading}".encode(),
            f"pages of the {reading}".encode(),
        )


def reading_of(folder: Path) -> str:
    """Which reading the report is of; the files that it names are checked."""
    document = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    for key, what in (("picture", "picture"), ("pdf", "pages")):
        content = (folder / document[key]["file"]).read_bytes()
        assert content == f"{what} of the {document['reading']}".encode()
        assert document[key]["sha256"] == hashlib.sha256(content).hexdigest()
    return str(document["reading"])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_older_picture_goes_with_its_result(tmp_path):
    publish(tmp_path, "earlier")
    publish(tmp_path, "later")
    assert reading_of(tmp_path) == "later"
    assert len(names(tmp_path)) == 3
    before = names(tmp_path)
    publish(tmp_path, "later")
    assert names(tmp_path) == before


def test_the_picture_of_an_older_version_goes_with_its_result(tmp_path):
    (tmp_path / "result.json").write_text(json.dumps({"series": SERIES}))
    (tmp_path / "strongest_slice.png").write_bytes(b"older")
    publish(tmp_path, "later")
    assert reading_of(tmp_path) == "later"
    assert len(names(tmp_path)) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="no forks there")
@pytest.mark.parametrize("earlier", [True, False])
def test_a_kill_anywhere_leaves_one_reading_and_the_next_leaves_nothing_else(tmp_path, earlier):
    folders = [tmp_path / str(number) for number in range(KILLS)]
    for folder in folders if earlier else []:
        publish(folder, "earlier")
    subprocess.run([sys.executable, "-c", WRITERS, *map(str, folders)], check=True)
    found = []
    for folder in folders:
        found.append(reading_of(folder) if (folder / "result.json").exists() else "none")
        require_place(folder, SERIES)  # as a reading does that is refused afterwards
        assert not folder.exists() or len(names(folder)) == (0 if found[-1] == "none" else 3)
        publish(folder, "last")
        assert reading_of(folder) == "last"
        assert len(names(folder)) == 3
    assert found[0] == ("earlier" if earlier else "none")
    assert found[-1] == "later"


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("failing", [1, 2, 3])
@pytest.mark.parametrize("earlier", [True, False])
def test_a_disk_that_fails_in_between_leaves_the_older_report(tmp_path, monkeypatch, number, failing, earlier):
    inner, renamings, folder = Path.replace, [], tmp_path / "deep" / "out"
    if earlier:
        publish(folder, "earlier")

    def replace(part: Path, place: Path) -> Path:
        renamings.append(place)
        if len(renamings) == failing:
            raise OSError(number, os.strerror(number))
        return inner(part, place)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(NotWritten):
        publish(folder, "later")
    if earlier:
        assert reading_of(folder) == "earlier"
        assert len(names(folder)) == 3
    else:
        assert names(tmp_path) == []


def test_two_writers_end_one_after_the_other(tmp_path):
    """The second waits for the first, and the report is of the one that was last."""
    entered, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with ReportPlace.held(tmp_path, SERIES) as place:
            entered.set()
            go_on.wait(10)
            place.publish({"series": SERIES, "reading": "earlier"}, b"picture of the earlier")

    writers = [threading.Thread(target=first), threading.Thread(target=publish, args=(tmp_path, "later"))]
    writers[0].start()
    entered.wait(10)
    writers[1].start()
    go_on.set()
    for writer in writers:
        writer.join()
    assert reading_of(tmp_path) == "later"
    assert len(names(tmp_path)) == 3


def test_who_waits_too_long_is_told_why(tmp_path, monkeypatch):
    monkeypatch.setattr(desktop.report.place, "_WAIT_S", 0.1)
    lock = Lock.take(tmp_path / ".clivus-report.lock")
    assert lock is not None
    with pytest.raises(ReportRefused, match="Another Clivus is writing"):
        publish(tmp_path, "later")
    lock.release()
    assert names(tmp_path) == []


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "file").write_text("precious")


def _link(path: Path) -> None:
    (path.parent / "kept").write_text(json.dumps({"series": SERIES}))
    path.symlink_to("kept")


OTHERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "another case": ("result.json", lambda path: path.write_text('{"series": "1.2.4"}')),
    "no series": ("result.json", lambda path: path.write_text("{}")),
    "a list": ("result.json", lambda path: path.write_text("[]")),
    "deep": ("result.json", lambda path: path.write_text("[" * 100_000)),
    "no JSON": ("result.json", lambda path: path.write_text("my notes")),
    "empty": ("result.json", Path.touch),
    "no text": ("result.json", lambda path: path.write_bytes(b"\xff\xfe\x00")),
    "a folder": ("result.json", _folder),
    "a pipe": ("result.json", os.mkfifo),
    "a link to a result": ("result.json", _link),
    "a link to nothing": ("result.json", lambda path: path.symlink_to("nowhere")),
    "a picture": ("strongest_slice.png", lambda path: path.write_bytes(b"picture")),
    "a picture of ours": ("strongest_slice-0123456789abcdef.png", lambda path: path.write_bytes(b"picture")),
    "a picture's folder": ("strongest_slice.png", _folder),
    "a picture's pipe": ("strongest_slice.png", os.mkfifo),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_may_be_another_cases_is_left_as_it_is(tmp_path, kind):
    name, make = OTHERS[kind]
    make(tmp_path / name)
    before = {path.name: path.lstat() for path in tmp_path.iterdir()}
    for refused in (lambda: require_place(tmp_path, SERIES), lambda: publish(tmp_path, "later")):
        with pytest.raises(ReportRefused, match=r"another case.* and is left as it is: choose another folder"):
            refused()
    after = {path.name: path.lstat() for path in tmp_path.iterdir()}
    assert {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in before.items()} == {
        name: (stat.st_ino, stat.st_mtime_ns) for name, stat in after.items()
    }


@pytest.mark.parametrize("name", ["a" * 300, "/".join(["b" * 99] * 50)], ids=["long", "deep"])
def test_a_name_that_is_too_long_is_one_short_sentence(tmp_path, name):
    for refused in (lambda: require_place(tmp_path / name, SERIES), lambda: publish(tmp_path / name, "later")):
        with pytest.raises(NotWritten, match="the name is too long"):
            refused()
    assert names(tmp_path) == []


def test_a_result_that_may_not_be_read_is_left_as_it_is(tmp_path, monkeypatch):
    publish(tmp_path, "earlier")
    inner = os.open

    def refuse(path: Path | str, *words: int) -> int:
        if Path(path).name == "result.json":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return inner(path, *words)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(ReportRefused, match=r"cannot be read \(Permission denied\)"):
            publish(tmp_path, "later")
    assert reading_of(tmp_path) == "earlier"


@pytest.mark.parametrize("name", ["../precious.png", "precious.png", 7, None, ["strongest_slice-0123456789abcdef.png"]])
def test_a_result_that_names_anothers_picture_takes_nothing_away(tmp_path, name):
    folder = tmp_path / "out"
    folder.mkdir()
    for kept in (tmp_path / "precious.png", folder / "precious.png"):
        kept.write_bytes(b"precious")
    (folder / "result.json").write_text(json.dumps({"series": SERIES, "picture": {"file": name}}))
    (folder / ".clivus-report.lock").write_text("../precious.png\nprecious.png\nresult.json\n")
    publish(folder, "later")
    assert reading_of(folder) == "later"
    assert (tmp_path / "precious.png").exists()
    assert (folder / "precious.png").exists()
    assert len(names(folder)) == 4
