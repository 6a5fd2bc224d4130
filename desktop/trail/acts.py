"""What there is to record: a verdict computed, a reading saved, an answer changed, a result exported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop import events
from desktop.inference.manifest import Manifest
from desktop.inference.result import Result
from desktop.reading.case_answer import CaseAnswer
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.version import VERSION

JUDGED, SAVED, ANSWERED, EXPORTED = "judged", "reading saved", "answer changed", "exported"


class By(StrEnum):
    """What was used."""

    WINDOW = "window"
    READ = "read"
    CASES = "read --cases"
    DEMO = "demo"


@dataclass(frozen=True)
class Whose:
    """In whose hands it was done.

    Attributes:
        reader: a code; "" where nobody is named. The trail is that of one user of the workstation in any case.
        project: the id of the project that the case is of; "" outside projects.
    """

    by: By
    reader: str = events.PROGRAM
    project: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON, without the reader, who has a field of the entry."""
        return {"by": str(self.by), **({"project": self.project} if self.project else {})}


@dataclass(frozen=True)
class Act:
    """One entry of the trail.

    Attributes:
        series: SeriesInstanceUID, of which only a digest is written; a stack's number may follow it.
        data: goes into the entry as it is, and holds nothing of a patient and no path.
    """

    what: str
    series: str
    whose: Whose
    data: Mapping[str, Any]


def judged(result: Result, whose: Whose) -> Act:
    """A model gave an answer."""
    return Act(JUDGED, result.region.volume.series.name, whose, _of_result(result))


def exported(result: Result, files: Iterable[Path], whose: Whose) -> Act:
    """A result left the program."""
    return Act(EXPORTED, result.region.volume.series.name, whose, {**_of_result(result), "files": _sums(files)})


def case_judged(series: str, answer: CaseAnswer, manifest: Manifest, marks: str, whose: Whose) -> Act:
    """The same of a case of a list."""
    return Act(JUDGED, series, whose, _of_case(answer, manifest, marks))


def case_exported(
    series: str, answer: CaseAnswer, manifest: Manifest, marks: str, files: Iterable[Path], whose: Whose
) -> Act:
    """The same of a case of a list."""
    return Act(EXPORTED, series, whose, {**_of_case(answer, manifest, marks), "files": _sums(files)})


def reading_saved(reading: Reading, whose: Whose) -> Act:
    """A reader saved a reading."""
    marks = {"range": reading.origin.range, "roi": reading.origin.roi}
    return Act(SAVED, reading.series, whose, {"answer": _word(reading.verdict), "marks": marks})


def answer_changed(series: str, before: Verdict | None, after: Verdict | None, whose: Whose) -> Act:
    """A reader's own answer is another than before."""
    return Act(ANSWERED, series, whose, {"before": _word(before), "after": _word(after)})


def _of_result(result: Result) -> dict[str, Any]:
    marks = "suggestion" if result.suggested else "reading"
    return _answer(result.manifest, result.verdict, result.run.slices, result.score, marks)


def _of_case(answer: CaseAnswer, manifest: Manifest, marks: str) -> dict[str, Any]:
    return _answer(manifest, answer.verdict, answer.run_slices, answer.score, marks)


def _answer(manifest: Manifest, verdict: Verdict, run_slices: int, score: float, marks: str) -> dict[str, Any]:
    """By whose marks, by which model, and what it answered; numbers as in the table of many cases."""
    return {
        "verdict": str(verdict),
        "run_slices": run_slices,
        "score": round(score, 4),
        "marks": marks,
        "model": {"id": manifest.id, "version": manifest.version, "sha256": manifest.sha256},
        "clivus": VERSION,
    }


def _sums(files: Iterable[Path]) -> list[dict[str, str | None]]:
    """What each file was, by its kind and not by its name, which may hold a UID."""
    return [{"kind": file.suffix.lstrip("."), "sha256": _sum(file)} for file in files]


def _sum(file: Path) -> str | None:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:  # gone again: the share, or somebody has taken it
        return None


def _word(verdict: Verdict | None) -> str | None:
    return None if verdict is None else str(verdict)
