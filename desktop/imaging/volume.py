"""From a series to Hounsfield units in the standard view."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter

import numpy as np

from desktop.errors import InputRefused
from desktop.imaging.body import body_box
from desktop.imaging.decoding import DecoderPool, DecoderUnusable, DecodingFailed
from desktop.imaging.frames import FrameReader, FrameUnreadable
from desktop.imaging.geometry import Rectangle, StackGeometry, StandardTurn
from desktop.imaging.overview import Overview
from desktop.imaging.pixels import Hounsfield, hounsfield
from desktop.imaging.series import Series, Skipped, Slice
from desktop.imaging.transfer_syntaxes import EXPLICIT_BIG_ENDIAN
from desktop.messages import Message, message
from desktop.work import UNWATCHED, Work

_SPARE_BYTES = 256 * 2**20
"""Memory left for everything else when a series is loaded."""


class UnreadableSeries(InputRefused):
    """A series of which no slice can be decoded, or which is too large for this machine."""


@dataclass(frozen=True, eq=False)  # compared by identity, because of the arrays
class Volume:
    """A loaded series in the standard view: anterior up, the patient's left on the right of the screen.

    Attributes:
        series: with the slices that were read, without those in `skipped`.
        hu: [slices, rows, columns] Hounsfield units, the lowest position first; int16, or float32 where the
            rescale does not give whole numbers within 16 bits.
        geometry: of `hu`, so after `turn`.
        turn: from the stored slices to the standard view.
        skipped: slices that could not be decoded.
        missing_mm: their positions, ascending.
        load_s: seconds that loading took.
    """

    series: Series
    hu: Hounsfield
    geometry: StackGeometry
    turn: StandardTurn
    skipped: tuple[Skipped, ...]
    missing_mm: tuple[float, ...]
    load_s: float

    @cached_property
    def overview(self) -> Overview:
        """The stack in coarse cells, computed once."""
        return Overview.of(self.hu, self.geometry.row_mm * self.geometry.column_mm)

    @cached_property
    def body(self) -> Rectangle:
        """Where in the slices the body lies, computed once."""
        return body_box(self.hu, self.geometry.row_mm, self.geometry.column_mm)

    def rectangle_to_standard(self, stored: Rectangle) -> Rectangle:
        """A rectangle of the stored slice as it lies in `hu`."""
        return self.turn.rectangle_to_standard(stored, self.series.rows, self.series.columns)

    def rectangle_to_stored(self, standard: Rectangle) -> Rectangle:
        """A rectangle in `hu` as it lies in the stored slice."""
        return self.turn.rectangle_to_stored(standard, self.series.rows, self.series.columns)


def load(
    series: Series,
    decoders: DecoderPool | None = None,
    work: Work = UNWATCHED,
    first: Callable[[Volume], None] = lambda volume: None,
) -> Volume:
    """Read a series' pixels as Hounsfield units (Modality LUT, PS3.3 C.11.1).

    Args:
        decoders: for compressed pixels; without it, a pool is started for this series.
        work: progress in slices, checked between slices.
        first: called with a volume of the middle slice, long before the others are read.

    Raises:
        UnreadableSeries: no slice can be decoded, the decoders cannot work, or the series does not fit into memory.
        Cancelled: `work` was asked to stop.
    """
    started = perf_counter()
    slices = series.slices
    _require_memory(series)
    turn = StandardTurn.of(series.across, series.down)
    shape = turn.apply(np.empty((series.rows, series.columns), np.bool_)).shape
    exact = all(item.form.whole for item in slices)
    hu = _empty((len(slices), *shape), exact)
    failed: dict[int, Skipped] = {}
    # The middle slice first, to be shown; then in order, which is faster on discs than from the middle outwards.
    middle = len(slices) // 2
    order = [middle, *(index for index in range(len(slices)) if index != middle)]
    with ExitStack() as stack:
        read = _reader(slices, decoders, stack)
        for done, (index, outcome) in enumerate(read(order), start=1):
            work.raise_if_stopped()
            if isinstance(outcome, Message):
                failed[index] = Skipped(slices[index].shown, outcome)
            else:
                if outcome.dtype == np.float32 and hu.dtype == np.int16:
                    hu = hu.astype(np.float32)
                hu[index] = turn.apply(outcome)
                if index == middle:
                    one = _empty((1, *shape), hu.dtype == np.int16)
                    one[0] = hu[index]
                    first(_volume(series, [index], one, turn, {}, perf_counter() - started))
            work.progress(done, len(slices))
    kept = [index for index in range(len(slices)) if index not in failed]
    if not kept:
        first_failed = failed[0]
        raise UnreadableSeries(
            message(
                "None of the {count} slices of the series can be read; the first, {file}: {reason}; export the series "
                "again.",
                count=len(slices),
                file=first_failed.shown,
                reason=first_failed.reason,
            )
        )
    for place, index in enumerate(kept):
        if place != index:
            hu[place] = hu[index]
    return _volume(series, kept, hu[: len(kept)], turn, failed, perf_counter() - started)


def read_slice(item: Slice, decoders: DecoderPool | None = None) -> Hounsfield:
    """[rows, columns] one slice in HU, as stored.

    Raises:
        UnreadableSeries: it cannot be read.
    """
    with ExitStack() as stack:
        ((_, outcome),) = _reader((item,), decoders, stack)([0])
    if isinstance(outcome, Message):
        raise UnreadableSeries(message("{file} cannot be read: {reason}.", file=item.shown, reason=outcome))
    return outcome


def _empty(shape: tuple[int, ...], whole: bool) -> Hounsfield:
    return np.empty(shape, np.int16) if whole else np.empty(shape, np.float32)


def _volume(
    series: Series,
    kept: Sequence[int],
    hu: Hounsfield,
    turn: StandardTurn,
    failed: dict[int, Skipped],
    seconds: float,
) -> Volume:
    read = replace(series, slices=tuple(series.slices[index] for index in kept))
    skipped = tuple(failed[index] for index in sorted(failed))
    missing_mm = tuple(float(series.geometry.positions_mm[index]) for index in sorted(failed))
    return Volume(read, hu, read.geometry.turned(turn), turn, skipped, missing_mm, seconds)


_Outcome = Hounsfield | Message
"""A slice in HU, or the reason why it cannot be read."""


def _reader(
    slices: Sequence[Slice], decoders: DecoderPool | None, stack: ExitStack
) -> Callable[[Sequence[int]], Iterator[tuple[int, _Outcome]]]:
    """A function that reads slices in a given order; compressed ones in parallel, as many as there are decoders."""
    frames = FrameReader()
    if not any(item.form.compressed for item in slices):
        return lambda order: (
            (index, slice_values(_bytes(frames, slices[index]), slices[index], None)) for index in order
        )
    pool = decoders if decoders is not None else stack.enter_context(DecoderPool())
    threads = stack.enter_context(ThreadPoolExecutor(pool.size, thread_name_prefix="clivus-decoding"))

    def read(order: Sequence[int]) -> Iterator[tuple[int, _Outcome]]:
        waiting: deque[tuple[int, Future[_Outcome]]] = deque()
        try:
            for index in order:
                # Files are read here, one by one; only decoding is parallel. The short queue bounds the memory.
                waiting.append(
                    (index, threads.submit(slice_values, _bytes(frames, slices[index]), slices[index], pool))
                )
                if len(waiting) > 2 * pool.size:
                    oldest, future = waiting.popleft()
                    yield oldest, future.result()
            for oldest, future in waiting:
                yield oldest, future.result()
        finally:
            for _, future in waiting:
                future.cancel()

    return read


def _bytes(frames: FrameReader, item: Slice) -> bytes | Message:
    try:
        return frames.read(item)
    except FrameUnreadable as error:
        return error.message


def slice_values(found: bytes | Message, item: Slice, pool: DecoderPool | None) -> _Outcome:
    """[rows, columns] HU from the stored bytes of a slice, or the reason why there are none; compressed slices need
    `pool`."""
    if isinstance(found, Message):
        return found
    form = item.form
    if form.compressed:
        assert pool is not None
        try:
            return hounsfield(pool.decode(found, form), form)
        except DecoderUnusable as error:  # the fault is not in the slice, and no other could be read
            raise UnreadableSeries(
                message("Compressed slices cannot be read here: {reason}.", reason=error.message)
            ) from None
        except DecodingFailed as error:
            return error.message
    order = form.container.newbyteorder(">" if form.transfer_syntax == EXPLICIT_BIG_ENDIAN else "<")
    stored = np.frombuffer(found, order).reshape(form.rows, form.columns)
    return hounsfield(stored.astype(form.container, copy=False), form)


def _require_memory(series: Series) -> None:
    from psutil import virtual_memory  # not above: it takes 30 ms, and the start page holds no volume

    form = series.slices[0].form
    needed = len(series.slices) * form.rows * form.columns * (2 if form.whole else 4)
    free = virtual_memory().available
    if needed + _SPARE_BYTES > free:
        raise UnreadableSeries(
            message(
                "The series needs {needed:.1f} GiB of memory and {free:.1f} GiB are free: close other programs, "
                "or export a thicker or shorter series.",
                needed=needed / 2**30,
                free=free / 2**30,
            )
        )
