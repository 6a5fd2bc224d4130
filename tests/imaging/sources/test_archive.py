"""Zip archives: honest, damaged, locked, hostile; and that nothing stays behind."""

from __future__ import annotations

import errno
import gc
import io
import os
import re
import stat
import struct
import subprocess
import sys
import zipfile
from collections import namedtuple

import numpy as np
import pytest
from pydicom import dcmread

from desktop.errors import Cancelled, InputRefused
from desktop.imaging.sources import NothingToRead, NotUnpacked, Source, archive
from desktop.work import Work

DICOM = b"\0" * 128 + b"DICM"


@pytest.fixture
def pack(tmp_path):
    """A function that writes an archive of named members and gives its path."""

    def write(members, compression=zipfile.ZIP_DEFLATED, name="study.zip"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", compression) as target:
            for member, content in members.items():
                target.writestr(member, content)
        return path

    return write


def shown(source):
    return [item.shown.split(" > ")[1] for item in source.files]


def reasons(source):
    return {item.shown.split(" > ")[1]: str(item.reason) for item in source.skipped}


def refused(path, temp, kind=NothingToRead, **keywords):
    with pytest.raises(kind) as refusal:
        Source.open(path, **keywords)
    assert not list(temp.iterdir())
    return str(refusal.value)


def outcome(path):
    """What a person is told of an archive that may or may not be refused."""
    try:
        with Source.open(path) as source:
            return "; ".join([*shown(source), *(f"{item.shown}: {item.reason!s}" for item in source.skipped)])
    except InputRefused as refusal:
        return str(refusal)


def patch_headers(path, place, value, central_place=None):
    """Write a 16-bit field of every local header and of every entry in the table of contents."""
    content = bytearray(path.read_bytes())
    for magic, shift in (
        (b"PK\x03\x04", place),
        (b"PK\x01\x02", place + 2 if central_place is None else central_place),
    ):
        for match in re.finditer(re.escape(magic), bytes(content)):
            struct.pack_into("<H", content, match.start() + shift, value)
    path.write_bytes(content)
    return path


def test_members_are_read_under_numbers_and_shown_by_name(tmp_path, temp, write_slice):
    folder = tmp_path / "Doe^Jane"
    folder.mkdir()
    path = tmp_path / "no extension"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for number in (2, 1):
            target.write(write_slice(folder / f"IM{number}", np.full((8, 8), number), number), f"Doe^Jane/IM{number}")
        target.mkdir("Doe^Jane/empty")
    progress = []
    source = Source.open(path, Work(lambda done, total: progress.append((done, total))))
    assert source.shown == str(path)
    assert [item.shown for item in source.files] == [f"{path} > Doe^Jane/IM1", f"{path} > Doe^Jane/IM2"]
    assert [dcmread(item.path).pixel_array[0, 0] for item in source.files] == [1, 2]
    assert progress == [(1, 2), (2, 2)]
    (private,) = temp.iterdir()
    assert sorted(item.name for item in private.glob("0*")) == ["000001", "000002"]
    if sys.platform != "win32":
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert {stat.S_IMODE(item.stat().st_mode) for item in private.glob("0*")} == {0o600}
    source.close()
    assert not list(temp.iterdir())
    source.close()


def test_the_folder_goes_with_the_source_and_with_the_program(pack, temp):
    path = pack({"IM1": DICOM})
    source = Source.open(path)
    assert list(temp.iterdir())
    del source
    gc.collect()
    assert not list(temp.iterdir())
    script = (
        "import sys, tempfile; tempfile.tempdir = sys.argv[2]\n"
        "from desktop.imaging.sources import Source\n"
        "source = Source.open(sys.argv[1]); print(source.files[0].path.is_file())"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, path, temp], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("True\n", "")
    assert not list(temp.iterdir())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")
def test_a_forked_child_leaves_the_parents_files(pack):
    with Source.open(pack({"IM1": DICOM})) as source:
        child = os.fork()
        if not child:
            source.close()
            os._exit(0)
        os.waitpid(child, 0)
        assert source.files[0].path.is_file()


@pytest.mark.parametrize("name", ["../../x", "/x", "C:/x", "C:\\x", "..\\..\\x", "//host/share/x", "a/../../x", "."])
def test_no_name_leads_out_of_the_folder(pack, temp, tmp_path, name):
    before = sorted(tmp_path.iterdir())
    path = pack({name: DICOM})
    with Source.open(path) as source:
        (found,) = source.files
        assert found.path.parent.parent == temp
        assert found.path.name == "000001"
    assert sorted(tmp_path.iterdir()) == sorted([*before, path])


def test_members_that_are_no_images(pack):
    path = pack({"__MACOSX/a/._IM1": b"x", "a/.DS_Store": b"x", "a\\Thumbs.db": b"x", "a/IM1": DICOM})
    with zipfile.ZipFile(path, "a") as target:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(link, "/etc/passwd")
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as nested:
            nested.writestr("IM1", DICOM)
        target.writestr("inner.bin", inner.getvalue())
        target.writestr("preamble", b"PK\x03\x04" + DICOM[4:])
    with Source.open(path) as source:
        assert shown(source) == ["a/IM1", "preamble"]
        found = reasons(source)
    assert found["link"] == "a link or device, not a file"
    assert found["inner.bin"].startswith("an archive within the archive")
    assert {name for name, reason in found.items() if "operating system" in reason} == {
        "__MACOSX/a/._IM1", "a/.DS_Store", "a/Thumbs.db",
    }  # fmt: skip


@pytest.mark.parametrize(("flag", "method"), [(1, 8), (0x41, 8), (1, 99)])
def test_locked_archives(pack, temp, flag, method):
    path = patch_headers(patch_headers(pack({"IM1": DICOM, "IM2": DICOM}), 6, flag), 8, method)
    assert "is locked with a password: unpack it with the password first, then open the folder" in refused(path, temp)


def test_locked_members_beside_open_ones(pack):
    path = patch_headers(pack({"IM1": DICOM}), 6, 1)
    with zipfile.ZipFile(path, "a") as target:
        target.writestr("IM2", DICOM)
    with Source.open(path) as source:
        assert shown(source) == ["IM2"]
        assert "locked with a password" in reasons(source)["IM1"]


@pytest.mark.parametrize(("method", "name"), [(9, "Deflate64"), (14, "LZMA"), (77, "method 77")])
def test_methods_that_are_not_known(pack, method, name):
    with Source.open(patch_headers(pack({"IM1": DICOM}), 8, method)) as source:
        assert not source.files
        assert f"compressed by {name}" in reasons(source)["IM1"]


def test_a_truncated_archive(pack, temp, tmp_path):
    path = pack({f"IM{number}": os.urandom(1000) for number in range(20)})
    content = path.read_bytes()
    for size in (30, 5000, len(content) - 100, len(content) - 1):
        (tmp_path / "cut.zip").write_bytes(content[:size])
        assert refused(tmp_path / "cut.zip", temp).endswith("cut.zip is damaged or incomplete: copy it again.")


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_damaged_member_costs_itself(pack, temp, compression):
    path = pack({"IM1": os.urandom(3 * 2**20), "IM2": DICOM}, compression)
    content = bytearray(path.read_bytes())
    content[2 * 2**20] ^= 0xFF
    path.write_bytes(content)
    with Source.open(path) as source:
        assert shown(source) == ["IM2"]
        assert "damaged in the archive" in reasons(source)["IM1"]
        assert [item.name for item in temp.glob("*/0*")] == ["000002"]


def test_stated_sizes_are_not_trusted(pack):
    path = pack({"IM1": b"a" * 1000, "IM2": DICOM})
    content = path.read_bytes()
    size = content.index(b"PK\x01\x02") + 24
    for stated in (10, 1001):
        path.write_bytes(content[:size] + stated.to_bytes(4, "little") + content[size + 4 :])
        with Source.open(path) as source:
            assert shown(source) == ["IM2"]
            assert "in the archive: copy the archive again" in reasons(source)["IM1"]


def test_any_damage_is_refused_or_costs_members(pack, temp, tmp_path):
    content = pack({f"d/IM{number}": DICOM + bytes([number]) * 100 for number in range(5)}).read_bytes()
    random = np.random.default_rng(5)
    for _ in range(300):
        damaged = bytearray(content)
        for place in random.integers(0, len(content), 3):
            damaged[place] = random.integers(256)
        (tmp_path / "damaged").write_bytes(damaged)
        assert outcome(tmp_path / "damaged").isprintable()
        assert not list(temp.iterdir())


def test_names_of_other_systems(pack):
    raw = {
        "头部/IM1".encode(): "头部/IM1",
        "头部/IM2".encode("gb18030"): r"ͷ\xb2\xbf/IM2",
        "頭/IM3".encode("shift_jis"): r"\x93\xaa/IM3",
        b"a\x1b[31m\x7f/IM4": r"a\x1b[31m\x7f/IM4",
    }
    path = pack({"x" * len(name): DICOM for name in raw} | {"Schädel/IM5": DICOM}, zipfile.ZIP_STORED)
    content = path.read_bytes()
    for name in sorted(raw, key=len, reverse=True):
        content = content.replace(b"x" * len(name), name)
    path.write_bytes(content)
    with Source.open(path) as source:
        assert set(shown(source)) == {*raw.values(), "Schädel/IM5"}
        assert all(item.shown.isprintable() for item in source.files)


def test_an_empty_archive(pack, temp):
    assert "is empty" in refused(pack({}), temp)
    assert "is empty" in refused(pack({"folder/": b""}), temp)


def test_a_bomb(pack, temp, monkeypatch):
    path = pack({"IM1": DICOM, "zeros": bytes(4 * 2**20)})
    Source.open(path).close()
    monkeypatch.setattr(archive, "SUSPICIOUS_BYTES", 2**20)
    assert "more than 200 times its size" in refused(path, temp)


def test_a_bomb_of_members_that_share_their_bytes(temp, tmp_path, monkeypatch, pack):
    content = pack({"a" * 5: bytes(2**20)}).read_bytes()
    start = content.index(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    entries = content[start:end] * 300
    tail = bytearray(content[end:])
    struct.pack_into("<HHI", tail, 8, 300, 300, len(entries))
    (tmp_path / "bomb.zip").write_bytes(content[:start] + entries + tail)
    monkeypatch.setattr(archive, "SUSPICIOUS_BYTES", 64 * 2**20)
    # Later Pythons find the overlap themselves, and each member costs itself.
    sentence = outcome(tmp_path / "bomb.zip")
    assert "times its size" in sentence or "damaged in the archive" in sentence
    assert not list(temp.iterdir())


def test_more_than_a_study(pack, temp, monkeypatch):
    monkeypatch.setattr(archive, "UNPACKED_BYTES", 10**7)
    assert "unpacks to more than 0.01 GB" in refused(pack({"IM1": bytes(10**7 + 1)}), temp)
    Source.open(pack({"IM1": bytes(10**7)})).close()


def test_honest_air_is_not_a_bomb(pack):
    path = pack({f"IM{number}": DICOM + bytes(512 * 512 * 2) for number in range(40)})
    assert 40 * 2**19 / path.stat().st_size > 500
    with Source.open(path) as source:
        assert len(source.files) == 40


def test_too_many_members(pack, temp, monkeypatch):
    path = pack({f"IM{number}": DICOM for number in range(12)})
    with monkeypatch.context() as patch:
        patch.setattr(archive, "MEMBERS", 10)
        assert "holds 12 files, more than 10" in refused(path, temp)
    monkeypatch.setattr(archive, "CONTENTS_BYTES", 500)
    assert "damaged or incomplete" in refused(path, temp)


def test_more_than_the_disk_has(pack, temp, monkeypatch):
    path = pack({"IM1": os.urandom(5000)})
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage(0, 0, archive.RESERVE_BYTES + 4999))
    assert "not enough room" in refused(path, temp, NotUnpacked)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage(0, 0, archive.RESERVE_BYTES + 5000))
    Source.open(path).close()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "not enough room"), (errno.EDQUOT, "not enough room"), (errno.EROFS, r"cannot be unpacked")],
)
def test_a_full_disk(pack, temp, monkeypatch, number, sentence):
    path = pack({"IM1": DICOM, "IM2": os.urandom(3 * 2**20)})

    class Full(io.FileIO):
        def write(self, content):
            if len(content) > 1000:
                raise OSError(number, os.strerror(number))
            return super().write(content)

    monkeypatch.setattr(os, "fdopen", Full)
    assert sentence in refused(path, temp, NotUnpacked)


def test_no_temporary_folder(pack, temp, monkeypatch):
    path = pack({"IM1": DICOM})

    def refuse(*args, **keywords):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    assert "cannot be unpacked into the temporary folder (Read-only file system)" in refused(path, temp, NotUnpacked)


def test_no_word_on_the_disk(pack, temp, monkeypatch):
    path = pack({"IM1": DICOM})

    def refuse(folder):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("shutil.disk_usage", refuse)
    assert "Input/output error" in refused(path, temp, NotUnpacked)


def test_stopping_leaves_nothing_behind(pack, temp):
    path = pack({f"IM{number}": os.urandom(2**20 + 1) for number in range(5)})
    for after in range(1, 9):
        asked = []

        def stop(asked=asked, after=after):
            asked.append(None)
            return len(asked) > after

        refused(path, temp, Cancelled, work=Work(stop=stop))
    refused(path, temp, ZeroDivisionError, work=Work(lambda done, total: 1 / (done - 3)))


def test_an_archive_among_several_paths(pack, temp, tmp_path):
    first, second = pack({"IM1": DICOM}), pack({"IM1": DICOM}, name="second.zip")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "IM1").write_bytes(DICOM)
    with Source.open([first, second, first, tmp_path / "IM1", tmp_path / "broken.zip"]) as source:
        assert len(source.files) == 3
        assert "copy it again" in str(source.skipped[0].reason)
        assert len(list(temp.iterdir())) == 2
    assert not list(temp.iterdir())
    locked = patch_headers(pack({"IM1": DICOM}, name="locked.zip"), 6, 1)
    progress = []

    def stop():
        return len(progress) > 1

    paths = [first, second, locked, tmp_path]
    with pytest.raises(Cancelled):
        Source.open(paths, Work(lambda done, total: progress.append(done), stop))
    assert not list(temp.iterdir())
