"""Memory that is not needed any more goes back to the system."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""

_HEAPS = 2
"""For the interface and for whatever works beside it."""


def keep_few_heaps() -> None:
    """Let threads share heaps. Linux's C library gives each one of its own, up to eight for each core, and what an
    ended thread has freed stays there: 40 MB after a few analyses. To be called before there are threads."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, _HEAPS)


def give_back_memory() -> None:
    """Return to the system what was freed, after work that needed much: opening a model 170 MB, an analysis 50.

    Linux's C library would keep it for the process; other systems' do not. It takes a few milliseconds.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library, such as musl
            ctypes.CDLL(None).malloc_trim(0)
