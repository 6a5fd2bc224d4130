"""The worker's ends of the two pipes, kept out of reach of the decoders."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from types import TracebackType
from typing import IO, Self

_MOST_REMARKS = 4096
"""Bytes; what a decoder goes on to say is not read."""


class Streams:
    """stdin and stdout moved elsewhere; what libraries print on stdout or stderr goes to a file that nobody sees.

    By descriptors, not by sys.stdin and sys.stdout: a program without a console has none of those.
    """

    def __init__(self) -> None:
        self._requests = os.fdopen(os.dup(0), "rb")
        self._answers = os.fdopen(os.dup(1), "wb")
        self._remarks = _unseen_file()
        self.remarks_descriptor = self._remarks.fileno()
        if sys.platform == "win32":
            import msvcrt

            for stream in (self._requests, self._answers, self._remarks):
                msvcrt.setmode(stream.fileno(), os.O_BINARY)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(self.remarks_descriptor, 1)
        os.dup2(self.remarks_descriptor, 2)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._requests.close()
        self._remarks.close()
        self._answers.close()

    def hear(self, count: int) -> bytes:
        """The next `count` bytes, or none where the program has nothing more to ask.

        Raises:
            EOFError: the program went in the middle of a message.
        """
        message = self._requests.read(count)
        if 0 < len(message) < count:
            raise EOFError
        return message

    def say(self, *messages: bytes | memoryview) -> None:
        """Send `messages` one after the other.

        Raises:
            BrokenPipeError: the program has gone.
        """
        for message in messages:
            self._answers.write(message)
        self._answers.flush()

    def take_remarks(self) -> str:
        """What was printed since the last call."""
        at = self.remarks_descriptor
        if not os.fstat(at).st_size:
            return ""
        os.lseek(at, 0, os.SEEK_SET)
        said = os.read(at, _MOST_REMARKS)
        os.ftruncate(at, 0)
        os.lseek(at, 0, os.SEEK_SET)
        return said.decode("utf-8", "replace")


def _unseen_file() -> IO[bytes]:
    """A file that has no name: in memory where the system can, since a full or read-only disk must not stop decoding.

    Raises:
        OSError: the system has no such files, and nothing can be written to a temporary folder.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # some containers forbid it
            return os.fdopen(os.memfd_create("remarks"), "w+b")
    return tempfile.TemporaryFile()
