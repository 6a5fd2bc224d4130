"""How much memory the system allows, and how a lack of it is told from other failures."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.errors import ClivusError, NoMemory

WORKER_BYTES = 900 * 2**20
"""Memory for one process that reads cases. Measured at the largest: 400 MB to open the shipped model, 500 with a head
CT of 90 slices of 512 x 512; 200 more slices have room."""

_MARKS = (
    "cannot map zero-fill pages",  # Linux's loader, of a library that is whole
    "Cannot allocate memory",  # C's ENOMEM
    "paging file is too small",  # Windows' loader
    "can't start new thread",  # Python
    "bad_alloc",  # C++
    "Failed to allocate memory",  # onnxruntime's allocator
)

_UNDER_A_LIMIT = "failed to map segment from shared object"
"""Linux's loader says the same of a folder that nothing may be executed in."""


def is_want_of_memory(error: BaseException) -> bool:
    """Whether something failed because there was too little memory."""
    text = str(error)
    return (
        isinstance(error, MemoryError)
        or any(mark in text for mark in _MARKS)
        or (_UNDER_A_LIMIT in text and allowed_bytes() < sys.maxsize)
    )


@contextmanager
def want_of_memory_told() -> Iterator[None]:
    """Within it, what fails for want of memory fails in a sentence for people.

    Raises:
        NoMemory: in place of what Python or a library raised.
    """
    try:
        yield
    except ClivusError:  # a sentence already
        raise
    except Exception as error:
        if is_want_of_memory(error):
            raise NoMemory from None
        raise


def require_memory() -> None:
    """Refuse to begin where the system does not allow what reading a case takes.

    Libraries would fail in the middle of it, and some of them end the process in their own words.

    Raises:
        NoMemory: it does not.
    """
    if allowed_bytes() < WORKER_BYTES:
        raise NoMemory


def allowed_bytes() -> int:
    """What the system allows this user's programs; Windows has no such limit."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource

    limits = (resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA))
    return min((limit for limit in limits if limit != resource.RLIM_INFINITY), default=sys.maxsize)
