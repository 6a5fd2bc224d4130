"""Proof that a kill at any moment leaves nothing of a patient and no process: `python tests/proofs/kills.py [KIND...]`.

Kinds, with how often each is killed unless --times says otherwise:
  window     25  `clivus ARCHIVE`, offscreen, with a zip of compressed slices named after a patient
  read       25  `clivus read ARCHIVE ...`, the same
  phantoms   20  `clivus-train phantoms`, while its helpers draw

Each run has a home, a temporary folder and a patient of its own, and is killed (SIGKILL) at a moment drawn by chance
between the opening of the archive, or the start of the helpers, and shortly after its work is usually done. Then Clivus
is started once more, with something else to open. What must hold: none of the run's processes lives 15 s later; the
temporary folder is empty; no file in home or temporary folder holds the patient's name, in its name, its path or its
content; no half cohort bears the cohort's name, and after the next start none is left.

Exit status 0: all of it held, and some kills did leave files or helpers behind at first: else nothing was proved.
POSIX; about fifteen minutes on two cores.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import uuid
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import psutil
from pydicom import dcmread
from pydicom.uid import RLELossless

from desktop.phantoms import draw_phantom, write_series
from training.cohort.phantoms import reading_of
from training.cohort.selection import slices_of

PATIENT = "GEHEIM"
SLICES = 24
SEED = 4242
PHANTOM_WORKERS = 2
ENDING_S = 15.0
MARK = "CLIVUS_KILL_PROOF"
"""In the environment of a run, and so of all that it starts."""


@dataclass
class Place:
    """A home and a temporary folder, and who runs there."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __post_init__(self) -> None:
        self.home, self.temp, self.out = (self.folder / name for name in ("home", "temp", "out"))
        for made in (self.home, self.temp, self.out):
            made.mkdir(parents=True)

    def start(self, *words: object, program: str = "clivus") -> subprocess.Popen[bytes]:
        """A command of the package under proof."""
        command = [str(Path(sys.executable).with_name(program)), *map(str, words)]
        places = {name: str(self.home / name.lower()) for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
        env = os.environ | places | {"HOME": str(self.home), "TMPDIR": str(self.temp), MARK: self.mark}
        env |= {"QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(self.home / "data")}
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=env, cwd=self.folder, stdin=quiet, stdout=quiet, stderr=quiet)

    def processes(self) -> list[psutil.Process]:
        """All that run here and whatever they have started."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def naming(self) -> list[str]:
        """Files of home and temporary folder that hold the patient's name, however it is written."""
        files = [path for place in (self.home, self.temp) for path in place.rglob("*") if path.is_file()]
        return [str(path) for path in files if PATIENT in str(path) or PATIENT.encode() in path.read_bytes()]


@dataclass(frozen=True)
class Kind:
    """What is killed.

    Attributes:
        times: how often.
        run: starts it; given the place and the archive.
        begun: whether the archive is being opened, or helpers are there: from then on it is killed.
        done: whether its work is done, so that a kill from then on is of little interest.
        again: starts Clivus once more.
    """

    times: int
    run: Callable[[Place, Path, Path], subprocess.Popen[bytes]]
    begun: Callable[[Place, subprocess.Popen[bytes]], bool]
    done: Callable[[Place, subprocess.Popen[bytes]], bool]
    again: Callable[[Place], subprocess.Popen[bytes]]


def _window(place: Place, archive: Path, _: Path) -> subprocess.Popen[bytes]:
    return place.start(archive)


def _read(place: Place, archive: Path, reading: Path) -> subprocess.Popen[bytes]:
    return place.start("read", archive, "--reading", reading, "--out", place.out / "result")


def _phantoms(place: Place, _: Path, __: Path) -> subprocess.Popen[bytes]:
    return place.start("phantoms", "--out", place.out / "cohort", "--workers", PHANTOM_WORKERS, program="clivus-train")


def _opening(place: Place, _: subprocess.Popen[bytes]) -> bool:
    return any(place.temp.iterdir())


def _has_helpers(place: Place, _: subprocess.Popen[bytes]) -> bool:
    return len(place.processes()) > PHANTOM_WORKERS


def _ended(_: Place, running: subprocess.Popen[bytes]) -> bool:
    return running.poll() is not None


def _closed(place: Place, running: subprocess.Popen[bytes]) -> bool:
    """Its pixels are read and the archive's folder is removed; the rest of a reading keeps nothing there."""
    return not any(place.temp.iterdir()) or _ended(place, running)


def _unpacked(place: Place, running: subprocess.Popen[bytes]) -> bool:
    """Its slices are there, and a second was given to read them."""
    there = len(list(place.temp.glob("*/0*"))) >= SLICES
    if there:
        sleep(1)
    return there or _ended(place, running)


def _helped(place: Place, running: subprocess.Popen[bytes]) -> bool:
    """Its helpers are there, and have drawn for a while; all they do would take minutes."""
    there = _has_helpers(place, running)
    if there:
        sleep(10)
    return there or _ended(place, running)


def _scan_of_nothing(place: Place) -> subprocess.Popen[bytes]:
    return place.start("scan", place.folder / "nowhere")


def _phantoms_elsewhere(place: Place) -> subprocess.Popen[bytes]:
    (place.out / "taken").mkdir(exist_ok=True)
    (place.out / "taken" / "file").touch()
    return place.start("phantoms", "--out", place.out / "taken", program="clivus-train")


KINDS = {
    "window": Kind(25, _window, _opening, _unpacked, _scan_of_nothing),
    "read": Kind(25, _read, _opening, _closed, _scan_of_nothing),
    "phantoms": Kind(20, _phantoms, _has_helpers, _helped, _phantoms_elsewhere),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Kill, look, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}; default all")
    parser.add_argument("--times", type=int, help="kills of each kind")
    parser.add_argument("--seed", type=int, default=0, help="of the moments (%(default)s)")
    asked = parser.parse_args(argv)
    if unknown := set(asked.kinds) - set(KINDS):
        parser.error(f"no such kind: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        archive, reading = _study(Path(name) / "given")
        held = [_prove(kind, asked.times, asked.seed, Path(name), archive, reading) for kind in asked.kinds or KINDS]
    return 0 if all(held) else 1


def _prove(name: str, times: int | None, seed: int, folder: Path, archive: Path, reading: Path) -> bool:
    kind, moments = KINDS[name], random.Random(f"{name} {seed}")
    usual = _usual(kind, Place(folder / f"{name}-usual"), archive, reading)
    count = kind.times if times is None else times
    faults, left_something = [], 0
    for number in range(count):
        place = Place(folder / f"{name}-{number}")
        running = kind.run(place, archive, reading)
        while not kind.begun(place, running) and not _ended(place, running):
            sleep(0.01)
        moment = moments.uniform(0, 1.2 * usual)
        sleep(moment)
        working = len(place.processes())
        running.kill()
        running.wait()
        orphans = _waited_for(place)
        left_something += any(place.temp.iterdir()) or any(place.out.glob(".*")) or working > 1
        half = [path.name for path in place.out.glob("cohort")]
        kind.again(place).wait()
        stayed = [str(path.relative_to(place.folder)) for path in (*place.temp.iterdir(), *place.out.glob(".*"))]
        found = [f"{len(orphans)} processes"] * bool(orphans) + half + stayed + place.naming()
        if found:
            faults.append(f"after {moment:.2f} s: {', '.join(found)}")
        for orphan in orphans:
            orphan.kill()
        shutil.rmtree(place.folder)
        print(f"\r{name}: {number + 1} of {count}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{name}: {count} kills within {1.2 * usual:.1f} s, {left_something} of them left")
    print(f"  files or helpers, which then went; {len(faults)} faults", *faults, sep="\n  ")
    return not faults and left_something > 0


def _usual(kind: Kind, place: Place, archive: Path, reading: Path) -> float:
    """Seconds from its beginning until the work is done, where nobody kills it."""
    running = kind.run(place, archive, reading)
    while not kind.begun(place, running) and not _ended(place, running):
        sleep(0.01)
    started = monotonic()
    while not kind.done(place, running):
        sleep(0.02)
    seconds = monotonic() - started
    running.kill()
    running.wait()
    _waited_for(place)
    return seconds


def _waited_for(place: Place) -> list[psutil.Process]:
    """The run's processes that live on when they have had time to end."""
    until = monotonic() + ENDING_S
    while (alive := place.processes()) and monotonic() < until:
        sleep(0.1)
    return alive


def _study(folder: Path) -> tuple[Path, Path]:
    """A zip of RLE slices of a phantom who has a name, which path and members bear too, and its reading."""
    phantom = draw_phantom(SEED, invaded=True)
    first = slices_of(phantom)[0] - 5
    write_series(phantom, folder / "slices", slice(first, first + SLICES))
    archive, reading = folder / f"{PATIENT}.zip", folder / "reading.json"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted((folder / "slices").iterdir()):
            dataset = dcmread(file)
            dataset.PatientName = PATIENT
            dataset.compress(RLELossless)
            dataset.save_as(file)
            packed.write(file, f"{PATIENT}/{file.name}")
    reading_of(phantom).save(reading)
    return archive, reading


if __name__ == "__main__":
    sys.exit(main())
