"""A bundle as one file: the same bytes everywhere, and nothing but its own files, whatever an archive says."""

from __future__ import annotations

import json
import stat
import struct
import zipfile
from pathlib import Path

import pytest

import onnx_models
from desktop.inference.bundle import Bundle
from desktop.inference.manifest import BundleUnsound
from desktop.inference.packed import MOST_FILES, NotPacked, pack, unpack
from tests.publisher import signed
from training.signing.keys import PrivateKey

LARGEST = {"manifest.json": 1000, "model.onnx": 100_000, "MODEL_CARD.md": 1000}
FILES = {"manifest.json": b"{}", "model.onnx": bytes(range(256)) * 20, "MODEL_CARD.md": b"# A model"}


def written(tmp_path: Path, *members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    file = tmp_path / "model.clivus"
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file


def refused(file: Path, says: str) -> None:
    with pytest.raises(NotPacked, match=says) as refusal:
        unpack(file, LARGEST)
    assert "\n" not in str(refusal.value)


def test_what_was_packed_comes_out_and_the_bytes_are_always_the_same(tmp_path, monkeypatch):
    file = tmp_path / "model.clivus"
    file.write_bytes(pack(FILES))
    assert unpack(file, LARGEST) == FILES
    monkeypatch.setattr("sys.platform", "win32")  # zipfile notes the system that packed
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert pack(FILES) == file.read_bytes()


def test_an_archive_that_somebody_packed_again_is_taken(tmp_path):
    assert unpack(written(tmp_path, *FILES.items(), method=zipfile.ZIP_DEFLATED), LARGEST) == FILES


@pytest.mark.parametrize(
    "name",
    [
        "../model.onnx",
        "/model.onnx",
        "C:\\model.onnx",
        "site-7/model.onnx",
        "..\\..\\model.onnx",
        "weights.bin",
        "model.onnx/",
        "MODEL.ONNX",
        "model.onnx\u202e",
    ],
)
def test_a_name_that_is_no_file_of_a_bundle_is_refused(tmp_path, name):
    refused(written(tmp_path, ("manifest.json", b"{}"), (name, b"x")), "which is not a file of a model")
    assert [path.name for path in tmp_path.iterdir()] == ["model.clivus"], "nothing was unpacked anywhere"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused(tmp_path):
    refused(written(tmp_path, ("manifest.json", b"{}"), ("manifest.json", b"[]")), "manifest.json more than once")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_a_link_or_device_is_refused(tmp_path, kind):
    info = zipfile.ZipInfo("model.onnx")
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    refused(written(tmp_path, (info, b"/etc/passwd")), "model.onnx is a link or device")


def test_a_locked_file_is_refused(tmp_path):
    file = written(tmp_path, ("model.onnx", b"x" * 100))
    raw = bytearray(file.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(magic) + offset] |= 1
    file.write_bytes(raw)
    refused(file, "locked with a password")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_compression_is_refused(tmp_path, method):
    refused(written(tmp_path, ("model.onnx", b"x" * 100), method=method), "compressed by method")


def test_a_file_that_is_too_large_is_refused_by_what_it_states(tmp_path):
    refused(written(tmp_path, ("model.onnx", b"x" * 100_001)), "more than the 0.1 MB")


def test_a_file_that_grows_as_no_model_does_is_refused(tmp_path):
    refused(written(tmp_path, ("model.onnx", bytes(100_000)), method=zipfile.ZIP_DEFLATED), "more than 20 times")


def test_files_that_share_their_bytes_are_refused(tmp_path):
    """As in an archive that is small on the disk because all of its files are one."""
    file = written(tmp_path, *FILES.items())
    raw = bytearray(file.read_bytes())
    (start,) = struct.unpack_from("<I", raw, len(raw) - 6)
    size = len(FILES["model.onnx"])
    place = start
    for _ in FILES:
        struct.pack_into("<II", raw, place + 20, size, size)
        place += 46 + struct.unpack_from("<H", raw, place + 28)[0]
    file.write_bytes(raw)
    with pytest.raises(NotPacked):
        unpack(file, dict.fromkeys(LARGEST, 100000))


def test_more_files_than_a_model_has_are_refused_by_their_number(tmp_path):
    refused(written(tmp_path, *((f"{number}", b"") for number in range(MOST_FILES + 1))), "and a model has a few")


def test_a_directory_that_would_fill_the_memory_is_not_loaded(tmp_path):
    file = tmp_path / "model.clivus"
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    directory = entry * (2**20 // len(entry) + 1)
    file.write_bytes(directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 9, 9, len(directory), 0, 0))
    with pytest.raises(NotPacked, match="damaged"):
        unpack(file, {**LARGEST, "model.onnx": 10_000_000})


@pytest.mark.parametrize("keep", [0, 3, 30, 200, -1, -30])
def test_a_file_that_was_cut_off_is_refused(tmp_path, keep):
    file = tmp_path / "model.clivus"
    file.write_bytes(pack(FILES)[:keep])
    refused(file, "damaged or incomplete")


def test_no_damaged_byte_goes_unnoticed_in_what_is_unpacked(tmp_path):
    """Whatever byte is changed: what comes out is right, or nothing does; which files there must be, the manifest
    says."""
    file, sound = tmp_path / "model.clivus", pack(FILES)
    for place in range(0, len(sound), 29):
        changed = bytearray(sound)
        changed[place] ^= 0x41
        file.write_bytes(changed)
        try:
            assert unpack(file, LARGEST).items() <= FILES.items()
        except NotPacked:
            continue


def test_an_empty_archive_and_what_is_no_archive_are_refused(tmp_path):
    refused(written(tmp_path), "it is empty")
    (tmp_path / "text").write_bytes(b"not an archive" * 100)
    refused(tmp_path / "text", "damaged or incomplete")
    refused(tmp_path / "none", "cannot be read")
    (tmp_path / "link").symlink_to(tmp_path / "text")
    refused(tmp_path / "link", "it is a link")


def test_a_bundle_opens_from_its_file_as_from_its_folder(bundle, tmp_path):
    folder = bundle("to be packed", id="site-7", version="2.3")
    signed(folder, PrivateKey.new())
    whole = Bundle.load(folder)
    file = tmp_path / "site-7.clivus"
    file.write_bytes(whole.packed())
    opened = Bundle.load(file)
    assert (opened.manifest, opened.files, opened.manifest_sha256) == (
        whole.manifest,
        whole.files,
        whole.manifest_sha256,
    )
    assert opened.files.keys() == {path.name for path in folder.iterdir()}
    assert opened.folder == file
    assert opened.signer == whole.signer != ""
    assert opened.reference is not None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"MODEL_CARD.md": b"another card"}, "not the one its manifest describes"),
        ({"MODEL_CARD.md": None}, "MODEL_CARD.md is not used, because it is not there"),
        ({"manifest.json": None}, "manifest.json is not used, because it is not there"),
        ({"manifest.json": b"{"}, "line 1, column 2 is not JSON"),
        ({}, "model.onnx is not the one its manifest describes"),
    ],
)
def test_a_packed_bundle_is_as_strict_as_a_folder(tmp_path, changed, says):
    folder = onnx_models.default_bundle()
    small = {name: (folder / name).read_bytes() for name in ("manifest.json", "MODEL_CARD.md")}
    files = {**small, "model.onnx": b"x", "reference.npz": b"x", **changed}
    file = tmp_path / "model.clivus"
    file.write_bytes(pack({name: content for name, content in files.items() if content is not None}))
    with pytest.raises(BundleUnsound, match=says):
        Bundle.load(file)


def test_a_card_that_the_manifest_does_not_name_does_not_come_along(tmp_path):
    """A folder of schema 1 may have one; carried to a site, it would be taken for the maker's."""
    fields = json.loads((onnx_models.default_bundle() / "manifest.json").read_bytes())
    for name in ("files", "pictures", "familiarity", "maps"):
        del fields[name]
    former = json.dumps(fields | {"schema": "clivus-bundle/1"}).encode()
    file = tmp_path / "model.clivus"
    file.write_bytes(pack({"manifest.json": former, "MODEL_CARD.md": b"# Card", "model.onnx": b"x"}))
    with pytest.raises(BundleUnsound, match=r"does not name, MODEL_CARD\.md"):
        Bundle.load(file)
