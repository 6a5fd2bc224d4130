"""What came of one case of a list: the answer, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop.fields import Fields
from desktop.inference.result import Result
from desktop.reading.case_answer import CaseAnswer
from desktop.reading.run import Verdict

_LONGEST_REASON = 4000


@dataclass(frozen=True)
class Outcome:
    """Of one case.

    Attributes:
        answer: None where the case could not be read.
        reason: why not, in English, since files are; else "".
        series: its name, where there is an answer.
    """

    answer: CaseAnswer | None
    reason: str = ""
    series: str = ""

    @staticmethod
    def failed(reason: object) -> Outcome:
        """There is no answer."""
        text = "".join(sign if sign.isprintable() else " " for sign in str(reason))
        return Outcome(None, " ".join(text.split())[:_LONGEST_REASON])

    @staticmethod
    def of_result(result: Result) -> Outcome:
        """The answer; numbers are rounded, so that they are the same however many threads computed them."""
        why = next((str(check.message) for check in result.checks if check.status == "fail"), "")
        near = result.familiarity
        answer = CaseAnswer(
            result.verdict,
            result.run.slices,
            round(result.run.mm, 2),
            round(result.score, 4),
            None if near is None else round(near.score, 3),
            "" if near is None else str(near.level),
            why if result.verdict is Verdict.INDETERMINATE else "",
        )
        return Outcome(answer, series=result.region.volume.series.name)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        answer = None if self.answer is None else self.answer.document()
        return {"answer": answer, "reason": self.reason or None, "series": self.series or None}

    @staticmethod
    def of(fields: Fields) -> Outcome:
        """What `document` gave.

        Raises:
            Unfit: it is damaged.
        """
        answer = CaseAnswer.of(fields.part("answer")) if fields.has("answer") else None
        reason = fields.text("reason", _LONGEST_REASON) if fields.has("reason") else ""
        return Outcome(answer, reason, fields.text_if_any("series"))
