"""The environment variables of a worker."""

from __future__ import annotations

import os


def worker_environment() -> dict[str, str]:
    """The variables of this process, and some for a process that repeats one small task."""
    # One thread each: there are as many workers as processors.
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # glibc then keeps the memory of one frame for the next, a quarter faster than requesting it again.
    memory = {"MALLOC_MMAP_THRESHOLD_": str(16 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20)}
    return os.environ | threads | memory
