"""Limits for decoding one frame, and the number of workers."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

_MIB = 2**20

_MOST_WORKERS = 4
"""More do not help: then reading the files and filling the volume take longer than decoding."""


@dataclass(frozen=True)
class Limits:
    """Limits for one frame; its decoder is stopped when it exceeds one.

    Attributes:
        seconds: for one frame. A 512 x 512 slice takes 3 to 50 ms; ten seconds allow for a slow, busy machine.
        seconds_to_start: for a new worker, which takes 0.2 s; a virus scanner or a cold disk may need many seconds.
        memory: bytes in addition to those of the idle worker, for a frame of any size.
        memory_per_byte: the same for each byte of the frame, where that is more. Measured at 4096 x 4096 pixels: 4 to 6
            with every decoder.
        largest_frame: bytes of a frame, not compressed: 8192 x 8192 pixels of 16 bits.
    """

    seconds: float = 10.0
    seconds_to_start: float = 30.0
    memory: int = 256 * _MIB
    memory_per_byte: int = 16
    largest_frame: int = 128 * _MIB

    def memory_for(self, frame_bytes: int) -> int:
        """Memory in bytes for decoding a frame of `frame_bytes` (not compressed)."""
        return max(self.memory, self.memory_per_byte * frame_bytes)

    def largest_compressed(self, frame_bytes: int) -> int:
        """Largest size of a compressed frame in bytes: noise grows by a few percent, the rest allows for padding."""
        return 2 * frame_bytes + _MIB


LIMITS = Limits()


def default_workers() -> int:
    """One worker for each processor available to this program, at most four."""
    if sys.platform == "linux":
        usable = len(os.sched_getaffinity(0))  # fewer than the machine has, in a container or with taskset
    else:
        usable = os.cpu_count() or 1
    return min(usable, _MOST_WORKERS)


def in_mib(size: int) -> str:
    """`size` bytes in MiB, for messages."""
    return f"{size / 2**30:.3g} GiB" if size >= 2**30 else f"{size / _MIB:.3g} MiB"
