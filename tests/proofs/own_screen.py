"""A screen of its own for a proof that works a real window with real keys: X server and window manager."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SETTLE_S = 1.0


def require(*tools: str) -> None:
    """End with a sentence where a tool is missing; nothing was found to be wrong."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        print(f"Skipped: this proof needs {', '.join(missing)}. Install what is missing and start it again.")
        raise SystemExit(0)


@contextmanager
def own_screen(size: str = "1366x768") -> Iterator[str]:
    """An X server with a window manager while the block runs; its name."""
    require("Xvfb", "openbox")
    seen, said = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(said), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
        pass_fds=[said],
        stderr=subprocess.DEVNULL,
    )
    os.close(said)
    with os.fdopen(seen) as lines:
        display = f":{lines.readline().strip()}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    manager = subprocess.Popen(["openbox"], env=os.environ | {"DISPLAY": display}, **quiet)
    try:
        time.sleep(_SETTLE_S)
        yield display
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()
