"""Saved readings: what a reader marked, in one JSON file that names series and slices by UID only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.errors import InputRefused
from desktop.fields import Fields, Unfit
from desktop.files import write_json
from desktop.messages import message
from desktop.plain_file import NotPlain, read_plain
from desktop.quoting import quoted
from desktop.reading.as_json import (
    LARGEST,
    MAXIMUM_BYTES,
    MOST_FRAMES,
    BeforeModel,
    Notes,
    SliceKey,
    former_roi_of,
    notes_as_json,
    notes_of,
    roi_as_json,
    roi_of,
)
from desktop.reading.measurement import Measurement
from desktop.reading.origin import Origin
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import shortened

_NUMBER = 2
SCHEMA = f"clivus-reading/{_NUMBER}"
FORMER_SCHEMA = "clivus-reading/1"
"""Has one rectangle without a position, labels by SOPInstanceUID without a frame, no measurements, one verdict."""

_NUMBERED = re.compile(r"clivus-reading/(\d{1,9})")

_RESULTS = "clivus-result/"
"""What `result.json` begins its schema with (`desktop.report`); it lies beside readings, and is taken for one."""

_MARK = b"\xef\xbb\xbf"
"""Byte order mark, which some editors write."""

SUFFIX = ".json"
"""The suffix that the file dialog lists: a reading saved without it would seem lost."""


class ReadingRefused(InputRefused):
    """A reading file that cannot be used."""


@dataclass(frozen=True)
class Reading:
    """What a reader did with one series.

    Attributes:
        series: the series' name (SeriesInstanceUID, with ":2" and so on for further stacks in it).
        roi, range: where to look.
        slice_labels: whether invasion is seen, by SOPInstanceUID and frame; empty if slices were not labelled.
        verdict: the reader's own answer, if given.
        result: the object that `read` printed, if the case was analysed.
        sop_instance_uid, frame: one slice of the stack and its number in the file, from 0, by which the stack is
            found again whatever else is in the folder; "" and None in readings saved without them.
        measurements: distances, angles and ellipses that the reader measured.
        origin: whether a reader made all of this, or confirmed it.
        before_model: the reader's answer until the model's was seen; None while it was not, or where that is unknown.
        key_slices: the slices that the reader chose, by SOPInstanceUID and frame, each with a note or "".
        remark: on the case, in the reader's words.
    """

    series: str
    roi: Roi
    range: PositionRange
    slice_labels: Mapping[SliceKey, bool] = field(default_factory=dict)
    verdict: Verdict | None = None
    result: dict[str, Any] | None = None
    sop_instance_uid: str = ""
    frame: int | None = None
    measurements: tuple[Measurement, ...] = ()
    origin: Origin = field(default_factory=Origin)
    before_model: BeforeModel | None = None
    key_slices: Mapping[SliceKey, str] = field(default_factory=dict)
    remark: str = ""

    @property
    def names_slice(self) -> bool:
        """Whether the reading identifies its stack by a slice, and not only by the number of the stack."""
        return bool(self.sop_instance_uid) and self.frame is not None

    def save(self, path: Path) -> None:
        """Write the reading; an older file is replaced completely or not at all.

        Raises:
            NotWritten: it cannot be written.
        """
        write_json(
            path,
            {
                "schema": SCHEMA,
                "series": self.series,
                "sop_instance_uid": self.sop_instance_uid,
                "frame": self.frame,
                "roi": roi_as_json(self.roi),
                "range_mm": [self.range.low_mm, self.range.high_mm],
                **notes_as_json(self._notes),
                "origin": self.origin.document(),
                "result": self.result,
            },
        )

    @property
    def _notes(self) -> Notes:
        return Notes(
            self.verdict, self.slice_labels, self.measurements, self.before_model, self.key_slices, self.remark
        )

    def require_confirmed(self, path: Path) -> Reading:
        """This reading, unless it is a proposal that no reader has confirmed.

        Args:
            path: the file it was read from.

        Raises:
            ReadingRefused: it is.
        """
        if self.origin.confirmed:
            return self
        raise ReadingRefused(
            message(
                "The reading {path} is a proposal (range {range}, ROI {roi}, labels from {labels}), not confirmed by a "
                "reader: look at it in the window, then use `clivus-train cohort confirm`.",
                path=shortened(path),
                range=self.origin.range,
                roi=self.origin.roi,
                labels=quoted(self.origin.labels or "a reader"),
            )
        )

    @staticmethod
    def load(path: Path) -> Reading:
        """Read a saved reading, of this schema or the former one.

        Raises:
            ReadingRefused: there is no such file, or it is not a reading of these schemas.
            RoiRefused, RangeRefused: its ROI or range is invalid.
        """
        try:
            # Links are followed: the reader chose the file by this name.
            content = read_plain(Path(os.path.realpath(path)), MAXIMUM_BYTES)
            fields = Fields(from_json(content.removeprefix(_MARK)))
            schema = fields.text_if_any("schema")
            if schema not in (SCHEMA, FORMER_SCHEMA):
                raise _other_schema(schema, path)
            return _reading(fields, former=schema == FORMER_SCHEMA)
        except (NotPlain, NotStrict) as error:
            raise ReadingRefused(
                message(
                    "The reading {path} cannot be opened, because {reason}: choose a saved reading.",
                    path=shortened(path),
                    reason=error.message,
                )
            ) from None
        except Unfit as error:
            raise ReadingRefused(
                message(
                    "The reading {path} cannot be used, because {reason}: save it again, or choose another.",
                    path=shortened(path),
                    reason=error.message,
                )
            ) from None


def with_suffix(path: Path) -> Path:
    """The file name for a reading, from a name that the user typed: "case.2026" becomes "case.2026.json"."""
    return path if path.suffix.lower() == SUFFIX else path.with_name(path.name.rstrip(". ") + SUFFIX)


def _reading(fields: Fields, former: bool) -> Reading:
    span = PositionRange(*fields.numbers("range_mm", 2, -LARGEST, LARGEST))
    notes = notes_of(fields, former)
    return Reading(
        series=fields.text("series"),
        roi=former_roi_of(fields, span.middle_mm) if former else roi_of(fields),
        range=span,
        slice_labels=notes.slice_labels,
        verdict=notes.verdict,
        result=fields.values("result") if fields.has("result") else None,
        sop_instance_uid=fields.text_if_any("sop_instance_uid"),
        frame=fields.whole("frame", 0, MOST_FRAMES) if fields.has("frame") else None,
        measurements=notes.measurements,
        origin=Origin.of(fields),
        before_model=notes.before_model,
        key_slices=notes.key_slices,
        remark=notes.remark,
    )


def _other_schema(schema: str, path: Path) -> ReadingRefused:
    numbered = _NUMBERED.fullmatch(schema)
    if numbered and int(numbered[1]) > _NUMBER:
        return ReadingRefused(
            message(
                "The reading {path} was saved by a newer version of Clivus (its schema is {schema}): open it with that "
                "version, or install that version here.",
                path=shortened(path),
                schema=schema,
            )
        )
    if schema.startswith(_RESULTS):
        return ReadingRefused(
            message(
                "{path} is a result, the model's answer for one case, and not a reading, which holds what a reader "
                "marked: open the CT, or a saved reading.",
                path=shortened(path),
            )
        )
    return ReadingRefused(
        message(
            "{path} is not a saved reading: choose a CT, or a reading that was saved as a file (Ctrl+Alt+S).",
            path=shortened(path),
        )
    )
