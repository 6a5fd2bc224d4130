"""Cases and cohorts, whole when built."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from functools import cached_property
from pathlib import Path

from desktop.learning.cohort.problem import CohortRefused, Problem, refusal
from desktop.messages import message
from desktop.reading.roi import Roi
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading

PHASES = ("plain", "contrast")
"""What the column `contrast` may hold, besides nothing."""

_LISTED = 3
"""Licences that are named: a manifest's text has 400 characters."""


@dataclass(frozen=True)
class Case:
    """One series, its reading and whose it is.

    Attributes:
        key: unique in the cohort.
        patient: the patient's key; series of one patient share it.
        series: what `Source.open` takes.
        reading: its verdict is the case's label.
        reading_file: where the reading was read from; None where it is from no file.
        phase: "plain" or "contrast" where the table says so, else "".
        strata: further columns of the table, as text.
        licence: of the case's data, where the table states it, else "".

    Raises:
        CohortRefused: the reading's verdict is missing or indeterminate.
    """

    key: str
    patient: str
    series: Path
    reading: Reading
    reading_file: Path | None
    phase: str = ""
    strata: dict[str, str] = field(default_factory=dict)
    licence: str = ""

    def __post_init__(self) -> None:
        if self.reading.verdict not in (Verdict.POSITIVE, Verdict.NEGATIVE):
            raise CohortRefused(
                message(
                    "Case {case}: its reading has no verdict, and a cohort needs one: give the reader's verdict, or "
                    "leave the case out.",
                    case=self.key,
                )
                if self.reading.verdict is None
                else message(
                    "Case {case}: the verdict of its reading is indeterminate, and a cohort needs positive or "
                    "negative: give the reader's verdict, or leave the case out.",
                    case=self.key,
                )
            )

    @property
    def positive(self) -> bool:
        """The case's label: does the tumour invade?"""
        return self.reading.verdict is Verdict.POSITIVE

    def marks(self) -> str:
        """What the cohort's fingerprint holds of this case: key, patient, phase and the reader's marks; no path."""
        reading, labels = self.reading, self.reading.slice_labels.items()
        return json.dumps(
            {
                "case": self.key,
                "patient": self.patient,
                "phase": self.phase,
                "series": reading.series,
                "roi": _placed(reading.roi),
                "range_mm": [reading.range.low_mm, reading.range.high_mm],
                "labels": {f"{uid}:{frame}" if frame else uid: label for (uid, frame), label in labels},
                "verdict": reading.verdict,
            },
            sort_keys=True,
        )


def _placed(roi: Roi) -> object:
    """One rectangle without a position, since it counts everywhere; several with theirs."""
    return roi.keys[0].rectangle if len(roi.keys) == 1 else [astuple(key) for key in roi.keys]


@dataclass(frozen=True)
class Patient:
    """A patient and all of their cases.

    Attributes:
        key: as in the table.
        positive: the label, the same for every case.
        phase: "plain", "contrast", "both", or "" where the table does not say it of every case.
    """

    key: str
    positive: bool
    phase: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Cohort:
    """Cases that fit together: keys unique, one label for each patient.

    Attributes:
        source: the table or folder it was read from.

    Raises:
        CohortRefused: there is no case, or they do not fit together.
    """

    source: Path
    cases: tuple[Case, ...]

    def __post_init__(self) -> None:
        if not self.cases:
            raise CohortRefused(
                message("The cohort {source} has no cases: add one row or folder for each series.", source=self.source)
            )
        if problems := contradictions(self.cases):
            raise refusal(problems)

    @cached_property
    def patients(self) -> tuple[Patient, ...]:
        """The patients in the order of their keys."""
        cases: dict[str, list[Case]] = {}
        for case in self.cases:
            cases.setdefault(case.patient, []).append(case)
        return tuple(
            Patient(key, own[0].positive, phase_of(case.phase for case in own), tuple(own))
            for key, own in sorted(cases.items())
        )

    @property
    def licence(self) -> str:
        """The licences of the cases, each once; "" where none is stated."""
        found = list(dict.fromkeys(case.licence for case in self.cases if case.licence))
        more = [f"and {len(found) - _LISTED} more"] if len(found) > _LISTED else []
        return "; ".join(found[:_LISTED] + more)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all cases' keys, patients and marks, whatever their order and wherever they lie."""
        return hashlib.sha256("\n".join(sorted(case.marks() for case in self.cases)).encode()).hexdigest()


def phase_of(phases: Iterable[str]) -> str:
    """One word for the phases of a patient's series: plain, contrast, both; "" where one is not known."""
    found = set(phases)
    if found == set(PHASES):
        return "both"
    return found.pop() if len(found) == 1 else ""


def contradictions(cases: Iterable[Case]) -> list[Problem]:
    """What cases that are each whole contradict each other in."""
    problems: list[Problem] = []
    keys: dict[str, Case] = {}
    readings: dict[Path, Case] = {}
    patients: dict[str, Case] = {}
    for case in cases:
        if (first := keys.setdefault(_plain(case.key), case)) is not case:
            problems.append(
                Problem(
                    case.key,
                    "table",
                    message(
                        "Case {case}: the key stands twice (capitals do not count): give each series a key of its own.",
                        case=case.key,
                    ),
                )
            )
        elif case.reading_file and (first := readings.setdefault(case.reading_file.resolve(), case)) is not case:
            problems.append(
                Problem(
                    case.key,
                    "reading",
                    message(
                        "Case {case}: its reading {reading} is that of case {other}, too: give each series its own "
                        "reading.",
                        case=case.key,
                        reading=case.reading_file,
                        other=first.key,
                    ),
                )
            )
        first = patients.setdefault(_plain(case.patient), case)
        if first.patient != case.patient:
            problems.append(
                Problem(
                    case.key,
                    "patient",
                    message(
                        "Case {case}: its patient {patient} differs from {other_patient} of case {other} by capitals "
                        "or accents' spelling only: write the keys alike, or make them differ.",
                        case=case.key,
                        patient=case.patient,
                        other_patient=first.patient,
                        other=first.key,
                    ),
                )
            )
        elif first.positive != case.positive:
            problems.append(
                Problem(
                    case.key,
                    "label",
                    message(
                        "Case {case}: its verdict is {verdict} and that of case {other}, of the same patient "
                        "{patient}, is {other_verdict}: a patient has one label, so correct a reading or the patient.",
                        case=case.key,
                        verdict=str(case.reading.verdict),
                        other=first.key,
                        patient=case.patient,
                        other_verdict=str(first.reading.verdict),
                    ),
                )
            )
    return problems


def _plain(key: str) -> str:
    return unicodedata.normalize("NFKC", key).casefold()
