"""The child process that learns a model for a window.

On stdin comes the order, one JSON object; on stdout goes how far it is, again and again, and at the end what came of
it, one JSON object a line. When stdin ends, so does the process: what was done is kept, and the same order goes on.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic

from desktop.errors import ClivusError
from desktop.headless.pipes import answers_to_parent, orders, say, step_back
from desktop.learning.attempt import Attempt, prepare
from desktop.learning.chance import NotShown
from desktop.memory_limit import is_want_of_memory
from desktop.messages import OWN_VARIABLE, Message, choose, message, shown
from desktop.work import Work

TOLD_EVERY_S = 0.2


@dataclass(frozen=True)
class LearnerOrder:
    """What a window has learned, and in which language it is told of it.

    Attributes:
        model: "" for the shipped one.
    """

    project: str
    places: str
    out: str
    work: str
    id: str
    model: str
    language: str

    def line(self) -> bytes:
        """For the pipe."""
        return f"{json.dumps(asdict(self))}\n".encode()

    @property
    def attempt(self) -> Attempt:
        """What is learned."""
        model = Path(self.model) if self.model else None
        return Attempt(Path(self.project), Path(self.places), Path(self.out), Path(self.work), self.id, model)


@dataclass(frozen=True)
class Told:
    """How far it is.

    Attributes:
        stage: its number, from 1.
        name: in the reader's language.
    """

    stage: int
    name: str
    done: int
    total: int


@dataclass(frozen=True)
class Ended:
    """What came of it.

    Attributes:
        why: it was not learned, in a sentence in the reader's language; "" if it was.
        not_shown: whether that is because the model was not shown to be better than chance.
    """

    why: str = ""
    not_shown: bool = False


def main() -> None:
    """Learn what is ordered."""
    step_back()
    lines, answers = orders(), answers_to_parent()
    order = LearnerOrder(**json.loads(lines.get()))
    choose(os.environ | {OWN_VARIABLE: order.language})
    say(answers, asdict(_learned(order.attempt, _Stages(lambda told: say(answers, asdict(told))))))


def _learned(attempt: Attempt, stages: _Stages) -> Ended:
    try:
        prepared = prepare(attempt)
        try:
            prepared.carry_out(stages.begin)
        except NotShown as error:
            prepared.folder.tidy()  # nobody goes on from here, and crops are patients' pictures
            return Ended(shown(error.message), not_shown=True)
    except ClivusError as error:
        return Ended(shown(error.message))
    except Exception as error:
        if is_want_of_memory(error):
            why = message(
                "There was not enough memory: close other programs, and begin again, which goes on from here."
            )
            return Ended(shown(why))
        # A defect: told, and nothing that was done is lost.
        where = traceback.extract_tb(error.__traceback__)[-1]
        why = message(
            "An unexpected error occurred ({kind} in {file}, line {line}): please report it.",
            kind=type(error).__name__,
            file=Path(where.filename).name,
            line=where.lineno,
        )
        return Ended(shown(why))
    return Ended()


class _Stages:
    def __init__(self, tell: Callable[[Told], None]) -> None:
        self._tell, self._number = tell, 0

    def begin(self, name: Message) -> Work:
        """The next stage."""
        self._number += 1
        number, text, told = self._number, shown(name), 0.0

        def progress(done: int, total: int) -> None:
            nonlocal told
            if done >= total or monotonic() - told >= TOLD_EVERY_S:
                told = monotonic()
                self._tell(Told(number, text, done, total))

        self._tell(Told(number, text, 0, 0))
        return Work(progress)
