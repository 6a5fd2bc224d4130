"""How fast the window answers a hand and how fast it is there, beside what others take in the same run.

`python tests/benchmarks/viewer_speed.py [--napari PYTHON] [--before PYTHON]`: 300 slices of 512 x 512, judged and with
the heat map on, in a window of 1920 x 1080 without a screen. A wheel step repaints three linked views and stands beside
pyqtgraph's ImageView, which draws the axial view alone; a start ends when the window is painted and answers, and stands
beside napari's (the python of an environment that has it). Views and model come while a reader chooses a case: figures
of their own, beside the same of napari. ROI drag, window drag, the way from Analyse to the verdict and the memory
beside the volume's own are this program's alone. `--before` adds an earlier checkout by its python. Exits with 1 when a
bound is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import numpy as np

SLICES, SIZE, STEPS = 300, 512, 40
SPACING_MM, PIXEL_MM = 0.6, 0.45
SEED = 7
JUDGED = 12
"""Slices in the range."""

REST_S = 5.0
"""From the last mark to Analyse."""

WINDOW = 1920, 1080
WHEEL, DRAG, ROI, ANALYSE, MEMORY = "wheel step", "window drag", "ROI drag", "Analyse", "memory"
START, VIEWS, MODEL = "start", "views built", "model open"
UNITS = {MEMORY: ("MiB", 1 / 2**20)}
"""Milliseconds otherwise."""

RATIOS = {WHEEL: ("ImageView", 1.2), START: ("napari", 0.4)}
MOST = {ROI: 8.0, ANALYSE: 200.0, MEMORY: 400.0}
"""In milliseconds and MiB, by the median."""

Figures = dict[str, list[float]]
"""What was measured, in seconds and bytes, by what was done."""


def main() -> int:
    """Write a study, let all work on it by turns, and print what they took; 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--napari", metavar="PYTHON", help="of an environment with napari")
    parser.add_argument("--before", metavar="PYTHON", help="of an earlier checkout")
    parser.add_argument("--rounds", type=int, default=3, help="how often each works on it (3)")
    asked = parser.parse_args()
    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory(prefix="clivus-benchmark-") as work:
        study = Path(work)
        write_study(study)
        sides: dict[str, Callable[[], Figures]] = {
            "Clivus": lambda: own(sys.executable, study),
            "ImageView": lambda: _told(sys.executable, "image_view", work),
        }
        if asked.napari:
            sides["napari"] = lambda: dict.fromkeys((START, VIEWS, MODEL), start(asked.napari, "napari")[START])
        if asked.before:
            sides["before"] = lambda: own(asked.before, study)
        for turn in range(asked.rounds):
            for side in sides if turn % 2 else reversed(sides):
                for name, values in sides[side]().items():
                    found.setdefault(side, {}).setdefault(name, []).extend(values)
    return report(found)


def own(python: str, study: Path) -> Figures:
    """What a checkout takes, by its python."""
    return start(python, "start") | _told(python, "hands", str(study))


def report(found: dict[str, Figures]) -> int:
    """Print median and 95th percentile of everything, and the ratios; 1 if a bound is broken."""
    broken = []
    for name, values in found["Clivus"].items():
        unit, factor = UNITS.get(name, ("ms", 1000.0))
        median = float(np.median(values)) * factor
        line = f"{name:<12}{median:8.1f} {unit} (95 %: {float(np.percentile(values, 95)) * factor:.1f})"
        if name in MOST:
            line += f"; at most {MOST[name]:g}"
            broken += [name] if median > MOST[name] else []
        for side, figures in found.items():
            if side == "Clivus" or name not in figures:
                continue
            other = float(np.median(figures[name])) * factor
            line += f"; {side} {other:.1f} (95 %: {float(np.percentile(figures[name], 95)) * factor:.1f}), "
            line += f"ratio {median / other:.2f}"
            if RATIOS.get(name, ("",))[0] == side:
                line += f", at most {RATIOS[name][1]:g}"
                broken += [name] if median / other > RATIOS[name][1] else []
        print(line)
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
    middle = np.interp(sum(phantom.truth.range_mm) / 2, positions, np.linspace(0, SLICES - 1, len(positions)))
    first = round(float(middle)) - JUDGED // 2
    ends = first * SPACING_MM, (first + JUDGED - 1) * SPACING_MM
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


def start(python: str, task: str) -> Figures:
    """Seconds from starting a program to each thing that it says is reached."""
    begin, found = perf_counter(), Figures()
    with _child(python, task) as child:
        assert child.stdout is not None
        for line in child.stdout:
            found[line.strip()] = [perf_counter() - begin]
    if START not in found:
        raise SystemExit(f"{python} did not start: {found}")
    return found


def _told(python: str, *task: str) -> Figures:
    """What a measured process tells at its end."""
    with _child(python, *task) as child:
        out, _ = child.communicate()
    if child.returncode:
        raise SystemExit(f"{python} could not be measured")
    found: Figures = json.loads(out.splitlines()[-1])
    return found


def _child(python: str, *task: str) -> subprocess.Popen[str]:
    """This file again, by a python: the checkout is the one that its `desktop` comes from."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "CLIVUS_BENCHMARK_TASK": json.dumps(task)}
    environment["XDG_DATA_HOME"] = tempfile.gettempdir()
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled, as napari's is
    quiet = subprocess.DEVNULL if task[0] == "napari" else None  # it says that there is no OpenGL
    return subprocess.Popen([python, __file__], stdout=subprocess.PIPE, stderr=quiet, text=True, env=environment)


# In the measured process: only what an earlier checkout has too


def _work(task: list[str]) -> None:
    tasks: dict[str, Callable[..., None]] = {
        "start": _start,
        "hands": _hands,
        "image_view": _image_view,
        "napari": _napari,
    }
    tasks[task[0]](*task[1:])


def _start() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    clock = QTimer()
    told = set()

    def look() -> None:
        for window in app.topLevelWidgets():
            judging, views = getattr(window, "judging", None), getattr(window, "views", None)
            if judging is None or not window.isVisible():
                continue
            reached = {START: True, VIEWS: getattr(views, "ct_views", True), MODEL: judging.network is not None}
            for name, there in reached.items():
                if there and name not in told:
                    window.grab()  # waits for whatever is still to be painted
                    told.add(name)
                    print(name, flush=True)
            if told == set(reached):
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

    with suppress(ImportError):  # an earlier checkout
        from desktop.memory import keep_few_heaps

        keep_few_heaps()  # as the program begins
    app = QApplication([])
    window = MainWindow()
    window.resize(*WINDOW)
    window.show()
    window.open(Path(folder) / "study", reading=Reading.load(Path(folder) / "reading.json"))
    case = window.case
    while case.marks.roi is None or window.judging.network is None:
        app.processEvents()
    rested = perf_counter() + REST_S
    while perf_counter() < rested:
        app.processEvents()
    begin = perf_counter()
    window.judging.analyse()
    while case.result is None:
        app.processEvents()
    analysed = perf_counter() - begin
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
    found = {WHEEL: _timed(wheel, range(2 * STEPS)), DRAG: drag(QPointF(40, 300))}
    shown = next(item for item in axial.items() if isinstance(item, RoiRectangle)).shown
    found |= {ROI: drag(shown.center()), ANALYSE: [analysed]}
    if case.volume is not None and sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        found[MEMORY] = [float(pages * os.sysconf("SC_PAGE_SIZE") - case.volume.hu.nbytes)]
    print(json.dumps(found), flush=True)
    os._exit(0)  # what the reader marked is not asked about


def _image_view(folder: str) -> None:
    import pyqtgraph
    from PySide6.QtWidgets import QApplication

    from desktop.imaging.scan import scan
    from desktop.imaging.sources import Source
    from desktop.imaging.volume import load

    app = QApplication([])
    view = pyqtgraph.ImageView()
    view.resize(*WINDOW)
    view.show()
    hu = load(scan(Source.open(Path(folder) / "study")).series[0]).hu
    view.setImage(hu, axes={"t": 0, "y": 1, "x": 2}, levels=(-650, 1350), autoHistogramRange=False)
    app.processEvents()

    def step(number: int) -> None:
        view.setCurrentIndex(SLICES // 2 + (number if number // 10 % 2 else -number) % 10)
        app.processEvents()

    print(json.dumps({WHEEL: _timed(step, range(2 * STEPS))}), flush=True)
    os._exit(0)


def _napari() -> None:
    import napari  # type: ignore[import-not-found]
    from qtpy.QtWidgets import QApplication  # type: ignore[import-not-found]

    viewer = napari.Viewer()
    QApplication.processEvents()
    viewer.window._qt_window.grab()
    print(START, flush=True)
    os._exit(0)


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
