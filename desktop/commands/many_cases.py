"""`clivus read --cases`: a list of cases, read over night and begun again where it stopped."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import ClivusError
from desktop.inference.device import Device
from desktop.messages import message, shown, tr
from desktop.own_files import Kind, kind_of
from desktop.settings_file import local_data_folder
from desktop.strict_json import to_json
from desktop.work import UNWATCHED

if TYPE_CHECKING:  # imported later: they import numpy, and a damaged numpy must be reported
    from desktop.headless.case_folders import CaseFolders
    from desktop.headless.many_cases import Told
    from desktop.headless.outcome import Outcome
    from desktop.headless.wanted_case import WantedCase
    from desktop.inference.manifest import Manifest

_PART = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


class SomeNotRead(ClivusError):
    """A list of which some cases have no answer; the others do."""

    exit_status = 5


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare what reading a list needs beside what reading a case does."""
    explain = tr(
        "many cases, a folder for each: a table with the columns case, series and reading, as `clivus project export` "
        "writes it, or a project. The same command goes on where it was stopped"
    )
    parser.add_argument("--cases", metavar="TABLE", type=Path, help=explain)
    explain = tr("with --cases, the second of eight shares of the list, for one of eight computers")
    parser.add_argument("--part", metavar="2/8", type=_part, default=(1, 1), help=explain)
    explain = tr("with --cases, how many are read at a time (as many as processors and memory allow)")
    parser.add_argument("--workers", metavar="NUMBER", type=_workers, help=explain)


def read_cases(options: argparse.Namespace) -> int:
    """Read the list that was asked for.

    Raises:
        SomeNotRead: some of its cases could not be read; all others were.
        ClivusError: none can be.
    """
    from desktop.headless.case_folders import CaseFolders
    from desktop.headless.case_list import Part
    from desktop.headless.case_reader import Order
    from desktop.headless.crew import default_workers, usable_processors
    from desktop.headless.many_cases import read_into
    from desktop.models.default_network import opened

    network = opened(options.model, Device(options.device))
    place, manifest = network.folder.absolute(), network.manifest
    del network  # each worker opens its own
    with _listed(options.cases, options.suggest, manifest) as (cases, keep):
        folders = CaseFolders(options.out, cases, Part(*options.part), manifest)
        workers = options.workers or default_workers()
        threads = max(1, usable_processors() // workers)
        order = Order(str(place), Device(options.device), threads, str(options.out.absolute()))
        in_project = kind_of(options.cases) is Kind.PROJECT
        told = _Teller(len(Part(*options.part).taken(cases)), keep, _recorder(folders, manifest, in_project))
        try:
            read_into(folders, order, workers, told, UNWATCHED)
        except KeyboardInterrupt:
            told.say(tr("Stopped: {count} cases were read. The same command goes on.", count=told.pace.done))
            raise
    count = len(folders.part)
    document = {"cases": count, "read": count - folders.failed, "failed": folders.failed, "table": str(folders.table)}
    print(to_json(document, ascii_only=True))
    if folders.failed:
        raise SomeNotRead(
            message(
                "{failed} of {count} cases could not be read; the table {table} says why. The same command tries them "
                "again.",
                failed=folders.failed,
                count=count,
                table=folders.table,
            )
        )
    return 0


class _Teller:
    """Says on stderr what came of each case that failed, and how far the list is; tells others first."""

    def __init__(self, total: int, *others: Told) -> None:
        from desktop.headless.pace import Pace

        self.pace, self._others = Pace(total), others

    def __call__(self, case: WantedCase, outcome: Outcome) -> None:
        for told in self._others:
            told(case, outcome)
        self.pace.count(outcome.answer is None)
        if outcome.answer is None:
            self.say(f"{case.key}: {outcome.reason}")
        if sys.stderr.isatty():
            print(f"\r{shown(self.pace.text)}   ", end="", file=sys.stderr, flush=True)

    def say(self, text: str) -> None:
        """A line of its own."""
        start = "\r" if sys.stderr.isatty() else ""
        print(f"{start}{text}", file=sys.stderr, flush=True)


@contextmanager
def _listed(path: Path, suggest: bool, manifest: Manifest) -> Iterator[tuple[list[WantedCase], Told]]:
    """The cases of a table or of a project, told apart by content, and what keeps their outcomes."""
    from desktop.headless.case_list import cases_of_table

    if kind_of(path) is not Kind.PROJECT:
        yield cases_of_table(path, suggest=suggest), lambda case, outcome: None
        return
    from desktop.headless.project_list import cases_of_project, keep_result
    from desktop.project.database import Project
    from desktop.project.places import FILE, Places

    with Project.open(path) as project:
        places = Places(local_data_folder() / FILE)
        listed = cases_of_project(project, places.find, suggest=suggest)
        yield listed, lambda case, outcome: keep_result(project, case, outcome, manifest)


def _recorder(folders: CaseFolders, manifest: Manifest, in_project: bool) -> Told:
    """What writes outcomes into the trail; of a project, whose log has the model's answers, only what was exported."""
    from desktop.trail.acts import By, Whose, case_exported, case_judged
    from desktop.trail.recorder import Recorder
    from desktop.trail.trail_file import TrailPlace

    recorder = Recorder(TrailPlace.here(), lambda text: print(shown(text), file=sys.stderr))
    whose = Whose(By.CASES)

    def told(case: WantedCase, outcome: Outcome) -> None:
        if (answer := outcome.answer) is None:
            return
        about = outcome.series, answer, manifest, str(case.marks)
        written = case_exported(*about, folders.report(case), whose)
        recorder.record(*(() if in_project else (case_judged(*about, whose),)), written)

    return told


def _part(text: str) -> tuple[int, int]:
    found = _PART.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError(tr("{text!r}: a share such as 2/8 is expected", text=text))
    return int(found[1]), int(found[2])


def _workers(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 256:
        raise argparse.ArgumentTypeError(tr("{text!r}: a number from 1 to 256 is expected", text=text))
    return int(text)
