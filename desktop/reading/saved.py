"""The saved reading: what the reader marked, one JSON file that names series and slices by UID only."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.errors import InputRefused
from desktop.files import write_json
from desktop.reading.fields import Fields, UnfitField
from desktop.reading.quoting import quoted
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict

SCHEMA = "clivus-reading/1"

SUFFIX = ".json"
"""By which a folder's list shows readings, so that one saved without it would seem lost."""

MAXIMUM_BYTES = 16 * 2**20
"""Labels and probabilities of three thousand slices are below 1 MiB; more is no reading, and would fill the memory."""


class ReadingRefused(InputRefused):
    """A reading file that cannot be used."""


@dataclass(frozen=True)
class Reading:
    """What a reader did with one series.

    Attributes:
        series: the series' name (SeriesInstanceUID, with ":2" and so on for further stacks in it).
        roi, range: where to look.
        slice_labels: SOPInstanceUID to "invasion seen on this slice"; empty when slices were not labelled. The frames
            of an Enhanced CT share one UID, so that they cannot be labelled.
        verdict: the reader's own answer, if given.
        result: the object that `read` printed, if the case was analysed.
        sop_instance_uid, frame: one slice of the stack, which finds it again whatever else lies in the folder, with its
            place in its file, from 0; "" and None in readings that were saved without it.
    """

    series: str
    roi: Roi
    range: PositionRange
    slice_labels: dict[str, bool] = field(default_factory=dict)
    verdict: Verdict | None = None
    result: dict[str, Any] | None = None
    sop_instance_uid: str = ""
    frame: int | None = None

    @property
    def names_slice(self) -> bool:
        """Whether it says by a slice of it, and not by its number only, which stack of the series is meant."""
        return bool(self.sop_instance_uid) and self.frame is not None

    def save(self, path: Path) -> None:
        """Write the reading; an older file is replaced whole or not at all.

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
                "roi": dict(zip(("column", "row", "width", "height"), self.roi.keys[0].rectangle, strict=True)),
                "range_mm": [self.range.low_mm, self.range.high_mm],
                "slice_labels": self.slice_labels,
                "verdict": self.verdict,
                "result": self.result,
            },
        )

    @staticmethod
    def load(path: Path) -> Reading:
        """Read a saved reading.

        Raises:
            ReadingRefused: there is no such file, or it is not a reading of this schema.
            RoiRefused, RangeRefused: it has an ROI or a range that cannot be.
        """
        data = _json(path)
        try:
            fields = Fields.of(data, "it")
            schema = fields.text("schema")
            if schema != SCHEMA:
                raise ReadingRefused(
                    f'The reading {path} has schema "{quoted(schema)}", "{SCHEMA}" is expected: '
                    "save it again with this version."
                )
            roi = fields.part("roi")
            return Reading(
                series=fields.text("series"),
                roi=Roi.everywhere(roi.number("column"), roi.number("row"), roi.number("width"), roi.number("height")),
                range=PositionRange(*fields.two_numbers("range_mm")),
                slice_labels=fields.labels("slice_labels"),
                verdict=fields.verdict_if_any("verdict"),
                result=fields.object_if_any("result"),
                sop_instance_uid=fields.text_if_any("sop_instance_uid"),
                frame=fields.count_if_any("frame"),
            )
        except UnfitField as error:
            raise ReadingRefused(
                f"The reading {path} cannot be used, since {error}: save it again, or choose another."
            ) from None


def with_suffix(path: Path) -> Path:
    """The file that a reading is saved as under a name that somebody typed: case.2026 is case.2026.json."""
    return path if path.suffix.lower() == SUFFIX else path.with_name(path.name.rstrip(". ") + SUFFIX)


def _json(path: Path) -> object:
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise ReadingRefused(f"The reading {path} is not a file: choose a saved reading.")
        with path.open("rb") as stream:
            content = stream.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise ReadingRefused(f"The reading {path} cannot be opened ({reason}): choose a saved reading.") from None
    if len(content) > MAXIMUM_BYTES:
        raise ReadingRefused(
            f"The reading {path} is larger than {MAXIMUM_BYTES // 2**20} MiB, which no reading is: choose a saved "
            "reading."
        )
    try:
        return json.loads(content.decode("utf-8-sig"))  # some editors put a mark before the text
    except (ValueError, RecursionError):
        raise ReadingRefused(f"The reading {path} cannot be opened (it is not JSON): choose a saved reading.") from None
