"""The installer for Windows, by makensis, which runs on Linux too."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from contents import PROGRAM
from icons import draw_icons
from PIL import Image
from release import Release
from signing import SIGNER

HERE = Path(__file__).resolve().parent
_ICONS_PX = (16, 24, 32, 48, 64, 128, 256)


def make_installer(release: Release, out: Path, work: Path) -> Path:
    """Write the installer, by way of the empty folder `work`.

    Raises:
        SystemExit: makensis failed, or warned.
    """
    place = out / f"{PROGRAM}-{release.version}-windows-setup{release.suffix}.exe"
    size_kib = sum(path.stat().st_size for path in release.tree.rglob("*") if path.is_file()) // 1024
    values = {
        "VERSION": release.version,
        "TREE": release.tree,
        "OUT": place,
        "ICON": _icon(work),
        "SIZE_KIB": size_kib,
    }
    if SIGNER in os.environ:
        values["SIGN"] = os.environ[SIGNER]
    command = ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8"]
    command += [f"-D{name}={value}" for name, value in values.items()]
    done = subprocess.run([*command, str(HERE / "clivus.nsi")], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"makensis failed:\n{done.stdout}{done.stderr}")
    return place


def _icon(work: Path) -> Path:
    """The icon in all sizes in one file."""
    files = {size: work / f"{size}.png" for size in _ICONS_PX}
    draw_icons(files)
    pictures = [Image.open(file) for file in files.values()]
    place = work / f"{PROGRAM}.ico"
    pictures[-1].save(place, append_images=pictures[:-1], sizes=[picture.size for picture in pictures])
    return place
