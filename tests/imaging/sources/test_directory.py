"""DICOMDIRs: what they name, what is there, what is missing."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from desktop.imaging.sources import NothingToRead, Source
from desktop.imaging.sources.directory import TABLE_BYTES

SLICES = 4


def images(disc: Path) -> list[Path]:
    return sorted(path for path in disc.rglob("*") if path.is_file() and path.name != "DICOMDIR")


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_a_dicomdir_gives_the_files_it_names_and_no_others(disc):
    put(disc, "viewer/setup.exe", "PT000000/ST000000/SE000000/other")
    with Source.open(disc / "DICOMDIR") as source:
        named = [path for path in images(disc) if path.name.startswith("IM")]
        assert [item.path for item in source.files] == named
        assert len(named) == SLICES
        assert source.shown == str(disc / "DICOMDIR")
        assert not source.skipped


def test_folders_that_are_not_named_are_not_looked_into(disc, monkeypatch):
    put(disc, "viewer/setup.exe")
    looked = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: looked.append(Path(path).name) or scandir(path))
    Source.open(disc / "DICOMDIR").close()
    assert looked == ["disc", "PT000000", "ST000000", "SE000000"]


def test_missing_files_are_named(disc):
    gone = images(disc)[1]
    gone.unlink()
    with Source.open(disc / "DICOMDIR") as source:
        assert len(source.files) == SLICES - 1
        assert [(item.shown, str(item.reason)) for item in source.skipped] == [
            (str(gone), "named in the DICOMDIR but not on the disc")
        ]
    with Source.open(disc) as source:
        assert len(source.files) == SLICES - 1
        ((shown, reason),) = [(item.shown, str(item.reason)) for item in source.skipped]
        assert shown == str(disc / "DICOMDIR")
        assert reason == "a DICOMDIR, the disc's table of contents; 1 of the 4 files it names are not here"


def test_a_complete_folder_says_only_that_the_dicomdir_is_not_an_image(disc):
    (disc / "DICOMDIR").rename(disc / "Dicomdir.;1")
    with Source.open(disc) as source:
        assert [item.path for item in source.files] == sorted(images(disc))[1:]
        assert str(source.skipped[0].reason).endswith("the images are read from their own files")


def test_several_discs_below_one_folder(disc, tmp_path):
    disc.rename(tmp_path / "one")
    (tmp_path / "discs").mkdir()
    (tmp_path / "one").rename(tmp_path / "discs" / "one")
    with Source.open(tmp_path / "discs") as source:
        assert len(source.files) == SLICES
        assert "4 files" not in str(source.skipped[0].reason)


def test_many_missing_files_are_one_line(tmp_path, write_table):
    put(tmp_path / "disc", "IM0")
    write_table(tmp_path / "disc" / "DICOMDIR", *(b"IM%d" % number for number in range(30)), *([b"..\\X"] * 2))
    with Source.open(tmp_path / "disc" / "DICOMDIR") as source:
        assert [item.path.name for item in source.files] == ["IM0"]
        assert {str(item.reason) for item in source.skipped} == {
            "29 files are named in the DICOMDIR but not on the disc, the first being IM1",
            "named in the DICOMDIR, but not as a file in its folder, so not opened",
        }


@pytest.mark.parametrize(
    ("identifier", "file"),
    [
        (b"DICOM\\IM1", "dicom/im1"),
        (b"dicom\\im1", "DICOM/IM1"),
        (b"DICOM\\IM1 ", "DICOM/IM1.;1"),
        (b"DICOM\\IM1;1", "DICOM/IM1"),
        (b"DICOM\\IM1.", "DICOM/IM1"),
        (b"DICOM/IM1", "DICOM/IM1"),
        (b"DICOM\\SCH\xc4DEL", "DICOM/SCHÄDEL"),
        ("DICOM\\SCHÄDEL".encode(), "DICOM/SCHA\u0308DEL"),
        ("头部\\图1".encode(), "头部/图1"),
        ("头部\\图1".encode("gb18030"), os.fsdecode("头部/图1".encode("gb18030"))),
        (b"IM1", "IM1"),
    ],
)
def test_names_change_with_the_system_that_reads_the_disc(tmp_path, write_table, identifier, file):
    put(tmp_path / "disc", file, "other/file")
    write_table(tmp_path / "disc" / "DICOMDIR", identifier)
    with Source.open(tmp_path / "disc" / "DICOMDIR") as source:
        assert [item.path for item in source.files] == [tmp_path / "disc" / file]
        assert not source.skipped


@pytest.mark.parametrize(
    "identifier",
    [
        b"..\\secret",
        b"DICOM\\..\\..\\secret",
        b"\\secret",
        b"/secret",
        b"C:\\secret",
        b"..\\disc\\IM1",
        b"a\\\\b",
        b"./IM1",
    ],
)
def test_nothing_outside_the_folder_is_opened(tmp_path, write_table, identifier):
    put(tmp_path, "secret", "disc/IM1", "disc/IM2")
    write_table(tmp_path / "disc" / "DICOMDIR", identifier, b"IM2")
    with Source.open(tmp_path / "disc" / "DICOMDIR") as source:
        assert [item.path.name for item in source.files] == ["IM2"]
        (skipped,) = source.skipped
        assert "not as a file in its folder" in str(skipped.reason)


def test_a_link_does_not_lead_a_dicomdir_outside(tmp_path, write_table):
    put(tmp_path, "elsewhere/IM1", "disc/IM2")
    (tmp_path / "disc" / "DICOM").symlink_to(tmp_path / "elsewhere")
    write_table(tmp_path / "disc" / "DICOMDIR", b"DICOM\\IM1", b"IM2")
    with Source.open(tmp_path / "disc" / "DICOMDIR") as source:
        assert [item.path.name for item in source.files] == ["IM2"]


def test_a_record_that_is_damaged_costs_itself(tmp_path, write_table):
    put(tmp_path / "disc", "IM1", "IM2")
    write_table(tmp_path / "disc" / "DICOMDIR", b"IM1", b"\x1b[2J\xff\x00\x01", b"", b"IM2")
    with Source.open(tmp_path / "disc" / "DICOMDIR") as source:
        assert [item.path.name for item in source.files] == ["IM1", "IM2"]
        assert all(item.shown.isprintable() for item in source.skipped)
        assert len(source.skipped) == 1


@pytest.mark.parametrize("size", [0, 100, 300, 700, 1500, -1])
def test_a_cut_dicomdir_gives_the_whole_folder(disc, size):
    table = disc / "DICOMDIR"
    table.write_bytes(table.read_bytes()[:size])
    with Source.open(table) as source:
        assert [item.path for item in source.files] == images(disc)
        (skipped,) = source.skipped
        assert skipped.shown == str(table)
        assert "damaged" in str(skipped.reason)
    with Source.open(disc) as source:
        assert [item.path for item in source.files] == images(disc)
        assert "damaged" in str(source.skipped[0].reason)


@pytest.mark.parametrize("last", [False, True])
def test_lost_records_are_noticed(disc, last):
    # A File ID whose length swallows what comes after it: pydicom reads on without a word.
    content = (disc / "DICOMDIR").read_bytes()
    place = (content.rindex if last else content.index)(b"PT000000") - 2
    (disc / "DICOMDIR").write_bytes(content[:place] + b"\xf0\x7f" + content[place + 2 :])
    with Source.open(disc / "DICOMDIR") as source:
        (skipped,) = source.skipped
        if last:  # nothing is lost but the record itself
            assert len(source.files) == SLICES - 1
            assert "not as a file in its folder" in str(skipped.reason)
            assert len(skipped.shown) < 500
        else:
            assert [item.path for item in source.files] == images(disc)
            assert "damaged" in str(skipped.reason)


def test_a_dicomdir_that_would_be_inflated_or_is_too_large_is_not_read(disc):
    table = disc / "DICOMDIR"
    content = table.read_bytes()
    with table.open("ab") as stream:
        stream.truncate(TABLE_BYTES + 1)
    with Source.open(table) as source:
        assert "damaged" in str(source.skipped[0].reason)
    plain = str(ExplicitVRLittleEndian).encode() + b"\0"
    deflated = str(DeflatedExplicitVRLittleEndian).encode()
    assert len(plain) + 2 == len(deflated)
    start = content.index(plain)
    content = content[: start - 2] + b"\x16\0" + deflated + content[start + len(plain) :]
    length = content.index(b"UL\x04\0") + 4
    meta = int.from_bytes(content[length : length + 4], "little") + 2
    table.write_bytes(content[:length] + meta.to_bytes(4, "little") + content[length + 4 :])
    with Source.open(table) as source:
        assert "damaged" in str(source.skipped[0].reason)


def test_a_dicomdir_alone_or_of_another_disc(tmp_path, write_table):
    write_table(tmp_path / "DICOMDIR", b"IM1")
    (tmp_path / "temp").rmdir()
    with Source.open(tmp_path / "DICOMDIR") as source:
        assert not source.files
        assert "names no file on the disc" in str(source.skipped[0].reason)
    put(tmp_path, "DICOM/X1")
    with Source.open(tmp_path / "DICOMDIR") as source:
        assert [item.path.name for item in source.files] == ["X1"]


def test_an_unreadable_folder_around_a_dicomdir(disc, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(NothingToRead, match="You may not read"):
        Source.open(disc / "DICOMDIR")


def test_a_disc_in_an_archive(disc, tmp_path):
    gone, *there = images(disc)
    with zipfile.ZipFile(tmp_path / "disc.zip", "w") as archive:
        for path in (*there, disc / "DICOMDIR"):
            archive.write(path, "export/" + path.relative_to(disc).as_posix().lower())
    assert gone not in there
    with Source.open(tmp_path / "disc.zip") as source:
        assert len(source.files) == SLICES - 1
        (skipped,) = source.skipped
        assert skipped.shown.endswith("disc.zip > export/dicomdir")
        assert str(skipped.reason).endswith("1 of the 4 files it names are not here")


def test_a_real_disc_gives_what_is_there_and_names_what_is_missing(real_ct):
    disc = real_ct / "plastic_head_cd"
    with Source.open(disc / "DICOMDIR") as source:
        assert len(source.files) == 153
        (skipped,) = source.skipped
        assert str(skipped.reason).startswith("280 files are named in the DICOMDIR but not on the disc")
    with Source.open(disc) as source:
        assert len(source.files) == 162
        assert str(source.skipped[0].reason).endswith("280 of the 433 files it names are not here")
    with Source.open([disc / "DICOM", disc / "DICOMDIR"]) as source:
        assert len(source.files) == 162


@pytest.mark.parametrize("length", [b"\xff\xff\xff\xff", struct.pack("<L", 8_000_000)])
def test_a_table_of_a_million_empty_records_is_given_up_in_time(disc, length, at_most):
    """It took 18 s and 800 MB."""
    path = disc / "DICOMDIR"
    data = path.read_bytes()
    at = data.find(struct.pack("<HH", 0x0004, 0x1220)) + 8
    path.write_bytes(data[:at] + length + b"\xfe\xff\x00\xe0\0\0\0\0" * 1_000_000)
    with at_most(15), Source.open(path) as source:
        assert len([item for item in source.files if item.path.name.startswith("IM")]) == SLICES
        assert "damaged" in str(source.skipped[0].reason)
