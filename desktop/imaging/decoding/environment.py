"""What a worker is started with."""

from __future__ import annotations

import os


def worker_environment() -> dict[str, str]:
    """Ours, and what suits a process that does the same small thing again and again."""
    # One thread in each: there are as many workers as processors.
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # glibc keeps the memory of one frame for the next, which is a quarter faster than to fetch it from the system anew.
    memory = {"MALLOC_MMAP_THRESHOLD_": str(16 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20)}
    return os.environ | threads | memory
