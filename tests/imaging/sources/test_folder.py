"""Folders, single files, several paths, and what cannot be opened."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from desktop.errors import Cancelled, InputRefused
from desktop.imaging.sources import NothingToRead, Source
from desktop.imaging.sources.names import extended, plain, printable
from desktop.work import Work

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and such names are of Unix")


def names(source: Source, folder: Path) -> list[str]:
    return [item.path.relative_to(folder).as_posix() for item in source.files]


def reasons(source: Source) -> dict[str, str]:
    return {Path(item.shown).name: str(item.reason) for item in source.skipped}


def write(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_every_file_at_any_depth_in_a_fixed_order(tmp_path):
    study = tmp_path / "study"
    for name in ("b/2", "b/1.dcm", "a/x/y/z.txt", "IM1", ".hidden"):
        write(study / name)
    with Source.open(study) as source:
        assert names(source, study) == [".hidden", "IM1", "a/x/y/z.txt", "b/1.dcm", "b/2"]
        assert source.shown == str(study)
        assert [item.shown for item in source.files] == [str(item.path) for item in source.files]
        assert not source.skipped


def test_what_systems_leave_and_archives_are_named_as_skipped(tmp_path):
    for name in (".DS_Store", "THUMBS.DB", "desktop.ini", "._IM1", "IM1"):
        write(tmp_path / "study" / name)
    write(tmp_path / "study" / "old.ZIP", b"PK\x03\x04rest")
    write(tmp_path / "study" / "not.zip", b"IM")
    with Source.open(tmp_path / "study") as source:
        assert names(source, tmp_path / "study") == ["IM1", "not.zip"]
        assert {name for name, reason in reasons(source).items() if "operating system" in reason} == {
            ".DS_Store", "THUMBS.DB", "desktop.ini", "._IM1",
        }  # fmt: skip
        assert "open it by itself" in reasons(source)["old.ZIP"]


@posix
def test_links_pipes_and_sockets(tmp_path, monkeypatch):
    study = tmp_path / "study"
    write(study / "IM1")
    (study / "sub").mkdir()
    (study / "sub" / "round").symlink_to(study)
    (study / "circle").symlink_to(study / "circle")
    (study / "gone").symlink_to(study / "nowhere")
    (study / "linked").symlink_to(study / "IM1")
    os.mkfifo(study / "pipe")
    (study / "to_pipe").symlink_to(study / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(study)  # a socket's whole path may not be as long as this one
        server.bind("socket")
        with Source.open(study) as source:
            assert names(source, study) == ["IM1", "linked"]
            found = reasons(source)
    assert set(found) == {"round", "circle", "gone", "pipe", "to_pipe", "socket"}
    assert "not followed" in found["round"]
    assert "pipe, socket or device" in found["pipe"]
    assert "pipe, socket or device" in found["socket"]


def test_a_folder_that_leads_back_is_read_once(tmp_path, monkeypatch):
    write(tmp_path / "study" / "IM1")
    write(tmp_path / "study" / "junction" / "IM2")
    real = os.path.realpath
    monkeypatch.setattr(os.path, "realpath", lambda path: real(path).removesuffix(f"{os.sep}junction"))
    with Source.open(tmp_path / "study") as source:
        assert names(source, tmp_path / "study") == ["IM1"]


def test_an_unreadable_sub_folder_is_named(tmp_path, monkeypatch):
    study = tmp_path / "study"
    write(study / "IM1")
    write(study / "locked" / "IM2")
    refuse_to_list(monkeypatch, study / "locked")
    with Source.open(study) as source:
        assert names(source, study) == ["IM1"]
        assert reasons(source) == {"locked": "the folder cannot be read (Permission denied)"}
    refuse_to_list(monkeypatch, study)
    with pytest.raises(NothingToRead, match=r"You may not read .*study"):
        Source.open(study)


def refuse_to_list(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    scandir = os.scandir

    def refusing(path):
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("", "The path is empty"),
        ("nowhere", "There is nothing at nowhere"),
        ("file/below", "There is nothing at"),
        ("zero\0byte", r"There is nothing at zero\\x00byte"),
        ("hollow", "hollow is empty"),
        ("a" * 5000, r"The path a{100}… is too long"),
        ("a/" * 5000, r"too long"),
    ],
)
def test_what_is_not_there(tmp_path, monkeypatch, path, sentence):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "file")
    (tmp_path / "hollow" / "within").mkdir(parents=True)
    with pytest.raises(NothingToRead, match=sentence) as refusal:
        Source.open(path)
    assert isinstance(refusal.value, InputRefused)
    assert str(refusal.value).isprintable()


@posix
def test_a_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NothingToRead, match="neither a folder nor a file"):
        Source.open(tmp_path / "pipe")
    with pytest.raises(NothingToRead, match="neither a folder nor a file"):
        Source.open("/dev/null")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(NothingToRead, match="cannot be opened"):
        Source.open(tmp_path / "circle")


def test_a_single_file(tmp_path, monkeypatch):
    path = write(tmp_path / "IM1")
    with Source.open(path) as source:
        assert [(item.path, item.shown) for item in source.files] == [(path, str(path))]
    real = Path.open

    def refusing(self, *args, **keywords):
        if self == path:
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **keywords)

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(NothingToRead, match="You may not read"):
        Source.open(path)


def test_dicom_that_ends_like_an_archive_is_a_file(tmp_path):
    path = write(tmp_path / "IM1", b"\0" * 128 + b"DICM" + b"PK\x05\x06" + b"\0" * 18)
    with Source.open(path) as source:
        assert source.files[0].path == path


@posix
def test_names_that_are_not_text_are_shown_without_harm(tmp_path):
    study = tmp_path / "study"
    study.mkdir()
    for name in (b"M\xfcller", b"\x1b[31mred", "頭部 CT".encode(), b"new\nline", "\u202eevil".encode()):
        (study / os.fsdecode(name)).write_bytes(b"x")
    with Source.open(study) as source:
        shown = {Path(item.shown).name for item in source.files}
        assert shown == {r"M\xfcller", r"\x1b[31mred", "頭部 CT", r"new\x0aline", r"\u202eevil"}
        assert all(item.path.read_bytes() == b"x" for item in source.files)
        assert all(item.shown.encode() for item in source.files)


@posix
def test_deeper_than_the_system_can_open(tmp_path, monkeypatch):
    study = tmp_path / "study"
    write(study / "IM1")
    monkeypatch.chdir(study)
    # From here on each folder is made from within its parent, since the whole path is too long.
    here = os.open(".", os.O_RDONLY)
    opened = [here]
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=here)
        here = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        opened.append(here)
    for descriptor in opened:
        os.close(descriptor)
    with Source.open(study) as source:
        assert names(source, study) == ["IM1"]
        (reason,) = reasons(source).values()
        assert "File name too long" in reason


def test_several_paths_are_one_source_without_doubles(tmp_path):
    study = tmp_path / "study"
    for name in ("a/1", "a/2", "b/3"):
        write(study / name)
    paths = [study / "a", study / "a" / "1", study / "b" / ".." / "b", study / "a", tmp_path / "nowhere"]
    with Source.open(paths) as source:
        assert sorted(item.path.name for item in source.files) == ["1", "2", "3"]
        assert list(reasons(source)) == ["nowhere"]
        assert source.shown == f"{study / 'a'} and 4 more"


def test_several_paths_with_nothing_to_read(tmp_path):
    with pytest.raises(NothingToRead, match=r"There is nothing at .*one"):
        Source.open([tmp_path / "one", tmp_path / "two"])
    with pytest.raises(NothingToRead, match="No path was given"):
        Source.open([])


def test_listing_can_be_stopped(tmp_path):
    for number in range(600):
        write(tmp_path / "study" / f"{number}")
    asked = []

    def after_three():
        asked.append(None)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        Source.open(tmp_path / "study", Work(stop=lambda: True))
    Source.open(tmp_path / "study", Work(stop=lambda: asked.append(None))).close()
    assert len(asked) >= 3
    asked.clear()
    with pytest.raises(Cancelled):
        Source.open([tmp_path / "study"] * 2 + [tmp_path], Work(stop=after_three))


def test_windows_paths_beyond_its_limit():
    assert extended("C:\\x\\y") == "\\\\?\\C:\\x\\y"
    assert extended("\\\\host\\share\\x") == "\\\\?\\UNC\\host\\share\\x"
    for path in ("C:\\x\\y", "\\\\host\\share\\x", "/home/x"):
        assert plain(extended(path)) == path
        assert extended(extended(path)) == extended(path)


def test_what_is_shown_keeps_letters_of_any_language():
    assert printable("Schädel – 頭部\u3000CT\u00a01") == "Schädel – 頭部\u3000CT\u00a01"
    assert printable("a\tb\u2028c\ud800") == r"a\x09b\u2028c\ud800"
