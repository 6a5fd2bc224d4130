"""Adding many series at once, and looking for suggestions in all of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop.errors import ClivusError
from desktop.imaging.eligibility import check_series, names
from desktop.imaging.pixels import Hounsfield
from desktop.imaging.series import Scan, Series
from desktop.imaging.volume import load
from desktop.messages import Message, counted, message
from desktop.project import cases
from desktop.project.cases import Case
from desktop.project.database import Project
from desktop.project.places import Places
from desktop.suggestion import NoSuggestion, suggest
from desktop.suggestion.suggestion_json import suggestion_document
from desktop.work import UNWATCHED, Work

FEWEST_SLICES = 3
"""Of a stack that is a case; fewer are localizers and single pictures."""


@dataclass(frozen=True)
class Added:
    """What a scan gave to a project.

    Attributes:
        new, known: cases that were added, and that were there.
        passed_over: how many series are not axial CT stacks.
    """

    new: tuple[Case, ...]
    known: tuple[Case, ...]
    passed_over: int

    @property
    def told(self) -> Message:
        """In words."""
        return message(
            "{new} added, {known} known already, {others} that are not axial CT.",
            new=counted("{number} case", "{number} cases", len(self.new)),
            known=len(self.known),
            others=counted("{number} series", "{number} series", self.passed_over),
        )


def add_all(project: Project, path: Path, found: Scan, places: Places, work: Work = UNWATCHED) -> Added:
    """Add every axial CT stack of a scan, and remember where it lies. Each is a change of its own: what is there stays.

    Args:
        path: what was scanned: a folder, a file, a DICOMDIR or an archive.

    Raises:
        Cancelled: `work` was asked to stop.
        NotWritten: the disk fails.
    """
    wanted = [series for series in found.series if _may_be_case(series)]
    new: list[Case] = []
    known: list[Case] = []
    where: dict[str, Path] = {}
    try:
        for number, series in enumerate(wanted, start=1):
            work.raise_if_stopped()
            case, added = cases.add(project, series)
            (new if added else known).append(case)
            where[case.id] = place_of(series, path)
            work.progress(number, len(wanted))
    finally:
        if where:
            places.remember(where)
    return Added(tuple(new), tuple(known), len(found.series) - len(wanted))


def suggest_for(project: Project, case: Case, series: Series) -> None:
    """Read a case's series, keep what its pixels are, and what is suggested for it.

    Raises:
        ClivusError: the series cannot be read, or is not the one that it was.
    """
    volume = load(series)
    cases.set_pixels(project, case, pixels_digest(volume.hu))
    try:
        document = suggestion_document(volume, suggest(volume))
    except NoSuggestion as error:
        document = suggestion_document(volume, error)
    cases.set_suggestion(project, case, document)


def suggest_all(
    project: Project, found: Scan, told: Callable[[Case, ClivusError], None], work: Work = UNWATCHED
) -> int:
    """Look for suggestions in every case of a scan that has none yet; how many were looked at.

    Args:
        told: is told of a case that cannot be read; the others go on.

    Raises:
        Cancelled: `work` was asked to stop.
    """
    by_id = {cases.case_id(series): series for series in found.series if series.slices}
    waiting = [case for case in cases.every(project) if not case.suggestion and case.id in by_id]
    for number, case in enumerate(waiting, start=1):
        work.raise_if_stopped()
        try:
            suggest_for(project, case, by_id[case.id])
        except ClivusError as error:
            told(case, error)
        work.progress(number, len(waiting))
    return len(waiting)


def pixels_digest(hu: Hounsfield) -> str:
    """SHA-256 of all Hounsfield units, slice by slice from the feet up."""
    digest = hashlib.sha256(str(hu.shape).encode())
    for pixels in hu:
        digest.update(np.ascontiguousarray(pixels).tobytes())
    return digest.hexdigest()


def _may_be_case(series: Series) -> bool:
    failed = {check.name for check in check_series(series) if check.status == "fail"}
    return len(series.slices) >= FEWEST_SLICES and not failed & {names.MODALITY, names.AXIAL}


def place_of(series: Series, path: Path) -> Path:
    """The smallest folder that holds a series' files, or the archive or file that they were read from."""
    if not path.is_dir():
        return path
    try:
        return Path(os.path.commonpath([item.path.parent for item in series.slices]))
    except ValueError:  # on several disks
        return path
