"""What a report is asked to tell beside the result: whose case, when, and what the reader said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from desktop.reading.as_json import BeforeModel, SliceKey
from desktop.reading.run import Verdict


@dataclass(frozen=True)
class Told:
    """Beside the result.

    Attributes:
        read_at: when the case was read, with its time zone.
        case_key: the case's pseudonym; "" where it has none, for a digest of its series.
        identity: whether the patient is named.
        before_model: the reader's answer until the model's was seen; None while it was not, or where that is unknown.
        answer: the reader's answer.
        remark: in the reader's words.
        key_slices: the slices that the reader chose, each with a note or "".
    """

    read_at: datetime
    case_key: str = ""
    identity: bool = False
    before_model: BeforeModel | None = None
    answer: Verdict | None = None
    remark: str = ""
    key_slices: Mapping[SliceKey, str] = field(default_factory=dict)

    def key_for(self, series: str) -> str:
        """The pseudonym of the case."""
        return self.case_key or hashlib.sha256(series.encode()).hexdigest()[:12]
