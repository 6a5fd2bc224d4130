"""Several models on the same cases: those of a project that count, of patients whom none of the models learned from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop.errors import ClivusError, InputRefused
from desktop.imaging.scan import scan_for_images
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.inference.analyse import analyse
from desktop.inference.manifest import Manifest
from desktop.inference.network import Network
from desktop.learning.cohort.population import PHANTOMS
from desktop.learning.statistics.estimate import Estimate, Undefined
from desktop.learning.statistics.proportions import wilson
from desktop.learning.statistics.reported import Cases, Reported, area
from desktop.messages import Message, message
from desktop.project import cases
from desktop.project.cases import Case
from desktop.project.cohort import counting
from desktop.project.database import Project
from desktop.project.identity import learned_digest
from desktop.reading.region import Region
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.work import Work


class NothingToCompare(InputRefused):
    """A project without a case on which these models can be compared."""


@dataclass(frozen=True)
class Compared:
    """A series or a patient: what readers say, and what each model says.

    Attributes:
        key: its pseudonym.
        verdicts: of the models, in their order.
        scores: likewise; of a patient the highest of its series.
    """

    key: str
    patient: str
    invaded: bool
    verdicts: tuple[Verdict, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True)
class Counts:
    """One model's answers, in patients.

    Attributes:
        found: of those `invaded`, called positive; `cleared` of those `intact`, called negative.
        undecided: without a verdict, of either kind.
        auc: of the scores.
    """

    invaded: int
    found: int
    intact: int
    cleared: int
    undecided: int
    auc: Reported | Undefined

    @property
    def sensitivity(self) -> Estimate | None:
        """With Wilson's interval; without a verdict counts as not found. None without a patient with invasion."""
        return _share(self.found, self.invaded)

    @property
    def specificity(self) -> Estimate | None:
        """Likewise of patients without invasion."""
        return _share(self.cleared, self.intact)


@dataclass(frozen=True)
class Comparison:
    """What was found.

    Attributes:
        left_out: keys of the other cases, and why.
        remarks: what a reader has to know of the models before believing the figures.
    """

    models: tuple[Manifest, ...]
    series: tuple[Compared, ...]
    left_out: dict[str, Message]
    remarks: tuple[Message, ...]

    @property
    def patients(self) -> tuple[Compared, ...]:
        """A patient is positive when any series is, and undecided when one is and none positive (as in training)."""
        own: dict[str, list[Compared]] = {}
        for one in self.series:
            own.setdefault(one.patient, []).append(one)
        return tuple(_patient(key, of_one) for key, of_one in own.items())

    def counts(self, model: int) -> Counts:
        """What one of the models got right."""
        patients = self.patients
        said = [(patient.invaded, patient.verdicts[model]) for patient in patients]
        cases = Cases.of("patient", [patient.invaded for patient in patients])
        return Counts(
            invaded=sum(invaded for invaded, _ in said),
            found=said.count((True, Verdict.POSITIVE)),
            intact=sum(not invaded for invaded, _ in said),
            cleared=said.count((False, Verdict.NEGATIVE)),
            undecided=sum(verdict is Verdict.INDETERMINATE for _, verdict in said),
            auc=area(cases, np.array([patient.scores[model] for patient in patients])),
        )


def _share(hits: int, trials: int) -> Estimate | None:
    return wilson(hits / trials, trials) if trials else None


def compare(
    project: Project, networks: Sequence[Network], find: Callable[[Case], Path | None], work: Work
) -> Comparison:
    """Let each model judge each case where its readers looked.

    Args:
        find: where the series of a case lies.
        work: progress in cases.

    Raises:
        NothingToCompare: no case can be judged.
        Cancelled: `work` was asked to stop.
    """
    models = tuple(network.manifest for network in networks)
    found: list[Compared] = []
    left_out: dict[str, Message] = {}
    every = cases.every(project)
    known = _learned_from(project, every, models)
    for number, case in enumerate(every, start=1):
        work.raise_if_stopped()
        try:
            reading = _reading(project, case, known)
            answers = [analyse(_region(case, find(case), reading), network) for network in networks]
        except ClivusError as error:
            left_out[case.key] = error.message
        else:
            verdicts, scores = tuple(one.verdict for one in answers), tuple(one.score for one in answers)
            invaded = reading.verdict is Verdict.POSITIVE
            found.append(Compared(case.key, case.patient, invaded, verdicts, scores))
        work.progress(number, len(every))
    if not found:
        raise NothingToCompare(
            message(
                "No case of {project} can be judged by these models: {reason}.",
                project=project.path.name,
                reason=next(iter(left_out.values()), message("it has none")),
            )
        )
    return Comparison(models, tuple(found), left_out, tuple(_remarks(project, models)))


class _LeftOut(ClivusError):
    """Why a case is not compared on; a clause."""


def _reading(project: Project, case: Case, known: dict[str, str]) -> Reading:
    if case.patient in known:
        raise _LeftOut(message("{model} learned from this patient", model=known[case.patient]))
    taken = counting(project, case)
    if isinstance(taken, Message):
        raise _LeftOut(taken)
    reading = taken.kept.entry.reading(case, taken.reader)
    if reading is None or reading.verdict not in (Verdict.POSITIVE, Verdict.NEGATIVE):
        raise _LeftOut(message("range, ROI or a verdict of positive or negative is missing"))
    return reading


def _region(case: Case, place: Path | None, reading: Reading) -> Region:
    if place is None:
        raise _LeftOut(message("its series was not found on this computer"))
    return Region(_volume(case, place), reading.roi, reading.range)


def _volume(case: Case, place: Path) -> Volume:
    with Source.open(place) as source:
        series = next((one for one in scan_for_images(source).series if cases.case_id(one) == case.id), None)
        if series is None:
            raise _LeftOut(message("its series was not found on this computer"))
        return load(series)


def _learned_from(project: Project, every: Sequence[Case], models: Sequence[Manifest]) -> dict[str, str]:
    """The patients of whom a model has seen any case, and the first model that has."""
    known: dict[str, str] = {}
    for model in models:
        if model.learned_from is not None and model.learned_from.project == project.id:
            seen = set(model.learned_from.cases)
            for case in every:
                if learned_digest(project.salt, case.id) in seen:
                    known.setdefault(case.patient, f"{model.id} {model.version}")
    return known


def _remarks(project: Project, models: Sequence[Manifest]) -> list[Message]:
    told = []
    for model in models:
        name = f"{model.id} {model.version}"
        if model.learned_from is None and model.cohort["kind"] != PHANTOMS:
            told.append(
                message(
                    "{model} does not say which patients it learned from: if some of these are among them, it looks "
                    "better than it is.",
                    model=name,
                )
            )
        elif model.learned_from is not None and model.learned_from.project != project.id:
            told.append(
                message(
                    "{model} learned from another project: whether patients of this one are in that one cannot be "
                    "told.",
                    model=name,
                )
            )
    return told


def _patient(key: str, series: Sequence[Compared]) -> Compared:
    by_model = list(zip(*(one.verdicts for one in series), strict=True))
    scores = zip(*(one.scores for one in series), strict=True)
    verdicts = tuple(
        next((verdict for verdict in (Verdict.POSITIVE, Verdict.INDETERMINATE) if verdict in own), Verdict.NEGATIVE)
        for own in by_model
    )
    return Compared(key, key, any(one.invaded for one in series), verdicts, tuple(map(max, scores)))
