"""A project's cases as a cohort, without a file between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.inference.manifest import LearnedFrom
from desktop.learning.cohort.members import Case
from desktop.learning.cohort.problem import about
from desktop.messages import Message
from desktop.project import cases
from desktop.project.cohort import ready
from desktop.project.database import Project
from desktop.project.identity import learned_digest


@dataclass(frozen=True)
class ProjectCases:
    """What a project has to learn from.

    Attributes:
        ready: the cases that are.
        left_out: keys of the others, each with a sentence that says why.
        project: its id.
        digests: what stands for each case in a model's description, by the case's key.
    """

    ready: tuple[Case, ...]
    left_out: dict[str, Message]
    project: str
    digests: Mapping[str, str]

    @staticmethod
    def of(project: Project, find: Callable[[cases.Case], Path | None]) -> ProjectCases:
        """The cases of a project.

        Args:
            find: where the series of a case lies.
        """
        found, left_out = ready(project, find)
        taken = tuple(
            Case(one.case.key, one.case.patient, one.place, one.reading, None, one.case.contrast, one.case.strata)
            for one in found
        )
        digests = {one.case.key: learned_digest(project.salt, one.case.id) for one in found}
        return ProjectCases(taken, {key: about(key, why) for key, why in left_out.items()}, project.id, digests)

    def learned_from(self, keys: Iterable[str]) -> LearnedFrom:
        """What a model says that has learned from the cases with these keys. In the order of the digests, which tells
        nothing of the project's."""
        return LearnedFrom(self.project, tuple(sorted(self.digests[key] for key in keys)))
