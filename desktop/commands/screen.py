"""Is there a screen to open a window on, and does a window open on it? Answered without Qt in this process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from desktop.children import SCREEN_TRIAL, child_command, creation_flags
from desktop.errors import ClivusError, InstallationUnsound, WrongUse
from desktop.messages import Message, alternatives, message, sentences
from desktop.quoting import quoted

OFFSCREEN = "offscreen"
"""Qt's platform that draws without a screen."""

_SHIPPED = ("xcb", "wayland", OFFSCREEN, "windows", "cocoa")
"""Platforms that every installation has, each on its system: one that is absent was lost."""

_LONGEST_S = 120.0
"""For the whole trial, which takes 0.3 s; a cold disk or a virus scanner takes many. The screen's own part of it has a
limit in the trial."""


class NoScreen(WrongUse):
    """No window can be opened here, though the installation is whole."""


class WindowUnsound(InstallationUnsound):
    """The window's parts are missing or damaged."""


def has_screen() -> bool:
    """Whether this session names a screen; whether it answers is another question."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


@dataclass(frozen=True)
class Trial:
    """How far `desktop.viewer.screen_trial` came.

    Attributes:
        asked: the platforms that were asked for, in the order of trying.
        import_error: why Qt cannot be imported, "" where it can.
        plugins: platform to why its plugin cannot be used: "" where it can, "absent" where there is none; None where
            the trial ended before that.
        libraries: system libraries that cannot be loaded, with their Debian packages; looked for after a failure only.
        platform: the platform that started, None where none did.
        undrawn: scripts whose characters are drawn as boxes; None where the trial ended before that.
        said: what Qt and its libraries wrote on stderr.
        status: the exit status, negative for a signal.
    """

    asked: tuple[str, ...]
    import_error: str
    plugins: Mapping[str, str] | None
    libraries: Mapping[str, str]
    platform: str | None
    undrawn: tuple[str, ...] | None
    said: str
    status: int

    @property
    def trouble(self) -> ClivusError | None:
        """Why no window can be opened as it was tried, None where it can."""
        if self.platform is not None and self.undrawn is not None:
            return no_latin() if "Latin" in self.undrawn else None
        if self.plugins is None:
            if self.libraries:
                return _libraries_missing(self.libraries)
            return _damaged("Qt", self.import_error or self._end)
        bad = {name: state for name in self.asked if (state := self.plugins.get(name, ""))}
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
        causes = [cause for mark, cause in _CAUSES.items() if mark in self.said][:1]
        if asked := os.environ.get("QT_QPA_PLATFORM"):
            sentence = message(
                "QT_QPA_PLATFORM is {asked}, and no screen of that kind can be reached: unset it, or use `clivus "
                "read`, which needs no screen.",
                asked=quoted(asked),
            )
        elif names := [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]:
            sentence = message(
                "The screen {screens} cannot be reached: start Clivus from a desktop session, or use `clivus read`, "
                "which needs no screen.",
                screens=alternatives(f"{name}={quoted(os.environ[name])}" for name in names),
            )
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
"""What Xlib, the time limit and libwayland write, and what it means."""


class ScreenTrial:
    """The trial under way, in a process of its own, so that this one can load other parts meanwhile."""

    def __init__(self) -> None:
        """Start it; without a screen, on Qt's platform that draws without one.

        Raises:
            NoScreen: the system does not let it start.
        """
        environment = os.environ | {"QT_MAC_DISABLE_FOREGROUND_APPLICATION_TRANSFORM": "1"}  # no icon in the Dock
        if not has_screen():
            environment["QT_QPA_PLATFORM"] = OFFSCREEN
        self._asked = _asked(environment)
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
                message("The window cannot be tried out ({error}): close other programs.", error=error.strerror)
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def end(self) -> Trial:
        """Wait for it and say how far it came."""
        try:
            out, said = self._process.communicate(timeout=_LONGEST_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            out, said = self._process.communicate()
        found: dict[str, Any] = {}
        for line in out.splitlines():
            try:
                found |= json.loads(line)
            except (ValueError, TypeError):  # not ours: a library has written on stdout
                continue
        undrawn = found.get("undrawn")
        return Trial(
            self._asked,
            found.get("import_error", ""),
            found.get("plugins"),
            found.get("libraries", {}),
            found.get("platform"),
            None if undrawn is None else tuple(undrawn),
            said,
            self._process.returncode,
        )


def plugin_trouble(platform: str, state: str, libraries: Mapping[str, str]) -> ClivusError:
    """Why a platform's plugin cannot be used, by its state and what the system lacks."""
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
        return _libraries_missing(libraries)
    return _damaged(message("Qt's plugin for {platform}", platform=platform), state.rpartition(": ")[2])


def no_latin() -> NoScreen:
    """The refusal of a window full of boxes."""
    return NoScreen(
        message(
            "No font is installed that letters could be drawn with, so the window would show boxes: install one "
            "(Debian, Ubuntu: apt install fonts-dejavu-core), or use `clivus read`, which needs no screen."
        )
    )


def _libraries_missing(libraries: Mapping[str, str]) -> NoScreen:
    return NoScreen(
        message(
            "System libraries that the window needs are missing or damaged ({libraries}): install them (Debian, "
            "Ubuntu: apt install {packages}), or use `clivus read`, which needs no screen.",
            libraries=list(libraries),
            packages=" ".join(sorted(set(libraries.values()))),
        )
    )


def _damaged(part: str | Message, reason: str | Message) -> WindowUnsound:
    return WindowUnsound(
        message("The window's part {part} cannot be loaded ({reason}): install Clivus again.", part=part, reason=reason)
    )


def _asked(environment: Mapping[str, str]) -> tuple[str, ...]:
    choices = environment.get("QT_QPA_PLATFORM", "").split(";")
    if names := [name for choice in choices if (name := choice.partition(":")[0])]:
        return tuple(names)
    if sys.platform in ("win32", "darwin"):
        return ("windows" if sys.platform == "win32" else "cocoa",)
    named = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return tuple(platform for platform, name in named.items() if environment.get(name))
