"""The skull base of a volume: mid-sagittal plane, clivus and sphenoid floor; or why it was not found."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from desktop.errors import InputRefused, Reason
from desktop.imaging.volume import Volume
from desktop.messages import Message, message
from desktop.suggestion.clivus_pose import SCALES, ClivusPose, find_clivus
from desktop.suggestion.floor import sphenoid_floor
from desktop.suggestion.grid import Grid, Points
from desktop.suggestion.midline import LEAST_SYMMETRY, Midline, find_midline

LEAST_SLICES = 4
"""Of fewer there is no skull base to find."""

LEAST_SCORE = 0.87
"""Of a clivus' pose. Heads have 0.89 and more, a plastic head 0.54, a stack that begins above the basion 0.84."""

LEAST_SCALE = SCALES[0] + 0.005
"""Where only the smallest clivus that is tried fits, it is a child's, or something else: heads with front and back
exchanged reached a score of 0.94 so."""

ESSENTIAL = ("clivus", "foramen magnum and canal", "condyles and atlas", "petrous apices", "pterygoid roots")
"""Parts of `anatomy` that the slices have to show: without those below, or those above, a stack of the brain or of the
neck looks like a skull base somewhere."""

MOST_OUTSIDE_MM = 6.0
"""So far outside the slices an end of the range may lie and still be known."""


class NoSuggestion(InputRefused):
    """Nothing is suggested; the sentence says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(
            message("No range and no ROI are suggested, since {reason}: mark them as the landmarks say.", reason=reason)
        )


@dataclass(frozen=True, eq=False)
class SkullBase:
    """What was found in a volume. Points are in mm along the stack's axes, as `Grid` has them; z is a position.

    Attributes:
        axes: [3, 3] across, down and normal of the stack as patient directions, in rows.
        sphenoid_floor: [3] the base of the sphenoid sinus.
    """

    axes: Points
    midline: Midline
    clivus: ClivusPose
    sphenoid_floor: Points

    @property
    def ends_mm(self) -> tuple[float, float]:
        """Positions of basion and sphenoid floor, the lower first: in heads bent far back it is the floor's."""
        low, high = sorted((float(self.clivus.basion[2]), float(self.sphenoid_floor[2])))
        return low, high

    def to_patient(self, point: Points) -> Points:
        """Patient mm [..., 3]."""
        return np.asarray(point @ self.axes)


class _NotFound(Reason):
    """Why there is no skull base: a clause that follows "since"."""


_KNOWN: WeakKeyDictionary[Volume, SkullBase | Message] = WeakKeyDictionary()
"""Of volumes that are in memory: suggestion and place check look at the same one."""


def skull_base_of(volume: Volume) -> SkullBase:
    """The skull base of a volume, looked for once.

    Raises:
        NoSuggestion: there is none, or it is not sure enough.
    """
    found = _KNOWN.get(volume)
    if found is None:
        try:
            found = _find(volume)
        except _NotFound as reason:
            found = reason.message  # the exception itself would keep the volume in memory
        _KNOWN[volume] = found
    if isinstance(found, Message):
        raise NoSuggestion(found)
    return found


def _find(volume: Volume) -> SkullBase:
    positions = volume.geometry.positions_mm
    if volume.series.modality != "CT":
        raise _NotFound(message("this is not a CT"))
    if not volume.geometry.is_axial:
        raise _NotFound(message("these are not axial slices"))
    if len(positions) < LEAST_SLICES:
        raise _NotFound(message("so few slices hold no skull base"))
    grid = Grid.of(volume)
    midline = find_midline(grid) if grid else None
    if midline and midline.symmetry < LEAST_SYMMETRY:
        raise _NotFound(message("the two sides of what this CT shows differ too much"))
    clivus = find_clivus(grid, midline) if grid and midline else None
    if grid is None or midline is None or clivus is None:
        raise _NotFound(message("there is too little of a head in this CT"))
    if clivus.score < LEAST_SCORE:
        raise _NotFound(message("nothing in this CT looks enough like a skull base"))
    if clivus.upside_down_score > clivus.score:
        raise _NotFound(message("this CT looks more like a head upside down"))
    if clivus.scale < LEAST_SCALE:
        raise _NotFound(message("what looks like a skull base is smaller than an adult's"))
    if not all(name in clivus.parts for name in ESSENTIAL):
        raise _NotFound(message("the slices do not reach far enough above and below the clivus"))
    floor = sphenoid_floor(grid, clivus)
    if clivus.basion[2] < positions[0] - MOST_OUTSIDE_MM:
        raise _NotFound(message("the CT begins above the lower end of the clivus"))
    if floor[2] > positions[-1] + MOST_OUTSIDE_MM:
        raise _NotFound(message("the CT ends below the base of the sphenoid sinus"))
    return SkullBase(grid.axes, midline, clivus, floor)
