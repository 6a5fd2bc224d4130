"""Which cases of a cohort are evaluated, and whether the model may have learned from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desktop.errors import InputRefused, WrongUse
from desktop.inference.manifest import Manifest
from desktop.learning.cohort.members import Case, Cohort
from desktop.learning.cohort.split import NOBODY, Split
from desktop.messages import message
from desktop.quoting import quoted

Side = Literal["test", "validation", "all"]

SHOWN_AT_RANDOM = 2
"""Cases of each label whose slices a report shows whatever the model says of them."""


class NotIndependent(InputRefused):
    """The cases may be those that the model learned from."""


@dataclass(frozen=True)
class ChosenCases:
    """What is evaluated.

    Attributes:
        test_set: the split's file, or else the cohort; looks at it are recorded beside it. None where the cases are
            of the training side: whoever looks at those does not choose by the test side.
        words: which cases these are.
        watched: others that the model did not learn from, on which a cut-off may be chosen: those of internal
            validation, or of the fold that was watched; empty without a split. `watched_words` says which.
    """

    cases: tuple[Case, ...]
    test_set: Path | None
    words: str
    watched: tuple[Case, ...] = ()
    watched_words: str = ""


def choose_cases(cohort: Cohort, split_file: Path | None, side: Side, manifest: Manifest) -> ChosenCases:
    """The cases of one side of a split, or all of a cohort that the model has nothing to do with.

    Raises:
        WrongUse: a side is asked for without a split.
        SplitRefused: the split cannot be read, or was made for another cohort.
        NotIndependent: the model learned from this cohort, and the split does not tell from whom.
    """
    learned_here = manifest.fingerprints.get("cohort") == cohort.fingerprint
    if split_file is None:
        if side == "validation":
            raise WrongUse(message("Internal validation is a side of a split: name the split with --split."))
        if learned_here:
            raise NotIndependent(
                message(
                    "The model {model} learned from patients of {cohort}: name the split that it was fitted "
                    "with (--split), and the patients that it never saw are evaluated.",
                    model=manifest.id,
                    cohort=cohort.source,
                )
            )
        return ChosenCases(cohort.cases, cohort.source, f"all cases of {cohort.source.resolve().name}")
    split = Split.load(split_file)
    split.require_of(cohort)
    if learned_here and manifest.fingerprints.get("whole split") != split.fingerprint():
        raise NotIndependent(
            message(
                "The model {model} learned from this cohort with a split other than {split}, so it may have "
                "seen the patients that this one holds back: name the split that it was fitted with.",
                model=manifest.id,
                split=split_file,
            )
        )
    if side == "all" and learned_here:
        raise NotIndependent(
            message(
                "The model {model} learned from the training patients of this split: evaluate its test side.",
                model=manifest.id,
            )
        )
    everyone = learned_here and manifest.cohort.get("watched") == NOBODY
    if everyone and side == "validation":
        raise NotIndependent(
            message(
                "The model {model} learned from all training patients of this split, internal validation included: "
                "its card has the figures of the folds; evaluate its test side.",
                model=manifest.id,
            )
        )
    fold = manifest.cohort.get("fold") if learned_here else None
    watched, where = _of(cohort, split.sides(fold, everyone)[1].all), split.watched(fold, everyone)
    if side == "all":
        return ChosenCases(cohort.cases, split_file, f"all cases of {cohort.source.resolve().name}")
    if side == "validation":
        whom = f"patients of {where}, on whom the fit was watched" if learned_here else f"patients of {where}"
        return ChosenCases(watched, None, whom)
    cases = _of(cohort, split.test.all)
    if not cases:
        raise NotIndependent(
            message("The split {split} has no test patients: make one with a test share.", split=split_file)
        )
    return ChosenCases(cases, split_file, "test patients of the split", watched, f"the patients of {where}")


def cases_to_show(chosen: ChosenCases, asked: Iterable[str]) -> dict[str, str]:
    """Keys of the cases whose slices a report shows, each with why: those asked for, and some drawn by the key alone.

    Drawn before anything is judged, so that nobody can choose the fine ones.

    Raises:
        WrongUse: a case that is asked for is not evaluated.
    """
    shown: dict[str, str] = {}
    for positive in (True, False):
        keys = [case.key for case in chosen.cases if case.positive is positive]
        drawn = sorted(keys, key=lambda key: hashlib.sha256(f"shown/{key}".encode()).digest())[:SHOWN_AT_RANDOM]
        shown |= dict.fromkeys(drawn, "drawn at random")
    keys_here = {case.key for case in chosen.cases}
    for key in asked:
        if key not in keys_here:
            raise WrongUse(
                message(
                    "There is no case {case} among {which}: name cases that are evaluated with --show.",
                    case=quoted(key),
                    which=chosen.words,
                )
            )
        shown[key] = "chosen by hand"
    return shown


def _of(cohort: Cohort, patients: frozenset[str]) -> tuple[Case, ...]:
    return tuple(case for case in cohort.cases if case.patient in patients)
