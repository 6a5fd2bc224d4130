"""The saved reading: what the reader marked, one JSON file that names series and slices by UID only."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.errors import InputRefused
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict

SCHEMA = "clivus-reading/1"


class ReadingRefused(InputRefused):
    """A reading file that cannot be used."""


@dataclass(frozen=True)
class Reading:
    """What a reader did with one series.

    Attributes:
        series: the series' name (SeriesInstanceUID, with ":2" and so on for further stacks in it).
        roi, range: where to look.
        slice_labels: SOPInstanceUID to "invasion seen on this slice"; empty when slices were not labelled.
        verdict: the reader's own answer, if given.
        result: the object that `read` printed, if the case was analysed.
        sop_instance_uid: of one slice of the stack, which finds it again whatever else lies in the folder; "" in
            readings that were saved without it.
    """

    series: str
    roi: Roi
    range: PositionRange
    slice_labels: dict[str, bool] = field(default_factory=dict)
    verdict: Verdict | None = None
    result: dict[str, Any] | None = None
    sop_instance_uid: str = ""

    def save(self, path: Path) -> None:
        """Write the reading; an older file is replaced whole or not at all."""
        text = json.dumps(
            {
                "schema": SCHEMA,
                "series": self.series,
                "sop_instance_uid": self.sop_instance_uid,
                "roi": dict(zip(("column", "row", "width", "height"), self.roi.rectangle, strict=True)),
                "range_mm": [self.range.low_mm, self.range.high_mm],
                "slice_labels": self.slice_labels,
                "verdict": self.verdict,
                "result": self.result,
            },
            indent=2,
        )
        partial = path.with_name(path.name + ".part")
        partial.write_text(text + "\n", encoding="utf-8")
        partial.replace(path)

    @staticmethod
    def load(path: Path) -> Reading:
        """Read a saved reading.

        Raises:
            ReadingRefused: there is no such file, or it is not a reading of this schema.
        """
        try:
            if path.exists() and not path.is_file():  # a pipe would be waited for
                raise ReadingRefused(f"The reading {path} is not a file: choose a saved reading.")
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            reason = error.strerror or "unreadable" if isinstance(error, OSError) else "it is not JSON"
            raise ReadingRefused(f"The reading {path} cannot be opened ({reason}): choose a saved reading.") from None
        try:
            if data["schema"] != SCHEMA:
                raise ReadingRefused(
                    f"The reading {path} has schema {data['schema']!r}, {SCHEMA!r} is expected: "
                    "save it again with this version."
                )
            roi, (low, high) = data["roi"], data["range_mm"]
            numbers = [*(roi[key] for key in ("column", "row", "width", "height")), low, high]
            labels = data.get("slice_labels", {})
            if not all(type(number) in (int, float) for number in numbers):
                raise TypeError("roi and range_mm hold something else than numbers")
            if not all(isinstance(label, bool) for label in labels.values()):
                raise TypeError("slice_labels holds something else than true and false")
            verdict = data.get("verdict")
            return Reading(
                series=str(data["series"]),
                roi=Roi(*(float(number) for number in numbers[:4])),
                range=PositionRange(float(low), float(high)),
                slice_labels=dict(labels),
                verdict=None if verdict is None else Verdict(verdict),
                result=data.get("result"),
                sop_instance_uid=str(data.get("sop_instance_uid", "")),
            )
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise ReadingRefused(
                f"The reading {path} is not complete ({type(error).__name__}: {error}): "
                "series, roi and range_mm are expected; save it again."
            ) from None
