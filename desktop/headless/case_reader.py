"""The child process that reads one case after the other.

On stdin come the order, then cases, one JSON object a line; on stdout goes a greeting, then an outcome for each case,
in the same way. When stdin ends, so does the process, whatever it does: its parent has stopped or was killed.
"""

from __future__ import annotations

import json
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop.errors import ClivusError
from desktop.headless.one_case import Marks, judge_case, read_case
from desktop.headless.outcome import Outcome
from desktop.headless.pipes import answers_to_parent, orders, say, step_back
from desktop.headless.wanted_case import MarksOf, WantedCase, marks_given
from desktop.imaging import dicom
from desktop.imaging.decoding import DecoderPool
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.memory import give_back_memory
from desktop.memory_limit import is_want_of_memory
from desktop.messages import message
from desktop.reading.matching import NamesStack
from desktop.reading.saved import Reading
from desktop.unwritten import shortened


@dataclass(frozen=True)
class Order:
    """How all cases are read.

    Attributes:
        model: the bundle's folder.
        out: below which each case has its folder; "" where no reports are written.
        threads: of the network.
    """

    model: str
    device: Device
    threads: int
    out: str = ""

    def line(self) -> bytes:
        """For the pipe."""
        return f"{json.dumps(asdict(self))}\n".encode()


def main() -> None:
    """Read cases until stdin ends."""
    step_back()
    lines, answers = orders(), answers_to_parent()
    fields = json.loads(lines.get())
    order = Order(**fields | {"device": Device(fields["device"])})
    try:
        dicom.require()  # before the network: what comes after its peak needs memory of its own
        network = Network(Bundle.load(Path(order.model)), order.device, order.threads)
    except ClivusError as error:
        say(answers, {"refused": str(error)})
        return
    say(answers, {"ready": True})
    with DecoderPool(1) as decoders:  # there are as many of these processes as processors
        while True:
            say(answers, read_wanted(WantedCase.of_line(lines.get()), network, order.out, decoders).document())
            give_back_memory()


def read_wanted(case: WantedCase, network: Network, out: str, decoders: DecoderPool) -> Outcome:
    """Read one case; whatever goes wrong is its reason."""
    try:
        wanted, marks = _wanted(case)
        place = Path(case.path)
        if out:
            result, _ = read_case(place, wanted, marks, network, Path(out, case.key), decoders=decoders)
        else:
            result = judge_case(place, wanted, marks, network, decoders=decoders)
        return Outcome.of_result(result)
    except ClivusError as error:
        return Outcome.failed(_without_path(str(error), case))
    except Exception as error:
        if is_want_of_memory(error):
            return Outcome.failed(
                message("There was not enough memory to read it: read it alone, or a shorter series.")
            )
        # A defect costs the case, not the night.
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Outcome.failed(
            message(
                "An unexpected error occurred ({kind} in {file}, line {line}): please report it.",
                kind=type(error).__name__,
                file=Path(where.filename).name,
                line=where.lineno,
            )
        )


def _wanted(case: WantedCase) -> tuple[NamesStack | None, Marks | None]:
    """By what the stack is found, and the marks; None where the anatomy says."""
    if case.reading:
        reading = Reading.load(Path(case.reading)).require_confirmed(Path(case.reading))
        return reading, (reading.roi, reading.range)
    stack = case if case.series else None
    return stack, None if case.marks is MarksOf.SUGGESTION else marks_given(case.given)


def _without_path(text: str, case: WantedCase) -> str:
    """A path may name a patient, and the table stays where the answers are."""
    for path, word in ((case.reading, "the reading"), (case.path, "the series")):
        for written in {path, shortened(Path(path))} if path else ():
            text = text.replace(written, f"({word} of {case.key})")
    return text
