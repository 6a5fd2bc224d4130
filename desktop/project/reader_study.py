"""Reader studies: their protocol, fixed before the first answer, and the order in which each reader sees the cases."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from desktop import events
from desktop.fields import Fields, Unfit
from desktop.messages import message
from desktop.project import cases
from desktop.project.database import Project, ProjectRefused
from desktop.strict_json import NotStrict, from_json

MOST_CASES = 20_000
LONGEST_WASHOUT_DAYS = 3650


class Arm(Enum):
    """With or without the model's answer; each reader has the unaided arm first."""

    UNAIDED = "unaided"
    AIDED = "aided"


class Kind(Enum):
    """What the readers of a study do."""

    READING = "reading"
    """Answer each case on full slices, first without the model and later with it."""
    RECTANGLES = "rectangles"
    """Place the rectangle of each case again, as for the paper's Figure 7; there is one arm."""


MEASURES = {Kind.READING: "AUC", Kind.RECTANGLES: "Dice"}
"""What is usually compared."""

WASHOUT_DAYS = 60
"""Two months, as in the sister study on orbital invasion."""


@dataclass(frozen=True)
class Protocol:
    """What is written down before the first answer.

    Attributes:
        readers: codes.
        case_ids: of the cases, in no particular order.
        seed: of every reader's order.
        washout_days: from a reader's last unaided answer to the first aided one; two months in the sister study on
            orbital invasion.
        measure: what is compared, such as "AUC".
        margin: of non-inferiority, in units of the measure; None where superiority is asked for.
        sample_size: patients planned.
        bundle: SHA-256 of the manifest of the model in the aided arm, "" where there is none.
        model: its id and version, by which people know it.
    """

    kind: Kind
    readers: tuple[str, ...]
    case_ids: tuple[str, ...]
    seed: int
    washout_days: int
    measure: str
    margin: float | None
    sample_size: int
    bundle: str = ""
    model: str = ""

    def __post_init__(self) -> None:
        if not self.readers or not self.case_ids:
            raise ProjectRefused(message("A study needs at least one reader and one case."))
        if len(set(self.readers)) < len(self.readers) or len(set(self.case_ids)) < len(self.case_ids):
            raise ProjectRefused(message("A study names each reader and each case once."))
        if not 0 <= self.washout_days <= LONGEST_WASHOUT_DAYS or self.sample_size < 1:
            raise ProjectRefused(
                message(
                    "A study needs a planned number of patients, and 0 to {most} days between its arms.",
                    most=LONGEST_WASHOUT_DAYS,
                )
            )
        if self.margin is not None and not 0 < self.margin < 1:
            raise ProjectRefused(
                message("The margin of non-inferiority lies between 0 and 1: {margin}.", margin=self.margin)
            )

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms, the first one first."""
        return (Arm.UNAIDED, Arm.AIDED) if self.kind is Kind.READING else (Arm.UNAIDED,)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {
            "kind": self.kind.value,
            "readers": list(self.readers),
            "case_ids": list(self.case_ids),
        }

    @staticmethod
    def of(text: str) -> Protocol:
        """What `document` gave, as text.

        Raises:
            ProjectRefused: it is damaged.
        """
        try:
            fields = Fields(from_json(text.encode()))
            return Protocol(
                kind=Kind(fields.one_of("kind", [kind.value for kind in Kind])),
                readers=fields.words("readers"),
                case_ids=fields.words("case_ids", MOST_CASES),
                seed=fields.whole("seed", 0, 2**63),
                washout_days=fields.whole("washout_days", 0, LONGEST_WASHOUT_DAYS),
                measure=fields.text("measure"),
                margin=fields.number("margin", 0, 1) if fields.has("margin") else None,
                sample_size=fields.whole("sample_size", 1, 10**6),
                bundle=fields.text_if_any("bundle"),
                model=fields.text_if_any("model"),
            )
        except (NotStrict, Unfit) as error:
            raise ProjectRefused(
                message("The protocol of a study is damaged, because {reason}.", reason=error.message)
            ) from None


@dataclass(frozen=True)
class Study:
    """A study of a project."""

    id: str
    name: str
    protocol: Protocol
    created: str

    def order(self, reader: str, arm: Arm) -> list[str]:
        """The ids of the cases in this reader's own order; another one in each arm."""
        return sorted(
            self.protocol.case_ids,
            key=lambda case: events.digest_of(f"{self.protocol.seed} {reader} {arm.value} {case}"),
        )


def begin(project: Project, name: str, protocol: Protocol, reader: str = events.PROGRAM) -> Study:
    """Begin a study. Its protocol stands in the log from now on, and nothing changes it.

    Raises:
        ProjectRefused: there is a study of this name, or a case or reader is not in the project.
    """
    if any(study.name == name for study in every(project)):
        raise ProjectRefused(message("There is a study {name} already: give another name.", name=name))
    known = {case.id for case in cases.every(project) if not case.excluded}
    if missing := [case for case in protocol.case_ids if case not in known]:
        raise ProjectRefused(
            message("{number} cases of the study are excluded or not in the project.", number=len(missing))
        )
    codes = {str(row[0]) for row in project.rows("SELECT code FROM readers")}
    if strangers := [code for code in protocol.readers if code not in codes]:
        raise ProjectRefused(
            message("The project does not have the readers {readers}: add them first.", readers=strangers)
        )
    own, text = uuid.uuid4().hex, events.canonical(protocol.document())
    with project.change():
        project.run("INSERT INTO studies VALUES (?, ?, ?, ?)", own, name, text, project.time)
        events.append(project, reader, "study begun", own, {"name": name, "protocol": events.digest_of(text)})
    return find(project, name)


def every(project: Project) -> list[Study]:
    """All studies, the oldest first."""
    rows = project.rows("SELECT id, name, protocol, created FROM studies ORDER BY created, name")
    return [Study(own, name, Protocol.of(protocol), created) for own, name, protocol, created in rows]


def find(project: Project, name: str) -> Study:
    """A study by its name.

    Raises:
        ProjectRefused: there is none.
    """
    for study in every(project):
        if study.name == name:
            return study
    raise ProjectRefused(message("There is no study {name} in {path}.", name=name, path=project.path.name))


def day_of(text: str, days: int) -> datetime:
    """The beginning of the day that lies so many days after a time of the project, where this computer is: who comes
    back on the day that was told finds the arm open at any hour."""
    day = datetime.fromisoformat(text).astimezone() + timedelta(days=days)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)
