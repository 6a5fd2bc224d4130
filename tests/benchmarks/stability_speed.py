"""What the measuring of the stability costs, and what it leaves to the hand.

`python tests/benchmarks/stability_speed.py [--rounds N]`: a phantom in a real window without a screen. Prints how long
20 rectangles take beside the analysis, wheel steps at rest and during the measuring, and how long a moved ROI takes to
end it. Exits with 1 when a bound is broken. The bounds are ratios within the run, since machines differ.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.phantoms import draw_phantom, write_series
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading
from desktop.viewer.desk.second_reader import STABILITY
from desktop.viewer.style import dress
from desktop.viewer.window import MainWindow

SEED, STEPS = 4242, 60
SIZE = 1920, 1080

MOST_ANALYSES = 24
"""20 rectangles, each as much work as an analysis without its checks and maps, and some way on."""

MOST_SLOWER = 2.5
"""A wheel step during the measuring beside one at rest: on two cores one of them is the network's."""

MOST_SLICES_TO_END = 3
"""Within how many slices' time the measuring ends: it looks between two, and one is on its way."""


def main() -> int:
    """Measure, print, and compare with the bounds; 1 if one is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often it is measured (3)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="clivus-benchmark-") as folder:
        os.environ["XDG_DATA_HOME"] = folder
        found = [_measure(Path(folder) / "study") for _ in range(rounds)]
    broken = []
    bounds = (MOST_ANALYSES, MOST_SLOWER, MOST_SLICES_TO_END)
    names = ("stability beside the analysis", "wheel step beside one at rest", "end, in slices")
    for name, bound, values in zip(names, bounds, zip(*found, strict=True), strict=True):
        median = statistics.median(values)
        print(f"{name:<32}{median:8.2f}   at most {bound}")
        broken += [name] if median > bound else []
    print("every bound held" if not broken else f"broken: {', '.join(broken)}")
    return 1 if broken else 0


def _measure(folder: Path) -> tuple[float, float, float]:
    phantom = draw_phantom(SEED, invaded=True)
    if not folder.exists():
        write_series(phantom, folder)
    with Source.open(folder) as source:
        name = scan(source).series[0].name
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    dress(app)
    window = MainWindow()
    window.resize(*SIZE)
    window.show()

    def wait(until: Callable[[], bool]) -> float:
        begin = perf_counter()
        while not until():
            app.processEvents()
        return perf_counter() - begin

    reading = Reading(name, Roi.everywhere(*phantom.truth.roi_px), PositionRange(*phantom.truth.range_mm))
    window.open(folder, reading=reading)
    wait(lambda: window.judging.blocker() is None and not window.opening.busy)
    window.judging.analyse()
    analysis_s = wait(lambda: window.case.result is not None)
    stability_s = wait(lambda: window.case.stability is not None)
    result = window.case.result
    assert result is not None
    at_rest = _wheel(window, app)
    window.judging.analyse()
    wait(lambda: window.case.result is not result and window.second_reader.busy)
    busy = _wheel(window, app)
    if not window.second_reader.busy:
        print("the measuring was over before the hand was: the wheel was timed partly at rest", file=sys.stderr)
    thread = next((job for job in window.jobs._running if job.kind == STABILITY), None)
    window.case.mark(window.case.marks.with_roi(Roi.everywhere(10, 10, 90, 90)), "Move ROI")
    end_s = wait(lambda: thread not in window.jobs._running)
    print(
        f"analysis {analysis_s:.2f} s, stability {stability_s:.2f} s, wheel step {1000 * at_rest:.1f} ms at rest and "
        f"{1000 * busy:.1f} ms meanwhile, ended after {1000 * end_s:.0f} ms; {len(result.slices)} slices"
    )
    window.case.reading_saved(reading)
    window.close()
    window.deleteLater()
    per_slice_s = stability_s / 20 / len(result.slices)
    return stability_s / analysis_s, busy / at_rest, end_s / per_slice_s


def _wheel(window: MainWindow, app: QApplication) -> float:
    """Seconds of a wheel step through all views, the median."""
    target, at, times = window.views.axial.viewport(), QPointF(200, 200), []
    for number in range(STEPS):
        way = QPoint(0, 120 if number // 5 % 2 else -120)
        none, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        event = QWheelEvent(
            at, target.mapToGlobal(at), QPoint(), way, none, no_keys, Qt.ScrollPhase.NoScrollPhase, False
        )
        begin = perf_counter()
        app.sendEvent(target, event)
        app.processEvents()
        window.views.axial.grab()
        times.append(perf_counter() - begin)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
