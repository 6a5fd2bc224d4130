"""What one reader did with one case: ROI, range, slice labels, answer.

An entry may lack any part: a verdict without an ROI is one, as in the paper, whose readers saw the full slices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from desktop.fields import Fields, Unfit
from desktop.messages import message
from desktop.project.cases import Case
from desktop.project.database import ProjectRefused
from desktop.reading.as_json import LARGEST, BeforeModel, Notes, SliceKey, notes_as_json, notes_of, roi_as_json, roi_of
from desktop.reading.measurement import Measurement
from desktop.reading.origin import Origin
from desktop.reading.roi import PositionRange, Roi, RoiRefused
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.strict_json import NotStrict, from_json


@dataclass(frozen=True)
class Entry:
    """What one reader did with one case, as far as it went.

    Attributes:
        roi, low_mm, high_mm: where to look; None where not marked.
        verdict: the reader's own answer.
        slice_labels: whether invasion is seen, by SOPInstanceUID and frame.
        origin: whether the reader made the marks, or took a suggestion over.
        remark: in the reader's words.
        before_model, key_slices: as in a reading.
    """

    roi: Roi | None = None
    low_mm: float | None = None
    high_mm: float | None = None
    verdict: Verdict | None = None
    slice_labels: Mapping[SliceKey, bool] = field(default_factory=dict)
    measurements: tuple[Measurement, ...] = ()
    origin: Origin = field(default_factory=Origin)
    remark: str = ""
    before_model: BeforeModel | None = None
    key_slices: Mapping[SliceKey, str] = field(default_factory=dict)

    @property
    def range(self) -> PositionRange | None:
        """Both ends, where both are marked."""
        if self.low_mm is None or self.high_mm is None:
            return None
        return PositionRange(min(self.low_mm, self.high_mm), max(self.low_mm, self.high_mm))

    @property
    def empty(self) -> bool:
        """Whether nothing was done."""
        return self == Entry()

    @property
    def answered(self) -> bool:
        """Whether a reader gives an answer in it, and stands for it: one from a proposal is nobody's yet."""
        return self.verdict is not None and self.origin.confirmed

    def document(self) -> dict[str, Any]:
        """As JSON."""
        notes = Notes(
            self.verdict, self.slice_labels, self.measurements, self.before_model, self.key_slices, self.remark
        )
        return {
            "roi": None if self.roi is None else roi_as_json(self.roi),
            "low_mm": self.low_mm,
            "high_mm": self.high_mm,
            **notes_as_json(notes),
            "origin": self.origin.document(),
        }

    @staticmethod
    def of(text: str) -> Entry:
        """What `document` gave, as text.

        Raises:
            ProjectRefused: it is damaged.
        """
        try:
            fields = Fields(from_json(text.encode()))
            notes = notes_of(fields, former=False)
            ends = [fields.number(end, -LARGEST, LARGEST) if fields.has(end) else None for end in ("low_mm", "high_mm")]
            return Entry(
                roi=roi_of(fields) if fields.has("roi") else None,
                low_mm=ends[0],
                high_mm=ends[1],
                verdict=notes.verdict,
                slice_labels=notes.slice_labels,
                measurements=notes.measurements,
                origin=Origin.of(fields),
                remark=notes.remark,
                before_model=notes.before_model,
                key_slices=notes.key_slices,
            )
        except (NotStrict, Unfit, RoiRefused) as error:
            raise ProjectRefused(
                message("An entry of the project is damaged, because {reason}.", reason=error.message)
            ) from None

    def reading(self, case: Case, confirmed_by: str) -> Reading | None:
        """The reading that a cohort takes; None where ROI or range is missing."""
        span = self.range
        if self.roi is None or span is None:
            return None
        return Reading(
            series=case.series,
            roi=self.roi,
            range=span,
            slice_labels=self.slice_labels,
            verdict=self.verdict,
            sop_instance_uid=case.sop_instance_uid,
            frame=case.frame,
            measurements=self.measurements,
            origin=replace(self.origin, confirmed_by=confirmed_by),
            before_model=self.before_model,
            key_slices=self.key_slices,
            remark=self.remark,
        )

    @staticmethod
    def from_reading(reading: Reading) -> Entry:
        """What a saved reading holds."""
        return Entry(
            reading.roi,
            reading.range.low_mm,
            reading.range.high_mm,
            reading.verdict,
            reading.slice_labels,
            reading.measurements,
            reading.origin,
            reading.remark,
            reading.before_model,
            reading.key_slices,
        )
