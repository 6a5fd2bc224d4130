"""Is a cohort fit to learn from? Everything that is wrong with it, and what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop.learning.cohort.examine import Identity, examine
from desktop.learning.cohort.members import Cohort
from desktop.learning.cohort.problem import Problem
from desktop.learning.cohort.shared import Shared, Trait, shared
from desktop.learning.cohort.split import Split, SplitRefused, leaks
from desktop.messages import counted, message, shown
from training.cohort.numbers import CaseFacts, Numbers, as_table
from training.cohort.survey import survey
from training.work.progress import Progress

SCHEMA = "clivus-cohort-check/1"

_OF_ONE_PATIENT = (Trait.STUDY, Trait.FRAME, Trait.INSTANCE, Trait.PIXELS)
_OF_ONE_CASE = (Trait.INSTANCE, Trait.PIXELS)
"""Two series of a patient may share study and frame of reference, but no picture."""


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes:
        source: the table or folder.
        fingerprint: the cohort's; "" where it holds together too badly to have one.
        licence: of the cases' data, as far as the table states it.
        problems: each must be mended before the cohort is used.
        remarks: worth a look; they stop nothing.
        numbers: of groups of cases, the whole under "all"; of the cases without problems of their own.
    """

    source: Path
    fingerprint: str
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    numbers: dict[str, Numbers]
    licence: str = ""

    @property
    def sound(self) -> bool:
        """Whether there are no problems."""
        return not self.problems

    def document(self) -> dict[str, Any]:
        """The report as `--json` prints it."""
        return {
            "schema": SCHEMA,
            "cohort": str(self.source),
            "fingerprint": self.fingerprint,
            "licence": self.licence,
            "sound": self.sound,
            "problems": [problem.document() for problem in self.problems],
            "remarks": [remark.document() for remark in self.remarks],
            "numbers": {name: asdict(numbers) for name, numbers in self.numbers.items()},
        }

    def text(self) -> str:
        """The report for people, its findings in their language."""
        parts = [as_table(self.numbers)]
        for title, findings in (("Remarks", self.remarks), ("Problems", self.problems)):
            if findings:
                listed = (f"- {shown(finding.message)}" for finding in findings)
                parts.append("\n".join([f"{title} ({len(findings)}):", *listed]))
        if self.licence:
            parts.append(f"Licence: {self.licence}.")
        if self.sound:
            parts.append(f"{self.source}: no problems. Fingerprint {self.fingerprint}.")
        return "\n\n".join(parts)


def check_cohort(path: Path, split: Split | None = None) -> Report:
    """Open every case of a cohort and list everything that is wrong.

    Args:
        path: see `training.cohort.survey.survey`.
        split: if given, the numbers are given by side, and leaks across it are problems.

    Raises:
        CohortRefused: there is no cohort at `path`, or its table as a whole cannot be read.
    """
    found = survey(path)
    problems: list[Problem] = list(found.problems)
    remarks: list[Problem] = []
    facts: list[CaseFacts] = []
    identities: list[Identity] = []
    progress = Progress("Cases", len(found.cases))
    for number, case in enumerate(found.cases, start=1):
        examined = examine(case)
        problems += examined.problems
        remarks += examined.remarks
        if examined.identity is not None:
            identities.append(examined.identity)
        if examined.marked is not None:
            facts.append(CaseFacts.of(examined.marked))
        progress.tell(number)
    progress.close(f"{len(found.cases)} cases")
    problems += [_across_patients(item) for item in shared(identities, _OF_ONE_PATIENT, _apart)]
    remarks += [_within_patient(item) for item in shared(identities, _OF_ONE_CASE, _together)]
    if found.cases and not problems and len({case.positive for case in found.cases}) == 1:
        problems.append(_one_class(found.cases[0].positive, path))
    fingerprint = licence = ""
    if not found.problems:
        cohort = Cohort(found.source, found.cases)
        fingerprint, licence = cohort.fingerprint, cohort.licence
        problems += _against(split, cohort, identities)
    return Report(found.source, fingerprint, tuple(problems), tuple(remarks), _numbers(facts, split), licence)


def _numbers(facts: Sequence[CaseFacts], split: Split | None) -> dict[str, Numbers]:
    groups = {
        "positive": [fact for fact in facts if fact.case.positive],
        "negative": [fact for fact in facts if not fact.case.positive],
        "all": list(facts),
    }
    if split is not None:
        for side, patients in (("training", split.training), ("test", split.test)):
            for label, keys in (("positive", patients.positive), ("negative", patients.negative)):
                groups[f"{side}, {label}"] = [fact for fact in facts if fact.case.patient in keys]
    return {name: Numbers.of(cases) for name, cases in groups.items()}


def _against(split: Split | None, cohort: Cohort, identities: list[Identity]) -> list[Problem]:
    if split is None:
        return []
    try:
        split.require_of(cohort)
        return [Problem(leak.cases[0], "split", leak.message) for leak in leaks(identities, split)]
    except SplitRefused as error:
        return [Problem("", "split", error.message)]


def _apart(first: Identity, second: Identity) -> bool:
    return first.patient != second.patient


def _together(first: Identity, second: Identity) -> bool:
    return first.patient == second.patient


def _across_patients(pair: Shared) -> Problem:
    both = {
        "case": pair.first.case,
        "patient": pair.first.patient,
        "other": pair.second.case,
        "other_patient": pair.second.patient,
    }
    if pair.trait is Trait.PIXELS:
        finding = counted(
            "Case {case} (patient {patient}): {number} of its slices in range is, pixel for pixel, one of case {other} "
            "(patient {other_patient}): give them one patient key if they are one patient, or remove the copy.",
            "Case {case} (patient {patient}): {number} of its slices in range are, pixel for pixel, those of case "
            "{other} (patient {other_patient}): give them one patient key if they are one patient, or remove the copy.",
            pair.count,
            **both,
        )
    else:
        finding = message(
            "Case {case} (patient {patient}): it shares the {trait} {value} with case {other} (patient "
            "{other_patient}): give them one patient key if they are one patient, or remove the copy.",
            **both,
            trait=str(pair.trait),
            value=pair.value,
        )
    return Problem(pair.first.case, "duplicate", finding)


def _within_patient(pair: Shared) -> Problem:
    both = {"case": pair.first.case, "other": pair.second.case}
    if pair.trait is Trait.PIXELS:
        finding = counted(
            "Case {case}: {number} of its slices has the pixels of a slice of case {other}, of the same patient: "
            "remove one case if it is a copy.",
            "Case {case}: {number} of its slices have the pixels of slices of case {other}, of the same patient: "
            "remove one case if it is a copy.",
            pair.count,
            **both,
        )
    else:
        finding = counted(
            "Case {case}: {number} of its slices has the {trait} of a slice of case {other}, of the same patient: "
            "remove one case if it is a copy.",
            "Case {case}: {number} of its slices have the {trait}s of slices of case {other}, of the same patient: "
            "remove one case if it is a copy.",
            pair.count,
            **both,
            trait=str(pair.trait),
        )
    return Problem(pair.first.case, "duplicate", finding)


def _one_class(positive: bool, path: Path) -> Problem:
    if positive:
        finding = message(
            "All cases of {cohort} are positive: nothing can be learned without negative ones.", cohort=path
        )
    else:
        finding = message(
            "All cases of {cohort} are negative: nothing can be learned without positive ones.", cohort=path
        )
    return Problem("", "label", finding)
