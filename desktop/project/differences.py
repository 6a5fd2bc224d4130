"""Two readers of one case beside each other: what they marked and answered differently. Nothing of Qt or pixels."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.imaging.geometry import Rectangle
from desktop.messages import Message, counted, message
from desktop.project.cases import Case
from desktop.project.entry import Entry
from desktop.reading.as_json import SliceKey

END_MM = 3.0
"""Ends of the range that lie no farther apart than this agree: about a slice."""

OVERLAP = 0.7
"""Rectangles with this Dice agree. Two readers of the paper's Figure 7 differed by a few mm, which gives 0.85."""


@dataclass(frozen=True)
class Differences:
    """How far two readers of one case are apart; None where one of them has nothing to compare.

    Attributes:
        low_mm, high_mm: the second reader's end of the range less the first one's.
        dice: of the rectangles, the mean over the slices that both ranges contain.
        slices: labelled differently, by key; empty where both labelled none.
        answer: whether the answers differ.
    """

    low_mm: float | None
    high_mm: float | None
    dice: float | None
    slices: tuple[SliceKey, ...]
    answer: bool | None

    @property
    def agree(self) -> bool:
        """Whether nothing has to be settled."""
        ends = all(off is None or abs(off) <= END_MM for off in (self.low_mm, self.high_mm))
        overlap = self.dice is None or self.dice >= OVERLAP
        return ends and overlap and not self.slices and not self.answer

    @property
    def told(self) -> tuple[Message, ...]:
        """What has to be settled, as clauses."""
        clauses = [message("verdict")] if self.answer else []
        if self.slices:
            clauses.append(counted("{number} slice", "{number} slices", len(self.slices)))
        for off, clause in (
            (self.high_mm, message("upper end {mm:+.1f} mm", mm=self.high_mm)),
            (self.low_mm, message("lower end {mm:+.1f} mm", mm=self.low_mm)),
        ):
            clauses += [clause] if off is not None and abs(off) > END_MM else []
        if self.dice is not None and self.dice < OVERLAP:
            clauses.append(message("ROI (Dice {dice:.2f})", dice=self.dice))
        return tuple(clauses)


def between(case: Case, one: Entry, other: Entry) -> Differences:
    """What differs between two entries of a case."""
    ends = [
        None if a is None or b is None else b - a for a, b in ((one.low_mm, other.low_mm), (one.high_mm, other.high_mm))
    ]
    keys = sorted(
        (key for key in {*one.slice_labels, *other.slice_labels} if _differ(one, other, key)),
        key=lambda key: (key[0], key[1] or 0),
    )
    answer = None if one.verdict is None or other.verdict is None else one.verdict is not other.verdict
    return Differences(ends[0], ends[1], _dice(case, one, other), tuple(keys), answer)


def _differ(one: Entry, other: Entry, key: SliceKey) -> bool:
    """Only slices that both labelled are compared: one that lies outside the own range was not looked at."""
    return key in one.slice_labels and key in other.slice_labels and one.slice_labels[key] != other.slice_labels[key]


def _dice(case: Case, one: Entry, other: Entry) -> float | None:
    first, second = one.range, other.range
    if one.roi is None or other.roi is None:
        return None
    spans = [span for span in (first, second) if span is not None]
    at = [place for place in case.positions_mm if all(span.contains(place) for span in spans)]
    at = at or [spans[0].middle_mm if spans else one.roi.keys[0].position_mm]
    return sum(dice(one.roi.at(place), other.roi.at(place)) for place in at) / len(at)


def dice(one: Rectangle, other: Rectangle) -> float:
    """Twice the shared area by the sum of areas (Dice 1945), of two rectangles of one slice."""
    wide, high = (max(0.0, min(one[k] + one[k + 2], other[k] + other[k + 2]) - max(one[k], other[k])) for k in (0, 1))
    return 2 * wide * high / (one[2] * one[3] + other[2] * other[3])
