"""Limits that the operating system enforces on a worker, in addition to the watchdog."""

from __future__ import annotations

import sys
from pathlib import Path

_MOST_WRITTEN = 2**20
"""File size in bytes. A worker writes only what the decoders print."""


class Confinement:
    """Limits that a decoder cannot exceed. Only Linux can limit a process's memory; elsewhere the watchdog does."""

    def __init__(self) -> None:
        if sys.platform == "linux":
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would contain a patient's image
            resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_WRITTEN, _MOST_WRITTEN))
            # Data, not address space: libraries reserve far more address space than they use.
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
            self._at_start = pages * resource.getpagesize()
            self._most = resource.getrlimit(resource.RLIMIT_DATA)[1]

    def allow(self, memory: int) -> None:
        """Allow the process `memory` bytes more than it had at the start."""
        if sys.platform == "linux":
            import resource

            wanted = self._at_start + memory
            soft = wanted if self._most == resource.RLIM_INFINITY else min(wanted, self._most)
            resource.setrlimit(resource.RLIMIT_DATA, (soft, self._most))
