"""The landmarks of ROI and range, and the size of the ROI."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.messages import Message, message, verbatim

PTERYGOID_PROCESS = message("pterygoid process")
CLIVUS_POSTERIOR_END = message("posterior end of the clivus")
CAROTID_ARTERIES = message("internal carotid arteries")

UPPER_END = message("base of the sphenoid sinus")
LOWER_END = message("lower end of the clivus")
"""Ends of the range (paper, section "Image preprocessing and deep-learning analysis")."""

_KNOWN = {str(name): name for name in (PTERYGOID_PROCESS, CLIVUS_POSTERIOR_END, CAROTID_ARTERIES)}

_PAPER_CM2 = 18.0
_USUAL_CM2 = (14.0, 22.0)
_JUDGEABLE_CM2 = (9.0, 32.0)
"""Limits for the paper's area; scaled in proportion for models with another area. They withhold rectangles of twice the
area, 36 cm², of which only two in five look strange to the network (docs/decisions.md)."""

POSSIBLE_CM2 = (6.0, 50.0)
"""What a site may ask for as its model's area."""


@dataclass(frozen=True)
class RoiGuidance:
    """How the ROI is drawn for a model.

    Attributes:
        area_cm2: the area used in training.
        front, back, sides: the landmark at each edge, in English.
    """

    area_cm2: float
    front: str
    back: str
    sides: str

    @property
    def usual_cm2(self) -> tuple[float, float]:
        """Outside these limits the ROI was probably drawn differently: a warning."""
        return self._in_proportion(_USUAL_CM2)

    @property
    def judgeable_cm2(self) -> tuple[float, float]:
        """Outside these limits a rectangle cannot contain nasopharynx and clivus, or is far too large: no verdict."""
        return self._in_proportion(_JUDGEABLE_CM2)

    def landmark(self, edge: str) -> Message:
        """The landmark at "front", "back" or "sides", translated if it is a known one."""
        name: str = getattr(self, edge)
        return _KNOWN.get(name) or verbatim(name)

    def _in_proportion(self, limits: tuple[float, float]) -> tuple[float, float]:
        low, high = limits
        return self.area_cm2 * low / _PAPER_CM2, self.area_cm2 * high / _PAPER_CM2


PAPERS_ROI = RoiGuidance(_PAPER_CM2, str(PTERYGOID_PROCESS), str(CLIVUS_POSTERIOR_END), str(CAROTID_ARTERIES))
"""The paper's "approximately 18 cm2" and its edges (section "Image preprocessing and deep-learning analysis")."""
