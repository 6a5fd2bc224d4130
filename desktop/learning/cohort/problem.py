"""What is wrong with a cohort, one message for each finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from desktop.errors import InputRefused
from desktop.messages import Message, counted, message

Kind = Literal["table", "reading", "series", "roi", "range", "label", "eligibility", "patient", "duplicate", "split"]


class CohortRefused(InputRefused):
    """A cohort or a case that cannot be learned from."""


@dataclass(frozen=True)
class Problem:
    """One finding.

    Attributes:
        case: the key of the case it was found in, of the first one where there are two; "" where it is about none.
        message: a sentence that names the case, and what to do about it.
    """

    case: str
    kind: Kind
    message: Message

    def document(self) -> dict[str, Any]:
        """The finding as `--json` prints it, in English."""
        return {"case": self.case, "kind": self.kind, "message": str(self.message)}


def refusal(problems: list[Problem]) -> CohortRefused:
    """The first of one or more problems as an error, and how many others there are."""
    first, others = problems[0].message, len(problems) - 1
    if not others:
        return CohortRefused(first)
    return CohortRefused(
        counted(
            "{first} ({number} more problem: `clivus-train cohort check` lists all.)",
            "{first} ({number} more problems: `clivus-train cohort check` lists all.)",
            others,
            first=first,
        )
    )


def about(case: str, finding: Message) -> Message:
    """What was found, with the case in front."""
    return message("Case {case}: {finding}", case=case, finding=finding)
