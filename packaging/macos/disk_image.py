"""The application and its disk image for macOS. Not tried on a Mac: only what needs none is tested."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
from pathlib import Path

from contents import PROGRAM
from icons import draw_icons
from PIL import Image
from release import Release
from signing import sign

from desktop.messages import offered

NAME = "Clivus"
IDENTIFIER = "clivus.clivus"
"""We have no domain to be named after."""

_LOWEST_SYSTEM = "13.0"
"""As Qt's wheels want it."""

_ICON_PX = 1024
_LAUNCHER = f"""#!/bin/sh
exec "${{0%/*}}/../Resources/{PROGRAM}/{PROGRAM}" "$@"
"""
"""The application lies in Resources as it was proved; in MacOS, PyInstaller would look elsewhere for its parts."""


def make_disk_image(release: Release, out: Path, work: Path) -> Path:
    """Write the image, by way of the empty folder `work`; needs a Mac.

    Raises:
        SystemExit: hdiutil failed.
    """
    place = out / f"{PROGRAM}-{release.version}-macos-{release.machine}.dmg"
    sign([make_application(release, work)])
    (work / "Applications").symlink_to("/Applications")  # to which a user drags it
    command = ["hdiutil", "create", "-quiet", "-ov", "-volname", NAME, "-srcfolder", str(work), "-format", "UDZO"]
    done = subprocess.run([*command, str(place)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"hdiutil failed:\n{done.stdout}{done.stderr}")
    return place


def make_application(release: Release, folder: Path) -> Path:
    """Write the application into `folder`: the same tree as on every system, with what the Finder wants around it.

    Projects and models are dropped on the window: macOS would hand them over by an event that nobody here waits for.
    """
    application = folder / f"{NAME}.app"
    inside = application / "Contents"
    shutil.copytree(release.tree, inside / "Resources" / PROGRAM, symlinks=True)
    launcher = inside / "MacOS" / NAME
    launcher.parent.mkdir()
    launcher.write_text(_LAUNCHER, encoding="utf-8", newline="\n")
    launcher.chmod(0o755)
    icon = folder / f"{PROGRAM}.png"
    draw_icons({_ICON_PX: icon})
    Image.open(icon).save(inside / "Resources" / f"{PROGRAM}.icns")
    icon.unlink()
    about = {
        "CFBundleName": NAME,
        "CFBundleIdentifier": IDENTIFIER,
        "CFBundlePackageType": "APPL",
        "CFBundleExecutable": NAME,
        "CFBundleIconFile": f"{PROGRAM}.icns",
        "CFBundleShortVersionString": release.version,
        "CFBundleVersion": release.version,
        "CFBundleLocalizations": list(offered()),
        "LSApplicationCategoryType": "public.app-category.medical",
        "LSMinimumSystemVersion": _LOWEST_SYSTEM,
        "NSHighResolutionCapable": True,
    }
    (inside / "Info.plist").write_bytes(plistlib.dumps(about))
    return application
