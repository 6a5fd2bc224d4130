"""learned.json read back: what a learning found, also of a model that was refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.errors import InputRefused
from desktop.fields import Fields, Unfit
from desktop.inference.manifest import RATES, Metric
from desktop.kept_message import from_kept
from desktop.learning.figures import FOLDS, LEFT_OUT
from desktop.learning.learned_bundle import RESULT_FILE, RESULT_SCHEMA
from desktop.messages import Message, message
from desktop.plain_file import NotPlain, read_plain
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import shortened

_MOST_BYTES = 64_000_000
_MOST_CASES = 100_000
_LONGEST_REASON = 2000
_MOST_COUNTED = 10**9


class ResultUnsound(InputRefused):
    """A learned.json that cannot be read."""


@dataclass(frozen=True)
class CalledPatient:
    """A patient's label, and what was called by a layer that had not learned from the patient.

    Attributes:
        judged: in the "folds", or "left out".
        cases: what was called of each case, by its key.
    """

    key: str
    positive: bool
    called: bool
    judged: str
    cases: dict[str, bool]


@dataclass(frozen=True)
class LearnedResult:
    """What a learning found.

    Attributes:
        id: of the model.
        head: SHA-256 of its final layer.
        project: id of the project.
        kind: whom the cohort is of; see `desktop.learning.cohort.population`.
        base: id and version of the model whose network was kept.
        near_chance: rates that were not shown to be better than chance.
        not_computed: figures that the patients do not give, in sentences.
        cases_not_used: reasons in sentences, by key.
        numbers: of patients, cases and images, by side.
    """

    id: str
    head: str
    project: str
    kind: str
    base: str
    near_chance: tuple[str, ...]
    metrics: tuple[Metric, ...]
    not_computed: tuple[str, ...]
    patients: tuple[CalledPatient, ...]
    cases_not_used: dict[str, Message]
    numbers: dict[str, dict[str, int]]

    @staticmethod
    def read(folder: Path) -> LearnedResult:
        """Read the result in the work folder of a learning.

        Raises:
            ResultUnsound: there is none, or it makes no sense.
        """
        path = folder / RESULT_FILE
        try:
            return _result(Fields(from_json(read_plain(path, _MOST_BYTES))))
        except (NotPlain, NotStrict, Unfit) as error:
            raise ResultUnsound(
                message(
                    "What was found in learning cannot be read from {file}, because {reason}.",
                    file=shortened(path),
                    reason=error.message,
                )
            ) from None


def _result(fields: Fields) -> LearnedResult:
    fields.one_of("schema", (RESULT_SCHEMA,))
    base = fields.part("learned_from")
    return LearnedResult(
        id=fields.text("id"),
        head=fields.sha256("head"),
        project=fields.text("project"),
        kind=fields.text("kind"),
        base=f"{base.text('id')} {base.text('version')}",
        near_chance=tuple(name for name in fields.words("near_chance") if name in RATES),
        metrics=tuple(map(Metric.of, fields.parts("metrics"))),
        not_computed=fields.words("not_computed"),
        patients=tuple(map(_patient, fields.parts("patients", _MOST_CASES))),
        cases_not_used=dict(map(_not_used, fields.parts("cases_not_used", _MOST_CASES))),
        numbers=_numbers(fields.part("numbers")),
    )


def _patient(fields: Fields) -> CalledPatient:
    return CalledPatient(
        key=fields.text("patient"),
        positive=fields.flag("positive"),
        called=fields.flag("called"),
        judged=fields.one_of("judged", (FOLDS, LEFT_OUT)),
        cases={part.text("case"): part.flag("called") for part in fields.parts("cases", _MOST_CASES)},
    )


def _not_used(fields: Fields) -> tuple[str, Message]:
    """The case's key, and why; earlier versions of Clivus kept the English alone."""
    key, english = fields.text("case"), fields.text("reason", _LONGEST_REASON)
    return key, from_kept(fields.peek("said") if fields.has("said") else None, english)


def _numbers(fields: Fields) -> dict[str, dict[str, int]]:
    sides = {side: fields.part(side) for side in fields.names()}
    return {side: {name: part.whole(name, 0, _MOST_COUNTED) for name in part.names()} for side, part in sides.items()}
