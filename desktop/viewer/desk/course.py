"""How far the reader has come: the state of each of the five steps."""

from __future__ import annotations

from enum import Enum

from desktop.messages import Message, message
from desktop.viewer.desk.case import Case


class StepState(Enum):
    """The state of a step; the value names it."""

    TO_DO = "to do"
    NOW = "now"
    DONE = "done"

    @property
    def label(self) -> Message:
        """The state in words."""
        return _LABELS[self]


_LABELS = {StepState.TO_DO: message("to do"), StepState.NOW: message("now"), StepState.DONE: message("done")}


def course_of(case: Case) -> tuple[StepState, ...]:
    """The states of series, range, ROI, result and report; of those that are not done the first is what to do now."""
    marks = case.marks
    done = [
        case.volume is not None,
        marks.span is not None,
        marks.roi is not None,
        case.result is not None,
        case.filed,
    ]
    states = [StepState.DONE if one else StepState.TO_DO for one in done]
    if StepState.TO_DO in states:
        states[states.index(StepState.TO_DO)] = StepState.NOW
    return tuple(states)
