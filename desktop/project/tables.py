"""What other programs read of a study: R's iMRMC and MRMCaov, `clivus-train evaluate --readers` and `--second`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from desktop.csv_text import csv_text
from desktop.files import write_text
from desktop.messages import message
from desktop.project import answers, cases
from desktop.project.answers import Locked
from desktop.project.database import Project, ProjectRefused
from desktop.project.reader_study import Arm, Kind, Study
from desktop.project.study_marks import marks_of
from desktop.reading.saved import Reading

_YES_NO = ("no", "yes")

READINGS = "second"
"""The folder of the readings, beside their table."""

_PLAIN = re.compile(r"[A-Za-z0-9-]+")
"""Codes of readers that any system takes for a folder."""

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


def write_second_readings(project: Project, study: Study, folder: Path) -> None:
    """Write the rectangles of a study, a folder for each reader: the table of `clivus-train evaluate --second`, and the
    readings that it names.

    Raises:
        ProjectRefused: no rectangle is locked, or none of its cases has a range.
        NotWritten: the folder cannot be written.
    """
    by_id = {case.id: case for case in cases.every(project)}
    by_reader: dict[str, list[tuple[str, str]]] = {}
    for row in _given(project, study):
        case = by_id[row.case_id]
        span, number = marks_of(project, case).range, study.protocol.readers.index(row.reader) + 1
        if row.answer.roi is None or span is None:
            continue
        name = row.reader if _PLAIN.fullmatch(row.reader) else f"reader-{number}"
        place = f"{READINGS}/{case.key}.json"
        (folder / name / READINGS).mkdir(parents=True, exist_ok=True)
        marked = Reading(case.series, row.answer.roi, span, sop_instance_uid=case.sop_instance_uid, frame=case.frame)
        marked.save(folder / name / place)
        by_reader.setdefault(name, []).append((case.key, place))
    if not by_reader:
        raise ProjectRefused(message("No case of the study {study} has a range.", study=study.name))
    for name, rows in by_reader.items():
        write_text(folder / name / "second.csv", csv_text(("case", "reading"), rows))


def _answered(project: Project, study: Study) -> list[Locked]:
    if study.protocol.kind is not Kind.READING:
        raise ProjectRefused(message("The study {study} has rectangles, not answers.", study=study.name))
    return _given(project, study)


def _given(project: Project, study: Study) -> list[Locked]:
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
