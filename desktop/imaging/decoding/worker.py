"""The worker: a process that decodes frames until its requests end."""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
from collections.abc import Callable
from queue import SimpleQueue

import numpy as np

from desktop.imaging.decoding import codecs
from desktop.imaging.decoding.confinement import Confinement
from desktop.imaging.decoding.failure import DecodingFailed
from desktop.imaging.decoding.protocol import ANSWER, DONE, HELLO, MEMORY, REFUSED, Layout, Request, pack_reason
from desktop.imaging.decoding.stored import Values
from desktop.imaging.decoding.streams import Streams
from desktop.messages import message

Decode = Callable[[bytes, Layout, codecs.Remarks], Values]

_LAST_RESORT_S = 5.0
"""Seconds. The program ends a worker that takes too long. If the program has ended while native code blocks this
worker's Python, so that it cannot notice, it is ended this much later."""


def main() -> None:
    """Decode frames from stdin until it closes."""
    codecs.load()
    serve(codecs.decode)


def serve(decode: Decode) -> None:
    """Send HELLO and answer requests with `decode`; ends together with the program."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program handles Ctrl-C and ends its workers
    with Streams() as streams:
        requests: SimpleQueue[tuple[Request, bytes]] = SimpleQueue()
        # Started before the limits are measured, so that they include its stack.
        threading.Thread(target=_listen, args=(streams, requests), name="requests", daemon=True).start()
        confinement = Confinement()
        try:
            streams.send(HELLO)
            while True:
                request, frame = requests.get()
                confinement.allow(request.memory)
                # A thread in C: it ends the process even while a decoder blocks Python.
                faulthandler.dump_traceback_later(
                    request.seconds + _LAST_RESORT_S, exit=True, file=streams.remarks_descriptor
                )
                outcome, content = _answer(decode, frame, request.layout, streams.take_output)
                faulthandler.cancel_dump_traceback_later()
                streams.send(ANSWER.pack(outcome, len(content)), content)
        except BrokenPipeError:
            os._exit(0)  # the program has ended


def _listen(streams: Streams, requests: SimpleQueue[tuple[Request, bytes]]) -> None:
    """Receive requests until the program closes its end of the pipe, then end this process, busy or not.

    The system closes that end however the program ends, even by a kill. This thread keeps listening while a frame is
    decoded.
    """
    try:
        while message := streams.receive(Request.size):
            request = Request.unpack(message)
            requests.put((request, streams.receive(request.compressed)))
    finally:
        os._exit(0)


def _answer(decode: Decode, frame: bytes, layout: Layout, remarks: codecs.Remarks) -> tuple[int, bytes | memoryview]:
    remarks()  # discards what the last frame printed
    try:
        return DONE, np.ascontiguousarray(decode(frame, layout, remarks)).data.cast("B")
    except DecodingFailed as failure:
        reason = failure.message
    except MemoryError:
        return MEMORY, b""
    except Exception as error:
        reason = message("the image cannot be decoded ({kind}: {error})", kind=type(error).__name__, error=error)
    except BaseException:  # panics of the RLE decoder, which is written in Rust
        reason = message("the image is damaged")
    return REFUSED, pack_reason(reason)
