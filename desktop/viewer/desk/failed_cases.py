"""The cases that a learned model called wrongly, as far as the reader who looks may know of them."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.learning.result_file import CalledPatient
from desktop.project import cases, results
from desktop.project.database import Project


@dataclass(frozen=True)
class FailedCase:
    """A case of a patient who was called wrongly.

    Attributes:
        id: of the case in the project.
        positive: what the readers settled.
        judged: see `CalledPatient`.
    """

    id: str
    key: str
    positive: bool
    judged: str


@dataclass(frozen=True)
class Failed:
    """Cases, in the order of their keys.

    Attributes:
        untold: patients who are not listed: the reader has not answered them, a study has them, or they are not in the
            project any more.
    """

    cases: tuple[FailedCase, ...] = ()
    untold: int = 0

    @staticmethod
    def among(project: Project, reader: str, settling: bool, wrong: tuple[CalledPatient, ...]) -> Failed:
        """What of these patients a reader may know. The readers' answers stand in the list, and whoever has not
        answered a case yet is not told them.

        Args:
            settling: see `desktop.project.results.told_to`.

        Raises:
            ProjectRefused: the project cannot be read.
        """
        told = results.told_to(project, reader, settling=settling)
        ids = {case.key: case.id for case in cases.every(project)}
        found: list[FailedCase] = []
        untold = 0
        for patient in wrong:
            # A patient is positive when any case is: those of the others that were called rightly did not fail.
            keys = [key for key, called in patient.cases.items() if called == patient.called]
            if all(ids.get(key) in told for key in keys):
                found += [FailedCase(ids[key], key, patient.positive, patient.judged) for key in keys]
            else:
                untold += 1
        return Failed(tuple(sorted(found, key=lambda one: one.key)), untold)
