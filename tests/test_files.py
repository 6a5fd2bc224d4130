"""What is written is there whole, or what was there before still is; a kill leaves nothing that stays."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop import files
from desktop.errors import WrongUse
from desktop.files import (
    folder_made,
    new_folder,
    remove_folder,
    require_new,
    sweep,
    write_file,
    write_json,
    write_text,
)
from desktop.unwritten import LONGEST_PATH, NotWritten, reason_and_advice, shortened

LEFT = ".clivus-" + "0123456789abcdef" * 2

WRITER = """
import sys
from pathlib import Path
from desktop import files
def stop(*_):
    print("before the renaming", flush=True)
    sys.stdin.read()
files._rename = stop
if sys.argv[1] == "file":
    files.write_text(Path(sys.argv[2]), "new")
else:
    with files.new_folder(Path(sys.argv[2])) as folder:
        (folder / "study").mkdir()
        (folder / "study" / "image").write_text("a patient's")
"""


@contextmanager
def writing(kind: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that stands before its renaming."""
    command = [sys.executable, "-c", WRITER, kind, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "before the renaming\n"
        yield process
        process.kill()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_and_nothing_else_stays(tmp_path):
    path = tmp_path / "a.json"
    write_text(path, "old")
    write_json(path, {"größe": 1})
    assert path.read_bytes() == '{\n  "größe": 1\n}\n'.encode()
    assert names(tmp_path) == ["a.json"]


def test_json_has_no_sign_for_what_is_not_finite(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"score": float("nan")})
    assert names(tmp_path) == []


def test_a_name_that_is_no_text_is_json_all_the_same(tmp_path):
    write_json(tmp_path / "a.json", {"patient": "\udcff\u00e9"})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {"patient": "\udcff\u00e9"}


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes there")
@pytest.mark.parametrize(("mask", "file_mode", "folder_mode"), [(0o022, 0o644, 0o755), (0o007, 0o660, 0o770)])
def test_the_umask_says_who_may_read(tmp_path, mask, file_mode, folder_mode):
    before = os.umask(mask)
    try:
        write_text(tmp_path / "a", "a")
        with new_folder(tmp_path / "folder"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == file_mode
    assert (tmp_path / "folder").stat().st_mode & 0o777 == folder_mode


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_kill_leaves_the_old_and_what_the_next_writer_removes(tmp_path, kind):
    path = tmp_path / "a"
    if kind == "file":
        write_text(path, "old")
    with writing(kind, path) as process:
        process.kill()
        process.wait()
    left = set(names(tmp_path)) - {"a"}
    assert len(left) == 2
    assert all(name.startswith(".clivus-") and name.endswith((".part", ".lock")) for name in left)
    assert not path.exists() or path.read_text() == "old"
    write_text(tmp_path / "b", "b")
    assert set(names(tmp_path)) - {"a"} == {"b"}


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_being_written_is_not_swept(tmp_path, kind):
    with writing(kind, tmp_path / "a"):
        during = names(tmp_path)
        write_text(tmp_path / "b", "b")
        sweep(tmp_path)
        assert names(tmp_path) == sorted([*during, "b"])


def test_a_part_whose_lock_is_gone_is_swept(tmp_path):
    (tmp_path / f"{LEFT}.part").mkdir()
    (tmp_path / f"{LEFT}.part" / "image").write_text("a patient's")
    sweep(tmp_path)
    assert names(tmp_path) == []


def test_what_only_looks_like_ours_is_not_swept(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("precious")
    (tmp_path / f"{LEFT}.part").symlink_to(kept, target_is_directory=True)
    others = ["a.part", ".clivus-notes.part", f"{LEFT}.part.json", f"{LEFT[:-1]}.part", "result.json.part"]
    for name in others:
        (tmp_path / name).write_text("somebody's")
    write_text(tmp_path / "b", "b")
    assert names(tmp_path) == sorted([*others, "kept", "b", f"{LEFT}.part"])
    assert (kept / "file").read_text() == "precious"


def test_a_link_in_a_files_place_is_replaced_and_not_followed(tmp_path):
    kept, path = tmp_path / "kept", tmp_path / "a"
    kept.write_text("precious")
    path.symlink_to(kept)
    write_text(path, "new")
    assert kept.read_text() == "precious"
    assert not path.is_symlink()


def test_a_link_under_the_name_of_the_part_is_not_followed(tmp_path, monkeypatch):
    kept = tmp_path / "kept"
    kept.write_text("precious")
    (tmp_path / f"{LEFT}.part").symlink_to(kept)
    monkeypatch.setattr(files.secrets, "token_hex", lambda _: LEFT.removeprefix(".clivus-"))
    with pytest.raises(NotWritten):
        write_text(tmp_path / "a", "new")
    assert kept.read_text() == "precious"
    assert names(tmp_path) == [f"{LEFT}.part", "kept"]


ERRORS = [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.ENOENT, errno.ESTALE]


@pytest.mark.parametrize("number", ERRORS, ids=[errno.errorcode[number] for number in ERRORS])
@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_a_disk_that_fails_anywhere_leaves_all_as_it_was(tmp_path, monkeypatch, number, call):
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "a"
    write_text(path, "old")
    with monkeypatch.context() as patch:
        patch.setattr(*{"replace": (Path, "replace", fail)}.get(call, (os, call, fail)))
        with pytest.raises(NotWritten) as told:
            write_text(path, "new")
        with pytest.raises(NotWritten, match="folder"), new_folder(tmp_path / "deep" / "folder") as folder:
            (folder / "file").touch()
    assert "full" in str(told.value) or number not in (errno.ENOSPC, errno.EDQUOT)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a"]


def test_every_reason_has_words_of_its_own():
    said = {number: reason_and_advice(OSError(number, "")) for number in ERRORS}
    assert len(set(said.values())) == len(ERRORS)
    assert "full" in str(said[errno.ENOSPC][0])
    assert "full" in str(said[errno.EDQUOT][0])


def test_an_error_that_was_raised_again_keeps_its_reason():
    again = OSError("With tag (7FE0,0010) got exception")
    again.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert str(reason_and_advice(again)[0]) == "the disk is full"
    assert str(reason_and_advice(OSError("got exception: [Errno 28] No space\nTraceback:\n"))[0]) == "the disk is full"
    assert str(reason_and_advice(OSError())[0]) == "the disk or share fails"


@pytest.mark.parametrize("name", ["a" * 300, "/".join(["b" * 99] * 50), "c\x1b[31m\n"], ids=["long", "deep", "control"])
def test_a_sentence_stays_short_and_printable(tmp_path, name):
    path = tmp_path / name
    assert len(shortened(path)) <= LONGEST_PATH
    assert shortened(path).isprintable()
    with pytest.raises(NotWritten) as told:
        write_file(path / "deep" / "file", b"")
    assert len(str(told.value)) < 400
    assert str(told.value).isprintable()


def test_a_folder_appears_when_all_of_it_is_there(tmp_path):
    out = tmp_path / "deep" / "out"
    with new_folder(out) as folder:
        (folder / "inner").mkdir()
        write_text(folder / "inner" / "file", "text")
        assert not out.exists()
    assert (out / "inner" / "file").read_text() == "text"
    assert names(out.parent) == ["out"]


def test_a_folder_that_fails_is_gone_with_those_above_it(tmp_path):
    with pytest.raises(KeyboardInterrupt), new_folder(tmp_path / "deep" / "out") as folder:
        _stop_in(folder)
    assert names(tmp_path) == []
    with pytest.raises(KeyboardInterrupt), folder_made(tmp_path / "new" / "deep"):
        _stop_in(tmp_path)
    assert names(tmp_path) == ["file"]


def _stop_in(folder: Path) -> None:
    (folder / "file").write_text("half")
    raise KeyboardInterrupt


def test_a_folder_is_removed_whole_and_a_link_without_what_it_leads_to(tmp_path, monkeypatch):
    for name in ("gone", "kept"):
        (tmp_path / name / "in it").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "kept", target_is_directory=True)
    remove_folder(tmp_path / "gone")
    remove_folder(tmp_path / "link")
    assert names(tmp_path) == ["kept"]
    assert (tmp_path / "kept" / "in it").is_dir()
    monkeypatch.setattr(Path, "rename", failing(errno.EACCES))
    with pytest.raises(NotWritten, match="you may not write there"):
        remove_folder(tmp_path / "kept")
    assert (tmp_path / "kept" / "in it").is_dir()
    assert names(tmp_path) == ["kept"]


def failing(number):
    def fail(*arguments, **words):
        raise OSError(number, os.strerror(number))

    return fail


def test_an_empty_folder_is_filled_and_a_full_one_refused(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty", target_is_directory=True)
    with new_folder(tmp_path / "link") as folder:
        (folder / "file").write_text("text")
    assert names(tmp_path / "empty") == ["file"]
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(WrongUse, match="current folder"), new_folder(Path()):
        pass
    for place in ("link", "empty", "empty/file"):
        with pytest.raises(WrongUse, match="exists already"):
            require_new(tmp_path / place)
