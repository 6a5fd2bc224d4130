"""A model in use, watched: how familiar its cases are, how many it calls positive, how far readers agree, by month.

Of each patient the first case counts where groups are compared, since series of one patient are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from desktop.messages import Message, message
from desktop.project import cases, cohort, drift, results
from desktop.project.agreement import Figure, kappa_figure
from desktop.project.database import Project
from desktop.project.drift import Compared, Seen
from desktop.project.results import Kept, Model
from desktop.reading.run import Verdict

DECIDED = (Verdict.POSITIVE, Verdict.NEGATIVE)

UNUSUAL, UNKNOWN = "unusual", "unknown"
"""Levels of familiarity at which a result is cautioned, and refused (`desktop.inference.familiarity`)."""


@dataclass(frozen=True)
class Month:
    """What a model answered in one month; `cases` counts series.

    Attributes:
        unusual, unknown: cases that are unlike the training: cautioned, and refused.
        distance: median; None where the model does not tell.
        answered, agreed: cases that readers have answered as well, and with the same answer.
    """

    month: str
    cases: int
    positive: int
    indeterminate: int
    unusual: int
    unknown: int
    distance: float | None
    answered: int
    agreed: int


@dataclass(frozen=True)
class Watched:
    """One model over time.

    Attributes:
        kappa: of its answers and the readers', None where nobody has answered.
        changes: of the positive share, the distance, and the agreement.
    """

    model: Model
    months: tuple[Month, ...]
    kappa: Figure | None
    positive: Compared
    distance: Compared
    agreement: Compared

    @property
    def drifts(self) -> bool | None:
        """Whether anything has changed; None where nothing can be said."""
        found = [one for one in (self.positive, self.distance, self.agreement) if one.why_not is None]
        return any(one.changed for one in found) if found else None

    @property
    def told(self) -> list[Message]:
        """The same in sentences."""
        return [
            _share_told(message("Share of positive cases"), self.positive),
            _size_told(message("Distance from the training, median"), self.distance),
            _share_told(message("Share of cases in which readers agree with it"), self.agreement),
        ]


@dataclass(frozen=True)
class _Case:
    """A result with its patient, and whether readers found invasion; None where they did not decide."""

    kept: Kept
    patient: str
    invaded: bool | None

    @property
    def decided(self) -> bool:
        return self.kept.answer.verdict in DECIDED

    @property
    def positive(self) -> bool:
        return self.kept.answer.verdict is Verdict.POSITIVE

    @property
    def comparable(self) -> bool:
        return self.decided and self.invaded is not None

    @property
    def agreed(self) -> bool:
        return self.comparable and self.positive is self.invaded


def watch(project: Project) -> list[Watched]:
    """Every model of a project, the one used last first. Of a case that it read by several marks, the last counts."""
    truth, patients = cohort.truth(project), {case.id: case for case in cases.every(project)}
    by_model: dict[Model, dict[str, _Case]] = {}
    for kept in results.every(project):
        case = patients[kept.case_id]
        if not case.excluded:
            own = by_model.setdefault(kept.model, {})
            own.pop(case.id, None)  # so that it stands where it was read last
            own[case.id] = _Case(kept, case.patient, truth.get(case.id))
    found = [_watched(model, list(own.values())) for model, own in by_model.items()]
    return sorted(found, key=lambda one: one.months[-1].month, reverse=True)


def _watched(model: Model, found: Sequence[_Case]) -> Watched:
    months: dict[str, list[_Case]] = {}
    for one in found:
        months.setdefault(one.kept.read[:7], []).append(one)
    pairs = [(one.patient, one.positive, one.invaded) for one in found if one.comparable]
    return Watched(
        model,
        tuple(_month(month, own) for month, own in months.items()),
        kappa_figure("answers of model and readers", "series", pairs),
        drift.shares(_seen(found, lambda one: float(one.positive) if one.decided else None)),
        drift.sizes(_seen(found, lambda one: one.kept.answer.distance)),
        drift.shares(_seen(found, lambda one: float(one.agreed) if one.comparable else None)),
    )


def _month(month: str, found: Sequence[_Case]) -> Month:
    levels = [one.kept.answer.level for one in found]
    distances = [one.kept.answer.distance for one in found if one.kept.answer.distance is not None]
    return Month(
        month,
        len(found),
        sum(one.positive for one in found),
        sum(not one.decided for one in found),
        levels.count(UNUSUAL),
        levels.count(UNKNOWN),
        median(distances) if distances else None,
        sum(one.comparable for one in found),
        sum(one.agreed for one in found),
    )


def _seen(found: Sequence[_Case], value: Callable[[_Case], float | None]) -> list[Seen]:
    """The first case of each patient that has the value, in the order in which they were read."""
    seen: dict[str, Seen] = {}
    for one in found:
        own = value(one)
        if own is not None and one.patient not in seen:
            seen[one.patient] = Seen(datetime.fromisoformat(one.kept.read), own)
    return list(seen.values())


def _share_told(what: Message, found: Compared) -> Message:
    if found.why_not is not None:
        return message("{what}: {why}.", what=what, why=found.why_not)
    return message(
        "{what}: {before} of the first {count} patients, {now} of the last {count} (p = {p:.2g}): {judged}.",
        what=what,
        before=round(sum(found.first)),
        now=round(sum(found.last)),
        count=len(found.first),
        p=found.probability,
        judged=_judged(found),
    )


def _size_told(what: Message, found: Compared) -> Message:
    if found.why_not is not None:
        return message("{what}: {why}.", what=what, why=found.why_not)
    return message(
        "{what}: {before:.2f} for the first {count} patients, {now:.2f} for the last {count} (p = {p:.2g}): {judged}.",
        what=what,
        before=median(found.first),
        now=median(found.last),
        count=len(found.first),
        p=found.probability,
        judged=_judged(found),
    )


def _judged(found: Compared) -> Message:
    return message("it has changed") if found.changed else message("no change was found")
