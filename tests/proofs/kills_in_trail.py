"""Does the trail hold, and is every entry there that was confirmed, however often its writers are killed?

`python tests/proofs/kills_in_trail.py [--kills 200]`: two processes append to one trail, and each writes down every
entry once it has returned. One after the other they are killed (SIGKILL) at random moments, and two others go on with
the same trail. After each pair the trail has to hold, its note of the end too, and no entry that was confirmed may be
missing. Exits with 1 when that fails. Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from desktop.reading.run import Verdict
from desktop.trail.acts import By, Whose, answer_changed
from desktop.trail.exporting import entries
from desktop.trail.recorder import Recorder
from desktop.trail.trail_file import TrailPlace
from desktop.trail.verifying import verify

SEED = 4242
LONGEST_S = 1.0
"""Before a kill, from the first entry that was confirmed; an entry takes some milliseconds."""


def main() -> int:
    """Kill as often as asked, and look each time; 1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    kills = parser.parse_args().kills
    moments = random.Random(SEED)
    wrong = in_the_middle = 0
    with tempfile.TemporaryDirectory() as work:
        place, log = _place(Path(work)), Path(work) / "confirmed"
        for number in range(0, kills, 2):
            before = log.stat().st_size if log.exists() else 0
            children = [_begin(Path(work)) for _ in range(2)]
            began = time.monotonic()
            while (not log.exists() or log.stat().st_size == before) and time.monotonic() - began < 60:
                time.sleep(0.005)
            for child in children:
                time.sleep(moments.random() * LONGEST_S)
                os.kill(child, signal.SIGKILL)
            for child in children:
                os.waitpid(child, 0)
            in_the_middle += place.file.with_name(f"{place.file.name}-journal").exists()
            told, missing = verify(place), _missing(place, log)
            if missing or not told.sound or told.remarks:
                wrong += 1
                print(f"kill {number + 1}: {missing} confirmed entries missing; {[*told.faults, *told.remarks]}")
        print(
            f"{kills} kills, {in_the_middle} pairs in the middle of an entry, {wrong} with something missing or unsound"
        )
        print(f"{told.entries} entries")
    return 1 if wrong else 0


def _place(work: Path) -> TrailPlace:
    return TrailPlace(work / "data" / "trail.sqlite", work / "settings" / "trail-end.json")


def _missing(place: TrailPlace, log: Path) -> int:
    """How many confirmed entries are not there; each names its process and its number by the code of its reader."""
    there = {entry.event.reader for entry in entries(place)}
    return len(set(log.read_text(encoding="utf-8").split()) - there)


def _begin(work: Path) -> int:
    """Another process, forked, since starting Python would take far longer than an entry does; its number."""
    parent, child = os.getpid(), os.fork()
    if child == 0:
        try:
            _work(work, parent)
        finally:
            os._exit(1)
    return child


def _work(work: Path, parent: int) -> None:
    """Append until killed, or left alone."""
    descriptor = os.open(work / "confirmed", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    recorder = Recorder(_place(work), lambda text: print(json.dumps(str(text)), file=sys.stderr))
    number = 0
    while os.getppid() == parent:
        number += 1
        name = f"{os.getpid()}-{time.monotonic_ns()}-{number}"
        recorder.record(answer_changed("1.2.3", None, Verdict.POSITIVE, Whose(By.WINDOW, name)))
        os.write(descriptor, f"{name}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
