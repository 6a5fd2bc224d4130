"""Why Clivus does not start, in sentences that two say: Python, and on Linux the starter before it.

`packaging/linux/starter.py` puts them into that starter in every language; it says them where there is no Python yet.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from desktop.errors import ClivusError, InstallationUnsound, WrongUse
from desktop.messages import alternatives, message, shown
from desktop.system_libraries import Packages

SHOW = "--show-start-failure"
"""The starter's own first argument: show the sentence that follows to a person who does not look at a terminal."""


class SystemTooOld(WrongUse):
    """The system lacks what every program needs."""


class NoScreen(WrongUse):
    """No window can be opened here, although the installation is complete."""


class WindowUnsound(InstallationUnsound):
    """The window's parts are missing or damaged."""


def system_too_old(found: str, needed: str) -> SystemTooOld:
    """The error for a system whose C library, as `found` names it, is older than `needed`."""
    return SystemTooOld(
        message(
            "Clivus cannot run on this system: it needs glibc {needed} or newer (RHEL 9, Ubuntu 22.04, Debian 12, and "
            "newer ones), and here is {found}.",
            needed=needed,
            found=found,
        )
    )


def no_screen() -> NoScreen:
    """The error for a session that names no screen."""
    return NoScreen(message("There is no screen to open a window on: use `clivus read` or `clivus demo --headless`."))


def unreachable(screens: Iterable[str]) -> NoScreen:
    """The error for screens that do not answer, such as `DISPLAY=:0`."""
    return NoScreen(
        message(
            "The screen {screens} cannot be reached: start Clivus from a desktop session, or use `clivus read`, "
            "which needs no screen.",
            screens=alternatives(screens),
        )
    )


def libraries_missing(libraries: Iterable[str], packages: Packages) -> NoScreen:
    """The error for a system without libraries that the window needs."""
    return NoScreen(
        message(
            "System libraries that the window needs are missing or damaged ({libraries}): install them (Debian, "
            "Ubuntu: apt install {packages}; RHEL, Fedora: dnf install {rhel}), or use `clivus read`, which needs no "
            "screen.",
            libraries=list(libraries),
            packages=packages.debian,
            rhel=packages.rhel,
        )
    )


def show_to_person(error: ClivusError) -> None:
    """Show why the window does not open to whoever has double-clicked, for whom nobody reads stderr.

    Qt cannot, so the starter does, which the frozen application has on Linux.
    """
    if sys.platform == "linux" and getattr(sys, "frozen", False):
        program = Path(sys.executable)
        subprocess.run([program.parents[1] / program.name, SHOW, shown(error.message)], check=False)
