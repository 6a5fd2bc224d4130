"""Which patients are learned from, watched and tested on: made once, written down, checked against leaks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from desktop.errors import InputRefused, WrongUse
from desktop.files import folder_made, write_json
from desktop.learning.cohort.examine import Identity
from desktop.learning.cohort.members import Cohort, Patient
from desktop.learning.cohort.shared import Shared, Trait, shared
from desktop.messages import counted, message
from desktop.unwritten import NotWritten

SCHEMA = "clivus-split/1"
TEST_SHARE, VALIDATION_SHARE = 0.3, 0.3
"""Of the patients, and of those in training (paper, sections "Study population" and "Deep learning")."""


NOBODY = "nobody"
"""In words, the patients that a fit was watched on which learned from all in training."""


class SplitRefused(InputRefused):
    """A split that cannot be made, read or used."""


class Leak(InputRefused):
    """Two cases on different sides of a split have something in common."""

    def __init__(self, pair: Shared, sides: tuple[str, str]) -> None:
        self.trait, self.cases = pair.trait, (pair.first.case, pair.second.case)
        both = {"case": pair.first.case, "side": sides[0], "other": pair.second.case, "other_side": sides[1]}
        if pair.trait is Trait.PIXELS:
            text = counted(
                "Case {case} in {side} and case {other} in {other_side} have the same pixels in {number} slice: they "
                "are of one patient, or copies; give them one patient key and split again.",
                "Case {case} in {side} and case {other} in {other_side} have the same pixels in {number} slices: they "
                "are of one patient, or copies; give them one patient key and split again.",
                pair.count,
                **both,
            )
        else:
            text = counted(
                "Case {case} in {side} and case {other} in {other_side} share the {trait} {value}: they are of one "
                "patient, or copies; give them one patient key and split again.",
                "Case {case} in {side} and case {other} in {other_side} share {number} {trait}s, such as {value}: they "
                "are of one patient, or copies; give them one patient key and split again.",
                pair.count,
                **both,
                trait=str(pair.trait),
                value=pair.value,
            )
        super().__init__(text)


@dataclass(frozen=True)
class Patients:
    """Keys of patients by label, each list in order."""

    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[str]:
        """Every key."""
        return frozenset(chain(self.positive, self.negative))

    def without(self, others: Patients) -> Patients:
        """Those that are not among `others`."""
        return Patients(
            tuple(key for key in self.positive if key not in others.all),
            tuple(key for key in self.negative if key not in others.all),
        )


@dataclass(frozen=True)
class Split:
    """Sides of a split by patient.

    Attributes:
        cohort: fingerprint of the cohort it was made for.
        seed: of the order in which patients were taken.
        training: everyone who is not in `test`; internal validation included.
        validation: those in training that a fit is watched on.
        test: measured once, at the end.
        folds: of the training patients, each in one fold; empty where none were asked for.

    Raises:
        SplitRefused: a patient is on two sides, or in two folds.
    """

    cohort: str
    seed: int
    training: Patients
    validation: Patients
    test: Patients
    folds: tuple[Patients, ...] = ()

    def __post_init__(self) -> None:
        _require_once([self.training, self.test], "training and test")
        if not self.validation.all <= self.training.all:
            raise SplitRefused(
                message(
                    "The split's internal validation holds a patient who is not in training ({patient}): make the "
                    "split again.",
                    patient=min(self.validation.all - self.training.all),
                )
            )
        if self.folds:
            _require_once(self.folds, "two folds")
            if frozenset(chain.from_iterable(fold.all for fold in self.folds)) != self.training.all:
                raise SplitRefused(
                    message("The split's folds do not hold the training patients: make the split again.")
                )

    def sides(self, fold: int | None = None, everyone: bool = False) -> tuple[Patients, Patients]:
        """Who is learned from and who is watched: those of internal validation or, counted from 0, of a fold.

        Args:
            everyone: without a fold, all training patients are learned from and nobody is watched.

        Raises:
            SplitRefused: there is no such fold.
        """
        if fold is None:
            if everyone:
                return self.training, Patients()
            return self.training.without(self.validation), self.validation
        if not 0 <= fold < len(self.folds):
            known = f"the folds 0 to {len(self.folds) - 1}" if self.folds else "no folds"
            raise SplitRefused(
                message(
                    "The split has {known}, not fold {fold}: name one of its own, or make a split with `clivus-train "
                    "cohort split --folds K`.",
                    known=known,
                    fold=fold,
                )
            )
        return self.training.without(self.folds[fold]), self.folds[fold]

    def watched(self, fold: int | None = None, everyone: bool = False) -> str:
        """The watched patients in words; see `sides`."""
        if everyone and fold is None:
            return NOBODY
        return "internal validation" if fold is None else f"fold {fold} of {len(self.folds)}"

    def place(self, patient: str) -> tuple[str, ...]:
        """Where a patient stands: the side in words, then the fold.

        Raises:
            SplitRefused: nowhere.
        """
        if patient in self.test.all:
            return ("test",)
        if patient not in self.training.all:
            raise SplitRefused(
                message(
                    "The patient {patient} is not in the split: make the split again for this cohort.", patient=patient
                )
            )
        side = "internal validation" if patient in self.validation.all else "training"
        return (side, *(f"fold {n}" for n, fold in enumerate(self.folds) if patient in fold.all))

    def require_of(self, cohort: Cohort) -> None:
        """Refuse a split that was made for other cases, or for other marks on them.

        Raises:
            SplitRefused: it was.
        """
        if self.cohort != cohort.fingerprint:
            raise SplitRefused(
                message(
                    "The split was made for another cohort than {cohort}, or a reading in it was changed since: bring "
                    "back what it was made for, or make a new split with `clivus-train cohort split`.",
                    cohort=cohort.source,
                )
            )

    def fingerprint(self) -> str:
        """SHA-256 of who stands where."""
        return hashlib.sha256(json.dumps(_sides(self), sort_keys=True).encode()).hexdigest()

    def save(self, path: Path, replace: bool = False) -> None:
        """Write the split for people and programs to read.

        Raises:
            WrongUse: `path` exists and is not to be replaced.
            NotWritten: the medium fails; an older file is then as it was.
        """
        if path.exists() and not replace:
            raise WrongUse(
                message(
                    "{path} exists already, and a split is made once, before anything is learned: name another file, "
                    "or give --force.",
                    path=path,
                )
            )
        numbers = {
            name: {"positive": len(side.positive), "negative": len(side.negative)}
            for name, side in (("training", self.training), ("validation", self.validation), ("test", self.test))
        }
        head = {"schema": SCHEMA, "cohort": self.cohort, "seed": self.seed, "unit": "patient", "numbers": numbers}
        try:
            with folder_made(path.parent):
                write_json(path, head | _sides(self))
        except OSError as error:
            raise NotWritten(path, error) from None

    @staticmethod
    def load(path: Path) -> Split:
        """Read a saved split.

        Raises:
            SplitRefused: there is no such file, or it is not a split of this schema.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            reason = error.strerror or "unreadable" if isinstance(error, OSError) else "it is not JSON"
            raise SplitRefused(
                message(
                    "The split {path} cannot be opened ({reason}): make one with `clivus-train cohort split`.",
                    path=path,
                    reason=reason,
                )
            ) from None
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise SplitRefused(
                message(
                    "{path} is not a split of the schema {schema}: make one with `clivus-train cohort split`.",
                    path=path,
                    schema=SCHEMA,
                )
            )
        try:
            return Split(
                str(data["cohort"]),
                int(data["seed"]),
                _patients(data["training"]),
                _patients(data["validation"]),
                _patients(data["test"]),
                tuple(_patients(fold) for fold in data["folds"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise SplitRefused(
                message(
                    "The split {path} is not complete ({kind}: {error}): make it again with `clivus-train cohort "
                    "split`.",
                    path=path,
                    kind=type(error).__name__,
                    error=error,
                )
            ) from None


def make_split(cohort: Cohort, test: float = TEST_SHARE, folds: int = 0, seed: int = 0) -> Split:
    """Divide a cohort's patients, each label in the same shares, and within a label each contrast phase.

    Args:
        test: share of the patients in test; 0 with folds only.
        folds: into how many the training patients are divided; 0 for none.
        seed: decides who goes where; the same cohort and seed give the same split on any machine.

    Raises:
        WrongUse: a share or number that makes no sense.
        SplitRefused: there are too few patients of either label.
    """
    if not 0 <= test < 1 or folds == 1 or folds < 0 or (test == 0 and not folds):
        raise WrongUse(message("A split needs a test share above 0 and below 1, or 0 and at least 2 folds."))
    tested = _part(cohort.patients, test, f"{seed}/test")
    kept = [patient for patient in cohort.patients if patient.key not in tested.all]
    split = _arranged(cohort, kept, tested, folds, seed)
    if test:
        _require_both(split.test, "test", cohort)
    return split


def arranged_split(cohort: Cohort, test: Iterable[str], seed: int = 0) -> Split:
    """The split whose test patients are given; internal validation is drawn from the others.

    Raises:
        SplitRefused: there are too few patients of either label in training.
    """
    wanted = frozenset(test)
    kept = [patient for patient in cohort.patients if patient.key not in wanted]
    return _arranged(cohort, kept, _sorted(p for p in cohort.patients if p.key in wanted), 0, seed)


def require_no_leak(cases: Iterable[Identity], split: Split) -> None:
    """Refuse cases that have something in common across the sides or folds of a split.

    Study, frame of reference, SOP instances and pixels are compared, training against test, learning against internal
    validation and fold against fold. One patient key on two sides is refused before that, when a `Split` is built.

    Raises:
        Leak: names the two cases and the trait.
        SplitRefused: a case's patient is not in the split.
    """
    for leak in leaks(cases, split):
        raise leak


def leaks(cases: Iterable[Identity], split: Split) -> Iterator[Leak]:
    """All leaks; see `require_no_leak`."""
    known = list(cases)
    place = {case.patient: split.place(case.patient) for case in known}

    def apart(first: Identity, second: Identity) -> bool:
        return place[first.patient] != place[second.patient]

    for pair in shared(known, Trait, apart):
        yield Leak(pair, (", ".join(place[pair.first.patient]), ", ".join(place[pair.second.patient])))


def _arranged(cohort: Cohort, kept: list[Patient], test: Patients, folds: int, seed: int) -> Split:
    training = _sorted(kept)
    _require_both(training, "training", cohort)
    validation = _part(kept, VALIDATION_SHARE, f"{seed}/validation")
    split = Split(cohort.fingerprint, seed, training, validation, test, _folds(kept, folds, f"{seed}/folds"))
    _require_both(validation, "internal validation", cohort)
    _require_both(split.sides()[0], "training beside internal validation", cohort)
    for number, fold in enumerate(split.folds):
        _require_both(fold, f"fold {number} of {folds}", cohort)
    return split


def _part(patients: Sequence[Patient], share: float, salt: str) -> Patients:
    """A share of the patients of each label, and in each label of each phase as nearly as whole patients allow."""
    taken: list[Patient] = []
    for positive in (True, False):
        same = [patient for patient in patients if patient.positive is positive]
        strata: dict[str, list[Patient]] = {}
        for patient in same:
            strata.setdefault(patient.phase, []).append(patient)
        wanted = round(share * len(same))
        numbers = {phase: int(share * len(members)) for phase, members in strata.items()}
        # What is left over goes where most was cut off, the larger stratum first.
        left = sorted(strata, key=lambda phase: (-(share * len(strata[phase]) % 1), -len(strata[phase]), phase))
        for phase in left[: wanted - sum(numbers.values())]:
            numbers[phase] += 1
        for phase, members in strata.items():
            taken += _shuffled(members, salt)[: numbers[phase]]
    return _sorted(taken)


def _folds(patients: Sequence[Patient], count: int, salt: str) -> tuple[Patients, ...]:
    """Patients dealt out like cards, label by label and phase by phase, so that folds differ by one of each at most."""
    members: list[list[Patient]] = [[] for _ in range(count)]
    if count:
        strata = sorted(_shuffled(patients, salt), key=lambda patient: (patient.positive, patient.phase))
        for number, patient in enumerate(strata):
            members[number % count].append(patient)
    return tuple(_sorted(fold) for fold in members)


def _shuffled(patients: Sequence[Patient], salt: str) -> list[Patient]:
    # By digest, not by a library's generator: the order stays the same in every version and on every machine.
    return sorted(patients, key=lambda patient: hashlib.sha256(f"{salt}/{patient.key}".encode()).digest())


def _sorted(patients: Iterable[Patient]) -> Patients:
    known = sorted(patients, key=lambda patient: patient.key)
    return Patients(
        tuple(patient.key for patient in known if patient.positive),
        tuple(patient.key for patient in known if not patient.positive),
    )


def _require_both(side: Patients, name: str, cohort: Cohort) -> None:
    if not (side.positive and side.negative):
        positive = sum(patient.positive for patient in cohort.patients)
        raise SplitRefused(
            message(
                "The cohort {cohort} has {positive} positive and {negative} negative patients, so {side} would have no "
                "{lacking} ones: add patients, or ask for other shares or fewer folds.",
                cohort=cohort.source,
                positive=positive,
                negative=len(cohort.patients) - positive,
                side=name,
                lacking="negative" if side.positive else "positive",
            )
        )


def _require_once(sides: Sequence[Patients], where: str) -> None:
    seen: set[str] = set()
    for key in chain.from_iterable((*side.positive, *side.negative) for side in sides):
        if key in seen:
            raise SplitRefused(
                message(
                    "The patient {key} appears twice in the split, in {where}: make the split again.",
                    key=key,
                    where=where,
                )
            )
        seen.add(key)


def _sides(split: Split) -> dict[str, Any]:
    return {
        "training": _listed(split.training),
        "validation": _listed(split.validation),
        "test": _listed(split.test),
        "folds": [_listed(fold) for fold in split.folds],
    }


def _listed(side: Patients) -> dict[str, list[str]]:
    return {"positive": list(side.positive), "negative": list(side.negative)}


def _patients(data: dict[str, list[str]]) -> Patients:
    lists = data["positive"], data["negative"]
    if not all(isinstance(keys, list) and all(isinstance(key, str) for key in keys) for keys in lists):
        raise TypeError("lists of patients' keys are expected")
    return Patients(*(tuple(keys) for keys in lists))
