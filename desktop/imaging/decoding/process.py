"""One worker process as the program sees it: started, used, ended."""

from __future__ import annotations

import io
import signal
import subprocess
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop.children import creation_flags
from desktop.imaging.decoding.environment import worker_environment
from desktop.imaging.decoding.failure import SELF_TEST, DecoderUnusable, DecodingFailed
from desktop.imaging.decoding.limits import Limits, in_mib
from desktop.imaging.decoding.protocol import (
    ANSWER,
    DONE,
    HELLO,
    LONGEST_REASON,
    MEMORY,
    REFUSED,
    Layout,
    Request,
    unpack_reason,
)
from desktop.imaging.decoding.watchdog import Watch, Watchdog
from desktop.messages import Message, message
from desktop.system_errors import reason_of
from desktop.temporary_room import temporary_trouble

_ENDING_S = 5.0
"""Seconds that a process whose pipes have closed may take to end."""


class WorkerProcess:
    """A worker, used by one thread at a time. After a failure of its own it is not used again."""

    def __init__(self, command: Sequence[str], limits: Limits, watchdog: Watchdog) -> None:
        """Start the worker, without waiting until it is ready.

        Raises:
            DecoderUnusable: the system does not let it start.
        """
        import psutil  # not above: workers import this package and do not need it

        self._limits = limits
        self._watchdog = watchdog
        try:
            self._process = subprocess.Popen(
                command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=worker_environment(),
                creationflags=creation_flags(),
            )
        except OSError as error:
            raise DecoderUnusable(
                message("the decoder cannot be started ({error})", error=reason_of(error)),
                message("close other programs and try again"),
            ) from None
        self._pipes = (self._process.stdin, self._process.stdout)
        self._gone: tuple[type[Exception], ...] = (psutil.Error,)
        self._observed: Any = None
        self._memory_at_start = 0
        self._closed = False

    @property
    def usable(self) -> bool:
        """Whether it is running, and has not grown so much that it should be replaced."""
        return (
            not self._closed
            and self._process.poll() is None
            and (self._observed is None or self._memory() <= self._memory_at_start + self._limits.memory)
        )

    def decode(self, frame: bytes, layout: Layout) -> npt.NDArray[Any]:
        """[rows, columns] the stored values of `frame`.

        Raises:
            DecodingFailed: the frame cannot be decoded; DecoderUnusable if the image is not the cause.
        """
        if self._observed is None:
            self._greet()
        limits = self._limits
        memory = limits.memory_for(layout.frame_bytes)
        too_much = message("the decoder needed more than {size} of memory", size=in_mib(memory))
        watch = Watch(
            self._process,
            limits.seconds,
            self._memory() + memory,
            self._memory,
            message("decoding took longer than {seconds:g} s", seconds=limits.seconds),
            too_much,
        )
        values = np.empty(layout.frame_bytes, np.uint8)
        with self._watchdog.watching(watch):
            try:
                self._say(Request(layout, len(frame), memory, limits.seconds).pack())
                self._say(frame)
                outcome, size = ANSWER.unpack(self._hear(ANSWER.size))
                if outcome == DONE and size == values.size:
                    self._hear_into(values.data)
                elif outcome == REFUSED and size <= LONGEST_REASON:
                    raise DecodingFailed(unpack_reason(self._hear(size)))
                elif outcome == MEMORY and size == 0:
                    self.close()  # it may not have freed all its memory and would fail on the next frame
                    raise DecodingFailed(too_much)
                else:
                    raise ValueError
            except ValueError:
                self.close()
                raise DecodingFailed(message("the decoder gave an answer that makes no sense")) from None
            except (OSError, EOFError):
                how = self._end()
                raise DecodingFailed(watch.verdict or how) from None
        return values.view(layout.container).reshape(layout.rows, layout.columns)

    def close(self) -> None:
        """End the worker and release everything that belongs to it."""
        self._closed = True
        self._process.kill()
        self._process.wait()
        for pipe in self._pipes:
            if pipe is not None:
                pipe.close()

    def _greet(self) -> None:
        import psutil

        limit = self._limits.seconds_to_start
        late = message("the decoder took longer than {seconds:g} s to start", seconds=limit)
        watch = Watch(self._process, limit, float("inf"), lambda: 0, late, late)
        with self._watchdog.watching(watch):
            try:
                if self._hear(len(HELLO)) != HELLO:
                    raise EOFError
                self._observed = psutil.Process(self._process.pid)
            except (OSError, EOFError, psutil.Error):
                self.close()
                raise _not_started(watch.verdict) from None
        self._memory_at_start = self._memory()

    def _memory(self) -> int:
        """Memory in bytes; 0 after the worker has ended."""
        try:
            return int(self._observed.memory_info().rss)
        except self._gone:
            return 0

    def _end(self) -> Message:
        """Close the worker after its pipes have ended, and say why they did."""
        try:
            status = self._process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            return message("the decoder stopped answering")
        finally:
            self.close()
        if status < 0:
            return message("the decoder crashed ({signal})", signal=signal.strsignal(-status))
        return message("the decoder crashed (exit status {status:#x})", status=status)

    def _say(self, message: bytes) -> None:
        rest = memoryview(message)
        pipe = self._process.stdin
        assert isinstance(pipe, io.FileIO)
        while rest:
            rest = rest[pipe.write(rest) :]

    def _hear(self, count: int) -> bytes:
        message = bytearray(count)
        self._hear_into(memoryview(message))
        return bytes(message)

    def _hear_into(self, rest: memoryview) -> None:
        pipe = self._process.stdout
        assert isinstance(pipe, io.FileIO)
        while rest:
            count = pipe.readinto(rest)
            if not count:
                raise EOFError
            rest = rest[count:]


def _not_started(verdict: Message | None) -> DecoderUnusable:
    if verdict is not None:
        return DecoderUnusable(verdict)
    if trouble := temporary_trouble():
        return DecoderUnusable(
            message(
                "the decoder cannot be started, since the temporary folder {folder} cannot be written to ({reason})",
                folder=trouble.folder,
                reason=trouble.reason,
            ),
            message("make room there, or name another folder in TMPDIR"),
        )
    return DecoderUnusable(message("the decoder cannot be started"), SELF_TEST)
