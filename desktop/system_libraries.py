"""The system's libraries that the window stands on, on Linux, and the packages that bring them."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Packages:
    """What brings a library: on Debian and Ubuntu, and on RHEL and Fedora."""

    debian: str
    rhel: str


SYSTEM_LIBRARIES = {
    "libGL.so.1": Packages("libgl1", "libglvnd-glx"),
    "libEGL.so.1": Packages("libegl1", "libglvnd-egl"),
    "libglib-2.0.so.0": Packages("libglib2.0-0", "glib2"),
    "libfontconfig.so.1": Packages("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": Packages("libfreetype6", "freetype"),
    "libdbus-1.so.3": Packages("libdbus-1-3", "dbus-libs"),
    "libxkbcommon.so.0": Packages("libxkbcommon0", "libxkbcommon"),
    "libxkbcommon-x11.so.0": Packages("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libX11.so.6": Packages("libx11-6", "libX11"),
    "libX11-xcb.so.1": Packages("libx11-xcb1", "libX11-xcb"),
    "libxcb.so.1": Packages("libxcb1", "libxcb"),
    "libxcb-cursor.so.0": Packages("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": Packages("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": Packages("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": Packages("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": Packages("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": Packages("libxcb-render0", "libxcb"),
    "libxcb-render-util.so.0": Packages("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": Packages("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": Packages("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": Packages("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": Packages("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": Packages("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": Packages("libxcb-xkb1", "libxcb"),
    "libzstd.so.1": Packages("libzstd1", "libzstd"),
    "libwayland-client.so.0": Packages("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": Packages("libwayland-cursor0", "libwayland-cursor"),
}
"""What Qt's libraries and its plugins for X11 and Wayland are linked to beside what every system has (PySide6 6.11)."""


def missing_libraries() -> list[str]:
    """Those of them that this system cannot load: all at once, not one a start."""
    if sys.platform != "linux":
        return []
    return [name for name in SYSTEM_LIBRARIES if not _loads(name)]


def packages_of(libraries: Iterable[str]) -> Packages:
    """What to install for these libraries, as arguments of `apt install` and `dnf install`."""
    found = [SYSTEM_LIBRARIES[name] for name in libraries]
    return Packages(
        " ".join(sorted({packages.debian for packages in found})),
        " ".join(sorted({packages.rhel for packages in found})),
    )


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
