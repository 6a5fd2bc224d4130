"""What may be done with the case on the desk: everything in ordinary work, little in a reader study."""

from __future__ import annotations

from enum import Enum


class Terms(Enum):
    """What the case lies on the desk for. In a study nobody learns whose it is, what was done with it before, or what
    is suggested, and nothing of it is kept but the answer."""

    ORDINARY = "ordinary"
    UNAIDED = "unaided"
    """A study's case without the model."""
    AIDED = "aided"
    """A study's case with the model's answer for given marks."""
    RECTANGLES = "rectangles"
    """A study's case of which the rectangle is placed, over a given range."""

    @property
    def in_study(self) -> bool:
        """Whether the case belongs to a study."""
        return self is not Terms.ORDINARY

    @property
    def model_answers(self) -> bool:
        """Whether the model may judge."""
        return self in (Terms.ORDINARY, Terms.AIDED)

    @property
    def roi_is_placed(self) -> bool:
        """Whether the reader places the ROI."""
        return self in (Terms.ORDINARY, Terms.RECTANGLES)
