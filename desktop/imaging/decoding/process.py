"""One worker process, seen from the program: started, asked, ended."""

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
from desktop.imaging.decoding.failure import DecoderUnusable, DecodingFailed
from desktop.imaging.decoding.limits import Limits, in_mib
from desktop.imaging.decoding.protocol import ANSWER, DONE, HELLO, LONGEST_REASON, MEMORY, REFUSED, Layout, Request
from desktop.imaging.decoding.watchdog import Watch, Watchdog
from desktop.temporary_room import temporary_trouble

_ENDING_S = 5.0
"""How long a process whose pipes have ended may take to end itself."""


class WorkerProcess:
    """A worker, for one thread at a time. After any failure of its own it is dead, and another takes its place."""

    def __init__(self, command: Sequence[str], limits: Limits, watchdog: Watchdog) -> None:
        """Start it, without waiting until it is ready.

        Raises:
            DecoderUnusable: the system does not let it start.
        """
        import psutil  # not above: workers import this package too, and have no use for it

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
                f"the decoder cannot be started ({error.strerror or error}); close other programs and try again"
            ) from None
        self._pipes = (self._process.stdin, self._process.stdout)
        self._gone: tuple[type[Exception], ...] = (psutil.Error,)
        self._observed: Any = None
        self._memory_at_start = 0
        self._closed = False

    @property
    def usable(self) -> bool:
        """Whether it lives, and has not grown since its start so that it had better be replaced."""
        return (
            not self._closed
            and self._process.poll() is None
            and (self._observed is None or self._memory() <= self._memory_at_start + self._limits.memory)
        )

    def decode(self, frame: bytes, layout: Layout) -> npt.NDArray[Any]:
        """[rows, columns] the stored values of `frame`.

        Raises:
            DecodingFailed: why not; DecoderUnusable where the picture has no part in it.
        """
        if self._observed is None:
            self._greet()
        limits = self._limits
        memory = limits.memory_for(layout.frame_bytes)
        too_much = f"the decoder needed more than {in_mib(memory)} of memory"
        watch = Watch(
            self._process,
            limits.seconds,
            self._memory() + memory,
            self._memory,
            f"decoding took longer than {limits.seconds:g} s",
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
                    reason = self._hear(size).decode("utf-8", "replace")
                    raise DecodingFailed("".join(c if c.isprintable() else " " for c in reason))
                elif outcome == MEMORY and size == 0:
                    self.close()  # it may not get back all that it took, and would die of the next frame
                    raise DecodingFailed(too_much)
                else:
                    watch.end("the decoder gave an answer that makes no sense")
                    raise EOFError
            except (OSError, EOFError):
                how = self._end()
                raise DecodingFailed(watch.verdict or how) from None
        return values.view(layout.container).reshape(layout.rows, layout.columns)

    def close(self) -> None:
        """End it, and leave nothing of it behind."""
        self._closed = True
        self._process.kill()
        self._process.wait()
        for pipe in self._pipes:
            if pipe is not None:
                pipe.close()

    def _greet(self) -> None:
        import psutil

        limit = self._limits.seconds_to_start
        late = f"the decoder took longer than {limit:g} s to start"
        watch = Watch(self._process, limit, float("inf"), lambda: 0, late, late)
        with self._watchdog.watching(watch):
            try:
                if self._hear(len(HELLO)) != HELLO:
                    raise EOFError
                self._observed = psutil.Process(self._process.pid)
            except (OSError, EOFError, psutil.Error):
                self.close()
                raise DecoderUnusable(watch.verdict or _why_not_started()) from None
        self._memory_at_start = self._memory()

    def _memory(self) -> int:
        """Bytes in memory; none once it is gone."""
        try:
            return int(self._observed.memory_info().rss)
        except self._gone:
            return 0

    def _end(self) -> str:
        """Close it after its pipes ended, and say how that came."""
        try:
            status = self._process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            return "the decoder stopped answering"
        finally:
            self.close()
        how = signal.strsignal(-status) if status < 0 else f"exit status {status:#x}"
        return f"the decoder crashed ({how})"

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


def _why_not_started() -> str:
    if trouble := temporary_trouble():
        return f"the decoder cannot be started, since {trouble}; make room there, or name another folder in TMPDIR"
    return "the decoder cannot be started; run `clivus selftest`"
