"""The worker: a process that does nothing but decode frames, until its requests end."""

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
"""The program ends a worker that takes too long. If the program is gone while native code keeps this worker's Python
waiting, so that it cannot notice, it is ended so much later."""


def main() -> None:
    """Decode what comes on stdin until it ends."""
    codecs.load()
    serve(codecs.decode)


def serve(decode: Decode) -> None:
    """Say hello and answer requests by `decode`; the process ends with the program that asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's business, which then ends its workers
    with Streams() as streams:
        requests: SimpleQueue[tuple[Request, bytes]] = SimpleQueue()
        # Before the limits are taken, so that they hold its stack.
        threading.Thread(target=_listen, args=(streams, requests), name="requests", daemon=True).start()
        confinement = Confinement()
        try:
            streams.say(HELLO)
            while True:
                request, frame = requests.get()
                confinement.allow(request.memory)
                # A thread in C: it ends the process even while a decoder keeps Python waiting.
                faulthandler.dump_traceback_later(
                    request.seconds + _LAST_RESORT_S, exit=True, file=streams.remarks_descriptor
                )
                outcome, content = _answer(decode, frame, request.layout, streams.take_remarks)
                faulthandler.cancel_dump_traceback_later()
                streams.say(ANSWER.pack(outcome, len(content)), content)
        except BrokenPipeError:
            os._exit(0)  # the program has gone


def _listen(streams: Streams, requests: SimpleQueue[tuple[Request, bytes]]) -> None:
    """Take requests until the program's end of the pipe is closed, then end the process, at work or not.

    The system closes that end however the program ended, by a kill too; listening goes on while a frame is decoded.
    """
    try:
        while message := streams.hear(Request.size):
            request = Request.unpack(message)
            requests.put((request, streams.hear(request.compressed)))
    finally:
        os._exit(0)


def _answer(decode: Decode, frame: bytes, layout: Layout, remarks: codecs.Remarks) -> tuple[int, bytes | memoryview]:
    remarks()  # what the last frame left
    try:
        return DONE, np.ascontiguousarray(decode(frame, layout, remarks)).data.cast("B")
    except DecodingFailed as failure:
        reason = failure.message
    except MemoryError:
        return MEMORY, b""
    except Exception as error:
        reason = message("the image cannot be decoded ({kind}: {error})", kind=type(error).__name__, error=error)
    except BaseException:  # so come the panics of Rust, in which the RLE decoder is written
        reason = message("the image is damaged")
    return REFUSED, pack_reason(reason)
