"""Proof that a kill at any moment of saving leaves nothing torn, nothing mixed and nothing behind.

Kinds, with their share of the kills:
  report   result.json, picture and PDF over an older report of other marks
  objects  the same with DICOM objects
  reading  a reading over an older one
  bundle   the files of a model into a new folder, as every exporter writes them
  demo     `clivus demo`'s study and reading

Each saving runs in a process of its own, which is killed (SIGKILL) at a moment drawn by chance between its start and
shortly after its usual end. Then must hold: the report's files, or the reading, are one of the two that were written,
byte for byte; DICOM objects are those of this very report, all of them or none; a folder is there whole or not at all;
no other file has a name that looks like one of the product's. Then the next saving or the next start must
leave nothing but what was written.

Exit status 0: all of it held, and kills came before, within and after the writing: else nothing was proved. POSIX.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep
from unittest import mock

import onnx_models
from desktop.commands.demo import make_demo
from desktop.files import new_folder, require_new, sweep
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.inference.analyse import analyse
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.inference.result import Result
from desktop.object_kinds import Kind
from desktop.phantoms import draw_phantom, write_series
from desktop.reading.region import Region
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading
from desktop.report import require_place, save_report
from desktop.report.dicom.objects import write_objects
from desktop.report.dicom.wanted import Objects
from desktop.report.pdf.writing import pdf_report
from desktop.report.picture import picture
from desktop.report.place import OBJECTS_FOLDER
from desktop.report.told import Told

SEED = 4242
UNKILLED = 3
"""Savings that are not killed, the fastest of which tells how long one takes."""

BEYOND = 1.15
"""Share of the usual time until which kills are drawn."""

REPORTS = "report", "objects"

Files = dict[str, bytes]


class Saving:
    """A way of saving: `before` prepares the folder, `save` is killed, `states` are what may be there afterwards."""

    def __init__(
        self, before: Callable[[Path], object], save: Callable[[Path], object], after: Callable[[Path], object]
    ):
        self.before, self.save, self.after = before, save, after

    def states(self, folder: Path) -> tuple[Files, Files]:
        """What is there before a saving, and after a whole one."""
        self.before(folder)
        old = files_of(folder)
        self.save(folder)
        return old, files_of(folder)


def files_of(folder: Path) -> Files:
    """Every file below a folder but those that are being written."""
    found = (path for path in folder.rglob("*") if path.is_file())
    inside = ((str(path.relative_to(folder)), path) for path in found)
    return {name: path.read_bytes() for name, path in inside if not name.startswith(".clivus-")}


def kinds(made: Path) -> dict[str, Saving]:
    """All kinds, with what they save made once."""
    phantom = draw_phantom(SEED, invaded=True)
    write_series(phantom, made / "study")
    with Source.open(made / "study") as source:
        volume = load(scan(source).series[0])
    column, row, width, height = phantom.truth.roi_px
    span, network = PositionRange(*phantom.truth.range_mm), Network(Bundle.shipped(), Device.CPU)
    rectangles = [Roi.everywhere(column + shift, row + shift, width, height) for shift in (0, 8)]
    results = [analyse(Region(volume, roi, span), network) for roi in rectangles]
    readings = [Reading(volume.series.name, roi, span) for roi in rectangles]
    drawn = {result: picture(result) for result in results}
    told = Told(datetime(2026, 11, 27, tzinfo=UTC))
    pages = {result: pdf_report(result, None, told) for result in results}
    wanted = Objects.of(told, tuple(Kind))
    objects = {result: objects_of(result, wanted, made / f"objects-{number}") for number, result in enumerate(results)}
    # What takes most of the time and writes nothing is made beforehand, so that kills come while something is written.
    mock.patch("desktop.report.picture.picture", lambda result: drawn[result]).start()
    mock.patch("desktop.report.pdf.writing.pdf_report", lambda result, *_: pages[result]).start()
    mock.patch(
        "desktop.report.dicom.objects.write_objects", lambda result, _, __, folder: write(objects[result], folder)
    ).start()
    mock.patch("desktop.commands.demo.draw_phantom", return_value=phantom).start()
    mock.patch("desktop.commands.demo.write_series", lambda _, study: shutil.copytree(made / "study", study)).start()

    def write_bundle(folder: Path) -> None:
        with new_folder(folder / "bundle") as new:
            for path in onnx_models.default_bundle().iterdir():
                if path.is_file():
                    (new / path.name).write_bytes(path.read_bytes())

    def start_again(folder: Path) -> None:
        with contextlib.suppress(Exception):
            require_new(folder / "bundle")

    return {
        "report": Saving(
            lambda folder: save_report(results[0], folder, told=told),
            lambda folder: save_report(results[1], folder, told=told),
            lambda folder: require_place(folder, volume.series.name),
        ),
        "objects": Saving(
            lambda folder: save_report(results[0], folder, told=told, objects=wanted),
            lambda folder: save_report(results[1], folder, told=told, objects=wanted),
            lambda folder: require_place(folder, volume.series.name, objects=True),
        ),
        "reading": Saving(
            lambda folder: readings[0].save(folder / "reading.json"),
            lambda folder: readings[1].save(folder / "reading.json"),
            sweep,
        ),
        "bundle": Saving(lambda folder: None, write_bundle, start_again),
        "demo": Saving(
            lambda folder: None,
            lambda folder: make_demo(folder / "demo"),
            lambda folder: make_demo(folder / "demo"),
        ),
    }


def objects_of(result: Result, wanted: Objects, folder: Path) -> Files:
    """The DICOM objects of a result, by name."""
    folder.mkdir()
    return {file.name: file.read_bytes() for file in write_objects(result, None, wanted, folder)}


def write(objects: Files, folder: Path) -> list[Path]:
    """Write objects one after the other, as those of a result are written."""
    for name, content in objects.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in objects]


def run(save: Callable[[Path], object], folder: Path, kill_after_s: float | None) -> float:
    """Save in a process of its own, killed after so many seconds; how long it ran."""
    started = perf_counter()
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            save(folder)
        os._exit(0)
    if kill_after_s is not None:
        sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return perf_counter() - started


def prove(name: str, kind: Saving, kills: int, draw: random.Random, made: Path) -> tuple[list[str], Counter[str]]:
    """Kill `kills` times; what did not hold, and how often the older or the newer was there and a remnant was left."""
    (made / name).mkdir()
    old, new = kind.states(made / name)
    wrong: list[str] = []
    found: Counter[str] = Counter()
    unkilled: list[float] = []
    for number in range(-UNKILLED, kills):
        with tempfile.TemporaryDirectory(dir=made) as text:
            folder = Path(text)
            kind.before(folder)
            at = draw.uniform(0, BEYOND * min(unkilled)) if number >= 0 else None
            seconds = run(kind.save, folder, at)
            unkilled += [seconds] if at is None else []
            whole = state(files_of(folder), old, new, name)
            left = any(path.name.startswith(".clivus-") for path in folder.rglob("*"))
            found[whole] += 1
            found["with a remnant"] += left
            kind.after(folder)
            after = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
            if whole == "torn" or not any(after in (set(one), set(without_objects(one))) for one in (old, new)):
                wrong.append(f"{name}, killed after {at or 0:.4f} s: {whole}, then {sorted(after)}")
    print(f"{name}: {kills} kills within {BEYOND * min(unkilled):.3f} s: {dict(found)}", flush=True)
    return wrong, found


def state(files: Files, old: Files, new: Files, name: str) -> str:
    """Which of the two is there whole; of a report, picture and PDF of the other may still lie beside it, and its own
    DICOM objects may not be there yet, or no longer."""
    others = without_objects(old | new).keys() if name in REPORTS else set()
    for which, one in (("older", old), ("newer", new)):
        for whole in (one, without_objects(one)):
            if whole.items() <= files.items() and files.keys() <= whole.keys() | others:
                return which
    return "torn"


def without_objects(files: Files) -> Files:
    """All but a report's DICOM objects."""
    return {file: content for file, content in files.items() if Path(file).parent.name != OBJECTS_FOLDER}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the proof; 0 if all held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300, metavar="N", help="in all; default 300")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the moments; default 0")
    asked = parser.parse_args(argv)
    shares = {"report": 0.3, "objects": 0.2, "reading": 0.3, "bundle": 0.1, "demo": 0.1}
    wrong: list[str] = []
    moments: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="kills-") as text:
        for name, kind in kinds(Path(text)).items():
            more, found = prove(name, kind, round(asked.kills * shares[name]), random.Random(asked.seed), Path(text))
            wrong += more
            moments += found
    print(*wrong, sep="\n")
    unproved = [what for what in ("older", "newer", "with a remnant") if not moments[what]]
    if unproved:
        print(f"Nothing was proved: no kill left what is {', '.join(unproved)}.")
    print(f"{asked.kills} kills, {len(wrong)} wrong")
    return 1 if wrong or unproved else 0


if __name__ == "__main__":
    sys.exit(main())
