"""A model's answer for a case in a few values, for tables and projects; `result.json` has all of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from desktop.fields import Fields
from desktop.reading.run import Verdict

_MOST_SLICES, _LARGEST, _LONGEST_REASON = 100_000, 1e6, 4000


@dataclass(frozen=True)
class CaseAnswer:
    """What a model answered.

    Attributes:
        score: s_k, as in `result.json`.
        distance, level: the case's familiarity; None and "" where the model does not tell.
        reason: why the verdict is indeterminate, in English, else "".
    """

    verdict: Verdict
    run_slices: int
    run_mm: float
    score: float
    distance: float | None = None
    level: str = ""
    reason: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @staticmethod
    def of(fields: Fields) -> CaseAnswer:
        """What `document` gave.

        Raises:
            Unfit: it is damaged.
        """
        return CaseAnswer(
            Verdict(fields.one_of("verdict", list(Verdict))),
            fields.whole("run_slices", 0, _MOST_SLICES),
            fields.number("run_mm", 0, _LARGEST),
            fields.number("score", 0, 1),
            fields.number("distance", 0, _LARGEST) if fields.has("distance") else None,
            fields.text_if_any("level"),
            fields.text("reason", _LONGEST_REASON) if fields.has("reason") and fields.peek("reason") else "",
        )
