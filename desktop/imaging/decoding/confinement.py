"""What the worker's system holds it to, beside the program that watches it."""

from __future__ import annotations

import sys
from pathlib import Path

_MOST_WRITTEN = 2**20
"""Bytes in a file. A worker writes none but the decoders' remarks."""


class Confinement:
    """Limits that a decoder cannot pass. Only Linux holds a process to its memory; elsewhere the program does alone."""

    def __init__(self) -> None:
        if sys.platform == "linux":
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no patient's picture in a core file
            resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_WRITTEN, _MOST_WRITTEN))
            # Data, not address space: libraries reserve much more of that than they ever use.
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
            self._at_start = pages * resource.getpagesize()
            self._most = resource.getrlimit(resource.RLIMIT_DATA)[1]

    def allow(self, memory: int) -> None:
        """Let the process have `memory` bytes beside what it had at the start."""
        if sys.platform == "linux":
            import resource

            wanted = self._at_start + memory
            soft = wanted if self._most == resource.RLIM_INFINITY else min(wanted, self._most)
            resource.setrlimit(resource.RLIMIT_DATA, (soft, self._most))
