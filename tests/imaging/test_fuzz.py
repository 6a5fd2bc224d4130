"""Damaged files, the same 5,100 every time: each ends in a reading or in a refusal, never in anything else."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from time import perf_counter

import imagecodecs
import numpy as np
import psutil
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from desktop.imaging.decoding import DecoderPool
from desktop.imaging.eligibility import check_series
from desktop.imaging.scan import scan
from desktop.imaging.series import Scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import UnreadableSeries, load

LIMIT_S = 2.0
LIMIT_BYTES = 300 * 2**20
SHIFT_MM = 1.0
"""A slice farther than this from where it was must be noticed."""


def most_memory() -> int:
    """Bytes that this process has had at most."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


ENCODERS = {
    JPEGLosslessSV1: lambda a: imagecodecs.jpeg8_encode(a, bitspersample=16, lossless=True),
    JPEGLSLossless: imagecodecs.jpegls_encode,
    JPEG2000Lossless: lambda a: imagecodecs.jpeg2k_encode(a, reversible=True, codecformat="j2k"),
    HTJ2KLossless: lambda a: imagecodecs.htj2k_encode(a, reversible=True),
}
KINDS = [
    ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, RLELossless, *ENCODERS,
    "enhanced", "compressed enhanced",
]  # fmt: skip
EXTREMES = [b"", b"0", b"-1", b"1e308", b"NaN", b"1e-300", b"\\", b"A\\B\\C", b"999999999999999", b"\xff\xfe\0\x1b$B"]


@pytest.fixture(scope="module")
def pool():
    with DecoderPool() as decoders:
        yield decoders


@pytest.fixture(params=KINDS, ids=lambda kind: getattr(kind, "keyword", kind))
def files(request, write_stack, write_enhanced, head, tmp_path) -> dict[str, bytes]:
    """The sound files of one kind: five slices."""
    folder = tmp_path / "sound"
    folder.mkdir()
    hu = head[:5, :32, :32] + 1024
    if "enhanced" in request.param:
        path = write_enhanced(folder / "multi", hu)
        if "compressed" in request.param:
            dataset = dcmread(path)
            dataset.file_meta.TransferSyntaxUID, dataset.PixelRepresentation = JPEGLSLossless, 0
            dataset.PixelData = encapsulate([imagecodecs.jpegls_encode(a.astype(np.uint16)) for a in hu])
            dataset["PixelData"].VR = "OB"
            dataset.save_as(path)
    else:
        for number, path in enumerate(write_stack(folder, hu, PixelRepresentation=0, RescaleIntercept=-1024)):
            dataset = dcmread(path)
            if request.param == RLELossless:
                dataset.compress(RLELossless, encoding_plugin="pydicom")
            elif request.param in ENCODERS:
                dataset.PixelData = encapsulate([ENCODERS[request.param](hu[number].astype(np.uint16))])
                dataset["PixelData"].VR = "OB"
            dataset.file_meta.TransferSyntaxUID = request.param
            dataset.save_as(path, implicit_vr=request.param == ImplicitVRLittleEndian)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def flip_bits(data: bytearray, rng: np.random.Generator) -> None:
    """One to twenty bits, mostly in the header."""
    end = len(data) if rng.random() < 0.4 else min(len(data), 1500)
    for _ in range(rng.integers(1, 21)):
        data[rng.integers(end)] ^= 1 << rng.integers(8)


def truncate(data: bytearray, rng: np.random.Generator) -> None:
    del data[rng.integers(len(data)) :]


def change_length(data: bytearray, rng: np.random.Generator) -> None:
    """A wild number where some element's length may stand."""
    at = int(rng.integers(132, len(data) - 4))
    wild = rng.choice([0, 1, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF, len(data)])
    if rng.random() < 0.5:
        struct.pack_into("<H", data, at, wild & 0xFFFF)
    else:
        struct.pack_into("<L", data, at, wild)


def change_number(data: bytearray, rng: np.random.Generator) -> None:
    """Rows, Columns, bits and the like: group 0028, two bytes each, found by its tag in either encoding."""
    element = int(rng.choice([0x0010, 0x0011, 0x0002, 0x0100, 0x0101, 0x0102, 0x0103]))
    value = int(rng.choice([0, 1, 7, 8, 12, 15, 16, 31, 32, 33, 64, 255, 4096, 32768, 65535]))
    at = data.find(struct.pack("<HH", 0x0028, element))
    if at < 0:
        return flip_bits(data, rng)
    return struct.pack_into("<H", data, at + 8, value)


def change_text(data: bytearray, rng: np.random.Generator) -> None:
    """Another value of another length for a number in text or a UID."""
    tag = [(0x20, 0x32), (0x20, 0x37), (0x28, 0x30), (0x18, 0x50), (0x28, 0x1052), (0x28, 0x1053), (8, 0x18), (2, 0x10),
           (0x20, 0xE), (0x28, 8), (8, 5)][rng.integers(11)]  # fmt: skip
    at = data.find(struct.pack("<HH", *tag))
    if at < 0:
        return flip_bits(data, rng)
    value = EXTREMES[rng.integers(len(EXTREMES))]
    value += b" " * (len(value) % 2)
    explicit = data[at + 4 : at + 6].isalpha()
    if explicit:
        (length,) = struct.unpack_from("<H", data, at + 6)
        data[at + 6 : at + 8 + length] = struct.pack("<H", len(value)) + value
    else:
        (length,) = struct.unpack_from("<L", data, at + 4)
        data[at + 4 : at + 8 + min(length, 100)] = struct.pack("<L", len(value)) + value
    return None


def repeat_part(data: bytearray, rng: np.random.Generator) -> None:
    """A stretch once more, somewhere else: shifted elements, nested nonsense."""
    start = int(rng.integers(len(data)))
    part = data[start : start + int(rng.integers(1, 400))]
    at = int(rng.integers(len(data)))
    data[at:at] = part


DAMAGES: list[Callable[[bytearray, np.random.Generator], None]] = [
    flip_bits, truncate, change_length, change_number, change_text, repeat_part,
]  # fmt: skip


def places(found: Scan) -> dict[tuple[str, int], np.ndarray]:
    """The patient positions of the first and last pixel of every slice that would be judged."""
    where = {}
    for series in found.series:
        if all(check.status != "fail" for check in check_series(series)):
            geometry = series.geometry
            for index, item in enumerate(series.slices):
                corners = [geometry.to_patient(index, 0, 0), geometry.to_patient(index, 31, 31)]
                where[item.sop_instance_uid, item.place.frame] = np.array(corners)
    return where


def test_every_damage_ends_in_a_reading_or_a_refusal(files, tmp_path, pool, request):
    variants = request.config.getoption("--damages")
    rng = np.random.default_rng(20240615)
    folder = tmp_path / "damaged"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    whole = scan(Source.open(folder))
    for series in whole.series:
        load(series, pool)  # what starts once is not one file's doing
    truth = places(whole)
    assert len(truth) == 5
    before = most_memory()
    names = list(files)
    read = refused = 0
    sentences: list[str] = []
    seconds = []
    for number in range(variants):
        name = names[rng.integers(len(names))]
        data = bytearray(files[name])
        damage = DAMAGES[number % len(DAMAGES)]
        damage(data, rng)
        (folder / name).write_bytes(data)
        what = f"variant {number}, {damage.__name__} of {name}"
        started = perf_counter()
        found = scan(Source.open(folder))
        for series in found.series:
            try:
                volume = load(series, pool)
            except UnreadableSeries as error:
                refused += 1
                sentences.append(str(error))
            else:
                assert np.isfinite(volume.hu).all(), what
                assert volume.hu.shape[0] == len(volume.series.slices), what
                read += 1
        seconds.append(perf_counter() - started)
        refused += len(found.skipped)
        sentences += [str(item.reason) for item in found.skipped]
        off = {key: corners - truth[key] for key, corners in places(found).items() if key in truth}
        farthest = max((np.linalg.norm(way, axis=1).max() for way in off.values()), default=0.0)
        # Frames share one spacing and one orientation: if that one number is damaged all move alike, and nothing in
        # the file says otherwise.
        alike = len(files) == 1 and len({tuple(np.round(way[1] - way[0], 3)) for way in off.values()}) == 1
        assert farthest <= SHIFT_MM or alike, f"{what}: a slice stands {farthest:.1f} mm off, and no check fails"
        (folder / name).write_bytes(files[name])
    assert max(seconds) < max(LIMIT_S, 40 * float(np.median(seconds)))  # a busy machine is slow at all of them
    assert not [sentence for sentence in sentences if "\n" in sentence or not 5 < len(sentence) < 500]
    assert read > variants / 4
    assert refused > variants / 8
    assert most_memory() - before < LIMIT_BYTES


def test_a_deflated_bomb_is_refused(tmp_path, write_slice, at_most):
    path = write_slice(tmp_path / "a", np.zeros((8, 8)))
    dataset = dcmread(path)
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    dataset.save_as(path)
    data = path.read_bytes()
    start = 132 + 12 + struct.unpack_from("<L", data, 140)[0]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    zeros = bytes(2**24)
    with path.open("wb") as stream:
        stream.write(data[:start])
        for _ in range(30):  # half a gigabyte
            stream.write(packer.compress(zeros))
        stream.write(packer.flush())
    before = most_memory()
    with at_most(5):
        found = scan(Source.open(path))
    assert "grows beyond" in str(found.skipped[0].reason)
    assert most_memory() - before < 2**30


ITEM, END = b"\xfe\xff\x00\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"
FLOODS = {
    "a million empty items": struct.pack("<HH", 8, 6) + b"SQ\0\0\xff\xff\xff\xff" + ITEM * 1_000_000 + END,
    "a value without end": struct.pack("<HH", 9, 0x1010) + b"OB\0\0\xff\xff\xff\xff" + bytes(100 * 2**20),
    "a name of 100 MB": struct.pack("<HH", 8, 0x70) + b"UT\0\0" + struct.pack("<L", 100 * 2**20) + bytes(100 * 2**20),
    "functional groups of nothing": struct.pack("<HH", 0x5200, 0x9229)
    + b"SQ\0\0"
    + struct.pack("<L", 8 * 2**20)
    + bytes(8 * 2**20),
    "sequences in sequences": (struct.pack("<HH", 8, 6) + b"SQ\0\0\xff\xff\xff\xff" + ITEM[:4] + b"\xff" * 4) * 50_000,
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_header_without_measure_is_refused_in_time(tmp_path, write_slice, flood, at_most):
    """A million empty items took minutes and four gigabytes."""
    path = write_slice(tmp_path / "a", np.zeros((8, 8)))
    data = path.read_bytes()
    at = data.find(struct.pack("<HH", 8, 8), 132)
    path.write_bytes(data[:at] + FLOODS[flood] + data[at:])
    before = most_memory()
    with at_most(8):  # without a budget about 25
        found = scan(Source.open(path))
    assert "the header is damaged" in str(found.skipped[0].reason)
    assert most_memory() - before < LIMIT_BYTES
