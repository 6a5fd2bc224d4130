"""PyInstaller's bootloader, which starts Python: compiled for this build, not taken from PyInstaller's wheel.

With the wheel's, the program begins with the same bytes as everything that anybody has frozen, harmful programs too;
virus scanners know these bytes, and take one for the other.
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from desktop.checksum import file_sha256

_COMPILED = "Tag: py3-none-any"
"""In the WHEEL of a PyInstaller that pip has made of its source; a wheel with a bootloader names the platform."""


def require_own_bootloader() -> None:
    """Refuse a PyInstaller that has come with a bootloader.

    Raises:
        SystemExit: it has.
    """
    if _COMPILED not in (_pyinstaller().read_text("WHEEL") or "").splitlines():
        raise SystemExit(
            "This PyInstaller brought its bootloader along, which virus scanners take for a harmful program: set "
            "PYINSTALLER_COMPILE_BOOTLOADER=1 and run `pip install --force-reinstall --no-binary pyinstaller "
            "pyinstaller`, which needs a C compiler."
        )


def bootloader_component() -> dict[str, Any]:
    """The bootloader in the bill of materials, with the compiler that made it, where it says so."""
    from PyInstaller import PLATFORM  # the folder that PyInstaller looks in

    wheel = _pyinstaller()
    name = "run.exe" if sys.platform == "win32" else "run"
    file = Path(str(wheel.locate_file(f"PyInstaller/bootloader/{PLATFORM}/{name}")))
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": f"pyinstaller-bootloader@{wheel.version}",
        "name": "pyinstaller-bootloader",
        "version": wheel.version,
        "description": "Starts Python. Compiled for this build from PyInstaller's source.",
        "hashes": [{"alg": "SHA-256", "content": file_sha256(file)}],
        "licenses": [{"expression": "GPL-2.0-or-later WITH Bootloader-exception"}],
    }
    if compiler := _compiler_of(file):
        component["properties"] = [{"name": "clivus:compiler", "value": compiler}]
    return component


def _pyinstaller() -> Distribution:
    return distribution("pyinstaller")


def _compiler_of(file: Path) -> str:
    """What an ELF file says of the compiler that made it; "" where it is none or says nothing."""
    if sys.platform != "linux":
        return ""
    from elftools.elf.elffile import ELFFile

    with file.open("rb") as stream:
        section = ELFFile(stream).get_section_by_name(".comment")
        return section.data().rstrip(b"\0").split(b"\0")[0].decode() if section else ""
