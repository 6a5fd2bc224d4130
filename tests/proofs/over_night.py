"""A hundred cases over night, three of them broken: is the table complete, and what does a kill cost?

`python tests/proofs/over_night.py [--cases 100] [--heads 20]`: draws heads, writes each several times under other UIDs,
and breaks three cases: files that end in the middle, a folder that is not there, a stack that is no axial CT. The list
is read once without interruption, and once by a process that is killed (SIGKILL) three times at random moments and
begun again by the same command. Both tables have to be the same, byte by byte, with three reasons in them, and no case
that had been read before a kill may be read again. Exits with 1 when that fails.
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from pydicom import dcmread

from desktop.phantoms import draw_phantom
from desktop.phantoms.series_files import write_series
from desktop.reading.roi import PositionRange
from desktop.reading.saved import Reading
from training.cohort.phantoms import reading_of
from training.cohort.selection import slices_of

FIRST_SEED = 9000
AROUND = 6
"""Slices on each side of the range."""
KILLS = 3
SOME_FAILED = 5
"""Exit status."""
BROKEN = {"damaged": "No CT image can be read", "gone": "nothing at", "unfit": "cannot be judged"}


def main() -> int:
    """Read, kill, compare; 1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--heads", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        table = write_list(folder, options.cases, options.heads)
        print(f"{options.cases} cases of {options.heads} heads, {len(BROKEN)} of them broken", flush=True)
        began = time.monotonic()
        status = command(table, folder / "whole").wait()
        print(f"without interruption: exit status {status}, {time.monotonic() - began:.0f} s", flush=True)
        again = read_with_kills(table, folder / "killed")
        tables = [(folder / name / "results.csv").read_bytes() for name in ("whole", "killed")]
        wrong = judged(folder / "whole" / "results.csv", options.cases)
    wrong += [] if status == SOME_FAILED else [f"exit status {status}, and {SOME_FAILED} was expected"]
    wrong += [] if tables[0] == tables[1] else ["the tables differ"]
    wrong += [f"{again} cases were read twice"] if again else []
    print("tables with and without kills are the same" if tables[0] == tables[1] else "tables differ")
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


def write_list(folder: Path, count: int, heads: int) -> Path:
    """The series, their readings, and the list."""
    rows = []
    for number in range(count - len(BROKEN)):
        head = folder / f"head{number % heads}"
        if number < heads:
            phantom = draw_phantom(FIRST_SEED + number)
            inside = slices_of(phantom)
            write_series(phantom, head, slice(max(0, inside[0] - AROUND), inside[-1] + 1 + AROUND))
            reading_of(phantom).save(head.with_suffix(".json"))
        rows.append(row(f"N{number + 1:03}", *under_other_uids(head, folder / f"series{number}", number)))
    damaged, unfit = folder / "damaged", folder / "unfit"
    for copy in (damaged, unfit):
        shutil.copytree(folder / "head0", copy)
    for path in damaged.iterdir():
        path.write_bytes(path.read_bytes()[:700])
    for number, path in enumerate(sorted(unfit.iterdir())):
        dataset = dcmread(path)
        dataset.ImageOrientationPatient, dataset.ImagePositionPatient = [0, 1, 0, 0, 0, -1], [3 * number, -90, 90]
        dataset.save_as(path)
    reading, low = folder / "head0.json", folder / "unfit.json"
    replace(Reading.load(reading), range=PositionRange(0, 12)).save(low)
    places = random.Random(FIRST_SEED).sample(range(len(rows)), len(BROKEN))
    broken = row("damaged", damaged, reading), row("gone", folder / "gone", reading), row("unfit", unfit, low)
    for place, line in zip(places, broken, strict=True):
        rows.insert(place, line)
    table = folder / "cases.csv"
    table.write_text("\n".join(["case,patient,series,reading", *rows]), encoding="utf-8")
    return table


def row(key: str, series: Path, reading: Path) -> str:
    """A line of the list."""
    return f"{key},{key},{series},{reading}"


def under_other_uids(head: Path, folder: Path, number: int) -> tuple[Path, Path]:
    """A head as a series of its own, with its reading."""
    folder.mkdir()
    for path in head.iterdir():
        dataset = dcmread(path)
        for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
            setattr(dataset, keyword, other_uid(getattr(dataset, keyword), number))
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.PatientID = f"N{number}"
        dataset.save_as(folder / path.name)
    reading = Reading.load(head.with_suffix(".json"))
    renamed = Reading(
        other_uid(reading.series, number),
        reading.roi,
        reading.range,
        sop_instance_uid=other_uid(reading.sop_instance_uid, number),
        frame=reading.frame,
    )
    renamed.save(folder.with_suffix(".json"))
    return folder, folder.with_suffix(".json")


def other_uid(uid: str, number: int) -> str:
    """A UID that differs from the original at its end."""
    return f"{uid[:-4]}{number + 1000}"


def command(table: Path, out: Path) -> subprocess.Popen[bytes]:
    """`clivus read --cases`."""
    arguments = ["read", "--cases", str(table), "--out", str(out)]
    return subprocess.Popen([sys.executable, "-m", "desktop", *arguments], stdout=subprocess.DEVNULL)


def read_with_kills(table: Path, out: Path) -> int:
    """Read the list, killed now and then; how many cases were read although they had been read before."""
    moments, twice = random.Random(FIRST_SEED), 0
    for kill in range(KILLS + 1):
        before = results(out)
        child = command(table, out)
        if kill < KILLS:
            while child.poll() is None and len(results(out)) <= len(before):
                time.sleep(0.05)
            time.sleep(10 * moments.random())
            child.send_signal(signal.SIGKILL)
        status = child.wait()
        now = results(out)
        twice += sum(now.get(key) != when for key, when in before.items())
        print(f"run {kill + 1}: exit status {status}, {len(now)} read", flush=True)
    return twice


def results(out: Path) -> dict[str, int]:
    """When each case was done."""
    return {
        path.parent.name: (path.parent / "result.json").stat().st_mtime_ns
        for path in out.glob("*/case.json")
        if (path.parent / "result.json").exists()
    }


def judged(table: Path, count: int) -> list[str]:
    """What is wrong with a table."""
    with table.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    reasons = {one["case"]: one["reason"] for one in rows if one["status"] != "read"}
    for key, reason in reasons.items():
        print(f"{key}: {reason}")
    verdicts = [one["verdict"] for one in rows if one["status"] == "read"]
    print(", ".join(f"{verdict}: {verdicts.count(verdict)}" for verdict in sorted(set(verdicts))))
    wrong = [] if len(rows) == count else [f"{len(rows)} rows"]
    wrong += [] if set(reasons) == set(BROKEN) else [f"not read: {sorted(reasons)}"]
    return wrong + [f"{key}: {reasons.get(key)}" for key, words in BROKEN.items() if words not in reasons.get(key, "")]


if __name__ == "__main__":
    sys.exit(main())
