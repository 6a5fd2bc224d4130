"""Pin what the installers for Linux are built with: `python packaging/pin.py`, in the Python that builds them.

Asks pip what it would install today for `.[packaging]`, and writes versions and SHA-256 to linux/requirements.txt. Run
it when a dependency is added or renewed.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path

from contents import PROGRAM
from origins import canonical

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "packaging/linux/requirements.txt"

_HEAD = """# What the installers for Linux are built with: Python {python} on {machine}. Written by packaging/pin.py.
#     pip install --require-hashes -r packaging/linux/requirements.txt && pip install --no-deps .
"""


def main() -> None:
    """Ask and write."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    done = subprocess.run([*command, ".[packaging]"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    pins = {}
    for package in json.loads(done.stdout)["install"]:
        name, version = canonical(package["metadata"]["name"]), package["metadata"]["version"]
        if name != PROGRAM:
            pins[name] = (
                f"{name}=={version} --hash=sha256:{package['download_info']['archive_info']['hashes']['sha256']}"
            )
    head = _HEAD.format(python=".".join(map(str, sys.version_info[:2])), machine=platform.machine())
    FILE.write_text(head + "".join(f"{pins[name]}\n" for name in sorted(pins)), encoding="utf-8")


if __name__ == "__main__":
    main()
