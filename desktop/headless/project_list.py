"""The cases of a project as a list to be read, and their answers as results of the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.headless.outcome import Outcome
from desktop.headless.wanted_case import MarksOf, WantedCase, given_marks
from desktop.inference.manifest import Manifest
from desktop.project import cases, entries, results
from desktop.project.cases import Case
from desktop.project.database import Project
from desktop.project.results import Model


def cases_of_project(project: Project, find: Callable[[str], Path | None], *, suggest: bool) -> list[WantedCase]:
    """The cases of a project that are not excluded.

    The marks are those that were settled, or else the first reader's who placed both range and ROI.

    Args:
        find: where the series of a case lies, by the id of the case.
        suggest: whether cases without marks are read by a suggestion.
    """
    return [_wanted(project, case, find, suggest) for case in cases.every(project) if not case.excluded]


def waiting(project: Project, listed: Sequence[WantedCase], manifest: Manifest) -> list[WantedCase]:
    """Those of a list of which the project has no result of this model by these marks."""
    known = results.ids(project)
    return [case for case in listed if result_id(case, manifest) not in known]


def keep_result(project: Project, case: WantedCase, outcome: Outcome, manifest: Manifest) -> None:
    """Keep an answer in the project; nothing if there is none, or if it is there.

    Raises:
        NotWritten: the disk fails.
    """
    if outcome.answer is not None:
        own, model = result_id(case, manifest), Model(manifest.id, manifest.version, manifest.sha256)
        results.keep(project, own, case.id, model, str(case.marks), outcome.answer)


def result_id(case: WantedCase, manifest: Manifest) -> str:
    """What a result is known by: case, model and marks; what was read once need not be read again."""
    return results.id_of(case.id, manifest.sha256, case.given)


def _wanted(project: Project, case: Case, find: Callable[[str], Path | None], suggest: bool) -> WantedCase:
    place = find(case.id)
    settled = entries.of_case(project, case, settled=True)
    for marks, found in ((MarksOf.SETTLED, settled), (MarksOf.READING, entries.of_case(project, case))):
        for kept in found:
            roi, span = kept.entry.roi, kept.entry.range
            if roi is not None and span is not None:
                return _case(case, place, marks, given_marks(roi, span))
    return _case(case, place, MarksOf.SUGGESTION if suggest else MarksOf.NOBODY, {})


def _case(case: Case, place: Path | None, marks: MarksOf, given: dict[str, object]) -> WantedCase:
    return WantedCase(
        key=case.key,
        patient=case.patient,
        path="" if place is None else str(place),
        marks=marks,
        series=case.series,
        sop_instance_uid=case.sop_instance_uid,
        frame=case.frame,
        given=given,
        id=case.id,
    )
