"""Proof that the DICOM objects of a result are what the standard asks for, by judges that others wrote.

For each source all objects are written, then dciodvfy looks at every one, dcentvfy at all of them beside the source,
dsrdump and dsr2html at the structured report and the key objects, and dcmpschk at the presentation states. The report
is read again and must say the same numbers.

Sources: phantoms (plain, tilted, two slices only), the same as an Enhanced CT, compressed (JPEG-LS), of a person with a
Japanese name, and a thousand slices; with --real-ct, public CTs as well (CONTRIBUTING.md), one of them also compressed.

Needs dicom3tools and dcmtk. One remark of dciodvfy is allowed: it asks for Laterality of unpaired body parts too.

Exit status 0: nothing was found.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from time import perf_counter
from unittest import mock

import imagecodecs
import numpy as np
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import EnhancedCTImageStorage, JPEGLSLossless

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.inference.analyse import analyse
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.maps import Maps
from desktop.inference.network import Network
from desktop.inference.result import Result, SliceAnswer
from desktop.object_kinds import Kind
from desktop.phantoms import draw_phantom, write_series
from desktop.phantoms.series_files import slice_dataset
from desktop.reading.region import Region
from desktop.reading.roi import PositionRange, Roi
from desktop.report import save_report
from desktop.report.dicom.own_report import read_report
from desktop.report.dicom.wanted import Objects
from desktop.report.document import result_document

TOOLS = ("dciodvfy", "dcentvfy", "dsrdump", "dsr2html", "dcmpschk")
ALLOWED = "Missing attribute Type 2C Conditional Element=<Laterality>"

SEED, SLICES, MANY = 4242, 4, 1000
TILTED_DEG = 10.0
REAL = ("ge_tilted", "head_neck_planning", "visible_female")
JAPANESE = ["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def main() -> int:
    """Write, ask the judges, and print what they found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real-ct", type=Path, metavar="FOLDER", help="the folder of public CTs")
    parser.add_argument("--only", metavar="WORD", default="", help="sources whose name contains this word")
    asked = parser.parse_args()
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"Missing: {', '.join(missing)} (dicom3tools and dcmtk).")
        return 1
    network, found = Network(Bundle.shipped(), Device.CPU), 0
    with tempfile.TemporaryDirectory(prefix="dicom-objects-") as text:
        work = Path(text)
        with mock.patch("desktop.report.dicom.device_uid.local_data_folder", return_value=work / "home"):
            for name, make in sources(work, asked.real_ct):
                if asked.only in name:
                    found += prove(name, make(work / name), network, work / f"{name}: report")
    print("Nothing was found." if not found else f"{found} faults were found.")
    return 1 if found else 0


Made = tuple[Path, int]
"""A folder with a source, and how many slices are judged."""


def sources(work: Path, real: Path | None) -> Iterator[tuple[str, Callable[[Path], Made]]]:
    """The name of each source, and what makes it in a folder."""
    yield "phantom", lambda folder: phantom(folder, tilted=False)
    yield "tilted phantom", lambda folder: phantom(folder, tilted=True)
    yield "two slices", lambda folder: (phantom(folder, tilted=False)[0], 2)
    yield "enhanced CT", enhanced
    yield "compressed", lambda folder: compressed(phantom(folder, tilted=False)[0])
    yield "Japanese name", japanese
    if real is not None:
        for name in REAL:
            yield name, lambda folder, name=name: (real / name, SLICES)  # type: ignore[misc]
        yield "compressed head_neck_planning", lambda folder: compressed(copied(real / "head_neck_planning", folder))
    yield "a thousand slices", thousand


def prove(name: str, made: Made, network: Network, out: Path) -> int:
    """Write all objects of a source and have them judged; how many faults there are."""
    folder, slices = made
    result = judge(folder, slices, network)
    first, *_, last = result.slices
    note = "of interest" if name == "Japanese name" else "of interest, é, 骨"  # which would need another character set
    chosen = [(*result.region.volume.series.slices[one.index].key, note) for one in (first, last)]
    started = perf_counter()
    saved = save_report(result, out, objects=Objects(tuple(Kind), tuple(chosen), lambda result, stability: PDF))
    seconds = perf_counter() - started
    files = [file for file in saved.files if file.suffix == ".dcm"]
    faults = [fault for file in files for fault in by_standard(file)]
    faults += as_a_set([item.path for item in result.region.volume.series.slices], files)
    faults += [fault for file in files if file.stem in ("sr", "ko") for fault in readable(file)]
    faults += [fault for file in files if file.stem.startswith("pr") for fault in presentation(file)]
    faults += same_numbers(next(file for file in files if file.stem == "sr"), result)
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"{name}: {slices} slices, {len(files)} objects, {size:.1f} MB in {seconds:.1f} s, {len(faults)} faults")
    for fault in sorted(set(faults)):
        print(f"  {fault}")
    return len(faults)


def judge(folder: Path, slices: int, network: Network) -> Result:
    """The answer for so many slices in the middle of the largest suitable series."""
    with Source.open(folder) as source:
        volume = load(max(scan(source).series, key=lambda one: (one.geometry.is_axial, len(one.slices))))
    positions, rows, columns = volume.geometry.positions_mm, volume.series.rows, volume.series.columns
    start = (len(positions) - slices) // 2
    span = PositionRange(float(positions[start]), float(positions[start + slices - 1]))
    roi = Roi.everywhere(columns * 0.4, rows * 0.42, columns * 0.2, rows * 0.17)
    if slices < MANY:
        return analyse(Region(volume, roi, span), network)
    two = analyse(Region(volume, roi, PositionRange(float(positions[0]), float(positions[1]))), network)
    return stretched(two, Region(volume, roi, span))


def stretched(result: Result, region: Region) -> Result:
    """An answer for many slices without asking the network for every one."""
    answers = tuple(
        SliceAnswer(index, item.sop_instance_uid, float(position), 0.25, 0.25, 0.5622, True)
        for index, (item, position) in enumerate(zip(region.volume.series.slices, region.positions_mm, strict=True))
    )
    evidence = np.zeros((len(answers), *result.maps.evidence.shape[1:]), np.float32)
    maps = Maps(evidence, evidence, result.maps.scale, result.maps.scale_is_models)
    return replace(result, slices=answers, region=region, maps=maps)


def phantom(folder: Path, *, tilted: bool) -> Made:
    """A head, with the gantry tilted or not."""
    heads = (draw_phantom(seed, invaded=True) for seed in count(SEED))
    head = next(one for one in heads if (abs(one.acquisition.tilt_deg) > TILTED_DEG) is tilted)
    middle = head.acquisition.slice_count // 2
    write_series(head, folder, slice(middle - SLICES, middle + SLICES))
    return folder, SLICES


def enhanced(folder: Path) -> Made:
    """The head as one Enhanced CT (PS3.3 A.38), as far as reading needs it."""
    head = draw_phantom(SEED, invaded=True)
    middle = head.acquisition.slice_count // 2
    numbers = range(middle - SLICES, middle + SLICES)
    frames = [slice_dataset(head, number, head.hu(slice(number, number + 1))[0]) for number in numbers]
    whole, shared = frames[0], Dataset()
    shared.PixelMeasuresSequence = [macro(whole, "PixelSpacing", "SliceThickness")]
    shared.PlaneOrientationSequence = [macro(whole, "ImageOrientationPatient")]
    shared.PixelValueTransformationSequence = [macro(whole, "RescaleSlope", "RescaleIntercept", "RescaleType")]
    whole.PerFrameFunctionalGroupsSequence = []
    for frame in frames:
        group = Dataset()
        group.PlanePositionSequence = [macro(frame, "ImagePositionPatient")]
        whole.PerFrameFunctionalGroupsSequence.append(group)
    whole.SharedFunctionalGroupsSequence = [shared]
    whole.NumberOfFrames = len(frames)
    whole.PixelData = b"".join(frame.PixelData for frame in frames)
    for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleSlope", "RescaleIntercept"):
        delattr(whole, name)
    whole.SOPClassUID = whole.file_meta.MediaStorageSOPClassUID = EnhancedCTImageStorage
    folder.mkdir()
    whole.save_as(folder / "enhanced.dcm", enforce_file_format=True)
    return folder, SLICES


def macro(source: Dataset, *names: str) -> Dataset:
    """An item with some attributes of a data set."""
    item = Dataset()
    for name in names:
        setattr(item, name, source[name].value)
    return item


def compressed(folder: Path) -> Made:
    """The slices in a folder, compressed in place as JPEG-LS."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        dataset = dcmread(file)
        pixels = dataset.pixel_array
        if dataset.PixelRepresentation:  # JPEG-LS has no signed values
            dataset.RescaleIntercept = float(dataset.RescaleIntercept) + int(pixels.min()) * float(dataset.RescaleSlope)
            pixels, dataset.PixelRepresentation = (pixels - pixels.min()).astype(np.uint16), 0
            dataset.BitsStored, dataset.HighBit = 16, 15
            dataset.pop("PixelPaddingValue", None)
        dataset.PixelData = encapsulate([imagecodecs.jpegls_encode(np.ascontiguousarray(pixels))])
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
        dataset.save_as(file, implicit_vr=False, little_endian=True)
    return folder, SLICES


def copied(source: Path, folder: Path) -> Path:
    """A copy of a folder."""
    return Path(shutil.copytree(source, folder))


def japanese(folder: Path) -> Made:
    """The head of a person whose name is written in three ways."""
    made = phantom(folder, tilted=False)
    for file in folder.iterdir():
        dataset = dcmread(file)
        dataset.SpecificCharacterSet, dataset.PatientName = JAPANESE
        dataset.save_as(file)
    return made


def thousand(folder: Path) -> Made:
    """Small slices, half a millimetre apart, of the phantom's person."""
    head = draw_phantom(SEED, invaded=True)
    dataset = slice_dataset(head, 0, head.hu(slice(0, 1))[0])
    middle = dataset.pixel_array[::8, ::8].copy()
    dataset.Rows, dataset.Columns = middle.shape
    dataset.PixelSpacing = [8 * float(dataset.PixelSpacing[0])] * 2
    dataset.PixelData, root = middle.tobytes(), dataset.SOPInstanceUID[:50]
    x, y, z = dataset.ImagePositionPatient
    folder.mkdir()
    for number in range(MANY):
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"{root}.{number + 1}"
        dataset.ImagePositionPatient, dataset.SliceThickness = [x, y, float(z) + number / 2], 0.5
        dataset.InstanceNumber = number + 1
        dataset.save_as(folder / f"{number}.dcm")
    return folder, MANY


def by_standard(file: Path) -> Iterator[str]:
    """What dciodvfy finds wrong with an object."""
    for line in run("dciodvfy", file).stderr.splitlines():
        if line.startswith("Error") and ALLOWED not in line:
            yield f"dciodvfy {file.name}: {line}"


def as_a_set(source: list[Path], objects: list[Path]) -> Iterator[str]:
    """What dcentvfy finds wrong with the objects beside the source: patient, study or series that do not agree."""
    done = run("dcentvfy", *dict.fromkeys(source), *objects)
    if done.returncode:
        yield f"dcentvfy: exit status {done.returncode}"
    for line in done.stderr.splitlines():
        if line.startswith("Error"):
            yield f"dcentvfy: {line}"


def readable(file: Path) -> Iterator[str]:
    """Whether two viewers of structured reports read one."""
    expected = {"sr": ("Skull-base invasion", "Probability", "Image Region"), "ko": ("Key Object Description",)}
    for tool in ("dsrdump", "dsr2html"):
        done = run(tool, file)
        if done.returncode:
            yield f"{tool} {file.name}: {done.stderr.strip()}"
        for word in expected[file.stem]:
            if word not in done.stdout and tool == "dsrdump":
                yield f"{tool} {file.name}: {word} is not shown"


def presentation(file: Path) -> Iterator[str]:
    """Whether dcmpschk is content."""
    done = run("dcmpschk", file)
    if "Test passed" not in done.stdout + done.stderr:
        yield f"dcmpschk {file.name}: {done.stdout}{done.stderr}"


def same_numbers(file: Path, result: Result) -> Iterator[str]:
    """Whether the report, read again, says what the result says."""
    reading, document = read_report(file).reading, result_document(result)
    stored = reading.result or {}
    if (reading.roi, reading.range) != (result.region.roi, result.region.range):
        yield "read again: ROI or range are others"
    for key in ("verdict", "run", "cutoff", "score"):
        if stored[key] != document[key]:
            yield f"read again: {key} is {stored[key]}, not {document[key]}"
    for one, other in zip(stored["slices"], document["slices"], strict=True):
        if any(other[key] != value for key, value in one.items()):
            yield f"read again: a slice is {one}, not {other}"


def run(tool: str, *files: Path) -> subprocess.CompletedProcess[str]:
    """What a judge says of files."""
    return subprocess.run([tool, *map(str, files)], capture_output=True, text=True, errors="replace", check=False)


if __name__ == "__main__":
    sys.exit(main())
