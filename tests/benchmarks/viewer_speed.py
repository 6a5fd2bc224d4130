"""How fast the window answers a hand, and how fast it is there: this checkout beside an earlier one, in the same run.

`python tests/benchmarks/viewer_speed.py --before PYTHON`: 300 slices of 512 x 512, judged and with the heat map on, in
a window of 1920 x 1080 without a screen. A wheel step repaints three views, a drag changes the window or the ROI, and a
start ends when the window is painted, its views are there and the model is open. PYTHON runs the earlier checkout.
Exits with 1 when a bound is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

SLICES, SIZE, STEPS = 300, 512, 40
SPACING_MM, PIXEL_MM = 0.6, 0.45
SEED = 7
WINDOW = 1920, 1080
BOUNDS = {"wheel step": 0.75, "window drag": 1.0, "ROI drag": 0.5, "start": 1.0}


def main() -> int:
    """Write a study, let both checkouts work on it by turns, and print the ratios; 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True, help="the earlier checkout's python")
    parser.add_argument("--after", default=sys.executable, help="this checkout's python (the one that runs this)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each works on it (3)")
    arguments = parser.parse_args()
    times: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory(prefix="clivus-benchmark-") as work:
        write_study(Path(work))
        for turn in range(arguments.rounds):
            sides = (("before", arguments.before), ("after", arguments.after))
            for side, python in sides if turn % 2 else sides[::-1]:
                found = {"start": [start(python)]} | hands(python, Path(work))
                for name, seconds in found.items():
                    times.setdefault(name, {}).setdefault(side, []).extend(seconds)
    return report(times)


def report(times: dict[str, dict[str, list[float]]]) -> int:
    """Print median and 95th percentile of both sides and the ratio of medians; 1 if a bound is broken."""
    broken = []
    print(f"{'ms (median, 95 %)':<20}{'before':>18}{'after':>18}{'ratio':>8}{'bound':>8}")
    for name, bound in BOUNDS.items():
        cells, medians = "", []
        for side in ("before", "after"):
            median, high = (1000 * float(np.percentile(times[name][side], share)) for share in (50, 95))
            cells += f"{median:10.1f} {high:7.1f}"
            medians.append(median)
        ratio = medians[1] / medians[0]
        print(f"{name:<20}{cells}{ratio:8.2f}{bound:8.2f}")
        if ratio > bound:
            broken.append(name)
    print("every bound held" if not broken else f"broken: {', '.join(broken)}")
    return 1 if broken else 0


def write_study(folder: Path) -> None:
    """A phantom, resampled to thin slices, as a DICOM series with a reading (schema 1, which both checkouts read)."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

    from desktop.phantoms import draw_phantom

    phantom = draw_phantom(SEED, invaded=True)
    coarse = phantom.hu()
    rows, columns = (min(SIZE, size) for size in coarse.shape[1:])
    places = np.linspace(0, len(coarse) - 1, SLICES)
    (folder / "study").mkdir()
    for number, place in enumerate(places):
        low, share = min(int(place), len(coarse) - 2), place - min(int(place), len(coarse) - 2)
        values = np.full((SIZE, SIZE), -1000.0)
        values[:rows, :columns] = (coarse[low] * (1 - share) + coarse[low + 1] * share)[:rows, :columns]
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"2.25.1.{number}"
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = "2.25.2", "2.25.3", "2.25.4"
        dataset.Modality, dataset.ImageType, dataset.PatientID = "CT", ["ORIGINAL", "PRIMARY", "AXIAL"], "phantom"
        dataset.ImagePositionPatient = [-115.0, -115.0, number * SPACING_MM]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.PixelSpacing, dataset.SliceThickness, dataset.InstanceNumber = [PIXEL_MM] * 2, SPACING_MM, number
        dataset.Rows = dataset.Columns = SIZE
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 16, 15, 1
        dataset.RescaleSlope, dataset.RescaleIntercept = 1, 0
        dataset.PixelData = np.rint(values).astype("<i2").tobytes()
        dataset.save_as(folder / "study" / f"{number:04d}.dcm", enforce_file_format=True)
    positions = phantom.positions_mm
    ends = np.interp(phantom.truth.range_mm, positions, np.linspace(0, (SLICES - 1) * SPACING_MM, len(positions)))
    roi = dict(zip(("column", "row", "width", "height"), phantom.truth.roi_px, strict=True))
    reading = {
        "schema": "clivus-reading/1",
        "series": "2.25.3",
        "roi": roi,
        "range_mm": [float(end) for end in ends],
        "slice_labels": {},
        "verdict": None,
        "sop_instance_uid": "2.25.1.0",
        "frame": 0,
    }
    (folder / "reading.json").write_text(json.dumps(reading), encoding="utf-8")


def start(python: str) -> float:
    """Seconds from starting the program to a usable window."""
    begin = perf_counter()
    with _child(python, "start") as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        seconds = perf_counter() - begin
        child.communicate()
    if line.strip() != "usable":
        raise SystemExit(f"{python} did not start: {line}")
    return seconds


def hands(python: str, folder: Path) -> dict[str, list[float]]:
    """Seconds of every wheel step and drag movement."""
    with _child(python, "hands", str(folder)) as child:
        out, _ = child.communicate()
    if child.returncode:
        raise SystemExit(f"{python} could not be measured")
    found: dict[str, list[float]] = json.loads(out.splitlines()[-1])
    return found


def _child(python: str, *task: str) -> subprocess.Popen[str]:
    """This file again, in a checkout: the one that the python's `desktop` comes from."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "CLIVUS_BENCHMARK_TASK": json.dumps(task)}
    environment["XDG_DATA_HOME"] = tempfile.gettempdir()
    return subprocess.Popen([python, __file__], stdout=subprocess.PIPE, text=True, env=environment)


# In the measured process: only what both checkouts have


def _work(task: list[str]) -> None:
    {"start": _start, "hands": _hands}[task[0]](*task[1:])


def _start() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    clock = QTimer()

    def look() -> None:
        for window in app.topLevelWidgets():
            judging, views = getattr(window, "judging", None), getattr(window, "views", None)
            if judging is not None and judging.network is not None and getattr(views, "ct_views", True):
                window.grab()  # waits for whatever is still to be painted
                print("usable", flush=True)
                os._exit(0)

    clock.timeout.connect(look)
    clock.start(2)
    from desktop.viewer.app import run
    from desktop.viewer.desk.start import Start

    run(Start())


def _hands(folder: str) -> None:
    from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
    from PySide6.QtGui import QMouseEvent, QWheelEvent
    from PySide6.QtWidgets import QApplication

    from desktop.reading.saved import Reading
    from desktop.viewer.pictures.roi import RoiRectangle
    from desktop.viewer.window import MainWindow

    app = QApplication([])
    window = MainWindow()
    window.resize(*WINDOW)
    window.show()
    window.open(Path(folder) / "study", reading=Reading.load(Path(folder) / "reading.json"))
    window.judging.analyse_when_ready()
    while window.case.result is None:
        app.processEvents()
    if hasattr(window, "second_reader"):  # stability_speed.py says what its work costs the hand
        window.second_reader.stop()
    axial = window.views.axial
    target = axial.viewport() if hasattr(axial, "viewport") else axial
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton

    def mouse(kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        event = QMouseEvent(kind, at, target.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        app.sendEvent(target, event)
        app.processEvents()

    def wheel(number: int) -> None:
        at, way = QPointF(200, 200), QPoint(0, 120 if number // 10 % 2 else -120)
        keys = Qt.KeyboardModifier.NoModifier
        event = QWheelEvent(at, target.mapToGlobal(at), QPoint(), way, none, keys, Qt.ScrollPhase.NoScrollPhase, False)
        app.sendEvent(target, event)
        app.processEvents()

    def drag(begin: QPointF) -> list[float]:
        mouse(QEvent.Type.MouseMove, begin, none, none)
        mouse(QEvent.Type.MouseButtonPress, begin, left, left)
        places = [begin + QPointF(6 + number, 6 + number % 7) for number in range(STEPS)]
        mouse(QEvent.Type.MouseMove, places[0], none, left)
        found = _timed(lambda number: mouse(QEvent.Type.MouseMove, places[number], none, left), range(1, STEPS))
        mouse(QEvent.Type.MouseButtonRelease, places[-1], left, none)
        return found

    region = window.case.result.slices
    window.display.go_to(region[len(region) // 2].index)
    app.processEvents()
    found = {"wheel step": _timed(wheel, range(2 * STEPS)), "window drag": drag(QPointF(40, 300))}
    shown = next(item for item in axial.items() if isinstance(item, RoiRectangle)).shown
    found["ROI drag"] = drag(shown.center())
    print(json.dumps(found), flush=True)
    os._exit(0)  # what the reader marked is not asked about


def _timed(action: Callable[[int], None], numbers: range) -> list[float]:
    found = []
    for number in numbers:
        begin = perf_counter()
        action(number)
        found.append(perf_counter() - begin)
    return found


if __name__ == "__main__":
    if "CLIVUS_BENCHMARK_TASK" in os.environ:
        _work(json.loads(os.environ["CLIVUS_BENCHMARK_TASK"]))
    else:
        sys.exit(main())
