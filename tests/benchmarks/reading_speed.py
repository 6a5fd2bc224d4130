"""How long a reading takes on this machine, beside plain torch in the same run.

Run by hand: `python tests/benchmarks/reading_speed.py [--threads N]`. Needs the training extra. Prints the median time
per slice of the application's network and of the same network in torch, and the time from the mouse click on Analyse
to the verdict on screen for twelve slices, in a real window.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import torch
from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.inference.bundle import Bundle
from desktop.inference.crop import crop_slices
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.phantoms import draw_phantom, write_series
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading
from desktop.viewer.style import dress
from desktop.viewer.window import MainWindow
from training.model.network import SkullBaseNetwork

SEED = 99
SLICES = 12
REPEATS = 7


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of torch (%(default)s)")
    torch.set_num_threads(parser.parse_args().threads)
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder)
        phantom = draw_phantom(SEED, invaded=True)
        write_series(phantom, study)
        volume = load(scan(Source.open(study)).series[0])
        middle = volume.geometry.nearest(sum(phantom.truth.range_mm) / 2)
        positions = volume.geometry.positions_mm[middle - SLICES // 2 :][:SLICES]
        reading = Reading(
            volume.series.name,
            Roi.everywhere(*phantom.truth.roi_px),
            PositionRange(float(positions[0]), float(positions[-1])),
        )
        app, torch_slice = networks(volume, reading, middle)
        click = click_to_verdict(study, reading)
    print(
        f"per slice, median of {REPEATS} x {SLICES}: application {app * 1000:.1f} ms, torch {torch_slice * 1000:.1f} ms"
    )
    print(f"application / torch: {app / torch_slice:.2f}")
    print(f"click to verdict, {SLICES} slices, median of {REPEATS}: {click:.2f} s")
    print(f"click to verdict / torch's network alone: {click / (torch_slice * SLICES):.2f}")


def networks(volume: Volume, reading: Reading, middle: int) -> tuple[float, float]:
    """Median seconds per slice: (application, torch), measured in turn so that both meet the same noise."""
    indices = np.arange(middle - SLICES // 2, middle - SLICES // 2 + SLICES)
    crops = crop_slices(volume.hu[indices], [volume.rectangle_to_standard(reading.roi.at(0))] * SLICES)
    network = Network(Bundle.shipped(), Device.CPU)
    plain = SkullBaseNetwork().eval()
    slices = torch.from_numpy(crops)[:, None]

    def with_torch() -> None:
        with torch.inference_mode():
            for one in slices.split(1):
                plain(one)

    ours, theirs = [], []
    for _ in range(REPEATS + 1):
        ours.append(seconds(lambda: network.judge(crops)))
        theirs.append(seconds(with_torch))
    return statistics.median(ours[1:]) / SLICES, statistics.median(theirs[1:]) / SLICES


def seconds(work: Callable[[], object]) -> float:
    """Seconds that calling `work` takes."""
    started = perf_counter()
    work()
    return perf_counter() - started


def click_to_verdict(study: Path, reading: Reading) -> float:
    """Median seconds from the mouse click on Analyse to the verdict on screen."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    dress(app)
    window = MainWindow()
    window.resize(1400, 900)
    window.show()
    window.open(study, reading=reading)
    (button,) = (item for item in window.findChildren(QPushButton) if item.text() == "Analyse")
    wait(app, button.isEnabled)
    taken: list[float] = []
    shown: list[bool] = []
    window.case.judged.connect(lambda: shown.append(window.case.result is not None))
    for _ in range(REPEATS):
        shown.clear()
        started = perf_counter()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        wait(app, lambda: bool(shown))
        window.repaint()
        taken.append(perf_counter() - started)
        wait(app, button.isEnabled)
    window.close()
    app.processEvents()
    return statistics.median(taken)


def wait(app: QApplication, until: Callable[[], bool]) -> None:
    """Let the window work until `until()` holds."""
    while not until():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)  # spinning would take a core from the network


if __name__ == "__main__":
    main()
