"""A structured report of Clivus as the reading that it was made of; written by `structured_report`.

What it says is as untrusted as any file: reports travel, and others may claim to be Clivus.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.errors import ClivusError, Reason
from desktop.imaging import dicom
from desktop.imaging.attributes import UnfitFile
from desktop.imaging.dataset import Budget, by_keyword, read_file
from desktop.messages import message
from desktop.reading.as_json import LARGEST
from desktop.reading.origin import Origin
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.report.dicom import coded_terms
from desktop.report.dicom.algorithm import Parameters
from desktop.report.document import SCHEMA
from desktop.system_errors import reason_of

_WHEN = ("ContentDate", "ContentTime")
_WANTED = ("ContentSequence", *_WHEN)

_BYTES, _READS = 64 * 2**20, 4_000_000
"""Limits for reading, far above the report of a thousand slices."""

_DEEPEST = 8
"""Levels of content; a report has five."""


class ReportUnfit(Reason):
    """Why a report cannot be shown; a clause that follows "because"."""


@dataclass(frozen=True)
class StoredReport:
    """What a report says.

    Attributes:
        reading: range, ROI and the model's answer.
        made_at: date and time, to be compared with those of other reports.
    """

    reading: Reading
    made_at: str


def read_report(path: Path) -> StoredReport:
    """Read a report that the header says is Clivus' own.

    Raises:
        ReportUnfit: it is damaged, or another program's.
    """
    try:
        with path.open("rb") as stream:
            found = read_file(stream, _WANTED, Budget(_BYTES, _READS))
            values = by_keyword(found.dataset, found.budget)
            content = list(_below(values.get("ContentSequence"), found.budget))
        return StoredReport(_reading(content), "".join(str(values.get(name, "")) for name in _WHEN))
    except (UnfitFile, ClivusError) as error:
        raise ReportUnfit(error.message) from None
    except OSError as error:
        raise ReportUnfit(message("it cannot be opened ({error})", error=reason_of(error))) from None
    except (ValueError, TypeError, LookupError, AttributeError):  # whatever a damaged file lets be found
        raise ReportUnfit(message("its content is not what Clivus writes")) from None


@dataclass(frozen=True)
class _Item:
    """One content item: its name as (code, scheme), its attributes, and the items below it."""

    name: tuple[str, str]
    values: dict[str, Any]
    below: tuple[_Item, ...]

    def all(self, term: coded_terms.Term) -> list[_Item]:
        """The items of this name directly below."""
        return [item for item in self.below if item.name == (term.value, term.scheme)]

    def one(self, term: coded_terms.Term) -> _Item:
        (found,) = self.all(term)
        return found

    def number(self, term: coded_terms.Term) -> float:
        """The value of the measurement of this name."""
        measured = self.one(term).values["MeasuredValueSequence"][0]
        value = float(measured["FloatingPointValue" if "FloatingPointValue" in measured else "NumericValue"].value)
        if not (math.isfinite(value) and abs(value) <= LARGEST):
            raise ValueError
        return value

    def text(self) -> str:
        return str(self.values["TextValue"])


def _below(items: Any, budget: Budget, level: int = 0) -> Iterator[_Item]:
    if level == _DEEPEST:
        raise ValueError
    for dataset in items or []:
        values = by_keyword(dataset, budget)
        children = tuple(_below(values.pop("ContentSequence", None), budget, level + 1))
        yield _Item(_code(values.get("ConceptNameCodeSequence")), values, children)


def _code(items: list[dicom.Dataset] | None) -> tuple[str, str]:
    if not items:
        return "", ""
    return str(items[0].get("CodeValue", "")), str(items[0].get("CodingSchemeDesignator", ""))


def _reading(content: list[_Item]) -> Reading:
    groups = [group for part in content for group in part.below if group.values.get("ValueType") == "CONTAINER"]
    cases = [group for group in groups if group.all(coded_terms.RUN_SLICES)]
    slices = [group for group in groups if group.all(coded_terms.IMAGE_REGION)]
    (case,) = cases
    parameters = Parameters(item.text() for item in case.all(coded_terms.PARAMETERS))
    threshold = parameters.number("threshold")
    verdicts = {(term.value, term.scheme): verdict for verdict, term in coded_terms.ANSWERS.items()}
    (answer,) = (item for item in case.all(coded_terms.INVASION) if item.values.get("ValueType") == "CODE")
    verdict = verdicts[_code(answer.values["ConceptCodeSequence"])]
    uid, frame = _image(slices[0])
    return Reading(
        series=parameters.text("series"),
        roi=parameters.roi,
        range=parameters.range,
        result=_result(case, slices, parameters, verdict, threshold),
        sop_instance_uid=uid,
        frame=frame,
        origin=Origin("suggested", "suggested") if parameters.text("suggested") == "yes" else Origin(),
    )


def _result(
    case: _Item, slices: list[_Item], parameters: Parameters, verdict: Verdict, threshold: float
) -> dict[str, Any]:
    """As `result.json` has it, as far as the report says it."""
    return {
        "schema": SCHEMA,
        "series": parameters.text("series"),
        "verdict": str(verdict),
        "run": {
            "slices": int(case.number(coded_terms.RUN_SLICES)),
            "mm": round(case.number(coded_terms.RUN_LENGTH), 3),
        },
        "cutoff": {
            "slices": int(parameters.number("cutoff_slices")),
            "threshold": threshold,
            "mm": parameters.cutoff_mm,
        },
        "score": case.number(coded_terms.SCORE),
        "slices": [_slice(group, threshold) for group in slices],
        "model": {
            "id": parameters.text("model"),
            "version": parameters.text("model_version"),
            "sha256": parameters.text("model_sha256"),
            "intended_use": parameters.text("intended_use"),
        },
        "suggested": parameters.text("suggested") == "yes",
    }


def _slice(group: _Item, threshold: float) -> dict[str, Any]:
    probability = group.number(coded_terms.PROBABILITY)
    return {
        "sop_instance_uid": _image(group)[0],
        "position_mm": round(group.number(coded_terms.POSITION), 3),
        "logit": group.number(coded_terms.LOGIT),
        "probability": probability,
        "positive": probability >= threshold,
    }


def _image(group: _Item) -> tuple[str, int]:
    """SOPInstanceUID and frame, from 0, of the image that the region of a group lies on."""
    source = group.one(coded_terms.IMAGE_REGION).one(coded_terms.SOURCE)
    reference = source.values["ReferencedSOPSequence"][0]
    return str(reference.ReferencedSOPInstanceUID), int(reference.get("ReferencedFrameNumber", 1) or 1) - 1
