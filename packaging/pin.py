"""Pin what the installers for Linux are built with: `python packaging/pin.py`, in the Python that builds them.

Asks pip what it would install today and writes versions and SHA-256 to files in `linux`, from which `clean_build.py`
builds. Run it when a dependency is added or renewed. Pip loads the libraries of CUDA to ask them, some gigabytes.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from contents import PROGRAM
from origins import canonical

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "packaging/linux"

BACKEND, REQUIREMENTS, GPU = "backend.txt", "requirements.txt", "requirements-gpu.txt"
"""What packs PyInstaller's source into a wheel; what the application is built with; what the variant gpu has more."""

_HEAD = "# {what}: Python {python} on {machine}. Written by packaging/pin.py.\n"

_AS_SOURCE = "--no-binary pyinstaller"
"""Of its source, so that its bootloader is compiled: see bootloader.py."""

Pins = dict[str, str]


def main() -> None:
    """Ask and write."""
    pins = _asked(*_AS_SOURCE.split(), ".[gpu,packaging]")
    of_gpu = {name for name in pins if name.startswith("nvidia-")}
    _write(BACKEND, "What packs PyInstaller", _asked("hatchling"))
    _write(
        REQUIREMENTS, "What the installers for Linux are built with", _without(pins, of_gpu), first=f"{_AS_SOURCE}\n"
    )
    _write(GPU, "What the variant gpu has more", _without(pins, pins.keys() - of_gpu))


def _asked(*arguments: str) -> Pins:
    """What pip would install, by name."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    pins = {}
    for package in json.loads(done.stdout)["install"]:
        name, version = canonical(package["metadata"]["name"]), package["metadata"]["version"]
        if name != PROGRAM:
            digest = package["download_info"]["archive_info"]["hashes"]["sha256"]
            pins[name] = f"{name}=={version} --hash=sha256:{digest}"
    return pins


def _without(pins: Pins, names: Iterable[str]) -> Pins:
    return {name: pin for name, pin in pins.items() if name not in set(names)}


def _write(file: str, what: str, pins: Pins, first: str = "") -> None:
    head = _HEAD.format(what=what, python=".".join(map(str, sys.version_info[:2])), machine=platform.machine())
    text = head + first + "".join(f"{pins[name]}\n" for name in sorted(pins))
    (FOLDER / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
