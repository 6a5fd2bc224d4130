"""What Linux's C library does with memory that is freed: the window gives it back, training keeps it."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Of `mallopt` (malloc.h of glibc)."""

_HEAPS = 2
"""For the interface and for whatever works beside it."""

_NEVER = 2**30


def keep_few_heaps() -> None:
    """Let threads share heaps. Linux's C library gives each one of its own, up to eight for each core, and what an
    ended thread has freed stays there: 40 MB after a few analyses. To be called before there are threads."""
    _set(_ARENA_MAX, _HEAPS)


def keep_freed_memory() -> None:
    """Let the C library keep what is freed for the next tensor, in a process that makes large ones all the time.

    By default each is mapped anew and every page of it faults: on two cores, features of 224-pixel crops took 1.7 times
    as long, and the sizes of the backbone's training up to 1.2 times.
    """
    _set(_TRIM_THRESHOLD, _NEVER)
    _set(_MMAP_THRESHOLD, _NEVER)


def give_back_memory() -> None:
    """Return to the system what was freed, after work that needed much: opening a model 170 MB, an analysis 50.

    Linux's C library would keep it for the process; other systems' do not. It takes a few milliseconds.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library, such as musl
            ctypes.CDLL(None).malloc_trim(0)


def _set(option: int, value: int) -> None:
    """Where there is another C library, such as musl, nothing happens."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(option, value)
