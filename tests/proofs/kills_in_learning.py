"""Proof that a kill in any stage of `clivus learn` costs no byte.

    python tests/proofs/kills_in_learning.py --out FOLDER [--patients 20] [--rounds 1]

A department of phantoms is learned from once undisturbed, and once more with a kill (SIGKILL) in each stage, at a
moment drawn by chance, after which the same command goes on. What must hold: every file of the model is the same to the
byte, nothing stands at the model's place before it is whole, and no crop of a patient is left behind.

Exit status 0 where it holds. Half of the patients are invaded; a round goes through all stages. POSIX; ten minutes
on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from phantom_department import halves, phantom_project

END = "0 seconds left"
"""Ends the line that a stage says last; there is one for each stage, also for one that had nothing left to do."""


@dataclass(frozen=True)
class Ended:
    """A stage that came to its end, and how long after the start of the command."""

    name: str
    after_s: float


def main() -> int:
    """Run the proof."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--patients", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    out: Path = options.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    os.environ["XDG_DATA_HOME"] = str(out / "data")  # the places of this project alone
    project = phantom_project(out, halves(options.patients))
    whole = _command(project, out / "whole")
    shutil.rmtree(out / "whole", ignore_errors=True)
    shutil.rmtree(out / "whole.learning", ignore_errors=True)
    stages = _until_ended(whole)
    if stages is None:
        sys.exit("the undisturbed command failed")
    print(f"{len(stages)} stages, {stages[-1].after_s:.0f} s:", ", ".join(one.name for one in stages), flush=True)
    wrong = sum(_round(number, project, out, stages, options.seed) for number in range(options.rounds))
    print("holds" if wrong == 0 else "DOES NOT HOLD")
    return 1 if wrong else 0


def _round(number: int, project: Path, out: Path, stages: list[Ended], seed: int) -> int:
    """Once through all stages with a kill in each; how much was wrong."""
    draw = random.Random(seed + number)
    model, work = out / f"killed{number}", out / f"killed{number}.learning"
    for folder in (model, work):
        shutil.rmtree(folder, ignore_errors=True)
    command, wrong, before = _command(project, model), 0, 0.0
    for ended, stage in enumerate(stages):
        lasts, before = stage.after_s - before, stage.after_s
        if not _killed(command, ended, draw.uniform(0.0, lasts)):
            print(f"{stage.name}: it had ended before the kill", flush=True)
            break
        if model.exists():
            print(f"{stage.name}: half a model was there after the kill")
            wrong += 1
    if not model.exists() and _until_ended(command) is None:
        print("the command did not go on after the kills")
        return wrong + 1
    if differing := sorted(set(_sums(out / "whole").items()) ^ set(_sums(model).items())):
        print("differs:", sorted({name for name, _ in differing}))
        wrong += 1
    if left := [name for name in ("cases", "pixels", "features") if (work / name).exists()]:
        print("left behind:", left)
        wrong += 1
    return wrong


def _command(project: Path, model: Path) -> list[str]:
    words = ["learn", str(project), "--out", str(model), "--id", "site", "--despite"]
    return [sys.executable, "-m", "desktop", *words]


def _started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _until_ended(command: list[str]) -> list[Ended] | None:
    """Let it run to its end; its stages, or None where it failed."""
    found, begun, running = [], monotonic(), _started(command)
    assert running.stderr is not None
    for line in running.stderr:
        if line.rstrip().endswith(END):
            found.append(Ended(line.partition(":")[0], monotonic() - begun))
        else:
            print("   ", line.rstrip(), flush=True)
    status = running.wait()
    return [*found, Ended("Writing", monotonic() - begun)] if status == 0 else None


def _killed(command: list[str], stages: int, later_s: float) -> bool:
    """Kill it so long after so many stages have ended; whether it still ran then."""
    running = _started(command)
    assert running.stderr is not None
    while stages and (line := running.stderr.readline()):
        stages -= line.rstrip().endswith(END)
    sleep(later_s)
    running.send_signal(signal.SIGKILL)
    running.stderr.close()
    return running.wait() == -signal.SIGKILL


def _sums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


if __name__ == "__main__":
    sys.exit(main())
