"""A pool of workers for any number of threads."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy.typing as npt

from desktop.children import DECODER, child_command
from desktop.imaging.decoding.failure import DecodingFailed
from desktop.imaging.decoding.limits import LIMITS, Limits, default_workers, in_mib
from desktop.imaging.decoding.process import WorkerProcess
from desktop.imaging.decoding.protocol import Layout
from desktop.imaging.decoding.syntaxes import SYNTAXES
from desktop.imaging.decoding.watchdog import Watchdog
from desktop.messages import message

if TYPE_CHECKING:
    from desktop.imaging.pixels import PixelFormat  # workers import this package and do not need it

_STOPPED = message("decoding was stopped")

_CLOSING_S = 10.0
"""Seconds that `close` waits for threads to notice that their workers have ended; they notice at once."""


class DecoderPool:
    """Decodes compressed frames in worker processes. For use by several threads, and as a context manager.

    Workers start with the first frame, or with `warm`, and are kept. If one crashes, hangs or takes too much memory,
    its frame fails and another worker replaces it.
    """

    def __init__(
        self, workers: int | None = None, limits: Limits = LIMITS, command: Sequence[str] | None = None
    ) -> None:
        """`workers`: by default as in `default_workers`. `command`: starts another program that speaks the protocol."""
        self.size = default_workers() if workers is None else workers
        """How many frames are decoded at once; further threads wait."""
        self._limits = limits
        self._command = list(command) if command is not None else child_command(DECODER)
        self._watchdog = Watchdog()
        self._free = threading.Condition()
        # A stack, so that a single thread always gets the same worker.
        self._places: list[WorkerProcess | None] = [None] * self.size
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start all workers without waiting until they are ready."""
        with self._free:
            for index, worker in enumerate(self._places):
                if worker is None and not self._closed:
                    try:
                        self._places[index] = self._start()
                    except DecodingFailed:
                        return  # the first frame will report it

    def decode(self, frame: bytes, form: PixelFormat) -> npt.NDArray[Any]:
        """[rows, columns] the stored values of one compressed frame, in `form.container`.

        Raises:
            DecodingFailed: why it cannot be decoded.
        """
        layout = _layout(form)
        self._check(frame, layout)
        worker = self._take()
        try:
            if worker is not None and not worker.usable:
                worker.close()
                worker = None
            if worker is None:
                worker = self._start()
            return worker.decode(frame, layout)
        except DecodingFailed:
            raise
        except BaseException:  # e.g. KeyboardInterrupt in the middle of an answer: the next answer would be misread
            if worker is not None:
                worker.close()
                worker = None
            raise
        finally:
            self._give_back(worker)

    def close(self) -> None:
        """End all workers, busy or not; frames being decoded fail. No process, thread or pipe remains."""
        with self._free:
            if self._closed:
                return
            self._closed = True
            self._free.notify_all()
        self._watchdog.end_all(_STOPPED)
        with self._free:
            self._free.wait_for(lambda: len(self._places) == self.size, _CLOSING_S)
            workers, self._places = self._places, []
        for worker in workers:
            if worker is not None:
                worker.close()

    def _start(self) -> WorkerProcess:
        return WorkerProcess(self._command, self._limits, self._watchdog)

    def _take(self) -> WorkerProcess | None:
        with self._free:
            self._free.wait_for(lambda: self._places or self._closed)
            if self._closed:
                raise DecodingFailed(_STOPPED)
            return self._places.pop()

    def _give_back(self, worker: WorkerProcess | None) -> None:
        with self._free:
            self._places.append(worker)
            self._free.notify_all() if self._closed else self._free.notify()

    def _check(self, frame: bytes, layout: Layout) -> None:
        if layout.transfer_syntax not in SYNTAXES:
            raise DecodingFailed(
                message(
                    "images compressed with {syntax} cannot be read here: export the series uncompressed or as JPEG "
                    "Lossless",
                    syntax=_name(layout.transfer_syntax),
                )
            )
        if layout.bits_allocated not in (8, 16, 32) or not 0 < layout.bits_stored <= layout.bits_allocated:
            raise DecodingFailed(
                message(
                    "pixels of {stored} bits in {allocated} cannot be read from compressed files",
                    stored=layout.bits_stored,
                    allocated=layout.bits_allocated,
                )
            )
        if not 0 < layout.frame_bytes <= self._limits.largest_frame:
            raise DecodingFailed(
                message(
                    "an image of {columns} x {rows} pixels is larger than {largest}, or empty",
                    columns=layout.columns,
                    rows=layout.rows,
                    largest=in_mib(self._limits.largest_frame),
                )
            )
        if not frame or len(frame) > self._limits.largest_compressed(layout.frame_bytes):
            raise DecodingFailed(message("a compressed image of {size} bytes is damaged", size=len(frame)))


def _layout(form: PixelFormat) -> Layout:
    return Layout(
        str(form.transfer_syntax),
        form.rows,
        form.columns,
        form.bits_allocated,
        form.bits_stored,
        form.high_bit,
        form.signed,
    )


def _name(uid: str) -> str:
    from desktop.imaging.dicom import UID  # not above: workers import this package and need no pydicom

    return UID(uid).name
