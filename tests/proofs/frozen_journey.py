"""Proof that a site gets from its cases to a model of its own with the frozen application, on a Debian without Python.

    python tests/proofs/frozen_journey.py dist/clivus [--patients 40] [--work FOLDER]

Phantoms are drawn here, with the marks of a reader. In a fresh Debian (debootstrap; kept in --work for the next time)
an ordinary user has nothing but the application, and goes the way of docs/learning.md: a project, its cases, `clivus
learn`, the result, `clivus bundle install`, the result page in the window by keys alone, and heads that the model has
never seen, which it reads. Each step is told with its time.

Exit status 0: all of it holds, within two hours. As root, with debootstrap, xvfb, openbox and xdotool, and Debian's
packages; on two cores about half an hour. The application is its folder or its archive.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bare_system import READER, BareSystem
from desktop.viewer.system_libraries import SYSTEM_LIBRARIES
from own_screen import own_screen, require
from phantom_department import halves
from PIL import ImageGrab
from proof import Proof

from training.cohort.phantoms import write_phantom_cohort

NEW_PATIENTS, NEW_SEED = 8, 1
"""Whom the model reads at the end; cohorts of different seeds have no head in common."""

LONGEST_S = 2 * 3600
MODEL = "site-1"
APPLICATION = "clivus-frozen"

_HOME = f"/home/{READER}"
_PROJECT, _OUT, _ANSWERS = f"{_HOME}/department.clivus", f"{_HOME}/{MODEL}", f"{_HOME}/answers"
_WINDOW_S, _LOOK_S = 120, 1

_TABS = 3
"""In the list of models, from the list to *How it was learned*: the facts and the card come before it, and what the
default model does not offer is left out."""


class Journey:
    """The user's steps in the bare system, each with its time."""

    def __init__(self, system: BareSystem, proof: Proof, command: str) -> None:
        self._system, self._proof, self._command = system, proof, command
        self.took_s = 0.0

    def step(self, what: str, *words: str) -> str:
        """A command of the application, which has to succeed; what it says."""
        began = time.monotonic()
        code, said = self._system.tried(self._command, *words, user=READER)
        self.took_s += (took := time.monotonic() - began)
        self._proof.holds(code == 0, f"{what} ({took:.0f} s)", said)
        return said

    def text(self, path: str) -> str:
        """A file of the user's; "" where there is none."""
        code, said = self._system.tried("cat", path, user=READER)
        return said if code == 0 else ""


def main(argv: Sequence[str] | None = None) -> int:
    """Go the way, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("application", type=Path, help="the frozen application: its folder or its archive")
    parser.add_argument("--patients", type=int, default=40)
    parser.add_argument("--suite", default="bookworm", help="the Debian (bookworm, which is 12)")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "clivus-bare", help="where it lies")
    options = parser.parse_args(argv)
    require("debootstrap", "unshare", "setpriv", "Xvfb", "openbox", "xdotool")
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    department, fresh = _cohort(work, options.patients, 0), _cohort(work, NEW_PATIENTS, NEW_SEED)
    system, proof = BareSystem(work, options.suite), Proof()
    proof.holds(not any(re.match(r"usr/bin/(python|gcc|cc$)", file) for file in system.files()), "no Python")
    system.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *SYSTEM_LIBRARIES.values(), "libssl3")
    folder = _application(options.application, work)
    journey = Journey(system, proof, f"{_taken(system, folder)}/clivus")
    _learn(journey, proof, _taken(system, department), options.patients)
    if proof.status:
        return proof.status  # without a model there is nothing to look at
    began = time.monotonic()
    _look(system, proof, f"/srv/{APPLICATION}/clivus", work / "result-page.png")
    journey.took_s += time.monotonic() - began
    _read(journey, proof, _taken(system, fresh))
    within = journey.took_s < LONGEST_S
    proof.holds(within, f"in all {journey.took_s / 60:.1f} minutes of {LONGEST_S // 60}")
    return proof.status


def _cohort(work: Path, patients: int, seed: int) -> Path:
    """Phantoms with a reader's marks; what is there is not drawn again."""
    folder = work / f"department-{patients}-{seed}"
    if not folder.exists():
        write_phantom_cohort(folder, seed, os.cpu_count() or 1, halves(patients))
    return folder


def _application(given: Path, work: Path) -> Path:
    """The application's folder under one name, whatever it is given as."""
    folder = work / APPLICATION
    shutil.rmtree(folder, ignore_errors=True)
    if given.is_dir():
        shutil.copytree(given, folder, symlinks=True)
        return folder
    with tempfile.TemporaryDirectory(dir=work) as unpacked:
        shutil.unpack_archive(given, unpacked, filter="data")
        (inside,) = Path(unpacked).iterdir()
        inside.rename(folder)
    return folder


def _taken(system: BareSystem, folder: Path) -> str:
    """Its place in the system, where the user may read it."""
    place = system.take(folder)
    system.run("chmod", "--recursive", "a+rX", place)
    return place


def _learn(journey: Journey, proof: Proof, department: str, patients: int) -> None:
    """From the first case to the installed model."""
    journey.step("a project is begun", "project", "new", _PROJECT)
    journey.step(f"the cases of {patients} patients with their marks are added",
                 "project", "add", _PROJECT, department, "--reader", "A")  # fmt: skip
    listed = journey.step("the cases are listed", "project", "list", _PROJECT)
    answered = listed.count("\tanswered\t")
    proof.holds(answered == patients, f"{answered} cases are answered", listed)
    journey.step("a model is learned", "learn", _PROJECT, "--out", _OUT)
    found = json.loads(journey.text(f"{_OUT}.learning/learned.json") or "{}")
    called = found.get("patients", [])
    right = sum(one["called"] == one["positive"] for one in called)
    proof.holds(len(called) == patients, f"the result names {len(called)} patients, {right} of them called rightly")
    for one in found.get("metrics", []):
        if one["unit"] == "patient":
            print(f"    {one['name']}: {one['value']:.3f} ({one['low']:.3f}-{one['high']:.3f}), {one['numbers']}")
    proof.holds(not found.get("near_chance", [""]), "it is better than chance", found.get("near_chance"))
    proof.holds(f"# {MODEL}" in journey.text(f"{_OUT}/MODEL_CARD.md"), "the model has its card")
    journey.step("it is installed", "bundle", "install", _OUT)
    version = json.loads(journey.text(f"{_OUT}/manifest.json") or "{}").get("version", "")
    journey.step("and made the default", "bundle", "default", f"{MODEL}@{version}")


def _look(system: BareSystem, proof: Proof, command: str, picture: Path) -> None:
    """The result page in the window, by keys alone."""
    with own_screen() as display:
        window = system.start(command, environment={"DISPLAY": display})
        try:
            seen = _comes(display, "Clivus")
            for keys, name in ((["F9"], "Models"), (["Tab"] * _TABS + ["space"], f"What {MODEL} .* has learned")):
                time.sleep(2 * _LOOK_S)  # for the first look at the models
                subprocess.run(["xdotool", "key", "--delay", "200", *keys], env={"DISPLAY": display}, check=True)
                seen = seen and _comes(display, name)
                proof.holds(seen, f"a window {name!r} comes by its keys")
            time.sleep(_LOOK_S)
            ImageGrab.grab(xdisplay=display).save(picture)
            proof.holds(window.poll() is None, f"the window stays; what it shows is in {picture}")
        finally:
            print(system.end(window), end="")


def _comes(display: str, name: str) -> bool:
    """Whether a window of this name can be seen before long."""
    until = time.monotonic() + _WINDOW_S
    while time.monotonic() < until:
        command = ["xdotool", "search", "--onlyvisible", "--name", name]
        if subprocess.run(command, env={"DISPLAY": display}, capture_output=True, check=False).stdout:
            return True
        time.sleep(_LOOK_S)
    return False


def _read(journey: Journey, proof: Proof, fresh: str) -> None:
    """Heads that the model has never seen."""
    journey.step("new cases are read", "read", "--cases", f"{fresh}/cohort.csv", "--out", _ANSWERS)
    text = journey.text(f"{_ANSWERS}/results.csv").lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    proof.holds(len(rows) == NEW_PATIENTS, f"{len(rows)} of {NEW_PATIENTS} new cases are in the table", text)
    proof.holds(all(MODEL in (row.get("model") or "") for row in rows), f"each was read by {MODEL}", text)
    print("   ", ", ".join(f"{row['case']} {row['verdict']}" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
