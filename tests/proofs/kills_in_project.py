"""Is a project sound, and is everything there that was confirmed, however often the program is killed?

`python tests/proofs/kills_in_project.py [--kills 200]`: a process adds cases to a project and keeps readings of them,
one after the other, and writes down each change once the project has confirmed it. It is killed (SIGKILL) at a random
moment and begun again on the same file. After each kill the project has to be sound, and nothing that was confirmed may
be missing. Exits with 1 when that fails.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from desktop.imaging.scan import scan
from desktop.imaging.series import Patient, Series
from desktop.imaging.sources import Source
from desktop.phantoms import draw_phantom
from desktop.phantoms.series_files import write_series
from desktop.project import cases, entries
from desktop.project.checking import check
from desktop.project.database import Project
from desktop.project.entry import Entry
from desktop.reading.run import Verdict

SEED = 4242
LONGEST_S = 1.5
"""Before a kill; starting takes half a second, in which nothing can be lost."""

CHILD = "CLIVUS_PROOF_CHILD"


def main() -> int:
    """Kill as often as asked, and look each time; 1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    kills = parser.parse_args().kills
    moments = random.Random(SEED)
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        write_series(draw_phantom(SEED, invaded=True), folder / "study")
        file, log = folder / "department.clivus", folder / "confirmed"
        Project.create(file).close()
        log.touch()
        for number in range(kills):
            child = subprocess.Popen([sys.executable, __file__], env=os.environ | {CHILD: work})
            before, began = log.stat().st_size, time.monotonic()
            while log.stat().st_size == before and time.monotonic() - began < 30:
                time.sleep(0.01)  # it is at work once it has confirmed something
            time.sleep(moments.random() * LONGEST_S)
            child.send_signal(signal.SIGKILL)
            child.wait()
            missing, sound = _look(file, log)
            if missing or not sound:
                wrong += 1
                print(f"kill {number}: {missing} confirmed changes missing, {'sound' if sound else 'not sound'}")
        with Project.open(file) as project:
            numbers = check(project).numbers
    print(f"{kills} kills, {wrong} with something missing or unsound")
    print(f"{numbers['cases']} cases, {numbers['events']} events")
    return 1 if wrong else 0


def _look(file: Path, log: Path) -> tuple[int, bool]:
    """How many confirmed changes are missing, and whether the project is sound."""
    with Project.open(file) as project:
        confirmed = [line.split(" ", 1) for line in log.read_text(encoding="utf-8").splitlines()]
        added = {own for what, own in confirmed if what == "case"}
        kept = dict(own.split(" ") for what, own in confirmed if what == "entry")
        there = {case.id: case for case in cases.every(project)}
        missing = len(added - there.keys())
        for own, count in kept.items():
            found = entries.of_reader(project, there[own], "A") if own in there else []
            # One that was kept and not yet written down may be there too.
            missing += not found or len(found[0].entry.slice_labels) < int(count)
        return missing, check(project).sound


def _work(work: Path) -> None:
    """Add cases and label their slices until killed."""
    drawn = scan(Source.open(work / "study")).series[0]
    descriptor = os.open(work / "confirmed", os.O_WRONLY | os.O_APPEND)
    with Project.open(work / "department.clivus") as project:
        entries.add_reader(project, "A")
        while True:
            case, _ = cases.add(project, _another(drawn, len(cases.every(project)) + 1))
            os.write(descriptor, f"case {case.id}\n".encode())
            labels: dict[tuple[str, int | None], bool] = {}
            for place, item in enumerate(drawn.slices):
                labels[(item.sop_instance_uid, 0)] = bool(place % 2)
                entry = Entry(low_mm=1.0, high_mm=9.0, verdict=Verdict.POSITIVE, slice_labels=dict(labels))
                entries.keep(project, case, "A", entry)
                os.write(descriptor, f"entry {case.id} {len(labels)}\n".encode())


def _another(series: Series, number: int) -> Series:
    slices = tuple(replace(item, sop_instance_uid=f"2.25.{number}.{place}") for place, item in enumerate(series.slices))
    patient = Patient("", f"ID-{number}", "")
    return replace(
        series,
        series_instance_uid=f"2.25.{number}",
        study_instance_uid=f"2.25.9{number}",
        patient=patient,
        slices=slices,
    )


if __name__ == "__main__":
    if CHILD in os.environ:
        _work(Path(os.environ[CHILD]))
    else:
        sys.exit(main())
