"""A project's cases as a cohort, without a file between them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop.learning.cohort.members import Case
from desktop.learning.cohort.problem import about
from desktop.messages import Message
from desktop.project import cases
from desktop.project.cohort import ready
from desktop.project.database import Project


def cases_of(
    project: Project, find: Callable[[cases.Case], Path | None]
) -> tuple[tuple[Case, ...], dict[str, Message]]:
    """The cases that are ready, and why each of the others is not, in a sentence by its key.

    Args:
        find: where the series of a case lies.
    """
    found, left_out = ready(project, find)
    taken = [
        Case(one.case.key, one.case.patient, one.place, one.reading, None, one.case.contrast, one.case.strata)
        for one in found
    ]
    return tuple(taken), {key: about(key, why) for key, why in left_out.items()}
