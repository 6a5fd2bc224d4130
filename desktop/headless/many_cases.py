"""A list of cases, read one after the other by several processes; what one case costs the others is nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from desktop.headless.case_folders import CaseFolders
from desktop.headless.case_reader import Order
from desktop.headless.crew import Crew
from desktop.headless.outcome import Outcome
from desktop.headless.wanted_case import MarksOf, WantedCase
from desktop.messages import message
from desktop.work import Work

TABLE_EVERY_S = 20.0
"""The table is written so often: a power cut costs no answer, and a table of a thousand rows takes no time."""

Told = Callable[[WantedCase, Outcome], None]
"""Is told what came of a case."""


def read_many(cases: Sequence[WantedCase], order: Order, workers: int, told: Told, work: Work) -> None:
    """Read cases.

    Raises:
        InstallationUnsound: no case can be read here.
        Cancelled: `work` was asked to stop; what was told of is done.
    """
    readable = []
    for case in cases:
        if (why := _unreadable(case)) is None:
            readable.append(case)
        else:
            told(case, why)
    with Crew(order, workers) as crew:
        for case, outcome in crew.read(readable, work):
            told(case, outcome)


def read_into(folders: CaseFolders, order: Order, workers: int, told: Told, work: Work) -> None:
    """Read what is not read yet of a list, with its table kept up.

    Raises:
        FoldersInUse, NotWritten, InstallationUnsound, Cancelled: what was told of is done.
    """
    with folders.held():
        left = folders.find_done()
        folders.write_table()
        written = monotonic()

        def keep(case: WantedCase, outcome: Outcome) -> None:
            nonlocal written
            told(case, outcome)  # first: a kill between the two costs a second reading, and nothing that is recorded
            folders.keep(case, outcome)
            if monotonic() - written >= TABLE_EVERY_S:
                folders.write_table()
                written = monotonic()

        try:
            read_many(left, order, workers, keep, work)
        finally:
            folders.write_table()


def _unreadable(case: WantedCase) -> Outcome | None:
    """Why a case need not be tried; None where it is to be."""
    if not case.path:
        return Outcome.failed(message("Its series is not known on this computer: open it once in the window."))
    if case.marks is MarksOf.NOBODY:
        return Outcome.failed(message("It has no range and ROI: mark it, or read with --suggest."))
    return None
