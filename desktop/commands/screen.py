"""Whether a window can be opened on a screen, found out without importing Qt into this process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from desktop.children import SCREEN_TRIAL, child_command, creation_flags
from desktop.commands.start_failures import NoScreen, WindowUnsound, libraries_missing, unreachable
from desktop.errors import ClivusError
from desktop.messages import Message, message, sentences
from desktop.quoting import quoted
from desktop.scripts import LATIN
from desktop.system_errors import reason_of
from desktop.system_libraries import packages_of

OFFSCREEN = "offscreen"
"""Qt's platform that draws without a screen."""

_SHIPPED = ("xcb", "wayland", OFFSCREEN, "windows", "cocoa")
"""Qt platforms that every installation contains, each on its system; if one is absent, it was lost."""

_LONGEST_S = 120.0
"""Time limit for the whole trial, which takes 0.3 s; a cold disk or a virus scanner may need many seconds. The
connection to the screen has its own limit within the trial."""


def has_screen() -> bool:
    """Whether this session names a screen; the screen may still not respond."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


@dataclass(frozen=True)
class Trial:
    """The outcome of `desktop.viewer.screen_trial`.

    Attributes:
        requested: the platforms requested, in the order in which Qt tries them.
        import_error: why Qt cannot be imported, "" where it can.
        plugins: platform to why its plugin cannot be used: "" where it can, "absent" where there is none; None where
            the trial ended before that.
        libraries: system libraries that cannot be loaded; looked for after a failure only.
        platform: the platform that started, None where none did.
        undrawn: scripts whose characters are drawn as boxes; None where the trial ended before that.
        stderr: what Qt and its libraries wrote there.
        status: the exit status, negative for a signal.
        screen: columns and rows in logical pixels, and the scale factor; None where no platform started.
    """

    requested: tuple[str, ...]
    import_error: str
    plugins: Mapping[str, str] | None
    libraries: Sequence[str]
    platform: str | None
    undrawn: tuple[str, ...] | None
    stderr: str
    status: int
    screen: tuple[int, int, float] | None = None

    @property
    def trouble(self) -> ClivusError | None:
        """Why the window could not be opened; None if it could."""
        if self.platform is not None and self.undrawn is not None:
            return no_latin() if LATIN in self.undrawn else None
        if self.plugins is None:
            if self.libraries:
                return libraries_missing(self.libraries, packages_of(self.libraries))
            return _damaged("Qt", self.import_error or self._end)
        bad = {name: state for name in self.requested if (state := self.plugins.get(name, ""))}
        if bad:
            return plugin_trouble(*next(iter(bad.items())), self.libraries)
        if self.status < 0:
            return _damaged("Qt", self._end)
        return self._unreachable()

    @property
    def _end(self) -> Message:
        if self.status < 0:
            return message("it crashed, {signal}", signal=signal.strsignal(-self.status))
        return message("exit status {status}", status=self.status)

    def _unreachable(self) -> NoScreen:
        causes = [cause for mark, cause in _CAUSES.items() if mark in self.stderr][:1]
        if asked := os.environ.get("QT_QPA_PLATFORM"):
            sentence = message(
                "QT_QPA_PLATFORM is {asked}, and no screen of that kind can be reached: unset it, or use `clivus "
                "read`, which needs no screen.",
                asked=quoted(asked),
            )
        elif names := [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]:
            sentence = unreachable(f"{name}={quoted(os.environ[name])}" for name in names).message
        else:
            sentence = message(
                "The screen of this session cannot be reached: start Clivus from a desktop session, or use `clivus "
                "read`, which needs no screen."
            )
        return NoScreen(sentences([*causes, sentence]))


_NOT_ALLOWED = message("The screen does not let this user in.")
_CAUSES = {
    "Authorization required": _NOT_ALLOWED,
    "Invalid MIT-MAGIC-COOKIE": _NOT_ALLOWED,
    "Timeout (": message("The screen does not answer."),
    "XDG_RUNTIME_DIR is invalid or not set": message("XDG_RUNTIME_DIR does not name the session's folder."),
}
"""What Xlib, the time limit and libwayland print, and what it means."""


class ScreenTrial:
    """The running trial, in a separate process, so that this one can load other parts meanwhile."""

    def __init__(self) -> None:
        """Start the trial; without a screen, on the Qt platform that draws offscreen.

        Raises:
            NoScreen: the system does not let it start.
        """
        environment = os.environ | {"QT_MAC_DISABLE_FOREGROUND_APPLICATION_TRANSFORM": "1"}  # no icon in the Dock
        if not has_screen():
            environment["QT_QPA_PLATFORM"] = OFFSCREEN
        self._requested = _requested(environment)
        try:
            self._process = subprocess.Popen(
                child_command(SCREEN_TRIAL),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                env=environment,
                creationflags=creation_flags(),
            )
        except OSError as error:
            raise NoScreen(
                message("The window cannot be tried out ({error}): close other programs.", error=reason_of(error))
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def end(self) -> Trial:
        """Wait for the trial to end and return its outcome."""
        try:
            out, stderr = self._process.communicate(timeout=_LONGEST_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            out, stderr = self._process.communicate()
        found: dict[str, Any] = {}
        for line in out.splitlines():
            try:
                found |= json.loads(line)
            except (ValueError, TypeError):  # a library printed something else
                continue
        undrawn, screen = found.get("undrawn"), found.get("screen")
        return Trial(
            self._requested,
            found.get("import_error", ""),
            found.get("plugins"),
            found.get("libraries", []),
            found.get("platform"),
            None if undrawn is None else tuple(undrawn),
            stderr,
            self._process.returncode,
            None if screen is None else (int(screen[0]), int(screen[1]), float(screen[2])),
        )


def plugin_trouble(platform: str, state: str, libraries: Sequence[str]) -> ClivusError:
    """Why a platform plugin cannot be used, from its state and the missing system libraries."""
    if state == "absent" and platform not in _SHIPPED:
        return NoScreen(
            message(
                "QT_QPA_PLATFORM asks for {platform}, which Qt does not have here: unset it.", platform=quoted(platform)
            )
        )
    if state == "absent":
        return WindowUnsound(
            message("The window's part for {platform} is missing: install Clivus again.", platform=platform)
        )
    if libraries:
        return libraries_missing(libraries, packages_of(libraries))
    return _damaged(message("Qt's plugin for {platform}", platform=platform), state.rpartition(": ")[2])


def no_latin() -> NoScreen:
    """The error for a system whose fonts cannot draw Latin letters."""
    return NoScreen(
        message(
            "No font is installed that letters could be drawn with, so the window would show boxes: install one "
            "(Debian, Ubuntu: apt install fonts-dejavu-core), or use `clivus read`, which needs no screen."
        )
    )


def _damaged(part: str | Message, reason: str | Message) -> WindowUnsound:
    return WindowUnsound(
        message("The window's part {part} cannot be loaded ({reason}): install Clivus again.", part=part, reason=reason)
    )


def _requested(environment: Mapping[str, str]) -> tuple[str, ...]:
    choices = environment.get("QT_QPA_PLATFORM", "").split(";")
    if names := [name for choice in choices if (name := choice.partition(":")[0])]:
        return tuple(names)
    if sys.platform in ("win32", "darwin"):
        return ("windows" if sys.platform == "win32" else "cocoa",)
    named = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return tuple(platform for platform, name in named.items() if environment.get(name))
