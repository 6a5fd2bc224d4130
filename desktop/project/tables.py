"""What other programs read of a study: R's iMRMC and MRMCaov, and `clivus-train evaluate --readers`."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.csv_text import csv_text
from desktop.messages import message
from desktop.project import answers, cases
from desktop.project.answers import Locked
from desktop.project.database import Project, ProjectRefused
from desktop.project.reader_study import Arm, Kind, Study

_YES_NO = ("no", "yes")

TRUTH = "truth"
"""The reader under whom iMRMC looks for the truth, with modality 'truth' as well."""


def imrmc(project: Project, study: Study, truth: Mapping[str, bool]) -> str:
    """The table that R's iMRMC reads: readerID, caseID, modalityID, score; the truth has rows of its own, 0 or 1.

    Args:
        truth: whether the tumour invades, by the id of the case.

    Raises:
        ProjectRefused: the truth of a case is missing, or no answer is locked.
    """
    found, keys = _answered(project, study), _keys(project)
    rows: list[tuple[object, ...]] = [
        (TRUTH, keys[case], TRUTH, int(_truth(truth, keys, case))) for case in study.protocol.case_ids
    ]
    rows += [(row.reader, keys[row.case_id], row.arm.value, row.answer.certainty) for row in found]
    return csv_text(("readerID", "caseID", "modalityID", "score"), rows)


def mrmcaov(project: Project, study: Study, truth: Mapping[str, bool]) -> str:
    """The table that R's MRMCaov reads: reader, test, case, truth, rating.

    Raises:
        ProjectRefused: as `imrmc`.
    """
    keys = _keys(project)
    rows = [
        (row.reader, row.arm.value, keys[row.case_id], int(_truth(truth, keys, row.case_id)), row.answer.certainty)
        for row in _answered(project, study)
    ]
    return csv_text(("reader", "test", "case", "truth", "rating"), rows)


def readers_table(project: Project, study: Study) -> str:
    """The table of `clivus-train evaluate --readers`: case, reader, verdict, with_model, confidence.

    Raises:
        ProjectRefused: no answer is locked.
    """
    keys = _keys(project)
    rows = [
        (keys[row.case_id], row.reader, row.answer.verdict, _YES_NO[row.arm is Arm.AIDED], row.answer.certainty)
        for row in _answered(project, study)
    ]
    return csv_text(("case", "reader", "verdict", "with_model", "confidence"), rows)


def _answered(project: Project, study: Study) -> list[Locked]:
    if study.protocol.kind is not Kind.READING:
        raise ProjectRefused(message("The study {study} has rectangles, not answers.", study=study.name))
    found = answers.locked(project, study)
    if not found:
        raise ProjectRefused(message("No answer of the study {study} was given yet.", study=study.name))
    return found


def _keys(project: Project) -> dict[str, str]:
    return {case.id: case.key for case in cases.every(project)}


def _truth(truth: Mapping[str, bool], keys: Mapping[str, str], case: str) -> bool:
    if case not in truth:
        raise ProjectRefused(
            message("Nobody said of case {case} whether the tumour invades: settle it first.", case=keys[case])
        )
    return truth[case]
