"""The worker's ends of the two pipes, kept away from the decoders."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from types import TracebackType
from typing import IO, Self

_MOST_REMARKS = 4096
"""Bytes; whatever a decoder prints beyond them is not read."""


class Streams:
    """stdin and stdout moved to other descriptors; what libraries print on stdout or stderr goes to an unlinked file.

    Works on descriptors, not on sys.stdin and sys.stdout, which a program without a console does not have.
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

    def receive(self, count: int) -> bytes:
        """The next `count` bytes, or b"" if the program has no more requests.

        Raises:
            EOFError: the program ended in the middle of a message.
        """
        message = self._requests.read(count)
        if 0 < len(message) < count:
            raise EOFError
        return message

    def send(self, *messages: bytes | memoryview) -> None:
        """Send `messages` in order.

        Raises:
            BrokenPipeError: the program has ended.
        """
        for message in messages:
            self._answers.write(message)
        self._answers.flush()

    def take_output(self) -> str:
        """The text printed since the last call."""
        at = self.remarks_descriptor
        if not os.fstat(at).st_size:
            return ""
        os.lseek(at, 0, os.SEEK_SET)
        said = os.read(at, _MOST_REMARKS)
        os.ftruncate(at, 0)
        os.lseek(at, 0, os.SEEK_SET)
        return said.decode("utf-8", "replace")


def _unseen_file() -> IO[bytes]:
    """A file without a name: in memory if possible, because a full or read-only disk must not stop decoding.

    Raises:
        OSError: the system has no files in memory, and the temporary folder cannot be written to.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # some containers forbid it
            return os.fdopen(os.memfd_create("remarks"), "w+b")
    return tempfile.TemporaryFile()
