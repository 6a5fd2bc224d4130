"""The worker: a process that does nothing but decode frames, until its requests end."""

from __future__ import annotations

import faulthandler
import signal
from collections.abc import Callable

import numpy as np

from desktop.imaging.decoding import codecs
from desktop.imaging.decoding.confinement import Confinement
from desktop.imaging.decoding.failure import DecodingFailed
from desktop.imaging.decoding.protocol import ANSWER, DONE, HELLO, LONGEST_REASON, MEMORY, REFUSED, Layout, Request
from desktop.imaging.decoding.stored import Values
from desktop.imaging.decoding.streams import Streams

Decode = Callable[[bytes, Layout, codecs.Remarks], Values]

_LAST_RESORT_S = 5.0
"""The program ends a worker that takes too long. If the program is gone the worker ends itself, so much later."""


def main() -> None:
    """Decode what comes on stdin until it ends."""
    codecs.load()
    serve(codecs.decode)


def serve(decode: Decode) -> None:
    """Say hello and answer requests by `decode`, until there are no more or the program has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's business, which then ends its workers
    with Streams() as streams:
        confinement = Confinement()
        try:
            streams.say(HELLO)
            while message := streams.hear(Request.size):
                request = Request.unpack(message)
                frame = streams.hear(request.compressed)
                confinement.allow(request.memory)
                # A thread in C: it ends the process even while a decoder keeps Python waiting.
                faulthandler.dump_traceback_later(
                    request.seconds + _LAST_RESORT_S, exit=True, file=streams.remarks_descriptor
                )
                outcome, content = _answer(decode, frame, request.layout, streams.take_remarks)
                faulthandler.cancel_dump_traceback_later()
                streams.say(ANSWER.pack(outcome, len(content)), content)
        except (BrokenPipeError, EOFError):
            return  # the program has gone


def _answer(decode: Decode, frame: bytes, layout: Layout, remarks: codecs.Remarks) -> tuple[int, bytes | memoryview]:
    remarks()  # what the last frame left
    try:
        return DONE, np.ascontiguousarray(decode(frame, layout, remarks)).data.cast("B")
    except DecodingFailed as failure:
        reason = str(failure)
    except MemoryError:
        return MEMORY, b""
    except Exception as error:
        reason = f"the picture cannot be decoded ({type(error).__name__}: {error})"
    except BaseException:  # so come the panics of Rust, in which the RLE decoder is written
        reason = "the picture is damaged"
    return REFUSED, reason.encode("utf-8", "replace")[:LONGEST_REASON]
