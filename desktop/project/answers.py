"""The answers of a reader study: given, locked, and out of sight until the day on which they may be seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from desktop import events
from desktop.fields import Fields, Unfit
from desktop.messages import message
from desktop.project.cases import Case
from desktop.project.database import Project, ProjectRefused
from desktop.project.reader_study import Arm, Study, day_of
from desktop.reading.as_json import roi_as_json, roi_of
from desktop.reading.roi import Roi, RoiRefused
from desktop.reading.run import Verdict
from desktop.strict_json import NotStrict, from_json

CONFIDENCE = (1, 5)
"""From "definitely not" to "definitely"; the five steps of an ROC study (Hanley and McNeil 1982)."""

CONFIDENCES = range(CONFIDENCE[0], CONFIDENCE[1] + 1)

CERTAINTY = (0, 100)
"""Per cent: how sure of invasion; what AUC is computed from."""


class Given(Enum):
    """How far the answer to a case is."""

    TO_ANSWER = "to answer"
    BEGUN = "begun"
    GIVEN = "given"


@dataclass(frozen=True)
class Answer:
    """A reader's answer to one case in one arm.

    Attributes:
        verdict: positive or negative; None in a study of rectangles.
        confidence: 1 to 5.
        certainty: of invasion, 0 to 100.
        roi: in a study of rectangles.
        first_view: when the case was first on screen, UTC.
        seconds: that it was on screen, in all.
        remark: in the reader's words.
    """

    first_view: str
    verdict: Verdict | None = None
    confidence: int | None = None
    certainty: int | None = None
    roi: Roi | None = None
    seconds: float = 0.0
    remark: str = ""

    @property
    def whole(self) -> bool:
        """Whether it can be locked."""
        return self.roi is not None or None not in (self.verdict, self.confidence, self.certainty)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {
            "verdict": self.verdict,
            "roi": None if self.roi is None else roi_as_json(self.roi),
            "remark": self.remark or None,
        }

    @staticmethod
    def of(text: str) -> Answer:
        """What `document` gave, as text.

        Raises:
            ProjectRefused: it is damaged.
        """
        try:
            fields = Fields(from_json(text.encode()))
            return Answer(
                first_view=fields.text("first_view"),
                verdict=Verdict(fields.one_of("verdict", list(Verdict))) if fields.has("verdict") else None,
                confidence=fields.whole("confidence", *CONFIDENCE) if fields.has("confidence") else None,
                certainty=fields.whole("certainty", *CERTAINTY) if fields.has("certainty") else None,
                roi=roi_of(fields) if fields.has("roi") else None,
                seconds=fields.number("seconds", 0, 1e7),
                remark=fields.text_if_any("remark"),
            )
        except (NotStrict, Unfit, RoiRefused) as error:
            raise ProjectRefused(
                message("An answer of the project is damaged, because {reason}.", reason=error.message)
            ) from None


@dataclass(frozen=True)
class Locked:
    """A locked answer, for tables."""

    reader: str
    case_id: str
    arm: Arm
    answer: Answer
    locked: str


def open_arm(project: Project, study: Study, reader: str) -> Arm | None:
    """The arm that a reader may work in now; None while the time between the arms runs, and after the last answer."""
    for number, arm in enumerate(study.protocol.arms):
        locked = _locked_times(project, study, reader, arm)
        if len(locked) < len(study.protocol.case_ids):
            return arm if number == 0 or now_open(project, study, reader) else None
    return None


def opens_at(project: Project, study: Study, reader: str) -> datetime | None:
    """When the aided arm opens for a reader; None while unaided answers are missing."""
    locked = _locked_times(project, study, reader, Arm.UNAIDED)
    if len(locked) < len(study.protocol.case_ids):
        return None
    return day_of(max(locked), study.protocol.washout_days)


def now_open(project: Project, study: Study, reader: str) -> bool:
    """Whether the aided arm's day has come."""
    opens = opens_at(project, study, reader)
    return opens is not None and datetime.fromisoformat(project.time) >= opens


def begin(project: Project, study: Study, reader: str, case: Case, arm: Arm) -> Answer:
    """The reader sees a case for the first time, or again: its answer so far.

    Raises:
        ProjectRefused: the reader or the case is not in the study, the arm is not open, or the answer is locked.
    """
    _require_open(project, study, reader, case, arm)
    if found := _row(project, study, reader, case, arm):
        return Answer.of(found[0])
    answer = Answer(first_view=project.time)
    with project.change():
        project.run(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, NULL)",
            *(study.id, reader, case.id, arm.value, events.canonical(answer.document())),
        )
        events.append(project, reader, "case first seen", _subject(study, reader, case, arm))
    return answer


def keep(project: Project, study: Study, reader: str, case: Case, arm: Arm, answer: Answer) -> None:
    """Keep an answer that is not locked yet.

    Raises:
        ProjectRefused: as `begin`.
    """
    _require_open(project, study, reader, case, arm)
    with project.change():
        project.run(
            "UPDATE answers SET document = ? WHERE study = ? AND reader = ? AND case_id = ? AND arm = ?",
            *(events.canonical(answer.document()), study.id, reader, case.id, arm.value),
        )


def lock(project: Project, study: Study, reader: str, case: Case, arm: Arm, answer: Answer) -> None:
    """Give an answer for good.

    Raises:
        ProjectRefused: it is not complete, or as `begin`.
    """
    if not answer.whole:
        raise ProjectRefused(
            message("Answer, confidence and certainty are needed before the answer of a study is given.")
        )
    with project.change():
        keep(project, study, reader, case, arm, answer)
        document = events.canonical(answer.document())
        project.run(
            "UPDATE answers SET locked = ? WHERE study = ? AND reader = ? AND case_id = ? AND arm = ?",
            *(project.time, study.id, reader, case.id, arm.value),
        )
        data = {"digest": events.digest_of(document)}
        events.append(project, reader, "answer locked", _subject(study, reader, case, arm), data)


def states(project: Project, study: Study, reader: str, arm: Arm) -> list[tuple[str, Given]]:
    """The ids of all cases and how far each is, in the reader's order."""
    rows = project.rows(
        "SELECT case_id, locked FROM answers WHERE study = ? AND reader = ? AND arm = ?",
        *(study.id, reader, arm.value),
    )
    seen = {str(case): Given.BEGUN if locked is None else Given.GIVEN for case, locked in rows}
    return [(case, seen.get(case, Given.TO_ANSWER)) for case in study.order(reader, arm)]


def to_do(project: Project, study: Study, reader: str, arm: Arm) -> list[str]:
    """The ids of the cases without a locked answer, in the reader's order."""
    return [case for case, given in states(project, study, reader, arm) if given is not Given.GIVEN]


def shown(project: Project, study: Study, reader: str, case: Case) -> Answer | None:
    """A reader's own unaided answer, once it may be seen; None before the aided arm's day."""
    if not now_open(project, study, reader):
        return None
    found = _row(project, study, reader, case, Arm.UNAIDED)
    return Answer.of(found[0]) if found and found[1] else None


def model_hidden(project: Project, study: Study, reader: str) -> bool:
    """Whether the model has to stay out of a reader's sight."""
    return open_arm(project, study, reader) is not Arm.AIDED and not finished(project, study, reader)


def locked(project: Project, study: Study) -> list[Locked]:
    """All locked answers of a study, for tables."""
    rows = project.rows(
        "SELECT reader, case_id, arm, document, locked FROM answers WHERE study = ? AND locked IS NOT NULL "
        "ORDER BY reader, arm, case_id",
        study.id,
    )
    return [Locked(reader, case, Arm(arm), Answer.of(document), at) for reader, case, arm, document, at in rows]


def finished(project: Project, study: Study, reader: str) -> bool:
    """Whether a reader has given all answers."""
    return all(not to_do(project, study, reader, arm) for arm in study.protocol.arms)


def _require_open(project: Project, study: Study, reader: str, case: Case, arm: Arm) -> None:
    if reader not in study.protocol.readers or case.id not in study.protocol.case_ids:
        raise ProjectRefused(
            message(
                "Reader {reader} and case {case} are not both in the study {study}.",
                reader=reader,
                case=case.key,
                study=study.name,
            )
        )
    found = _row(project, study, reader, case, arm)
    if found and found[1]:
        raise ProjectRefused(
            message("The answer to this case was given already, perhaps in another window. It cannot be changed.")
        )
    if open_arm(project, study, reader) is not arm:
        opens = opens_at(project, study, reader)
        if arm is Arm.AIDED and opens is not None:
            raise ProjectRefused(
                message(
                    "The aided arm opens for reader {reader} on {day}.", reader=reader, day=opens.date().isoformat()
                )
            )
        raise ProjectRefused(
            message("This arm of the study {study} is not open for reader {reader}.", study=study.name, reader=reader)
        )


def _row(project: Project, study: Study, reader: str, case: Case, arm: Arm) -> tuple[str, str | None] | None:
    found = project.rows(
        "SELECT document, locked FROM answers WHERE study = ? AND reader = ? AND case_id = ? AND arm = ?",
        *(study.id, reader, case.id, arm.value),
    )
    return (str(found[0][0]), found[0][1]) if found else None


def _locked_times(project: Project, study: Study, reader: str, arm: Arm) -> list[str]:
    rows = project.rows(
        "SELECT locked FROM answers WHERE study = ? AND reader = ? AND arm = ? AND locked IS NOT NULL",
        *(study.id, reader, arm.value),
    )
    return [str(row[0]) for row in rows]


def _subject(study: Study, reader: str, case: Case, arm: Arm) -> str:
    return f"{study.id} {reader} {case.id} {arm.value}"
