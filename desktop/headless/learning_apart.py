"""A model learned in a process of its own, watched: it steps back for whoever reads, and no window waits for it."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

from desktop.children import LEARNER, child_command
from desktop.errors import Cancelled, InputRefused, InstallationUnsound
from desktop.headless.learner import Ended, LearnerOrder, Told
from desktop.headless.pipes import how_it_ended, start
from desktop.learning.chance import NotShown
from desktop.messages import message, verbatim
from desktop.system_errors import reason_of
from desktop.temporary import sweep_temporary

_LOOK_S = 0.1
"""Seconds between two looks at whether to stop."""


class NotLearned(InputRefused):
    """A model that could not be learned."""


def learn_apart(order: LearnerOrder, tell: Callable[[Told], None], stop: Callable[[], bool]) -> None:
    """Learn, and write the bundle.

    Raises:
        NotShown: it was not shown to be better than chance; nothing is left but what was found.
        NotLearned: why, in the reader's language; what was done is kept.
        Cancelled: `stop` said so; what was done is kept.
        InstallationUnsound: the process cannot be started.
    """
    try:
        child = start(child_command(LEARNER))
    except OSError as error:
        raise InstallationUnsound(
            message(
                "The process that learns cannot be started: {how}; run `clivus selftest`.",
                how=verbatim(reason_of(error)),
            )
        ) from None
    ended: Ended | None = None
    with _ending(child):
        with contextlib.suppress(OSError):  # it has ended, and listening to it says how
            assert child.stdin is not None
            child.stdin.write(order.line())
            child.stdin.flush()
        for found in _lines(child, stop):
            if "stage" in found:
                tell(Told(**found))
            else:
                ended = Ended(**found)
        status = child.wait()
    if ended is None:
        raise NotLearned(
            message(
                "Learning ended before its time: {how}. What was done is kept: begin again, which goes on from there.",
                how=how_it_ended(status),
            )
        )
    if ended.why:
        raise (NotShown if ended.not_shown else NotLearned)(verbatim(ended.why))


def _lines(child: subprocess.Popen[bytes], stop: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    """What the child says, until it ends."""
    heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    reader = threading.Thread(target=_hear, args=(child, heard), name="clivus-learning-heard")
    reader.start()
    try:
        while True:
            if stop():
                raise Cancelled
            with contextlib.suppress(queue.Empty):
                line = heard.get(timeout=_LOOK_S)
                if not line.endswith(b"\n"):  # it is ending, perhaps in the middle of a line
                    child.wait()
                    return
                yield json.loads(line)
    finally:
        child.kill()
        reader.join()


def _hear(child: subprocess.Popen[bytes], heard: queue.SimpleQueue[bytes]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        heard.put(line)
    heard.put(b"")


@contextlib.contextmanager
def _ending(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """At the end it is gone, and nothing that it unpacked is left."""
    try:
        yield
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what it did not read
                    pipe.close()
        sweep_temporary()
