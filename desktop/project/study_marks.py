"""Range and ROI on which the model judges a case of a reader study, and over which a second reader places the ROI."""

from __future__ import annotations

from desktop.fields import Fields, Unfit
from desktop.messages import Message, message
from desktop.project.cases import Case
from desktop.project.cohort import counting
from desktop.project.database import Project, ProjectRefused
from desktop.project.entry import Entry
from desktop.reading.as_json import LARGEST, roi_of
from desktop.reading.roi import RoiRefused
from desktop.strict_json import NotStrict, from_json


def marks_of(project: Project, case: Case) -> Entry:
    """The marks of the entry that counts for a case; where it lacks any, what is suggested. Nothing else of the entry:
    its verdict is no reader's business. Empty where there is neither.

    Raises:
        ProjectRefused: the suggestion in the project is damaged.
    """
    taken = counting(project, case)
    if not isinstance(taken, Message):
        entry = taken.kept.entry
        if entry.roi is not None and entry.range is not None:
            return Entry(entry.roi, entry.range.low_mm, entry.range.high_mm)
    return _suggested(case)


def _suggested(case: Case) -> Entry:
    if not case.suggestion:
        return Entry()
    try:
        fields = Fields(from_json(case.suggestion.encode()))
        if not fields.has("roi"):
            return Entry()
        low, high = fields.numbers("range_mm", 2, -LARGEST, LARGEST)
        return Entry(roi_of(fields), low, high)
    except (NotStrict, Unfit, RoiRefused) as error:
        raise ProjectRefused(
            message("A suggestion of the project is damaged, because {reason}.", reason=error.message)
        ) from None
