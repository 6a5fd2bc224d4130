"""The archive for a Linux on which one may not install anything."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from contents import PROGRAM
from floor import FLOOR
from icons import draw_icons
from linux.staging import HERE, filled, set_dates
from release import Release

_ICON_PX = 256


def make_archive(release: Release, out: Path, work: Path) -> Path:
    """Write the archive, by way of the empty folder `work`."""
    name = f"{PROGRAM}-{release.version}"
    place = out / f"{name}-linux-{release.machine}{release.suffix}.tar.xz"
    folder = work / name
    shutil.copytree(release.tree, folder, symlinks=True)
    share = folder / "share"
    for file in ("clivus.desktop", "clivus.xml"):
        share.mkdir(exist_ok=True)
        (share / file).write_bytes((HERE / file).read_bytes())
    draw_icons({_ICON_PX: share / f"{PROGRAM}.png"})
    (folder / "menu.sh").write_bytes((HERE / "menu.sh").read_bytes())
    glibc = ".".join(map(str, FLOOR["GLIBC"]))
    note = filled("INSTALL.txt", VERSION=release.version, ARCHIVE=place.name, NAME=name, GLIBC=glibc)
    (folder / "INSTALL.txt").write_text(note, encoding="utf-8")
    set_dates(folder, release)
    command = ["tar", "--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"]
    # The size of blocks decides the bytes; the number of threads does not.
    command += ["--use-compress-program=xz --threads=0 --block-size=64MiB", f"--file={place}", f"--directory={work}"]
    subprocess.run([*command, name], check=True)
    return place
