"""Phantoms written as patients of radiotherapy go all the way: imported, confirmed, trained on, exported, evaluated.

CT, an RT Structure Set with contours from the phantoms' truth, and a table with T stages are written; then the commands
of `clivus-train` do the rest, as they are typed. Before anything is confirmed, check and split must refuse. Then every
case is confirmed, by a reader who knows the truth. Prints how far the proposals lie from it.

Exit status: 0 everything worked and the licence stands in run, manifest and card; 1 not.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from itertools import count
from pathlib import Path

import contourpy
import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from desktop.phantoms import VARIETIES, Phantom, draw_phantom, write_series
from desktop.phantoms.bodies import Body
from desktop.phantoms.series_files import instance_uid, uid
from desktop.reading.roi import PositionRange
from desktop.reading.saved import Reading
from training.cli import main as clivus_train

FIRST_SEED = 8_000_000
"""Of no cohort and no test."""

LICENCE = "CC0 1.0, phantoms of Clivus"
BRIEF = """\
members = 1
folds = 3
[augmentation]
copies = 1
"""
"""Everything of `fit`, with few copies: how good the model is, is not the question here."""

AROUND = 12
"""Slices written below and above the range: what the proposals look at."""

Masks = npt.NDArray[np.bool_]


def tumour_of(phantom: Phantom, part: slice) -> Masks:
    """[slices, rows, columns] the mass and the bone that it has changed: what a careful contour would take in."""
    a, stage = phantom.acquisition, phantom.stage
    mass = [body for body in phantom.bodies if isinstance(body, Body) and body.name in ("mass", "contact")]
    boxes = stage.boxes(mass)
    found = phantom.invaded_mask(part)
    rows, columns = (
        (max(0, int(boxes[:, low].min())), min(size, int(boxes[:, low + 1].max())))
        for low, size in ((2, a.rows), (4, a.columns))
    )
    for number, position in enumerate(phantom.positions_mm[part]):
        if ((boxes[:, 0] <= position) & (boxes[:, 1] >= position)).any():
            grid = stage.grid(float(position), rows, columns, a.motion.at(float(position)))
            for body in mass:
                found[number, rows[0] : rows[1], columns[0] : columns[1]] |= body.distance(grid) < 0
    return found


def structure_set(phantom: Phantom, tumour: Masks, part: slice, name: str = "GTVp") -> FileDataset:
    """The tumour's contours [slices, rows, columns] as an RT Structure Set for the phantom's CT."""
    a = phantom.acquisition
    contours = []
    for index, mask in zip(range(a.slice_count)[part], tumour, strict=True):
        # A pixel more on every side, so that contours at the edge of the picture close too.
        for line in contourpy.contour_generator(z=np.pad(mask, 1).astype(float)).lines(0.5):
            across, down = (line[:-1] - 1).T * a.pixel_mm
            points = a.plane_origin(float(a.positions_mm[index])) + np.outer(across, a.row_axis)
            contours.append((index, points + np.outer(down, a.column_axis)))
    return dataset_of(phantom, [(name, contours)])


def dataset_of(
    phantom: Phantom, rois: Sequence[tuple[str, Sequence[tuple[int, npt.NDArray[np.float64]]]]]
) -> FileDataset:
    """An RT Structure Set (PS3.3 A.19.3) with ROIs, each of contours [n, 3] in mm on slices by index."""
    slice_file = _slice_uids(phantom)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.481.3")
    meta.MediaStorageSOPInstanceUID = uid(phantom.seed, "structure set", phantom.acquisition.contrast)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    found.SOPClassUID, found.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    found.Modality, found.StructureSetLabel, found.PatientID = "RTSTRUCT", "phantom", slice_file["patient"]
    found.SeriesInstanceUID = uid(phantom.seed, "structures", phantom.acquisition.contrast)
    found.StudyInstanceUID = slice_file["study"]
    series, study, frame = Dataset(), Dataset(), Dataset()
    series.SeriesInstanceUID = slice_file["series"]
    study.RTReferencedSeriesSequence = [series]
    frame.FrameOfReferenceUID, frame.RTReferencedStudySequence = slice_file["frame"], [study]
    found.ReferencedFrameOfReferenceSequence = [frame]
    found.StructureSetROISequence, found.ROIContourSequence = [], []
    for number, (name, contours) in enumerate(rois, start=1):
        roi, drawn = Dataset(), Dataset()
        roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = number, name, slice_file["frame"]
        drawn.ReferencedROINumber, drawn.ContourSequence = number, []
        for index, points in contours:
            contour, image = Dataset(), Dataset()
            image.ReferencedSOPInstanceUID = instance_uid(phantom, index)
            contour.ContourImageSequence, contour.ContourGeometricType = [image], "CLOSED_PLANAR"
            contour.NumberOfContourPoints = len(points)
            contour.ContourData = [f"{value:.2f}" for value in points.ravel()]
            drawn.ContourSequence.append(contour)
        found.StructureSetROISequence.append(roi)
        found.ROIContourSequence.append(drawn)
    return found


def _slice_uids(phantom: Phantom) -> dict[str, str]:
    from desktop.phantoms.series_files import slice_dataset

    a = phantom.acquisition
    header = slice_dataset(phantom, 0, np.zeros((a.rows, a.columns), np.float32))
    return {
        "patient": header.PatientID,
        "study": header.StudyInstanceUID,
        "series": header.SeriesInstanceUID,
        "frame": header.FrameOfReferenceUID,
    }


def with_a_mass(variety: str, first: int = FIRST_SEED) -> Iterator[tuple[int, Phantom]]:
    """Phantoms with a tumour, invaded and intact ones in turn, by their seeds."""
    label = True
    for seed in count(first):
        phantom = draw_phantom(seed, invaded=label, variety=VARIETIES[variety])
        if phantom.mass is not None:
            yield seed, phantom
            label = not label


def write_patient(phantom: Phantom, folder: Path, around: int = AROUND) -> None:
    """CT and structure set of one patient."""
    positions = phantom.positions_mm
    inside = PositionRange(*phantom.truth.range_mm).indices(positions)
    part = slice(max(0, inside[0] - around), inside[-1] + 1 + around)
    write_series(phantom, folder / "CT", part)
    (folder / "RTSTRUCT").mkdir()
    structure_set(phantom, tumour_of(phantom, part), part).save_as(
        folder / "RTSTRUCT" / "1-1.dcm", enforce_file_format=True
    )


def write_patients(folder: Path, patients: int, variety: str, around: int = AROUND) -> dict[str, Phantom]:
    """So many patients and the table clinical.csv; returns the phantoms by patient_id."""
    written: dict[str, Phantom] = {}
    rows = []
    for (_, phantom), number in zip(with_a_mass(variety), range(1, patients + 1), strict=False):
        key = f"PHANTOM-{number:04d}"
        written[key] = phantom
        write_patient(phantom, folder / "dicom" / key, around)
        stage = ("T3", "T4")[number % 4 // 2] if phantom.truth.invaded else ("T1", "T2")[number % 4 // 2]
        contrast = str(int(phantom.acquisition.contrast))
        rows.append({"patient_id": key, "Ds Site": "Nasopharynx", "T": stage, "ContrastEnhanced": contrast})
    strangers = (("PHANTOM-9001", "Oropharynx", "T2"), ("PHANTOM-9002", "Nasopharynx", ""))
    rows += [{"patient_id": key, "Ds Site": site, "T": stage, "ContrastEnhanced": ""} for key, site, stage in strangers]
    with (folder / "clinical.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return written


def corrections(phantom: Phantom, reading: Reading) -> list[str]:
    """What a reader who knows the truth would tell `cohort confirm`, in the range that is proposed."""
    truth, positions = phantom.truth, phantom.positions_mm
    inside = reading.range.indices(positions)
    if not truth.invaded:
        return ["--verdict", "negative"]
    invaded = [float(positions[index]) for index in inside if truth.slice_invaded[index]]
    return ["--verdict", "positive", *(f"--invaded={value - 0.1:.3f}:{value + 0.1:.3f}" for value in invaded)]


class _Failed(Exception):
    """A step did not do what it has to."""


def _train(*arguments: object, status: int = 0) -> str:
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        found = clivus_train([str(argument) for argument in arguments])
    if found != status:
        raise _Failed(f"clivus-train {' '.join(map(str, arguments))}: {found}, not {status}\n{printed.getvalue()}")
    return printed.getvalue()


def prove(folder: Path, patients: int, variety: str, weights: str) -> None:
    """All steps; raises where one fails."""
    phantoms = write_patients(folder, patients, variety)
    cohort, split, run, model = (folder / name for name in ("cohort", "split.json", "run", "model"))
    table = folder / "clinical.csv"
    asked = ["--table", table, "--licence", LICENCE, "--out", cohort]
    print(_train("cohort", "import-rtstruct", folder / "dicom", *asked))
    refused = [
        _train("cohort", "check", cohort, status=3),
        _train("cohort", "split", cohort, "--out", split, status=3),
    ]
    if not all("not confirmed by a reader" in text for text in refused):
        raise _Failed("\n".join(refused))
    ends, rectangles, labels = [], [], []
    for key, phantom in phantoms.items():
        file = cohort / "readings" / f"{key}.json"
        reading, truth = Reading.load(file), phantom.truth
        ends += [abs(reading.range.low_mm - truth.range_mm[0]), abs(reading.range.high_mm - truth.range_mm[1])]
        column, row, width, height = (value * phantom.acquisition.pixel_mm for value in reading.roi.keys[0].rectangle)
        true = [value * phantom.acquisition.pixel_mm for value in truth.roi_px]
        rectangles += [abs(column + width / 2 - true[0] - true[2] / 2), abs(row + height / 2 - true[1] - true[3] / 2)]
        known = {str(instance_uid(phantom, n)): truth.slice_invaded[n] for n in range(phantom.acquisition.slice_count)}
        labels += [known[uid] == label for (uid, _), label in reading.slice_labels.items()]
        _train("cohort", "confirm", cohort, "--reader", "truth", "--case", key, *corrections(phantom, reading))
    for what, values in (("ends of the range", ends), ("centre of the rectangle, each way", rectangles)):
        print(f"{what}: median {statistics.median(values):.1f} mm from the truth, at most {max(values):.1f} mm")
    print(f"slice labels of T3 and T4 as in truth: {sum(labels)} of {len(labels)}")
    print(_train("cohort", "check", cohort))
    _train("cohort", "split", cohort, "--out", split)
    configuration = folder / "brief.toml"
    configuration.write_text(BRIEF, encoding="utf-8")
    numbers = ["--configuration", configuration, "--weights", weights, "--workers", 1]
    print(_train("fit", cohort, "--split", split, "--out", run, *numbers))
    print(_train("evaluate", run, cohort, "--split", split, "--out", folder / "evaluation"))
    _train("export", run, "--evaluation", folder / "evaluation", "--out", model, "--id", "rtstruct-proof", "--despite")
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))["cohort"]
    manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))["cohort"]
    card = (model / "MODEL_CARD.md").read_text(encoding="utf-8")
    if not (record["licence"] == manifest["licence"] == LICENCE and LICENCE in card and "T stage T3" in card):
        raise _Failed(f"the licence is lost: {record['licence']!r}, {manifest.get('licence')!r}")
    print(f"{LICENCE}: in run, manifest and card of {model}")


def main() -> int:
    """Run the proof; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=16, help="of them half with invasion; default 16, at least 12")
    parser.add_argument("--variety", choices=tuple(VARIETIES), default="plain", help="kind of phantoms")
    parser.add_argument("--weights", default="shipped", help="as `clivus-train fit --weights`; default shipped")
    parser.add_argument("--out", type=Path, help="new folder to keep everything in; default: nothing is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.out or Path(temporary) / "proof"
        folder.mkdir(parents=True)
        try:
            prove(folder, options.patients, options.variety, options.weights)
        except _Failed as failure:
            print(failure, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
